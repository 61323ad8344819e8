/* linking.c - what linking at run time costs: binding, opening and closing, calls
 * between modules, many libraries at once.
 *
 *   link make DIR           writes the modules that the others want
 *   link bind FILE [ROUNDS]   milliseconds of tn_space_new: the linker's first,
 *                           which decodes, and the median of those that come
 *   link open DIR           dlopen and dlclose, beside an instance of the same
 *   link calls DIR          a call in each of the ways there are
 *   link many DIR           200 libraries: time, bytes of each export and import
 *
 * Times are of the processor; in races the two sides take turns, and the
 * medians of nine rounds count. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon.h>
#include <time.h>
#include <unistd.h>

enum {
    MAX_ROUNDS = 101,
    ROUNDS = 9
};

static _Noreturn void end(const char *what)
{
    fprintf(stderr, "link: %s\n", what);
    exit(1);
}

static void check(tn_status status, const tn_error *err)
{
    if (status != TN_OK)
        end(err->text[0] != 0 ? err->text : tn_status_text(status));
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static long resident_kib(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%*d %ld", &pages) != 1)
        end("cannot read /proc/self/statm");
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
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

/* --- Making modules ------------------------------------------------------------- */

struct text {
    char *at;
    size_t size, cap;
};

static void put(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(struct text *text, const char *format, ...)
{
    if (text->cap - text->size < 1024) {
        text->cap = text->cap * 2 + 4096;
        text->at = realloc(text->at, text->cap);
        if (text->at == NULL)
            end("out of memory");
    }
    va_list args;
    va_start(args, format);
    int size = vsnprintf(text->at + text->size, 1024, format, args);
    va_end(args);
    text->size += (size_t)size;
}

/* A library: what it defines, and what it asks of others, in turns. */
struct shape {
    int id;
    int own_funcs;    /* functions that it does not export */
    int funcs, datas; /* and those that it does */
    int elements;     /* the first so many functions are in its own segment */
    int calls, pointers, addresses; /* imports: env, GOT.func, GOT.mem */
    int from[4], from_count;        /* libraries that define those */
    int of_each;                    /* how many names of each are asked for */
    const char *needs[4];
    const char *more; /* further fields */
};

static void put_leb(struct text *text, unsigned value)
{
    for (; value >= 128; value >>= 7)
        put(text, "\\%02x", (value & 127) | 128);
    put(text, "\\%02x", value);
}

static unsigned leb_size(unsigned value)
{
    return value < 128 ? 1 : 1 + leb_size(value >> 7);
}

/* dylink.0: memory and table, and what is needed. */
static void put_dylink(struct text *text, const struct shape *s)
{
    unsigned bytes = (unsigned)s->datas * 4 + 16,
             elements = (unsigned)s->elements;
    put(text, "(@custom \"dylink.0\" (before first) \"\\01");
    put_leb(text, leb_size(bytes) + 1 + leb_size(elements) + 1);
    put_leb(text, bytes);
    put(text, "\\02");
    put_leb(text, elements);
    put(text, "\\00");
    unsigned count = 0, size = 0;
    for (; count < 4 && s->needs[count] != NULL; count++)
        size += 1 + (unsigned)strlen(s->needs[count]);
    if (count != 0) {
        put(text, "\\02");
        put_leb(text, size + 1);
        put_leb(text, count);
    }
    for (unsigned i = 0; i < count; i++) {
        put_leb(text, (unsigned)strlen(s->needs[i]));
        put(text, "%s", s->needs[i]);
    }
    put(text, "\")\n");
}

static void put_imports(struct text *text, const struct shape *s)
{
    put(text, "(import \"env\" \"memory\" (memory 1))"
              "(import \"env\" \"__indirect_function_table\""
              " (table $table 1 funcref))"
              "(import \"env\" \"__stack_pointer\" (global (mut i32)))"
              "(import \"env\" \"__memory_base\" (global $base i32))"
              "(import \"env\" \"__table_base\" (global $table_base i32))\n");
    for (int i = 0; i < s->calls; i++)
        put(text,
            "(import \"env\" \"_ZN7library%d8functionEi%d\" (func (type "
            "%d)))\n",
            s->from[i % s->from_count], i / s->from_count % s->of_each,
            i / s->from_count % s->of_each % 2);
    for (int i = 0; i < s->pointers; i++)
        put(text,
            "(import \"GOT.func\" \"_ZN7library%d8functionEi%d\""
            " (global (mut i32)))\n",
            s->from[i % s->from_count], i / s->from_count % s->of_each);
    for (int i = 0; i < s->addresses; i++)
        put(text,
            "(import \"GOT.mem\" \"_ZN7library%d4dataE%d\""
            " (global (mut i32)))\n",
            s->from[i % s->from_count], i / s->from_count % s->of_each);
}

static void put_module(struct text *text, const struct shape *s)
{
    put(text, "(module ");
    put_dylink(text, s);
    put(text, "(type (func (param i32) (result i32)))"
              "(type (func (param i32 i32) (result i32)))\n");
    put_imports(text, s);
    for (int i = 0; i < s->funcs; i++)
        put(text,
            "(func $f%d (export \"_ZN7library%d8functionEi%d\") (type %d)"
            " (local.get 0))\n",
            i, s->id, i, i % 2);
    for (int i = 0; i < s->own_funcs; i++)
        put(text, "(func (type %d) (i32.const %d))\n", i % 2, i);
    for (int i = 0; i < s->datas; i++)
        put(text,
            "(global (export \"_ZN7library%d4dataE%d\") i32 (i32.const %d))\n",
            s->id, i, i * 4);
    if (s->elements != 0)
        put(text, "(elem (global.get $table_base) func");
    for (int i = 0; i < s->elements; i++)
        put(text, " $f%d", i);
    put(text, "%s\n%s)", s->elements != 0 ? ")" : "",
        s->more != NULL ? s->more : "");
}

static tn_text module_of(const struct shape *s)
{
    struct text text = {NULL, 0, 0};
    tn_text out;
    tn_error err = {0};
    put_module(&text, s);
    check(tn_module_parse(text.at, text.size, &out, &err), &err);
    free(text.at);
    return out;
}

static void write_module(const char *dir, const char *name,
                         const struct shape *s)
{
    char path[512];
    tn_text bytes = module_of(s);
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes.at, 1, bytes.size, file) != bytes.size ||
        fclose(file) != 0)
        end(path);
    tn_text_free(&bytes);
}

enum {
    MANY = 10000,
    LIBRARIES = 200
};

static struct shape many_shape(void)
{
    return (struct shape){.id = 1, .funcs = MANY, .datas = MANY};
}

static struct shape user_of_many(void)
{
    return (struct shape){.id = 2,
                          .calls = MANY,
                          .pointers = MANY,
                          .addresses = MANY,
                          .from = {1},
                          .from_count = 1,
                          .of_each = MANY,
                          .needs = {"libmany.so"}};
}

/* As large as ICU's two, of which one asks itself for most of what it asks. */
#define ICU_DATA(name) "(global (export \"" name "\") i32 (i32.const 0))"

static void write_icu_shapes(const char *dir)
{
    struct shape common = {.id = 11,
                           .own_funcs = 3000,
                           .funcs = 4000,
                           .datas = 1000,
                           .elements = 1500};
    struct shape i18n = {.id = 12,
                         .own_funcs = 4431,
                         .funcs = 6000,
                         .datas = 2784,
                         .elements = 2500,
                         .calls = 780,
                         .pointers = 1200,
                         .addresses = 2157,
                         .from = {12, 11},
                         .from_count = 2,
                         .of_each = 1000,
                         .needs = {"libcommon.so"}};
    struct shape main = {.id = 13, .needs = {"libi18n.so"}};
    write_module(dir, "libcommon.so", &common);
    write_module(dir, "libi18n.so", &i18n);
    struct shape icu = {
        .id = 14,
        .needs = {"libicuuc.so", "libicui18n.so", "libicudata.so"},
        .more = ICU_DATA("timezone") ICU_DATA("tzname")
            ICU_DATA("_ZTVN10__cxxabiv117__class_type_infoE")
                ICU_DATA("_ZTVN10__cxxabiv120__si_class_type_infoE")
                    ICU_DATA("_ZTVN10__cxxabiv121__vmi_class_type_infoE")};
    write_module(dir, "international.wasm", &main);
    write_module(dir, "icu.wasm", &icu);
}

static struct shape host_shape(void)
{
    return (struct shape){.id = 21, .funcs = 64, .datas = 16, .elements = 8};
}

static struct shape plugin_shape(void)
{
    return (struct shape){
        .id = 22,
        .own_funcs = 8,
        .funcs = 4,
        .datas = 4,
        .elements = 2,
        .calls = 8,
        .pointers = 4,
        .addresses = 4,
        .from = {21, 22},
        .from_count = 2,
        .of_each = 4,
        .more = "(func (export \"__wasm_apply_data_relocs\")"
                " (i32.store (global.get $base) (global.get $table_base)))"
                "(func (export \"__wasm_call_ctors\"))"
                "(data (global.get $base) \"plugin\")"};
}

static void write_libraries(const char *dir)
{
    static char names[LIBRARIES][16];
    for (int i = 0; i < LIBRARIES; i++)
        snprintf(names[i], sizeof *names, "lib%d.so", i);
    for (int i = 0; i < LIBRARIES; i++) {
        int next = (i + 1) % LIBRARIES, far = (i * 7 + 3) % LIBRARIES,
            other = (i * 13 + 5) % LIBRARIES;
        struct shape s = {.id = 100 + i,
                          .own_funcs = 50,
                          .funcs = 150,
                          .datas = 50,
                          .elements = 20,
                          .calls = 60,
                          .pointers = 20,
                          .addresses = 20,
                          .from = {100 + next, 100 + far, 100 + other},
                          .from_count = 3,
                          .of_each = 20,
                          .needs = {names[next], names[far], names[other]}};
        write_module(dir, names[i], &s);
    }
    struct shape main = {.id = 99,
                         .calls = 1,
                         .from = {100},
                         .from_count = 1,
                         .of_each = 1,
                         .needs = {names[0]}};
    write_module(dir, "main.wasm", &main);
}

static void make(const char *dir)
{
    struct shape many = many_shape(), user = user_of_many(),
                 host = host_shape(), plugin = plugin_shape();
    write_module(dir, "libmany.so", &many);
    write_module(dir, "many.wasm", &user);
    write_icu_shapes(dir);
    write_module(dir, "host.wasm", &host);
    write_module(dir, "plugin.so", &plugin);
    write_module(dir, "libcalls.so", &(struct shape){.id = 31, .funcs = 1});
    write_module(dir, "liblate.so", &(struct shape){.id = 32, .funcs = 1});
    write_libraries(dir);
}

/* --- Spaces ---------------------------------------------------------------------- */

struct world {
    tn_engine *engine;
    tn_linker *linker;
    tn_store *store;
};

static struct world begin(const tn_allocator *alloc, tn_find_fn *find,
                          const char *path)
{
    struct world w;
    tn_error err = {0};
    tn_config engine = TN_CONFIG_INIT;
    tn_linker_config linker = TN_LINKER_CONFIG_INIT;
    tn_store_config store = TN_STORE_CONFIG_INIT;
    engine.allocator = alloc;
    linker.find = find;
    linker.paths = &path;
    linker.path_count = path != NULL;
    linker.no_files = path == NULL;
    check(tn_engine_new(&engine, &w.engine, &err), &err);
    check(tn_linker_new(w.engine, &linker, &w.linker, &err), &err);
    check(tn_store_new(w.engine, &store, &w.store, &err), &err);
    return w;
}

static void finish(struct world *w)
{
    tn_store_free(w->store);
    tn_linker_free(w->linker);
    tn_engine_free(w->engine);
}

static tn_space *load(const struct world *w, const char *name, tn_bytes bytes)
{
    tn_error err = {0};
    tn_space *space;
    tn_named_module main = {name, bytes};
    check(tn_space_new(w->linker, w->store, &main, NULL, &space, &err), &err);
    return space;
}

static tn_func *symbol(tn_space *space, const char *name)
{
    tn_error err = {0};
    tn_symbol found;
    check(tn_dlsym(space, NULL, name, &found, &err), &err);
    return found.func;
}

/* --- Binding --------------------------------------------------------------------- */

/* In a store of its own. */
static double time_load(struct world w, const char *path)
{
    tn_error err = {0};
    check(tn_store_new(w.engine, NULL, &w.store, &err), &err);
    double start = now_ns();
    tn_space *space = load(&w, path, (tn_bytes){NULL, 0});
    double ns = now_ns() - start;
    tn_space_free(space);
    tn_store_free(w.store);
    return ns;
}

static void bind(const char *path, size_t rounds)
{
    double ns[MAX_ROUNDS];
    char dir[512];
    snprintf(dir, sizeof dir, "%s", path);
    *strrchr(dir, '/') = 0;
    struct world w = begin(NULL, NULL, dir);
    double first = time_load(w, path);
    for (size_t i = 0; i < rounds; i++)
        ns[i] = time_load(w, path);
    printf("%.2f %.2f\n", first / 1e6, median(ns, rounds) / 1e6);
    finish(&w);
}

/* --- Opening ---------------------------------------------------------------------- */

static void give(tn_imports *imports, const char *module, const char *name,
                 tn_extern item)
{
    tn_error err = {0};
    check(tn_imports_define(imports, module, name, item, &err), &err);
}

static void give_global(tn_store *store, tn_imports *imports,
                        const char *module, const char *name, int value,
                        bool is_mutable)
{
    tn_error err = {0};
    tn_extern item = {.kind = TN_EXTERN_GLOBAL};
    tn_val number = {.kind = TN_I32, .of.i32 = value};
    check(tn_global_new(store, number, is_mutable, &item.of.global, &err),
          &err);
    give(imports, module, name, item);
}

/* All that the plugin imports, with the host's functions for its own. */
static tn_imports *imports_of_plugin(tn_space *space, tn_store *store)
{
    static const int ids[] = {21, 22};
    char name[64];
    tn_imports *imports;
    tn_error err = {0};
    check(tn_imports_new(store, &imports, &err), &err);
    give(imports, "env", "memory",
         (tn_extern){.kind = TN_EXTERN_MEMORY,
                     .of.memory = tn_space_memory(space)});
    give(imports, "env", "__indirect_function_table",
         (tn_extern){.kind = TN_EXTERN_TABLE,
                     .of.table = tn_space_table(space)});
    give_global(store, imports, "env", "__stack_pointer", 65536, true);
    give_global(store, imports, "env", "__memory_base", 1 << 16, false);
    give_global(store, imports, "env", "__table_base", 1, false);
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < 4; i++) {
            snprintf(name, sizeof name, "_ZN7library218functionEi%d", i);
            tn_extern func = {.kind = TN_EXTERN_FUNC,
                              .of.func = symbol(space, name)};
            snprintf(name, sizeof name, "_ZN7library%d8functionEi%d", ids[k],
                     i);
            give(imports, "env", name, func);
            give_global(store, imports, "GOT.func", name, 1, true);
            snprintf(name, sizeof name, "_ZN7library%d4dataE%d", ids[k], i);
            give_global(store, imports, "GOT.mem", name, 1, true);
        }
    return imports;
}

static void open_and_close(tn_space *space, const char *name, int times)
{
    tn_error err = {0};
    tn_dso *dso;
    for (int i = 0; i < times; i++) {
        check(tn_dlopen(space, name, NULL, TN_RTLD_NOW, &dso, &err), &err);
        check(tn_dlclose(dso, &err), &err);
    }
}

static void make_and_end(tn_store *store, tn_module *module,
                         tn_imports *imports, int times)
{
    tn_error err = {0};
    tn_instance *instance;
    for (int i = 0; i < times; i++) {
        check(tn_instance_new(store, module, imports, &instance, &err), &err);
        tn_instance_free(instance);
    }
}

static void check_growth(tn_space *space, int times)
{
    long before = resident_kib();
    uint64_t memory = tn_memory_size(tn_space_memory(space)),
             table = tn_table_size(tn_space_table(space));
    open_and_close(space, "plugin.so", times);
    long grown = resident_kib() - before;
    memory = tn_memory_size(tn_space_memory(space)) - memory;
    table = tn_table_size(tn_space_table(space)) - table;
    printf("%d times more: resident memory grown by %ld KiB, the guest's "
           "memory by %llu bytes, its table by %llu elements\n",
           times, grown, (unsigned long long)memory, (unsigned long long)table);
    if (grown > 1024 || memory != 0 || table != 0)
        end("what was closed is still there");
}

static void open_plugins(const char *dir)
{
    enum {
        TIMES = 2000
    };
    char path[512];
    double opens[ROUNDS], instances[ROUNDS];
    tn_error err = {0};
    tn_module *module;
    snprintf(path, sizeof path, "%s/host.wasm", dir);
    struct world w = begin(NULL, NULL, dir);
    tn_space *space = load(&w, path, (tn_bytes){NULL, 0});
    check(tn_space_init(space, &err), &err);
    struct shape shape = plugin_shape();
    tn_text bytes = module_of(&shape);
    check(tn_module_new_copy(w.engine, bytes.at, bytes.size, &module, &err),
          &err);
    tn_imports *imports = imports_of_plugin(space, w.store);
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ns();
        open_and_close(space, "plugin.so", TIMES);
        double middle = now_ns();
        make_and_end(w.store, module, imports, TIMES);
        opens[i] = (middle - start) / TIMES;
        instances[i] = (now_ns() - middle) / TIMES;
    }
    double opened = median(opens, ROUNDS), bare = median(instances, ROUNDS);
    printf("dlopen and dlclose of a plugin in a file: %.2f us; an instance "
           "made and ended: %.2f us; %.1fx\n",
           opened / 1e3, bare / 1e3, opened / bare);
    check_growth(space, 100000);
    tn_imports_free(imports);
    tn_space_free(space);
    tn_module_free(module);
    tn_text_free(&bytes);
    finish(&w);
}

/* --- Calls ------------------------------------------------------------------------ */

/* Each export of link.wat is a loop around nothing but a call. */
static const struct {
    const char *name, *what;
} loops[] = {
    {"intra", "inside of a module"},
    {"self", "to itself, by import"},
    {"cross", "to another module"},
    {"late", "to one that was bound by the first call"},
    {"near_pointer", "by pointer, inside of a module"},
    {"far_pointer", "by a pointer from GOT.func"},
};

enum {
    LOOPS = sizeof loops / sizeof *loops
};

static double time_loop(tn_func *func, int times)
{
    tn_error err = {0};
    uint64_t slot = (uint64_t)times;
    double start = now_ns();
    check(tn_func_call_raw(func, &slot, &err), &err);
    return (now_ns() - start) / times;
}

static void race_calls(const char *dir)
{
    char path[512];
    double ns[LOOPS][ROUNDS];
    tn_func *funcs[LOOPS];
    tn_dso *late;
    tn_error err = {0};
    snprintf(path, sizeof path, "%s/calls.wasm", dir);
    struct world w = begin(NULL, NULL, dir);
    tn_space *space = load(&w, path, (tn_bytes){NULL, 0});
    check(tn_space_init(space, &err), &err);
    check(tn_dlopen(space, "liblate.so", NULL, TN_RTLD_NOW | TN_RTLD_GLOBAL,
                    &late, &err),
          &err);
    for (int k = 0; k < LOOPS; k++) {
        funcs[k] = symbol(space, loops[k].name);
        time_loop(funcs[k], 1000);
    }
    for (int i = 0; i < ROUNDS; i++)
        for (int k = 0; k < LOOPS; k++)
            ns[k][i] = time_loop(funcs[k], 4000000);
    double base = median(ns[0], ROUNDS);
    for (int k = 0; k < LOOPS; k++) {
        double each = median(ns[k], ROUNDS);
        printf("a call %-42s %5.2f ns %5.2fx\n", loops[k].what, each,
               each / base);
    }
    tn_space_free(space);
    finish(&w);
}

/* --- Many libraries ----------------------------------------------------------------- */

/* Counts what is there, and passes on. */
static void *count_bytes(void *ctx, void *block, size_t old_bytes,
                         size_t new_bytes)
{
    size_t *live = ctx;
    if (new_bytes == 0) {
        free(block);
        *live -= old_bytes;
        return NULL;
    }
    void *moved = realloc(block, new_bytes);
    if (moved != NULL)
        *live += new_bytes - old_bytes;
    return moved;
}

/* The same by dlopen, where the libraries are done already. */
static void open_many(const struct world *w, const char *dir)
{
    char path[512];
    double ns[ROUNDS];
    snprintf(path, sizeof path, "%s/host.wasm", dir);
    tn_space *space = load(w, path, (tn_bytes){NULL, 0});
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ns();
        open_and_close(space, "lib0.so", 1);
        ns[i] = now_ns() - start;
    }
    printf("%d opened and closed at once: %.2f ms\n", LIBRARIES,
           median(ns, ROUNDS) / 1e6);
    tn_space_free(space);
}

static void load_many(const char *dir)
{
    char path[512];
    double ns[ROUNDS];
    size_t live = 0;
    tn_allocator counting = {count_bytes, &live};
    snprintf(path, sizeof path, "%s/main.wasm", dir);
    struct world w = begin(&counting, NULL, dir);
    size_t before = live;
    long resident = resident_kib();
    double start = now_ns();
    tn_space *space = load(&w, path, (tn_bytes){NULL, 0});
    double first = now_ns() - start;
    resident = resident_kib() - resident;
    size_t loaded = live - before, count = tn_space_dso_count(space);
    tn_space_free(space);
    for (int i = 0; i < ROUNDS; i++)
        ns[i] = time_load(w, path);
    before = live;
    space = load(&w, path, (tn_bytes){NULL, 0});
    printf("%zu objects, of 200 exports and 100 imports each: %.1f ms, again "
           "%.2f ms; %zu KiB, %zu of them the space; resident %ld KiB\n",
           count, first / 1e6, median(ns, ROUNDS) / 1e6, loaded >> 10,
           (live - before) >> 10, resident);
    tn_space_free(space);
    open_many(&w, dir);
    finish(&w);
}

/* What a module of this shape takes, besides its bytes: in the linker and in a
 * space. */
static void weigh(const struct shape *shape, double *lib, double *space)
{
    size_t live = 0;
    tn_allocator counting = {count_bytes, &live};
    tn_text bytes = module_of(shape);
    struct world w = begin(&counting, NULL, NULL);
    tn_bytes module = {bytes.at, bytes.size};
    tn_space_free(load(&w, "heavy", module));
    size_t before = live;
    tn_space *made = load(&w, "heavy", module);
    *space = (double)(live - before);
    tn_space_free(made);
    tn_store_free(w.store);
    before = live;
    tn_linker_free(w.linker);
    *lib = (double)(before - live - bytes.size);
    tn_engine_free(w.engine);
    tn_text_free(&bytes);
}

static void weigh_each(const char *what, struct shape none, struct shape with)
{
    double lib, space, less_lib, less_space;
    weigh(&none, &less_lib, &less_space);
    weigh(&with, &lib, &space);
    printf("%-28s %5.1f bytes in the linker, %5.1f in each space\n", what,
           (lib - less_lib) / MANY, (space - less_space) / MANY);
}

/* An export is weighed beside a function or global that is not exported; an
 * import is one of the module's own functions and data. */
static void weigh_names(void)
{
    struct shape none = {.id = 41}, hidden = none, funcs = none, datas = none;
    hidden.own_funcs = funcs.funcs = datas.datas = MANY;
    weigh_each("a function of its own:", none, hidden);
    weigh_each("its export:", hidden, funcs);
    weigh_each("data, exported:", none, datas);
    struct shape both = {.id = 41,
                         .funcs = MANY,
                         .datas = MANY,
                         .from = {41},
                         .from_count = 1,
                         .of_each = MANY};
    struct shape calls = both, pointers = both, addresses = both;
    both.elements = pointers.elements = MANY;
    calls.calls = pointers.pointers = addresses.addresses = MANY;
    calls.elements = addresses.elements = MANY;
    weigh_each("an import of a function:", both, calls);
    weigh_each("of its address, GOT.func:", both, pointers);
    weigh_each("of data, GOT.mem:", both, addresses);
    both.elements = pointers.elements = 0;
    weigh_each("and a table element for it:", both, pointers);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    const char *of = argc > 2 ? argv[2] : NULL;
    size_t rounds = argc > 3 ? strtoul(argv[3], NULL, 10) : ROUNDS;
    if (of == NULL || rounds == 0 || rounds > MAX_ROUNDS)
        end("usage: link make|bind|open|calls|many DIR|FILE [ROUNDS]");
    if (strcmp(what, "make") == 0)
        make(of);
    else if (strcmp(what, "bind") == 0)
        bind(of, rounds);
    else if (strcmp(what, "open") == 0)
        open_plugins(of);
    else if (strcmp(what, "calls") == 0)
        race_calls(of);
    else if (strcmp(what, "many") == 0) {
        load_many(of);
        weigh_names();
    } else
        end(what);
    return 0;
}
