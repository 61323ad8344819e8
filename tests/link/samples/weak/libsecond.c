/* libsecond.c - defines the same strongly: too late, the first is taken. */
int both_data = 2;

__attribute__((weak)) int second_only(void)
{
    return 22;
}

int both_function(void)
{
    return 2;
}

int *second_data(void)
{
    return &both_data;
}
