/* libload.c - one of each thing that takes room: data, zeroed and aligned,
 * slots of its own and of others. */
#include <stddef.h>

int dep_next(void);

int load_value = 11;
static int zeroed[5000];
_Alignas(256) char load_aligned[256] = {1};

static int twice(int x)
{
    return 2 * x;
}

int (*load_table[2])(int) = {twice, twice};
int (*load_dep)(void) = dep_next;

/* 0 if all is as on the first day; nothing is afterwards. */
int load_use(void)
{
    int left = load_value - 11;
    for (size_t i = 0; i < sizeof zeroed / sizeof zeroed[0]; i++)
        left |= zeroed[i], zeroed[i] = -1;
    left |= load_table[0](21) - 42;
    left |= load_dep() - 1;
    left |= (int)((size_t)load_aligned % 256) | (load_aligned[0] - 1);
    load_value = load_aligned[0] = 99;
    return left;
}
