/* fuzz_run.c - a random module must do the same in every engine.
 *
 * The input makes a module (gen.h). Each way to run it - tiers, placements of
 * memories - calls every export and writes down all that can be seen: results,
 * traps with their places, the calls of the host function, globals, tables,
 * memories. The journals must be equal. Each body's register code is checked
 * as well, whether it runs or not. */
#include "gen.h"
#include "target.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon.h>

enum {
    JOURNAL = 1 << 16,
    MAX_VALUES = 8,
    FUEL = 60,
    MAX_NESTING = 3
};

struct way {
    const char *tier;
    tn_placement placement;
    tn_engine *engine; /* made at first use; null if this build has it not */
};

static struct way ways[] = {
    {NULL, TN_PLACE_AUTO, NULL},   {"tail", TN_PLACE_SLOT, NULL},
    {"loop", TN_PLACE_AUTO, NULL}, {NULL, TN_PLACE_RESERVED, NULL},
    {NULL, TN_PLACE_MOVING, NULL}, {"loop", TN_PLACE_MOVING, NULL},
};
enum {
    WAYS = sizeof ways / sizeof *ways
};

struct journal {
    char text[JOURNAL];
    size_t size;
    tn_func *nested; /* an export of no parameters that mix may call */
    int nesting;
};

static struct journal journals[WAYS];

static void note(struct journal *j, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void note(struct journal *j, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(j->text + j->size, JOURNAL - j->size, format, args);
    va_end(args);
    j->size += size > 0 ? (size_t)size : 0;
    if (j->size >= JOURNAL)
        j->size = JOURNAL - 1;
}

static void give_up(const char *what, const tn_error *err)
    __attribute__((noreturn));

static void give_up(const char *what, const tn_error *err)
{
    fprintf(stderr, "fuzz_run: %s: %s\n", what, err->text);
    abort();
}

/* --------------------------------------------------------- things to see */

static void note_value(struct journal *j, const tn_val *value)
{
    uint64_t bits = 0;
    bool is_short = value->kind == TN_I32 || value->kind == TN_F32;
    memcpy(&bits, &value->of, is_short ? 4 : 8);
    /* Addresses: only whether there is one. */
    if (value->kind == TN_FUNCREF)
        bits = value->of.func != NULL;
    if (value->kind == TN_EXTERNREF)
        bits = value->of.ref != NULL;
    note(j, " %d:%" PRIx64, (int)value->kind, bits);
}

static void note_memory(struct journal *j, tn_memory *memory)
{
    uint64_t size = tn_memory_size(memory), hash = 14695981039346656037u;
    const uint8_t *at = tn_memory_span(memory, 0, size);
    for (uint64_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * 1099511628211;
    note(j, " %" PRIu64 " bytes, hash %" PRIx64, size, hash);
}

static void note_table(struct journal *j, tn_table *table)
{
    uint64_t size = tn_table_size(table);
    for (uint64_t i = 0; i < size; i++) {
        tn_val value;
        if (tn_table_get(table, i, &value, NULL) == TN_OK)
            note_value(j, &value);
    }
}

static void note_trap(struct journal *j, tn_store *store)
{
    size_t count = tn_store_trap_frame_count(store);
    note(j, " trap \"%s\" depth %zu", tn_trap_text(tn_store_trap_kind(store)),
         tn_store_trap_depth(store));
    for (size_t i = 0; i < count && i < 4; i++) {
        tn_frame frame = tn_store_trap_frame(store, i);
        note(j, " %u@%" PRIx64, frame.function_index, frame.offset);
    }
}

/* ----------------------------------------------------------------- running */

static tn_status mix(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    struct journal *j = env;
    (void)call;
    note(j, "mix %" PRIx64 " %" PRIx64 "\n", slots[0], slots[1]);
    if ((slots[0] & 7) == 0 && j->nested != NULL && j->nesting < MAX_NESTING) {
        uint64_t results[MAX_VALUES];
        j->nesting++;
        tn_status status = tn_func_call_raw(j->nested, results, err);
        j->nesting--;
        if (status != TN_OK)
            return status;
    }
    slots[0] = slots[1] * 0x9e3779b97f4a7c15 + (uint32_t)slots[0];
    return TN_OK;
}

static tn_val argument(tn_valkind kind, size_t round)
{
    static const double floats[] = {1.5, -3.0e9};
    static const int64_t integers[] = {7, -1000000007};
    tn_val value = {.kind = kind};
    switch (kind) {
    case TN_I32:
        value.of.i32 = (int32_t)integers[round];
        break;
    case TN_I64:
        value.of.i64 = integers[round] * 77777;
        break;
    case TN_F32:
        value.of.f32 = (float)floats[round];
        break;
    case TN_F64:
        value.of.f64 = floats[round];
        break;
    case TN_EXTERNREF:
        value.of.ref = round == 0 ? NULL : (void *)&ways[0];
        break;
    default:
        break;
    }
    return value;
}

static void set_fuel(tn_instance *instance)
{
    tn_extern fuel;
    tn_val value = {.kind = TN_I32, .of.i32 = FUEL};
    tn_error err = {0};
    if (tn_instance_export(instance, "fuel", &fuel, &err) != TN_OK ||
        tn_global_set(fuel.of.global, value, &err) != TN_OK)
        give_up("no fuel", &err);
}

static void call(struct journal *j, tn_instance *instance, tn_func *func,
                 size_t round)
{
    tn_val args[MAX_VALUES], results[MAX_VALUES];
    size_t param_count = tn_func_param_count(func);
    size_t result_count = tn_func_result_count(func);
    tn_error err = {0};
    for (size_t i = 0; i < param_count; i++)
        args[i] = argument(tn_func_param(func, i), round);
    set_fuel(instance);
    tn_status status =
        tn_func_call(func, args, param_count, results, result_count, &err);
    note(j, " status %d", (int)status);
    if (status == TN_E_TRAP)
        note_trap(j, tn_instance_store(instance));
    for (size_t i = 0; status == TN_OK && i < result_count; i++)
        note_value(j, &results[i]);
}

static void see(struct journal *j, tn_instance *instance, tn_extern item,
                size_t round)
{
    tn_val value;
    switch (item.kind) {
    case TN_EXTERN_FUNC:
        call(j, instance, item.of.func, round);
        break;
    case TN_EXTERN_TABLE:
        note_table(j, item.of.table);
        break;
    case TN_EXTERN_MEMORY:
        note_memory(j, item.of.memory);
        break;
    default:
        value = tn_global_get(item.of.global);
        note_value(j, &value);
        break;
    }
}

static void see_all(struct journal *j, tn_instance *instance)
{
    size_t count = tn_instance_export_count(instance);
    for (size_t round = 0; round < 2; round++)
        for (size_t i = 0; i < count; i++) {
            const char *name;
            size_t size;
            tn_extern item = tn_instance_export_at(instance, i, &name, &size);
            if (item.kind == TN_EXTERN_FUNC &&
                tn_func_is(item.of.func, "() -> ()"))
                j->nested = item.of.func;
            see(j, instance, item, round);
            note(j, " %.*s\n", (int)size, name);
        }
}

/* Every body's register code must be sound. */
static void check_ir(tn_module *module)
{
    tn_text text;
    tn_error err = {0};
    if (tn_module_show_ir(module, UINT32_MAX, &text, &err) != TN_OK)
        give_up("unsound", &err);
    tn_text_free(&text);
}

static void run(struct way *way, struct journal *j,
                const struct gen_bytes *bytes)
{
    tn_error err = {0};
    tn_module *module;
    tn_store *store;
    tn_imports *imports;
    tn_instance *instance;
    *j = (struct journal){.size = 0};
    if (tn_module_new_borrow(way->engine, bytes->at, bytes->size, &module,
                             &err) != TN_OK)
        give_up("a valid module is refused", &err);
    check_ir(module);
    if (tn_store_new(way->engine, NULL, &store, &err) != TN_OK ||
        tn_imports_new(store, &imports, &err) != TN_OK ||
        tn_imports_func(imports, "env", "mix", "(i32, i64) -> i64", mix, j,
                        &err) != TN_OK ||
        tn_instance_new(store, module, imports, &instance, &err) != TN_OK)
        give_up("no instance", &err);
    see_all(j, instance);
    tn_instance_free(instance);
    tn_imports_free(imports);
    tn_store_free(store);
    tn_module_free(module);
}

static bool make_engine(struct way *way)
{
    tn_config config = TN_CONFIG_INIT;
    config.tier = way->tier;
    config.placement = way->placement;
    if (way->engine == NULL)
        tn_engine_new(&config, &way->engine, NULL);
    return way->engine != NULL;
}

/* Prints the first line in which the journals differ, and ends. */
static void differ(const struct way *way, const char *a, const char *b)
{
    while (*a != 0 && *b != 0) {
        size_t a_size = strcspn(a, "\n"), b_size = strcspn(b, "\n");
        if (a_size != b_size || memcmp(a, b, a_size) != 0)
            break;
        a += a_size + (a[a_size] != 0);
        b += b_size + (b[b_size] != 0);
    }
    fprintf(stderr,
            "fuzz_run: the first way:         %.*s\n"
            "fuzz_run: %s, placement %d: %.*s\n",
            (int)strcspn(a, "\n"), a, way->tier != NULL ? way->tier : "default",
            (int)way->placement, (int)strcspn(b, "\n"), b);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gen_options options = {0};
    struct gen_bytes bytes = gen_module(data, size, &options);
    for (size_t i = 0; i < WAYS; i++) {
        if (!make_engine(&ways[i]))
            continue;
        run(&ways[i], &journals[i], &bytes);
        if (strcmp(journals[0].text, journals[i].text) != 0)
            differ(&ways[i], journals[0].text, journals[i].text);
    }
    free(bytes.at);
    return 0;
}

size_t target_make_input(uint64_t seed, uint8_t **out)
{
    *out = malloc(sizeof seed);
    if (*out == NULL)
        abort();
    memcpy(*out, &seed, sizeof seed);
    return sizeof seed;
}
