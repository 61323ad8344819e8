/* service.c - which modules serve: taken down, started, poisoned, healed.
 *
 * Down for good are a module that could not be linked or started, and all
 * that import from it: each is reported with its cause. Poisoned is one that
 * a trap passed through, or that broke the convention of bytes: calls; it is
 * made anew before the next outermost call, a few times. Otherwise one leaf's
 * trap would take down its users one by one, as they call it and trap. */
#include "prog/program.h"
#include "rt/link.h"

/* --- going down ------------------------------------------------------------ */

static void mark_down(struct tn_prog_module *m,
                      const struct tn_prog_fault *cause)
{
    m->cause = *cause;
    m->state = TN_PROG_DOWN;
    tn_prog_close_routes(m);
    if (m->instance != NULL && m->instance->state == TN_INSTANCE_LIVE)
        tn_rt_instance_set_state(m->instance, TN_INSTANCE_POISONED,
                                 "out of service");
}

static void report_down(struct tn_prog_module *m,
                        const struct tn_prog_fault *cause)
{
    struct tn_prog_fault copy = *cause; /* may be m->cause */
    mark_down(m, &copy);
    m->is_reported = true;
    tn_prog_report(m->program, copy.kind, "module %.*s is out of service: %s",
                   TN_STR(tn_prog_part(m)->name), copy.text);
}

/* The first import that `user` has from `provider`, or TN_NONE. */
static uint32_t import_from(const struct tn_prog_module *user,
                            const struct tn_prog_module *provider)
{
    const struct tn_prog_part *part = tn_prog_part(user);
    for (uint32_t i = 0; i < part->mod->import_count; i++)
        if (part->needs[i].to == provider->id)
            return i;
    return TN_NONE;
}

void tn_prog_take_down(struct tn_prog_module *m,
                       const struct tn_prog_fault *cause)
{
    struct tn_program *p = m->program;
    uint32_t *queue = p->queue, begin = 0, end = 0;
    if (m->is_reported)
        return;
    report_down(m, cause);
    for (queue[end++] = m->id; begin < end; begin++) {
        const struct tn_prog_module *provider = &p->modules[queue[begin]];
        for (uint32_t i = 0; i < p->set.count; i++) {
            struct tn_prog_module *user = &p->modules[i];
            uint32_t via = import_from(user, provider);
            if (user->is_reported || via == TN_NONE)
                continue;
            struct tn_prog_fault why;
            tn_prog_fault_set(
                &why, "link.cause",
                "%.*s imports \"%.*s\" from %.*s, which is out of service",
                TN_STR(tn_prog_part(user)->name),
                TN_STR(tn_prog_part(user)->mod->imports[via].name),
                TN_STR(tn_prog_part(provider)->name));
            report_down(user, &why);
            queue[end++] = i;
        }
    }
}

void tn_prog_poison(struct tn_prog_module *m, const struct tn_prog_fault *cause)
{
    if (m->state == TN_PROG_DOWN)
        return;
    struct tn_prog_fault copy = *cause;
    mark_down(m, &copy);
    tn_prog_trace(m->program, "poison %.*s", TN_STR(tn_prog_part(m)->name));
}

void tn_prog_see_poisoned(struct tn_program *p)
{
    for (uint32_t i = 0; i < p->set.count; i++) {
        struct tn_prog_module *m = &p->modules[i];
        if (m->instance != NULL && m->instance->state == TN_INSTANCE_POISONED)
            tn_prog_poison(m, &p->fault);
    }
}

/* --- starting ---------------------------------------------------------------- */

/* What ended it, as far as it is known. */
static const char *words_of(const struct tn_program *p, const tn_error *why)
{
    return p->fault.kind[0] != '\0' ? p->fault.text : why->text;
}

/* Those that it called go down with it, if it trapped in them. */
static void start_failed(struct tn_prog_module *m, const tn_error *why)
{
    struct tn_program *p = m->program;
    struct tn_prog_fault cause;
    if (why->status == TN_E_EXIT)
        tn_prog_fault_set(&cause, "start",
                          "%.*s: proc_exit(%u) while it was started",
                          TN_STR(tn_prog_part(m)->name), p->store->exit_code);
    else if (m->is_linked && p->space == NULL) /* nothing of it has run */
        tn_prog_fault_set(
            &cause, why->status == TN_E_TYPE ? "link.type" : "link.missing",
            "%s", words_of(p, why));
    else
        tn_prog_fault_set(&cause, "start", "%.*s: %s while it was started",
                          TN_STR(tn_prog_part(m)->name), words_of(p, why));
    tn_prog_take_down(m, &cause);
    for (uint32_t i = 0; i < p->set.count; i++)
        if (p->modules[i].state == TN_PROG_DOWN && !p->modules[i].is_healing)
            tn_prog_take_down(&p->modules[i], &p->modules[i].cause);
}

static void begin_step(struct tn_program *p)
{
    p->fault = (struct tn_prog_fault){.kind = ""};
    p->chain = (struct tn_prog_chain){0};
}

static tn_status item_for(const struct tn_prog_module *m, uint32_t i,
                          tn_extern *out, tn_error *err)
{
    const struct tn_import *im = &m->module->mod->imports[i];
    const struct tn_prog_need *need = &tn_prog_part(m)->needs[i];
    *out = (tn_extern){.kind = im->kind};
    if (need->by == TN_PROG_BY_HOST && im->kind == TN_EXTERN_MEMORY)
        return tn_prog_thread_memory(m, i, &out->of.memory, err);
    if (need->by == TN_PROG_BY_HOST) {
        out->of.func = tn_prog_wasi_func(m, im->module, im->name);
    } else if (im->kind == TN_EXTERN_FUNC) {
        out->of.func = m->routes[i].host;
    } else {
        const struct tn_prog_module *to = &m->program->modules[need->to];
        *out = tn_rt_item(to->instance, im->kind,
                          to->module->mod->exports[need->export_index].index);
    }
    return TN_OK;
}

static tn_status make_instance(struct tn_prog_module *m, tn_error *err)
{
    if (m->is_linked)
        return m->id == m->program->root ? tn_prog_make_space(m->program, err)
                                         : TN_OK;
    const tn_allocator *alloc = m->program->set.arena.alloc;
    uint32_t count = m->module->mod->import_count;
    tn_extern *items = TN_ALLOC_ARRAY(alloc, tn_extern, count);
    if (items == NULL)
        return tn_no_memory(err);
    tn_status status = TN_OK;
    for (uint32_t i = 0; i < count && status == TN_OK; i++)
        status = item_for(m, i, &items[i], err);
    if (status == TN_OK)
        status = tn_rt_instantiate(m->program->store, m->module, items,
                                   &m->instance, err);
    tn_alloc_free(alloc, items, count * sizeof *items);
    if (status == TN_OK)
        tn_prog_open_own_routes(m);
    else
        tn_prog_see_poisoned(m->program);
    return status;
}

/* _initialize, if it has one. */
static tn_status initialize_module(struct tn_prog_module *m, tn_error *err)
{
    struct tn_str name = tn_str_of("_initialize");
    if (m->is_linked)
        return m->id == m->program->root ? tn_prog_init_space(m->program, err)
                                         : TN_OK;
    m->state = TN_PROG_STARTING;
    tn_prog_open_routes(m);
    if (tn_prog_find_export(tn_prog_part(m), name) != NULL) {
        if (!tn_prog_exports_i32(tn_prog_part(m), "_initialize", 0, 0))
            return tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                           "_initialize is not a function () -> ()");
        tn_prog_trace(m->program, "initialize %.*s",
                      TN_STR(tn_prog_part(m)->name));
        TN_TRY(tn_prog_enter(m, tn_prog_export_func(m, name), name, NULL, err));
    }
    m->state = TN_PROG_LIVE;
    return TN_OK;
}

static tn_status check_strict(const struct tn_program *p, tn_error *err)
{
    for (uint32_t i = 0; i < p->set.count; i++)
        if (p->config.strict && p->modules[i].state == TN_PROG_DOWN)
            return tn_fail(err, TN_E_DOWN, TN_NO_OFFSET,
                           "module %.*s is out of service, and all must be in "
                           "service (strict)",
                           TN_STR(p->set.parts[i].name));
    return TN_OK;
}

typedef tn_status start_step(struct tn_prog_module *m, tn_error *err);

/* One step for each module that is to start, in order. A lack of memory of
 * ours is no fault of the module's: it ends everything. */
static tn_status each_in_order(struct tn_program *p, start_step *step,
                               bool only_healing, tn_error *err)
{
    for (uint32_t i = 0; i < p->set.count; i++) {
        struct tn_prog_module *m = &p->modules[p->set.order[i]];
        tn_error why = {0};
        if (m->state == TN_PROG_DOWN || (only_healing && !m->is_healing))
            continue;
        begin_step(p);
        tn_status status = step(m, &why);
        if (status == TN_E_NOMEM)
            return tn_no_memory(err);
        if (status != TN_OK)
            start_failed(m, &why);
        if (!only_healing)
            TN_TRY(check_strict(p, err));
    }
    return TN_OK;
}

tn_status tn_prog_start(struct tn_program *p, tn_error *err)
{
    TN_TRY(check_strict(p, err));
    TN_TRY(each_in_order(p, make_instance, false, err));
    TN_TRY(each_in_order(p, initialize_module, false, err));
    if (p->modules[0].state == TN_PROG_DOWN)
        return tn_fail(err, TN_E_DOWN, TN_NO_OFFSET,
                       "the primary module %.*s is out of service",
                       TN_STR(p->set.parts[0].name));
    return TN_OK;
}

/* --- healing ------------------------------------------------------------------ */

static bool may_heal(const struct tn_prog_module *m)
{
    return m->state == TN_PROG_DOWN && !m->is_reported &&
           m->heal_count < m->program->config.max_heal;
}

/* The space is made anew as a whole, or not at all. */
static bool choose_whole_space(const struct tn_program *p)
{
    bool any = false;
    for (uint32_t i = 0; i < p->set.count; i++)
        any |= p->modules[i].is_linked && p->modules[i].is_healing;
    for (uint32_t i = 0; any && i < p->set.count; i++)
        if (p->modules[i].is_linked)
            p->modules[i].is_healing = p->modules[i].instance != NULL;
    return any;
}

/* Who shares a memory, table or global with a module that is made anew is
 * made anew with it, or it would hold the old one. */
static bool choose_healing(struct tn_program *p)
{
    bool any = false;
    for (uint32_t i = 0; i < p->set.count; i++) {
        p->modules[i].is_healing = may_heal(&p->modules[i]);
        any |= p->modules[i].is_healing;
    }
    if (p->root != TN_NONE)
        any |= choose_whole_space(p);
    for (uint32_t i = 0; any && i < p->set.count; i++) {
        struct tn_prog_module *m = &p->modules[i];
        for (uint32_t k = 0; k < p->set.count && !m->is_healing; k++)
            m->is_healing = m->state == TN_PROG_LIVE &&
                            tn_prog_reaches(&p->set, i, k) &&
                            may_heal(&p->modules[k]);
    }
    return any;
}

static void discard(struct tn_prog_module *m)
{
    struct tn_program *p = m->program;
    tn_prog_close_routes(m);
    if (m->state == TN_PROG_DOWN) {
        m->heal_count++;
        tn_prog_report(p, "heal", "module %.*s is made anew (%u of %u): %s",
                       TN_STR(tn_prog_part(m)->name), m->heal_count,
                       p->config.max_heal, m->cause.text);
    }
    if (m->is_linked)
        tn_prog_end_space(p);
    else
        tn_instance_free(m->instance);
    m->instance = NULL;
    m->state = TN_PROG_NEW;
}

tn_status tn_prog_heal(struct tn_program *p, tn_error *err)
{
    if (!choose_healing(p))
        return TN_OK;
    for (uint32_t i = 0; i < p->set.count; i++)
        if (p->modules[i].is_healing)
            discard(&p->modules[i]);
    tn_status status = each_in_order(p, make_instance, true, err);
    if (status == TN_OK)
        status = each_in_order(p, initialize_module, true, err);
    for (uint32_t i = 0; i < p->set.count; i++)
        p->modules[i].is_healing = false;
    return status;
}
