/* libodd.c - makes bases odd. */
char odd_data[3];

static int odd_one(void)
{
    return 1;
}

int (*odd_table[1])(void) = {odd_one};
