/* advise_edges.c - an edge for each import: who has it, and does it fit?
 *
 * Names are looked up by the rules of docs/PACKAGE.md, section 4, for these
 * are the rules of separate instances; and those of a dynamic linker among
 * modules that are position independent. Types are compared as an engine
 * compares them when it links. */
#include "rewrite/advise.h"

/* --- Types --------------------------------------------------------------------- */

static void put_limits_of(struct tn_buf *out, const struct tn_limits *limits)
{
    tn_buf_print(out, "%s%s%llu..", limits->is_shared ? "shared " : "",
                 limits->is_64 ? "i64 " : "", (unsigned long long)limits->min);
    if (limits->has_max)
        tn_buf_print(out, "%llu", (unsigned long long)limits->max);
}

static void put_item(struct tn_buf *out, const struct tn_mod *mod,
                     tn_externkind kind, uint32_t index)
{
    const struct tn_type_def *type;
    switch (kind) {
    case TN_EXTERN_FUNC:
        type = tn_mod_func_type(mod, index);
        tn_functype_print(out, type->params, type->param_count, type->results,
                          type->result_count);
        break;
    case TN_EXTERN_TABLE:
        tn_buf_print(out, "table ");
        put_limits_of(out, &mod->tables[index].limits);
        tn_buf_byte(out, ' ');
        tn_valtype_print(out, mod->tables[index].type);
        break;
    case TN_EXTERN_MEMORY:
        tn_buf_print(out, "memory ");
        put_limits_of(out, &mod->memories[index].limits);
        break;
    case TN_EXTERN_GLOBAL:
        tn_buf_print(out, "global %s",
                     mod->globals[index].is_mutable ? "mut " : "");
        tn_valtype_print(out, mod->globals[index].type);
        break;
    case TN_EXTERN_TAG:
        type = &mod->type_defs[mod->tags[index].type_index];
        tn_buf_print(out, "tag ");
        tn_functype_print(out, type->params, type->param_count, type->results,
                          type->result_count);
        break;
    }
}

/* "(i32) -> i32 is wanted, (i64) -> i32 is there". */
static const char *mismatch_text(struct tn_advice *a, const struct tn_mod *user,
                                 const struct tn_import *import,
                                 const struct tn_mod *definer,
                                 const struct tn_export *export)
{
    struct tn_buf text;
    tn_buf_init(&text, a->alloc);
    put_item(&text, user, import->kind, import->index);
    tn_buf_print(&text, " is wanted, ");
    put_item(&text, definer, export->kind, export->index);
    tn_buf_print(&text, " is there");
    const char *out =
        tn_rw_say(&a->pen, "%.*s", (int)text.size, (const char *)text.at);
    a->pen.failed |= text.failed;
    tn_buf_clear(&text);
    return out;
}

/* --- Who has it ------------------------------------------------------------------- */

struct asking {
    struct tn_advice *a;
    const struct tn_mod *mod;
    const struct tn_import *import;
    tn_edge *edge;
    struct tn_rw_edge *place;
};

static void answer_edge(struct asking *q, tn_import_state state, uint32_t to,
                        const char *why)
{
    q->edge->state = state;
    q->edge->to = to;
    q->edge->why = why;
}

/* Input `to` is asked for the name. */
static void ask_input(struct asking *q, uint32_t to)
{
    const struct tn_mod *mod = q->a->facts[to].mod;
    uint32_t i = tn_mod_find_export(mod, q->import->name);
    q->place->export = i;
    if (i == TN_NONE) {
        answer_edge(q, TN_IMPORT_MISSING, to, "");
        return;
    }
    const struct tn_export *e = &mod->exports[i];
    if (e->kind != q->import->kind)
        answer_edge(q, TN_IMPORT_KIND, to,
                    mismatch_text(q->a, q->mod, q->import, mod, e));
    else if (!tn_mod_fits(mod, e->index, q->mod, q->import->index, e->kind))
        answer_edge(q, TN_IMPORT_TYPE, to,
                    mismatch_text(q->a, q->mod, q->import, mod, e));
    else
        answer_edge(q, TN_IMPORT_FOUND, to, "");
}

static bool is_named_input(const struct asking *q, uint32_t i)
{
    return tn_str_is(q->import->module, q->a->names[i]);
}

/* An input of the import's name: false if there is none. */
static bool ask_by_name(struct asking *q)
{
    uint32_t found = TN_NONE, others = 0;
    for (uint32_t i = 0; i < q->a->count; i++) {
        if (i == q->edge->from || !is_named_input(q, i))
            continue;
        others += found != TN_NONE;
        found = found == TN_NONE ? i : found;
    }
    if (found == TN_NONE)
        return false;
    if (others != 0)
        answer_edge(q, TN_IMPORT_AMBIGUOUS, found,
                    tn_rw_say(&q->a->pen, "%u inputs are called %s", others + 1,
                              q->a->names[found]));
    else
        ask_input(q, found);
    return true;
}

/* By its own name alone, of any input. */
static bool ask_by_export(struct asking *q, bool among_linked)
{
    uint32_t found = TN_NONE, others = 0;
    for (uint32_t i = 0; i < q->a->count; i++) {
        const struct tn_mod *mod = q->a->facts[i].mod;
        uint32_t e = tn_mod_find_export(mod, q->import->name);
        if (i == q->edge->from || e == TN_NONE ||
            tn_rw_is_linked(&q->a->facts[i]) != among_linked ||
            mod->exports[e].kind != q->import->kind ||
            !tn_mod_fits(mod, mod->exports[e].index, q->mod, q->import->index,
                         q->import->kind))
            continue;
        others += found != TN_NONE;
        found = found == TN_NONE ? i : found;
    }
    if (found == TN_NONE)
        return false;
    /* The first definition is a linker's; else it must be the only one. */
    if (others != 0 && !among_linked)
        answer_edge(q, TN_IMPORT_AMBIGUOUS, found,
                    tn_rw_say(&q->a->pen, "%u inputs export it", others + 1));
    else
        ask_input(q, found);
    q->edge->is_by_export = true;
    return true;
}

static const char *const linker_names[] = {
    "memory",          "__indirect_function_table",
    "__stack_pointer", "__memory_base",
    "__table_base",    "__memory_base32",
    "__table_base32",  "__linear_memory",
    "__tls_base",      "__dso_handle"};

static bool is_linkers(const struct asking *q)
{
    if (tn_str_starts(q->import->module, "GOT."))
        return true;
    if (!tn_str_is(q->import->module, "env"))
        return false;
    for (size_t i = 0; i < sizeof linker_names / sizeof *linker_names; i++)
        if (tn_str_is(q->import->name, linker_names[i]))
            return true;
    return false;
}

static void ask_edge(struct asking *q)
{
    const struct tn_rw_facts *facts = &q->a->facts[q->edge->from];
    bool is_linked = tn_rw_is_linked(facts);
    struct tn_str module = q->import->module;
    bool is_wasi =
        tn_rw_is_wasi(module) || (tn_str_is(module, "wasi") &&
                                  tn_str_is(q->import->name, "thread-spawn"));
    bool is_env = tn_str_is(module, "env");
    if (facts->pub.is_object || (!is_wasi && is_linked && is_linkers(q)))
        answer_edge(q, TN_IMPORT_LINKER, TN_NONE, "");
    else if (is_wasi)
        answer_edge(q, TN_IMPORT_WASI, TN_NONE, "");
    else if (!ask_by_name(q) &&
             !(is_linked && is_env && ask_by_export(q, true)) &&
             !((module.size == 0 || is_env) &&
               !tn_mod_is_own_name(q->import->name) && ask_by_export(q, false)))
        answer_edge(q, TN_IMPORT_HOST, TN_NONE, "");
}

/* --- Where it is defined -------------------------------------------------------------- */

static uint32_t import_at(const struct tn_mod *mod, tn_externkind kind,
                          uint32_t index)
{
    for (uint32_t i = 0; i < mod->import_count; i++)
        if (mod->imports[i].kind == kind && mod->imports[i].index == index)
            return i;
    return TN_NONE;
}

/* Follows an item to the input that defines it: false when none does, or the
 * way goes round. */
static bool follow_item(const struct tn_advice *a, tn_externkind kind,
                        uint32_t *input, uint32_t *index)
{
    for (uint32_t steps = 0; steps < 1000; steps++) {
        const struct tn_mod *mod = a->facts[*input].mod;
        uint32_t import = import_at(mod, kind, *index);
        if (import == TN_NONE)
            return true;
        uint32_t edge = a->first_edges[*input] + import;
        if (a->edges[edge].state != TN_IMPORT_FOUND)
            return false;
        *input = a->edges[edge].to;
        *index =
            a->facts[*input].mod->exports[a->edge_places[edge].export].index;
    }
    return false;
}

static void find_definition(struct tn_advice *a, uint32_t i)
{
    tn_edge *edge = &a->edges[i];
    struct tn_rw_edge *place = &a->edge_places[i];
    place->input = TN_NONE;
    if (edge->state != TN_IMPORT_FOUND)
        return;
    uint32_t input = edge->to;
    uint32_t index = a->facts[input].mod->exports[place->export].index;
    if (!follow_item(a, edge->kind, &input, &index))
        return;
    place->input = input;
    place->index = index;
    /* The facts of the definer, under whatever name it exports it. */
    const struct tn_mod *mod = a->facts[input].mod;
    for (uint32_t e = 0; e < mod->export_count; e++)
        if (edge->kind == TN_EXTERN_FUNC && edge->target == NULL &&
            mod->exports[e].kind == TN_EXTERN_FUNC &&
            mod->exports[e].index == index)
            edge->target =
                &a->facts[input].func_facts[a->facts[input].fact_of_export[e]];
}

/* --- Whose memory ------------------------------------------------------------------------ */

static struct tn_rw_identity identity_of(const struct tn_advice *a,
                                         uint32_t input, tn_externkind kind)
{
    const struct tn_mod *mod = a->facts[input].mod;
    uint32_t count =
        kind == TN_EXTERN_MEMORY ? mod->memory_count : mod->table_count;
    uint32_t index = 0;
    if (count == 0)
        return (struct tn_rw_identity){.kind = TN_RW_ID_NONE};
    if (follow_item(a, kind, &input, &index))
        return (struct tn_rw_identity){
            .kind = TN_RW_ID_INPUT, .module = input, .index = index};
    mod = a->facts[input].mod;
    uint32_t import = import_at(mod, kind, index);
    if (import == TN_NONE)
        return (struct tn_rw_identity){.kind = TN_RW_ID_NONE};
    if (a->edges[a->first_edges[input] + import].state == TN_IMPORT_LINKER)
        return (struct tn_rw_identity){.kind = TN_RW_ID_LINKER};
    return (struct tn_rw_identity){.kind = TN_RW_ID_HOST,
                                   .host_module = mod->imports[import].module,
                                   .host_name = mod->imports[import].name};
}

bool tn_rw_same_identity(const struct tn_rw_identity *a,
                         const struct tn_rw_identity *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == TN_RW_ID_HOST)
        return tn_str_equal(a->host_module, b->host_module) &&
               tn_str_equal(a->host_name, b->host_name);
    return a->kind != TN_RW_ID_INPUT ||
           (a->module == b->module && a->index == b->index);
}

/* What crosses is wrong when both have one of their own. */
static bool is_apart(const struct tn_rw_identity *a,
                     const struct tn_rw_identity *b)
{
    return a->kind != TN_RW_ID_NONE && b->kind != TN_RW_ID_NONE &&
           !tn_rw_same_identity(a, b);
}

static bool holds_address(const struct tn_rw_facts *facts, uint32_t index)
{
    uint64_t value;
    return index < facts->mod->global_count &&
           tn_rw_constant(facts->mod, facts->mod->globals[index].init,
                          &value) &&
           value >= facts->own_begin && value < facts->own_end;
}

/* Does the edge's target take, or give, what may be wrong in the importer's
 * memory or table? */
static bool may_pass(const struct tn_advice *a, uint32_t i)
{
    const tn_edge *edge = &a->edges[i];
    uint32_t to = a->edge_places[i].input;
    if (to == TN_NONE || edge->target == NULL)
        return false;
    bool is_one = edge->target->returns_pointer;
    for (uint32_t k = 0; k < edge->target->param_count; k++)
        is_one |= edge->target->uses[k] != TN_PARAM_SCALAR;
    return is_one && (is_apart(&a->memories[edge->from], &a->memories[to]) ||
                      is_apart(&a->tables[edge->from], &a->tables[to]));
}

static void find_passes(struct tn_advice *a, uint32_t i,
                        const struct tn_rw_handed *handed)
{
    tn_edge *edge = &a->edges[i];
    const struct tn_rw_edge *place = &a->edge_places[i];
    uint32_t func = a->facts[edge->from].mod->imports[place->import].index;
    bool memories =
        is_apart(&a->memories[edge->from], &a->memories[place->input]);
    bool tables = is_apart(&a->tables[edge->from], &a->tables[place->input]);
    for (uint32_t k = 0; k < edge->target->param_count; k++) {
        uint8_t use = edge->target->uses[k];
        edge->passes_pointer |= memories && use == TN_PARAM_POINTER &&
                                (handed->own[func] >> k & 1) != 0;
        edge->passes_funcref |= tables && use == TN_PARAM_FUNCREF &&
                                (handed->own[func] >> k & 1) != 0;
    }
    edge->passes_pointer |= memories && edge->target->returns_pointer &&
                            (handed->follows_results || handed->keeps_results);
}

/* What is thrown with these tags is the address of an exception, or of a
 * jmp_buf. */
static bool throws_address(const tn_edge *edge)
{
    return strcmp(edge->name, "__cpp_exception") == 0 ||
           strcmp(edge->name, "__c_longjmp") == 0;
}

/* Addresses that cross by what is no function. */
static void find_addresses(struct tn_advice *a, uint32_t i)
{
    tn_edge *edge = &a->edges[i];
    uint32_t to = a->edge_places[i].input;
    if (to == TN_NONE || !is_apart(&a->memories[edge->from], &a->memories[to]))
        return;
    if (edge->kind == TN_EXTERN_GLOBAL)
        edge->passes_pointer =
            holds_address(&a->facts[to], a->edge_places[i].index);
    if (edge->kind == TN_EXTERN_TAG)
        edge->passes_pointer = throws_address(edge);
}

static tn_status find_all_passes(struct tn_advice *a, uint32_t input,
                                 tn_error *err)
{
    struct tn_rw_handed handed;
    bool is_known = false;
    for (uint32_t i = a->first_edges[input]; i < a->first_edges[input + 1];
         i++) {
        find_addresses(a, i);
        if (!may_pass(a, i))
            continue;
        if (!is_known)
            TN_TRY(tn_rw_facts_calls(&a->facts[input], &handed, err));
        is_known = true;
        find_passes(a, i, &handed);
    }
    return TN_OK;
}

/* --- All of them ----------------------------------------------------------------------------- */

/* Where the imports lie in the bytes: their section is read once more. */
static void find_offsets(struct tn_advice *a, uint32_t input)
{
    const struct tn_mod *mod = a->facts[input].mod;
    for (uint32_t i = 0; i < mod->import_count; i++) {
        tn_edge *edge = &a->edges[a->first_edges[input] + i];
        const char *at = mod->imports[i].module.at;
        /* The length of the name stands before it. */
        edge->offset = at == NULL
                           ? TN_NO_OFFSET
                           : (uint64_t)((const uint8_t *)at - mod->bytes) - 1;
    }
}

static bool ask_all(struct tn_advice *a, uint32_t input)
{
    const struct tn_mod *mod = a->facts[input].mod;
    for (uint32_t i = 0; i < mod->import_count; i++) {
        uint32_t at = a->first_edges[input] + i;
        struct asking q = {a, mod, &mod->imports[i], &a->edges[at],
                           &a->edge_places[at]};
        *q.edge = (tn_edge){
            .from = input,
            .module = tn_rw_say(&a->pen, "%.*s", TN_STR(q.import->module)),
            .name = tn_rw_say(&a->pen, "%.*s", TN_STR(q.import->name)),
            .kind = q.import->kind,
        };
        *q.place = (struct tn_rw_edge){i, TN_NONE, TN_NONE, 0};
        ask_edge(&q);
    }
    find_offsets(a, input);
    return !a->pen.failed;
}

static bool make_edges(struct tn_advice *a)
{
    uint64_t count = 0;
    a->first_edges = TN_NEW_ARRAY(&a->arena, uint32_t, a->count + 1);
    if (a->first_edges == NULL)
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        a->first_edges[i] = (uint32_t)count;
        count += a->facts[i].mod->import_count;
    }
    if (count >= UINT32_MAX)
        return false;
    a->first_edges[a->count] = a->edge_count = (uint32_t)count;
    a->edges = TN_NEW_ARRAY(&a->arena, tn_edge, a->edge_count);
    a->edge_places = TN_NEW_ARRAY(&a->arena, struct tn_rw_edge, a->edge_count);
    a->memories = TN_NEW_ARRAY(&a->arena, struct tn_rw_identity, a->count);
    a->tables = TN_NEW_ARRAY(&a->arena, struct tn_rw_identity, a->count);
    return a->edges != NULL && a->edge_places != NULL && a->memories != NULL &&
           a->tables != NULL;
}

tn_status tn_rw_advise_edges(struct tn_advice *a, tn_error *err)
{
    if (!make_edges(a))
        return tn_no_memory(err);
    for (uint32_t i = 0; i < a->count; i++)
        if (!ask_all(a, i))
            return tn_no_memory(err);
    for (uint32_t i = 0; i < a->edge_count; i++)
        find_definition(a, i);
    for (uint32_t i = 0; i < a->count; i++) {
        a->memories[i] = identity_of(a, i, TN_EXTERN_MEMORY);
        a->tables[i] = identity_of(a, i, TN_EXTERN_TABLE);
    }
    for (uint32_t i = 0; i < a->count; i++)
        TN_TRY(find_all_passes(a, i, err));
    return TN_OK;
}
