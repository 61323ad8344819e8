/* value.c - values at the border: a tn_val for the embedder, slots inside.
 *
 * A reference that comes from the embedder is looked up before it is believed,
 * since what is no object of this store would be found out only later. */
#include "rt/func.h"

static bool is_func_heap(const tn_engine *engine, uint32_t heap)
{
    if (heap < TN_HEAP_DEFINED)
        return heap == TN_HEAP_FUNC || heap == TN_HEAP_NOFUNC;
    return tn_types_at(engine->types, heap - TN_HEAP_DEFINED)->comp ==
           TN_COMP_FUNC;
}

tn_valkind tn_rt_kind_of(const tn_engine *engine, tn_valtype type)
{
    switch (tn_vt_of(type)) {
    case TN_VT_I64:
        return TN_I64;
    case TN_VT_F32:
        return TN_F32;
    case TN_VT_F64:
        return TN_F64;
    case TN_VT_V128:
        return TN_V128;
    case TN_VT_REF:
        break;
    case TN_VT_NONE:
    case TN_VT_I32:
    case TN_VT_I8:
    case TN_VT_I16:
        return TN_I32;
    }
    uint32_t heap = tn_heap_of(type);
    if (heap == TN_HEAP_EXTERN || heap == TN_HEAP_NOEXTERN)
        return TN_EXTERNREF;
    if (heap == TN_HEAP_EXN || heap == TN_HEAP_NOEXN)
        return TN_EXNREF;
    return is_func_heap(engine, heap) ? TN_FUNCREF : TN_ANYREF;
}

tn_valtype tn_rt_type_of_kind(tn_valkind kind)
{
    switch (kind) {
    case TN_I32:
        return TN_VT_I32;
    case TN_I64:
        return TN_VT_I64;
    case TN_F32:
        return TN_VT_F32;
    case TN_F64:
        return TN_VT_F64;
    case TN_V128:
        return TN_VT_V128;
    case TN_FUNCREF:
        return TN_FUNCREF_TYPE;
    case TN_EXTERNREF:
        return TN_EXTERNREF_TYPE;
    case TN_ANYREF:
        return TN_REF(TN_HEAP_ANY, true);
    case TN_EXNREF:
        return TN_REF(TN_HEAP_EXN, true);
    }
    return TN_VT_NONE;
}

void tn_rt_val_read(const tn_engine *engine, tn_valtype type,
                    const uint64_t *slots, tn_val *out)
{
    uint32_t low = (uint32_t)slots[0];
    out->kind = tn_rt_kind_of(engine, type);
    switch (out->kind) {
    case TN_I32:
    case TN_F32:
        memcpy(&out->of.i32, &low, sizeof low);
        break;
    case TN_I64:
    case TN_F64:
        memcpy(&out->of.i64, slots, sizeof *slots);
        break;
    case TN_V128:
        memcpy(out->of.v128, slots, 16);
        break;
    case TN_FUNCREF:
        out->of.func = tn_slot_pointer(slots[0]);
        break;
    case TN_EXTERNREF:
    case TN_ANYREF:
    case TN_EXNREF:
        out->of.ref = tn_slot_pointer(slots[0]);
        break;
    }
}

/* --- References from the embedder ------------------------------------------------ */

static bool is_exn(const struct tn_object *object)
{
    return object->type != NULL && object->type->comp == TN_COMP_FUNC;
}

/* The object of this store that the word is the address of; or null. */
static const struct tn_object *known_object(const struct tn_store *store,
                                            uint64_t ref)
{
    return tn_gc_object_at(&store->gc, ref);
}

static bool is_known_any(const struct tn_store *store, uint64_t ref)
{
    const struct tn_object *object = known_object(store, ref);
    return tn_ref_is_i31(ref) || (object != NULL && !is_exn(object));
}

/* The slot of a reference of this kind. On machines of 32 bits, the tag of an
 * extern that is an object does not fit into a pointer: it comes back here. */
static bool find_ref(const struct tn_store *store, const tn_val *value,
                     uint64_t *out)
{
    uint64_t ref = *out = tn_pointer_slot(
        value->kind == TN_FUNCREF ? (void *)value->of.func : value->of.ref);
    const struct tn_object *object;
    if (ref == 0)
        return true;
    switch (value->kind) {
    case TN_FUNCREF:
        return value->of.func->instance->store == store;
    case TN_EXTERNREF:
        if (sizeof(void *) <= 4 && is_known_any(store, ref) &&
            !tn_ref_is_i31(ref))
            *out = ref | TN_ANY_TAG;
        return !tn_extern_is_any(ref) ||
               is_known_any(store, ref & ~TN_ANY_TAG_MASK);
    case TN_ANYREF:
        return is_known_any(store, ref);
    default: /* TN_EXNREF */
        object = known_object(store, ref);
        return object != NULL && is_exn(object);
    }
}

tn_status tn_rt_ref_of(const struct tn_store *store, const tn_val *value,
                       uint64_t *out, tn_error *err)
{
    if (find_ref(store, value, out))
        return TN_OK;
    return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET, "%s",
                   value->kind == TN_FUNCREF
                       ? "function of another store"
                       : "not a reference that this store gave");
}

tn_status tn_rt_val_write(struct tn_store *store, tn_valtype type,
                          const tn_val *value, uint64_t *slots, tn_error *err)
{
    tn_valkind kind = tn_rt_kind_of(store->engine, type);
    uint32_t low;
    if (kind != value->kind)
        return tn_fail(err, TN_E_TYPE, TN_NO_OFFSET, "value of another kind");
    switch (kind) {
    case TN_I32:
    case TN_F32:
        memcpy(&low, &value->of.i32, sizeof low);
        slots[0] = low;
        return TN_OK;
    case TN_I64:
    case TN_F64:
        memcpy(slots, &value->of.i64, sizeof *slots);
        return TN_OK;
    case TN_V128:
        memcpy(slots, value->of.v128, 16);
        return TN_OK;
    default:
        break;
    }
    uint64_t ref;
    TN_TRY(tn_rt_ref_of(store, value, &ref, err));
    if (!tn_gc_is(store, ref, type))
        return tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                       "reference of another type");
    slots[0] = ref;
    return TN_OK;
}
