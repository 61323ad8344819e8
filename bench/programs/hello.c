/* hello.c - for the time to start, not the time to run. */
#include <stdio.h>

int main(void)
{
    puts("hello, world");
}
