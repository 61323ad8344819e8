/* code.c - where register code lives, and who asks for it.
 *
 * Functions are translated one at a time under the code's lock, into one
 * region of address space that is filled from its beginning: distances between
 * functions fit 32 bits, and entries rise, so that the function around a pc is
 * found by halves. */
#include <stdatomic.h>
#include <string.h>

#include "ir/ir_look.h"
#include "ir/translate.h"
#include "os/pages.h"

struct code_place {
    uint32_t offset; /* of the function's first byte in the region */
    uint32_t func_index;
    /* Behind the code: clauses, points, nodes, locals. */
    uint32_t lists; /* offset in the region */
    uint32_t clause_count, point_count, node_count, local_count;
};

struct tn_code {
    const struct tn_mod *mod;
    const struct tn_ir_target *target;
    const tn_allocator *alloc;
    struct tn_flavour flavour;
    struct tn_mutex lock;              /* of everything below but `entries` */
    _Atomic(const uint8_t *) *entries; /* by defined function; null: not yet */
    uint32_t entry_count;
    uint32_t *global_slots;
    uint32_t global_slot_count;
    uint32_t *aliases; /* of imported functions; null: none has one */
    uint8_t *region;
    size_t used, cap; /* bytes */
    bool is_mapped;   /* from the system; else from the allocator */
    struct tn_vec(struct code_place) places;
};

/* Register code takes about 2.3 times the bytes of wasm code; this is room for
 * the worst of what compilers write, and costs nothing until it is used. A
 * small module's is taken from the allocator. */
#define ROOM_FACTOR  ((size_t)24)
#define SMALL_REGION ((size_t)64 << 10)
#define LARGE_REGION ((size_t)1 << 30)

static bool take_region(struct tn_code *code)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < code->entry_count; i++)
        bytes += code->mod->bodies[i].range.size;
    size_t want = bytes > LARGE_REGION / ROOM_FACTOR
                      ? LARGE_REGION
                      : bytes * ROOM_FACTOR + 4096;
    if (want <= SMALL_REGION) {
        code->region = tn_alloc_resize(code->alloc, NULL, 0, want);
        code->cap = want;
        return code->region != NULL;
    }
    size_t page = tn_os_page_size();
    for (; want >= bytes; want /= 2) {
        code->cap = (want + page - 1) / page * page;
        code->region = tn_os_map(code->cap);
        code->is_mapped = code->region != NULL;
        if (code->is_mapped)
            return true;
    }
    return false;
}

/* A cell of a global offset table is mutable only because its value may come
 * late; others that are, like the stack pointer, are everybody's. */
static bool may_be_near(const struct tn_code *code,
                        const struct tn_import *import)
{
    if (!code->flavour.is_linked || import->kind != TN_EXTERN_GLOBAL ||
        tn_mod_is_written(code->mod, import->index))
        return false;
    const struct tn_global_def *global = &code->mod->globals[import->index];
    return (global->type == TN_VT_I32 || global->type == TN_VT_I64) &&
           (!global->is_mutable || tn_str_starts(import->module, "GOT."));
}

static bool number_globals(struct tn_code *code)
{
    const struct tn_mod *mod = code->mod;
    code->global_slots =
        TN_ALLOC_ARRAY(code->alloc, uint32_t, mod->global_count);
    if (code->global_slots == NULL)
        return false;
    uint32_t slot = 0;
    for (uint32_t i = mod->global_import_count; i < mod->global_count; i++) {
        code->global_slots[i] = slot;
        slot += tn_slots_of(mod->globals[i].type);
    }
    for (uint32_t i = 0; i < mod->global_import_count; i++)
        code->global_slots[i] = TN_NONE;
    for (uint32_t i = 0; i < mod->import_count; i++)
        if (may_be_near(code, &mod->imports[i]))
            code->global_slots[mod->imports[i].index] = 0;
    for (uint32_t i = 0; i < mod->export_count; i++)
        if (mod->exports[i].kind == TN_EXTERN_GLOBAL &&
            mod->exports[i].index < mod->global_import_count)
            code->global_slots[mod->exports[i].index] = TN_NONE;
    for (uint32_t i = 0; i < mod->global_import_count; i++)
        if (code->global_slots[i] != TN_NONE)
            code->global_slots[i] = slot++;
    code->global_slot_count = slot;
    return true;
}

const uint32_t *tn_code_global_slots(const struct tn_code *code)
{
    return code->global_slots;
}

uint32_t tn_code_global_slot_count(const struct tn_code *code)
{
    return code->global_slot_count;
}

bool tn_code_set_aliases(struct tn_code *code, const uint32_t *aliases)
{
    uint32_t count = code->mod->func_import_count;
    code->aliases = TN_ALLOC_ARRAY(code->alloc, uint32_t, count);
    if (code->aliases == NULL)
        return false;
    memcpy(code->aliases, aliases, count * sizeof *aliases);
    return true;
}

const uint32_t *tn_code_aliases(const struct tn_code *code)
{
    return code->aliases;
}

struct tn_code *tn_code_new(const struct tn_mod *mod,
                            const struct tn_ir_target *target,
                            struct tn_flavour flavour,
                            const tn_allocator *alloc)
{
    struct tn_code *code = TN_ALLOC(alloc, struct tn_code);
    if (code == NULL)
        return NULL;
    code->mod = mod;
    code->target = target;
    code->alloc = alloc;
    code->flavour = flavour;
    code->entry_count = mod->func_count - mod->func_import_count;
    tn_mutex_init(&code->lock);
    code->entries =
        tn_alloc_new(alloc, code->entry_count, sizeof code->entries[0]);
    if (code->entries == NULL || !number_globals(code)) {
        tn_code_free(code);
        return NULL;
    }
    return code;
}

void tn_code_free(struct tn_code *code)
{
    if (code == NULL)
        return;
    if (code->is_mapped)
        tn_os_release(code->region, code->cap);
    else
        tn_alloc_free(code->alloc, code->region, code->cap);
    TN_VEC_CLEAR(&code->places, code->alloc);
    tn_alloc_free(code->alloc, (void *)code->entries,
                  code->entry_count * sizeof code->entries[0]);
    tn_alloc_free(code->alloc, code->global_slots,
                  code->mod->global_count * sizeof(uint32_t));
    tn_alloc_free(code->alloc, code->aliases,
                  code->mod->func_import_count * sizeof(uint32_t));
    tn_mutex_clear(&code->lock);
    tn_alloc_free(code->alloc, code, sizeof *code);
}

static struct tn_translator translator_of(const struct tn_code *code,
                                          struct tn_arena *scratch)
{
    return (struct tn_translator){.mod = code->mod,
                                  .target = code->target,
                                  .global_slots = code->global_slots,
                                  .aliases = code->aliases,
                                  .alloc = code->alloc,
                                  .scratch = scratch,
                                  .flavour = code->flavour};
}

/* The zeroing instruction comes first and is left out by most functions. */
static uint32_t entry_offset(const struct tn_translator *t)
{
    return t->zero_to > t->zero_from ? 0 : tn_ir_forms[TN_FORM_zero].size;
}

static size_t lists_size(const struct tn_translator *t,
                         const struct tn_live_lists *lists)
{
    return t->clauses.count * sizeof *t->clauses.at +
           lists->point_count * sizeof *lists->points +
           lists->node_count * sizeof *lists->nodes +
           lists->local_count * sizeof *lists->locals;
}

static uint8_t *put_list(uint8_t *at, const void *list, size_t bytes)
{
    if (bytes > 0)
        memcpy(at, list, bytes);
    return at + bytes;
}

static void place_lists(uint8_t *at, const struct tn_translator *t,
                        const struct tn_live_lists *lists)
{
    at = put_list(at, t->clauses.at, t->clauses.count * sizeof *t->clauses.at);
    at =
        put_list(at, lists->points, lists->point_count * sizeof *lists->points);
    at = put_list(at, lists->nodes, lists->node_count * sizeof *lists->nodes);
    (void)put_list(at, lists->locals,
                   lists->local_count * sizeof *lists->locals);
}

static struct tn_unwind unwind_of(const struct tn_code *code,
                                  const struct code_place *place)
{
    return (struct tn_unwind){(const void *)(code->region + place->lists),
                              place->clause_count};
}

static struct tn_live_lists lists_of(const struct tn_code *code,
                                     const struct code_place *place)
{
    struct tn_unwind unwind = unwind_of(code, place);
    const struct tn_live_point *points =
        (const void *)(unwind.clauses + unwind.count);
    const struct tn_live_node *nodes =
        (const void *)(points + place->point_count);
    return (struct tn_live_lists){.points = points,
                                  .nodes = nodes,
                                  .locals =
                                      (const void *)(nodes + place->node_count),
                                  .point_count = place->point_count,
                                  .node_count = place->node_count,
                                  .local_count = place->local_count};
}

/* Copies finished code to the region and publishes it. */
static tn_status place_code(struct tn_code *code, const struct tn_translator *t,
                            tn_error *err)
{
    if (code->region == NULL && !take_region(code))
        return tn_no_memory(err);
    struct tn_live_lists lists = tn_tr_lists(t);
    size_t size = ((size_t)t->size + 15) / 16 * 16;
    size_t all = size + (lists_size(t, &lists) + 15) / 16 * 16;
    if (all > code->cap - code->used)
        return tn_fail(err, TN_E_NOMEM, TN_NO_OFFSET,
                       "no room for the code of function %u", t->func_index);
    struct code_place place = {.offset = (uint32_t)code->used,
                               .func_index = t->func_index,
                               .lists = (uint32_t)(code->used + size),
                               .clause_count = (uint32_t)t->clauses.count,
                               .point_count = lists.point_count,
                               .node_count = lists.node_count,
                               .local_count = lists.local_count};
    if (!TN_VEC_PUSH(&code->places, code->alloc, place))
        return tn_no_memory(err);
    uint8_t *at = code->region + code->used;
    memcpy(at, t->code, t->size);
    place_lists(at + size, t, &lists);
    code->used += all;
    atomic_store_explicit(
        &code->entries[t->func_index - code->mod->func_import_count],
        at + entry_offset(t), memory_order_release);
    return TN_OK;
}

const uint8_t *tn_code_entry(struct tn_code *code, uint32_t func_index,
                             tn_error *err)
{
    _Atomic(const uint8_t *) *entry =
        &code->entries[func_index - code->mod->func_import_count];
    const uint8_t *at = atomic_load_explicit(entry, memory_order_acquire);
    if (at != NULL)
        return at;
    tn_mutex_lock(&code->lock);
    at = atomic_load_explicit(entry, memory_order_acquire);
    if (at == NULL) {
        struct tn_arena scratch;
        tn_arena_init(&scratch, code->alloc);
        struct tn_translator t = translator_of(code, &scratch);
        if (tn_tr_function(&t, func_index, err) == TN_OK &&
            place_code(code, &t, err) == TN_OK)
            at = atomic_load_explicit(entry, memory_order_acquire);
        tn_tr_clear(&t);
        tn_arena_clear(&scratch);
    }
    tn_mutex_unlock(&code->lock);
    return at;
}

static const struct code_place *place_around(const struct tn_code *code,
                                             const uint8_t *pc)
{
    if (code->region == NULL || pc < code->region ||
        pc >= code->region + code->used)
        return NULL;
    size_t offset = (size_t)(pc - code->region);
    size_t low = 0, high = code->places.count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (code->places.at[middle].offset <= offset)
            low = middle;
        else
            high = middle;
    }
    return &code->places.at[low];
}

bool tn_code_place_at(struct tn_code *code, const uint8_t *pc,
                      struct tn_code_place *out)
{
    tn_mutex_lock(&code->lock);
    const struct code_place *place = place_around(code, pc);
    if (place != NULL) {
        out->func_index = place->func_index;
        out->start = code->region + place->offset;
        out->at = (uint32_t)(pc - out->start);
        out->unwind = unwind_of(code, place);
    }
    tn_mutex_unlock(&code->lock);
    return place != NULL;
}

uint32_t tn_code_function_at(struct tn_code *code, const uint8_t *pc)
{
    tn_mutex_lock(&code->lock);
    const struct code_place *place = place_around(code, pc);
    uint32_t func_index = place ? place->func_index : TN_NONE;
    tn_mutex_unlock(&code->lock);
    return func_index;
}

struct tn_live tn_code_live_at(struct tn_code *code, const uint8_t *pc)
{
    struct tn_live live = {.node = TN_NONE};
    tn_mutex_lock(&code->lock);
    const struct code_place *place = place_around(code, pc);
    if (place != NULL) {
        struct tn_live_lists lists = lists_of(code, place);
        live =
            tn_live_at(&lists, (uint32_t)(pc - code->region) - place->offset);
    }
    tn_mutex_unlock(&code->lock);
    return live;
}

/* The last mark at or before a position. */
static uint64_t marked_offset(const struct tn_translator *t, uint32_t at)
{
    uint64_t offset = TN_NO_OFFSET;
    for (size_t i = 0; i < t->marks.count && t->marks.at[i].at <= at; i++)
        offset = t->marks.at[i].offset;
    return offset;
}

uint64_t tn_code_offset_at(struct tn_code *code, uint32_t func_index,
                           const uint8_t *pc)
{
    tn_mutex_lock(&code->lock);
    const struct code_place *place = place_around(code, pc);
    uint32_t at = place ? (uint32_t)(pc - code->region) - place->offset : 0;
    tn_mutex_unlock(&code->lock);
    if (place == NULL)
        return TN_NO_OFFSET;
    struct tn_arena scratch;
    tn_arena_init(&scratch, code->alloc);
    struct tn_translator t = translator_of(code, &scratch);
    t.wants_marks = true;
    uint64_t offset = TN_NO_OFFSET;
    if (tn_tr_function(&t, func_index, NULL) == TN_OK)
        offset = marked_offset(&t, at);
    tn_tr_clear(&t);
    tn_arena_clear(&scratch);
    return offset;
}

static tn_status show_translated(const struct tn_code *code,
                                 const struct tn_translator *t,
                                 struct tn_arena *arena, struct tn_buf *out,
                                 tn_error *err)
{
    const struct tn_mod *mod = code->mod;
    const struct tn_body *body =
        &mod->bodies[t->func_index - mod->func_import_count];
    struct tn_ir_look look = {
        .mod = mod,
        .func_index = t->func_index,
        .code = t->code,
        .size = t->size,
        .entry = entry_offset(t),
        .lists = tn_tr_lists(t),
        .unwind = {t->clauses.at, t->clauses.count},
        .frame_slots = t->stack_base + body->max_slots,
        .param_slots = mod->types[mod->funcs[t->func_index]]->param_slots};
    if (!tn_ir_look_init(&look, code->target, arena))
        return tn_no_memory(err);
    TN_TRY(tn_ir_check(&look, arena, err));
    tn_ir_print(&look, out);
    return out->failed ? tn_no_memory(err) : TN_OK;
}

tn_status tn_code_show(struct tn_code *code, uint32_t func_index,
                       struct tn_buf *out, tn_error *err)
{
    struct tn_arena scratch;
    tn_arena_init(&scratch, code->alloc);
    struct tn_translator t = translator_of(code, &scratch);
    tn_status status = tn_tr_function(&t, func_index, err);
    if (status == TN_OK)
        status = show_translated(code, &t, &scratch, out, err);
    tn_tr_clear(&t);
    tn_arena_clear(&scratch);
    return status;
}
