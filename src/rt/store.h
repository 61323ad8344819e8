/* store.h - a store: its contexts, its guest stack, and the calls in it.
 *
 * All calls of a store share one guest stack. A call from the host pushes an
 * activation and lays its frame behind what is in use:
 *
 *   | frames of the outer call | arguments of a host function | its header |
 *   | frames of a call that this host function makes ...
 *
 * Behind the limit there is room for one largest frame, so that code need not
 * know how large a frame is before it checks. */
#ifndef TN_RT_STORE_H
#define TN_RT_STORE_H

#include "rt/gc_heap.h"
#include "rt/instance.h"

enum {
    TN_TRAP_FRAMES = 64,      /* kept of a trap */
    TN_MAX_ACTIVATIONS = 200, /* host and guest in turn; C stack is finite */
    /* Slots. The largest that the validator allows, and before it a trampoline:
     * a tail call into another instance does not look at the limit. */
    TN_LARGEST_FRAME = 65000 + 4096,
};

struct tn_trap_frame {
    struct tn_instance *instance;
    uint32_t index;    /* of the function */
    const uint8_t *pc; /* in the instruction; null: at its entry */
};

struct tn_trap {
    tn_trap_kind kind;
    uint64_t serial; /* counts traps */
    uint64_t depth;
    uint32_t frame_count;
    struct tn_trap_frame frames[TN_TRAP_FRAMES];
    tn_error error; /* of TN_TRAP_HOST */
};

struct tn_activation {
    struct tn_activation *outer;
    const struct tn_func *func; /* what the host called: kept till it returns */
    tn_status status;           /* TN_OK until something ends the call early */
    uint32_t depth;             /* 1: outermost */
};

/* A host function that runs. */
struct tn_host_frame {
    struct tn_host_frame *outer;
    const struct tn_func *func;
    uint64_t *frame; /* its arguments, then its header */
};

struct tn_host_func {
    struct tn_func func;
    tn_host_fn *fn;
    void *env;
    struct tn_module *module; /* keeps the type, or null: it is retained */
    struct tn_host_func *next;
    bool is_pinned; /* by the store, or by imports that live */
    bool is_marked; /* by the sweep */
};

struct tn_call {
    struct tn_store *store;
    struct tn_context *caller; /* null: the embedder */
    tn_trap_kind trap;         /* of tn_call_trap */
    bool has_thrown;           /* tn_call_throw */
};

struct tn_store {
    tn_engine *engine;
    tn_store_config config;
    const tn_allocator *alloc; /* the engine's */

    /* The thread that a call runs on; 0: none does. */
    _Atomic uintptr_t owner;

    /* The lock guards what tn_store_interrupt reads: ctx, the limits in the
     * contexts, wake, waiting. */
    struct tn_mutex lock;
    struct tn_context **ctx; /* by object id; null: free */
    uint32_t ctx_count, ctx_cap;
    struct tn_vec(uint32_t) free_ids;
    _Atomic bool is_interrupted;
    int wake[2];               /* a pipe; -1 until it is asked for */
    struct tn_waiter *waiting; /* in memory.atomic.wait */

    uint64_t *stack, *stack_limit;
    uint64_t *stack_top; /* where the next call from the host begins */
    size_t stack_bytes;  /* mapped */
    struct tn_activation *activation;
    struct tn_host_frame *host_frame; /* the innermost */
    struct tn_trap trap;
    struct tn_func *stub_func; /* whose stub ran last */
    /* Of a closed instance, called: till its trap has been told. */
    const struct tn_func *unloaded;
    struct tn_arena names; /* of the trap's frames */
    uint32_t exit_code;
    /* The exception that left a call of the host's last, or that a host
     * function threw; 0: none. Keeps it alive. */
    uint64_t exception;
    struct tn_context *landing; /* see tn_rt_landing */

    struct tn_instance *host; /* object id 0; not in the list */
    struct tn_instance *instances;
    struct tn_memory *memories; /* of the host instance */
    struct tn_table *tables;
    struct tn_global *globals;
    struct tn_tag *tags;
    struct tn_host_func *host_funcs;
    struct tn_imports *imports;
    uint32_t open_count; /* instances in service */
    /* Closed instances and host functions that perhaps nothing needs. */
    uint64_t garbage_count, garbage_limit;
    /* Of instances: in service; closed; and those of the latter that the last
     * sweep had to leave. */
    uint64_t open_bytes, garbage_bytes, kept_bytes;

    struct tn_places places;
    uint64_t memory_bytes;             /* of all memories */
    struct tn_vec(uint64_t) constants; /* operands of a constant expression */
    struct tn_gc_heap gc;
};

/* Calls `func`; `slots` holds arguments, then results. */
tn_status tn_rt_call(struct tn_func *func, uint64_t *slots, tn_error *err);

/* True if the caller may use the store: no other thread is in it. */
tn_status tn_rt_check_owner(const struct tn_store *store, tn_error *err);

/* A host function of a type that is the module's, or (module null) retained
 * for it; on failure the type is not released. */
struct tn_host_func *tn_rt_host_func_new(struct tn_store *store,
                                         const struct tn_type *type,
                                         struct tn_module *module,
                                         tn_host_fn *fn, void *env);
void tn_rt_host_func_free(struct tn_store *store, struct tn_host_func *host);

/* A tag of a registered type, which has no results. */
tn_status tn_rt_tag_new(tn_store *store, const struct tn_type *type,
                        tn_tag **out, tn_error *err);
void tn_rt_tag_free(struct tn_store *store, struct tn_tag *tag);

/* Something may have become garbage: sweeps when there is much of it. */
void tn_rt_sweep_some(struct tn_store *store);
void tn_rt_sweep(struct tn_store *store);
/* While it marks: what an object refers to. */
void tn_rt_mark_func(const struct tn_func *func, struct tn_instance **todo);
void tn_rt_mark_tag(const struct tn_tag *tag, struct tn_instance **todo);

/* --- Frames: trace.c ----------------------------------------------------- */

/* A frame of guest code, on the way out to its callers. */
struct tn_walk {
    struct tn_store *store;
    struct tn_context *context;
    uint64_t *frame;
    const uint8_t *pc; /* inside the instruction that calls */
};

/* The header of the function that runs at w->pc, and its index; null when no
 * function is there. */
const uint64_t *tn_rt_walk_header(const struct tn_walk *w, uint32_t *index);
/* The same for who knows the index. */
const uint64_t *tn_rt_header_of(const struct tn_walk *w, uint32_t index);
/* Goes to the caller of the function with this header, whose context was
 * w->context; false when that is the host. */
bool tn_rt_walk_out(struct tn_walk *w, const uint64_t *header);

/* --- Traps: trace.c ------------------------------------------------------ */

/* Begins a trap without frames. */
void tn_rt_trap_begin(struct tn_store *store, tn_trap_kind kind);
/* Adds the frames of this activation, from a function in the midst of a call
 * outwards: `header` is its callee's. */
void tn_rt_trap_callers(struct tn_store *store, const uint64_t *header,
                        struct tn_context *context);
/* Adds those from the instruction at `pc` outwards. */
void tn_rt_trap_frames(struct tn_context *context, uint64_t *frame,
                       const uint8_t *pc);
/* TN_E_TRAP with the trap's words. */
tn_status tn_rt_trap_fail(struct tn_store *store, tn_error *err);

/* --- Interrupts: interrupt.c. Under the store's lock. --------------------- */

/* Sets the limit of a new context as it should be. */
void tn_rt_set_limit(struct tn_context *context);
void tn_rt_clear_interrupt(struct tn_store *store);

#endif
