/* libcolour.c - what is put before it, its users get. */
const char *colour(void)
{
    return "grey";
}

__attribute__((weak)) int shade(void)
{
    return 1;
}

int hue = 1;

int colour_hue(void)
{
    return shade() + hue;
}
