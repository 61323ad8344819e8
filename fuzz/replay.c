/* replay.c - a fuzz target's main where there is no fuzzer: runs a corpus, or
 * inputs that the target makes.
 *
 *   TARGET FILE|DIRECTORY...
 *   TARGET --seed N [--count M]      inputs N .. N+M-1 of its own
 *   TARGET --seed N --write FILE     writes that input instead
 *
 * Says which input is at work before a crash could hide it, if asked by -v. */
#include "target.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Targets need not make inputs. */
#pragma weak target_make_input

static bool is_verbose;

static int run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    size_t size = (size_t)ftell(file);
    uint8_t *data = malloc(size + 1);
    rewind(file);
    if (data == NULL || fread(data, 1, size, file) != size)
        exit(1);
    fclose(file);
    if (is_verbose)
        fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 1;
}

static int run_path(const char *path)
{
    int count = 0;
    DIR *dir = opendir(path);
    if (dir == NULL)
        return run_file(path);
    for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        char full[4096];
        if (e->d_name[0] == '.')
            continue;
        snprintf(full, sizeof full, "%s/%s", path, e->d_name);
        count += run_file(full);
    }
    closedir(dir);
    return count;
}

static int run_seeds(uint64_t seed, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        uint8_t *data = NULL;
        size_t size = target_make_input(seed + i, &data);
        if (is_verbose)
            fprintf(stderr, "--seed %llu\n", (unsigned long long)(seed + i));
        LLVMFuzzerTestOneInput(data, size);
        free(data);
    }
    return (int)count;
}

static void write_input(uint64_t seed, const char *path)
{
    uint8_t *data = NULL;
    size_t size = target_make_input(seed, &data);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(data, 1, size, file) != size ||
        fclose(file) != 0)
        exit(1);
    free(data);
}

int main(int argc, char **argv)
{
    uint64_t seed = 0, count = 0;
    const char *write_path = NULL;
    int done = 0;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "0";
        if (strcmp(argv[i], "-v") == 0)
            is_verbose = true;
        else if (argv[i][0] != '-')
            done += run_path(argv[i]);
        else if (strcmp(argv[i], "--seed") == 0)
            seed = strtoull(value, NULL, 0), count = count > 0 ? count : 1, i++;
        else if (strcmp(argv[i], "--count") == 0)
            count = strtoull(value, NULL, 0), i++;
        else if (strcmp(argv[i], "--write") == 0)
            write_path = value, i++;
    }
    if (target_make_input == NULL && count > 0)
        fputs("this target makes no inputs\n", stderr), count = 0;
    if (write_path != NULL && count > 0)
        write_input(seed, write_path);
    else
        done += run_seeds(seed, count);
    printf("%d inputs\n", done);
    return 0;
}
