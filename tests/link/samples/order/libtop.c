/* libtop.c - needs all, the last by the others. */
#include "life.h"

LIFE("top")
int left(void);
int right(void);

int top(void)
{
    return left() * right();
}
