/* libdep.c - goes and comes with the library that needs it. */
int dep_count;

int dep_next(void)
{
    return ++dep_count;
}
