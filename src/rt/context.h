/* context.h - the words that running code touches.
 *
 * A tn_func is a reference to a function. A tn_context is what belongs to one
 * instance on one thread; handlers hold a pointer to it and nothing else of
 * the runtime. Ordinary stores have one array of contexts, ctx[object_id];
 * linked programs will have one such array for each thread.
 *
 *   guest frame   parameters | return pc, caller's frame, caller's context |
 *                 other locals | operand stack       (slots of 8 bytes)
 *
 * Arguments stay where the caller's operand stack has them: they are the
 * callee's slots 0..n-1. The header of three words lies at slot
 * max(parameters, results), so that results, which go to slot 0 on, never
 * overwrite it. See docs/design/001-register-code.md. */
#ifndef TN_RT_CONTEXT_H
#define TN_RT_CONTEXT_H

#include <stdatomic.h>
#include <string.h>

#include "mod/types.h"

struct tn_instance;
struct tn_store;
struct tn_context;

enum tn_func_flags {
    TN_FUNC_HOST = 1
};

/* A function reference: identity is its address. Immutable once published but
 * for `code`. One for each function that can be referenced; direct calls
 * inside a module need none. */
struct tn_func {
    uint32_t type_id; /* of the engine's registry; UINT32_MAX in tn_null_func */
    uint32_t object_id;            /* index into ctx[] */
    _Atomic(const uint8_t *) code; /* entry, or a stub: lazy, host, gate */
    void *native;                  /* compiled entry; for later tiers */
    struct tn_instance
        *instance;        /* the store's host instance for host functions */
    uint32_t index;       /* in its module's function index space */
    uint16_t header_slot; /* max(parameter slots, result slots) */
    uint16_t result_slots;
    uint32_t flags;
    uint32_t param_slots;
    const struct tn_type *type; /* retained by the instance's module */
    void *host;                 /* struct tn_host_func of a host function */
};

/* What an empty table slot points to, so that an indirect call needs no test
 * for null: its type id equals no other. As a value on the guest stack or in
 * a global, the null reference is 0. */
extern const struct tn_func tn_null_func;

/* One 8-byte word, replaced by one store. Tables of externref hold the
 * embedder's pointers in the same words, null as 0. */
typedef _Atomic(void *) tn_table_slot;

struct tn_import_slot {
    struct tn_func *func;
};

struct tn_memory_view {
    uint8_t *base;
    uint64_t size; /* bytes */
};

struct tn_table_view {
    tn_table_slot *slots;
    uint64_t size; /* elements */
};

struct tn_context {
    /* Line 0: the interpreter's hot words. */
    uint8_t *mem0;
    uint64_t mem0_size;
    tn_table_slot *table0;
    uint64_t table0_size;
    struct tn_import_slot *imports; /* functions, by index */
    uint64_t **globals_far;         /* imported globals, by index */
    struct tn_context **ctx;        /* the store's array */
    _Atomic(uint64_t *) limit; /* end of the guest stack; null: interrupt */

    /* Line 1. */
    uint32_t object_id;
    uint32_t flags;
    struct tn_instance *instance;
    struct tn_store *store;
    struct tn_memory_view *memories; /* all, by index; [0] repeats mem0 */
    struct tn_table_view *tables;    /* all, by index; [0] repeats table0 */

    /* Where the code is that may start a collection, or that throws: set
     * before the call of its helper. `pc` is in the instruction; words of the
     * guest stack from `top` on are dead. docs/design/002-references.md. */
    struct tn_safe_point {
        const uint8_t *pc;
        uint64_t *frame, *top;
    } safe;

    uint64_t globals[]; /* own globals, by slot (v128 takes two) */
};

/* Slots of frames and globals hold pointers as numbers. */
static inline void *tn_slot_pointer(uint64_t slot)
{
    uintptr_t bits = (uintptr_t)slot;
    void *at;
    memcpy(&at, &bits, sizeof at);
    return at;
}
static inline uint64_t tn_pointer_slot(const void *at)
{
    return (uint64_t)(uintptr_t)at;
}

#endif
