/* libother.c - knows the function from code and from data. */
#include "identity.h"

unary other_table[2] = {shared_function, program_function};

unary other_function(void)
{
    return shared_function;
}

int *other_data(void)
{
    return &shared_data;
}
