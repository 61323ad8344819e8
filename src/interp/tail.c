/* tail.c - the interpreter as one function a handler.
 *
 * Each handler ends with a jump to the next one, promised by the compiler, so
 * the six registers of the machine below stay in machine registers and no
 * handler has a frame. preserve_none puts the first four where ordinary C
 * functions preserve them: a handler that calls a helper saves only what it
 * still needs of the accumulators. Empty where the compiler has no such
 * promise; loop.c expands the same rows there. */
#include "interp/interp.h"

#include "base/compiler.h"

#if TN_TAIL_CALLS

#include "interp/body_types.h"
#include "ir/numeric.h"

/* `return f();` of a function without result is an extension. */
#pragma clang diagnostic ignored "-Wpedantic"

typedef double tail_vacc __attribute__((vector_size(16)));

#define REGISTERS                                      \
    const uint8_t *pc, uint64_t *frame, uint8_t *mem0, \
        struct tn_context *context, uint64_t acc, tail_vacc vacc
#define PASS pc, frame, mem0, context, acc, vacc

typedef TN_PRESERVE_NONE void tail_handler(REGISTERS);

#define HANDLER(form) TN_PRESERVE_NONE static void tail_##form(REGISTERS)
#define COLD(name)   \
    TN_PRESERVE_NONE \
    __attribute__((noinline, cold)) static void cold_##name(REGISTERS)

/* Named before they are defined; words count from the first. */
#define DECLARE(name) TN_PRESERVE_NONE static void name(REGISTERS);
DECLARE(tail_i32_add_ss_a)
DECLARE(tail_xrest)
DECLARE(tail_stub_xtail)
DECLARE(tail_stub_exit)
DECLARE(cold_poll)
DECLARE(cold_poll_call)
DECLARE(cold_lazy_call)
DECLARE(cold_lazy_tail)
DECLARE(cold_call_subtype)
DECLARE(cold_tail_subtype)
DECLARE(cold_land)

#define BASE   ((const char *)&tail_i32_add_ss_a)
#define S32_PC (*(const int32_t *)(const void *)pc)

#define GO                                                                  \
    do {                                                                    \
        TN_MUSTTAIL return ((tail_handler *)(const void *)(BASE + S32_PC))( \
            PASS);                                                          \
    } while (0)
#define NEXT(size)    \
    do {              \
        pc += (size); \
        GO;           \
    } while (0)
#define JUMP(name)                            \
    do {                                      \
        TN_MUSTTAIL return cold_##name(PASS); \
    } while (0)
#define FAIL(kind)              \
    do {                        \
        acc = (uint64_t)(kind); \
        JUMP(fail);             \
    } while (0)
#define TRAP(kind) JUMP(kind)
#define STOP                                              \
    do {                                                  \
        (void)pc, (void)frame, (void)mem0, (void)context; \
        (void)acc, (void)vacc;                            \
        return;                                           \
    } while (0)
#define IS_FORM(at, form)                    \
    (*(const int32_t *)(const void *)(at) == \
     (int32_t)((const char *)&tail_##form - BASE))
#define XREST_SIZE 8

COLD(fail)
{
    (void)mem0, (void)vacc;
    tn_rt_trap(context, frame, pc, (tn_trap_kind)acc);
}

/* One cold function for each trap, so that the test for it is a single
 * conditional jump. */
#define TRAP_OF(kind)                         \
    COLD(kind)                                \
    {                                         \
        (void)mem0, (void)acc, (void)vacc;    \
        tn_rt_trap(context, frame, pc, kind); \
    }
TRAP_OF(TN_TRAP_UNREACHABLE)
TRAP_OF(TN_TRAP_DIVIDE_BY_ZERO)
TRAP_OF(TN_TRAP_INTEGER_OVERFLOW)
TRAP_OF(TN_TRAP_INVALID_CONVERSION)
TRAP_OF(TN_TRAP_UNDEFINED_ELEMENT)
TRAP_OF(TN_TRAP_UNALIGNED_ATOMIC)
TRAP_OF(TN_TRAP_NULL_REFERENCE)
TRAP_OF(TN_TRAP_NULL_FUNCTION)
TRAP_OF(TN_TRAP_NULL_STRUCT)
TRAP_OF(TN_TRAP_NULL_ARRAY)
TRAP_OF(TN_TRAP_NULL_I31)
TRAP_OF(TN_TRAP_ARRAY_BOUNDS)
TRAP_OF(TN_TRAP_CAST)

#include "interp/body.h"

static const void *const tail_entries[TN_FORM_COUNT] = {
#define F(form, size, operands) (const void *)&tail_##form,
#include "ir/form.def"
};

static const struct tn_ir_target *tail_target(void)
{
    static const struct tn_ir_target target = {
        tail_entries, (const char *)&tail_i32_add_ss_a};
    return &target;
}

/* Noinline and without locals of its own: preserve_none callees change every
 * register, which a frame with a base pointer would not survive. */
__attribute__((noinline)) static void tail_enter(const uint8_t *pc,
                                                 uint64_t *frame,
                                                 struct tn_context *context,
                                                 struct tn_func *func)
{
    ((tail_handler *)(const void *)(BASE + S32_PC))(
        pc, frame, context->mem0, context, (uint64_t)(uintptr_t)func,
        (tail_vacc){0});
}

const struct tn_tier tn_interp_tail = {"tail", tail_target, tail_enter};

#undef REGISTERS
#undef DECLARE
#undef PASS
#undef HANDLER
#undef COLD
#undef BASE
#undef S32_PC
#undef GO
#undef NEXT
#undef JUMP
#undef FAIL
#undef TRAP
#undef STOP
#undef IS_FORM
#undef XREST_SIZE
#undef TRAP_OF

#endif
