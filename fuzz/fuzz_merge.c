/* fuzz_merge.c - modules merged, from any bytes.
 *
 * The input is either two modules, as they are, or choices (merge_text.h): of
 * some small modules that import from each other and from the host, rightly or
 * not; then of options.
 *
 * Valid modules come to a valid module, the same ones by one thread and by
 * two, or to a refusal that says why; so do others when they are trusted. Where instances of the inputs could be
 * made one by one, in order, that must go as it goes merged: both link or
 * neither does; the host sees the same and is left with the same; and exports
 * give the same. Once more memory fails somewhere. */
#include "fault_alloc.h"
#include "journal.h"
#include "merge_text.h"
#include "rewrite/steps.h"
#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void broken(const char *what, const char *why)
{
    fprintf(stderr, "fuzz_merge: %s: %s\n", what, why);
    abort();
}

/* ------------------------------------------------------------------ a merge */

struct set {
    tn_merge_input inputs[MERGE_MODULES];
    size_t count;
    bool are_valid, are_customs_valid;
};

static bool is_refusal(tn_status status)
{
    return status == TN_E_MISSING || status == TN_E_TYPE ||
           status == TN_E_CYCLE || status == TN_E_UNLINKABLE ||
           status == TN_E_AMBIGUOUS || status == TN_E_FEATURE ||
           status == TN_E_NOT_FOUND || status == TN_E_MISUSE ||
           status == TN_E_LIMIT;
}

static void check_result(const struct set *set, const tn_merged *merged)
{
    tn_bytes module = tn_merged_module(merged);
    tn_error err = {0};
    size_t links = 0;
    if (tn_validate(module.at, module.size, tn_merged_features(merged), &err) !=
        TN_OK)
        broken("the result is not valid", err.text);
    if (set->are_customs_valid &&
        tn_validate_customs(module.at, module.size, &err) != TN_OK)
        broken("custom sections of the result are not", err.text);
    for (size_t i = 0; i < set->count; i++) {
        tn_info *info;
        tn_bytes input = set->inputs[i].module;
        if (tn_info_read(input.at, input.size, &info, &err) != TN_OK)
            broken("no facts of an input", err.text);
        links += tn_info_import_count(info);
        tn_info_free(info);
    }
    if (links != tn_merged_link_count(merged))
        broken("not a link for each import", "");
    for (size_t i = 0; i < tn_merged_note_count(merged); i++)
        if (tn_merged_note(merged, i)->text[0] == '\0')
            broken("a note without words", "");
}

/* What came of it: the module and what is told, or why not. */
static void check_equal(const struct set *set, const tn_merge_options *options,
                        tn_status status, const tn_merged *merged,
                        const tn_error *err)
{
    tn_merge_options others = *options;
    tn_merged *twin;
    tn_error why = {0};
    others.thread_count = 2;
    tn_status again = tn_merge(set->inputs, set->count, &others, &twin, &why);
    if (again != status || strcmp(err->text, why.text) != 0)
        broken("two threads are told something else", why.text);
    if (status != TN_OK)
        return;
    tn_bytes a = tn_merged_module(merged), b = tn_merged_module(twin);
    if (a.size != b.size || memcmp(a.at, b.at, a.size) != 0)
        broken("two threads make other bytes", "");
    if (tn_merged_note_count(merged) != tn_merged_note_count(twin))
        broken("two threads make other notes", "");
    tn_merged_free(twin);
}

/* The merged module, or null. */
static tn_merged *merge(const struct set *set, const tn_merge_options *options,
                        tn_error *err)
{
    tn_merged *merged;
    tn_status status = tn_merge(set->inputs, set->count, options, &merged, err);
    if (status != err->status || (status != TN_OK && err->text[0] == '\0'))
        broken("a failure without words", tn_status_text(status));
    if ((status == TN_OK) != (merged != NULL))
        broken("merged, or not", err->text);
    if (set->are_valid ? status != TN_OK && !is_refusal(status)
                       : status == TN_OK && !options->is_trusted)
        broken(set->are_valid ? "valid modules are refused so"
                              : "what is not valid is merged",
               err->text);
    if (status == TN_OK)
        check_result(set, merged);
    check_equal(set, options, status, merged, err);
    return merged;
}

/* Memory fails at one request: then nothing is left. */
static void merge_without_memory(const struct set *set,
                                 const tn_merge_options *options, size_t n)
{
    struct fault fault = n % 2 == 0 ? fault_at(n / 2) : fault_once(n / 2);
    tn_allocator alloc = fault_allocator(&fault);
    tn_merged *merged;
    tn_error err = {0};
    tn_merge_options by_one = *options;
    by_one.thread_count = 1;
    tn_status status =
        tn_rw_merge(set->inputs, set->count, &by_one, &alloc, &merged, &err);
    if (fault.requests > n / 2 && status == TN_OK)
        broken("merged without memory", "");
    tn_merged_free(merged);
    if (fault.live != 0 || fault.wrong_size != 0)
        broken("memory is left", err.text);
}

static void look_at_inputs(struct set *set)
{
    set->are_valid = set->are_customs_valid = true;
    for (size_t i = 0; i < set->count; i++) {
        tn_bytes input = set->inputs[i].module;
        set->are_valid &=
            tn_validate(input.at, input.size, tn_features_all(), NULL) == TN_OK;
        set->are_customs_valid &=
            tn_validate_customs(input.at, input.size, NULL) == TN_OK;
    }
}

/* ------------------------------------------------------------- in an engine */

enum {
    MAX_SEEN = 64
};

/* Instances of a set, or of what it was merged to, and what the host saw. */
struct side {
    tn_store *store;
    tn_imports *imports;
    tn_instance *instances[MERGE_MODULES];
    size_t count;
    tn_status status; /* of the one that failed */
    uint64_t seen[MAX_SEEN];
    size_t seen_count;
    tn_memory *memory;
    tn_table *table;
};

static tn_engine *engine;

static tn_status see(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    struct side *side = env;
    (void)call, (void)err;
    if (side->seen_count < MAX_SEEN)
        side->seen[side->seen_count++] = slots[0];
    return TN_OK;
}

static tn_status define_host(struct side *side)
{
    tn_imports *imports = side->imports;
    tn_extern memory = {.kind = TN_EXTERN_MEMORY},
              table = {.kind = TN_EXTERN_TABLE},
              global = {.kind = TN_EXTERN_GLOBAL};
    tn_limits_info pages = {.min = 1, .max = 2, .page_size_log2 = 16};
    tn_limits_info elements = {.min = 8, .max = 8};
    tn_val three = {.kind = TN_I32, .of.i32 = 3};
    TN_TRY(
        tn_imports_func(imports, "env", "see", "(i32) -> ()", see, side, NULL));
    TN_TRY(tn_memory_new(side->store, pages, &memory.of.memory, NULL));
    TN_TRY(
        tn_table_new(side->store, TN_FUNCREF, elements, &table.of.table, NULL));
    TN_TRY(tn_global_new(side->store, three, false, &global.of.global, NULL));
    side->memory = memory.of.memory;
    side->table = table.of.table;
    TN_TRY(tn_imports_define(imports, "env", "m", memory, NULL));
    TN_TRY(tn_imports_define(imports, "env", "t", table, NULL));
    return tn_imports_define(imports, "env", "g", global, NULL);
}

static void begin_side(struct side *side)
{
    *side = (struct side){.status = TN_OK};
    tn_config config = TN_CONFIG_INIT;
    config.features = tn_features_all();
    /* Emulators keep account of address space that is reserved. */
    config.placement = TN_PLACE_MOVING;
    if (engine == NULL && tn_engine_new(&config, &engine, NULL) != TN_OK)
        abort();
    if (tn_store_new(engine, NULL, &side->store, NULL) != TN_OK ||
        tn_imports_new(side->store, &side->imports, NULL) != TN_OK ||
        define_host(side) != TN_OK)
        abort();
}

static void end_side(struct side *side)
{
    tn_imports_free(side->imports);
    tn_store_free(side->store);
}

static void add_instance(struct side *side, const char *name, tn_bytes bytes)
{
    tn_module *module;
    tn_error err = {0};
    if (tn_module_new_copy(engine, bytes.at, bytes.size, &module, &err) !=
        TN_OK)
        broken("an engine refuses", err.text);
    side->status = tn_instance_new(side->store, module, side->imports,
                                   &side->instances[side->count], &err);
    tn_module_free(module);
    if (side->status != TN_OK)
        return;
    side->count++;
    if (tn_imports_instance(side->imports, name,
                            side->instances[side->count - 1], &err) != TN_OK)
        abort();
}

static bool is_link_failure(tn_status status)
{
    return status == TN_E_MISSING || status == TN_E_TYPE ||
           status == TN_E_UNLINKABLE;
}

/* ------------------------------------------------------------------ agreement */

static void compare_host(const struct side *a, const struct side *b)
{
    if (a->seen_count != b->seen_count ||
        memcmp(a->seen, b->seen, a->seen_count * sizeof *a->seen) != 0)
        broken("the host sees something else", "");
    if (memcmp(tn_memory_span(a->memory, 0, 65536),
               tn_memory_span(b->memory, 0, 65536), 65536) != 0)
        broken("the host's memory is another", "");
    for (uint64_t i = 0; i < tn_table_size(a->table); i++) {
        tn_val x, y;
        if (tn_table_get(a->table, i, &x, NULL) != TN_OK ||
            tn_table_get(b->table, i, &y, NULL) != TN_OK ||
            (x.of.func == NULL) != (y.of.func == NULL))
            broken("the host's table is another", "");
    }
}

/* An export of an input, by its name or by that of the rule for conflicts. */
static tn_func *merged_func(const struct side *one, const char *module,
                            const char *name)
{
    char full[64];
    tn_func *func = NULL;
    (void)snprintf(full, sizeof full, "%s.%s", module, name);
    if (tn_instance_func(one->instances[0], full, &func, NULL) != TN_OK &&
        tn_instance_func(one->instances[0], name, &func, NULL) != TN_OK)
        broken("an export is gone", full);
    return func;
}

static tn_status call(tn_func *func, uint64_t *result)
{
    tn_val value = {.kind = TN_I32};
    tn_status status = tn_func_call(func, NULL, 0, &value, 1, NULL);
    *result = status == TN_OK ? (uint32_t)value.of.i32 : 0;
    return status;
}

static void compare_exports(const struct side *apart, size_t i,
                            const char *module, const struct side *one)
{
    size_t count = tn_instance_export_count(apart->instances[i]);
    for (size_t k = 0; k < count; k++) {
        const char *at;
        size_t size;
        char name[16];
        uint64_t a, b;
        tn_extern item =
            tn_instance_export_at(apart->instances[i], k, &at, &size);
        if (item.kind != TN_EXTERN_FUNC ||
            !tn_func_is(item.of.func, "() -> (i32)"))
            continue;
        (void)snprintf(name, sizeof name, "%.*s", (int)size, at);
        tn_status status = call(item.of.func, &a);
        if (call(merged_func(one, module, name), &b) != status || a != b)
            broken("an export gives something else", name);
    }
}

/* Of a set in which nobody imports from whom comes later. */
static void compare_ways(const struct set *set, const tn_merged *merged,
                         const tn_error *err)
{
    struct side apart, one;
    begin_side(&apart), begin_side(&one);
    for (size_t i = 0; i < set->count && apart.status == TN_OK; i++)
        add_instance(&apart, set->inputs[i].name, set->inputs[i].module);
    if (merged != NULL)
        add_instance(&one, "merged", tn_merged_module(merged));
    bool is_linked = merged != NULL && !is_link_failure(one.status);
    /* A table whose first element is another input's object. */
    bool is_known = err->status == TN_E_UNLINKABLE;
    if (is_link_failure(apart.status) && is_linked)
        broken("merged, but they do not link", "");
    if (apart.status == TN_OK && !is_linked && !is_known)
        broken("they link, but are not merged", err->text);
    if (is_linked && apart.status != one.status)
        broken("made, or not", tn_status_text(apart.status));
    if (is_linked)
        compare_host(&apart, &one);
    if (is_linked && apart.status == TN_OK) {
        for (size_t i = 0; i < set->count; i++)
            compare_exports(&apart, i, set->inputs[i].name, &one);
        compare_host(&apart, &one);
    }
    end_side(&apart), end_side(&one);
}

/* ---------------------------------------------------------------- both inputs */

static tn_merge_options plain_options(void)
{
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    options.features = tn_features_all();
    options.thread_count = 1;
    return options;
}

/* Two bytes for the size of the first; the rest is the second. */
static void merge_bytes(const uint8_t *data, size_t size)
{
    size_t first = size < 2 ? 0 : (size_t)(data[0] | data[1] << 8);
    tn_merge_options options = plain_options();
    tn_error err = {0};
    if (size < 2 || first > size - 2)
        return;
    struct set set = {
        .inputs = {{"a", {data + 2, first}},
                   {"b", {data + 2 + first, size - 2 - first}}},
        .count = 2,
    };
    look_at_inputs(&set);
    tn_merged_free(merge(&set, &options, &err));
    /* Whatever is trusted wrongly, the result is valid. */
    err = (tn_error){0};
    options.is_trusted = true;
    tn_merged_free(merge(&set, &options, &err));
    merge_without_memory(&set, &options, data[size - 1] * 3u + first % 3);
}

static void merge_choices(const uint8_t *data, size_t size)
{
    static struct merge_texts texts;
    struct merge_wishes wishes;
    tn_merge_options options = plain_options();
    tn_error err = {0};
    merge_texts_make(&texts, data, size);
    struct set set = {.count = texts.count};
    for (size_t i = 0; i < texts.count; i++) {
        tn_text *binary = &texts.modules[i].binary;
        set.inputs[i] =
            (tn_merge_input){texts.modules[i].name, {binary->at, binary->size}};
    }
    look_at_inputs(&set);
    if (!set.are_valid)
        broken("our own module is not valid", texts.modules[0].text);
    tn_merged *merged = merge(&set, &options, &err);
    if (!texts.has_forward)
        compare_ways(&set, merged, &err);
    tn_merged_free(merged);
    err = (tn_error){0};
    merge_wishes_make(&texts, &wishes, &options);
    tn_merged_free(merge(&set, &options, &err));
    merge_without_memory(&set, &options, wishes.fail_at);
    merge_texts_end(&texts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0 && data[0] == 0)
        merge_bytes(data + 1, size - 1);
    else if (size > 0)
        merge_choices(data + 1, size - 1);
    return 0;
}

/* ------------------------------------------------------------------- inputs */

static size_t make_choices(uint64_t state, uint8_t **out)
{
    size_t size = 200 + (size_t)(state >> 55);
    *out = malloc(size);
    if (*out == NULL)
        abort();
    for (size_t i = 0; i < size; i++) {
        state = state * 6364136223846793005 + 1442695040888963407;
        (*out)[i] = (uint8_t)(state >> 33);
    }
    (*out)[0] = 1;
    return size;
}

/* Two modules of the generator's that know each other; some with damage. */
static size_t make_pair(uint64_t seed, uint64_t state, uint8_t **out)
{
    struct gen_options options = {
        .function_count = 2,
        .body_size = 30,
        .with = journal_with(tn_features_default(), false)};
    struct gen_bytes pair[2], whole = {0};
    gen_pair((uint8_t *)&seed, sizeof seed, &options, pair);
    for (unsigned i = 0; i < 3; i++)
        gen_u8(&whole, i == 0 ? 0 : (unsigned)(pair[0].size >> (8 * (i - 1))));
    for (unsigned i = 0; i < 2; i++) {
        gen_raw(&whole, pair[i].at, pair[i].size);
        free(pair[i].at);
    }
    for (uint64_t i = 0; i < seed / 2 % 4; i++) {
        state = state * 6364136223846793005 + 1442695040888963407;
        whole.at[3 + (state >> 33) % (whole.size - 3)] = (uint8_t)(state >> 25);
    }
    *out = whole.at;
    return whole.size;
}

size_t target_make_input(uint64_t seed, uint8_t **out)
{
    uint64_t state = seed * 0x9e3779b97f4a7c15 | 1;
    return seed % 2 == 0 ? make_pair(seed, state, out)
                         : make_choices(state, out);
}
