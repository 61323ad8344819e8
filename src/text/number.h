/* number.h - numbers as the text format writes them.
 *
 * Integers with underscores, decimal or hexadecimal; floats of both, rounded
 * to nearest even exactly, inf, nan and nan:0x payloads. Unless the outcome is
 * OK, nothing is set. Specification: 6.3.1, 6.3.2. */
#ifndef TN_TEXT_NUMBER_H
#define TN_TEXT_NUMBER_H

#include "base/str.h"

enum tn_number_outcome {
    TN_NUMBER_OK,
    TN_NUMBER_SYNTAX, /* no number of this kind */
    TN_NUMBER_RANGE,  /* one, but it does not fit */
};

/* uN: `bits` up to 64. */
enum tn_number_outcome tn_number_u(struct tn_str text, unsigned bits,
                                   uint64_t *out);
/* iN: signed or unsigned, of `bits` (8, 16, 32, 64); the low bits, not
 * extended. */
enum tn_number_outcome tn_number_i(struct tn_str text, unsigned bits,
                                   uint64_t *out);
enum tn_number_outcome tn_number_f32(struct tn_str text, uint32_t *bits);
enum tn_number_outcome tn_number_f64(struct tn_str text, uint64_t *bits);

#endif
