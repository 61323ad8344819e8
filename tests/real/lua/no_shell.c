/* no_shell.c - what Lua's libraries ask of a system and wasi-libc declares only:
 * there is no shell, and there are no temporary files. */
#include <stdio.h>
#include <stdlib.h>

int system(const char *command)
{
    (void)command;
    return 0;
}

FILE *tmpfile(void)
{
    return NULL;
}

char *tmpnam(char *name)
{
    (void)name;
    return NULL;
}
