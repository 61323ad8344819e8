#include "prog/fault.h"

#include <stdarg.h>
#include <stdio.h>

void tn_prog_fault_set(struct tn_prog_fault *fault, const char *kind,
                       const char *format, ...)
{
    va_list args;
    va_start(args, format);
    /* Into a copy first: the arguments may lie in the fault itself. */
    char text[sizeof fault->text];
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    memcpy(fault->text, text, sizeof text);
    fault->kind = kind;
}

tn_status tn_prog_fault_fail(const struct tn_prog_fault *fault,
                             tn_status status, tn_error *err)
{
    return tn_fail(err, status, TN_NO_OFFSET, "%s", fault->text);
}
