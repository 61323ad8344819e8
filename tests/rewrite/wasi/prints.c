/* prints.c - says who it is, by whatever memory the host reads. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    char *long_line = malloc(100000);
    memset(long_line, 'a' + sizeof NAME % 26, 99999);
    long_line[99999] = '\0';
    printf("%s is here, %d arguments, the last \"%s\"\n", NAME, argc,
           argv[argc - 1]);
    puts(long_line);
    fprintf(stderr, "%s says so\n", NAME);
    free(long_line);
    return STATUS;
}
