/* liblazy.c - calls two functions that nobody has yet. */
int comes_later(int x);
int never_comes(int x);

int lazy_answer(void)
{
    return 42;
}

int lazy_later(int x)
{
    return comes_later(x);
}

int lazy_never(int x)
{
    return never_comes(x);
}
