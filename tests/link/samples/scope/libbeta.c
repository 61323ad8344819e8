/* libbeta.c - another one. */
int who(void)
{
    return 'b';
}
