#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

tn_status tn_fail(tn_error *err, tn_status status, uint64_t offset,
                  const char *format, ...)
{
    if (err == NULL || err->status != TN_OK)
        return status;
    err->status = status;
    err->offset = offset;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    return status;
}

tn_status tn_no_memory(tn_error *err)
{
    return tn_fail(err, TN_E_NOMEM, TN_NO_OFFSET, "out of memory");
}

const char *tn_status_text(tn_status status)
{
    switch (status) {
#define TN_ERROR(name, value, text) \
    case TN_##name:                 \
        return text;
#include "base/errors.def"
#undef TN_ERROR
    }
    return "unknown status";
}
