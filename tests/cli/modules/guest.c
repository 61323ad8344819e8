/* Shows what a guest gets: arguments, a variable, a file, its input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    char line[64];
    for (int i = 0; i < argc; i++)
        printf("argv[%d] %s\n", i, argv[i]);
    printf("COLOUR %s\n", getenv("COLOUR") ? getenv("COLOUR") : "(none)");
    printf("HOME %s\n", getenv("HOME") ? getenv("HOME") : "(none)");
    FILE *file = argc > 1 ? fopen(argv[1], "r") : NULL;
    if (file != NULL && fgets(line, sizeof(line), file))
        printf("file %s", line);
    if (fgets(line, sizeof(line), stdin))
        printf("stdin %s", line);
    fprintf(stderr, "to stderr\n");
    return argc > 2 ? 3 : 0;
}
