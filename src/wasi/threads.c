/* threads.c - threads of a guest: begun, ended together. */
#include "wasi/threads.h"

#include "base/error.h"
#include "os/clock.h"
#include "rt/engine.h"
#include "rt/imports.h"

/* A thread that has not entered its call yet does not hear an interrupt: who
 * waits for all to end says it again. */
#define AGAIN_NS UINT64_C(5000000)

/* As the proposal has it: ids are 29 bits. */
#define LAST_ID 0x1fffffffu

/* --- Ending -------------------------------------------------------------------- */

/* Under the lock. */
static void interrupt_threads(struct tn_wasi_threads *group)
{
    for (struct tn_wasi_thread *t = group->all; t != NULL; t = t->next)
        if (t->store != NULL)
            tn_store_interrupt(t->store);
}

/* Under the lock. The first outcome counts, and ends the others. */
static void note_outcome(struct tn_wasi_thread *t, tn_status status,
                         const tn_error *why)
{
    struct tn_wasi_threads *group = t->group;
    if (status == TN_OK || group->is_ending)
        return;
    group->is_ending = true;
    group->status = status;
    group->why = *why;
    group->exit_code = tn_store_exit_code(t->store);
    group->trap = tn_store_trap_kind(t->store);
    interrupt_threads(group);
    tn_store_interrupt(group->store);
}

static void *run_thread(void *arg)
{
    struct tn_wasi_thread *t = arg;
    struct tn_wasi_threads *group = t->group;
    uint64_t slots[2] = {t->id, t->arg};
    tn_error why = {0};
    tn_status status = tn_func_call_raw(t->start, slots, &why);
    tn_mutex_lock(&group->lock);
    note_outcome(t, status, &why);
    tn_store *store = t->store;
    t->store = NULL;
    tn_cond_raise(&group->ended);
    tn_mutex_unlock(&group->lock);
    tn_store_free(store);
    return NULL;
}

/* Under the lock: the first thread of the list that has ended, taken out. */
static struct tn_wasi_thread *take_ended(struct tn_wasi_threads *group)
{
    for (struct tn_wasi_thread **link = &group->all; *link != NULL;
         link = &(*link)->next) {
        struct tn_wasi_thread *t = *link;
        if (t->store != NULL)
            continue;
        *link = t->next;
        return t;
    }
    return NULL;
}

/* Joins those that have ended. */
static void reap(struct tn_wasi_threads *group)
{
    const tn_allocator *alloc = group->store->alloc;
    for (;;) {
        tn_mutex_lock(&group->lock);
        struct tn_wasi_thread *t = take_ended(group);
        tn_mutex_unlock(&group->lock);
        if (t == NULL)
            return;
        tn_os_thread_join(&t->os);
        tn_alloc_free(alloc, t, sizeof *t);
    }
}

static bool any_runs(const struct tn_wasi_threads *group)
{
    for (const struct tn_wasi_thread *t = group->all; t != NULL; t = t->next)
        if (t->store != NULL)
            return true;
    return false;
}

static void end_all(struct tn_wasi_threads *group)
{
    tn_mutex_lock(&group->lock);
    group->is_ending = true;
    while (any_runs(group)) {
        uint64_t now = 0;
        interrupt_threads(group);
        (void)tn_os_clock_now(TN_OS_CLOCK_MONOTONIC, &now);
        (void)tn_cond_wait(&group->ended, &group->lock, now + AGAIN_NS);
    }
    tn_mutex_unlock(&group->lock);
    reap(group);
}

/* --- Beginning ------------------------------------------------------------------ */

/* The memories that the caller imports, under the same names. */
static tn_status share_memories(const tn_instance *caller, tn_store *store,
                                tn_imports *imports, tn_error *err)
{
    const struct tn_mod *mod = caller->module->mod;
    for (uint32_t i = 0; i < mod->import_count; i++) {
        const struct tn_import *import = &mod->imports[i];
        tn_extern item = {.kind = TN_EXTERN_MEMORY};
        if (import->kind != TN_EXTERN_MEMORY)
            continue;
        tn_shared_memory *shared =
            tn_memory_shared(caller->all_memories[import->index]);
        if (shared == NULL)
            return tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                           "a thread cannot have a memory that is not shared");
        TN_TRY(tn_memory_of_shared(store, shared, &item.of.memory, err));
        TN_TRY(tn_rt_imports_define(imports, import->module, import->name, item,
                                    err));
    }
    return TN_OK;
}

static tn_status define_imports(struct tn_wasi_threads *group,
                                const tn_instance *caller, tn_store *store,
                                tn_imports *imports, tn_error *err)
{
    if (group->wasi != NULL)
        TN_TRY(tn_imports_wasi(imports, group->wasi, err));
    TN_TRY(tn_imports_wasi_threads(imports, group, err));
    TN_TRY(share_memories(caller, store, imports, err));
    tn_imports_trap_unknown(imports);
    return TN_OK;
}

static tn_status find_start(tn_instance *instance, tn_func **out, tn_error *err)
{
    TN_TRY(tn_instance_func(instance, "wasi_thread_start", out, err));
    return tn_func_is(*out, "(i32, i32) -> ()")
               ? TN_OK
               : tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                         "wasi_thread_start is not (i32, i32) -> ()");
}

static tn_status fill_thread(struct tn_wasi_thread *t,
                             const tn_instance *caller, tn_error *err)
{
    struct tn_wasi_threads *group = t->group;
    const tn_store *first = group->store;
    tn_imports *imports;
    tn_instance *instance = NULL;
    TN_TRY(tn_store_new(first->engine, &first->config, &t->store, err));
    TN_TRY(tn_imports_new(t->store, &imports, err));
    tn_status status = define_imports(group, caller, t->store, imports, err);
    if (status == TN_OK)
        status =
            tn_instance_new(t->store, group->module, imports, &instance, err);
    tn_imports_free(imports);
    return status == TN_OK ? find_start(instance, &t->start, err) : status;
}

/* Its id, or 0. Under the lock, so that it is in the list before it can end;
 * behind it, `t` may be gone. */
static uint32_t launch(struct tn_wasi_threads *group, struct tn_wasi_thread *t)
{
    uint32_t id = 0;
    tn_mutex_lock(&group->lock);
    t->id = group->last_id + 1;
    if (!group->is_ending && t->id <= LAST_ID &&
        tn_os_thread_start(&t->os, run_thread, t)) {
        id = group->last_id = t->id;
        t->next = group->all;
        group->all = t;
    }
    tn_mutex_unlock(&group->lock);
    return id;
}

/* (start argument) -> thread's id, or negative. */
static tn_status spawn(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    struct tn_wasi_threads *group = env;
    const tn_instance *caller = tn_call_instance(call);
    const tn_allocator *alloc = group->store->alloc;
    tn_error why = {0};
    (void)err;
    reap(group);
    struct tn_wasi_thread *t = TN_ALLOC(alloc, struct tn_wasi_thread);
    uint32_t arg = (uint32_t)slots[0];
    slots[0] = UINT32_MAX;
    if (t == NULL || caller == NULL)
        return TN_OK;
    t->group = group;
    t->arg = arg;
    uint32_t id = fill_thread(t, caller, &why) == TN_OK ? launch(group, t) : 0;
    if (id != 0) {
        slots[0] = id;
        return TN_OK;
    }
    tn_rt_log(group->store->engine, TN_LOG_ERROR, "wasi",
              "no thread could be made: %s", why.text);
    tn_store_free(t->store);
    tn_alloc_free(alloc, t, sizeof *t);
    return TN_OK;
}

/* --- Public ---------------------------------------------------------------------- */

tn_status tn_wasi_threads_new(tn_store *store, tn_module *module, tn_wasi *wasi,
                              tn_wasi_threads **out, tn_error *err)
{
    *out = NULL;
    struct tn_wasi_threads *group =
        TN_ALLOC(store->alloc, struct tn_wasi_threads);
    if (group == NULL)
        return tn_no_memory(err);
    group->store = store;
    group->module = tn_module_retain(module);
    group->wasi = wasi;
    tn_mutex_init(&group->lock);
    tn_cond_init(&group->ended);
    *out = group;
    return TN_OK;
}

void tn_wasi_threads_free(tn_wasi_threads *group)
{
    if (group == NULL)
        return;
    const tn_allocator *alloc = group->store->alloc;
    end_all(group);
    tn_module_free(group->module);
    tn_cond_clear(&group->ended);
    tn_mutex_clear(&group->lock);
    tn_alloc_free(alloc, group, sizeof *group);
}

tn_status tn_imports_wasi_threads(tn_imports *imports, tn_wasi_threads *threads,
                                  tn_error *err)
{
    return tn_imports_func(imports, "wasi", "thread-spawn", "(i32) -> i32",
                           spawn, threads, err);
}

tn_status tn_wasi_threads_end(tn_wasi_threads *group, tn_status status,
                              tn_error *err)
{
    end_all(group);
    tn_store *store = group->store;
    bool was_stopped =
        status == TN_E_TRAP && tn_store_trap_kind(store) == TN_TRAP_INTERRUPT;
    if (!was_stopped || group->status == TN_OK)
        return status;
    store->exit_code = group->exit_code;
    if (group->status == TN_E_TRAP)
        tn_rt_trap_begin(store, group->trap);
    if (err != NULL)
        *err = group->why;
    return group->status;
}

#undef AGAIN_NS
#undef LAST_ID
