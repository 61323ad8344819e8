/* errnos.c - the table of errors, asked both ways. */
#include "wasi/errnos.h"

#include <errno.h>
#include <stddef.h>

struct errno_row {
    const char *name;
    int system;
};

static const struct errno_row errno_rows[] = {
#define E(name, number, system) [number] = {#name, system},
#include "wasi/errnos.def"
#undef E
};

enum tn_wasi_errno tn_wasi_errno_of(int system)
{
    if (system == 0)
        return TN_WASI_SUCCESS;
    for (unsigned i = 1; i < TN_WASI_ERRNO_COUNT; i++)
        if (errno_rows[i].system == system)
            return (enum tn_wasi_errno)i;
    return TN_WASI_IO;
}

const char *tn_wasi_errno_name(enum tn_wasi_errno number)
{
    return number == TN_WASI_SUCCESS ? "0" : errno_rows[number].name;
}
