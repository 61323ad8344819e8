/* large.c - writes a valid module of COUNT random functions to FILE.
 *
 *   large COUNT FILE */
#include "../fuzz/gen.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    static const uint8_t seed[8] = {1};
    if (argc != 3)
        return 2;
    struct gen_options options = {.function_count = (uint32_t)atoi(argv[1])};
    struct gen_bytes module = gen_module(seed, sizeof seed, &options);
    FILE *file = fopen(argv[2], "wb");
    if (file == NULL ||
        fwrite(module.at, 1, module.size, file) != module.size ||
        fclose(file) != 0)
        return 1;
    free(module.at);
    return 0;
}
