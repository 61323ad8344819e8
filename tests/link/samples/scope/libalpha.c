/* libalpha.c - one who has the name. */
int who(void)
{
    return 'a';
}
