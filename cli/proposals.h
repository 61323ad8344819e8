/* proposals.h - sets of proposals by name. */
#ifndef TN_CLI_PROPOSALS_H
#define TN_CLI_PROPOSALS_H

#include "report.h"

/* The bit of "multi-memory", or 0. */
uint64_t feature_bit(const char *name);

/* "wasm2,tail-call,-simd": from what this build runs, or from the group that
 * comes first, adds and takes away. False when it was reported. */
bool parse_features(const struct report *report, const char *text,
                    uint64_t *out);

#endif
