/* libquits.c - ends the program when it begins. */
#include <stdio.h>
#include <stdlib.h>

__attribute__((constructor)) static void quits_begin(void)
{
    printf("it quits\n");
    exit(5);
}
