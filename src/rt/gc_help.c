/* gc_help.c - the instructions on objects that handlers leave to a function.
 *
 * As in help.c, everything is checked before anything is written. Operands
 * stay in their slots while an object is allocated, where a collection sees
 * them. */
#include "rt/func.h"
#include "rt/gc_heap.h"

static const struct tn_type *module_type(const struct tn_context *context,
                                         uint32_t index)
{
    return context->instance->module->mod->types[index];
}

static tn_trap_kind give(uint64_t *s, const void *object)
{
    if (object == NULL)
        return TN_TRAP_NO_MEMORY;
    s[0] = tn_pointer_slot(object);
    return TN_TRAP_NONE;
}

/* --- Structs ----------------------------------------------------------------------- */

tn_trap_kind tn_rt_struct_new(struct tn_context *context, uint64_t *s,
                              uint32_t a, uint32_t b)
{
    (void)b;
    const struct tn_type *type = module_type(context, a);
    uint8_t *object = (uint8_t *)tn_gc_new_struct(context, type);
    const uint64_t *slot = s;
    for (uint32_t i = 0; object != NULL && i < type->field_count; i++) {
        const struct tn_field *field = &type->fields[i];
        tn_gc_put_value(object + field->offset, tn_storage_bytes(field->type),
                        slot);
        slot += tn_slots_of(field->type);
    }
    return give(s, object);
}

tn_trap_kind tn_rt_struct_new_default(struct tn_context *context, uint64_t *s,
                                      uint32_t a, uint32_t b)
{
    (void)b;
    return give(s, tn_gc_new_struct(context, module_type(context, a)));
}

/* --- Arrays ------------------------------------------------------------------------ */

/* How one type of array keeps its elements. */
struct array_shape {
    uint32_t bytes, slots; /* of an element */
};

static struct array_shape array_shape_of(const struct tn_type *type)
{
    tn_valtype element = type->fields[0].type;
    return (struct array_shape){tn_storage_bytes(element),
                                tn_slots_of(element)};
}

static uint8_t *element_at(uint64_t ref, struct array_shape shape, uint32_t i)
{
    return tn_object_at(ref, TN_ARRAY_DATA) + (size_t)i * shape.bytes;
}

/* The first element is written, then what there is doubles. */
static void fill_elements(uint64_t ref, struct array_shape shape, uint32_t from,
                          uint32_t count, const uint64_t *value)
{
    uint8_t *at = element_at(ref, shape, from);
    size_t bytes = (size_t)count * shape.bytes, done = shape.bytes;
    if (count == 0)
        return;
    tn_gc_put_value(at, shape.bytes, value);
    while (done < bytes) {
        size_t step = bytes - done < done ? bytes - done : done;
        memcpy(at + done, at, step);
        done += step;
    }
}

static tn_trap_kind check_span(uint64_t ref, uint64_t from, uint64_t count)
{
    if (ref == 0)
        return TN_TRAP_NULL_ARRAY;
    uint64_t length = tn_array_length(ref);
    return from <= length && count <= length - from ? TN_TRAP_NONE
                                                    : TN_TRAP_ARRAY_BOUNDS;
}

tn_trap_kind tn_rt_array_new(struct tn_context *context, uint64_t *s,
                             uint32_t a, uint32_t b)
{
    (void)b;
    const struct tn_type *type = module_type(context, a);
    struct array_shape shape = array_shape_of(type);
    uint32_t length = (uint32_t)s[shape.slots];
    const void *array = tn_gc_new_array(context, type, length);
    if (array != NULL)
        fill_elements(tn_pointer_slot(array), shape, 0, length, s);
    return give(s, array);
}

tn_trap_kind tn_rt_array_new_default(struct tn_context *context, uint64_t *s,
                                     uint32_t a, uint32_t b)
{
    (void)b;
    return give(
        s, tn_gc_new_array(context, module_type(context, a), (uint32_t)s[0]));
}

tn_trap_kind tn_rt_array_new_fixed(struct tn_context *context, uint64_t *s,
                                   uint32_t a, uint32_t b)
{
    const struct tn_type *type = module_type(context, a);
    struct array_shape shape = array_shape_of(type);
    const void *array = tn_gc_new_array(context, type, b);
    for (uint32_t i = 0; array != NULL && i < b; i++)
        tn_gc_put_value(element_at(tn_pointer_slot(array), shape, i),
                        shape.bytes, s + (size_t)i * shape.slots);
    return give(s, array);
}

tn_trap_kind tn_rt_array_fill(struct tn_context *context, uint64_t *s,
                              uint32_t a, uint32_t b)
{
    (void)b;
    struct array_shape shape = array_shape_of(module_type(context, a));
    uint64_t count = s[2 + shape.slots];
    tn_trap_kind trap = check_span(s[0], s[1], count);
    if (trap == TN_TRAP_NONE)
        fill_elements(s[0], shape, (uint32_t)s[1], (uint32_t)count, s + 2);
    return trap;
}

tn_trap_kind tn_rt_array_copy(struct tn_context *context, uint64_t *s,
                              uint32_t a, uint32_t b)
{
    (void)b;
    struct array_shape shape = array_shape_of(module_type(context, a));
    tn_trap_kind trap =
        s[2] == 0 ? TN_TRAP_NULL_ARRAY : check_span(s[0], s[1], s[4]);
    if (trap == TN_TRAP_NONE)
        trap = check_span(s[2], s[3], s[4]);
    if (trap == TN_TRAP_NONE)
        memmove(element_at(s[0], shape, (uint32_t)s[1]),
                element_at(s[2], shape, (uint32_t)s[3]),
                (size_t)s[4] * shape.bytes);
    return trap;
}

/* --- From segments ----------------------------------------------------------------- */

/* Elements of numbers lie in a data segment as they lie in an array. */
tn_trap_kind tn_rt_array_new_data(struct tn_context *context, uint64_t *s,
                                  uint32_t a, uint32_t b)
{
    const struct tn_type *type = module_type(context, a);
    struct array_shape shape = array_shape_of(type);
    uint32_t length = (uint32_t)s[1];
    const uint8_t *bytes = tn_rt_data_span(context->instance, b, s[0],
                                           (uint64_t)length * shape.bytes);
    if (bytes == NULL)
        return TN_TRAP_MEMORY_BOUNDS;
    uint8_t *array = (uint8_t *)tn_gc_new_array(context, type, length);
    if (array != NULL)
        memcpy(array + TN_ARRAY_DATA, bytes, (size_t)length * shape.bytes);
    return give(s, array);
}

tn_trap_kind tn_rt_array_init_data(struct tn_context *context, uint64_t *s,
                                   uint32_t a, uint32_t b)
{
    struct array_shape shape = array_shape_of(module_type(context, a));
    tn_trap_kind trap = check_span(s[0], s[1], s[3]);
    if (trap != TN_TRAP_NONE)
        return trap;
    const uint8_t *bytes =
        tn_rt_data_span(context->instance, b, s[2], s[3] * shape.bytes);
    if (bytes == NULL)
        return TN_TRAP_MEMORY_BOUNDS;
    memcpy(element_at(s[0], shape, (uint32_t)s[1]), bytes,
           (size_t)s[3] * shape.bytes);
    return TN_TRAP_NONE;
}

static void copy_elems(struct tn_instance *instance, uint32_t elem,
                       uint64_t from, uint32_t count, uint8_t *to)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t ref = tn_rt_elem_ref(instance, elem, from + i);
        memcpy(to + (size_t)i * sizeof ref, &ref, sizeof ref);
    }
}

tn_trap_kind tn_rt_array_new_elem(struct tn_context *context, uint64_t *s,
                                  uint32_t a, uint32_t b)
{
    uint32_t length = (uint32_t)s[1];
    if (!tn_rt_elem_has(context->instance, b, s[0], length))
        return TN_TRAP_TABLE_BOUNDS;
    uint8_t *array =
        (uint8_t *)tn_gc_new_array(context, module_type(context, a), length);
    if (array != NULL)
        copy_elems(context->instance, b, s[0], length, array + TN_ARRAY_DATA);
    return give(s, array);
}

tn_trap_kind tn_rt_array_init_elem(struct tn_context *context, uint64_t *s,
                                   uint32_t a, uint32_t b)
{
    struct array_shape shape = array_shape_of(module_type(context, a));
    tn_trap_kind trap = check_span(s[0], s[1], s[3]);
    if (trap != TN_TRAP_NONE)
        return trap;
    if (!tn_rt_elem_has(context->instance, b, s[2], s[3]))
        return TN_TRAP_TABLE_BOUNDS;
    copy_elems(context->instance, b, s[2], (uint32_t)s[3],
               element_at(s[0], shape, (uint32_t)s[1]));
    return TN_TRAP_NONE;
}

/* --- Conversions ------------------------------------------------------------------- */

tn_trap_kind tn_rt_any_convert_extern(struct tn_context *context, uint64_t *s,
                                      uint32_t a, uint32_t b)
{
    (void)a, (void)b;
    uint64_t any;
    if (!tn_gc_any_of_extern(context, s[0], &any))
        return TN_TRAP_NO_MEMORY;
    s[0] = any;
    return TN_TRAP_NONE;
}

tn_trap_kind tn_rt_extern_convert_any(struct tn_context *context, uint64_t *s,
                                      uint32_t a, uint32_t b)
{
    (void)context, (void)a, (void)b;
    s[0] = tn_gc_extern_of_any(s[0]);
    return TN_TRAP_NONE;
}
