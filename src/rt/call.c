/* call.c - from the host to guests, and from guests to the host. */
#include "rt/func.h"
#include "rt/interrupt.h"
#include "rt/throw.h"

/* --- Who is in the store ------------------------------------------------------ */

static uintptr_t this_thread(void)
{
    return (uintptr_t)pthread_self();
}

tn_status tn_rt_check_owner(const struct tn_store *store, tn_error *err)
{
    uintptr_t owner = atomic_load_explicit(&store->owner, memory_order_relaxed);
    if (owner == 0 || owner == this_thread())
        return TN_OK;
    return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                   "another thread is in the store");
}

static tn_status begin_call(struct tn_store *store, const tn_func *func,
                            struct tn_activation *a, tn_error *err)
{
    uintptr_t nobody = 0;
    *a = (struct tn_activation){NULL, func, TN_OK, 1};
    if (!atomic_compare_exchange_strong(&store->owner, &nobody,
                                        this_thread())) {
        TN_TRY(tn_rt_check_owner(store, err));
        a->outer = store->activation;
        a->depth = a->outer->depth + 1;
    }
    if (a->outer == NULL)
        store->exception = 0;
    store->activation = a;
    return TN_OK;
}

/* An interrupt is for the outermost call and ends with it. Both happen under
 * the lock, so that one that comes later finds nobody. */
static void end_call(struct tn_store *store, struct tn_activation *a)
{
    store->activation = a->outer;
    if (a->outer != NULL)
        return;
    tn_mutex_lock(&store->lock);
    atomic_store_explicit(&store->owner, 0, memory_order_relaxed);
    if (atomic_load_explicit(&store->is_interrupted, memory_order_relaxed))
        tn_rt_clear_interrupt(store);
    tn_mutex_unlock(&store->lock);
}

/* --- Calling guests ------------------------------------------------------------ */

/* Why a call cannot even begin. */
static tn_trap_kind refusal(const struct tn_store *store, const tn_func *func,
                            const uint64_t *frame)
{
    if (func->instance->state == TN_INSTANCE_CLOSED)
        return TN_TRAP_UNLOADED;
    if (store->activation->depth > TN_MAX_ACTIVATIONS ||
        frame + func->header_slot > store->stack_limit)
        return TN_TRAP_STACK;
    return tn_rt_is_interrupted(store) ? TN_TRAP_INTERRUPT : TN_TRAP_NONE;
}

static void run(struct tn_store *store, tn_func *func, uint64_t *frame)
{
    const uint8_t *code =
        atomic_load_explicit(&func->code, memory_order_acquire);
    if ((func->flags & TN_FUNC_HOST) != 0)
        (void)tn_rt_host(func, frame);
    else
        store->engine->tier->enter(code, frame, store->ctx[func->object_id],
                                   func);
}

static tn_status call_at(struct tn_store *store, tn_func *func, uint64_t *slots,
                         tn_error *err)
{
    uint64_t *frame = store->stack_top;
    uint64_t *header = frame + func->header_slot;
    tn_trap_kind trap = refusal(store, func, frame);
    if (trap != TN_TRAP_NONE) {
        tn_rt_trap_begin(store, trap);
        return tn_rt_trap_fail(store, err);
    }
    if (func->param_slots != 0)
        memcpy(frame, slots, func->param_slots * sizeof *slots);
    header[0] = tn_pointer_slot(&store->engine->stubs.exit);
    header[1] = tn_pointer_slot(store->activation);
    header[2] = 0;
    run(store, func, frame);
    switch (store->activation->status) {
    case TN_OK:
        break;
    case TN_E_EXIT:
        return tn_fail(err, TN_E_EXIT, TN_NO_OFFSET, "exit with code %u",
                       (unsigned)store->exit_code);
    case TN_E_EXCEPTION:
        return tn_rt_exception_fail(store, err);
    default:
        return tn_rt_trap_fail(store, err);
    }
    if (func->result_slots != 0)
        memcpy(slots, frame, func->result_slots * sizeof *slots);
    return TN_OK;
}

tn_status tn_rt_call(tn_func *func, uint64_t *slots, tn_error *err)
{
    struct tn_store *store = func->instance->store;
    struct tn_activation activation;
    TN_TRY(begin_call(store, func, &activation, err));
    tn_status status = call_at(store, func, slots, err);
    end_call(store, &activation);
    return status;
}

tn_status tn_func_call_raw(tn_func *func, uint64_t *slots, tn_error *err)
{
    const struct tn_instance *instance = func->instance;
    if (instance->state == TN_INSTANCE_NEW ||
        instance->state == TN_INSTANCE_POISONED)
        return tn_fail(err, TN_E_DOWN, TN_NO_OFFSET,
                       "instance is out of service%s%s",
                       instance->reason[0] ? ": " : "", instance->reason);
    return tn_rt_call(func, slots, err);
}

/* --- Checked calls -------------------------------------------------------------- */

enum {
    CALL_SLOTS = 32
}; /* without asking for memory */

static tn_status write_args(const tn_func *func, const tn_val *args,
                            uint64_t *slots, tn_error *err)
{
    const struct tn_type *type = func->type;
    struct tn_store *store = func->instance->store;
    for (size_t i = 0; i < type->param_count; i++) {
        TN_TRY(tn_rt_val_write(store, type->params[i], &args[i], slots, err));
        slots += tn_slots_of(type->params[i]);
    }
    return TN_OK;
}

static void read_results(const tn_func *func, const uint64_t *slots,
                         tn_val *results)
{
    const struct tn_type *type = func->type;
    for (size_t i = 0; i < type->result_count; i++) {
        tn_rt_val_read(func->instance->store->engine, type->results[i], slots,
                       &results[i]);
        slots += tn_slots_of(type->results[i]);
    }
}

tn_status tn_func_call(tn_func *func, const tn_val *args, size_t arg_count,
                       tn_val *results, size_t result_count, tn_error *err)
{
    const struct tn_type *type = func->type;
    if (arg_count != type->param_count || result_count != type->result_count)
        return tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                       "function has %u parameters and %u results, "
                       "not %zu and %zu",
                       (unsigned)type->param_count,
                       (unsigned)type->result_count, arg_count, result_count);
    const tn_allocator *alloc = func->instance->store->alloc;
    uint64_t few[CALL_SLOTS], *slots = few;
    if (func->header_slot > CALL_SLOTS)
        slots = TN_ALLOC_ARRAY(alloc, uint64_t, func->header_slot);
    if (slots == NULL)
        return tn_no_memory(err);
    tn_status status = write_args(func, args, slots, err);
    if (status == TN_OK)
        status = tn_func_call_raw(func, slots, err);
    if (status == TN_OK)
        read_results(func, slots, results);
    if (slots != few)
        tn_alloc_free(alloc, slots, func->header_slot * sizeof *slots);
    return status;
}

/* --- Calling the host ------------------------------------------------------------ */

/* The call ends early: because the host function failed, or because it closed
 * the instance that called it. A trap of a call that it made itself goes on
 * through the frames below; else a new one begins here. */
static tn_status end_host_call(const struct tn_call *call, tn_status status,
                               const uint64_t *header, const tn_error *err,
                               bool is_passed_on)
{
    struct tn_store *store = call->store;
    struct tn_activation *activation = store->activation;
    activation->status = status == TN_E_EXIT ? TN_E_EXIT : TN_E_TRAP;
    if (status == TN_E_EXIT)
        return status;
    tn_trap_kind kind = call->trap;
    if (status != TN_E_TRAP || (kind == TN_TRAP_NONE && !is_passed_on))
        kind = TN_TRAP_HOST;
    if (kind != TN_TRAP_NONE)
        tn_rt_trap_begin(store, kind);
    if (kind == TN_TRAP_HOST) {
        store->trap.error = *err;
        if (err->status == TN_OK)
            (void)tn_fail(&store->trap.error, status, TN_NO_OFFSET, "%s",
                          tn_status_text(status));
    }
    tn_rt_trap_callers(store, header, call->caller);
    return TN_E_TRAP;
}

tn_status tn_rt_host(tn_func *func, uint64_t *frame)
{
    struct tn_host_func *host = func->host;
    struct tn_store *store = func->instance->store;
    const uint64_t *header = frame + func->header_slot;
    struct tn_call call = {store, tn_slot_pointer(header[2]), TN_TRAP_NONE,
                           false};
    tn_error err;
    err.status = TN_OK;
    uint64_t *top = store->stack_top;
    uint64_t serial = store->trap.serial;
    struct tn_host_frame here = {store->host_frame, func, frame};
    store->stack_top = frame + func->header_slot + 3;
    store->host_frame = &here;
    tn_status status = host->fn(&call, frame, host->env, &err);
    store->host_frame = here.outer;
    store->stack_top = top;
    bool is_caller_open = call.caller == NULL ||
                          call.caller->instance->state != TN_INSTANCE_CLOSED;
    if (!is_caller_open && (status == TN_OK || status == TN_E_EXCEPTION))
        status = tn_call_trap(&call, TN_TRAP_UNLOADED);
    if (status == TN_OK)
        return TN_OK;
    if (status == TN_E_EXCEPTION && store->exception != 0) {
        (void)tn_rt_throw_from_host(store, header, call.caller,
                                    call.has_thrown);
        return status;
    }
    return end_host_call(&call, status, header, &err,
                         store->trap.serial != serial);
}

tn_store *tn_call_store(tn_call *call)
{
    return call->store;
}

tn_instance *tn_call_instance(tn_call *call)
{
    return call->caller != NULL ? call->caller->instance : NULL;
}

tn_status tn_call_exit(tn_call *call, uint32_t code)
{
    call->store->exit_code = code;
    return TN_E_EXIT;
}

tn_status tn_call_trap(tn_call *call, tn_trap_kind kind)
{
    call->trap = kind;
    return TN_E_TRAP;
}

void *tn_call_span(tn_call *call, uint64_t at, uint64_t size)
{
    struct tn_context *context = call->caller;
    if (context == NULL)
        return NULL;
    bool has_memory = context->instance->module->mod->memory_count != 0;
    if (has_memory ? !tn_rt_has_range(context, 0, at, size) : (at | size) != 0)
        return NULL;
    /* Nothing of no memory is somewhere. */
    return context->mem0 != NULL ? (void *)(context->mem0 + at) : call;
}
