/* libgone.c - is not there any more when the programs run. */
int gone(void)
{
    return 1;
}
