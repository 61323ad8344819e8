/* libdeep.c - lies where only libnear looks. */
int deep(void)
{
    return 4;
}
