/* advise.c - the whole of advice, in order; and what is asked of it. */
#include "rewrite/advise.h"
#include "rewrite/customs.h"

#include <stdio.h>

#include "mod/features.h"
#include "rewrite/workers.h"

static const char *const way_names[TN_WAY_COUNT] = {
    "isolated", "linked", "merged-multi", "merged-single", "composed"};

const char *tn_way_name(tn_way way)
{
    return (unsigned)way < TN_WAY_COUNT ? way_names[way] : "none";
}

/* An error that names the input. */
static tn_status input_error(const char *name, const tn_error *why,
                             tn_error *err)
{
    return tn_fail(err, why->status, why->offset, "%.60s: %s", name, why->text);
}

static tn_status read_input(struct tn_advice *a, uint32_t i, tn_bytes bytes,
                            uint64_t features, tn_error *err)
{
    struct tn_mod *mod;
    TN_TRY(tn_mod_decode(bytes.at, bytes.size, features, a->alloc, &mod, err));
    a->facts[i].mod = mod;
    if (tn_rw_find_custom(mod, "tenon.memories") != NULL)
        return tn_fail(err, TN_E_INVALID, TN_NO_OFFSET,
                       "it only declares memories that it uses: tenon merge "
                       "makes them, of this file alone too; ask about what it "
                       "writes");
    return tn_types_intern(a->types, mod, err);
}

/* What can be done with one input without the others, each on its arena. */
struct fact_reading {
    struct tn_advice *a;
    tn_error *errors; /* one for each */
};

static void read_input_facts(void *ctx, uint32_t i)
{
    struct fact_reading *r = ctx;
    struct tn_rw_facts *facts = &r->a->facts[i];
    tn_error *err = &r->errors[i];
    if (tn_mod_validate((struct tn_mod *)facts->mod, err) == TN_OK &&
        tn_rw_facts_read(facts, err) == TN_OK)
        (void)tn_rw_facts_pointers(facts, err);
}

/* Below this it is not worth to start a thread. */
#define MANY_BYTES 1000000u

static tn_status read_all_facts(struct tn_advice *a,
                                const tn_advise_options *options, tn_error *err)
{
    struct fact_reading r = {a, TN_NEW_ARRAY(&a->arena, tn_error, a->count)};
    uint64_t bytes = 0;
    if (r.errors == NULL)
        return tn_no_memory(err);
    for (uint32_t i = 0; i < a->count; i++) {
        struct tn_rw_facts *facts = &a->facts[i];
        facts->alloc = a->alloc;
        facts->arena = &a->arenas[i];
        facts->index = i;
        facts->with_sites = options->with_sites;
        facts->with_hashes = a->count > 1;
        facts->pub.name = a->names[i];
        bytes += facts->mod->size;
    }
    tn_rw_work(bytes < MANY_BYTES ? 1
                                  : tn_rw_worker_count(options->thread_count),
               a->count, read_input_facts, &r);
    for (uint32_t i = 0; i < a->count; i++)
        if (r.errors[i].status != TN_OK)
            return input_error(a->names[i], &r.errors[i], err);
    return TN_OK;
}

static tn_status read_all_inputs(struct tn_advice *a,
                                 const tn_merge_input *inputs,
                                 const tn_advise_options *options,
                                 tn_error *err)
{
    uint64_t features = tn_mod_features_chosen(options->features);
    for (uint32_t i = 0; i < a->count; i++) {
        tn_error why = {0};
        a->names[i] = tn_rw_say(&a->pen, "%s", inputs[i].name);
        if (read_input(a, i, inputs[i].module, features, &why) != TN_OK)
            return input_error(inputs[i].name, &why, err);
    }
    TN_TRY(read_all_facts(a, options, err));
    return a->pen.failed ? tn_no_memory(err) : TN_OK;
}

static tn_status choose_target(struct tn_advice *a, const char *name,
                               tn_error *err)
{
    if (name == NULL)
        return TN_OK;
    a->target = tn_target_find(name);
    if (a->target == NULL)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "no target is called \"%.60s\"", name);
    return TN_OK;
}

static tn_status advise_all(struct tn_advice *a, const tn_merge_input *inputs,
                            const tn_advise_options *options, tn_error *err)
{
    TN_TRY(choose_target(a, options->target, err));
    a->types = tn_types_new(a->alloc);
    a->facts = TN_NEW_ARRAY(&a->arena, struct tn_rw_facts, a->count);
    a->names = TN_NEW_ARRAY(&a->arena, const char *, a->count);
    a->arenas = TN_NEW_ARRAY(&a->arena, struct tn_arena, a->count);
    if (a->types == NULL || a->facts == NULL || a->names == NULL ||
        a->arenas == NULL)
        return tn_no_memory(err);
    for (uint32_t i = 0; i < a->count; i++)
        tn_arena_init(&a->arenas[i], a->alloc);
    TN_TRY(read_all_inputs(a, inputs, options, err));
    TN_TRY(tn_rw_advise_edges(a, err));
    TN_TRY(tn_rw_advise_rings(a, err));
    TN_TRY(tn_rw_advise_shared(a, err));
    TN_TRY(tn_rw_advise_judge(a, err));
    return a->pen.failed ? tn_no_memory(err) : TN_OK;
}

/* What only the call needs. */
static void forget_modules(struct tn_advice *a)
{
    for (uint32_t i = 0; i < a->count && a->facts != NULL; i++) {
        tn_mod_free((struct tn_mod *)a->facts[i].mod);
        a->facts[i].mod = NULL;
        TN_VEC_CLEAR(&a->facts[i].code.sites, a->alloc);
    }
    if (a->types != NULL)
        tn_types_free(a->types);
    a->types = NULL;
    a->paths = NULL;
}

tn_status tn_rw_advise(const tn_merge_input *inputs, size_t count,
                       const tn_advise_options *given,
                       const tn_allocator *alloc, tn_advice **out,
                       tn_error *err)
{
    tn_advise_options options = TN_ADVISE_OPTIONS_INIT;
    *out = NULL;
    if (given != NULL)
        memcpy(&options, given,
               given->size < sizeof options ? given->size : sizeof options);
    if (count == 0 || count > UINT16_MAX)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "advice is about 1 to 65,535 modules");
    struct tn_advice *a = TN_ALLOC(alloc, struct tn_advice);
    if (a == NULL)
        return tn_no_memory(err);
    a->alloc = alloc;
    a->count = (uint32_t)count;
    a->paths = options.paths;
    tn_arena_init(&a->arena, alloc);
    a->pen.arena = &a->arena;
    tn_status status = advise_all(a, inputs, &options, err);
    forget_modules(a);
    if (status == TN_OK)
        *out = a;
    else
        tn_advice_free(a);
    return status;
}

tn_status tn_advise(const tn_merge_input *inputs, size_t count,
                    const tn_advise_options *options, tn_advice **out,
                    tn_error *err)
{
    return tn_rw_advise(inputs, count, options, &tn_alloc_libc, out, err);
}

void tn_advice_free(tn_advice *a)
{
    if (a == NULL)
        return;
    const tn_allocator *alloc = a->alloc;
    TN_VEC_CLEAR(&a->shared, alloc);
    for (uint32_t i = 0; i < a->count && a->arenas != NULL; i++)
        tn_arena_clear(&a->arenas[i]);
    tn_arena_clear(&a->arena);
    tn_alloc_free(alloc, a, sizeof *a);
}

/* --- What is asked ------------------------------------------------------------- */

const tn_module_facts *tn_advice_module(const tn_advice *a, size_t i)
{
    return i < a->count ? &a->facts[i].pub : NULL;
}

const tn_edge *tn_advice_edge(const tn_advice *a, size_t i)
{
    return i < a->edge_count ? &a->edges[i] : NULL;
}

const tn_shared_code *tn_advice_shared(const tn_advice *a, size_t i)
{
    return i < a->shared.count ? &a->shared.at[i] : NULL;
}

const tn_verdict *tn_advice_verdict(const tn_advice *a, tn_way way)
{
    return (unsigned)way < TN_WAY_COUNT ? &a->verdicts[way] : NULL;
}

tn_way tn_advice_way(const tn_advice *a, const char **why)
{
    if (why != NULL)
        *why = a->why;
    return a->way;
}

const uint32_t *tn_advice_ring(const tn_advice *a, size_t i, size_t *count)
{
    *count = 0;
    if (i >= a->ring_count)
        return NULL;
    uint32_t begin = i == 0 ? 0 : a->ring_ends[i - 1];
    *count = a->ring_ends[i] - begin;
    return &a->ring_members[begin];
}
