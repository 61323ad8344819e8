/* facts.c - one module's sections as facts, and the order of the others. */
#include "rewrite/facts.h"

#include <stdarg.h>
#include <stdio.h>

#include "mod/instr.h"

/* --- Texts ------------------------------------------------------------------ */

const char *tn_rw_say(struct tn_rw_pen *pen, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = tn_arena_take(pen->arena, size < 0 ? 1 : (size_t)size + 1, 1);
    if (text == NULL) {
        pen->failed = true;
        return "";
    }
    va_start(args, format);
    (void)vsnprintf(text, size < 0 ? 1 : (size_t)size + 1, format, args);
    va_end(args);
    return text;
}

const char *tn_rw_func_text(struct tn_rw_pen *pen, const struct tn_mod *mod,
                            uint32_t func)
{
    struct tn_str name = tn_mod_func_name(mod, func);
    if (name.size == 0)
        return tn_rw_say(pen, "function %u", func);
    return tn_rw_say(pen, "function %u `%.*s`", func, TN_STR(name));
}

/* --- Constants ---------------------------------------------------------------- */

bool tn_rw_constant(const struct tn_mod *mod, struct tn_range expr,
                    uint64_t *out)
{
    if (expr.size == 0)
        return false;
    const uint8_t *at = mod->bytes + expr.offset;
    struct tn_cursor c = {mod->bytes, at, at + expr.size, NULL, false};
    struct tn_instr in, end;
    if (!tn_instr_read(&c, &in) || !tn_instr_read(&c, &end) ||
        end.op != TN_OP_end)
        return false;
    if (in.op == TN_OP_i32_const)
        *out = (uint32_t)in.of.i;
    else if (in.op == TN_OP_i64_const)
        *out = (uint64_t)in.of.i;
    else
        return false;
    return true;
}

bool tn_rw_exported_constant(const struct tn_mod *mod, const char *name,
                             uint64_t *out)
{
    uint32_t i = tn_mod_find_export(mod, tn_str_of(name));
    return i != TN_NONE && mod->exports[i].kind == TN_EXTERN_GLOBAL &&
           tn_rw_constant(mod, mod->globals[mod->exports[i].index].init, out);
}

/* --- WASI ----------------------------------------------------------------------- */

static const struct preview1_row {
    const char *name, *passes;
} preview1_rows[] = {
#define P1(name, type, passes) {#name, passes},
#include "mod/wasi_p1.def"
#undef P1
};

uint64_t tn_rw_wasi_pointers(struct tn_str name)
{
    uint64_t pointers = 0;
    for (size_t i = 0; i < sizeof preview1_rows / sizeof *preview1_rows; i++)
        for (uint32_t k = 0; preview1_rows[i].passes[k] != '\0' &&
                             tn_str_is(name, preview1_rows[i].name);
             k++)
            if (strchr("vn", preview1_rows[i].passes[k]) == NULL)
                pointers |= (uint64_t)1 << k;
    return pointers;
}

bool tn_rw_is_wasi(struct tn_str module)
{
    return tn_str_starts(module, "wasi_");
}

/* --- Sections --------------------------------------------------------------------- */

static bool read_memories(struct tn_rw_facts *facts)
{
    const struct tn_mod *mod = facts->mod;
    facts->memories =
        TN_NEW_ARRAY(facts->arena, tn_memory_fact, mod->memory_count);
    if (facts->memories == NULL)
        return false;
    for (uint32_t i = 0; i < mod->memory_count; i++) {
        const struct tn_limits *limits = &mod->memories[i].limits;
        facts->memories[i] = (tn_memory_fact){
            .min = limits->min,
            .max = limits->has_max ? limits->max : UINT64_MAX,
            .is_imported = i < mod->memory_import_count,
            .is_64 = limits->is_64,
            .is_shared = limits->is_shared,
            .page_log2 = limits->page_log2,
        };
    }
    for (uint32_t i = 0; i < mod->export_count; i++)
        if (mod->exports[i].kind == TN_EXTERN_MEMORY)
            facts->memories[mod->exports[i].index].is_exported = true;
    facts->pub.memories = facts->memories;
    facts->pub.memory_count = mod->memory_count;
    return true;
}

/* Where data of memory 0 lies. */
static void read_data(struct tn_rw_facts *facts)
{
    const struct tn_mod *mod = facts->mod;
    uint64_t low = UINT64_MAX, high = 0;
    for (uint32_t i = 0; i < mod->data_count; i++) {
        const struct tn_data_def *data = &mod->datas[i];
        uint64_t at;
        facts->pub.data_size += data->bytes.size;
        if (data->mode != TN_SEGMENT_ACTIVE || data->memory_index != 0)
            continue;
        if (!tn_rw_constant(mod, data->offset, &at) ||
            at > UINT64_MAX - data->bytes.size) {
            facts->has_unknown_data = true;
            continue;
        }
        low = at < low ? at : low;
        high = at + data->bytes.size > high ? at + data->bytes.size : high;
    }
    if (low < high) {
        facts->data_begin = low;
        facts->data_end = high;
    }
}

/* Where numbers are likely to be addresses, for the scan: data, and zeroed
 * data behind it, up to the first value of what may be the stack pointer. A
 * number below 1024, where linkers begin, is likely to be none. */
static void guess_addresses(struct tn_rw_facts *facts)
{
    const struct tn_mod *mod = facts->mod;
    facts->likely_begin = facts->data_begin < 1024 ? 1024 : facts->data_begin;
    facts->likely_end = facts->data_end;
    for (uint32_t i = mod->global_import_count; i < mod->global_count; i++) {
        uint64_t value;
        if (mod->globals[i].is_mutable &&
            tn_rw_constant(mod, mod->globals[i].init, &value) &&
            value > facts->likely_end && value <= UINT32_MAX)
            facts->likely_end = value;
    }
    if (facts->likely_end < facts->likely_begin)
        facts->likely_end = facts->likely_begin;
}

static uint32_t find_func(const struct tn_mod *mod, const char *name)
{
    uint32_t i = tn_mod_find_export(mod, tn_str_of(name));
    return i != TN_NONE && mod->exports[i].kind == TN_EXTERN_FUNC
               ? mod->exports[i].index
               : TN_NONE;
}

/* By which functions others get memory of it, best first. */
static const char *const allocators[] = {
    "cabi_realloc",      "malloc", "_malloc",  "patch_malloc",
    "__wbindgen_malloc", "alloc",  "allocate", "realloc"};

static void read_roles(struct tn_rw_facts *facts)
{
    const struct tn_mod *mod = facts->mod;
    tn_module_facts *pub = &facts->pub;
    pub->allocator = "";
    for (size_t i = sizeof allocators / sizeof *allocators; i-- > 0;)
        if (find_func(mod, allocators[i]) != TN_NONE)
            pub->allocator = allocators[i];
    pub->is_command = find_func(mod, "_start") != TN_NONE;
    pub->is_reactor = find_func(mod, "_initialize") != TN_NONE;
    pub->has_start = mod->start != TN_NONE;
    for (uint32_t i = 0; i < mod->import_count; i++)
        pub->has_wasi |= tn_rw_is_wasi(mod->imports[i].module);
    pub->has_threads = tn_mod_imports(mod, "wasi", "thread-spawn");
    for (uint32_t i = 0; i < mod->memory_count; i++)
        pub->has_threads |= mod->memories[i].limits.is_shared;
    bool has_linking = false;
    for (uint32_t i = 0; i < mod->custom_count; i++)
        has_linking |= tn_str_is(mod->customs[i].name, "linking");
    /* All that the linker finishes exports something. */
    pub->is_object =
        has_linking && (tn_mod_imports(mod, "env", "__linear_memory") ||
                        mod->export_count == 0);
}

/* A row for each export that is a function; their uses come later. */
static bool read_func_exports(struct tn_rw_facts *facts)
{
    const struct tn_mod *mod = facts->mod;
    uint32_t count = 0;
    facts->fact_of_export =
        TN_NEW_ARRAY(facts->arena, uint32_t, mod->export_count);
    facts->func_facts =
        TN_NEW_ARRAY(facts->arena, tn_func_fact, mod->export_count);
    if (facts->fact_of_export == NULL || facts->func_facts == NULL)
        return false;
    for (uint32_t i = 0; i < mod->export_count; i++) {
        const struct tn_export *e = &mod->exports[i];
        facts->fact_of_export[i] = TN_NONE;
        if (e->kind != TN_EXTERN_FUNC)
            continue;
        facts->func_facts[count] = (tn_func_fact){
            .name = tn_rw_say(&facts->pen, "%.*s", TN_STR(e->name)),
            .func = e->index,
            .param_count = tn_mod_func_type(mod, e->index)->param_count,
        };
        facts->fact_of_export[i] = count++;
    }
    facts->pub.func_facts = facts->func_facts;
    facts->pub.func_fact_count = count;
    return !facts->pen.failed;
}

static void read_sizes(struct tn_rw_facts *facts)
{
    const struct tn_mod *mod = facts->mod;
    tn_module_facts *pub = &facts->pub;
    pub->size = mod->size;
    pub->features = mod->features_used;
    pub->func_count = mod->func_count;
    pub->table_count = mod->table_count;
    pub->import_count = mod->import_count;
    pub->export_count = mod->export_count;
    for (uint32_t i = 0; i < mod->section_count; i++)
        if (mod->sections[i].id == TN_SECTION_CODE)
            pub->code_size += mod->sections[i].contents.size;
}

tn_status tn_rw_facts_read(struct tn_rw_facts *facts, tn_error *err)
{
    facts->pen = (struct tn_rw_pen){facts->arena, false};
    read_sizes(facts);
    read_data(facts);
    guess_addresses(facts);
    read_roles(facts);
    if (!read_memories(facts) || !read_func_exports(facts))
        return tn_no_memory(err);
    TN_TRY(tn_rw_facts_scan(facts, err));
    tn_rw_facts_layout(facts);
    TN_TRY(tn_rw_facts_level(facts, err));
    return facts->pen.failed ? tn_no_memory(err) : TN_OK;
}
