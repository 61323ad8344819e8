/* advise.h - which way of joining is right: what the files of advice share.
 *
 * Facts of each input (facts.h), an edge for each import (advise_edges.c),
 * and a verdict for each way, by rules over both (advise_judge.c). All that
 * is told is copied, so that modules go when the call ends. */
#ifndef TN_REWRITE_ADVISE_H
#define TN_REWRITE_ADVISE_H

#include "rewrite/facts.h"

/* Which memory 0, or table 0, a module has: two are one if these are equal. */
struct tn_rw_identity {
    enum {
        TN_RW_ID_NONE,  /* it has none */
        TN_RW_ID_INPUT, /* `index` of the input `module` */
        TN_RW_ID_HOST,  /* the host's, under these names */
        TN_RW_ID_LINKER /* the one that a dynamic linker shares */
    } kind;
    uint32_t module, index;
    struct tn_str host_module, host_name;
};

/* Of an edge, beside what is told. */
struct tn_rw_edge {
    uint32_t import;
    uint32_t export; /* of the input that was asked; TN_NONE for none */
    /* Where it is defined, through all re-exports; TN_NONE if no input does. */
    uint32_t input, index;
};

struct tn_advice {
    const tn_allocator *alloc;
    struct tn_arena arena;
    struct tn_arena *arenas; /* of each input's facts */
    struct tn_rw_pen pen;
    struct tn_types *types; /* of the call only, as the modules */
    uint32_t count;
    const char *const *paths; /* of the call only; may be null */
    const char **names;
    struct tn_rw_facts *facts;
    const tn_target *target; /* null: any */
    bool has_target;

    tn_edge *edges;
    struct tn_rw_edge *edge_places;
    uint32_t edge_count;
    uint32_t *first_edges; /* of each input; count + 1 of them */
    struct tn_rw_identity *memories, *tables; /* of each input */

    struct tn_vec(tn_shared_code) shared;
    uint32_t *ring_members; /* one ring behind the other */
    uint32_t *ring_ends;
    uint32_t ring_count;

    bool has_hard_ring; /* of memories, tables, globals or tags */
    uint32_t hard_ring_member;

    tn_verdict verdicts[TN_WAY_COUNT];
    tn_way way;
    const char *why;
};

/* advise.c, with an allocator: the public function has the C library's. */
tn_status tn_rw_advise(const tn_merge_input *inputs, size_t count,
                       const tn_advise_options *given,
                       const tn_allocator *alloc, tn_advice **out,
                       tn_error *err);

/* advise_edges.c: edges, identities. */
tn_status tn_rw_advise_edges(struct tn_advice *a, tn_error *err);
/* advise_rings.c: rings, of all edges and of those that no order allows. */
tn_status tn_rw_advise_rings(struct tn_advice *a, tn_error *err);
/* advise_shared.c: code that two inputs have. */
tn_status tn_rw_advise_shared(struct tn_advice *a, tn_error *err);
/* advise_judge.c: verdicts, and the way. */
tn_status tn_rw_advise_judge(struct tn_advice *a, tn_error *err);
/* advise_command.c: the command line of a way; null if there is none. */
const char *tn_rw_advise_command(struct tn_advice *a, tn_way way);

bool tn_rw_same_identity(const struct tn_rw_identity *a,
                         const struct tn_rw_identity *b);

/* Must a dynamic linker place it? */
static inline bool tn_rw_is_linked(const struct tn_rw_facts *facts)
{
    return facts->has_bases || facts->has_dylink;
}

#endif
