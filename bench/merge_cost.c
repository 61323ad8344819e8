/* merge_cost.c - what a merge costs, and how much of that is validation.
 *
 *   merge_cost ROUNDS FILE...
 *
 * Merges the files, on one thread. Timed, as the time of the processor, are in
 * turns: the validation of each input and of the result by themselves (decoding
 * is part of it), and the whole of tn_merge, which does the same and merges.
 * Medians are told; the merge alone is what is left of the whole. The memory
 * is the most that the process ever had, its inputs in memory included. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <tenon.h>
#include <time.h>

enum {
    MOST_FILES = 16,
    MOST_ROUNDS = 101
};

struct file {
    void *bytes;
    size_t size;
    char name[8];
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static _Noreturn void end(const char *what)
{
    fprintf(stderr, "merge_cost: %s\n", what);
    exit(1);
}

static void read_file(const char *path, struct file *out)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        end("cannot read a file");
    out->size = (size_t)ftell(file);
    rewind(file);
    out->bytes = malloc(out->size);
    if (out->bytes == NULL ||
        fread(out->bytes, 1, out->size, file) != out->size)
        end("cannot read a file");
    fclose(file);
}

static double validate(const void *bytes, size_t size)
{
    tn_error err = {0};
    double began = now();
    if (tn_validate(bytes, size, TN_FEATURES_DEFAULT, &err) != TN_OK)
        end(err.text);
    return now() - began;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *times, int count)
{
    qsort(times, (size_t)count, sizeof *times, compare);
    return times[count / 2];
}

int main(int argc, char **argv)
{
    static double inputs[MOST_ROUNDS], results[MOST_ROUNDS],
        wholes[MOST_ROUNDS];
    struct file files[MOST_FILES];
    tn_merge_input merge_inputs[MOST_FILES];
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    int rounds = argc > 1 ? atoi(argv[1]) : 0, count = argc - 2;
    if (rounds < 1 || rounds > MOST_ROUNDS || count < 1 || count > MOST_FILES)
        end("takes ROUNDS and 1 to 16 files");
    size_t bytes = 0;
    for (int i = 0; i < count; i++) {
        read_file(argv[i + 2], &files[i]);
        snprintf(files[i].name, sizeof files[i].name, "m%d", i);
        merge_inputs[i] =
            (tn_merge_input){files[i].name, {files[i].bytes, files[i].size}};
        bytes += files[i].size;
    }
    options.thread_count = 1;
    options.with_wasi = true;
    for (int r = 0; r < rounds; r++) {
        tn_merged *merged;
        tn_error err = {0};
        for (int i = 0; i < count; i++)
            inputs[r] += validate(files[i].bytes, files[i].size);
        double began = now();
        if (tn_merge(merge_inputs, (size_t)count, &options, &merged, &err) !=
            TN_OK)
            end(err.text);
        wholes[r] = now() - began;
        tn_bytes result = tn_merged_module(merged);
        results[r] = validate(result.at, result.size);
        tn_merged_free(merged);
    }
    double in = median(inputs, rounds), out = median(results, rounds);
    double whole = median(wholes, rounds), alone = whole - in - out;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%7.1f MB  validate inputs %7.1f ms, result %7.1f ms; whole %7.1f "
           "ms, %.2fx; merge alone %6.1f ms, %4.0f MB/s; memory %.2fx\n",
           (double)bytes * 1e-6, in * 1e3, out * 1e3, whole * 1e3,
           whole / (in + out), alone * 1e3, (double)bytes * 1e-6 / alone,
           (double)usage.ru_maxrss * 1024 / (double)bytes);
    for (int i = 0; i < count; i++)
        free(files[i].bytes);
    return 0;
}
