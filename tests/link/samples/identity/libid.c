/* libid.c - defines what all compare. The hidden name of the function is in
 * this library's own part of the table; what others get for it must be that
 * very slot, for here it is not looked up. */
#include "identity.h"

int shared_data = 5;

int shared_function(int x)
{
    return x + shared_data;
}

__attribute__((visibility("hidden"), alias("shared_function"))) int
hidden_function(int x);

unary id_function(void)
{
    return shared_function;
}

unary id_hidden_function(void)
{
    return hidden_function;
}

int *id_data(void)
{
    return &shared_data;
}

unary id_program_function(void)
{
    return program_function;
}
