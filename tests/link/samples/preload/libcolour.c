/* libcolour.c - what is put before it, its users get. */
const char *colour(void)
{
    return "grey";
}

__attribute__((weak)) int shade(void)
{
    return 1;
}

int colour_shade(void)
{
    return shade();
}
