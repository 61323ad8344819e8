/* contend.c - what atomic instructions and waiting cost, beside native code.
 *
 *   contend FILE.wasm [ROUNDS]
 *
 * One line for each: nanoseconds a round in tenon and native, the medians of
 * seven in turns, and their ratio. "1" is one thread, "2" are two at once on
 * the same word; a turn is from one thread to the other and back, both asleep
 * in between. */
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <tenon.h>
#include <time.h>
#include <unistd.h>

enum {
    TURNS = 7
};

static _Noreturn void end(const char *what)
{
    fprintf(stderr, "contend: %s\n", what);
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* --- Native -------------------------------------------------------------------- */

static _Atomic uint32_t words[4][16]; /* a cache line each */

static void native_plain(uint32_t n)
{
    volatile uint32_t *word = (volatile uint32_t *)&words[0][0];
    while (n-- > 0)
        *word = *word + 1;
}

static void native_add(uint32_t n)
{
    while (n-- > 0)
        atomic_fetch_add(&words[1][0], 1);
}

static void native_cmpxchg(uint32_t n)
{
    while (n-- > 0) {
        uint32_t seen = atomic_load(&words[2][0]);
        while (!atomic_compare_exchange_strong(&words[2][0], &seen, seen + 1))
            continue;
    }
}

static void native_until(uint32_t is)
{
    _Atomic uint32_t *word = &words[3][0];
    while (atomic_load(word) != is)
        syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, is ^ 1, NULL);
}

static void native_turn(uint32_t to)
{
    atomic_store(&words[3][0], to);
    syscall(SYS_futex, &words[3][0], FUTEX_WAKE_PRIVATE, 1);
}

static void native_ping(uint32_t n)
{
    while (n-- > 0) {
        native_turn(1);
        native_until(0);
    }
}

static void native_pong(uint32_t n)
{
    while (n-- > 0) {
        native_until(1);
        native_turn(0);
    }
}

/* --- Both ------------------------------------------------------------------------ */

/* What one thread does: a function of the guest's, or a native one. */
struct job {
    tn_func *func;
    void (*native)(uint32_t n);
    uint32_t rounds;
};

static void *do_job(void *arg)
{
    const struct job *job = arg;
    uint64_t slots[1] = {job->rounds};
    if (job->native != NULL)
        job->native(job->rounds);
    else if (tn_func_call_raw(job->func, slots, NULL) != TN_OK)
        end("a call trapped");
    return NULL;
}

static double time_of(struct job *jobs, int count)
{
    pthread_t thread;
    double began = now();
    if (count == 2 && pthread_create(&thread, NULL, do_job, &jobs[1]) != 0)
        end("no thread");
    do_job(&jobs[0]);
    if (count == 2)
        pthread_join(thread, NULL);
    return (now() - began) * 1e9 / jobs[0].rounds;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double times[TURNS])
{
    qsort(times, TURNS, sizeof *times, compare);
    return times[TURNS / 2];
}

static const struct row {
    const char *name, *funcs[2];
    void (*natives[2])(uint32_t n);
    int threads;
    uint32_t divisor; /* of the rounds */
} rows[] = {
    {"plain add, 1", {"plain", NULL}, {native_plain, NULL}, 1, 1},
    {"rmw.add, 1", {"add", NULL}, {native_add, NULL}, 1, 1},
    {"rmw.add, 2", {"add", "add"}, {native_add, native_add}, 2, 1},
    {"cmpxchg, 1", {"cmpxchg", NULL}, {native_cmpxchg, NULL}, 1, 1},
    {"cmpxchg, 2",
     {"cmpxchg", "cmpxchg"},
     {native_cmpxchg, native_cmpxchg},
     2,
     1},
    {"wait and notify", {"ping", "pong"}, {native_ping, native_pong}, 2, 200},
};

static tn_module *read_module(tn_engine *engine, const char *path)
{
    static char bytes[65536];
    tn_module *module;
    tn_error err = {0};
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        end("cannot read the module");
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    if (tn_module_new_copy(engine, bytes, size, &module, &err) != TN_OK)
        end(err.text);
    return module;
}

static tn_instance *instance_in(tn_engine *engine, tn_module *module,
                                tn_shared_memory *shared, tn_store **store)
{
    tn_imports *imports;
    tn_instance *instance;
    tn_extern item = {TN_EXTERN_MEMORY, {0}};
    tn_error err = {0};
    if (tn_store_new(engine, NULL, store, &err) != TN_OK ||
        tn_imports_new(*store, &imports, &err) != TN_OK ||
        tn_memory_of_shared(*store, shared, &item.of.memory, &err) != TN_OK ||
        tn_imports_define(imports, "env", "m", item, &err) != TN_OK ||
        tn_instance_new(*store, module, imports, &instance, &err) != TN_OK)
        end(err.text);
    tn_imports_free(imports);
    return instance;
}

int main(int argc, char **argv)
{
    tn_engine *engine;
    tn_store *stores[2];
    tn_instance *instances[2];
    tn_shared_memory *shared;
    tn_limits_info limits = {1, 1, false, true, 16};
    uint32_t rounds = argc > 2 ? (uint32_t)atol(argv[2]) : 4000000;
    if (argc < 2 || tn_engine_new(NULL, &engine, NULL) != TN_OK ||
        tn_shared_memory_new(engine, limits, &shared, NULL) != TN_OK)
        end("usage: contend FILE.wasm [ROUNDS]");
    tn_module *module = read_module(engine, argv[1]);
    for (int i = 0; i < 2; i++)
        instances[i] = instance_in(engine, module, shared, &stores[i]);
    printf("%-32s %8s %8s %8s\n", "ns a round", "tenon", "native", "ratio");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct job ours[2] = {{0}}, native[2] = {{0}};
        for (int k = 0; k < row->threads; k++) {
            ours[k].rounds = native[k].rounds = rounds / row->divisor;
            native[k].native = row->natives[k];
            if (tn_instance_func(instances[k], row->funcs[k], &ours[k].func,
                                 NULL) != TN_OK)
                end("a function is missing");
        }
        double of_ours[TURNS], of_native[TURNS];
        for (int turn = 0; turn < TURNS; turn++) {
            of_ours[turn] = time_of(ours, row->threads);
            of_native[turn] = time_of(native, row->threads);
        }
        double x = median(of_ours), y = median(of_native);
        printf("%-32s %8.1f %8.1f %7.2fx\n", row->name, x, y, x / y);
    }
    for (int i = 0; i < 2; i++)
        tn_store_free(stores[i]);
    tn_module_free(module);
    tn_shared_memory_free(shared);
    tn_engine_free(engine);
    return 0;
}
