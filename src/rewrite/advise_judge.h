/* advise_judge.h - a verdict in the making, and checks that ways share. */
#ifndef TN_REWRITE_ADVISE_JUDGE_H
#define TN_REWRITE_ADVISE_JUDGE_H

#include "rewrite/advise.h"

enum {
    TN_RW_MAX_REASONS = 8
};

struct tn_rw_judging {
    struct tn_advice *a;
    tn_verdict *verdict;
    tn_evidence *reasons; /* TN_RW_MAX_REASONS of them */
};

/* A reason for a verdict of this kind, or a worse one: the worst decides, and
 * its first reason stands first. */
void tn_rw_find(struct tn_rw_judging *j, tn_verdict_kind kind,
                tn_evidence reason);

/* One that stands before the others, but changes nothing. */
void tn_rw_find_first(struct tn_rw_judging *j, tn_evidence reason);

/* Each judges all of a way but its command, its target and its features. */
void tn_rw_judge_isolated(struct tn_rw_judging *j);
void tn_rw_judge_linked(struct tn_rw_judging *j);
void tn_rw_judge_merged_multi(struct tn_rw_judging *j);
void tn_rw_judge_merged_single(struct tn_rw_judging *j);
void tn_rw_judge_composed(struct tn_rw_judging *j);

/* advise_talk.c: what is wrong with an edge in every way: nobody has it, it
 * does not fit. */
void tn_rw_judge_edges(struct tn_rw_judging *j);
/* Pointers, and indices of functions, that go to another memory or table. */
void tn_rw_judge_pointers(struct tn_rw_judging *j);
/* Rings that no order of instances has. */
void tn_rw_judge_rings(struct tn_rw_judging *j);
/* Objects, which only a linker takes. */
void tn_rw_judge_objects(struct tn_rw_judging *j);

bool tn_rw_talks(const struct tn_advice *a);
/* Does any edge pass a pointer or the index of a function? */
bool tn_rw_passes_pointer(const struct tn_advice *a);
bool tn_rw_passes_funcref(const struct tn_advice *a);
/* All memories that there are, the host's too. */
uint32_t tn_rw_memory_count(const struct tn_advice *a);
uint32_t tn_rw_table_count(const struct tn_advice *a);
uint32_t tn_rw_wasi_count(const struct tn_advice *a);
/* An input whose instances are many: threads; or TN_NONE. */
uint32_t tn_rw_threads_of(const struct tn_advice *a);
/* Must the merger make shims? */
bool tn_rw_needs_shims(const struct tn_advice *a);
/* Two inputs of one name: the second; or TN_NONE. */
uint32_t tn_rw_same_name(const struct tn_advice *a);
/* A module at a fixed place that asks a dynamic linker for libraries. */
bool tn_rw_is_fixed_main(const struct tn_rw_facts *facts);

#endif
