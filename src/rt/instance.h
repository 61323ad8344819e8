/* instance.h - instances and what lives in them.
 *
 * An instance is one block of memory: its context (what running code sees),
 * then everything that it defines - functions that can be referenced,
 * memories, tables, globals - and its views of what it imports. So a pointer
 * to any of these stays good as long as the block, and one mark on the block
 * keeps all of them: see sweep.c. The bytes of memories and the slots of
 * tables lie elsewhere and go back as soon as no open instance holds them.
 *
 * Closing takes an instance out of service; the block is freed when nothing
 * refers into it any more. */
#ifndef TN_RT_INSTANCE_H
#define TN_RT_INSTANCE_H

#include "rt/shared.h"

enum tn_instance_state {
    TN_INSTANCE_NEW, /* may not be called yet */
    TN_INSTANCE_LIVE,
    TN_INSTANCE_POISONED, /* a trap passed through it: see tn_trap_policy */
    TN_INSTANCE_CLOSED,
};

/* One context that sees a memory or a table: an entry of that one's list, in
 * the instance that holds it. `link` points to what points to it. */
struct tn_hold {
    struct tn_hold *next, **link;
    struct tn_context *context;
    uint32_t index;
};

struct tn_memory {
    struct tn_instance *owner; /* the store's host instance: tn_memory_new */
    struct tn_memory *next;    /* of the host instance */
    struct tn_hold *holds;
    struct tn_limits limits;
    uint64_t size; /* bytes; 0 when closed; shared: as this store knows it */
    struct tn_place place;           /* shared: that one's */
    struct tn_shared_memory *shared; /* null: it is not; retained */
};

struct tn_table {
    struct tn_instance *owner;
    struct tn_table *next;
    struct tn_hold *holds;
    struct tn_limits limits;
    tn_valtype type; /* of its elements, with ids */
    bool is_func;    /* an empty slot is &tn_null_func */
    tn_table_slot *slots;
    uint64_t size; /* elements */
};

struct tn_global {
    struct tn_instance *owner;
    struct tn_global *next;
    uint64_t *at; /* in the owner's context, or `own` */
    tn_valtype type;
    bool is_mutable;
    uint64_t own[2];
};

/* What a tag is, is which one it is, and its type. */
struct tn_tag {
    struct tn_instance *owner; /* the store's host instance: tn_tag_new */
    const struct tn_type *type;
    struct tn_tag *next; /* of the host instance */
};

struct tn_instance {
    struct tn_store *store;
    struct tn_module *module; /* null in the host instance; retained */
    struct tn_context *context;
    void *block;                      /* the allocation around all of this */
    struct tn_instance *next, **link; /* the store's list */

    struct tn_func *funcs;      /* own ones that can be referenced, by rank */
    struct tn_memory *memories; /* own */
    struct tn_table *tables;
    struct tn_global *globals;
    struct tn_hold *memory_holds; /* all, by index */
    struct tn_hold *table_holds;
    struct tn_memory **all_memories;
    struct tn_table **all_tables;
    struct tn_global **all_globals;
    struct tn_tag *tags; /* own */
    struct tn_tag **all_tags;
    uint8_t *dropped;      /* bits: data segments, then element segments */
    uint64_t *elem_values; /* of element segments with expressions */

    enum tn_instance_state state;
    const char *reason; /* why it is not live: static, or ""  */
    bool is_handle;     /* the embedder has not ended its handle */
    bool is_orphan;     /* could not be started, and was never anybody's */
    bool is_marked;     /* by the sweep */
    struct tn_instance
        *todo; /* the sweep's list of marked, not yet looked at */
};

/* All of a module's functions that can be referenced; null for others. */
struct tn_func *tn_rt_instance_func(const struct tn_instance *instance,
                                    uint32_t index);

/* The place of an imported global that is a copy of the instance's own (see
 * struct tn_flavour); null if it is none. all_globals has null for it. */
uint64_t *tn_rt_near_global(const struct tn_instance *instance,
                            uint32_t import);

/* The block, with everything in it that cannot fail set up, and an object id:
 * LIVE, in the store's list, functions lazy, imports empty. */
tn_status tn_rt_instance_alloc(struct tn_store *store, struct tn_module *module,
                               struct tn_instance **out, tn_error *err);
/* The host instance of a new store. */
tn_status tn_rt_instance_alloc_host(struct tn_store *store, tn_error *err);
/* Closes, and frees the block whatever refers to it. */
void tn_rt_instance_destroy(struct tn_instance *instance);

/* Service, for sets of instances. Functions of an instance that is not LIVE
 * answer TN_TRAP_DOWN to guests and TN_E_DOWN to the embedder. A closed one
 * stays closed. `reason` is static. */
void tn_rt_instance_set_state(struct tn_instance *instance,
                              enum tn_instance_state state, const char *reason);
/* Makes a function import (`index` counts those only) call `func`, whose type
 * must fit. */
void tn_rt_rebind_import(struct tn_instance *instance, uint32_t index,
                         struct tn_func *func);

/* --- Sharing. A hold begins and ends with its instance's service. -------- */

void tn_rt_hold_memory(struct tn_instance *instance, uint32_t index,
                       struct tn_memory *memory);
void tn_rt_hold_table(struct tn_instance *instance, uint32_t index,
                      struct tn_table *table);
/* Ends one; the last takes the bytes with it, unless the store owns them. */
void tn_rt_release_memory(struct tn_instance *instance, uint32_t index);
void tn_rt_release_table(struct tn_instance *instance, uint32_t index);

/* Are these bytes in the memory, as it is now? */
bool tn_rt_has_range(struct tn_context *context, uint32_t memory, uint64_t at,
                     uint64_t count);

/* `limits` valid. TN_E_NOMEM, TN_E_LIMIT. */
tn_status tn_rt_memory_init_storage(struct tn_memory *memory, tn_error *err);
tn_status tn_rt_table_init_storage(struct tn_table *table, void *value,
                                   tn_error *err);
void tn_rt_memory_free_storage(struct tn_memory *memory);
void tn_rt_table_free_storage(struct tn_table *table);

/* --- The work behind instructions and segments. -------------------------- */

/* Where pointers have 32 bits, the tag of an extern that is an object (gc.h)
 * is not kept by a table, but found anew. */
uint64_t tn_rt_table_tag(const struct tn_table *table, uint64_t ref);

/* A reference as a table keeps it, from one as the stack has it, and back. */
static inline void *tn_rt_table_word(const struct tn_table *table, uint64_t ref)
{
    return ref == 0 && table->is_func ? (void *)&tn_null_func
                                      : tn_slot_pointer(ref);
}
static inline uint64_t tn_rt_table_ref(const struct tn_table *table,
                                       const void *word)
{
    if (sizeof word <= 4 && !table->is_func)
        return tn_rt_table_tag(table, tn_pointer_slot(word));
    return word == &tn_null_func ? 0 : tn_pointer_slot(word);
}

tn_trap_kind tn_rt_copy_data(struct tn_instance *instance, uint32_t data,
                             struct tn_memory *memory, uint64_t to,
                             uint64_t from, uint64_t count);
tn_trap_kind tn_rt_copy_elems(struct tn_instance *instance, uint32_t elem,
                              struct tn_table *table, uint64_t to,
                              uint64_t from, uint64_t count);
/* `count` bytes of the segment from `from` on; null if it has not so many, or
 * was dropped. */
const uint8_t *tn_rt_data_span(const struct tn_instance *instance,
                               uint32_t data, uint64_t from, uint64_t count);
/* Evaluates the expressions of all element segments, once. */
tn_status tn_rt_keep_elems(struct tn_instance *instance, tn_error *err);
bool tn_rt_elem_has(const struct tn_instance *instance, uint32_t elem,
                    uint64_t from, uint64_t count);
/* Its value `i`, as the stack has it. */
uint64_t tn_rt_elem_ref(const struct tn_instance *instance, uint32_t elem,
                        uint64_t i);
void tn_rt_drop_data(struct tn_instance *instance, uint32_t data);
void tn_rt_drop_elem(struct tn_instance *instance, uint32_t elem);

/* Evaluates a constant expression of the module; v128 takes both words. */
tn_status tn_rt_constant(struct tn_instance *instance, struct tn_range range,
                         uint64_t out[2], tn_error *err);

/* The export's item; the module has it. */
tn_extern tn_rt_item(struct tn_instance *instance, tn_externkind kind,
                     uint32_t index);

#endif
