/* compiler.h - what differs between compilers, said once. */
#ifndef TN_BASE_COMPILER_H
#define TN_BASE_COMPILER_H

/* TN_TAIL_CALLS: the compiler promises that a marked return is a jump, so the
 * interpreter may be one function for each handler. TN_PRESERVE_NONE: its
 * calling convention for such functions, where it has one; without it the
 * ordinary one serves (measured 1 % slower).
 *
 * TN_LABELS: elsewhere, labels as values in one big function. */
#if defined(__clang__) && (defined(__x86_64__) || defined(__aarch64__))
#define TN_TAIL_CALLS 1
#define TN_MUSTTAIL   __attribute__((musttail))
#if __clang_major__ >= 19
#define TN_PRESERVE_NONE __attribute__((preserve_none))
#else
#define TN_PRESERVE_NONE
#endif
#else
#define TN_TAIL_CALLS 0
#endif

/* TENON_LOOP asks for the loop beside tail calls (to compare the two). */
#if !TN_TAIL_CALLS || defined(TENON_LOOP)
#define TN_LABELS 1
#else
#define TN_LABELS 0
#endif

#endif
