/* A command whose constructor resets a counter: how often do constructors
 * run while it asks another module three times? */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((export_name("patch_malloc"))) void *patch_malloc(size_t size)
{
    return malloc(size);
}

__attribute__((export_name("patch_free"))) void patch_free(void *at)
{
    free(at);
}

__attribute__((import_module("bytes:svc"), import_name("svc"))) uint64_t
svc(const char *in, size_t size);

static volatile int calls;

__attribute__((constructor)) static void reset(void)
{
    calls = 0;
}

int main(void)
{
    for (int i = 0; i < 3; i++) {
        calls++;
        free((void *)(uintptr_t)(uint32_t)(svc("abc", 3) >> 32));
    }
    printf("calls %d\n", calls);
    return 0;
}
