/* libright.c - needs both before it. */
#include "life.h"

LIFE("right")
int bottom(void);
int left(void);

int right(void)
{
    return bottom() + left();
}
