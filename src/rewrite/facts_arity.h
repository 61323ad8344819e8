/* facts_arity.h - how many values an instruction takes and gives, for walks
 * over code that is valid. Instructions of control are the walk's own. */
#ifndef TN_REWRITE_FACTS_ARITY_H
#define TN_REWRITE_FACTS_ARITY_H

#include "mod/instr.h"
#include "mod/module.h"

struct tn_rw_arity {
    uint32_t pops, pushes;
};

struct tn_rw_arities {
    struct tn_rw_arity of[TN_OP_COUNT];
};
void tn_rw_arities_init(struct tn_rw_arities *out);

struct tn_rw_arity tn_rw_arity_of(const struct tn_rw_arities *arities,
                                  const struct tn_mod *mod,
                                  const struct tn_instr *in);
/* The parameters and results of a block. */
struct tn_rw_arity tn_rw_block_arity(const struct tn_mod *mod,
                                     struct tn_block_type block);

#endif
