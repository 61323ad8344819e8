/* bodies.h - the code section of the result. */
#ifndef TN_REWRITE_BODIES_H
#define TN_REWRITE_BODIES_H

#include "rewrite/rewrite.h"

/* How many bodies it has. */
uint32_t tn_rw_body_count(const struct tn_rw *rw);
/* Appends them, and fills body_at and is_stretched of the inputs; rw->out
 * ends, and rw->code_contents is set, where their number was written. */
tn_status tn_rw_write_bodies(struct tn_rw *rw);

#endif
