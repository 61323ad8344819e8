/* heap_main.c - the heap and the linker take turns at growing the memory, and
 * nobody gets what another has. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROUNDS = 12,
    BLOCKS = 200
};

static char *blocks[BLOCKS];
static size_t sizes[BLOCKS];
static int used;

static void take(size_t size)
{
    blocks[used] = malloc(size);
    if (blocks[used] == NULL)
        exit(printf("memory is full\n"));
    memset(blocks[used], used, size);
    sizes[used++] = size;
}

static int blocks_hold(void)
{
    for (int i = 0; i < used; i++)
        for (size_t k = 0; k < sizes[i]; k++)
            if (blocks[i][k] != (char)i)
                return 0;
    return 1;
}

int main(void)
{
    int bad = 0;
    void *open = NULL;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 10; i++)
            take((size_t)(i * i + 1) * 1500);
        if (open == NULL)
            open = dlopen("libbig.so", RTLD_NOW);
        if (open == NULL) {
            printf("%s\n", dlerror());
            return 1;
        }
        int (*fill)(int) = (int (*)(int))dlsym(open, "big_fill");
        int (*holds)(int) = (int (*)(int))dlsym(open, "big_holds");
        if (round % 3 == 0 && fill(round + 1) != 0)
            bad += printf("round %d: not zero\n", round) > 0;
        take(300000);
        if (!holds(round / 3 * 3 + 1))
            bad += printf("round %d: the library's data is lost\n", round) > 0;
        if (!blocks_hold())
            bad += printf("round %d: the heap's data is lost\n", round) > 0;
        if (round % 3 == 2) {
            dlclose(open);
            open = NULL;
        }
    }
    printf("rounds that failed: %d\n", bad);
    return bad;
}
