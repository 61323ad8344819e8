/* body_refs.h - handlers for fields, elements and types of objects; a part of
 * body.h, with its macros. No thread but the store's reads or writes objects. */
/* clang-format off */

#define IN_STRUCT(ref) \
    const uint64_t object = (ref); \
    TRAP_IF(object == 0, TN_TRAP_NULL_STRUCT) \
    uint8_t *const p = tn_object_at(object, U32(8));
#define IN_ARRAY(ref, at, M) \
    const uint64_t array = (ref); \
    const uint32_t i = (uint32_t)(at); \
    TRAP_IF(array == 0, TN_TRAP_NULL_ARRAY) \
    TRAP_IF(i >= tn_array_length(array), TN_TRAP_ARRAY_BOUNDS) \
    uint8_t *const p = tn_object_at(array, TN_ARRAY_DATA) + (size_t)i * sizeof(M);
#define FETCH(form, R, M, where, e) \
    PAIR(form, 12, R, where M V; memcpy(&V, p, sizeof V); SET_##R(e);)
#define PUT(form, size, M, where, value) \
    HANDLER(form) { where const M V = (M)(value); memcpy(p, &V, sizeof V); NEXT(size); }
#define OBJECT_READ(n, R, M, e) \
    FETCH(get_##n##_s, R, M, IN_STRUCT(SLOT(6)), e) \
    FETCH(get_##n##_a, R, M, IN_STRUCT(acc), e) \
    FETCH(elem_##n##_ss, R, M, IN_ARRAY(SLOT(6), SLOT(8), M), e) \
    FETCH(elem_##n##_as, R, M, IN_ARRAY(acc, SLOT(8), M), e) \
    FETCH(elem_##n##_sa, R, M, IN_ARRAY(SLOT(6), acc, M), e)
#define OBJECT_WRITE(n, T, M) \
    PUT(put_##n##_s_s, 12, M, IN_STRUCT(SLOT(6)), SLOT_##T(4)) \
    PUT(put_##n##_s_a, 12, M, IN_STRUCT(SLOT(6)), ACC_##T) \
    PUT(put_##n##_s_i, 16, M, IN_STRUCT(SLOT(6)), IMM_##T(12)) \
    PUT(put_##n##_a_s, 12, M, IN_STRUCT(acc), SLOT_##T(4)) \
    PUT(put_##n##_a_i, 16, M, IN_STRUCT(acc), IMM_##T(12)) \
    PUT(set_##n##_s_s, 12, M, IN_ARRAY(SLOT(6), SLOT(8), M), SLOT_##T(4)) \
    PUT(set_##n##_s_a, 12, M, IN_ARRAY(SLOT(6), SLOT(8), M), ACC_##T) \
    PUT(set_##n##_s_i, 16, M, IN_ARRAY(SLOT(6), SLOT(8), M), IMM_##T(12)) \
    PUT(set_##n##_a_s, 12, M, IN_ARRAY(SLOT(6), acc, M), SLOT_##T(4)) \
    PUT(set_##n##_a_i, 16, M, IN_ARRAY(SLOT(6), acc, M), IMM_##T(12))
#define OBJECT_WRITE_FLOAT(n, T, M) \
    PUT(put_##n##_s_v, 12, M, IN_STRUCT(SLOT(6)), ACC_##T) \
    PUT(put_##n##_a_v, 12, M, IN_STRUCT(acc), ACC_##T) \
    PUT(set_##n##_s_v, 12, M, IN_ARRAY(SLOT(6), SLOT(8), M), ACC_##T) \
    PUT(set_##n##_a_v, 12, M, IN_ARRAY(SLOT(6), acc, M), ACC_##T)
#define OBJECT_WRITE_VECTOR(n) \
    PUT(put_##n##_s_s, 12, tn_v128, IN_STRUCT(SLOT(6)), SLOT_V128(4)) \
    PUT(put_##n##_a_s, 12, tn_v128, IN_STRUCT(acc), SLOT_V128(4)) \
    PUT(put_##n##_s_v, 12, tn_v128, IN_STRUCT(SLOT(6)), vacc) \
    PUT(put_##n##_a_v, 12, tn_v128, IN_STRUCT(acc), vacc) \
    PUT(set_##n##_s_s, 12, tn_v128, IN_ARRAY(SLOT(6), SLOT(8), tn_v128), SLOT_V128(4)) \
    PUT(set_##n##_a_s, 12, tn_v128, IN_ARRAY(SLOT(6), acc, tn_v128), SLOT_V128(4)) \
    PUT(set_##n##_s_v, 12, tn_v128, IN_ARRAY(SLOT(6), SLOT(8), tn_v128), vacc) \
    PUT(set_##n##_a_v, 12, tn_v128, IN_ARRAY(SLOT(6), acc, tn_v128), vacc)

#define ANSWER(ref, id_at, depth_at, null_at, is) \
    const uint64_t A = (ref); \
    const uint32_t ID = U32(id_at), DEPTH = U16(depth_at); \
    (void)ID, (void)DEPTH; \
    const bool answer = A == 0 ? U16(null_at) != 0 : (is);
#define CAST(form, ref, is) \
    PAIR(form, 16, REF, ANSWER(ref, 8, 12, 14, is) TRAP_IF(!answer, TN_TRAP_CAST) acc = A;)
#define BRANCH_ON(form, ref, is, sense) \
    HANDLER(form) { ANSWER(ref, 12, 16, 6, is) BRANCH(answer == sense, 20) }
#define OBJECT_TEST(n, is) \
    PAIR(is_##n##_s, 16, I32, ANSWER(SLOT(6), 8, 12, 14, is) acc = answer;) \
    PAIR(is_##n##_a, 16, I32, ANSWER(acc, 8, 12, 14, is) acc = answer;) \
    CAST(cast_##n##_s, SLOT(6), is) \
    CAST(cast_##n##_a, acc, is) \
    BRANCH_ON(br_is_##n##_s, SLOT(4), is, true) \
    BRANCH_ON(br_is_##n##_a, acc, is, true) \
    BRANCH_ON(br_not_##n##_s, SLOT(4), is, false) \
    BRANCH_ON(br_not_##n##_a, acc, is, false)

#include "ir/object.def"

#undef IN_STRUCT
#undef IN_ARRAY
#undef FETCH
#undef PUT
#undef OBJECT_READ
#undef OBJECT_WRITE
#undef OBJECT_WRITE_FLOAT
#undef OBJECT_WRITE_VECTOR
#undef ANSWER
#undef CAST
#undef BRANCH_ON
#undef OBJECT_TEST
/* clang-format on */
