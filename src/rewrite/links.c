/* links.c - what each import means: an item of an input, or of the host.
 *
 * An import that names an input is the input's export or an error: it is never
 * left to the host. What the export gives may be an import itself, and so on:
 * the item where that ends is compared with the import, as an engine compares
 * (specification 3.2, Matching, and 4.5.4, Instantiation), by what is declared:
 * what a memory has grown to by the time that it would be linked is not known
 * here, and of the host's items only what the last import asks for. */
#include "rewrite/steps.h"

static const char *kind_name_of(tn_externkind kind)
{
    static const char *const names[TN_RW_KINDS] = {"function", "table",
                                                   "memory", "global", "tag"};
    return names[kind];
}

static uint32_t import_count(const struct tn_mod *mod, tn_externkind kind)
{
    const uint32_t counts[TN_RW_KINDS] = {
        mod->func_import_count, mod->table_import_count,
        mod->memory_import_count, mod->global_import_count,
        mod->tag_import_count};
    return counts[kind];
}

bool tn_rw_is_host(const struct tn_rw *rw, struct tn_rw_link item,
                   tn_externkind kind)
{
    return item.index < import_count(rw->inputs[item.input].mod, kind);
}

/* -------------------------------------------------------------- matching */

static void print_extent(struct tn_buf *out, const struct tn_limits *limits)
{
    tn_buf_print(out, "%llu", (unsigned long long)limits->min);
    if (limits->has_max)
        tn_buf_print(out, "..%llu", (unsigned long long)limits->max);
    tn_buf_print(out, "%s%s", limits->is_64 ? " i64" : "",
                 limits->is_shared ? " shared" : "");
    if (limits->page_log2 != 16 && limits->has_page_size)
        tn_buf_print(out, ", pages of %llu bytes", 1ull << limits->page_log2);
}

static void print_type(struct tn_buf *out, const struct tn_mod *mod,
                       tn_externkind kind, uint32_t index)
{
    const struct tn_type_def *type;
    switch (kind) {
    case TN_EXTERN_FUNC:
    case TN_EXTERN_TAG:
        type = kind == TN_EXTERN_FUNC
                   ? tn_mod_func_type(mod, index)
                   : &mod->type_defs[mod->tags[index].type_index];
        tn_functype_print(out, type->params, type->param_count, type->results,
                          type->result_count);
        break;
    case TN_EXTERN_TABLE:
        print_extent(out, &mod->tables[index].limits);
        tn_buf_byte(out, ' ');
        tn_valtype_print(out, mod->tables[index].type);
        break;
    case TN_EXTERN_MEMORY:
        print_extent(out, &mod->memories[index].limits);
        break;
    case TN_EXTERN_GLOBAL:
        if (mod->globals[index].is_mutable)
            tn_buf_print(out, "mut ");
        tn_valtype_print(out, mod->globals[index].type);
        break;
    }
}

static bool has_start_before(const struct tn_rw *rw, uint32_t input)
{
    for (uint32_t i = 0; i < input; i++)
        if (rw->inputs[i].mod->start != TN_NONE)
            return true;
    return false;
}

static tn_status refuse_type(struct tn_rw *rw, uint32_t input,
                             const struct tn_import *import, uint32_t target,
                             uint32_t given)
{
    const struct tn_rw_input *asks = &rw->inputs[input];
    const struct tn_rw_input *has = &rw->inputs[target];
    struct tn_buf text;
    tn_buf_init(&text, rw->alloc);
    tn_buf_print(&text, "%s imports %s \"%.*s\" \"%.*s\" as ", asks->name.at,
                 kind_name_of(import->kind), TN_STR(import->module),
                 TN_STR(import->name));
    print_type(&text, asks->mod, import->kind, import->index);
    tn_buf_print(&text, ", but %s has it as ", has->name.at);
    print_type(&text, has->mod, import->kind, given);
    bool is_sized =
        import->kind == TN_EXTERN_MEMORY || import->kind == TN_EXTERN_TABLE;
    if (is_sized && has_start_before(rw, input))
        tn_buf_print(&text, " (what a start function grows it to is not known "
                            "before it runs)");
    tn_buf_byte(&text, 0);
    tn_status status =
        text.failed ? tn_no_memory(rw->err)
                    : tn_fail(rw->err, TN_E_TYPE, TN_NO_OFFSET, "%s", text.at);
    tn_buf_clear(&text);
    return status;
}

/* ------------------------------------------------------------- following */

static tn_status refuse_missing(struct tn_rw *rw, uint32_t input,
                                const struct tn_import *import, uint32_t target)
{
    return tn_fail(rw->err, TN_E_MISSING, TN_NO_OFFSET,
                   "%s imports %s \"%.*s\" \"%.*s\", but %s exports no such "
                   "name (--bind %s:%.*s= leaves it to the host)",
                   rw->inputs[input].name.at, kind_name_of(import->kind),
                   TN_STR(import->module), TN_STR(import->name),
                   rw->inputs[target].name.at, rw->inputs[input].name.at,
                   TN_STR(import->module));
}

static tn_status refuse_kind(struct tn_rw *rw, uint32_t input,
                             const struct tn_import *import, uint32_t target,
                             tn_externkind given)
{
    return tn_fail(rw->err, TN_E_TYPE, TN_NO_OFFSET,
                   "%s imports %s \"%.*s\" \"%.*s\", but %s exports a %s "
                   "under that name",
                   rw->inputs[input].name.at, kind_name_of(import->kind),
                   TN_STR(import->module), TN_STR(import->name),
                   rw->inputs[target].name.at, kind_name_of(given));
}

/* One step from an import: to the item that answers it. False for the host's;
 * fails by *status. */
static bool take_link(struct tn_rw *rw, struct tn_rw_link *at,
                      const struct tn_import *import, tn_status *status)
{
    uint32_t target = tn_rw_target(rw, at->input, import->module);
    *status = TN_OK;
    if (target == TN_NONE)
        return false;
    const struct tn_export *export =
        tn_rw_find_export(&rw->inputs[target], import->name);
    if (export == NULL) {
        *status = refuse_missing(rw, at->input, import, target);
        return false;
    }
    if (export->kind != import->kind) {
        *status = refuse_kind(rw, at->input, import, target, export->kind);
        return false;
    }
    *at = (struct tn_rw_link){target, export->index};
    return true;
}

static const struct tn_import *import_giving(const struct tn_rw *rw,
                                             struct tn_rw_link item,
                                             tn_externkind kind)
{
    const struct tn_rw_input *input = &rw->inputs[item.input];
    return &input->mod->imports[input->import_at[kind][item.index]];
}

/* A ring of exports that are imports of each other, from one of them on. */
static tn_status refuse_ring(struct tn_rw *rw, struct tn_rw_link at,
                             tn_externkind kind)
{
    const struct tn_rw_link first = at;
    struct tn_buf text;
    tn_status status;
    tn_buf_init(&text, rw->alloc);
    do {
        const struct tn_import *import = import_giving(rw, at, kind);
        tn_buf_print(&text, "%s -> \"%.*s\" \"%.*s\", ",
                     rw->inputs[at.input].name.at, TN_STR(import->module),
                     TN_STR(import->name));
        take_link(rw, &at, import, &status);
    } while (text.size < 160 &&
             (at.input != first.input || at.index != first.index));
    tn_buf_byte(&text, 0);
    status = text.failed ? tn_no_memory(rw->err)
                         : tn_fail(rw->err, TN_E_CYCLE, TN_NO_OFFSET,
                                   "a %s that only imports give: %sand so on",
                                   kind_name_of(kind), text.at);
    tn_buf_clear(&text);
    return status;
}

/* Follows an import to where it ends. `limit`: no way that ends is longer. */
static tn_status follow_import(struct tn_rw *rw, uint32_t input,
                               const struct tn_import *import, uint64_t limit,
                               struct tn_rw_link *out)
{
    struct tn_rw_link at = {input, import->index};
    tn_status status = TN_OK;
    uint64_t steps = 0;
    while (tn_rw_is_host(rw, at, import->kind) &&
           take_link(rw, &at, import_giving(rw, at, import->kind), &status))
        if (++steps > limit)
            return refuse_ring(rw, at, import->kind);
    *out = at;
    if (status == TN_OK &&
        !tn_mod_fits(rw->inputs[at.input].mod, at.index, rw->inputs[input].mod,
                     import->index, import->kind))
        return refuse_type(rw, input, import, at.input, at.index);
    return status;
}

/* The report of one import, and what is to be said of it. */
static bool report_link(struct tn_rw *rw, uint32_t input,
                        const struct tn_import *import)
{
    uint32_t target = tn_rw_target(rw, input, import->module);
    const char *from = target == TN_NONE ? NULL : rw->inputs[target].name.at;
    if (target == input)
        tn_rw_note(rw, TN_NOTE_IMPORT, true, input,
                   "its own export \"%.*s\" answers its import of that name, "
                   "which would be the host's",
                   TN_STR(import->name));
    const tn_merge_link link = {.module = rw->inputs[input].name.at,
                                .import_module = tn_rw_keep(rw, import->module),
                                .name = tn_rw_keep(rw, import->name),
                                .kind = import->kind,
                                .target = from};
    return TN_VEC_PUSH(&rw->links, rw->alloc, link);
}

static bool is_instruction(const struct tn_rw_input *input,
                           const struct tn_import *import)
{
    return import->kind == TN_EXTERN_FUNC && input->mem_calls != NULL &&
           input->mem_calls[import->index].opcode != 0;
}

static tn_status resolve_input(struct tn_rw *rw, uint32_t input, uint64_t limit)
{
    struct tn_rw_input *from = &rw->inputs[input];
    const struct tn_mod *mod = from->mod;
    for (uint32_t i = 0; i < mod->import_count; i++) {
        if (is_instruction(from, &mod->imports[i])) {
            from->links[i] = (struct tn_rw_link){input, TN_NONE};
            continue;
        }
        TN_TRY(
            follow_import(rw, input, &mod->imports[i], limit, &from->links[i]));
        if (!from->is_own && !report_link(rw, input, &mod->imports[i]))
            return tn_no_memory(rw->err);
    }
    return TN_OK;
}

/* Where the imports of each kind are. */
static bool index_imports(struct tn_rw *rw, struct tn_rw_input *input)
{
    const struct tn_mod *mod = input->mod;
    input->links =
        TN_NEW_ARRAY(&rw->arena, struct tn_rw_link, mod->import_count);
    if (input->links == NULL)
        return false;
    for (int kind = 0; kind < TN_RW_KINDS; kind++) {
        uint32_t count = import_count(mod, (tn_externkind)kind);
        input->import_at[kind] = TN_NEW_ARRAY(&rw->arena, uint32_t, count);
        if (input->import_at[kind] == NULL)
            return false;
    }
    for (uint32_t i = 0; i < mod->import_count; i++)
        input->import_at[mod->imports[i].kind][mod->imports[i].index] = i;
    return true;
}

tn_status tn_rw_resolve(struct tn_rw *rw)
{
    uint64_t limit = 0;
    for (uint32_t i = 0; i < rw->input_count; i++) {
        if (!index_imports(rw, &rw->inputs[i]))
            return tn_no_memory(rw->err);
        limit += rw->inputs[i].mod->import_count;
    }
    for (uint32_t i = 0; i < rw->input_count; i++)
        TN_TRY(resolve_input(rw, i, limit));
    return TN_OK;
}
