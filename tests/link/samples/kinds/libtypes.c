/* libtypes.c - calls a function of another type than it has. */
long long other(long long x, int y);

int types_call(void)
{
    return (int)other(1, 2);
}

int types_answer(void)
{
    return 42;
}
