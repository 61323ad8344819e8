/* segment.c - data and element segments, copied into memories and tables.
 *
 * Used by instantiation for active segments and by memory.init and table.init,
 * and by arrays. All counts are checked before anything is written.
 *
 * The expressions of an element segment are evaluated once, at instantiation,
 * since they may make objects: all who read them shall see the same. */
#include "base/racy.h"
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

const uint8_t *tn_rt_data_span(const struct tn_instance *instance,
                               uint32_t data, uint64_t from, uint64_t count)
{
    const struct tn_mod *mod = instance->module->mod;
    struct tn_range bytes = mod->datas[data].bytes;
    uint64_t size = is_dropped(instance, data) ? 0 : bytes.size;
    return from <= size && count <= size - from
               ? mod->bytes + bytes.offset + from
               : NULL;
}

tn_trap_kind tn_rt_copy_data(struct tn_instance *instance, uint32_t data,
                             struct tn_memory *memory, uint64_t to,
                             uint64_t from, uint64_t count)
{
    const uint8_t *bytes = tn_rt_data_span(instance, data, from, count);
    uint64_t room = tn_memory_size(memory);
    if (bytes == NULL || to > room || count > room - to)
        return TN_TRAP_MEMORY_BOUNDS;
    if (count != 0)
        tn_mem_write(memory->place.base + to, bytes, (size_t)count);
    return TN_TRAP_NONE;
}

/* --- Elements ------------------------------------------------------------------ */

/* Where the values of element segment `elem` begin among the kept ones. */
static uint64_t *kept_values(const struct tn_instance *instance, uint32_t elem)
{
    return instance->elem_values + instance->module->elem_starts[elem];
}

tn_status tn_rt_keep_elems(struct tn_instance *instance, tn_error *err)
{
    const struct tn_mod *mod = instance->module->mod;
    for (uint32_t i = 0; i < mod->elem_count; i++) {
        const struct tn_elem_def *def = &mod->elems[i];
        for (uint32_t k = 0; def->exprs != NULL && k < def->count; k++) {
            uint64_t value[2];
            TN_TRY(tn_rt_constant(instance, def->exprs[k], value, err));
            kept_values(instance, i)[k] = value[0];
        }
    }
    return TN_OK;
}

bool tn_rt_elem_has(const struct tn_instance *instance, uint32_t elem,
                    uint64_t from, uint64_t count)
{
    const struct tn_mod *mod = instance->module->mod;
    uint64_t size = is_dropped(instance, mod->data_count + elem)
                        ? 0
                        : mod->elems[elem].count;
    return from <= size && count <= size - from;
}

uint64_t tn_rt_elem_ref(const struct tn_instance *instance, uint32_t elem,
                        uint64_t i)
{
    const struct tn_elem_def *def = &instance->module->mod->elems[elem];
    return def->funcs != NULL
               ? tn_pointer_slot(tn_rt_instance_func(instance, def->funcs[i]))
               : kept_values(instance, elem)[i];
}

tn_trap_kind tn_rt_copy_elems(struct tn_instance *instance, uint32_t elem,
                              struct tn_table *table, uint64_t to,
                              uint64_t from, uint64_t count)
{
    if (!tn_rt_elem_has(instance, elem, from, count) || to > table->size ||
        count > table->size - to)
        return TN_TRAP_TABLE_BOUNDS;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t ref = tn_rt_elem_ref(instance, elem, from + i);
        atomic_store_explicit(&table->slots[to + i],
                              tn_rt_table_word(table, ref),
                              memory_order_relaxed);
    }
    return TN_TRAP_NONE;
}
