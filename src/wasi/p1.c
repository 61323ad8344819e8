/* p1.c - WASI preview 1: the table of its calls, the one host function that
 * runs them all, and what several of them need. */
#include "wasi/p1.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"
#include "rt/instance.h"
#include "rt/store.h"

struct p1_row {
    const char *name, *type;
    tn_wasi_p1_fn *run;
};

static const struct p1_row p1_rows[] = {
#define P1(name, type, passes) {#name, type, tn_wasi_p1_##name},
#include "mod/wasi_p1.def"
#undef P1
};

enum {
    P1_COUNT = sizeof p1_rows / sizeof *p1_rows
};

struct tn_wasi_p1_bound {
    const struct p1_row *row;
    tn_wasi *wasi;
};

struct tn_wasi_p1_bound *tn_wasi_p1_bind(tn_wasi *wasi)
{
    struct tn_wasi_p1_bound *bound =
        TN_ALLOC_ARRAY(wasi->alloc, struct tn_wasi_p1_bound, P1_COUNT);
    for (size_t i = 0; bound != NULL && i < P1_COUNT; i++)
        bound[i] = (struct tn_wasi_p1_bound){&p1_rows[i], wasi};
    return bound;
}

void tn_wasi_p1_unbind(tn_wasi *wasi)
{
    tn_alloc_free(wasi->alloc, wasi->p1, P1_COUNT * sizeof *wasi->p1);
}

/* ------------------------------------------------------------ one call */

/* "fd_write(1, 1024, 1, 1036)": i64 are told as signed, as offsets are. */
static size_t tell_call(const struct p1_row *row, const uint64_t *args,
                        char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "%s(", row->name);
    const char *end = strchr(row->type, ')');
    const char *at = strchr(row->type, 'i');
    for (size_t i = 0; at != NULL && at < end; i++, at = strchr(at + 1, 'i')) {
        const char *comma = i > 0 ? ", " : "";
        bool is_32 = at[1] == '3';
        int n = is_32 ? snprintf(text + used, size - used, "%s%" PRIu32, comma,
                                 (uint32_t)args[i])
                      : snprintf(text + used, size - used, "%s%" PRId64, comma,
                                 (int64_t)args[i]);
        used += (size_t)n;
    }
    return used + (size_t)snprintf(text + used, size - used, ")");
}

/* Nine arguments of twenty digits fit. */
enum {
    P1_TRACE_MAX = 320
};

static void tell_result(const struct tn_wasi_p1 *p1, enum tn_wasi_errno answer,
                        char *text, size_t used)
{
    const char *words = p1->status != TN_OK ? tn_status_text(p1->status)
                                            : tn_wasi_errno_name(answer);
    snprintf(text + used, P1_TRACE_MAX - used, " -> %s", words);
    p1->wasi->trace(p1->wasi->trace_ctx, text);
}

static tn_status run_p1(tn_call *call, uint64_t *slots, void *env,
                        tn_error *err)
{
    (void)err;
    const struct tn_wasi_p1_bound *bound = env;
    struct tn_wasi_p1 p1 = {call, bound->wasi, TN_OK};
    char text[P1_TRACE_MAX];
    size_t used = 0;
    bool is_traced = p1.wasi->trace != NULL;
    if (is_traced)
        used = tell_call(bound->row, slots, text, sizeof text);
    tn_wasi_fds_enter(p1.wasi->files);
    enum tn_wasi_errno answer = bound->row->run(&p1, slots);
    tn_wasi_fds_leave(p1.wasi->files);
    if (is_traced)
        tell_result(&p1, answer, text, used);
    if (p1.status == TN_OK)
        slots[0] = answer;
    return p1.status;
}

tn_status tn_imports_wasi(tn_imports *imports, tn_wasi *wasi, tn_error *err)
{
    for (size_t i = 0; i < P1_COUNT; i++)
        TN_TRY(tn_imports_func(imports, "wasi_snapshot_preview1",
                               p1_rows[i].name, p1_rows[i].type, run_p1,
                               &wasi->p1[i], err));
    return TN_OK;
}

/* ---------------------------------------------------- the guest's memory */

/* The memory that the calling instance exports as "memory", wherever it is:
 * what was merged has several. What exports none (a library, which has its
 * program's) means its first. */
static uint32_t memory_of_caller(const tn_call *call)
{
    const struct tn_mod *mod = call->caller->instance->module->mod;
    if (mod->memory_count < 2)
        return 0;
    uint32_t i = tn_mod_find_export(mod, tn_str_of("memory"));
    if (i == TN_NONE || mod->exports[i].kind != TN_EXTERN_MEMORY)
        return 0;
    return mod->exports[i].index;
}

void *tn_wasi_p1_span(struct tn_wasi_p1 *p1, uint64_t at, uint64_t size)
{
    struct tn_context *context = p1->call->caller;
    uint32_t memory = context != NULL ? memory_of_caller(p1->call) : 0;
    if (memory == 0)
        return tn_call_span(p1->call, at, size);
    if (!tn_rt_has_range(context, memory, at, size))
        return NULL;
    uint8_t *base = context->memories[memory].base;
    /* Nothing of an empty memory is somewhere. */
    return base != NULL ? (void *)(base + at) : p1;
}

bool tn_wasi_p1_put_u32(struct tn_wasi_p1 *p1, uint64_t at, uint32_t value)
{
    uint8_t *out = tn_wasi_p1_span(p1, at, 4);
    if (out != NULL)
        tn_wasi_set_u32(out, value);
    return out != NULL;
}

bool tn_wasi_p1_put_u64(struct tn_wasi_p1 *p1, uint64_t at, uint64_t value)
{
    uint8_t *out = tn_wasi_p1_span(p1, at, 8);
    if (out != NULL)
        tn_wasi_set_u64(out, value);
    return out != NULL;
}

bool tn_wasi_p1_str(struct tn_wasi_p1 *p1, uint64_t at, uint64_t size,
                    struct tn_str *out)
{
    *out = (struct tn_str){tn_wasi_p1_span(p1, at, size), (size_t)size};
    return out->at != NULL;
}

/* ------------------------------------------------------ what several need */

enum tn_wasi_errno tn_wasi_p1_file(struct tn_wasi_p1 *p1, uint64_t fd,
                                   uint64_t rights, struct tn_wasi_file **out)
{
    *out = tn_wasi_fds_get(p1->wasi->files, (uint32_t)fd);
    if (*out == NULL)
        return TN_WASI_BADF;
    if (((*out)->rights & rights) == rights)
        return TN_WASI_SUCCESS;
    return (*out)->type == TN_OS_DIRECTORY ? TN_WASI_BADF : TN_WASI_NOTCAPABLE;
}

enum tn_wasi_errno tn_wasi_p1_dir(struct tn_wasi_p1 *p1, uint64_t fd,
                                  uint64_t rights, struct tn_wasi_file **out)
{
    *out = tn_wasi_fds_get(p1->wasi->files, (uint32_t)fd);
    if (*out == NULL)
        return TN_WASI_BADF;
    if ((*out)->type != TN_OS_DIRECTORY)
        return TN_WASI_NOTDIR;
    if (((*out)->rights & rights) != rights)
        return TN_WASI_NOTCAPABLE;
    return TN_WASI_SUCCESS;
}

enum tn_wasi_errno tn_wasi_p1_put_stat(struct tn_wasi_p1 *p1, uint64_t at,
                                       const struct tn_os_stat *stat)
{
    uint8_t *out = tn_wasi_p1_span(p1, at, 64);
    if (out == NULL)
        return TN_WASI_FAULT;
    tn_wasi_set_u64(out, stat->device);
    tn_wasi_set_u64(out + 8, stat->inode);
    tn_wasi_set_u64(out + 16, stat->type);
    tn_wasi_set_u64(out + 24, stat->links);
    tn_wasi_set_u64(out + 32, stat->size);
    tn_wasi_set_u64(out + 40, stat->accessed);
    tn_wasi_set_u64(out + 48, stat->modified);
    tn_wasi_set_u64(out + 56, stat->changed);
    return TN_WASI_SUCCESS;
}

static struct tn_os_time read_time(uint64_t ns, unsigned flags)
{
    static const enum tn_os_time_how hows[] = {
        TN_OS_TIME_KEEP, TN_OS_TIME_GIVEN, TN_OS_TIME_NOW};
    return (struct tn_os_time){hows[flags], ns};
}

enum tn_wasi_errno tn_wasi_p1_times(const uint64_t *args,
                                    struct tn_wasi_p1_times *out)
{
    uint64_t flags = args[2];
    if (flags > 15 || (flags & 3) == 3 || (flags & 12) == 12)
        return TN_WASI_INVAL;
    out->accessed = read_time(args[0], flags & 3);
    out->modified = read_time(args[1], (unsigned)flags >> 2);
    return TN_WASI_SUCCESS;
}

enum tn_wasi_errno tn_wasi_p1_interrupt(struct tn_wasi_p1 *p1)
{
    p1->status = tn_call_trap(p1->call, TN_TRAP_INTERRUPT);
    return TN_WASI_INTR;
}
