/* greet.c - a library that shares stdio, the heap and errno with its user. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *last;

char *greet_make(const char *who)
{
    char *text = malloc(64);
    snprintf(text, 64, "hello, %s (%.2f)", who, 3.5);
    free(last);
    last = strdup(text);
    return text;
}

int greet_compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

FILE *greet_out(void)
{
    return stdout;
}

void greet_seterr(int e)
{
    errno = e;
}

__attribute__((constructor)) static void greet_begin(void)
{
    puts("greet ctor");
}

__attribute__((destructor)) static void greet_end(void)
{
    puts("greet dtor");
}
