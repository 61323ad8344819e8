/* slurp.h - a whole file in memory, up to a limit. */
#ifndef TN_OS_SLURP_H
#define TN_OS_SLURP_H

#include "base/buf.h"
#include "base/error.h"

/* Adds the bytes of the file at `path` to `out`. TN_E_IO with the system's
 * words; TN_E_LIMIT when there are more than `max_bytes`; then what `out` holds
 * is of no use. `*is_missing` (may be null) tells a file that does not exist
 * from one that cannot be read. Pipes and devices are read to their end. */
tn_status tn_os_slurp(const char *path, uint64_t max_bytes, struct tn_buf *out,
                      bool *is_missing, tn_error *err);

#endif
