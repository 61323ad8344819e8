/* help.c - instructions that handlers leave to a function.
 *
 * Addresses, indices and counts arrive zero-extended, so that one form serves
 * memories and tables of 32 and of 64 bits. Everything is checked before
 * anything is written. */
#include "base/racy.h"
#include "rt/func.h"

const struct tn_func tn_null_func = {.type_id = UINT32_MAX,
                                     .object_id = UINT32_MAX};

static struct tn_memory *memory_at(const struct tn_context *context, uint32_t i)
{
    return context->instance->all_memories[i];
}

static struct tn_table *table_at(const struct tn_context *context, uint32_t i)
{
    return context->instance->all_tables[i];
}

static bool is_inside(uint64_t size, uint64_t at, uint64_t count)
{
    return at <= size && count <= size - at;
}

/* -1 in the type of the memory's or table's indices. */
static uint64_t grown(uint64_t old_size, bool is_64)
{
    return is_64 ? old_size : (uint32_t)old_size;
}

/* --- Memories ------------------------------------------------------------------------ */

/* The views have the size that counts: that of a closed instance is zero. */
tn_trap_kind tn_rt_memory_size(struct tn_context *context, uint64_t *s,
                               uint32_t a, uint32_t b)
{
    (void)b;
    const struct tn_memory *memory = memory_at(context, a);
    if (memory->shared != NULL)
        (void)tn_rt_sees_growth(context);
    s[0] = context->memories[a].size >> memory->limits.page_log2;
    return TN_TRAP_NONE;
}

tn_trap_kind tn_rt_memory_grow(struct tn_context *context, uint64_t *s,
                               uint32_t a, uint32_t b)
{
    (void)b;
    struct tn_memory *memory = memory_at(context, a);
    s[0] = grown(tn_memory_grow(memory, s[0]), memory->limits.is_64);
    return TN_TRAP_NONE;
}

tn_trap_kind tn_rt_memory_fill(struct tn_context *context, uint64_t *s,
                               uint32_t a, uint32_t b)
{
    (void)b;
    if (!tn_rt_has_range(context, a, s[0], s[2]))
        return TN_TRAP_MEMORY_BOUNDS;
    if (s[2] != 0)
        tn_mem_fill(context->memories[a].base + s[0], (uint8_t)s[1],
                    (size_t)s[2]);
    return TN_TRAP_NONE;
}

tn_trap_kind tn_rt_memory_copy(struct tn_context *context, uint64_t *s,
                               uint32_t a, uint32_t b)
{
    if (!tn_rt_has_range(context, a, s[0], s[2]) ||
        !tn_rt_has_range(context, b, s[1], s[2]))
        return TN_TRAP_MEMORY_BOUNDS;
    if (s[2] != 0)
        tn_mem_move(context->memories[a].base + s[0],
                    context->memories[b].base + s[1], (size_t)s[2]);
    return TN_TRAP_NONE;
}

tn_trap_kind tn_rt_memory_init(struct tn_context *context, uint64_t *s,
                               uint32_t a, uint32_t b)
{
    return tn_rt_copy_data(context->instance, a, memory_at(context, b), s[0],
                           s[1], s[2]);
}

tn_trap_kind tn_rt_data_drop(struct tn_context *context, uint64_t *s,
                             uint32_t a, uint32_t b)
{
    (void)s, (void)b;
    tn_rt_drop_data(context->instance, a);
    return TN_TRAP_NONE;
}

/* --- Tables -------------------------------------------------------------------------- */

static void *load_word(struct tn_table_view view, uint64_t i)
{
    return atomic_load_explicit(&view.slots[i], memory_order_relaxed);
}

static void store_word(struct tn_table_view view, uint64_t i, void *word)
{
    atomic_store_explicit(&view.slots[i], word, memory_order_relaxed);
}

tn_trap_kind tn_rt_table_get(struct tn_context *context, uint64_t *s,
                             uint32_t a, uint32_t b)
{
    (void)b;
    struct tn_table_view view = context->tables[a];
    if (s[0] >= view.size)
        return TN_TRAP_TABLE_BOUNDS;
    s[0] = tn_rt_table_ref(table_at(context, a), load_word(view, s[0]));
    return TN_TRAP_NONE;
}

tn_trap_kind tn_rt_table_set(struct tn_context *context, uint64_t *s,
                             uint32_t a, uint32_t b)
{
    (void)b;
    struct tn_table_view view = context->tables[a];
    if (s[0] >= view.size)
        return TN_TRAP_TABLE_BOUNDS;
    store_word(view, s[0], tn_rt_table_word(table_at(context, a), s[1]));
    return TN_TRAP_NONE;
}

tn_trap_kind tn_rt_table_size(struct tn_context *context, uint64_t *s,
                              uint32_t a, uint32_t b)
{
    (void)b;
    s[0] = context->tables[a].size;
    return TN_TRAP_NONE;
}

tn_trap_kind tn_rt_table_grow(struct tn_context *context, uint64_t *s,
                              uint32_t a, uint32_t b)
{
    (void)b;
    struct tn_table *table = table_at(context, a);
    s[0] = grown(tn_rt_table_grow_by(table, s[1], s[0]), table->limits.is_64);
    return TN_TRAP_NONE;
}

tn_trap_kind tn_rt_table_fill(struct tn_context *context, uint64_t *s,
                              uint32_t a, uint32_t b)
{
    (void)b;
    struct tn_table_view view = context->tables[a];
    if (!is_inside(view.size, s[0], s[2]))
        return TN_TRAP_TABLE_BOUNDS;
    void *word = tn_rt_table_word(table_at(context, a), s[1]);
    for (uint64_t i = 0; i < s[2]; i++)
        store_word(view, s[0] + i, word);
    return TN_TRAP_NONE;
}

/* Backwards where the ranges overlap so. */
tn_trap_kind tn_rt_table_copy(struct tn_context *context, uint64_t *s,
                              uint32_t a, uint32_t b)
{
    struct tn_table_view to = context->tables[a], from = context->tables[b];
    uint64_t count = s[2];
    if (!is_inside(to.size, s[0], count) || !is_inside(from.size, s[1], count))
        return TN_TRAP_TABLE_BOUNDS;
    if (s[0] <= s[1])
        for (uint64_t i = 0; i < count; i++)
            store_word(to, s[0] + i, load_word(from, s[1] + i));
    else
        for (uint64_t i = count; i-- > 0;)
            store_word(to, s[0] + i, load_word(from, s[1] + i));
    return TN_TRAP_NONE;
}

tn_trap_kind tn_rt_table_init(struct tn_context *context, uint64_t *s,
                              uint32_t a, uint32_t b)
{
    return tn_rt_copy_elems(context->instance, a, table_at(context, b), s[0],
                            s[1], s[2]);
}

tn_trap_kind tn_rt_elem_drop(struct tn_context *context, uint64_t *s,
                             uint32_t a, uint32_t b)
{
    (void)s, (void)b;
    tn_rt_drop_elem(context->instance, a);
    return TN_TRAP_NONE;
}

/* --- Functions ------------------------------------------------------------------------- */

tn_trap_kind tn_rt_ref_func(struct tn_context *context, uint64_t *s, uint32_t a,
                            uint32_t b)
{
    (void)b;
    s[0] = tn_pointer_slot(tn_rt_instance_func(context->instance, a));
    return TN_TRAP_NONE;
}

tn_trap_kind tn_rt_indirect(struct tn_context *context, uint32_t type_index,
                            const struct tn_func *func)
{
    if (func == &tn_null_func)
        return TN_TRAP_UNINITIALIZED_ELEMENT;
    const struct tn_type *type =
        context->instance->module->mod->types[type_index];
    if (tn_type_is_below(func->type, type))
        return TN_TRAP_NONE;
    if (func->instance->state == TN_INSTANCE_CLOSED)
        return tn_rt_gate(func);
    return TN_TRAP_INDIRECT_TYPE;
}

const uint8_t *tn_rt_entry(struct tn_context *context, uint32_t func_index)
{
    return tn_code_entry(context->instance->module->code, func_index, NULL);
}

const uint8_t *tn_rt_xtail(const struct tn_context *context)
{
    return tn_rt_stub(&context->store->engine->stubs.xtail);
}

const uint8_t *tn_rt_lazy(struct tn_func *func)
{
    struct tn_instance *instance = func->instance;
    instance->store->stub_func = func;
    const uint8_t *entry =
        tn_code_entry(instance->module->code, func->index, NULL);
    if (entry != NULL)
        atomic_store_explicit(&func->code, entry, memory_order_release);
    return entry;
}

static void log_step(const struct tn_context *context, const char *step,
                     uint32_t func_index)
{
    const struct tn_mod *mod = context->instance->module->mod;
    struct tn_str name = tn_mod_func_name(mod, func_index);
    tn_rt_log(context->store->engine, TN_LOG_INFO, "trace", "%s %.*s:%.*s #%u",
              step, TN_STR(mod->name), TN_STR(name), (unsigned)func_index);
}

tn_trap_kind tn_rt_trace_enter(struct tn_context *context, uint64_t *s,
                               uint32_t a, uint32_t b)
{
    (void)s, (void)b;
    log_step(context, "enter", a);
    return TN_TRAP_NONE;
}

tn_trap_kind tn_rt_trace_leave(struct tn_context *context, uint64_t *s,
                               uint32_t a, uint32_t b)
{
    (void)s, (void)b;
    log_step(context, "leave", a);
    return TN_TRAP_NONE;
}
