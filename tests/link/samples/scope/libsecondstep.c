/* libsecondstep.c - is one step away. */
int depth(void)
{
    return 1;
}
