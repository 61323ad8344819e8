/* body.h - what the handlers do, said once for both expansions.
 *
 * The includer defines how a handler begins and ends and how control moves:
 *
 *   HANDLER(form)     the head of a handler; a block follows
 *   NEXT(size)        go to the next instruction
 *   GO                go to the instruction at pc
 *   TRAP(kind)        end the call; kind is a name of tn_trap_kind
 *   FAIL(value)       the same with a kind that is computed
 *   STOP              leave the interpreter
 *   COLD(name)        the head of code off the fast path, entered by JUMP(name)
 *   IS_FORM(at, form) is the instruction at `at` of this form?
 *
 * over the registers pc, frame, mem0, context, acc (uint64_t) and vacc (a
 * 16-byte vector: a v128, or an f32 or f64 in its first lane). Expansion then is:
 * one handler for each row of form.def, in that order. The accumulator holds
 * an i32 zero-extended; so does every slot. */

/* clang-format off */
#define U16(at)   (*(const uint16_t *)(const void *)(pc + (at)))
#define U32(at)   (*(const uint32_t *)(const void *)(pc + (at)))
#define S32(at)   (*(const int32_t *)(const void *)(pc + (at)))
#define SLOT(at)  (frame[U16(at)])
#define LIMIT     atomic_load_explicit(&context->limit, memory_order_relaxed)
#define UNLIKELY(c) __builtin_expect(!!(c), 0)
#define TRAP_IF(condition, kind) if (UNLIKELY(condition)) TRAP(kind);

/* Types: the C type, the accumulator as it, a slot as it, an immediate. */
#define C_I32 uint32_t
#define C_I64 uint64_t
#define C_F32 float
#define C_F64 double
#define C_REF uint64_t
#define C_V128 tn_v128
#define ACC_I32 ((uint32_t)acc)
#define ACC_I64 acc
#define ACC_F32 (((tn_f32x4)vacc)[0])
#define ACC_F64 (vacc[0])
#define ACC_REF acc
#define ACC_V128 ((tn_v128)vacc)
#define SLOT_I32(at) ((uint32_t)SLOT(at))
#define SLOT_I64(at) SLOT(at)
#define SLOT_F32(at) tn_f32_of_bits((uint32_t)SLOT(at))
#define SLOT_F64(at) tn_f64_of_bits(SLOT(at))
#define SLOT_REF(at) SLOT(at)
#define SLOT_V128(at) v128_at(&SLOT(at))
#define IMM_I32(at) U32(at)
#define IMM_I64(at) ((uint64_t)(int64_t)S32(at))
#define IMM_F32(at) tn_f32_of_bits(U32(at))
#define IMM_F64(at) tn_f64_of_bits(u64_at(pc + (at)))
#define SET_I32(e) { const uint32_t R = (uint32_t)(e); acc = R; }
#define SET_I64(e) { const uint64_t R = (uint64_t)(e); acc = R; }
#define SET_F32(e) vacc = lane_of_f32(e)
#define SET_F64(e) vacc = lane_of_f64(e)
#define SET_REF(e) SET_I64(e)
#define SET_V128(e) vacc = (tn_f64x2)(e)
#define FIRST_LANE (((tn_u64x2)vacc)[0])
#define PUT_I32(at) SLOT(at) = acc
#define PUT_I64(at) SLOT(at) = acc
#define PUT_REF(at) SLOT(at) = acc
#define PUT_F32(at) SLOT(at) = FIRST_LANE
#define PUT_F64(at) SLOT(at) = FIRST_LANE
#define PUT_V128(at) put_v128(&SLOT(at), vacc)

/* The two forms of a pair: the statement, then the slot as well. */
#define PAIR(form, size, R, statement) \
    HANDLER(form##_a) { statement NEXT(size); } \
    HANDLER(form##_s) { statement PUT_##R(4); NEXT(size); }

#define BINARY(form, size, T, R, a, b, check, e) \
    PAIR(form, size, R, const C_##T A = a; const C_##T B = b; check SET_##R(e);)
#define IBIN(n, T, R, check, e) \
    BINARY(n##_ss, 12, T, R, SLOT_##T(6), SLOT_##T(8), check, e) \
    BINARY(n##_si, 12, T, R, SLOT_##T(6), IMM_##T(8), check, e) \
    BINARY(n##_as, 12, T, R, ACC_##T, SLOT_##T(8), check, e) \
    BINARY(n##_ai, 12, T, R, ACC_##T, IMM_##T(8), check, e) \
    BINARY(n##_sa, 12, T, R, SLOT_##T(6), ACC_##T, check, e)

/* Both ways of a branch dispatch by themselves: predictors like it. */
#define BRANCH(condition, size) \
    if (condition) { \
        if (UNLIKELY(frame > LIMIT)) JUMP(poll); \
        pc += S32(8); GO; \
    } else { NEXT(size); }
#define COMPARE(form, size, T, a, b, e) \
    HANDLER(form) { const C_##T A = a; const C_##T B = b; BRANCH(e, size) }
#define ICMP(n, T, negated, swapped, e) \
    IBIN(n, T, I32, , e) \
    COMPARE(n##_br_ss, 12, T, SLOT_##T(4), SLOT_##T(6), e) \
    COMPARE(n##_br_si, 16, T, SLOT_##T(4), IMM_##T(12), e) \
    COMPARE(n##_br_as, 12, T, ACC_##T, SLOT_##T(6), e) \
    COMPARE(n##_br_ai, 16, T, ACC_##T, IMM_##T(12), e) \
    COMPARE(n##_br_sa, 12, T, SLOT_##T(4), ACC_##T, e)

#define FLOATS(n, T, R, e) \
    BINARY(n##_ss, 12, T, R, SLOT_##T(6), SLOT_##T(8), , e) \
    BINARY(n##_si, 20, T, R, SLOT_##T(6), IMM_##T(12), , e) \
    BINARY(n##_as, 12, T, R, ACC_##T, SLOT_##T(8), , e) \
    BINARY(n##_ai, 20, T, R, ACC_##T, IMM_##T(12), , e) \
    BINARY(n##_sa, 12, T, R, SLOT_##T(6), ACC_##T, , e) \
    BINARY(n##_is, 20, T, R, IMM_##T(12), SLOT_##T(8), , e) \
    BINARY(n##_ia, 20, T, R, IMM_##T(12), ACC_##T, , e)
#define FBIN(n, T, e) FLOATS(n, T, T, e)
#define FCMP(n, T, e) FLOATS(n, T, I32, e) \
    COMPARE(n##_bt_ss, 12, T, SLOT_##T(4), SLOT_##T(6), e) \
    COMPARE(n##_bf_ss, 12, T, SLOT_##T(4), SLOT_##T(6), !(e)) \
    COMPARE(n##_bt_as, 12, T, ACC_##T, SLOT_##T(6), e) \
    COMPARE(n##_bf_as, 12, T, ACC_##T, SLOT_##T(6), !(e)) \
    COMPARE(n##_bt_sa, 12, T, SLOT_##T(4), ACC_##T, e) \
    COMPARE(n##_bf_sa, 12, T, SLOT_##T(4), ACC_##T, !(e))

#define UN(n, T, R, check, e) \
    PAIR(n##_s, 8, R, const C_##T A = SLOT_##T(6); check SET_##R(e);) \
    PAIR(n##_a, 8, R, const C_##T A = ACC_##T; check SET_##R(e);)

/* Accesses. A 32-bit address and its offset cannot overflow 64 bits; an
 * address of any memory can. */
#define IN_MEM0(at, M) \
    const uint64_t ea = (at); \
    TRAP_IF(ea + sizeof(M) > context->mem0_size, TN_TRAP_MEMORY_BOUNDS) \
    uint8_t *const p = mem0 + ea;
#define IN_MEMORY(at, M) \
    const struct tn_memory_view *view = &context->memories[U16(8)]; \
    const uint64_t base = (at); \
    const uint64_t ea = base + u64_at(pc + 12); \
    TRAP_IF(ea < base || ea >= view->size || view->size - ea < sizeof(M), \
            TN_TRAP_MEMORY_BOUNDS) \
    uint8_t *const p = view->base + ea;
#define AT_S  ((uint64_t)(uint32_t)SLOT(6) + U32(8))
#define AT_A  ((uint64_t)(uint32_t)acc + U32(8))
#define AT_K  ((uint64_t)U32(8))
#define AT_SS ((uint64_t)((uint32_t)SLOT(6) + (uint32_t)SLOT(12)) + U32(8))
#define AT_SA ((uint64_t)((uint32_t)SLOT(6) + (uint32_t)acc) + U32(8))
#define AT_SI ((uint64_t)((uint32_t)SLOT(6) + U32(12)) + U32(8))
#define AT_AI ((uint64_t)((uint32_t)acc + U32(12)) + U32(8))
#define READ(form, size, R, M, where, e) \
    PAIR(form, size, R, where M V; tn_mem_read(&V, p, sizeof V); SET_##R(e);)
#define LOAD(n, R, M, e) \
    READ(n##_s, 12, R, M, IN_MEM0(AT_S, M), e) \
    READ(n##_a, 12, R, M, IN_MEM0(AT_A, M), e) \
    READ(n##_k, 12, R, M, IN_MEM0(AT_K, M), e) \
    READ(n##_ss, 16, R, M, IN_MEM0(AT_SS, M), e) \
    READ(n##_sa, 12, R, M, IN_MEM0(AT_SA, M), e) \
    READ(n##_si, 16, R, M, IN_MEM0(AT_SI, M), e) \
    READ(n##_ai, 16, R, M, IN_MEM0(AT_AI, M), e) \
    READ(n##_xs, 20, R, M, IN_MEMORY(SLOT(6), M), e) \
    READ(n##_xa, 20, R, M, IN_MEMORY(acc, M), e)

#define WRITE(form, size, M, where, value) \
    HANDLER(form) { where const M V = (M)(value); tn_mem_write(p, &V, sizeof V); NEXT(size); }
#define WRITES(form, size, T, M, where) \
    WRITE(form##_s, size, M, where, SLOT_##T(4)) \
    WRITE(form##_a, size, M, where, ACC_##T) \
    WRITE(form##_i, size + 4, M, where, IMM_##T(size))
#define STORE(n, T, M) \
    WRITES(n##_s, 12, T, M, IN_MEM0(AT_S, M)) \
    WRITES(n##_a, 12, T, M, IN_MEM0(AT_A, M)) \
    WRITES(n##_k, 12, T, M, IN_MEM0(AT_K, M)) \
    WRITES(n##_ss, 16, T, M, IN_MEM0(AT_SS, M)) \
    WRITES(n##_sa, 12, T, M, IN_MEM0(AT_SA, M)) \
    WRITES(n##_si, 16, T, M, IN_MEM0(AT_SI, M)) \
    WRITES(n##_ai, 16, T, M, IN_MEM0(AT_AI, M)) \
    WRITE(n##_xs_s, 20, M, IN_MEMORY(SLOT(6), M), SLOT_##T(4)) \
    WRITE(n##_xs_a, 20, M, IN_MEMORY(SLOT(6), M), ACC_##T) \
    WRITE(n##_xa_s, 20, M, IN_MEMORY(acc, M), SLOT_##T(4)) \
    WRITE(n##_xa_a, 20, M, IN_MEMORY(acc, M), ACC_##T)
#define FSTORE(n, T, M, as_integer) \
    WRITE(n##_s_v, 12, M, IN_MEM0(AT_S, M), ACC_##T) \
    WRITE(n##_a_v, 12, M, IN_MEM0(AT_A, M), ACC_##T) \
    WRITE(n##_k_v, 12, M, IN_MEM0(AT_K, M), ACC_##T) \
    WRITE(n##_ss_v, 16, M, IN_MEM0(AT_SS, M), ACC_##T) \
    WRITE(n##_sa_v, 12, M, IN_MEM0(AT_SA, M), ACC_##T) \
    WRITE(n##_si_v, 16, M, IN_MEM0(AT_SI, M), ACC_##T) \
    WRITE(n##_ai_v, 16, M, IN_MEM0(AT_AI, M), ACC_##T) \
    WRITE(n##_xs_v, 20, M, IN_MEMORY(SLOT(6), M), ACC_##T) \
    WRITE(n##_xa_v, 20, M, IN_MEMORY(acc, M), ACC_##T)

/* Helpers: both accumulators are dead here, so that a call saves nothing. */
#define HELPER(form, size, function, s, a, b) CAREFUL_HELPER(form, size, , function, s, a, b)
#define CAREFUL_HELPER(form, size, before, function, s, a, b) \
    HANDLER(form) { \
        before \
        const tn_trap_kind kind = function(context, s, a, b); \
        if (UNLIKELY(kind != TN_TRAP_NONE)) FAIL(kind); \
        mem0 = context->mem0; \
        acc = 0; \
        vacc = lane_of_f64(0); \
        NEXT(size); \
    }
#define HELP(n, function) HELPER(n##_h, 16, function, frame + U16(4), U32(8), U32(12))
#define PARK(n, count, function) HELPER(n##_h, 20, function, frame + U16(4), U16(8), u64_at(pc + 12))

/* Atomics: bounds first, then alignment, as the specification has it. */
#define IN_ATOMIC(M) \
    IN_MEMORY(SLOT(6), M) \
    TRAP_IF(ea % sizeof(M) != 0, TN_TRAP_UNALIGNED_ATOMIC) \
    _Atomic(M) *const P = (_Atomic(M) *)(void *)p;
#define ATOMIC_LOAD(n, T, M, e) PAIR(n, 20, T, IN_ATOMIC(M) SET_##T(e);)
#define ATOMIC_STORE(n, T, M, e) \
    HANDLER(n##_a) { IN_ATOMIC(M) const M A = (M)SLOT(10); e; NEXT(20); }
#define ATOMIC_RMW(n, T, M, e) \
    PAIR(n, 20, T, IN_ATOMIC(M) const M A = (M)SLOT(10); SET_##T(e);)
#define ATOMIC_CAS(n, T, M, e) \
    PAIR(n, 24, T, IN_ATOMIC(M) M A = (M)SLOT(10); const M B = (M)SLOT(20); SET_##T(e);)
#define ATOMIC(n, T, M, shape, e) ATOMIC_##shape(n, T, M, e)

#define WIDE_4(n, e) \
    HANDLER(n##_h) { \
        const uint64_t A = SLOT(8), B = SLOT(10), C = SLOT(12), D = SLOT(14); \
        uint64_t L, H; e; SLOT(4) = L; SLOT(6) = H; NEXT(16); }
#define WIDE_2(n, e) \
    HANDLER(n##_h) { \
        const uint64_t A = SLOT(8), B = SLOT(10); \
        uint64_t L, H; e; SLOT(4) = L; SLOT(6) = H; NEXT(12); }
#define WIDE(n, count, e) WIDE_##count(n, e)

/* A shared memory may have grown since this context looked: then the same
 * instruction runs again. Nothing was done before its check. */
COLD(TN_TRAP_MEMORY_BOUNDS)
{
    if (tn_rt_sees_growth(context)) GO;
    FAIL(TN_TRAP_MEMORY_BOUNDS);
}
/* Collecting may start in the helper: it looks at the frame from there. */
#define SAFEPOINT(top_at) \
    context->safe.pc = pc; \
    context->safe.frame = frame; \
    context->safe.top = frame + U16(top_at);
#define SAFE(n, function) CAREFUL_HELPER(n##_h, 16, SAFEPOINT(6), function, frame + U16(4), U32(8), U32(12))

#include "ir/op.def"
#include "interp/body_refs.h"

HANDLER(mov_s) { SLOT(4) = SLOT(6); NEXT(8); }
HANDLER(mov2_s) { SLOT(4) = SLOT(6); SLOT(8) = SLOT(10); NEXT(12); }
HANDLER(mov_a) { SLOT(4) = acc; NEXT(8); }
HANDLER(mov_v) { SLOT(4) = FIRST_LANE; NEXT(8); }
HANDLER(mov_i) { SLOT(4) = IMM_I64(8); NEXT(12); }
HANDLER(mov_u) { SLOT(4) = U32(8); NEXT(12); }
HANDLER(mov_I) { SLOT(4) = u64_at(pc + 8); NEXT(16); }

#define OWN context->globals[U32(8)]
#define FAR context->globals_far[U32(8)][0]
PAIR(global_get, 12, I64, acc = OWN;)
PAIR(global_getv, 12, F64, vacc = lane_of_f64(tn_f64_of_bits(OWN));)
PAIR(far_get, 12, I64, acc = FAR;)
PAIR(far_getv, 12, F64, vacc = lane_of_f64(tn_f64_of_bits(FAR));)
HANDLER(global_set_s) { OWN = SLOT(4); NEXT(12); }
HANDLER(global_set_a) { OWN = acc; NEXT(12); }
HANDLER(global_set_v) { OWN = FIRST_LANE; NEXT(12); }
HANDLER(global_set_i) { OWN = IMM_I64(12); NEXT(16); }
HANDLER(far_set_s) { FAR = SLOT(4); NEXT(12); }
HANDLER(far_set_a) { FAR = acc; NEXT(12); }
HANDLER(far_set_v) { FAR = FIRST_LANE; NEXT(12); }
HANDLER(far_set_i) { FAR = IMM_I64(12); NEXT(16); }

/* Both sides are read before the condition is looked at, and pinned by an
 * empty instruction: else the compiler would select an address and the load
 * would wait for the condition. */
#define SELECT(form, R, a, b, c, set) \
    PAIR(form, 12, R, uint64_t A = a; uint64_t B = b; \
         __asm__("" : "+r"(A), "+r"(B)); A = (c) ? A : B; set;)
#define SHORT(at) ((uint64_t)(int64_t)(int16_t)U16(at))
SELECT(select_sss, I64, SLOT(6), SLOT(8), (uint32_t)SLOT(10), acc = A)
SELECT(select_ssa, I64, SLOT(6), SLOT(8), (uint32_t)acc, acc = A)
SELECT(select_sis, I64, SLOT(6), SHORT(8), (uint32_t)SLOT(10), acc = A)
SELECT(select_sia, I64, SLOT(6), SHORT(8), (uint32_t)acc, acc = A)
SELECT(select_iss, I64, SHORT(6), SLOT(8), (uint32_t)SLOT(10), acc = A)
SELECT(select_isa, I64, SHORT(6), SLOT(8), (uint32_t)acc, acc = A)
SELECT(select_iis, I64, SHORT(6), SHORT(8), (uint32_t)SLOT(10), acc = A)
SELECT(select_iia, I64, SHORT(6), SHORT(8), (uint32_t)acc, acc = A)
SELECT(selectv_s, F64, SLOT(6), SLOT(8), (uint32_t)SLOT(10), vacc = lane_of_f64(tn_f64_of_bits(A)))
SELECT(selectv_a, F64, SLOT(6), SLOT(8), (uint32_t)acc, vacc = lane_of_f64(tn_f64_of_bits(A)))

HANDLER(br) { if (UNLIKELY(frame > LIMIT)) JUMP(poll); pc += S32(4); GO; }
HANDLER(br_true_s) { BRANCH((uint32_t)SLOT(4) != 0, 12) }
HANDLER(br_true_a) { BRANCH((uint32_t)acc != 0, 12) }
HANDLER(br_false_s) { BRANCH((uint32_t)SLOT(4) == 0, 12) }
HANDLER(br_false_a) { BRANCH((uint32_t)acc == 0, 12) }
#define TABLE_JUMP(index) { \
    if (UNLIKELY(frame > LIMIT)) JUMP(poll); \
    const uint32_t n = U32(8), i = (index) < n ? (index) : n; \
    pc += *(const int32_t *)(const void *)(pc + 12 + (size_t)4 * i); GO; }
HANDLER(br_table_s) TABLE_JUMP((uint32_t)SLOT(4))
HANDLER(br_table_a) TABLE_JUMP((uint32_t)acc)

/* Few slots as a rule: the empty instruction keeps the compiler from making
 * this a call of memset, for which the accumulators would be saved. */
HANDLER(zero)
{
    uint64_t *at = &SLOT(4);
    uint64_t *const end = at + U16(6);
    do {
        *at++ = 0;
        __asm__("" : "+r"(at));
    } while (at < end);
    NEXT(8);
}
HANDLER(zero1) { SLOT(4) = 0; NEXT(8); }

/* Calls. The word that is patched when the callee has been translated is an
 * atomic, since other threads run the same code. It is written with release
 * order, behind the code that it leads to, and read with acquire order: a
 * dependency would do for machines, but not for C. It counts from itself: a
 * function may begin with a call of itself, but no function begins inside an
 * instruction, so that 0 is free to mean "not yet". */
#define DISTANCE(at) \
    atomic_load_explicit((const _Atomic(int32_t) *)(const void *)(pc + (at)), memory_order_acquire)
#define SET_DISTANCE(at, to) \
    atomic_store_explicit((_Atomic(int32_t) *)(void *)(pc + (at)), (int32_t)((to) - (pc + (at))), memory_order_release)
#define CODE_OF(func) atomic_load_explicit(&(func)->code, memory_order_acquire)

/* The limit was passed at a branch or a call: an interrupt, or the end of the
 * guest stack. If the helper clears it, the same instruction runs again. */
#define SEE_TO(at) \
    const tn_trap_kind kind = tn_rt_limit(context, at); \
    if (kind != TN_TRAP_NONE) FAIL(kind); \
    GO;
COLD(poll) { SEE_TO(frame) }
COLD(poll_call) { SEE_TO(frame + U16(4)) }

#define TRANSLATE(distance_at, index_at) \
    const uint8_t *const entry = tn_rt_entry(context, U32(index_at)); \
    if (entry == NULL) FAIL(TN_TRAP_NO_MEMORY); \
    SET_DISTANCE(distance_at, entry); \
    GO;
COLD(lazy_call) { TRANSLATE(8, 12) }
COLD(lazy_tail) { TRANSLATE(12, 16) }

HANDLER(call)
{
    uint64_t *const callee = frame + U16(4);
    if (UNLIKELY(callee > LIMIT)) JUMP(poll_call);
    const int32_t distance = DISTANCE(8);
    if (UNLIKELY(distance == 0)) JUMP(lazy_call);
    uint64_t *const header = callee + U16(6);
    header[0] = tn_pointer_slot(pc + 16);
    header[1] = tn_pointer_slot(frame);
    frame = callee;
    pc += 8 + distance;
    GO;
}

/* Into another instance: its context, and the function itself in the
 * accumulator for the stubs. */
#define ENTER(func, size, slot) { \
    struct tn_context *const other = context->ctx[(func)->object_id]; \
    uint64_t *const header = callee + U16(6); \
    frame[slot] = tn_pointer_slot(context); \
    header[0] = tn_pointer_slot(pc + (size)); \
    header[1] = tn_pointer_slot(frame); \
    header[2] = tn_pointer_slot(context); \
    context = other; \
    mem0 = other->mem0; \
    frame = callee; \
    pc = CODE_OF(func); \
    acc = tn_pointer_slot(func); \
    GO; }

HANDLER(call_import)
{
    uint64_t *const callee = frame + U16(4);
    if (UNLIKELY(callee > LIMIT)) JUMP(poll_call);
    struct tn_func *const func = context->imports[U32(8)].func;
    ENTER(func, 16, U16(12))
}

/* Finds the function of an indirect call. A mismatch of types is looked into
 * off the fast path: subtypes, or which trap. */
#define FIND(index, type_at, table_at, slow) \
    const struct tn_table_view *const table = &context->tables[U32(table_at)]; \
    const uint64_t i = (index); \
    TRAP_IF(i >= table->size, TN_TRAP_UNDEFINED_ELEMENT) \
    struct tn_func *const func = atomic_load_explicit(&table->slots[i], memory_order_acquire); \
    if (UNLIKELY(func->type_id != U32(type_at))) { \
        acc = tn_pointer_slot(func); \
        JUMP(slow); \
    }
#define ALLOW(type_index_at) \
    struct tn_func *const func = tn_slot_pointer(acc); \
    const tn_trap_kind kind = tn_rt_indirect(context, U32(type_index_at), func); \
    if (kind != TN_TRAP_NONE) FAIL(kind);

/* In the same instance an indirect call is a plain one, which returns behind
 * the xrest. */
#define ENTER_INDIRECT(size, slot) \
    uint64_t *const callee = frame + U16(4); \
    if (func->object_id != context->object_id) \
        ENTER(func, size, slot) \
    uint64_t *const header = callee + U16(6); \
    header[0] = tn_pointer_slot(pc + (size) + XREST_SIZE); \
    header[1] = tn_pointer_slot(frame); \
    frame = callee; \
    pc = CODE_OF(func); \
    acc = tn_pointer_slot(func); \
    GO;
COLD(call_subtype) { ALLOW(12) ENTER_INDIRECT(24, U16(22)) }
#define CALL_INDIRECT(index) { \
    if (UNLIKELY(frame + U16(4) > LIMIT)) JUMP(poll_call); \
    FIND(index, 8, 16, call_subtype) \
    ENTER_INDIRECT(24, U16(22)) }
HANDLER(call_indirect_s) CALL_INDIRECT(SLOT(20))
HANDLER(call_indirect_a) CALL_INDIRECT(acc)

/* A reference to a function has the type that validation says. */
#define REFERENCED(ref) \
    const uint64_t word = (ref); \
    TRAP_IF(word == 0, TN_TRAP_NULL_FUNCTION) \
    struct tn_func *const func = tn_slot_pointer(word);
#define CALL_REF(ref) { \
    if (UNLIKELY(frame + U16(4) > LIMIT)) JUMP(poll_call); \
    REFERENCED(ref) \
    ENTER_INDIRECT(16, U16(14)) }
HANDLER(call_ref_s) CALL_REF(SLOT(12))
HANDLER(call_ref_a) CALL_REF(acc)

HANDLER(xrest)
{
    context = tn_slot_pointer(SLOT(4));
    mem0 = context->mem0;
    NEXT(XREST_SIZE);
}

/* Tail calls: the arguments go down to the frame's first slots, the header to
 * where the callee has it. */
#define MOVE_DOWN(header_slot) \
    const uint64_t *const own = frame + U16(8); \
    const uint64_t h0 = own[0], h1 = own[1], h2 = own[2]; \
    memmove(frame, frame + U16(4), (size_t)8 * U16(6)); \
    uint64_t *const header = frame + (header_slot); \
    header[0] = h0; \
    header[1] = h1; \
    header[2] = h2;

HANDLER(tail_call)
{
    if (UNLIKELY(frame > LIMIT)) JUMP(poll);
    const int32_t distance = DISTANCE(12);
    if (UNLIKELY(distance == 0)) JUMP(lazy_tail);
    MOVE_DOWN(U16(10))
    pc += 12 + distance;
    GO;
}

/* Into another instance by a tail call. If the frame returns to an xrest (or
 * to stubs that know the context anyway), whoever waits there restores its
 * context by itself. Otherwise the caller expects no change of context: the
 * frame becomes a trampoline, which holds the old return pc, frame and context
 * and is returned to through the xtail stub. A chain of such calls returns to
 * xtail already, and so needs one trampoline, however long it is. */
#define TAIL_ENTER(func, result_slots) { \
    struct tn_context *const other = context->ctx[(func)->object_id]; \
    const uint8_t *const to = tn_slot_pointer(frame[U16(8)]); \
    if (IS_FORM(to, xrest) || IS_FORM(to, stub_xtail) || IS_FORM(to, stub_exit)) { \
        const uint64_t caller = tn_pointer_slot(context); \
        MOVE_DOWN(U16(10)) \
        header[2] = caller; \
    } else { \
        uint64_t *const trampoline = frame + U16(8); \
        uint64_t *const callee = trampoline + 4; \
        memmove(callee, frame + U16(4), (size_t)8 * U16(6)); \
        trampoline[2] = tn_pointer_slot(context); \
        trampoline[3] = (uint64_t)U16(8) << 32 | (uint64_t)(result_slots); \
        uint64_t *const header = callee + U16(10); \
        header[0] = tn_pointer_slot(tn_rt_xtail(context)); \
        header[1] = tn_pointer_slot(trampoline); \
        header[2] = tn_pointer_slot(context); \
        frame = callee; \
    } \
    context = other; \
    mem0 = other->mem0; \
    pc = CODE_OF(func); \
    acc = tn_pointer_slot(func); \
    GO; }

HANDLER(tail_import)
{
    if (UNLIKELY(frame > LIMIT)) JUMP(poll);
    struct tn_func *const func = context->imports[U32(12)].func;
    TAIL_ENTER(func, U16(16))
}

#define TAIL_ENTER_INDIRECT(result_slots) \
    if (func->object_id != context->object_id) \
        TAIL_ENTER(func, result_slots) \
    MOVE_DOWN(U16(10)) \
    pc = CODE_OF(func); \
    acc = tn_pointer_slot(func); \
    GO;
COLD(tail_subtype) { ALLOW(16) TAIL_ENTER_INDIRECT(U16(26)) }
#define TAIL_INDIRECT(index) { \
    if (UNLIKELY(frame > LIMIT)) JUMP(poll); \
    FIND(index, 12, 20, tail_subtype) \
    TAIL_ENTER_INDIRECT(U16(26)) }
HANDLER(tail_indirect_s) TAIL_INDIRECT(SLOT(24))
HANDLER(tail_indirect_a) TAIL_INDIRECT(acc)
#define TAIL_REF(ref) { \
    if (UNLIKELY(frame > LIMIT)) JUMP(poll); \
    REFERENCED(ref) \
    TAIL_ENTER_INDIRECT(U16(14)) }
HANDLER(tail_ref_s) TAIL_REF(SLOT(12))
HANDLER(tail_ref_a) TAIL_REF(acc)

/* Returns: the result goes to the frame's first slot, which is the caller's
 * operand stack, and stays in the accumulator. */
#define RETURN(statement) { \
    const uint64_t *const header = frame + U16(4); \
    const uint8_t *const to = tn_slot_pointer(header[0]); \
    uint64_t *const caller = tn_slot_pointer(header[1]); \
    statement \
    frame = caller; \
    pc = to; \
    GO; }
HANDLER(ret_none) RETURN(;)
HANDLER(ret_a) RETURN(frame[0] = acc;)
HANDLER(ret_v) RETURN(frame[0] = FIRST_LANE;)
HANDLER(ret_s) RETURN(acc = SLOT(6); frame[0] = acc;)
HANDLER(ret_sv) RETURN(const uint64_t bits = SLOT(6); vacc = lane_of_f64(tn_f64_of_bits(bits)); frame[0] = bits;)
HANDLER(ret_i) RETURN(acc = IMM_I64(8); frame[0] = acc;)
HANDLER(ret_u) RETURN(acc = U32(8); frame[0] = acc;)
HANDLER(ret_n) RETURN(memmove(frame, frame + U16(6), (size_t)8 * U16(8));)

#include "interp/body_v128.h"

HANDLER(unreachable) { TRAP(TN_TRAP_UNREACHABLE); }
HANDLER(fence) { atomic_thread_fence(memory_order_seq_cst); NEXT(4); }

/* Exceptions. Who catches, and where that goes on, is found out by rt; nobody
 * in this call does if it gives no context. */
COLD(land)
{
    struct tn_context *const to = tn_rt_landing(context);
    if (to == NULL) STOP;
    context = to;
    mem0 = to->mem0;
    frame = to->safe.frame;
    pc = to->safe.pc;
    GO;
}
HANDLER(throw) { tn_rt_throw(context, frame, pc, U16(4), U32(8)); JUMP(land); }
HANDLER(throw_ref) { tn_rt_throw_ref(context, frame, pc, SLOT(4)); JUMP(land); }

HELPER(trace_enter, 8, tn_rt_trace_enter, frame, U32(4), 0)
HELPER(trace_leave, 8, tn_rt_trace_leave, frame, U32(4), 0)

/* Stubs. The accumulator holds the function. */
#define FUNC (tn_slot_pointer(acc))
HANDLER(stub_lazy)
{
    const uint8_t *const entry = tn_rt_lazy(FUNC);
    if (UNLIKELY(entry == NULL)) FAIL(TN_TRAP_NO_MEMORY);
    pc = entry;
    GO;
}
HANDLER(stub_host)
{
    /* Found before the call, which may be the function's end. */
    const struct tn_func *const func = FUNC;
    const uint64_t *const header = frame + func->header_slot;
    if (UNLIKELY(tn_rt_host(FUNC, frame) != TN_OK)) JUMP(land);
    pc = tn_slot_pointer(header[0]);
    uint64_t *const caller = tn_slot_pointer(header[1]);
    acc = frame[0];
    vacc = lane_of_f64(tn_f64_of_bits(acc));
    frame = caller;
    GO;
}
HANDLER(stub_gate) { FAIL(tn_rt_gate(FUNC)); }
HANDLER(stub_exit) { STOP; }
HANDLER(stub_xtail)
{
    /* frame is the trampoline's header; the callee's results lie behind. */
    context = tn_slot_pointer(frame[2]);
    mem0 = context->mem0;
    pc = tn_slot_pointer(frame[0]);
    uint64_t *const caller = tn_slot_pointer(frame[1]);
    memmove(frame - (frame[3] >> 32), frame + 4, (size_t)8 * (uint32_t)frame[3]);
    frame = caller;
    GO;
}

#undef U16
#undef U32
#undef S32
#undef SLOT
#undef LIMIT
#undef UNLIKELY
#undef TRAP_IF
#undef C_I32
#undef C_I64
#undef C_F32
#undef C_F64
#undef C_REF
#undef ACC_I32
#undef ACC_I64
#undef ACC_F32
#undef ACC_F64
#undef ACC_REF
#undef SLOT_I32
#undef SLOT_I64
#undef SLOT_F32
#undef SLOT_F64
#undef SLOT_REF
#undef IMM_I32
#undef IMM_I64
#undef IMM_F32
#undef IMM_F64
#undef SET_I32
#undef SET_I64
#undef SET_F32
#undef SET_F64
#undef SET_REF
#undef PUT_REF
#undef C_V128
#undef ACC_V128
#undef SLOT_V128
#undef SET_V128
#undef FIRST_LANE
#undef PUT_I32
#undef PUT_I64
#undef PUT_F32
#undef PUT_F64
#undef PUT_V128
#undef PAIR
#undef BINARY
#undef IBIN
#undef BRANCH
#undef COMPARE
#undef ICMP
#undef FLOATS
#undef FBIN
#undef FCMP
#undef UN
#undef IN_MEM0
#undef IN_MEMORY
#undef AT_S
#undef AT_A
#undef AT_K
#undef AT_SS
#undef AT_SA
#undef AT_SI
#undef AT_AI
#undef READ
#undef LOAD
#undef WRITE
#undef WRITES
#undef STORE
#undef FSTORE
#undef HELPER
#undef CAREFUL_HELPER
#undef HELP
#undef PARK
#undef IN_ATOMIC
#undef ATOMIC_LOAD
#undef ATOMIC_STORE
#undef ATOMIC_RMW
#undef ATOMIC_CAS
#undef ATOMIC
#undef WIDE_4
#undef WIDE_2
#undef WIDE
#undef SAFEPOINT
#undef SAFE
#undef OWN
#undef FAR
#undef SELECT
#undef SHORT
#undef TABLE_JUMP
#undef DISTANCE
#undef SET_DISTANCE
#undef CODE_OF
#undef SEE_TO
#undef TRANSLATE
#undef ENTER
#undef FIND
#undef ALLOW
#undef ENTER_INDIRECT
#undef CALL_INDIRECT
#undef REFERENCED
#undef CALL_REF
#undef MOVE_DOWN
#undef TAIL_ENTER
#undef TAIL_ENTER_INDIRECT
#undef TAIL_INDIRECT
#undef TAIL_REF
#undef RETURN
#undef FUNC
/* clang-format on */
