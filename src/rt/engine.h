/* engine.h - what all stores of a process share: the engine and its modules.
 *
 * Both may be used by any thread. The engine's lock guards the type registry
 * and the making of data images; everything else in them is set once. */
#ifndef TN_RT_ENGINE_H
#define TN_RT_ENGINE_H

#include "rt/park.h"
#include "rt/tier.h"

struct tn_engine {
    tn_allocator alloc;
    uint64_t features; /* those asked for, of those that this build runs */
    tn_log_fn *log;
    void *log_ctx;
    tn_placement placement;
    bool trace_calls, deterministic;

    const struct tn_tier *tier;
    const struct tn_ir_target *target;
    struct tn_stubs stubs; /* tn_func.code points at these words */
    int32_t xrest; /* word of what stands behind a call through a tn_func */

    struct tn_mutex lock;
    struct tn_types *types;
    /* Live reservations of address space: see place.c. */
    _Atomic uint32_t reservation_count;
    struct tn_parking parking; /* of threads that wait: see park.h */
};

/* `config` is whole (not null); `tier` is one that this build has, and
 * `executable` the proposals that it runs. */
tn_status tn_rt_engine_new(const tn_config *config, const struct tn_tier *tier,
                           uint64_t executable, tn_engine **out, tn_error *err);

/* One line to the embedder's log, if there is one. */
void tn_rt_log(const tn_engine *engine, tn_log_level level, const char *part,
               const char *format, ...) __attribute__((format(printf, 4, 5)));

static inline const uint8_t *tn_rt_stub(const int32_t *word)
{
    return (const uint8_t *)word;
}

/* Where the parts of an instance lie in its block: bytes from its start,
 * which holds the context. Computed once for a module. */
struct tn_layout {
    size_t bytes;
    size_t instance, funcs, globals, imports, globals_far;
    size_t memories, tables, memory_views, table_views;
    size_t memory_holds, table_holds;
    size_t all_memories, all_tables, all_globals, tags, all_tags, dropped,
        elem_values;
};

struct tn_module {
    _Atomic uint32_t refs;
    tn_engine *engine;
    struct tn_mod *mod;
    struct tn_code *code;
    uint8_t *copy; /* of the bytes; null when they are borrowed */
    size_t size;

    struct tn_layout layout;
    uint32_t ref_count;  /* defined functions that can be referenced */
    uint32_t *ref_ranks; /* of each defined function, or TN_NONE */
    /* Of each element segment, where its values begin among those that an
     * instance keeps; those that list functions have none there. */
    uint64_t *elem_starts;
    const uint32_t *global_slots; /* the code's: see tn_code_global_slots */
    /* The start of memory 0 as its active segments leave it, if they are
     * large and lie at constant places: made by the first instance. */
    int image; /* -1: not made */
    bool has_no_image;
    uint64_t image_bytes; /* whole pages */
};

struct tn_rt_module_how {
    bool is_borrowed;   /* the bytes outlive the module */
    bool is_linked;     /* see struct tn_flavour */
    struct tn_str name; /* of a module that does not name itself; copied */
};
tn_status tn_rt_module_new(tn_engine *engine, struct tn_rt_module_how how,
                           const void *bytes, size_t size, tn_module **out,
                           tn_error *err);

/* See tn_code_set_aliases: before the first instance. False: no memory. */
bool tn_rt_module_set_aliases(tn_module *module, const uint32_t *aliases);
const uint32_t *tn_rt_module_aliases(const tn_module *module);

/* The image for memory 0, or -1: then segments are copied one by one. */
int tn_rt_module_image(tn_module *module);

#endif
