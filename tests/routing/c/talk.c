/* A reactor that prints. Nobody flushes its stdio when the run ends. */
#include <stdio.h>

__attribute__((export_name("talk"))) int talk(int flush)
{
    printf("talk: first line\n");
    printf("talk: second line\n");
    return flush ? fflush(stdout) : 0;
}
