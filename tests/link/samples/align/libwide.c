/* libwide.c - asks for its part of the table on a multiple of 64, and of the
 * memory on one of 4096. */
_Alignas(4096) char wide_data[4096];

__attribute__((aligned(64))) static int zeroth(void)
{
    return 0;
}

int (*wide_first(void))(void)
{
    return zeroth;
}
