/* libbig.c - needs as much room as a heap block. */
#include <stdlib.h>
#include <string.h>

static char big[150000];
static char *kept[4];
static unsigned next;

/* 0 if all is zero, as it must be at first. */
int big_fill(int with)
{
    int left = 0;
    for (size_t i = 0; i < sizeof big; i++)
        left |= big[i];
    memset(big, with, sizeof big);
    free(kept[next % 4]);
    kept[next % 4] = malloc(70000);
    memset(kept[next++ % 4], with, 70000);
    return left;
}

int big_holds(int with)
{
    for (size_t i = 0; i < sizeof big; i++)
        if (big[i] != with)
            return 0;
    return 1;
}
