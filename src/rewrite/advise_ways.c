/* advise_ways.c - each way, judged: what makes it differ from separate
 * instances, or from what the source means. */
#include "rewrite/advise_judge.h"
#include "rewrite/rewrite.h"

static tn_evidence about_input(struct tn_rw_judging *j, uint32_t input,
                               const char *format)
{
    return (tn_evidence){
        input, TN_NO_OFFSET,
        tn_rw_say(&j->a->pen, "%s %s", j->a->names[input], format)};
}

static uint32_t linked_count(const struct tn_advice *a)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < a->count; i++)
        count += tn_rw_is_linked(&a->facts[i]);
    return count;
}

/* --- Isolated -------------------------------------------------------------------- */

static const char *input_files(struct tn_advice *a)
{
    const char *files = "";
    for (uint32_t i = 0; i < a->count; i++)
        files = tn_rw_say(&a->pen, "%s %s", files,
                          a->paths != NULL ? a->paths[i] : a->names[i]);
    return files;
}

static const char *objects_remedy(struct tn_advice *a)
{
    return tn_rw_say(&a->pen, "link the objects: wasm-ld%s -o linked.wasm",
                     input_files(a));
}

static void judge_place(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    uint32_t linked = linked_count(a);
    for (uint32_t i = 0; i < a->count; i++)
        if (tn_rw_is_linked(&a->facts[i]))
            tn_rw_find(
                j, linked == a->count ? TN_VERDICT_UNSOUND : TN_VERDICT_SOUND,
                about_input(j, i,
                            linked == a->count
                                ? "is position independent: it has its memory "
                                  "and its place in it from a dynamic linker"
                                : "is position independent: a dynamic linker "
                                  "gives it a memory, beside the others'"));
}

static bool is_symbol_defined(const struct tn_advice *a, const char *name)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (tn_rw_is_linked(&a->facts[i]) &&
            tn_mod_find_export(a->facts[i].mod, tn_str_of(name)) != TN_NONE)
            return true;
    return false;
}

/* Symbols that no input defines; they may be in libraries that are found when
 * it runs. */
static void judge_symbols(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    for (uint32_t i = 0; i < a->edge_count; i++) {
        const tn_edge *edge = &a->edges[i];
        bool is_data = strcmp(edge->module, "GOT.mem") == 0;
        bool is_func = edge->state == TN_IMPORT_HOST &&
                       tn_rw_is_linked(&a->facts[edge->from]);
        if ((!is_data || edge->state != TN_IMPORT_LINKER) && !is_func)
            continue;
        if (is_symbol_defined(a, edge->name) ||
            strcmp(edge->name, "__heap_base") == 0 ||
            strcmp(edge->name, "__heap_end") == 0)
            continue;
        tn_rw_find(
            j, TN_VERDICT_UNKNOWN,
            (tn_evidence){edge->from, edge->offset,
                          tn_rw_say(&a->pen,
                                    "%s needs %s, which no input "
                                    "defines: a library or the host must",
                                    a->names[edge->from], edge->name)});
    }
}

void tn_rw_judge_isolated(struct tn_rw_judging *j)
{
    tn_rw_judge_edges(j);
    tn_rw_judge_rings(j);
    tn_rw_judge_objects(j);
    tn_rw_judge_pointers(j);
    judge_place(j);
    judge_symbols(j);
    if (j->verdict->kind == TN_VERDICT_SOUND)
        tn_rw_find(j, TN_VERDICT_SOUND,
                   (tn_evidence){TN_NONE, TN_NO_OFFSET,
                                 tn_rw_talks(j->a)
                                     ? "each has its own memory, and they call "
                                       "one another with numbers only"
                                     : "each has its own memory, and they do "
                                       "not call one another"});
}

/* --- Linked: one memory, one table, one stack ---------------------------------------- */

static const tn_evidence *why_fixed(const tn_module_facts *pub)
{
    size_t last = pub->level_evidence_count - 1;
    return &pub->level_evidence[pub->level >= TN_RELOC_CODE_PIC ? last : 0];
}

/* A finished module at its own addresses: level D is no better, for the
 * pointers in its data. */
static void judge_fixed(struct tn_rw_judging *j, uint32_t i)
{
    struct tn_advice *a = j->a;
    const tn_module_facts *pub = &a->facts[i].pub;
    const tn_evidence *why = why_fixed(pub);
    tn_rw_find(j, TN_VERDICT_UNSOUND,
               (tn_evidence){i, why->offset,
                             tn_rw_say(&a->pen,
                                       "one address space, because %s is "
                                       "finished and not relocatable: %s",
                                       a->names[i], why->text)});
    if (j->verdict->remedy == NULL)
        j->verdict->remedy =
            tn_rw_say(&a->pen,
                      "build %s with -fPIC and wasm-ld -shared "
                      "(docs/LINKING.md), or with wasm-ld --emit-relocs",
                      a->names[i]);
}

static void judge_relocation(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    uint32_t mains = 0;
    bool has_objects = false;
    for (uint32_t i = 0; i < a->count; i++) {
        const struct tn_rw_facts *facts = &a->facts[i];
        bool is_main = tn_rw_is_fixed_main(facts);
        mains += is_main;
        has_objects |= facts->pub.is_object;
        if (facts->pub.level > TN_RELOC_CODE_ONLY && !is_main)
            judge_fixed(j, i);
        else if (is_main && mains > 1)
            tn_rw_find(
                j, TN_VERDICT_UNSOUND,
                about_input(j, i, "is the second that lies at a fixed place"));
        if (facts->pub.level != TN_RELOC_PIC && !is_main &&
            facts->mod->memory_count != 0)
            j->verdict->in_build = false;
        j->verdict->in_build &= !facts->pub.is_object;
    }
    if (j->verdict->in_build || j->verdict->remedy != NULL)
        return;
    j->verdict->remedy =
        has_objects ? objects_remedy(a)
                    : "link from the objects, or build with -fPIC and wasm-ld "
                      "-shared (docs/LINKING.md)";
}

/* All that share a memory must mean the same one. */
static void judge_shared_kind(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    uint32_t first = TN_NONE;
    for (uint32_t i = 0; i < a->count; i++) {
        const struct tn_mod *mod = a->facts[i].mod;
        if (mod->memory_count == 0)
            continue;
        first = first == TN_NONE ? i : first;
        const struct tn_limits *x = &a->facts[first].mod->memories[0].limits;
        const struct tn_limits *y = &mod->memories[0].limits;
        if (x->is_64 != y->is_64)
            tn_rw_find(j, TN_VERDICT_UNSOUND,
                       about_input(j, i, "has addresses of another width"));
        if (x->is_shared != y->is_shared)
            tn_rw_find(
                j, TN_VERDICT_UNSOUND,
                about_input(j, i,
                            "disagrees on whether threads share the memory"));
    }
}

void tn_rw_judge_linked(struct tn_rw_judging *j)
{
    j->verdict->in_build = true;
    tn_rw_judge_edges(j);
    judge_relocation(j);
    judge_shared_kind(j);
    judge_symbols(j);
    if (j->verdict->kind == TN_VERDICT_SOUND)
        tn_rw_find(j, TN_VERDICT_SOUND,
                   (tn_evidence){TN_NONE, TN_NO_OFFSET,
                                 "each can be placed where the others are not, "
                                 "so pointers mean the same to all"});
}

/* --- Merged: all memories in one module --------------------------------------------------- */

static void judge_linked_inputs(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    for (uint32_t i = 0; i < a->count; i++)
        if (tn_rw_is_linked(&a->facts[i]))
            tn_rw_find(
                j, TN_VERDICT_UNSOUND,
                about_input(j, i,
                            "is position independent: a dynamic linker must "
                            "place it, and a merged module has none"));
}

static void judge_threads(struct tn_rw_judging *j)
{
    uint32_t i = tn_rw_threads_of(j->a);
    if (i != TN_NONE && j->a->count > 1)
        tn_rw_find(
            j, TN_VERDICT_UNSOUND,
            about_input(j, i,
                        "has a shared memory: each thread is an instance of "
                        "its own, and would have the others' memories anew"));
}

/* Two modules that import one memory of the host's under the same names. */
static void judge_host_memories(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t k = 0; k < i; k++) {
            if (a->memories[i].kind != TN_RW_ID_HOST ||
                !tn_rw_same_identity(&a->memories[i], &a->memories[k]))
                continue;
            tn_rw_find(
                j, TN_VERDICT_UNSOUND,
                about_input(j, i,
                            tn_rw_say(&a->pen,
                                      "and %s import %.*s.%.*s of the host: "
                                      "separate instances may get one each, "
                                      "a merged module has one for both",
                                      a->names[k],
                                      TN_STR(a->memories[i].host_module),
                                      TN_STR(a->memories[i].host_name))));
        }
}

static void judge_wasi(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    if (!tn_rw_needs_shims(a))
        return;
    for (uint32_t i = 0; i < a->edge_count; i++) {
        const tn_edge *edge = &a->edges[i];
        if (edge->state == TN_IMPORT_WASI &&
            strcmp(edge->module, "wasi_snapshot_preview1") != 0)
            tn_rw_find(
                j, TN_VERDICT_UNSOUND,
                (tn_evidence){edge->from, edge->offset,
                              tn_rw_say(&a->pen,
                                        "%s uses %s, for which there "
                                        "are no shims",
                                        a->names[edge->from], edge->module)});
    }
    for (uint32_t i = 0; i < a->count; i++) {
        const struct tn_mod *mod = a->facts[i].mod;
        uint32_t e = tn_mod_find_export(mod, tn_str_of("memory"));
        bool has_memory =
            e != TN_NONE && mod->exports[e].kind == TN_EXTERN_MEMORY;
        if (a->facts[i].pub.has_wasi && !has_memory)
            tn_rw_find(
                j, TN_VERDICT_UNSOUND,
                about_input(j, i, "uses WASI, but does not export its memory"));
    }
    if (tn_rw_wasi_count(a) > 1)
        tn_rw_find(j, TN_VERDICT_SOUND,
                   (tn_evidence){TN_NONE, TN_NO_OFFSET,
                                 "several use WASI: arguments, files and the "
                                 "end are then shared"});
}

/* Does it import a function that nobody knows, and that takes an i32, which may
 * be an address? */
static const tn_edge *unknown_host_call(const struct tn_advice *a, uint32_t i)
{
    for (uint32_t k = a->first_edges[i]; k < a->first_edges[i + 1]; k++) {
        const tn_edge *edge = &a->edges[k];
        const struct tn_mod *mod = a->facts[i].mod;
        const struct tn_import *import = &mod->imports[k - a->first_edges[i]];
        if (edge->kind != TN_EXTERN_FUNC || edge->state != TN_IMPORT_HOST)
            continue;
        if (tn_rw_may_take_address(tn_mod_func_type(mod, import->index)))
            return edge;
    }
    return NULL;
}

/* A host finds memories by their names: "memory" of the result is that of the
 * first input that has one. */
static void judge_hosts(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    uint32_t owner = TN_NONE;
    for (uint32_t i = 0; i < a->count; i++) {
        const struct tn_mod *mod = a->facts[i].mod;
        uint32_t e = tn_mod_find_export(mod, tn_str_of("memory"));
        if (e == TN_NONE || mod->exports[e].kind != TN_EXTERN_MEMORY ||
            mod->exports[e].index < mod->memory_import_count)
            continue;
        const tn_edge *edge = unknown_host_call(a, i);
        if (owner == TN_NONE)
            owner = i;
        else if (edge != NULL)
            tn_rw_find(
                j, TN_VERDICT_UNKNOWN,
                (tn_evidence){
                    i, edge->offset,
                    tn_rw_say(&a->pen,
                              "%s may give addresses to %s.%s of the host, "
                              "which would look into the memory of %s",
                              a->names[i], edge->module, edge->name,
                              a->names[owner])});
    }
}

/* Imports that mean an input without naming it: the merger must be told, and
 * can be for all that a module imports under one name. */
static void judge_binds(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    for (uint32_t i = 0; i < a->edge_count; i++) {
        const tn_edge *edge = &a->edges[i];
        if (!edge->is_by_export || edge->state != TN_IMPORT_FOUND)
            continue;
        for (uint32_t k = a->first_edges[edge->from];
             k < a->first_edges[edge->from + 1]; k++)
            if (a->edges[k].to != edge->to &&
                strcmp(a->edges[k].module, edge->module) == 0)
                tn_rw_find(
                    j, TN_VERDICT_UNKNOWN,
                    (tn_evidence){
                        edge->from, a->edges[k].offset,
                        tn_rw_say(&a->pen,
                                  "%s imports %s and %s from \"%s\", and "
                                  "not both can mean %s",
                                  a->names[edge->from], edge->name,
                                  a->edges[k].name, edge->module,
                                  a->names[edge->to])});
    }
}

static void judge_merged(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    tn_rw_judge_edges(j);
    tn_rw_judge_rings(j);
    tn_rw_judge_objects(j);
    judge_linked_inputs(j);
    tn_rw_judge_pointers(j);
    judge_threads(j);
    judge_host_memories(j);
    judge_binds(j);
    judge_wasi(j);
    judge_hosts(j);
    uint32_t same = tn_rw_same_name(a);
    if (same != TN_NONE)
        tn_rw_find(j, TN_VERDICT_UNSOUND,
                   about_input(j, same, "is the name of two inputs"));
}

void tn_rw_judge_merged_multi(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    j->verdict->in_build = true;
    judge_merged(j);
    if (j->verdict->kind == TN_VERDICT_SOUND)
        tn_rw_find(
            j, TN_VERDICT_SOUND,
            (tn_evidence){TN_NONE, TN_NO_OFFSET,
                          tn_rw_memory_count(a) > 1
                              ? "one module, and each part keeps its own "
                                "memory"
                              : "one module, and there is no second "
                                "memory"});
}

/* --- Merged and lowered: one memory with fixed parts ------------------------------------------ */

static void judge_exported_memories(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    uint32_t exported = 0;
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t k = 0; k < a->facts[i].pub.memory_count; k++) {
            exported += a->facts[i].memories[k].is_exported;
            if (a->facts[i].memories[k].is_exported && exported == 2)
                tn_rw_find(
                    j, TN_VERDICT_UNKNOWN,
                    about_input(j, i,
                                "exports a memory that would be a part of "
                                "another: who reads it from outside reads "
                                "other bytes"));
        }
}

static uint32_t first_with_memory(const struct tn_advice *a)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (a->facts[i].pub.memory_count != 0)
            return i;
    return TN_NONE;
}

static void judge_parts(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    uint32_t first = first_with_memory(a);
    uint64_t pages = 0;
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t k = 0; k < a->facts[i].pub.memory_count; k++) {
            const tn_memory_fact *memory = &a->facts[i].memories[k];
            const tn_memory_fact *top = &a->facts[first].memories[0];
            if (a->memories[i].kind == TN_RW_ID_HOST)
                tn_rw_find(
                    j, TN_VERDICT_UNSOUND,
                    about_input(j, i,
                                "imports its memory from the host, whose it "
                                "stays: it cannot be a part of another"));
            if (memory->is_64 != top->is_64 ||
                memory->page_log2 != top->page_log2)
                tn_rw_find(j, TN_VERDICT_UNSOUND,
                           about_input(j, i, "has a memory of another kind"));
            pages +=
                memory->is_imported || memory->min > 65536 ? 0 : memory->min;
        }
    if (first != TN_NONE && !a->facts[first].memories[0].is_64 && pages > 65535)
        tn_rw_find(j, TN_VERDICT_UNSOUND,
                   (tn_evidence){TN_NONE, TN_NO_OFFSET,
                                 "the memories are more than 4 GiB together"});
}

void tn_rw_judge_merged_single(struct tn_rw_judging *j)
{
    judge_merged(j);
    if (tn_rw_memory_count(j->a) > 1) {
        judge_parts(j);
        judge_exported_memories(j);
    }
    if (j->verdict->kind == TN_VERDICT_SOUND)
        tn_rw_find(j, TN_VERDICT_SOUND,
                   (tn_evidence){TN_NONE, TN_NO_OFFSET,
                                 tn_rw_memory_count(j->a) > 1
                                     ? "one memory in fixed parts, and each "
                                       "access checked against its part"
                                     : "there is no second memory"});
}

/* --- Composed: components, which share nothing --------------------------------------------------- */

static void judge_shared_items(struct tn_rw_judging *j)
{
    static const char *const kinds[] = {"function", "table", "memory", "global",
                                        "tag"};
    struct tn_advice *a = j->a;
    for (uint32_t i = 0; i < a->edge_count; i++) {
        const tn_edge *edge = &a->edges[i];
        if (edge->to == TN_NONE || edge->state != TN_IMPORT_FOUND)
            continue;
        if (edge->kind != TN_EXTERN_FUNC)
            tn_rw_find(
                j, TN_VERDICT_UNSOUND,
                (tn_evidence){edge->from, edge->offset,
                              tn_rw_say(&a->pen,
                                        "%s imports the %s %s.%s, and "
                                        "components share functions only",
                                        a->names[edge->from], kinds[edge->kind],
                                        edge->module, edge->name)});
        if (edge->passes_funcref)
            tn_rw_find(j, TN_VERDICT_UNSOUND,
                       (tn_evidence){edge->from, edge->offset,
                                     tn_rw_say(&a->pen,
                                               "%s hands %s.%s a function, and "
                                               "components cannot",
                                               a->names[edge->from],
                                               edge->module, edge->name)});
    }
}

void tn_rw_judge_composed(struct tn_rw_judging *j)
{
    struct tn_advice *a = j->a;
    tn_rw_judge_edges(j);
    tn_rw_judge_objects(j);
    judge_linked_inputs(j);
    judge_threads(j);
    judge_shared_items(j);
    if (a->ring_count != 0)
        tn_rw_find(
            j, TN_VERDICT_UNSOUND,
            about_input(j, a->ring_members[0],
                        "is in a ring of imports, and components form none"));
    if (j->verdict->kind != TN_VERDICT_SOUND)
        return;
    if (!tn_rw_passes_pointer(a)) {
        tn_rw_find(j, TN_VERDICT_SOUND,
                   (tn_evidence){TN_NONE, TN_NO_OFFSET,
                                 "only functions of numbers are between them"});
        return;
    }
    tn_rw_find(j, TN_VERDICT_SOUND,
               (tn_evidence){TN_NONE, TN_NO_OFFSET,
                             "adapters copy what pointers point to, by an "
                             "interface that says how much that is"});
    j->verdict->remedy = "write the interface in WIT, and build each module "
                         "against it (wit-bindgen)";
}
