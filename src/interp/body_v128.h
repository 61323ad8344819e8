/* body_v128.h - what the handlers of vectors do: a part of body.h, whose
 * macros it uses, in a file of its own for its length. */

/* clang-format off */
/* Vectors. A kind's expression sees its operands as vectors of its lanes. */
#define VECTORS(form, size, L, a, b, e) \
    PAIR(form, size, V128, const tn_##L A = (tn_##L)(a); const tn_##L B = (tn_##L)(b); SET_V128(e);)
#define DO_COM(n, L, e) \
    VECTORS(n##_ss, 12, L, SLOT_V128(6), SLOT_V128(8), e) \
    VECTORS(n##_as, 12, L, vacc, SLOT_V128(8), e)
#define DO_BIN(n, L, e) DO_COM(n, L, e) \
    VECTORS(n##_sa, 12, L, SLOT_V128(6), vacc, e)
#define DO_UN(n, L, e) \
    PAIR(n##_s, 8, V128, const tn_##L A = (tn_##L)SLOT_V128(6); SET_V128(e);) \
    PAIR(n##_a, 8, V128, const tn_##L A = (tn_##L)vacc; SET_V128(e);)
#define COUNTED(form, L, a, b, e) \
    PAIR(form, 12, V128, const tn_##L A = (tn_##L)(a); const uint32_t B = b; SET_V128(e);)
#define DO_SHIFT(n, L, e) \
    COUNTED(n##_si, L, SLOT_V128(6), U16(8), e) \
    COUNTED(n##_ai, L, vacc, U16(8), e) \
    COUNTED(n##_ss, L, SLOT_V128(6), SLOT_I32(8), e) \
    COUNTED(n##_as, L, vacc, SLOT_I32(8), e)
#define DO_SPLAT(n, T, e) \
    PAIR(n##_s, 8, V128, const C_##T A = SLOT_##T(6); SET_V128(e);) \
    PAIR(n##_a, 8, V128, const C_##T A = ACC_##T; SET_V128(e);)
#define DO_EXTRACT(n, R, M, e) \
    PAIR(n##_s, 12, R, M V; \
         memcpy(&V, (const uint8_t *)&SLOT(6) + U16(8) * sizeof V, sizeof V); SET_##R(e);)
#define REPLACED(form, L, T, a, e) \
    PAIR(form, 12, V128, const tn_##L A = (tn_##L)(a); \
         const C_##T B = SLOT_##T(8); const uint32_t N = U16(10); SET_V128(e);)
#define DO_REPLACE(n, L, T, e) \
    REPLACED(n##_ss, L, T, SLOT_V128(6), e) REPLACED(n##_as, L, T, vacc, e)
#define DO_TEST(n, L, e) \
    PAIR(n##_s, 8, I32, const tn_##L A = (tn_##L)SLOT_V128(6); SET_I32(e);) \
    PAIR(n##_a, 8, I32, const tn_##L A = (tn_##L)vacc; SET_I32(e);)
#define THREE(form, L, c, e) \
    PAIR(form, 12, V128, const tn_##L A = (tn_##L)SLOT_V128(6); \
         const tn_##L B = (tn_##L)SLOT_V128(8); const tn_##L C = (tn_##L)(c); SET_V128(e);)
#define DO_TERN(n, L, e) \
    THREE(n##_sss, L, SLOT_V128(10), e) THREE(n##_ssa, L, vacc, e)
#define SHUFFLED(form, a, b, e) \
    PAIR(form, 28, V128, const tn_u8x16 A = (tn_u8x16)(a); const tn_u8x16 B = (tn_u8x16)(b); \
         const tn_u8x16 I = (tn_u8x16)v128_at(pc + 12); SET_V128(e);)
#define DO_SHUFFLE(n, e) \
    SHUFFLED(n##_ss, SLOT_V128(6), SLOT_V128(8), e) \
    SHUFFLED(n##_as, vacc, SLOT_V128(8), e) SHUFFLED(n##_sa, SLOT_V128(6), vacc, e)
#define DO_LOAD(n, M, e) \
    READ(n##_s, 12, V128, M, IN_MEM0(AT_S, M), e) \
    READ(n##_a, 12, V128, M, IN_MEM0(AT_A, M), e) \
    READ(n##_xs, 20, V128, M, IN_MEMORY(SLOT(6), M), e) \
    READ(n##_xa, 20, V128, M, IN_MEMORY(acc, M), e)
#define READ_LANE(form, size, L, M, where, v, n, e) \
    PAIR(form, size, V128, where const tn_##L A = (tn_##L)SLOT_V128(v); \
         const uint32_t N = U16(n); M V; tn_mem_read(&V, p, sizeof V); SET_V128(e);)
#define DO_LOAD_LANE(n, L, M, e) \
    READ_LANE(n##_s, 16, L, M, IN_MEM0(AT_S, M), 12, 14, e) \
    READ_LANE(n##_a, 16, L, M, IN_MEM0(AT_A, M), 12, 14, e) \
    READ_LANE(n##_xs, 24, L, M, IN_MEMORY(SLOT(6), M), 10, 20, e) \
    READ_LANE(n##_xa, 24, L, M, IN_MEMORY(acc, M), 10, 20, e)
#define WRITE_LANE(form, size, M, where, n) \
    HANDLER(form) { where \
        tn_mem_write(p, (const uint8_t *)&SLOT(4) + U16(n) * sizeof(M), sizeof(M)); NEXT(size); }
#define DO_STORE_LANE(n, M) \
    WRITE_LANE(n##_s, 16, M, IN_MEM0(AT_S, M), 12) \
    WRITE_LANE(n##_a, 16, M, IN_MEM0(AT_A, M), 12) \
    WRITE_LANE(n##_xs, 20, M, IN_MEMORY(SLOT(6), M), 10) \
    WRITE_LANE(n##_xa, 20, M, IN_MEMORY(acc, M), 10)
#define STORED(form, size, M, where) \
    WRITE(form##_s, size, M, where, SLOT_V128(4)) \
    WRITE(form##_q, size, M, where, vacc)
#define DO_STORE(n, M) \
    STORED(n##_s, 12, M, IN_MEM0(AT_S, M)) \
    STORED(n##_a, 12, M, IN_MEM0(AT_A, M)) \
    STORED(n##_k, 12, M, IN_MEM0(AT_K, M)) \
    STORED(n##_ss, 16, M, IN_MEM0(AT_SS, M)) \
    STORED(n##_sa, 12, M, IN_MEM0(AT_SA, M)) \
    STORED(n##_si, 16, M, IN_MEM0(AT_SI, M)) \
    STORED(n##_ai, 16, M, IN_MEM0(AT_AI, M)) \
    STORED(n##_xs, 20, M, IN_MEMORY(SLOT(6), M)) \
    STORED(n##_xa, 20, M, IN_MEMORY(acc, M))
#define VROW(kind, n, ...) DO_##kind(n, __VA_ARGS__)
#define ALIAS(op, row)
#define SWAPPED(op, row)
#define CANON(n, T, e) UN(n, T, T, , e)
#define VCANON(n, L, e) DO_UN(n, L, e)

#include "ir/op_v128.def"

HANDLER(mov_w) { put_v128(&SLOT(4), (tn_f64x2)SLOT_V128(6)); NEXT(8); }
HANDLER(mov_q) { PUT_V128(4); NEXT(8); }
PAIR(v128_const, 24, V128, SET_V128(v128_at(pc + 8));)

PAIR(global_getq, 12, V128, SET_V128(v128_at(&OWN));)
PAIR(far_getq, 12, V128, SET_V128(v128_at(&FAR));)
HANDLER(global_set_w) { put_v128(&OWN, (tn_f64x2)SLOT_V128(4)); NEXT(12); }
HANDLER(global_set_q) { put_v128(&OWN, vacc); NEXT(12); }
HANDLER(far_set_w) { put_v128(&FAR, (tn_f64x2)SLOT_V128(4)); NEXT(12); }
HANDLER(far_set_q) { put_v128(&FAR, vacc); NEXT(12); }

#define CHOSEN(c) SET_V128(v128_at((c) != 0 ? &SLOT(6) : &SLOT(8)))
PAIR(selectq_s, 12, V128, CHOSEN((uint32_t)SLOT(10));)
PAIR(selectq_a, 12, V128, CHOSEN((uint32_t)acc);)

HANDLER(ret_q) RETURN(put_v128(frame, vacc);)
HANDLER(ret_w) RETURN(const tn_v128 v = SLOT_V128(6); put_v128(frame, (tn_f64x2)v);)

#undef VECTORS
#undef DO_COM
#undef DO_BIN
#undef DO_UN
#undef COUNTED
#undef DO_SHIFT
#undef DO_SPLAT
#undef DO_EXTRACT
#undef REPLACED
#undef DO_REPLACE
#undef DO_TEST
#undef THREE
#undef DO_TERN
#undef SHUFFLED
#undef DO_SHUFFLE
#undef DO_LOAD
#undef READ_LANE
#undef DO_LOAD_LANE
#undef WRITE_LANE
#undef DO_STORE_LANE
#undef STORED
#undef DO_STORE
#undef VROW
#undef ALIAS
#undef SWAPPED
#undef CANON
#undef VCANON
#undef CHOSEN
    /* clang-format on */
