/* jump_main.c - a library jumps back into the program, three times. */
#include <setjmp.h>
#include <stdio.h>

void jump(jmp_buf *to, int value);

int main(void)
{
    jmp_buf here;
    volatile int returns = 0;
    int r = setjmp(here);
    returns++;
    if (r < 3)
        jump(&here, r + 1);
    printf("r=%d returns=%d\n", r, returns);
    return !(r == 3 && returns == 4);
}
