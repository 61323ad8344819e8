/* helper.c - what plug1 needs. */
int helper(void)
{
    return 100;
}
