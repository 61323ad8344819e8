/* loop.c - the interpreter as one function whose handlers are labels.
 *
 * For compilers that do not promise tail calls. With gcc this is as fast as
 * tail.c (clang's code for it is a quarter slower, and takes long to make).
 * The function is long because it is all handlers, one after another. */
#include "interp/interp.h"

#include "base/compiler.h"

#if TN_LABELS

#include "interp/body_types.h"
#include "ir/numeric.h"

/* Labels as values are an extension of both compilers that we build with. */
#pragma GCC diagnostic ignored "-Wpedantic"

typedef double loop_vacc __attribute__((vector_size(16)));

#define HANDLER(form) L_##form:
#define COLD(name)    cold_##name:
#define BASE          ((const char *)&&L_i32_add_ss_a)
#define GO            goto *(void *)(BASE + *(const int32_t *)(const void *)pc)
#define NEXT(size)    \
    do {              \
        pc += (size); \
        GO;           \
    } while (0)
#define JUMP(name) goto cold_##name
#define FAIL(kind)              \
    do {                        \
        acc = (uint64_t)(kind); \
        goto cold_fail;         \
    } while (0)
/* The check of bounds has a cold part of its own. */
#define TRAP(kind)                           \
    do {                                     \
        if ((kind) == TN_TRAP_MEMORY_BOUNDS) \
            goto cold_TN_TRAP_MEMORY_BOUNDS; \
        FAIL(kind);                          \
    } while (0)
#define STOP return NULL
#define IS_FORM(at, form)                    \
    (*(const int32_t *)(const void *)(at) == \
     (int32_t)((const char *)&&L_##form - BASE))
#define XREST_SIZE 8

/* With `pc` null, the target; else runs. */
static const struct tn_ir_target *loop_run(const uint8_t *pc, uint64_t *frame,
                                           struct tn_context *context,
                                           struct tn_func *entered)
{
    static const void *const entries[TN_FORM_COUNT] = {
#define F(form, size, operands) &&L_##form,
#include "ir/form.def"
    };
    static const struct tn_ir_target target = {entries, &&L_i32_add_ss_a};
    if (pc == NULL)
        return &target;
    uint8_t *mem0 = context->mem0;
    uint64_t acc = (uint64_t)(uintptr_t)entered;
    loop_vacc vacc = {0};
    GO;

#include "interp/body.h"

cold_fail:
    tn_rt_trap(context, frame, pc, (tn_trap_kind)acc);
    return NULL;
}

static const struct tn_ir_target *loop_target(void)
{
    return loop_run(NULL, NULL, NULL, NULL);
}

static void loop_enter(const uint8_t *pc, uint64_t *frame,
                       struct tn_context *context, struct tn_func *func)
{
    (void)loop_run(pc, frame, context, func);
}

const struct tn_tier tn_interp_loop = {"loop", loop_target, loop_enter};

#undef HANDLER
#undef COLD
#undef BASE
#undef GO
#undef NEXT
#undef JUMP
#undef FAIL
#undef TRAP
#undef STOP
#undef IS_FORM
#undef XREST_SIZE

#endif
