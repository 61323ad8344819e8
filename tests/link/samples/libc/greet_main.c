/* greet_main.c - stdio, qsort, errno, malloc and atexit over three modules. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *greet_make(const char *);
int greet_compare(const void *, const void *);
FILE *greet_out(void);
void greet_seterr(int);

int main(int argc, char **argv)
{
    char *text = greet_make(argc > 1 ? argv[1] : "world");
    fprintf(greet_out(), "%s\n", text);
    free(text);
    int v[] = {5, 3, 9, 1};
    qsort(v, 4, sizeof *v, greet_compare);
    printf("%d %d %d %d, one stdout: %d\n", v[0], v[1], v[2], v[3],
           greet_out() == stdout);
    greet_seterr(ENOENT);
    printf("%s\n", errno == ENOENT ? strerror(errno) : "errno is lost");
    return 7;
}
