/* one_memory.c - a program, a library and a plug-in in one memory.
 *
 * The three are position-independent modules, here in the text format; what
 * clang and wasm-ld make looks the same (docs/LINKING.md). Libraries come out
 * of this program, not from files: `find` has them. */
#include <stdio.h>
#include <string.h>
#include <tenon.h>

#define SHARED                               \
    "(import \"env\" \"memory\" (memory 1))" \
    "(import \"env\" \"__memory_base\" (global $base i32))"

/* Four bytes of data, aligned to 2^2: at $base, wherever that will be. */
static const char counter[] =
    "(@custom \"dylink.0\" (before first) \"\\01\\04\\04\\02\\00\\00\")" SHARED
    "(global (export \"count\") i32 (i32.const 0))"
    "(func (export \"increment\")"
    "  (i32.store (global.get $base)"
    "    (i32.add (i32.load (global.get $base)) (i32.const 1))))";

/* No data; needs libcounter.so. */
static const char program[] =
    "(@custom \"dylink.0\" (before first)"
    "  \"\\01\\04\\00\\00\\00\\00\\02\\0f\\01\\0dlibcounter.so\")" SHARED
    "(import \"env\" \"increment\" (func $increment))"
    "(func (export \"run\") (call $increment) (call $increment))";

/* Is told the address of the library's data. */
static const char plugin[] =
    "(@custom \"dylink.0\" (before first) \"\\01\\04\\00\\00\\00\\00\")" SHARED
    "(import \"GOT.mem\" \"count\" (global $count (mut i32)))"
    "(func (export \"report\") (result i32) (i32.load (global.get $count)))";

struct host {
    tn_text counter, program, plugin; /* as binaries */
    tn_engine *engine;
    tn_store *store;
    tn_linker *linker;
    tn_space *space; /* the memory, the table, and all in them */
    tn_error err;
};

static bool parse(struct host *h, const char *text, tn_text *out)
{
    return tn_module_parse(text, strlen(text), out, &h->err) == TN_OK;
}

/* The only library that this program has; its bytes are copied. */
static tn_status find(void *ctx, const char *name, const char *needed_by,
                      tn_bytes *out, tn_error *err)
{
    const struct host *h = ctx;
    (void)needed_by, (void)err;
    if (strcmp(name, "libcounter.so") != 0)
        return TN_E_NOT_FOUND;
    *out = (tn_bytes){h->counter.at, h->counter.size};
    return TN_OK;
}

/* All is found, placed and bound; then constructors run. */
static bool load(struct host *h)
{
    tn_linker_config config = TN_LINKER_CONFIG_INIT;
    tn_named_module main = {"main", {h->program.at, h->program.size}};
    config.find = find;
    config.ctx = h;
    config.no_files = true;
    return tn_engine_new(NULL, &h->engine, &h->err) == TN_OK &&
           tn_store_new(h->engine, NULL, &h->store, &h->err) == TN_OK &&
           tn_linker_new(h->engine, &config, &h->linker, &h->err) == TN_OK &&
           tn_space_new(h->linker, h->store, &main, NULL, &h->space, &h->err) ==
               TN_OK &&
           tn_space_init(h->space, &h->err) == TN_OK;
}

/* A function of `dso` and what it needs; null: of the program. */
static bool call(struct host *h, tn_dso *dso, const char *name, tn_val *result)
{
    tn_symbol found;
    return tn_dlsym(h->space, dso, name, &found, &h->err) == TN_OK &&
           tn_func_call(found.func, NULL, 0, result, result != NULL, &h->err) ==
               TN_OK;
}

/* The program runs; then comes a plug-in, which was not there at the start;
 * and the host looks at the same memory, by the name of what lies there. */
static bool use(struct host *h)
{
    tn_bytes bytes = {h->plugin.at, h->plugin.size};
    tn_dso *opened = NULL;
    tn_symbol count;
    tn_val reported;
    if (!call(h, NULL, "run", NULL) ||
        tn_dlopen(h->space, "plugin.so", &bytes, TN_RTLD_NOW, &opened,
                  &h->err) != TN_OK ||
        !call(h, opened, "report", &reported) ||
        tn_dlsym(h->space, NULL, "count", &count, &h->err) != TN_OK)
        return false;
    unsigned char *at =
        tn_memory_span(tn_space_memory(h->space), count.address, 4);
    printf("the plug-in reads %d, and so does the host: %d\n",
           (int)reported.of.i32, at[0]);
    return tn_dlclose(opened, &h->err) == TN_OK;
}

int main(void)
{
    struct host h = {0};
    bool ok = parse(&h, counter, &h.counter) &&
              parse(&h, program, &h.program) && parse(&h, plugin, &h.plugin) &&
              load(&h) && use(&h);
    if (!ok)
        fprintf(stderr, "one_memory: %s\n", h.err.text);
    tn_space_free(h.space);
    tn_linker_free(h.linker);
    tn_store_free(h.store);
    tn_engine_free(h.engine);
    tn_text_free(&h.counter);
    tn_text_free(&h.program);
    tn_text_free(&h.plugin);
    return ok ? 0 : 1;
}
