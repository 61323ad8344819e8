/* gc.c - objects made, asked, and collected.
 *
 * The heap keeps a record for each type that it has objects of: how large
 * they are and where references lie in them. The record retains the type,
 * since the module that named it may be gone before the last object. */
#include "rt/gc.h"

#include "rt/store.h"

/* --- Types ------------------------------------------------------------------------ */

enum tn_gc_field tn_gc_field_of(const struct tn_store *store, tn_valtype type)
{
    uint32_t heap = tn_heap_of(type);
    if (!tn_is_ref(type))
        return TN_GC_PLAIN;
    if (heap >= TN_HEAP_DEFINED) {
        const struct tn_type *named =
            tn_types_at(store->engine->types, heap - TN_HEAP_DEFINED);
        return named->comp == TN_COMP_FUNC ? TN_GC_FUNC : TN_GC_OBJECT;
    }
    switch ((enum tn_heap)heap) {
    case TN_HEAP_FUNC:
    case TN_HEAP_NOFUNC:
        return TN_GC_FUNC;
    case TN_HEAP_EXTERN:
    case TN_HEAP_NOEXTERN:
        return TN_GC_EXTERN;
    default:
        return TN_GC_OBJECT;
    }
}

/* The offsets of those fields, parameters or elements that are `kind`. */
static uint32_t list_fields(const struct tn_store *store,
                            const struct tn_type *type, enum tn_gc_field kind,
                            uint32_t *out)
{
    uint32_t count = 0, slot = 0;
    for (uint32_t i = 0; i < type->field_count && type->comp == TN_COMP_STRUCT;
         i++)
        if (tn_gc_field_of(store, type->fields[i].type) == kind)
            out[count++] = type->fields[i].offset;
    for (uint32_t i = 0; i < type->param_count; i++) {
        if (tn_gc_field_of(store, type->params[i]) == kind)
            out[count++] = (uint32_t)sizeof(struct tn_exn) + slot * 8;
        slot += tn_slots_of(type->params[i]);
    }
    return count;
}

static size_t record_bytes(const struct tn_type *type)
{
    size_t most = type->comp == TN_COMP_FUNC     ? type->param_count
                  : type->comp == TN_COMP_STRUCT ? type->field_count
                                                 : 0;
    return sizeof(struct tn_gc_type) + most * sizeof(uint32_t);
}

static struct tn_gc_type *new_record(struct tn_store *store,
                                     const struct tn_type *type)
{
    struct tn_gc_type *record =
        tn_alloc_new(store->alloc, 1, record_bytes(type));
    if (record == NULL)
        return NULL;
    record->type = type;
    uint32_t *at = record->offsets;
    record->object_count = list_fields(store, type, TN_GC_OBJECT, at);
    at += record->object_count;
    record->extern_count = list_fields(store, type, TN_GC_EXTERN, at);
    at += record->extern_count;
    record->func_count = list_fields(store, type, TN_GC_FUNC, at);
    if (type->comp == TN_COMP_ARRAY)
        record->element = (uint8_t)tn_gc_field_of(store, type->fields[0].type);
    record->bytes = type->comp == TN_COMP_FUNC
                        ? sizeof(struct tn_exn) + (size_t)type->param_slots * 8
                        : (size_t)type->object_bytes;
    record->size_class = tn_gc_class_of(record->bytes);
    tn_engine *engine = store->engine;
    tn_mutex_lock(&engine->lock);
    tn_types_retain_one(engine->types, type);
    tn_mutex_unlock(&engine->lock);
    return record;
}

static struct tn_gc_type *enter_type(struct tn_store *store,
                                     const struct tn_type *type)
{
    struct tn_gc_heap *heap = &store->gc;
    while (heap->types.count <= type->id)
        if (!TN_VEC_PUSH(&heap->types, store->alloc, NULL))
            return NULL;
    return heap->types.at[type->id] = new_record(store, type);
}

struct tn_gc_type *tn_gc_type_of(struct tn_store *store,
                                 const struct tn_type *type)
{
    struct tn_gc_type *record = tn_gc_known_type(&store->gc, type);
    return record != NULL ? record : enter_type(store, type);
}

static void drop_record(struct tn_store *store, struct tn_gc_type *record)
{
    const struct tn_type *type = record->type;
    tn_engine *engine = store->engine;
    tn_alloc_free(store->alloc, record, record_bytes(type));
    tn_mutex_lock(&engine->lock);
    tn_types_release_one(engine->types, type);
    tn_mutex_unlock(&engine->lock);
}

void tn_gc_types_sweep(struct tn_store *store)
{
    for (size_t i = 0; i < store->gc.types.count; i++) {
        struct tn_gc_type *record = store->gc.types.at[i];
        if (record == NULL || record->is_live) {
            if (record != NULL)
                record->is_live = false;
            continue;
        }
        store->gc.types.at[i] = NULL;
        drop_record(store, record);
    }
}

void tn_gc_types_clear(struct tn_store *store)
{
    for (size_t i = 0; i < store->gc.types.count; i++)
        if (store->gc.types.at[i] != NULL)
            drop_record(store, store->gc.types.at[i]);
    TN_VEC_CLEAR(&store->gc.types, store->alloc);
}

/* --- Allocation ------------------------------------------------------------------- */

/* The type's record may go in the collection that taking memory starts. */
static struct tn_object *take_object(struct tn_context *context,
                                     const struct tn_type *type,
                                     uint8_t size_class, size_t bytes)
{
    struct tn_object *object = tn_gc_take(context, size_class, bytes);
    if (object == NULL || tn_gc_type_of(context->store, type) == NULL)
        return NULL;
    object->type = type;
    return object;
}

static struct tn_object *new_struct_slowly(struct tn_context *context,
                                           const struct tn_type *type)
{
    const struct tn_gc_type *record = tn_gc_type_of(context->store, type);
    return record == NULL
               ? NULL
               : take_object(context, type, record->size_class, record->bytes);
}

struct tn_object *tn_gc_new_struct(struct tn_context *context,
                                   const struct tn_type *type)
{
    struct tn_gc_heap *heap = &context->store->gc;
    const struct tn_gc_type *record = tn_gc_known_type(heap, type);
    struct tn_object *object =
        record != NULL ? tn_gc_at_hand(heap, record->size_class) : NULL;
    if (object == NULL)
        return new_struct_slowly(context, type);
    object->type = type;
    return object;
}

struct tn_exn *tn_gc_new_exn(struct tn_context *context, struct tn_tag *tag)
{
    struct tn_exn *exn = (void *)tn_gc_new_struct(context, tag->type);
    if (exn != NULL)
        exn->tag = tn_pointer_slot(tag);
    return exn;
}

struct tn_object *tn_gc_new_array(struct tn_context *context,
                                  const struct tn_type *type, uint32_t length)
{
    uint64_t bytes = TN_ARRAY_DATA +
                     (uint64_t)length * tn_storage_bytes(type->fields[0].type);
    if (bytes > SIZE_MAX / 2 || tn_gc_type_of(context->store, type) == NULL)
        return NULL;
    struct tn_object *array = take_object(
        context, type, tn_gc_class_of((size_t)bytes), (size_t)bytes);
    if (array != NULL)
        memcpy((uint8_t *)array + TN_ARRAY_LENGTH, &length, sizeof length);
    return array;
}

/* --- extern ------------------------------------------------------------------------ */

static bool is_host_object(uint64_t any)
{
    return any != 0 && !tn_ref_is_i31(any) &&
           ((const struct tn_object *)tn_slot_pointer(any))->type == NULL;
}

uint64_t tn_gc_extern_of_any(uint64_t any)
{
    if (is_host_object(any))
        return ((const struct tn_host_object *)tn_slot_pointer(any))->pointer;
    return any == 0 ? 0 : any | TN_ANY_TAG;
}

bool tn_gc_any_of_extern(struct tn_context *context, uint64_t ext,
                         uint64_t *out)
{
    *out = tn_extern_is_any(ext) ? ext & ~TN_ANY_TAG_MASK : 0;
    if (*out != 0 || ext == 0)
        return true;
    struct tn_host_object *object =
        (void *)tn_gc_take(context, tn_gc_class_of(sizeof *object), 0);
    if (object == NULL)
        return false;
    object->pointer = ext;
    *out = tn_pointer_slot(object);
    return true;
}

/* --- Asking ------------------------------------------------------------------------ */

static bool is_abstract(uint64_t ref, uint32_t heap)
{
    const struct tn_type *type =
        heap == TN_HEAP_EQ || heap == TN_HEAP_STRUCT || heap == TN_HEAP_ARRAY
            ? tn_ref_is_i31(ref)
                  ? NULL
                  : ((const struct tn_object *)tn_slot_pointer(ref))->type
            : NULL;
    switch (heap) {
    case TN_HEAP_FUNC:
    case TN_HEAP_EXTERN:
    case TN_HEAP_ANY:
    case TN_HEAP_EXN:
        return true;
    case TN_HEAP_I31:
        return tn_ref_is_i31(ref);
    case TN_HEAP_EQ: /* all but host objects */
        return tn_ref_is_i31(ref) || type != NULL;
    case TN_HEAP_STRUCT:
        return type != NULL && type->comp == TN_COMP_STRUCT;
    case TN_HEAP_ARRAY:
        return type != NULL && type->comp == TN_COMP_ARRAY;
    default: /* the bottoms of the hierarchies */
        return false;
    }
}

bool tn_gc_is(const struct tn_store *store, uint64_t ref, tn_valtype type)
{
    uint32_t heap = tn_heap_of(type);
    if (ref == 0)
        return tn_is_nullable(type);
    if (heap < TN_HEAP_DEFINED)
        return is_abstract(ref, heap);
    const struct tn_type *above =
        tn_types_at(store->engine->types, heap - TN_HEAP_DEFINED);
    const struct tn_type *own = NULL;
    if (above->comp == TN_COMP_FUNC)
        own = ((const struct tn_func *)tn_slot_pointer(ref))->type;
    else if (!tn_ref_is_i31(ref))
        own = ((const struct tn_object *)tn_slot_pointer(ref))->type;
    return own != NULL && tn_type_is_below(own, above);
}

/* --- The collector ------------------------------------------------------------------ */

void tn_gc_begin(struct tn_store *store, struct tn_instance **todo)
{
    store->gc.todo = todo;
    tn_gc_heap_settle(&store->gc);
}

void tn_gc_end(struct tn_store *store)
{
    store->gc.todo = NULL;
    tn_gc_heap_sweep(store);
    tn_gc_types_sweep(store);
}

void tn_gc_collect(struct tn_context *context)
{
    struct tn_store *store = context->store;
    tn_gc_begin(store, NULL);
    tn_gc_mark_roots(context);
    for (struct tn_instance *in = store->instances; in != NULL; in = in->next)
        tn_gc_mark_instance(store, in);
    tn_gc_mark_rest(store);
    tn_gc_end(store);
}
