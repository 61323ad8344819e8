/* module.c - modules: decoded, validated, counted.
 *
 * Beside the decoded module stands what all of its instances share: its
 * register code, the layout of an instance's block, and the image of its data. */
#include "rt/engine.h"

#include "os/pages.h"
#include "rt/instance.h"

/* --- Layout --------------------------------------------------------------- */

static size_t place_part(size_t *end, size_t count, size_t size)
{
    size_t at = (*end + 63) & ~(size_t)63;
    *end = at + count * size;
    return at;
}

/* Counts come from a decoded module, whose bytes are fewer than 4 GiB and
 * hold each thing that is counted; on hosts of 32 bits the sum may still
 * not fit, and is then too large for any allocator. */
static tn_status plan_layout(tn_module *m, tn_error *err)
{
    const struct tn_mod *mod = m->mod;
    struct tn_layout *l = &m->layout;
    uint32_t own_memories = mod->memory_count - mod->memory_import_count;
    uint32_t own_tables = mod->table_count - mod->table_import_count;
    uint32_t own_globals = mod->global_count - mod->global_import_count;
    uint64_t total =
        (uint64_t)tn_code_global_slot_count(m->code) * 8 +
        (uint64_t)m->ref_count * sizeof(struct tn_func) +
        (uint64_t)mod->global_count * 128 +
        (uint64_t)mod->func_import_count * 8 +
        (uint64_t)mod->memory_count * 256 + (uint64_t)mod->table_count * 256 +
        (uint64_t)mod->tag_count * 64 + mod->data_count + mod->elem_count +
        m->elem_starts[mod->elem_count] * 8 + 4096;
    if (total > SIZE_MAX / 2)
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "an instance of this module would be too large");
    size_t end = sizeof(struct tn_context) +
                 (size_t)8 * tn_code_global_slot_count(m->code);
    l->instance = place_part(&end, 1, sizeof(struct tn_instance));
    l->funcs = place_part(&end, m->ref_count, sizeof(struct tn_func));
    l->imports =
        place_part(&end, mod->func_import_count, sizeof(struct tn_import_slot));
    l->globals_far =
        place_part(&end, mod->global_import_count, sizeof(uint64_t *));
    l->globals = place_part(&end, own_globals, sizeof(struct tn_global));
    l->all_globals = place_part(&end, mod->global_count, sizeof(void *));
    l->memories = place_part(&end, own_memories, sizeof(struct tn_memory));
    l->memory_views =
        place_part(&end, mod->memory_count, sizeof(struct tn_memory_view));
    l->memory_holds =
        place_part(&end, mod->memory_count, sizeof(struct tn_hold));
    l->all_memories = place_part(&end, mod->memory_count, sizeof(void *));
    l->tables = place_part(&end, own_tables, sizeof(struct tn_table));
    l->table_views =
        place_part(&end, mod->table_count, sizeof(struct tn_table_view));
    l->table_holds = place_part(&end, mod->table_count, sizeof(struct tn_hold));
    l->all_tables = place_part(&end, mod->table_count, sizeof(void *));
    l->tags = place_part(&end, mod->tag_count - mod->tag_import_count,
                         sizeof(struct tn_tag));
    l->all_tags = place_part(&end, mod->tag_count, sizeof(void *));
    l->dropped = place_part(
        &end, 1, ((size_t)mod->data_count + mod->elem_count + 7) / 8);
    l->elem_values = place_part(&end, (size_t)m->elem_starts[mod->elem_count],
                                sizeof(uint64_t));
    l->bytes = end;
    return TN_OK;
}

static tn_status number_parts(tn_module *m, tn_error *err)
{
    struct tn_mod *mod = m->mod;
    uint32_t own_funcs = mod->func_count - mod->func_import_count;
    m->ref_ranks = TN_NEW_ARRAY(&mod->arena, uint32_t, own_funcs);
    m->elem_starts =
        TN_NEW_ARRAY(&mod->arena, uint64_t, (size_t)mod->elem_count + 1);
    if (m->ref_ranks == NULL || m->elem_starts == NULL)
        return tn_no_memory(err);
    for (uint32_t i = 0; i < own_funcs; i++) {
        uint32_t index = mod->func_import_count + i;
        bool has_ref = tn_mod_is_referenced(mod, index) || index == mod->start;
        m->ref_ranks[i] = has_ref ? m->ref_count++ : TN_NONE;
    }
    for (uint32_t i = 0; i < mod->elem_count; i++)
        m->elem_starts[i + 1] =
            m->elem_starts[i] +
            (mod->elems[i].exprs != NULL ? mod->elems[i].count : 0);
    return plan_layout(m, err);
}

/* --- Making and ending ---------------------------------------------------- */

static void destroy_module(tn_module *m)
{
    tn_engine *engine = m->engine;
    tn_code_free(m->code);
    tn_mutex_lock(&engine->lock);
    tn_mod_free(m->mod);
    tn_mutex_unlock(&engine->lock);
    tn_os_image_free(m->image);
    tn_alloc_free(&engine->alloc, m->copy, m->size);
    tn_alloc_free(&engine->alloc, m, sizeof *m);
}

static tn_status fill_module(tn_module *m, const uint8_t *bytes, bool is_linked,
                             tn_error *err)
{
    tn_engine *engine = m->engine;
    TN_TRY(tn_mod_decode(bytes, m->size, engine->features, &engine->alloc,
                         &m->mod, err));
    tn_mutex_lock(&engine->lock);
    tn_status status = tn_types_intern(engine->types, m->mod, err);
    tn_mutex_unlock(&engine->lock);
    TN_TRY(status);
    TN_TRY(tn_mod_validate(m->mod, err));
    m->code = tn_code_new(m->mod, engine->target,
                          (struct tn_flavour){engine->trace_calls,
                                              engine->deterministic, is_linked},
                          &engine->alloc);
    if (m->code == NULL)
        return tn_no_memory(err);
    m->global_slots = tn_code_global_slots(m->code);
    return number_parts(m, err);
}

static tn_module *blank_module(tn_engine *engine, size_t size)
{
    tn_module *m = TN_ALLOC(&engine->alloc, tn_module);
    if (m == NULL)
        return NULL;
    atomic_init(&m->refs, 1);
    m->engine = engine;
    m->size = size;
    m->image = -1;
    return m;
}

static bool copy_bytes(tn_module *m, const void *bytes)
{
    m->copy = TN_ALLOC_ARRAY(&m->engine->alloc, uint8_t, m->size);
    if (m->copy != NULL && m->size != 0)
        memcpy(m->copy, bytes, m->size);
    return m->copy != NULL;
}

static tn_status name_module(tn_module *m, struct tn_str name, tn_error *err)
{
    if (m->mod->name.size != 0 || name.size == 0)
        return TN_OK;
    char *copy = TN_NEW_ARRAY(&m->mod->arena, char, name.size);
    if (copy == NULL)
        return tn_no_memory(err);
    memcpy(copy, name.at, name.size);
    m->mod->name = (struct tn_str){copy, name.size};
    return TN_OK;
}

tn_status tn_rt_module_new(tn_engine *engine, struct tn_rt_module_how how,
                           const void *bytes, size_t size, tn_module **out,
                           tn_error *err)
{
    *out = NULL;
    tn_module *m = blank_module(engine, size);
    if (m == NULL)
        return tn_no_memory(err);
    tn_status status = how.is_borrowed || copy_bytes(m, bytes)
                           ? fill_module(m, how.is_borrowed ? bytes : m->copy,
                                         how.is_linked, err)
                           : tn_no_memory(err);
    if (status == TN_OK)
        status = name_module(m, how.name, err);
    if (status == TN_OK)
        *out = m;
    else
        destroy_module(m);
    return status;
}

bool tn_rt_module_set_aliases(tn_module *m, const uint32_t *aliases)
{
    return tn_code_set_aliases(m->code, aliases);
}

const uint32_t *tn_rt_module_aliases(const tn_module *m)
{
    return tn_code_aliases(m->code);
}

tn_status tn_module_new_borrow(tn_engine *engine, const void *bytes,
                               size_t size, tn_module **out, tn_error *err)
{
    return tn_rt_module_new(engine,
                            (struct tn_rt_module_how){.is_borrowed = true},
                            bytes, size, out, err);
}

tn_status tn_module_new_copy(tn_engine *engine, const void *bytes, size_t size,
                             tn_module **out, tn_error *err)
{
    return tn_rt_module_new(engine, (struct tn_rt_module_how){0}, bytes, size,
                            out, err);
}

tn_module *tn_module_retain(tn_module *m)
{
    atomic_fetch_add_explicit(&m->refs, 1, memory_order_relaxed);
    return m;
}

void tn_module_free(tn_module *m)
{
    if (m != NULL &&
        atomic_fetch_sub_explicit(&m->refs, 1, memory_order_acq_rel) == 1)
        destroy_module(m);
}
