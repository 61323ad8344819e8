/* libneedshuge.c - would fit itself. */
extern char huge[];

char *needs_huge(void)
{
    return huge;
}
