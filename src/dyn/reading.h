/* reading.h - what the makers of an image share while they make one. */
#ifndef TN_DYN_READING_H
#define TN_DYN_READING_H

#include "base/vec.h"
#include "dyn/image.h"

/* What a constant expression gives, as far as a linker can see it: a constant,
 * or a base that it will choose plus a constant. */
enum tn_dyn_base {
    TN_DYN_NO_BASE,
    TN_DYN_MEMORY_BASE,
    TN_DYN_TABLE_BASE,
    TN_DYN_ANY_BASE /* neither: the value is not known */
};

struct tn_dyn_sum {
    uint64_t value; /* of an i32, its 32 bits */
    enum tn_dyn_base base;
};

struct tn_dyn_reading {
    const struct tn_mod *mod;
    struct tn_dyn_image *image;
    tn_error *err;
    struct tn_arena scratch;
    struct tn_vec(struct tn_dyn_sum) operands;
    struct tn_dyn_sum *globals; /* what each holds at first, if immutable */
};

/* A constant expression's value; false when memory is out. Those of globals
 * that it names are known. */
bool tn_dyn_read_sum(struct tn_dyn_reading *r, struct tn_range expr,
                     struct tn_dyn_sum *out);
/* Makes r->globals; image->refs are there. */
tn_status tn_dyn_read_globals(struct tn_dyn_reading *r);

/* Makes the table of definitions. */
tn_status tn_dyn_read_symbols(struct tn_dyn_reading *r);

/* Checks the segments' places, and makes image->elem_of. */
tn_status tn_dyn_read_segments(struct tn_dyn_reading *r);

/* Sets image->start_is_local. */
tn_status tn_dyn_read_start(struct tn_dyn_reading *r);

#endif
