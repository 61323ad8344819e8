/* features.h - which proposals a module may use, as sets of bits.
 *
 * Proposals are asked for at run time: a module is decoded and validated with
 * the set that its config allows, and every construct of another one is
 * refused by name. Nothing else in tenon decides what is enabled. */
#ifndef TN_MOD_FEATURES_H
#define TN_MOD_FEATURES_H

#include <stdint.h>
#include <tenon.h>

/* What validation understands: all that can be run, and the types of some
 * proposals whose instructions cannot. A set of tn_features_default is within
 * it. */
uint64_t tn_mod_features_checked(void);

/* The first of `needed` that `allowed` lacks, or TN_FEATURE_COUNT. */
tn_feature tn_mod_feature_missing(uint64_t needed, uint64_t allowed);

#endif
