/* libwhole.c - a good library; the others are what became of it. */
int whole = 6;

int whole_function(void)
{
    return whole;
}

int (*whole_table[1])(void) = {whole_function};
