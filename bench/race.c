/* race.c - runs the same files under several commands and compares.
 *
 *   race [-n ROUNDS] NAME=COMMAND... -- FILE...
 *
 * For each file the commands take turns, ROUNDS times (7), so that whatever
 * disturbs the machine disturbs all. CPU time of user and system together is
 * counted, the median is taken; standard output must be the same under all.
 * Printed: milliseconds under the first command, and how many times longer the
 * others take; last, the geometric means. */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    MAX_RACERS = 8,
    MAX_WORDS = 32,
    MAX_ROUNDS = 101,
    MAX_OUTPUT = 4096
};

struct racer {
    char *name;
    char *words[MAX_WORDS + 2]; /* the command, room for the file and null */
    size_t word_count;
    double ms[MAX_ROUNDS];
    double log_sum;
};

struct output {
    char text[MAX_OUTPUT];
    size_t size;
};

static void fail(const char *what, const char *which)
{
    fprintf(stderr, "race: %s: %s\n", what, which);
    exit(1);
}

static void read_output(int fd, struct output *out)
{
    ssize_t got;
    char rest[512];
    out->size = 0;
    do {
        got = read(fd, out->text + out->size, sizeof out->text - out->size);
        out->size += got > 0 ? (size_t)got : 0;
    } while (got > 0 && out->size < sizeof out->text);
    while (got > 0)
        got = read(fd, rest, sizeof rest);
}

static double ms_of(struct timeval t)
{
    return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static double run(struct racer *racer, char *file, struct output *out)
{
    int fds[2], status;
    struct rusage usage;
    racer->words[racer->word_count] = file;
    if (pipe(fds) != 0)
        fail("no pipe for", file);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fds[1], 1);
        close(fds[0]);
        close(fds[1]);
        execvp(racer->words[0], racer->words);
        _exit(127);
    }
    close(fds[1]);
    read_output(fds[0], out);
    close(fds[0]);
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || status != 0)
        fail(racer->name, file);
    return ms_of(usage.ru_utime) + ms_of(usage.ru_stime);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
    return values[count / 2];
}

static void race(struct racer *racers, size_t count, size_t rounds, char *file)
{
    struct output first, other;
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < count; i++) {
            struct output *out = round + i == 0 ? &first : &other;
            racers[i].ms[round] = run(&racers[i], file, out);
            if (out->size != first.size ||
                memcmp(out->text, first.text, out->size) != 0)
                fail("other output than the first from", racers[i].name);
        }
    const char *slash = strrchr(file, '/');
    double base = median(racers[0].ms, rounds);
    printf("%-20s %9.1f", slash != NULL ? slash + 1 : file, base);
    for (size_t i = 1; i < count; i++) {
        double ratio = median(racers[i].ms, rounds) / base;
        racers[i].log_sum += log(ratio);
        printf(" %9.2fx", ratio);
    }
    puts("");
    fflush(stdout);
}

/* "NAME=word word ..." */
static void read_racer(char *text, struct racer *racer)
{
    char *equals = strchr(text, '=');
    if (equals == NULL)
        fail("no = in", text);
    *equals = 0;
    racer->name = text;
    for (char *w = strtok(equals + 1, " "); w != NULL; w = strtok(NULL, " ")) {
        if (racer->word_count == MAX_WORDS)
            fail("too long", racer->name);
        racer->words[racer->word_count++] = w;
    }
    if (racer->word_count == 0)
        fail("no command for", racer->name);
}

int main(int argc, char **argv)
{
    static struct racer racers[MAX_RACERS];
    size_t count = 0, rounds = 7;
    int i = 1;
    if (argc > 2 && strcmp(argv[1], "-n") == 0) {
        rounds = strtoul(argv[2], NULL, 10);
        i = 3;
    }
    for (; i < argc && strcmp(argv[i], "--") != 0 && count < MAX_RACERS; i++)
        read_racer(argv[i], &racers[count++]);
    int first = i + 1;
    if (count == 0 || first >= argc || rounds == 0 || rounds > MAX_ROUNDS) {
        fputs("usage: race [-n ROUNDS] NAME=COMMAND... -- FILE...\n", stderr);
        return 2;
    }
    printf("%-20s %6s ms", "", racers[0].name);
    for (size_t k = 1; k < count; k++)
        printf(" %10s", racers[k].name);
    puts("");
    for (i = first; i < argc; i++)
        race(racers, count, rounds, argv[i]);
    printf("%-20s %9s", "geometric mean", "");
    for (size_t k = 1; k < count; k++)
        printf(" %9.2fx", exp(racers[k].log_sum / (argc - first)));
    puts("");
    return 0;
}
