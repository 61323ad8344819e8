/* libdeepest.c - is two steps away. */
int depth(void)
{
    return 2;
}
