/* libprovider.c - has what libundef lacks. */
int provided(void)
{
    return 30;
}

int provided_too(void)
{
    return 9;
}
