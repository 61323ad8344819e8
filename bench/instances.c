/* instances.c - how fast instances come and go, and that nothing stays.
 *
 *   instances [CYCLES]
 *
 * A module with a memory of a page, a table, a global and two functions is
 * instantiated, closed and freed; then the same with a call to it in between. The
 * growth is that of the process's resident memory after a first 1,000; more
 * than 1 MB is a failure. */
#include <stdio.h>
#include <stdlib.h>
#include <tenon.h>
#include <time.h>
#include <unistd.h>

/* (module
 *   (type (func (param i32) (result i32)))
 *   (func (type 0) (i32.add (i32.load (local.get 0)) (global.get 0)))
 *   (func (type 0) (i32.const 1))
 *   (table 2 funcref) (memory 1) (global (mut i32) (i32.const 7))
 *   (export "f" (func 0)) (elem (i32.const 0) 0 1)
 *   (data (i32.const 0) "tenon")) */
static const unsigned char bytes[] =
    "\0asm\1\0\0\0"
    "\1\6\1\140\1\177\1\177"                             /* a type */
    "\3\3\2\0\0"                                         /* two functions */
    "\4\4\1\160\0\2"                                     /* a table */
    "\5\3\1\0\1"                                         /* a memory */
    "\6\6\1\177\1\101\7\13"                              /* a global */
    "\7\5\1\1f\0\0"                                      /* an export */
    "\11\10\1\0\101\0\13\2\0\1"                          /* elements */
    "\12\21\2\12\0\40\0\50\2\0\43\0\152\13\4\0\101\1\13" /* code */
    "\13\13\1\0\101\0\13\5tenon";                        /* data */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static _Noreturn void end(const char *what)
{
    fprintf(stderr, "instances: %s\n", what);
    exit(1);
}

static long resident_kb(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%*d %ld", &pages) != 1)
        end("cannot read /proc/self/statm");
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void cycle(tn_store *store, tn_module *module, bool is_called)
{
    tn_instance *instance;
    tn_func *func;
    tn_val arg = {TN_I32, {0}}, result;
    tn_error err = {0};
    if (tn_instance_new(store, module, NULL, &instance, &err) != TN_OK)
        end(err.text);
    if (is_called && (tn_instance_func(instance, "f", &func, &err) != TN_OK ||
                      tn_func_call(func, &arg, 1, &result, 1, &err) != TN_OK))
        end(err.text);
    tn_instance_free(instance);
}

static void measure(tn_store *store, tn_module *module, bool is_called,
                    long count)
{
    for (int i = 0; i < 1000; i++)
        cycle(store, module, is_called);
    long before = resident_kb();
    double began = now();
    for (long i = 0; i < count; i++)
        cycle(store, module, is_called);
    double took = now() - began;
    long after = resident_kb();
    printf("%ld instances %s: %.0f a second of processor time, resident memory "
           "%ld KB, grown by "
           "%ld KB\n",
           count, is_called ? "called and freed" : "freed",
           (double)count / took, after, after - before);
    if (after - before > 1024)
        end("it has grown by more than 1 MB");
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 1000000;
    tn_engine *engine;
    tn_module *module;
    tn_store *store;
    tn_error err = {0};
    if (tn_engine_new(NULL, &engine, &err) != TN_OK ||
        tn_module_new_borrow(engine, bytes, sizeof bytes - 1, &module, &err) !=
            TN_OK ||
        tn_store_new(engine, NULL, &store, &err) != TN_OK)
        end(err.text);
    measure(store, module, false, count);
    measure(store, module, true, count);
    tn_store_free(store);
    tn_module_free(module);
    tn_engine_free(engine);
    return 0;
}
