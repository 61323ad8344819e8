/* beside.c - the small program beside a very large one. */
#include <stdio.h>

int main(void)
{
    puts("the other program is here too");
    return 0;
}
