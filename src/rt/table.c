/* table.c - tables: one word a slot, seen through views like memories. */
#include "rt/func.h"
#include "rt/store.h"

static void show_table(const struct tn_hold *hold, const struct tn_table *table)
{
    struct tn_context *context = hold->context;
    struct tn_table_view view = {0};
    if (table != NULL)
        view = (struct tn_table_view){table->slots, table->size};
    context->tables[hold->index] = view;
    if (hold->index == 0) {
        context->table0 = view.slots;
        context->table0_size = view.size;
    }
}

uint64_t tn_rt_table_tag(const struct tn_table *table, uint64_t ref)
{
    const struct tn_store *store = table->owner->store;
    bool is_any = tn_gc_field_of(store, table->type) == TN_GC_EXTERN &&
                  tn_gc_object_at(&store->gc, ref) != NULL;
    return is_any ? ref | TN_ANY_TAG : ref;
}

static void fill_slots(struct tn_table *table, uint64_t from, uint64_t end,
                       void *word)
{
    for (uint64_t i = from; i < end; i++)
        atomic_store_explicit(&table->slots[i], word, memory_order_relaxed);
}

/* `word` as a table keeps it. */
static bool resize_table(struct tn_table *table, uint64_t size, void *word)
{
    struct tn_store *store = table->owner->store;
    if (size > SIZE_MAX / 2 / sizeof(tn_table_slot))
        return false;
    if (size != 0) {
        void *slots =
            tn_alloc_resize(store->alloc, table->slots,
                            (size_t)table->size * sizeof(tn_table_slot),
                            (size_t)size * sizeof(tn_table_slot));
        if (slots == NULL)
            return false;
        table->slots = slots;
    }
    fill_slots(table, table->size, size, word);
    table->size = size;
    return true;
}

tn_status tn_rt_table_init_storage(struct tn_table *table, void *value,
                                   tn_error *err)
{
    struct tn_store *store = table->owner->store;
    if (table->limits.min > store->config.max_table_elements)
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "a table of %llu elements is over the store's limit",
                       (unsigned long long)table->limits.min);
    void *word = tn_rt_table_word(table, tn_pointer_slot(value));
    return resize_table(table, table->limits.min, word) ? TN_OK
                                                        : tn_no_memory(err);
}

void tn_rt_table_free_storage(struct tn_table *table)
{
    tn_alloc_free(table->owner->store->alloc, table->slots,
                  (size_t)table->size * sizeof(tn_table_slot));
    table->slots = NULL;
    table->size = 0;
}

void tn_rt_hold_table(struct tn_instance *instance, uint32_t index,
                      struct tn_table *table)
{
    struct tn_hold *hold = &instance->table_holds[index];
    *hold =
        (struct tn_hold){table->holds, &table->holds, instance->context, index};
    if (hold->next != NULL)
        hold->next->link = &hold->next;
    table->holds = hold;
    instance->all_tables[index] = table;
    show_table(hold, table);
}

void tn_rt_release_table(struct tn_instance *instance, uint32_t index)
{
    struct tn_hold *hold = &instance->table_holds[index];
    struct tn_table *table = instance->all_tables[index];
    if (hold->link == NULL)
        return;
    *hold->link = hold->next;
    if (hold->next != NULL)
        hold->next->link = hold->link;
    hold->link = NULL;
    show_table(hold, NULL);
    if (table->holds == NULL && table->owner->module != NULL)
        tn_rt_table_free_storage(table);
}

/* --- Public ------------------------------------------------------------------ */

tn_status tn_table_new(tn_store *store, tn_valkind kind, tn_limits_info limits,
                       tn_table **out, tn_error *err)
{
    *out = NULL;
    TN_TRY(tn_rt_check_owner(store, err));
    tn_valtype type = tn_rt_type_of_kind(kind);
    if (!tn_is_ref(type) || limits.max < limits.min)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "no type that a table can have");
    struct tn_table *table = TN_ALLOC(store->alloc, struct tn_table);
    if (table == NULL)
        return tn_no_memory(err);
    *table = (struct tn_table){.owner = store->host,
                               .limits = {.min = limits.min,
                                          .max = limits.max,
                                          .has_max = limits.max != UINT64_MAX,
                                          .is_64 = limits.is_64},
                               .type = type,
                               .is_func = kind == TN_FUNCREF};
    tn_status status = tn_rt_table_init_storage(table, NULL, err);
    if (status != TN_OK) {
        tn_alloc_free(store->alloc, table, sizeof *table);
        return status;
    }
    table->next = store->tables;
    store->tables = table;
    *out = table;
    return TN_OK;
}

uint64_t tn_table_size(const tn_table *table)
{
    return table->size;
}

static tn_status check_table_index(const tn_table *table, uint64_t index,
                                   tn_error *err)
{
    if (index < table->size)
        return TN_OK;
    return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                   "table index %llu, but there are %llu elements",
                   (unsigned long long)index, (unsigned long long)table->size);
}

tn_status tn_table_get(tn_table *table, uint64_t index, tn_val *out,
                       tn_error *err)
{
    TN_TRY(check_table_index(table, index, err));
    void *word =
        atomic_load_explicit(&table->slots[index], memory_order_relaxed);
    uint64_t ref = tn_rt_table_ref(table, word);
    tn_rt_val_read(table->owner->store->engine, table->type, &ref, out);
    return TN_OK;
}

tn_status tn_table_set(tn_table *table, uint64_t index, tn_val value,
                       tn_error *err)
{
    TN_TRY(check_table_index(table, index, err));
    uint64_t ref;
    TN_TRY(
        tn_rt_val_write(table->owner->store, table->type, &value, &ref, err));
    fill_slots(table, index, index + 1, tn_rt_table_word(table, ref));
    return TN_OK;
}

uint64_t tn_rt_table_grow_by(struct tn_table *table, uint64_t count,
                             uint64_t ref)
{
    struct tn_store *store = table->owner->store;
    uint64_t old_size = table->size, most = store->config.max_table_elements;
    bool is_closed = table->holds == NULL && table->owner->module != NULL;
    if (most > table->limits.max)
        most = table->limits.max;
    if (is_closed || old_size > most || count > most - old_size)
        return UINT64_MAX;
    if (!resize_table(table, old_size + count, tn_rt_table_word(table, ref)))
        return UINT64_MAX;
    for (struct tn_hold *hold = table->holds; hold != NULL; hold = hold->next)
        show_table(hold, table);
    return old_size;
}

uint64_t tn_table_grow(tn_table *table, uint64_t count, tn_val value)
{
    uint64_t ref;
    if (tn_rt_val_write(table->owner->store, table->type, &value, &ref, NULL) !=
        TN_OK)
        return UINT64_MAX;
    return tn_rt_table_grow_by(table, count, ref);
}
