/* run_stats.c - `tenon run --stats`. */
#include "run.h"

#include <string.h>
#include <time.h>

uint64_t time_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static double ms_between(const struct run *run, int from, int to)
{
    return (double)(run->times_ns[to] - run->times_ns[from]) / 1e6;
}

/* Spaces that fill up a column after `text`. */
static int pad_of(const char *text, int width)
{
    int size = (int)strlen(text);
    return size < width ? width - size : 0;
}

static void print_modules(const tn_program *program)
{
    fprintf(stderr, "%-20s %10s %9s %12s\n", "module", "bytes", "functions",
            "memory");
    for (size_t i = 0; i < tn_program_module_count(program); i++) {
        tn_program_module m = tn_program_module_at(program, i);
        put_text(stderr, m.name);
        fprintf(stderr, "%*s %10llu %9u %12llu", pad_of(m.name, 20), "",
                (unsigned long long)m.bytes, (unsigned)m.function_count,
                (unsigned long long)m.memory_bytes);
        if (!m.in_service) {
            fputs("  out of service: ", stderr);
            put_text(stderr, m.cause);
        }
        putc('\n', stderr);
    }
}

static void print_routes(const tn_program *program)
{
    if (tn_program_route_count(program) == 0)
        return;
    fprintf(stderr, "\n%-36s %10s %12s %12s\n", "route", "calls", "bytes in",
            "bytes out");
    for (size_t i = 0; i < tn_program_route_count(program); i++) {
        tn_route_stats r = tn_program_route_at(program, i);
        put_text(stderr, r.route);
        fprintf(stderr, "%*s %10llu %12llu %12llu\n", pad_of(r.route, 36), "",
                (unsigned long long)r.calls, (unsigned long long)r.bytes_in,
                (unsigned long long)r.bytes_out);
    }
}

/* Nothing for guests that make no objects. */
static void print_objects(tn_store *store)
{
    tn_gc_info info = tn_store_gc_info(store);
    if (info.heap_bytes > 0)
        fprintf(stderr, "\nobjects: %llu bytes, %llu collections\n",
                (unsigned long long)info.heap_bytes,
                (unsigned long long)info.collections);
}

void print_stats(const struct run *run)
{
    fflush(stdout);
    print_modules(run->program);
    print_routes(run->program);
    print_objects(tn_program_store(run->program));
    fprintf(stderr, "\ntime: load %.2f ms, start %.2f ms, run %.2f ms\n",
            ms_between(run, 0, 1), ms_between(run, 1, 2),
            ms_between(run, 2, 3));
}
