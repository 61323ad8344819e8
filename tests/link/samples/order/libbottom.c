/* libbottom.c - is needed by two. */
#include "life.h"

LIFE("bottom")

int bottom(void)
{
    return 1;
}
