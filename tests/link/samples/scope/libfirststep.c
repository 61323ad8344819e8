/* libfirststep.c - needs libdeepest, and says nothing itself. */
int first_step(void)
{
    return 1;
}
