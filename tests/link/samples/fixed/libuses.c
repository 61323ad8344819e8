/* libuses.c - uses both. */
extern int fixed_value;
int fixed_function(int x);

int *uses_pointer = &fixed_value;
int (*uses_function)(int) = fixed_function;

int uses(int x)
{
    return fixed_function(x) + *uses_pointer;
}
