/* object.c - objects as the embedder sees them: asked, made, read, written. */
#include "rt/func.h"

/* --- Asking ------------------------------------------------------------------------ */

static const struct tn_object *object_of(tn_val value)
{
    uint64_t ref = tn_pointer_slot(value.of.ref);
    bool has_object = value.kind == TN_ANYREF || value.kind == TN_EXNREF;
    return has_object && ref != 0 && !tn_ref_is_i31(ref) ? value.of.ref : NULL;
}

static tn_refkind kind_of_object(const struct tn_object *object)
{
    if (object->type == NULL)
        return TN_REF_HOST;
    switch (object->type->comp) {
    case TN_COMP_STRUCT:
        return TN_REF_STRUCT;
    case TN_COMP_ARRAY:
        return TN_REF_ARRAY;
    case TN_COMP_FUNC:
        break;
    }
    return TN_REF_EXN;
}

tn_refkind tn_ref_kind(tn_val value)
{
    const struct tn_object *object = object_of(value);
    switch (value.kind) {
    case TN_FUNCREF:
        return value.of.func == NULL ? TN_REF_NULL : TN_REF_FUNC;
    case TN_EXTERNREF:
        return value.of.ref == NULL ? TN_REF_NULL : TN_REF_EXTERN;
    case TN_ANYREF:
    case TN_EXNREF:
        if (object != NULL)
            return kind_of_object(object);
        return value.of.ref == NULL ? TN_REF_NULL : TN_REF_I31;
    default:
        return TN_REF_NONE;
    }
}

bool tn_ref_equals(tn_val a, tn_val b)
{
    if (a.kind == TN_FUNCREF && b.kind == TN_FUNCREF)
        return a.of.func == b.of.func;
    return tn_is_ref(tn_rt_type_of_kind(a.kind)) && a.kind == b.kind &&
           a.of.ref == b.of.ref;
}

tn_val tn_i31_new(int32_t value)
{
    return (tn_val){.kind = TN_ANYREF,
                    .of.ref = tn_slot_pointer(tn_ref_of_i31((uint32_t)value))};
}

int32_t tn_i31_get(tn_val value)
{
    uint64_t ref = tn_pointer_slot(value.of.ref);
    return tn_ref_kind(value) == TN_REF_I31 ? (int32_t)tn_i31_s(ref) : 0;
}

/* --- extern ------------------------------------------------------------------------- */

tn_status tn_any_from_extern(tn_store *store, tn_val value, tn_val *out,
                             tn_error *err)
{
    uint64_t ext, any;
    *out = (tn_val){.kind = TN_ANYREF};
    TN_TRY(tn_rt_check_owner(store, err));
    TN_TRY(tn_rt_val_write(store, TN_EXTERNREF_TYPE, &value, &ext, err));
    if (!tn_gc_any_of_extern(store->host->context, ext, &any))
        return tn_no_memory(err);
    out->of.ref = tn_slot_pointer(any);
    return TN_OK;
}

tn_val tn_any_to_extern(tn_val value)
{
    tn_val out = {.kind = TN_EXTERNREF};
    if (value.kind == TN_ANYREF)
        out.of.ref =
            tn_slot_pointer(tn_gc_extern_of_any(tn_pointer_slot(value.of.ref)));
    return out;
}

/* --- Fields and elements ------------------------------------------------------------ */

struct item_place {
    uint8_t *at;
    tn_valtype type;
    bool is_mutable;
};

uint64_t tn_object_count(tn_val value)
{
    const struct tn_object *object = object_of(value);
    if (object == NULL || object->type == NULL)
        return 0;
    switch (object->type->comp) {
    case TN_COMP_STRUCT:
        return object->type->field_count;
    case TN_COMP_ARRAY:
        return tn_array_length(tn_pointer_slot(object));
    case TN_COMP_FUNC:
        break;
    }
    return object->type->param_count;
}

static struct item_place place_of_item(struct tn_object *object, uint64_t i)
{
    const struct tn_type *type = object->type;
    uint8_t *base = (uint8_t *)object;
    if (type->comp == TN_COMP_FUNC) {
        size_t slot = 0;
        for (uint64_t k = 0; k < i; k++)
            slot += tn_slots_of(type->params[k]);
        return (struct item_place){base + sizeof(struct tn_exn) + slot * 8,
                                   type->params[i], false};
    }
    bool is_array = type->comp == TN_COMP_ARRAY;
    const struct tn_field *field = &type->fields[is_array ? 0 : i];
    size_t offset =
        is_array ? TN_ARRAY_DATA + (size_t)i * tn_storage_bytes(field->type)
                 : field->offset;
    return (struct item_place){base + offset, field->type, field->is_mutable};
}

static tn_status find_item(tn_store *store, tn_val value, uint64_t i,
                           struct item_place *out, tn_error *err)
{
    uint64_t ref, count = tn_object_count(value);
    if (object_of(value) != NULL)
        TN_TRY(tn_rt_ref_of(store, &value, &ref, err));
    if (i >= count)
        return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                       "item %llu, but the object has %llu",
                       (unsigned long long)i, (unsigned long long)count);
    *out = place_of_item(value.of.ref, i);
    return TN_OK;
}

/* Exceptions keep their values in slots: all of 8 bytes, or 16. */
static uint32_t item_bytes(tn_val value, tn_valtype type)
{
    return value.kind == TN_EXNREF ? tn_slots_of(type) * 8
                                   : tn_storage_bytes(type);
}

tn_status tn_object_get(tn_store *store, tn_val object, uint64_t i, tn_val *out,
                        tn_error *err)
{
    struct item_place place = {0};
    uint64_t slots[2] = {0, 0};
    *out = (tn_val){0};
    tn_status status = find_item(store, object, i, &place, err);
    if (status != TN_OK || place.at == NULL)
        return status;
    memcpy(slots, place.at, item_bytes(object, place.type));
    tn_rt_val_read(store->engine, place.type, slots, out);
    return TN_OK;
}

tn_status tn_object_set(tn_store *store, tn_val object, uint64_t i,
                        tn_val value, tn_error *err)
{
    struct item_place place = {0};
    uint64_t slots[2];
    TN_TRY(find_item(store, object, i, &place, err));
    if (!place.is_mutable)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET, "item is constant");
    TN_TRY(tn_rt_val_write(store, place.type, &value, slots, err));
    tn_gc_put_value(place.at, item_bytes(object, place.type), slots);
    return TN_OK;
}

void *tn_array_bytes(tn_val array, uint64_t *size)
{
    uint64_t count = tn_object_count(array);
    *size = 0;
    if (tn_ref_kind(array) != TN_REF_ARRAY)
        return NULL;
    struct tn_object *object = array.of.ref;
    tn_valtype type = object->type->fields[0].type;
    if (tn_is_ref(type))
        return NULL;
    *size = count * tn_storage_bytes(type);
    return (uint8_t *)object + TN_ARRAY_DATA;
}

/* --- Making -------------------------------------------------------------------------- */

static tn_status find_type(tn_store *store, const tn_module *module,
                           uint32_t index, enum tn_comp comp,
                           const struct tn_type **out, tn_error *err)
{
    TN_TRY(tn_rt_check_owner(store, err));
    if (module->engine != store->engine)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "module of another engine");
    if (index >= module->mod->type_count ||
        module->mod->types[index]->comp != comp)
        return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                       "type %u of the module is no such type",
                       (unsigned)index);
    *out = module->mod->types[index];
    return TN_OK;
}

/* Appends a value's slots to the store's operands, where a collection sees
 * them; `value` null: its default. */
static tn_status push_operand(tn_store *store, tn_valtype type,
                              const tn_val *value, tn_error *err)
{
    uint64_t slots[2] = {0, 0};
    if (value != NULL)
        TN_TRY(tn_rt_val_write(store, type, value, slots, err));
    else if (tn_is_ref(type) && !tn_is_nullable(type))
        return tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                       "a field of this type has no default");
    for (uint32_t i = 0; i < tn_slots_of(type); i++)
        if (!TN_VEC_PUSH(&store->constants, store->alloc, slots[i]))
            return tn_no_memory(err);
    return TN_OK;
}

static tn_status make_struct(tn_store *store, const struct tn_type *type,
                             const tn_val *fields, tn_val *out, tn_error *err)
{
    for (uint32_t i = 0; i < type->field_count; i++)
        TN_TRY(push_operand(store, type->fields[i].type,
                            fields != NULL ? &fields[i] : NULL, err));
    uint8_t *object = (uint8_t *)tn_gc_new_struct(store->host->context, type);
    if (object == NULL)
        return tn_no_memory(err);
    const uint64_t *slot = store->constants.at;
    for (uint32_t i = 0; i < type->field_count; i++) {
        tn_valtype field = type->fields[i].type;
        tn_gc_put_value(object + type->fields[i].offset,
                        tn_storage_bytes(field), slot);
        slot += tn_slots_of(field);
    }
    out->of.ref = object;
    return TN_OK;
}

/* NOLINTNEXTLINE(readability-function-size): the public header says so */
tn_status tn_struct_new(tn_store *store, const tn_module *module,
                        uint32_t type_index, const tn_val *fields,
                        size_t field_count, tn_val *out, tn_error *err)
{
    const struct tn_type *type = NULL;
    *out = (tn_val){.kind = TN_ANYREF};
    tn_status status =
        find_type(store, module, type_index, TN_COMP_STRUCT, &type, err);
    if (status != TN_OK || type == NULL)
        return status;
    if (fields != NULL && field_count != type->field_count)
        return tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                       "type has %u fields, not %zu",
                       (unsigned)type->field_count, field_count);
    store->constants.count = 0;
    status = make_struct(store, type, fields, out, err);
    store->constants.count = 0;
    return status;
}

static tn_status make_array(tn_store *store, const struct tn_type *type,
                            uint32_t length, const tn_val *value, tn_val *out,
                            tn_error *err)
{
    tn_valtype element = type->fields[0].type;
    uint32_t bytes = tn_storage_bytes(element);
    TN_TRY(push_operand(store, element, value, err));
    uint8_t *array =
        (uint8_t *)tn_gc_new_array(store->host->context, type, length);
    if (array == NULL)
        return tn_no_memory(err);
    for (uint32_t i = 0; i < length && value != NULL; i++)
        tn_gc_put_value(array + TN_ARRAY_DATA + (size_t)i * bytes, bytes,
                        store->constants.at);
    out->of.ref = array;
    return TN_OK;
}

/* NOLINTNEXTLINE(readability-function-size): the public header says so */
tn_status tn_array_new(tn_store *store, const tn_module *module,
                       uint32_t type_index, uint32_t length,
                       const tn_val *value, tn_val *out, tn_error *err)
{
    const struct tn_type *type = NULL;
    *out = (tn_val){.kind = TN_ANYREF};
    tn_status status =
        find_type(store, module, type_index, TN_COMP_ARRAY, &type, err);
    if (status != TN_OK || type == NULL)
        return status;
    store->constants.count = 0;
    status = make_array(store, type, length, value, out, err);
    store->constants.count = 0;
    return status;
}

/* --- The collector --------------------------------------------------------------------- */

tn_status tn_store_collect(tn_store *store, tn_error *err)
{
    TN_TRY(tn_rt_check_owner(store, err));
    tn_rt_sweep(store);
    return TN_OK;
}

tn_gc_info tn_store_gc_info(const tn_store *store)
{
    const struct tn_gc_heap *heap = &store->gc;
    return (tn_gc_info){heap->bytes, heap->live, heap->collections};
}
