/* Prints before and after another module does. */
#include <stdio.h>

__attribute__((import_module("talk"), import_name("talk"))) int talk(int flush);

int main(int argc, char **argv)
{
    (void)argv;
    printf("main: before\n");
    talk(argc > 1);
    printf("main: after\n");
    return 0;
}
