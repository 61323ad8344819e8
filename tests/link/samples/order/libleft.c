/* libleft.c - needs libbottom. */
#include "life.h"

LIFE("left")
int bottom(void);

int left(void)
{
    return bottom() + 1;
}
