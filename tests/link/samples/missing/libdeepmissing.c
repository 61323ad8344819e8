/* libdeepmissing.c - is not there when the program starts. */
int deep_missing(void)
{
    return 1;
}
