/* libfirst.c - defines weakly, and refers to what is nowhere. */
__attribute__((weak)) int both_data = 1;

__attribute__((weak)) int both_function(void)
{
    return 1;
}

int *first_data(void)
{
    return &both_data;
}

int first_calls(void)
{
    return both_function();
}

extern int absent_function(int) __attribute__((weak));
extern int absent_data __attribute__((weak));
static int (*absent_pointer)(int) = absent_function;

int first_sees_absent(void)
{
    return absent_function || &absent_data || absent_pointer;
}

int first_calls_absent(void)
{
    return absent_function(1);
}
