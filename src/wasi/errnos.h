/* errnos.h - how the WASI part says that something went wrong.
 *
 * Its functions return one of these. For the guest they are errnos of preview
 * 1; other versions of WASI translate them as we translate the system's. */
#ifndef TN_WASI_ERRNOS_H
#define TN_WASI_ERRNOS_H

enum tn_wasi_errno {
#define E(name, number, system) TN_WASI_##name = number,
#include "wasi/errnos.def"
#undef E
    TN_WASI_ERRNO_COUNT
};

/* The system's errno as WASI's; IO for what WASI cannot say. */
enum tn_wasi_errno tn_wasi_errno_of(int system);

/* "NOENT"; "0" for success. */
const char *tn_wasi_errno_name(enum tn_wasi_errno number);

#endif
