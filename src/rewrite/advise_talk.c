/* advise_talk.c - what inputs say to one another, and what is wrong with it
 * whichever way they are joined. */
#include "rewrite/advise_judge.h"

#include "base/map.h"

static void put_reason(struct tn_rw_judging *j, size_t at, tn_evidence reason)
{
    tn_verdict *v = j->verdict;
    if (v->reason_count == TN_RW_MAX_REASONS)
        v->reason_count--;
    if (at > v->reason_count)
        return;
    memmove(&j->reasons[at + 1], &j->reasons[at],
            (v->reason_count - at) * sizeof *j->reasons);
    j->reasons[at] = reason;
    v->reason_count++;
}

void tn_rw_find_first(struct tn_rw_judging *j, tn_evidence reason)
{
    put_reason(j, 0, reason);
}

void tn_rw_find(struct tn_rw_judging *j, tn_verdict_kind kind,
                tn_evidence reason)
{
    static const uint8_t weights[] = {[TN_VERDICT_SOUND] = 0,
                                      [TN_VERDICT_UNKNOWN] = 1,
                                      [TN_VERDICT_UNSOUND] = 2};
    tn_verdict *v = j->verdict;
    bool is_worse = weights[kind] > weights[v->kind];
    if (v->reason_count < TN_RW_MAX_REASONS || is_worse)
        put_reason(j, is_worse ? 0 : v->reason_count, reason);
    v->kind = is_worse ? kind : v->kind;
}

/* --- Counts ---------------------------------------------------------------------- */

bool tn_rw_talks(const struct tn_advice *a)
{
    for (uint32_t i = 0; i < a->edge_count; i++)
        if (a->edges[i].to != TN_NONE && a->edges[i].to != a->edges[i].from)
            return true;
    return false;
}

bool tn_rw_passes_pointer(const struct tn_advice *a)
{
    for (uint32_t i = 0; i < a->edge_count; i++)
        if (a->edges[i].passes_pointer)
            return true;
    return false;
}

bool tn_rw_passes_funcref(const struct tn_advice *a)
{
    for (uint32_t i = 0; i < a->edge_count; i++)
        if (a->edges[i].passes_funcref)
            return true;
    return false;
}

/* Those that inputs define, and those that the host has, once for each pair of
 * names. */
static uint32_t count_all(const struct tn_advice *a, tn_externkind kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < a->count; i++) {
        const struct tn_mod *mod = a->facts[i].mod;
        count += kind == TN_EXTERN_MEMORY
                     ? mod->memory_count - mod->memory_import_count
                     : mod->table_count - mod->table_import_count;
    }
    for (uint32_t i = 0; i < a->edge_count; i++) {
        const tn_edge *edge = &a->edges[i];
        bool is_new = edge->kind == kind && edge->to == TN_NONE;
        for (uint32_t k = 0; k < i && is_new; k++)
            is_new = a->edges[k].kind != kind || a->edges[k].to != TN_NONE ||
                     strcmp(a->edges[k].module, edge->module) != 0 ||
                     strcmp(a->edges[k].name, edge->name) != 0;
        count += is_new;
    }
    return count;
}

uint32_t tn_rw_memory_count(const struct tn_advice *a)
{
    return count_all(a, TN_EXTERN_MEMORY);
}

uint32_t tn_rw_table_count(const struct tn_advice *a)
{
    return count_all(a, TN_EXTERN_TABLE);
}

uint32_t tn_rw_wasi_count(const struct tn_advice *a)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < a->count; i++)
        count += a->facts[i].pub.has_wasi;
    return count;
}

uint32_t tn_rw_threads_of(const struct tn_advice *a)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (a->facts[i].pub.has_threads)
            return i;
    return TN_NONE;
}

/* The host reads the export "memory", and the first input to export one has
 * it. */
bool tn_rw_needs_shims(const struct tn_advice *a)
{
    if (tn_rw_wasi_count(a) != 1)
        return tn_rw_wasi_count(a) > 1;
    for (uint32_t i = 0; i < a->count; i++) {
        if (a->facts[i].pub.has_wasi)
            return false;
        if (tn_mod_find_export(a->facts[i].mod, tn_str_of("memory")) != TN_NONE)
            return true;
    }
    return false;
}

uint32_t tn_rw_same_name(const struct tn_advice *a)
{
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(a->names[i], a->names[k]) == 0)
                return i;
    return TN_NONE;
}

bool tn_rw_is_fixed_main(const struct tn_rw_facts *facts)
{
    return facts->pub.level != TN_RELOC_PIC && !facts->has_bases &&
           (facts->needed_count != 0 ||
            tn_mod_imports(facts->mod, "GOT.mem", NULL) ||
            tn_mod_imports(facts->mod, "GOT.func", NULL));
}

/* --- What is wrong in every way ------------------------------------------------------ */

static const char *edge_text(struct tn_advice *a, const tn_edge *edge)
{
    const char *from = a->names[edge->from];
    switch (edge->state) {
    case TN_IMPORT_MISSING:
        return tn_rw_say(&a->pen, "%s imports %s.%s, which %s does not export",
                         from, edge->module, edge->name, a->names[edge->to]);
    case TN_IMPORT_KIND:
        return tn_rw_say(&a->pen, "%s imports %s.%s as something else: %s",
                         from, edge->module, edge->name, edge->why);
    case TN_IMPORT_TYPE:
        return tn_rw_say(&a->pen, "%s imports %s.%s with another type: %s",
                         from, edge->module, edge->name, edge->why);
    case TN_IMPORT_AMBIGUOUS:
        return tn_rw_say(&a->pen,
                         "%s imports %s.%s, which may be either of "
                         "several: %s",
                         from, edge->module, edge->name, edge->why);
    default:
        return NULL;
    }
}

void tn_rw_judge_edges(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    for (uint32_t i = 0; i < a->edge_count; i++) {
        const tn_edge *edge = &a->edges[i];
        const char *text = edge_text(a, edge);
        if (text == NULL)
            continue;
        tn_rw_find(j, TN_VERDICT_UNSOUND,
                   (tn_evidence){edge->from, edge->offset, text});
        if (edge->state == TN_IMPORT_MISSING && j->verdict->remedy == NULL)
            j->verdict->remedy =
                tn_rw_say(&a->pen,
                          "build %s so that it exports %s (wasm-ld "
                          "--export=%s)",
                          a->names[edge->to], edge->name, edge->name);
    }
}

/* The parameter that is used so; or TN_NONE: the result. */
static uint32_t param_used(const tn_func_fact *fact, uint8_t use)
{
    for (uint32_t i = 0; i < fact->param_count; i++)
        if (fact->uses[i] == use)
            return i;
    return TN_NONE;
}

static tn_evidence pass_evidence(struct tn_advice *a, uint32_t i, bool is_func)
{
    const tn_edge *edge = &a->edges[i];
    const char *from = a->names[edge->from], *to = a->names[edge->to];
    if (edge->kind == TN_EXTERN_TAG)
        return (tn_evidence){edge->from, edge->offset,
                             tn_rw_say(&a->pen,
                                       "%s and %s throw one another addresses, "
                                       "by the tag %s.%s",
                                       from, to, edge->module, edge->name)};
    if (edge->target == NULL)
        return (tn_evidence){edge->from, edge->offset,
                             tn_rw_say(&a->pen,
                                       "%s reads an address of %s's memory "
                                       "from %s.%s, and has a memory of its "
                                       "own",
                                       from, to, edge->module, edge->name)};
    uint32_t param =
        param_used(edge->target, is_func ? TN_PARAM_FUNCREF : TN_PARAM_POINTER);
    uint32_t input = a->edge_places[i].input;
    if (param == TN_NONE)
        return (tn_evidence){edge->from, edge->offset,
                             tn_rw_say(&a->pen,
                                       "%s.%s gives %s an address of another "
                                       "memory than %s's",
                                       edge->module, edge->name, from, from)};
    return (tn_evidence){
        input, edge->target->use_offsets[param],
        is_func
            ? tn_rw_say(&a->pen,
                        "%s hands %s.%s a function (parameter %u), and %s "
                        "calls that index of its own table",
                        from, edge->module, edge->name, param, a->names[input])
            : tn_rw_say(&a->pen,
                        "%s hands %s.%s a pointer (parameter %u), and %s uses "
                        "it in its own memory",
                        from, edge->module, edge->name, param,
                        a->names[input])};
}

/* Calls through a table of both are not seen here: what they hand over may be
 * pointers. */
static void judge_table(struct tn_rw_judging *j, uint32_t i)
{
    struct tn_advice *a = j->a;
    const tn_edge *edge = &a->edges[i];
    uint32_t to = a->edge_places[i].input;
    if (edge->kind != TN_EXTERN_TABLE || to == TN_NONE ||
        a->memories[to].kind == TN_RW_ID_NONE ||
        a->memories[edge->from].kind == TN_RW_ID_NONE ||
        tn_rw_same_identity(&a->memories[to], &a->memories[edge->from]))
        return;
    tn_rw_find(j, TN_VERDICT_UNKNOWN,
               (tn_evidence){edge->from, edge->offset,
                             tn_rw_say(&a->pen,
                                       "%s and %s have a table together, and "
                                       "what is called through it may be "
                                       "handed pointers",
                                       a->names[edge->from], a->names[to])});
}

void tn_rw_judge_pointers(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    for (uint32_t i = 0; i < a->edge_count; i++) {
        const tn_edge *edge = &a->edges[i];
        judge_table(j, i);
        if (edge->passes_pointer)
            tn_rw_find(j, TN_VERDICT_UNSOUND, pass_evidence(a, i, false));
        if (edge->passes_funcref)
            tn_rw_find(j, TN_VERDICT_UNSOUND, pass_evidence(a, i, true));
        if ((edge->passes_pointer || edge->passes_funcref) &&
            j->verdict->remedy == NULL)
            j->verdict->remedy =
                "give them one memory: compile with -fPIC, link with wasm-ld "
                "-shared (docs/LINKING.md)";
    }
}

void tn_rw_judge_rings(struct tn_rw_judging *j)
{
    if (j->a->has_hard_ring)
        tn_rw_find(
            j, TN_VERDICT_UNSOUND,
            (tn_evidence){j->a->hard_ring_member, TN_NO_OFFSET,
                          tn_rw_say(&j->a->pen,
                                    "%s is in a ring of imports of "
                                    "memories, tables, globals or tags: "
                                    "none of them can be made first",
                                    j->a->names[j->a->hard_ring_member])});
}

void tn_rw_judge_objects(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->facts[i].pub.is_object)
            tn_rw_find(j, TN_VERDICT_UNSOUND,
                       (tn_evidence){i, TN_NO_OFFSET,
                                     tn_rw_say(&a->pen,
                                               "%s is an object: it is not "
                                               "finished until it is linked",
                                               a->names[i])});
}
