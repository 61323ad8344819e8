/* features.h - which proposals a module may use, as sets of bits.
 *
 * Proposals are asked for at run time: a module is decoded and validated with
 * the set that its config allows, and every construct of another one is
 * refused by name. Nothing else in tenon decides what is enabled. */
#ifndef TN_MOD_FEATURES_H
#define TN_MOD_FEATURES_H

#include <stdint.h>
#include <tenon.h>

/* What this build executes; validation knows more (tn_features_all). */
uint64_t tn_mod_features_run(void);

/* A set as an embedder gives it: TN_FEATURES_DEFAULT becomes what that is. */
uint64_t tn_mod_features_chosen(uint64_t set);

/* The first of `needed` that `allowed` lacks, or TN_FEATURE_COUNT. */
tn_feature tn_mod_feature_missing(uint64_t needed, uint64_t allowed);

#endif
