/* segment.c - data and element segments, copied into memories and tables.
 *
 * Used by instantiation for active segments and by memory.init and table.init.
 * All counts are checked before anything is written. */
#include "rt/store.h"

static bool is_dropped(const struct tn_instance *instance, uint32_t bit)
{
    return (instance->dropped[bit / 8] >> bit % 8 & 1) != 0;
}

void tn_rt_drop_data(struct tn_instance *instance, uint32_t data)
{
    instance->dropped[data / 8] |= (uint8_t)(1 << data % 8);
}

void tn_rt_drop_elem(struct tn_instance *instance, uint32_t elem)
{
    tn_rt_drop_data(instance, instance->module->mod->data_count + elem);
}

tn_trap_kind tn_rt_copy_data(struct tn_instance *instance, uint32_t data,
                             struct tn_memory *memory, uint64_t to,
                             uint64_t from, uint64_t count)
{
    const struct tn_mod *mod = instance->module->mod;
    struct tn_range bytes = mod->datas[data].bytes;
    uint64_t size = is_dropped(instance, data) ? 0 : bytes.size;
    if (from > size || count > size - from || to > memory->size ||
        count > memory->size - to)
        return TN_TRAP_MEMORY_BOUNDS;
    if (count != 0)
        memcpy(memory->place.base + to, mod->bytes + bytes.offset + from,
               (size_t)count);
    return TN_TRAP_NONE;
}

/* Expressions are evaluated when they are asked for: they name constants
 * only, so their value is what it was at instantiation. */
static tn_status elem_word(struct tn_instance *instance,
                           const struct tn_elem_def *elem,
                           const struct tn_table *table, uint64_t i, void **out)
{
    uint64_t value[2];
    if (elem->funcs != NULL)
        value[0] =
            tn_pointer_slot(tn_rt_instance_func(instance, elem->funcs[i]));
    else
        TN_TRY(tn_rt_constant(instance, elem->exprs[i], value, NULL));
    *out = tn_rt_table_word(table, value[0]);
    return TN_OK;
}

tn_trap_kind tn_rt_copy_elems(struct tn_instance *instance, uint32_t elem,
                              struct tn_table *table, uint64_t to,
                              uint64_t from, uint64_t count)
{
    const struct tn_mod *mod = instance->module->mod;
    const struct tn_elem_def *def = &mod->elems[elem];
    uint64_t size =
        is_dropped(instance, mod->data_count + elem) ? 0 : def->count;
    if (from > size || count > size - from || to > table->size ||
        count > table->size - to)
        return TN_TRAP_TABLE_BOUNDS;
    for (uint64_t i = 0; i < count; i++) {
        void *word;
        if (elem_word(instance, def, table, from + i, &word) != TN_OK)
            return TN_TRAP_NO_MEMORY;
        atomic_store_explicit(&table->slots[to + i], word,
                              memory_order_relaxed);
    }
    return TN_TRAP_NONE;
}
