/* libstale.c - is gone when it is called. */
static int add_one(int x)
{
    return x + 1;
}

int (*stale_table[1])(int) = {add_one};

int stale_function(int x)
{
    return x + 2;
}
