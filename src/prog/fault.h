/* fault.h - what went wrong in a set of modules: a kind that programs compare
 * ("link.missing", "trap", "start") and a line for people. Filling one takes
 * no memory; what does not fit is cut. */
#ifndef TN_PROG_FAULT_H
#define TN_PROG_FAULT_H

#include "base/buf.h"
#include "base/error.h"

struct tn_prog_fault {
    const char *kind; /* static; "" for none */
    char text[480];
};

void tn_prog_fault_set(struct tn_prog_fault *fault, const char *kind,
                       const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Fills `err` with the fault's text. */
tn_status tn_prog_fault_fail(const struct tn_prog_fault *fault,
                             tn_status status, tn_error *err);

#endif
