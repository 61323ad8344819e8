/* start_func.c - what happens when, as if the inputs were made one by one.
 *
 * Of a module, an engine puts all segments in place, then calls the start
 * function; of separate instances it does both for each. The difference shows
 * when a start function runs before another input's segments: it may look at
 * what they fill, write where they write, or do what the host sees before one
 * of them traps. Those inputs' segments are late: they become passive, and one
 * start function puts them in place between the inputs' own.
 *
 * An earlier start function can reach an input only over imports, in either
 * direction and over others, or over what both have of the host. Inputs that
 * are not so connected need not wait, if their segments are sure to fit.
 *
 * Without start functions there is still the host to see, in its own memories
 * and tables, how far it went before a segment did not fit. */
#include "rewrite/steps.h"

struct plan {
    struct tn_rw *rw;
    uint32_t *group; /* of each input: the least that it is connected with */
    bool *has_start; /* of each group: one of it has run */
    bool *is_late;   /* of each group: one of it is late */
    bool any_start, any_late;
    bool any_traps, any_to_host; /* struct effects of the inputs so far */
    uint32_t start_count;
};

static void unite(struct plan *p, uint32_t a, uint32_t b)
{
    uint32_t low = p->group[a] < p->group[b] ? p->group[a] : p->group[b];
    uint32_t high = p->group[a] < p->group[b] ? p->group[b] : p->group[a];
    for (uint32_t i = 0; low != high && i < p->rw->input_count; i++)
        if (p->group[i] == high)
            p->group[i] = low;
}

static void find_groups(struct plan *p)
{
    struct tn_rw *rw = p->rw;
    for (uint32_t i = 0; i < rw->input_count; i++)
        p->group[i] = i;
    for (uint32_t i = 0; i < rw->input_count; i++)
        for (uint32_t k = 0; k < rw->inputs[i].mod->import_count; k++) {
            uint32_t to =
                tn_rw_target(rw, i, rw->inputs[i].mod->imports[k].module);
            if (to != TN_NONE)
                unite(p, i, to);
        }
}

/* Is the offset a number, and does `count` from there fit? */
static bool fits(const struct tn_rw *rw, uint32_t input, struct tn_range offset,
                 uint64_t count, uint64_t size)
{
    uint64_t at;
    return tn_rw_number(rw, input, offset, &at) && at <= size &&
           count <= size - at;
}

static uint64_t memory_bytes(const struct tn_limits *limits)
{
    uint64_t most = UINT64_MAX >> limits->page_log2;
    return limits->min > most ? UINT64_MAX : limits->min << limits->page_log2;
}

/* Of putting an input's segments in place: may it trap, does it change what is
 * the host's? */
struct effects {
    bool traps, to_host;
};

/* What is declared is what there is at least: memories and tables only grow. */
static struct effects effects_of(const struct tn_rw *rw, uint32_t input)
{
    const struct tn_mod *mod = rw->inputs[input].mod;
    const struct tn_rw_map *map = &rw->inputs[input].map;
    struct effects e = {false, false};
    for (uint32_t i = 0; i < mod->elem_count; i++) {
        const struct tn_elem_def *elem = &mod->elems[i];
        if (elem->mode != TN_SEGMENT_ACTIVE)
            continue;
        e.traps |= !fits(rw, input, elem->offset, elem->count,
                         mod->tables[elem->table_index].limits.min);
        e.to_host |=
            map->tables[elem->table_index] < rw->joined.table_import_count;
    }
    for (uint32_t i = 0; i < mod->data_count; i++) {
        const struct tn_data_def *data = &mod->datas[i];
        if (data->mode != TN_SEGMENT_ACTIVE)
            continue;
        e.traps |=
            !fits(rw, input, data->offset, data->bytes.size,
                  memory_bytes(&mod->memories[data->memory_index].limits));
        e.to_host |=
            map->memories[data->memory_index] < rw->joined.memory_import_count;
    }
    return e;
}

static bool mark_late(struct tn_rw_input *input)
{
    const struct tn_mod *mod = input->mod;
    bool any = false;
    for (uint32_t i = 0; i < mod->elem_count; i++)
        if (mod->elems[i].mode == TN_SEGMENT_ACTIVE) {
            tn_rw_set_bit(input->is_late_elem, i);
            any = true;
        }
    for (uint32_t i = 0; i < mod->data_count; i++)
        if (mod->datas[i].mode == TN_SEGMENT_ACTIVE) {
            tn_rw_set_bit(input->is_late_data, i);
            any = true;
        }
    return any;
}

/* Can it be seen that an input's segments do not wait? */
static bool must_wait(const struct plan *p, uint32_t group, struct effects e)
{
    bool is_open = e.traps || e.to_host;
    return p->has_start[group] || p->is_late[group] ||
           ((p->any_start || p->any_late) && is_open) ||
           (e.traps && p->any_to_host) || (e.to_host && p->any_traps);
}

/* Is there an input whose _initialize a host would have called by then? */
static bool has_reactor_before(const struct tn_rw *rw, uint32_t input)
{
    for (uint32_t i = 0; i < rw->input_count && rw->order[i] != input; i++)
        if (tn_rw_find_export(&rw->inputs[rw->order[i]],
                              tn_str_of("_initialize")) != NULL)
            return true;
    return false;
}

/* `is_first`: there are none before it whose instances would be there. */
static void plan_input(struct plan *p, uint32_t i, bool is_first)
{
    struct tn_rw *rw = p->rw;
    struct tn_rw_input *input = &rw->inputs[i];
    bool has_start = input->mod->start != TN_NONE;
    struct effects e = effects_of(rw, i);
    uint32_t group = p->group[i];
    if (!is_first && must_wait(p, group, e) && mark_late(input))
        p->is_late[group] = p->any_late = true;
    p->any_traps |= e.traps;
    p->any_to_host |= e.to_host;
    if (!is_first && !input->is_own && (has_start || e.traps))
        tn_rw_note(rw, TN_NOTE_TRAP, true, i,
                   "if its %s, nothing is left of the inputs before it, whose "
                   "instances would remain",
                   has_start ? "start function traps" : "segments do not fit");
    if (!is_first && has_start && rw->joined.func_import_count > 0)
        tn_rw_note(rw, TN_NOTE_ORDER, true, i,
                   "what its start function calls of the host finds no "
                   "exports yet, of any input");
    if (has_start && has_reactor_before(rw, i))
        tn_rw_note(rw, TN_NOTE_ORDER, true, i,
                   "its start function runs before any _initialize");
    p->start_count += has_start;
    if (has_start)
        p->has_start[group] = p->any_start = true;
}

/* ---------------------------------------------------------- the function */

static void put_init(struct tn_buf *code, uint32_t count, uint32_t op,
                     uint32_t segment, uint32_t to)
{
    tn_buf_byte(code, 0x41);
    tn_buf_sleb(code, 0);
    tn_buf_byte(code, 0x41);
    tn_buf_sleb(code, (int32_t)count);
    tn_buf_byte(code, 0xfc);
    tn_buf_uleb(code, op); /* memory.init, table.init */
    tn_buf_uleb(code, segment);
    tn_buf_uleb(code, to);
    tn_buf_byte(code, 0xfc);
    tn_buf_uleb(code, op + 1); /* data.drop, elem.drop */
    tn_buf_uleb(code, segment);
}

enum {
    MEMORY_INIT = 8,
    TABLE_INIT = 12
};

static tn_status put_input(struct tn_rw *rw, uint32_t index,
                           struct tn_buf *code)
{
    const struct tn_rw_input *input = &rw->inputs[index];
    const struct tn_mod *mod = input->mod;
    for (uint32_t i = 0; i < mod->elem_count; i++)
        if (tn_rw_has_bit(input->is_late_elem, i)) {
            const struct tn_elem_def *elem = &mod->elems[i];
            TN_TRY(tn_rw_put_constant(rw, index, elem->offset, code));
            put_init(code, elem->count, TABLE_INIT, input->map.elems[i],
                     input->map.tables[elem->table_index]);
        }
    for (uint32_t i = 0; i < mod->data_count; i++)
        if (tn_rw_has_bit(input->is_late_data, i)) {
            const struct tn_data_def *data = &mod->datas[i];
            TN_TRY(tn_rw_put_constant(rw, index, data->offset, code));
            put_init(code, data->bytes.size, MEMORY_INIT, input->map.datas[i],
                     input->map.memories[data->memory_index]);
        }
    if (mod->start != TN_NONE)
        tn_rw_put_call(code, input->map.funcs[mod->start]);
    return TN_OK;
}

void tn_rw_put_call(struct tn_buf *code, uint32_t func)
{
    tn_buf_byte(code, 0x10);
    tn_buf_uleb(code, func);
}

static tn_status make_start(struct tn_rw *rw)
{
    struct tn_buf code;
    tn_buf_init(&code, rw->alloc);
    tn_status status = TN_OK;
    for (uint32_t i = 0; i < rw->input_count && status == TN_OK; i++)
        status = put_input(rw, rw->order[i], &code);
    if (status == TN_OK)
        status = tn_rw_add_func(rw, "start", &code, &rw->joined.start);
    tn_buf_clear(&code);
    return status;
}

size_t tn_rw_most_own_funcs(const struct tn_rw *rw)
{
    /* start; _start and _initialize, for all and for each */
    return 3 + 2 * (size_t)rw->input_count;
}

tn_status tn_rw_add_typed_func(struct tn_rw *rw, struct tn_str name,
                               uint32_t type, const struct tn_buf *code,
                               uint32_t *out)
{
    struct tn_rw_own_func own = {.name = name};
    tn_buf_init(&own.code, rw->alloc);
    tn_buf_byte(&own.code, 0); /* no locals */
    tn_buf_put(&own.code, code->at, code->size);
    tn_buf_byte(&own.code, 0x0b);
    if (code->failed || own.code.failed ||
        !TN_VEC_PUSH(&rw->own_funcs, rw->alloc, own)) {
        tn_buf_clear(&own.code);
        return tn_no_memory(rw->err);
    }
    if (rw->own_funcs.count == 1)
        rw->first_own_func = rw->joined.func_count;
    *out = rw->joined.func_count++;
    rw->joined.funcs[*out] = type;
    return TN_OK;
}

tn_status tn_rw_add_func(struct tn_rw *rw, const char *name,
                         const struct tn_buf *code, uint32_t *out)
{
    return tn_rw_add_typed_func(rw, tn_str_of(name), tn_rw_plain_type(rw), code,
                                out);
}

/* The one start function that there is, or one that does all. */
static tn_status choose_start(struct plan *p)
{
    struct tn_rw *rw = p->rw;
    rw->joined.start = TN_NONE;
    if (p->start_count > 1 || p->any_late)
        return make_start(rw);
    for (uint32_t i = 0; i < rw->input_count; i++)
        if (rw->inputs[i].mod->start != TN_NONE)
            rw->joined.start =
                rw->inputs[i].map.funcs[rw->inputs[i].mod->start];
    return TN_OK;
}

tn_status tn_rw_order_start(struct tn_rw *rw)
{
    struct plan p = {
        .rw = rw,
        .group = TN_NEW_ARRAY(&rw->arena, uint32_t, rw->input_count),
        .has_start = TN_NEW_ARRAY(&rw->arena, bool, rw->input_count),
        .is_late = TN_NEW_ARRAY(&rw->arena, bool, rw->input_count)};
    if (p.group == NULL || p.has_start == NULL || p.is_late == NULL)
        return tn_no_memory(rw->err);
    find_groups(&p);
    for (uint32_t i = 0; i < rw->input_count; i++)
        plan_input(&p, rw->order[i], i == 0);
    return choose_start(&p);
}
