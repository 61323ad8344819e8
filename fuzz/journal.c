/* journal.c - all that can be seen of a random module, as text. */
#include "journal.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_VALUES = 8,
    FUEL = 60,
    MAX_NESTING = 3
};

static void note(struct journal *j, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void note(struct journal *j, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size =
        vsnprintf(j->text + j->size, JOURNAL_SIZE - j->size, format, args);
    va_end(args);
    j->size += size > 0 ? (size_t)size : 0;
    if (j->size >= JOURNAL_SIZE)
        j->size = JOURNAL_SIZE - 1;
}

/* One that is full ends with the last line that it holds whole. */
static void end_journal(struct journal *j)
{
    static const char more[] = "...\n";
    if (j->size + 1 < JOURNAL_SIZE)
        return;
    j->size -= sizeof more;
    while (j->size > 0 && j->text[j->size - 1] != '\n')
        j->size--;
    memcpy(j->text + j->size, more, sizeof more);
    j->size += sizeof more - 1;
}

static void give_up(const char *what, const tn_error *err)
    __attribute__((noreturn));

static void give_up(const char *what, const tn_error *err)
{
    fprintf(stderr, "journal: %s: %s\n", what, err->text);
    abort();
}

/* --------------------------------------------------------- things to see */

static uint64_t bits_of(const tn_val *value)
{
    uint64_t bits = 0;
    switch (value->kind) {
    case TN_I32:
    case TN_F32:
        memcpy(&bits, &value->of, 4);
        break;
    case TN_I64:
    case TN_F64:
        memcpy(&bits, &value->of, 8);
        break;
    default: /* addresses: only whether there is one */
        bits = value->of.ref != NULL;
        break;
    }
    return bits;
}

static void note_value(struct journal *j, const tn_val *value)
{
    bool is_nan = (value->kind == TN_F32 && isnan(value->of.f32)) ||
                  (value->kind == TN_F64 && isnan(value->of.f64));
    if (is_nan && j->is_portable)
        note(j, " %d:nan", (int)value->kind);
    else
        note(j, " %d:%" PRIx64, (int)value->kind, bits_of(value));
}

static void note_memory(struct journal *j, const char *name, tn_memory *memory)
{
    uint64_t size = tn_memory_size(memory);
    const uint8_t *at = tn_memory_span(memory, 0, size);
    uint32_t hash = 2166136261u;
    for (uint64_t i = 0; i + 4 <= size; i += 4) {
        uint32_t word;
        memcpy(&word, at + i, 4);
        hash = (hash ^ word) * 16777619u;
        hash ^= hash >> 15;
    }
    note(j, "memory %s %" PRIu64 " %" PRIx32 "\n", name, size, hash);
}

static void note_table(struct journal *j, const char *name, tn_table *table)
{
    uint64_t size = tn_table_size(table);
    note(j, "table %s %" PRIu64 " ", name, size);
    for (uint64_t i = 0; i < size; i++) {
        tn_val value;
        if (tn_table_get(table, i, &value, NULL) == TN_OK)
            note(j, "%d", bits_of(&value) != 0);
    }
    note(j, "\n");
}

/* Other engines do not tell these apart. */
static const char *trap_word(tn_trap_kind kind)
{
    switch (kind) {
    case TN_TRAP_UNREACHABLE:
        return "unreachable";
    case TN_TRAP_DIVIDE_BY_ZERO:
        return "divide";
    case TN_TRAP_INTEGER_OVERFLOW:
    case TN_TRAP_INVALID_CONVERSION:
        return "overflow";
    case TN_TRAP_MEMORY_BOUNDS:
    case TN_TRAP_UNALIGNED_ATOMIC: /* which of both comes first */
        return "memory";
    case TN_TRAP_TABLE_BOUNDS:
    case TN_TRAP_UNDEFINED_ELEMENT:
        return "table";
    case TN_TRAP_UNINITIALIZED_ELEMENT:
    case TN_TRAP_INDIRECT_TYPE:
        return "signature";
    case TN_TRAP_NULL_REFERENCE:
    case TN_TRAP_NULL_STRUCT:
    case TN_TRAP_NULL_ARRAY:
    case TN_TRAP_NULL_I31:
    case TN_TRAP_NULL_FUNCTION:
    case TN_TRAP_NULL_EXCEPTION:
    case TN_TRAP_ARRAY_BOUNDS: /* of array.copy, which comes first */
        return "object";
    case TN_TRAP_CAST:
        return "cast";
    default:
        return tn_trap_text(kind);
    }
}

static void note_trap(struct journal *j)
{
    tn_store *store = tn_instance_store(j->instances[0]);
    tn_trap_kind kind = tn_store_trap_kind(store);
    if (j->is_portable) {
        note(j, "! %s\n", trap_word(kind));
        return;
    }
    size_t count = tn_store_trap_frame_count(store);
    note(j, "! %s depth %zu", tn_trap_text(kind), tn_store_trap_depth(store));
    for (size_t i = 0; i < count && i < 4; i++) {
        tn_frame frame = tn_store_trap_frame(store, i);
        note(j, " @%u:%" PRIx64, frame.function_index, frame.offset);
    }
    note(j, "\n");
}

/* ----------------------------------------------------------------- running */

static tn_status find_func(const struct journal *j, const char *name,
                           tn_func **out, tn_error *err)
{
    for (size_t i = 0; i < j->instance_count; i++)
        if (tn_instance_func(j->instances[i], name, out, NULL) == TN_OK)
            return TN_OK;
    return tn_instance_func(j->instances[0], name, out, err);
}

static tn_status mix(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    struct journal *j = env;
    (void)call;
    note(j, "mix %" PRIx64 " %" PRIx64 "\n", slots[0], slots[1]);
    if ((slots[0] & 7) == 0 && j->nested != NULL && j->nesting < MAX_NESTING) {
        uint64_t results[MAX_VALUES];
        tn_func *func;
        tn_status status = find_func(j, j->nested, &func, err);
        note(j, "nest %s\n", j->nested);
        j->nesting++;
        if (status == TN_OK)
            status = tn_func_call_raw(func, results, err);
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
    static const char thing;
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
        value.of.ref = round == 0 ? NULL : (void *)(uintptr_t)&thing;
        break;
    default:
        break;
    }
    return value;
}

static void set_fuel_of(tn_instance *instance, const char *name)
{
    tn_extern fuel;
    tn_val value = {.kind = TN_I32, .of.i32 = FUEL};
    tn_error err = {0};
    if (tn_instance_export(instance, name, &fuel, NULL) == TN_OK &&
        tn_global_set(fuel.of.global, value, &err) != TN_OK)
        give_up("no fuel", &err);
}

static void set_fuel(struct journal *j)
{
    static const char *const names[] = {"fuel", "afuel", "bfuel"};
    for (size_t i = 0; i < j->instance_count; i++)
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            set_fuel_of(j->instances[i], names[k]);
}

static void call_export(struct journal *j, const char *name, tn_func *func,
                        size_t round)
{
    tn_val args[MAX_VALUES], results[MAX_VALUES];
    size_t param_count = tn_func_param_count(func);
    size_t result_count = tn_func_result_count(func);
    tn_error err = {0};
    note(j, "call %s", name);
    for (size_t i = 0; i < param_count; i++) {
        args[i] = argument(tn_func_param(func, i), round);
        note_value(j, &args[i]);
    }
    note(j, "\n");
    set_fuel(j);
    tn_status status =
        tn_func_call(func, args, param_count, results, result_count, &err);
    if (status == TN_E_TRAP || status == TN_E_EXCEPTION) {
        note_trap(j);
        return;
    }
    if (status != TN_OK) {
        note(j, "! %s\n", tn_status_text(status));
        return;
    }
    note(j, "=");
    for (size_t i = 0; i < result_count; i++)
        note_value(j, &results[i]);
    note(j, "\n");
}

/* Can the embedder be given such a value, whoever it is? */
static bool is_visible(tn_valkind kind)
{
    return kind != TN_V128 && kind != TN_EXNREF;
}

static bool can_be_called(const tn_func *func)
{
    for (size_t i = 0; i < tn_func_param_count(func); i++)
        if (!is_visible(tn_func_param(func, i)))
            return false;
    for (size_t i = 0; i < tn_func_result_count(func); i++)
        if (!is_visible(tn_func_result(func, i)))
            return false;
    return true;
}

static void see(struct journal *j, const char *name, tn_extern item,
                size_t round)
{
    tn_val value;
    switch (item.kind) {
    case TN_EXTERN_FUNC:
        if (!can_be_called(item.of.func))
            break;
        if (tn_func_is(item.of.func, "() -> ()")) {
            snprintf(j->nested_name, sizeof j->nested_name, "%s", name);
            j->nested = j->nested_name;
        }
        call_export(j, name, item.of.func, round);
        break;
    case TN_EXTERN_TABLE:
        note_table(j, name, item.of.table);
        break;
    case TN_EXTERN_MEMORY:
        note_memory(j, name, item.of.memory);
        break;
    case TN_EXTERN_GLOBAL:
        value = tn_global_get(item.of.global);
        if (!is_visible(value.kind))
            break;
        note(j, "global %s", name);
        note_value(j, &value);
        note(j, "\n");
        break;
    default:
        break;
    }
}

static void see_exports(struct journal *j, tn_instance *instance, size_t round)
{
    size_t count = tn_instance_export_count(instance);
    for (size_t i = 0; i < count; i++) {
        const char *name;
        size_t size;
        char text[16];
        tn_extern item = tn_instance_export_at(instance, i, &name, &size);
        snprintf(text, sizeof text, "%.*s", (int)size, name);
        see(j, text, item, round);
    }
}

static void see_all(struct journal *j)
{
    for (size_t round = 0; round < 2; round++)
        for (size_t i = 0; i < j->instance_count; i++)
            see_exports(j, j->instances[i], round);
}

unsigned journal_with(uint64_t features, bool is_portable)
{
    static const struct {
        tn_feature feature;
        unsigned with;
    } rows[] = {
        {TN_FEATURE_MEMORY64, GEN_64},
        {TN_FEATURE_SIMD, GEN_SIMD},
        {TN_FEATURE_RELAXED_SIMD, GEN_RELAXED},
        {TN_FEATURE_FUNCTION_REFERENCES, GEN_REFS},
        {TN_FEATURE_GC, GEN_GC},
        {TN_FEATURE_EXCEPTIONS, GEN_EXCEPTIONS},
        {TN_FEATURE_LEGACY_EXCEPTIONS, GEN_LEGACY},
        {TN_FEATURE_THREADS, GEN_ATOMICS},
        {TN_FEATURE_WIDE_ARITHMETIC, GEN_WIDE},
    };
    unsigned with = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((features & TN_FEATURE_BIT(rows[i].feature)) != 0)
            with |= rows[i].with;
    return is_portable ? with & ~(unsigned)(GEN_RELAXED | GEN_WIDE) : with;
}

static tn_module *module_of(tn_engine *engine, const struct gen_bytes *bytes)
{
    tn_error err = {0};
    tn_module *module;
    if (tn_module_new_borrow(engine, bytes->at, bytes->size, &module, &err) !=
        TN_OK)
        give_up("a valid module is refused", &err);
    return module;
}

void journal_check_code(tn_engine *engine, const struct gen_bytes *bytes)
{
    tn_text text;
    tn_error err = {0};
    tn_module *module = module_of(engine, bytes);
    if (tn_module_show_ir(module, UINT32_MAX, &text, &err) != TN_OK)
        give_up("unsound", &err);
    tn_text_free(&text);
    tn_module_free(module);
}

/* Makes the next instance, which later ones know as "a". */
static bool add_instance(struct journal *j, tn_store *store,
                         tn_imports *imports, tn_module *module)
{
    tn_instance **instance = &j->instances[j->instance_count];
    tn_error err = {0};
    tn_status status = tn_instance_new(store, module, imports, instance, &err);
    tn_module_free(module);
    if (status == TN_E_MISSING || status == TN_E_TYPE ||
        status == TN_E_UNLINKABLE)
        give_up("does not link", &err);
    if (status != TN_OK)
        return false;
    j->instance_count++;
    if (tn_imports_instance(imports, "a", *instance, &err) != TN_OK)
        give_up("no imports", &err);
    return true;
}

void journal_run_set(struct journal *j, tn_engine *engine, bool is_portable,
                     const struct gen_bytes *modules, size_t count)
{
    tn_error err = {0};
    tn_store_config config = TN_STORE_CONFIG_INIT;
    config.gc_mode = j->gc_mode;
    tn_store *store;
    tn_imports *imports;
    j->size = 0;
    j->text[0] = 0;
    j->is_portable = is_portable;
    j->nested = NULL;
    j->nesting = 0;
    j->instance_count = 0;
    if (tn_store_new(engine, &config, &store, &err) != TN_OK ||
        tn_imports_new(store, &imports, &err) != TN_OK ||
        tn_imports_func(imports, "env", "mix", "(i32, i64) -> i64", mix, j,
                        &err) != TN_OK)
        give_up("no store", &err);
    while (j->instance_count < count &&
           add_instance(j, store, imports,
                        module_of(engine, &modules[j->instance_count])))
        continue;
    if (j->instance_count == count) {
        see_all(j);
    } else {
        j->size = 0;
        note(j, "refused\n");
    }
    end_journal(j);
    for (size_t i = 0; i < j->instance_count; i++)
        tn_instance_free(j->instances[i]);
    tn_imports_free(imports);
    tn_store_free(store);
}

void journal_run(struct journal *j, tn_engine *engine, bool is_portable,
                 const struct gen_bytes *bytes)
{
    journal_run_set(j, engine, is_portable, bytes, 1);
}

void journal_compare(const char *one, const struct journal *a,
                     const char *other, const struct journal *b)
{
    const char *x = a->text, *y = b->text;
    if (strcmp(x, y) == 0)
        return;
    while (*x != 0 && *y != 0) {
        size_t x_size = strcspn(x, "\n"), y_size = strcspn(y, "\n");
        if (x_size != y_size || memcmp(x, y, x_size) != 0)
            break;
        x += x_size + (x[x_size] != 0);
        y += y_size + (y[y_size] != 0);
    }
    fprintf(stderr, "%s: %.*s\n%s: %.*s\n", one, (int)strcspn(x, "\n"), x,
            other, (int)strcspn(y, "\n"), y);
    abort();
}
