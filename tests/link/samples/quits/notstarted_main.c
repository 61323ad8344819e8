/* notstarted_main.c - is never called: a library ends it before. */
#include <stdio.h>

int main(void)
{
    printf("not reached\n");
    return 1;
}
