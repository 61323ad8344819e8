/* dso_place.c - where objects lie in the memory and the table.
 *
 *   memory   0 | guard | stack | images of the first load | heap ...
 *   table    null | elements of the first load | slots taken one by one ...
 *
 * The stack grows down into the guard, which no object is given. What is
 * opened later gets memory that the linker has grown for it, or, where the
 * guest's allocator takes all that memory grows by, from that allocator. */
#include "link/space.h"

#include "rt/func.h"

#define GUARD_BYTES 1024
#define MOST_BYTES  ((uint64_t)1 << 48)
#define ROOM_BYTES  65536 /* least by which memory grows for images */
#define SLOT_GROWTH 16

static uint64_t align_up(uint64_t at, uint32_t log2)
{
    uint64_t mask = ((uint64_t)1 << log2) - 1;
    return (at + mask) & ~mask;
}

/* --- The first load ----------------------------------------------------------------- */

/* What all objects ask of memory or table together. */
struct asked {
    struct tn_limits limits;
    bool is_memory;
    bool is_there;
    const tn_dso *by; /* who asked first */
};

static tn_status ask_for(struct asked *all, const tn_dso *dso,
                         const struct tn_limits *limits, const char *what,
                         tn_error *err)
{
    if (!all->is_there) {
        *all = (struct asked){*limits, all->is_memory, true, dso};
        return TN_OK;
    }
    struct tn_limits *sum = &all->limits;
    if (sum->is_64 != limits->is_64 || sum->is_shared != limits->is_shared ||
        (all->is_memory && sum->page_log2 != limits->page_log2))
        return tn_fail(err, TN_E_UNLINKABLE, TN_NO_OFFSET,
                       "%s and %s want different kinds of %s (32 or 64 bits, "
                       "shared or not)",
                       all->by->name, dso->name, what);
    if (limits->min > sum->min)
        sum->min = limits->min;
    if (limits->has_max && (!sum->has_max || limits->max < sum->max)) {
        sum->has_max = true;
        sum->max = limits->max;
    }
    return TN_OK;
}

static tn_status ask_both(const tn_dso *dso, struct asked *memory,
                          struct asked *table, tn_error *err)
{
    const struct tn_mod *mod = tn_link_mod(dso);
    const struct tn_dyn_ref *refs = dso->lib->image->refs;
    for (uint32_t i = 0; i < mod->import_count; i++) {
        uint32_t index = mod->imports[i].index;
        if (refs[i].kind == TN_DYN_REF_MEMORY)
            TN_TRY(ask_for(memory, dso, &mod->memories[index].limits, "memory",
                           err));
        else if (refs[i].kind == TN_DYN_REF_TABLE)
            TN_TRY(
                ask_for(table, dso, &mod->tables[index].limits, "table", err));
    }
    return TN_OK;
}

static tn_limits_info limits_info(const struct tn_limits *limits)
{
    return (tn_limits_info){
        limits->min, limits->has_max ? limits->max : UINT64_MAX, limits->is_64,
        limits->is_shared, limits->page_log2};
}

static tn_status too_large(const char *what, tn_error *err)
{
    return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                   "the objects do not fit into the %s that they allow", what);
}

/* After the objects: thread-local data of the first thread. */
static tn_status place_images(tn_space *space,
                              const struct tn_link_group *group, tn_error *err)
{
    uint64_t at = space->images_end;
    for (size_t i = 0; i < group->objects.count; i++) {
        tn_dso *dso = group->objects.at[i];
        const struct tn_dyn_image *image = dso->lib->image;
        if (image->is_pic) {
            at = align_up(at, image->dylink.memory_align_log2);
            dso->memory_base = at;
            dso->has_memory = true;
            at += image->dylink.memory_size;
        }
        if (image->init_tls != TN_NONE && image->tls_size != 0) {
            at = align_up(at, 4);
            at = (at + image->tls_align - 1) / image->tls_align *
                 image->tls_align;
            dso->tls_base = at;
            at += image->tls_size;
        }
        if (at > MOST_BYTES) /* long before it would wrap round */
            return too_large("memory", err);
    }
    space->images_end = align_up(at, 4);
    return TN_OK;
}

static void place_elements(tn_space *space, const struct tn_link_group *group)
{
    uint64_t at = space->elements_end;
    for (size_t i = 0; i < group->objects.count; i++) {
        tn_dso *dso = group->objects.at[i];
        const struct tn_dylink *dylink = &dso->lib->image->dylink;
        if (!dso->lib->image->is_pic)
            continue;
        at = align_up(at, dylink->table_align_log2);
        dso->table_base = at;
        dso->has_table = true;
        at += dylink->table_size;
    }
    space->elements_end = at;
}

/* Its own, which the others import. A first table that holds anything but
 * functions is its own business. */
static bool main_defines(const tn_space *space, tn_externkind kind)
{
    const struct tn_mod *mod = tn_link_mod(space->main);
    if (kind == TN_EXTERN_MEMORY)
        return mod->memory_import_count == 0 && mod->memory_count != 0;
    return mod->table_import_count == 0 && mod->table_count != 0 &&
           mod->tables[0].type == TN_FUNCREF_TYPE;
}

bool tn_link_is_adopting(const tn_space *space)
{
    return !space->main->lib->image->is_pic ||
           main_defines(space, TN_EXTERN_MEMORY) ||
           main_defines(space, TN_EXTERN_TABLE);
}

/* What a module that lies where it was linked to says of its own layout. */
static void read_layout(const tn_space *space, const char *name, uint64_t *out)
{
    struct tn_dyn_def def;
    if (tn_dyn_find_any(space->main->lib->image, name, &def) &&
        def.kind == TN_DYN_DATA)
        *out = def.value;
}

/* What a library may be: its sizes are far below where sums would wrap round,
 * and it can lie anywhere. */
static tn_status check_library(const tn_dso *dso, tn_error *err)
{
    const struct tn_dyn_image *image = dso->lib->image;
    if (image->dylink.memory_size > MOST_BYTES ||
        image->tls_size > (uint64_t)1 << 32 ||
        image->tls_align > (uint64_t)1 << 32)
        return too_large("memory", err);
    if (image->dylink.table_size > UINT32_MAX)
        return too_large("table", err);
    if (!image->is_pic && !dso->is_main)
        return tn_fail(err, TN_E_UNLINKABLE, TN_NO_OFFSET,
                       "%s is not position independent: link it with -shared",
                       dso->name);
    return TN_OK;
}

static tn_status make_memory(tn_space *space, struct asked *asked,
                             tn_error *err)
{
    struct tn_limits *limits = &asked->limits;
    uint64_t pages =
        align_up(space->images_end, limits->page_log2) >> limits->page_log2;
    if (limits->min < pages)
        limits->min = pages;
    uint64_t most =
        limits->is_64 ? MOST_BYTES : (uint64_t)1 << (32 - limits->page_log2);
    if (limits->min > most || (limits->has_max && limits->min > limits->max))
        return too_large("memory", err);
    space->is_64 = limits->is_64;
    space->pages_least = limits->min;
    if (space->heap_end == 0)
        space->heap_end = limits->min << limits->page_log2;
    if (space->config.plan_only || main_defines(space, TN_EXTERN_MEMORY))
        return TN_OK;
    return tn_memory_new(space->store, limits_info(limits), &space->memory,
                         err);
}

static tn_status make_table(tn_space *space, struct asked *asked, tn_error *err)
{
    struct tn_limits *limits = &asked->limits;
    uint64_t size = space->elements_end;
    if (!asked->is_there) /* what comes later has one as its memory is */
        limits->is_64 = space->is_64;
    if (limits->min < size)
        limits->min = size;
    if (limits->has_max && limits->min > limits->max)
        return too_large("table", err);
    if (limits->min > size &&
        !tn_room_extend(&space->table_room, size, limits->min - size))
        return tn_no_memory(err);
    space->elements_end = limits->min;
    if (space->config.plan_only || main_defines(space, TN_EXTERN_TABLE))
        return TN_OK;
    return tn_table_new(space->store, TN_FUNCREF, limits_info(limits),
                        &space->table, err);
}

static tn_status make_stack_pointer(tn_space *space, tn_error *err)
{
    tn_val top = {.kind = space->is_64 ? TN_I64 : TN_I32};
    if (space->is_64)
        top.of.i64 = (int64_t)space->stack_high;
    else
        top.of.i32 = (int32_t)(uint32_t)space->stack_high;
    return tn_global_new(space->store, top, true, &space->stack_pointer, err);
}

/* Does the guest's sbrk take for its own all that memory grows by? So does
 * that of programs which import this. */
static bool has_contiguous_heap(const tn_space *space)
{
    const struct tn_mod *mod = tn_link_mod(space->main);
    for (uint32_t i = 0; i < mod->import_count; i++)
        if (tn_str_is(mod->imports[i].name, "emscripten_resize_heap"))
            return true;
    return false;
}

static uint32_t own_export(const tn_dso *dso, const char *name,
                           tn_externkind kind)
{
    const struct tn_mod *mod = tn_link_mod(dso);
    uint32_t i = tn_mod_find_export(mod, tn_str_of(name));
    return i != TN_NONE && mod->exports[i].kind == kind ? mod->exports[i].index
                                                        : TN_NONE;
}

/* The stack pointer that a main module defines and shows; or TN_NONE. */
static uint32_t stack_pointer_of(const tn_dso *dso)
{
    const struct tn_mod *mod = tn_link_mod(dso);
    uint32_t sp = own_export(dso, "__stack_pointer", TN_EXTERN_GLOBAL);
    return sp != TN_NONE && sp >= mod->global_import_count &&
                   mod->globals[sp].is_mutable
               ? sp
               : TN_NONE;
}

static void begin_stack(tn_space *space, uint64_t low)
{
    space->stack_low = low;
    space->stack_high = align_up(low + space->config.stack_bytes, 4);
    space->images_end = space->stack_high;
}

static tn_status ask_defined(const tn_space *space, struct asked *memory,
                             struct asked *table, tn_error *err)
{
    const struct tn_mod *mod = tn_link_mod(space->main);
    if (main_defines(space, TN_EXTERN_MEMORY))
        TN_TRY(ask_for(memory, space->main, &mod->memories[0].limits, "memory",
                       err));
    if (main_defines(space, TN_EXTERN_TABLE))
        TN_TRY(
            ask_for(table, space->main, &mod->tables[0].limits, "table", err));
    return ask_both(space->main, memory, table, err);
}

/* Of a main module that lies where it was linked to: others come behind what
 * it has at its start; also a stack, if it keeps its own for itself. */
static void lay_fixed_main(tn_space *space, const struct asked *memory,
                           const struct asked *table)
{
    space->images_end = memory->limits.min << memory->limits.page_log2;
    space->elements_end = table->limits.min > 1 ? table->limits.min : 1;
    read_layout(space, "__heap_base", &space->heap_base);
    read_layout(space, "__heap_end", &space->heap_end);
    read_layout(space, "__stack_low", &space->stack_low);
    read_layout(space, "__stack_high", &space->stack_high);
    if (space->heap_base != 0 && space->heap_end == 0)
        space->heap_end = space->images_end;
    space->main_end =
        space->heap_base != 0 ? space->heap_base : space->images_end;
    if (stack_pointer_of(space->main) == TN_NONE)
        begin_stack(space, space->images_end);
}

static tn_status lay_out_first(tn_space *space,
                               const struct tn_link_group *group,
                               struct asked *memory, struct asked *table,
                               tn_error *err)
{
    for (size_t i = 0; i < group->objects.count; i++)
        TN_TRY(check_library(group->objects.at[i], err));
    TN_TRY(ask_defined(space, memory, table, err));
    space->elements_end = 1;
    if (space->main->lib->image->is_pic)
        begin_stack(space, GUARD_BYTES);
    else
        lay_fixed_main(space, memory, table);
    for (size_t i = 0; i < group->objects.count; i++)
        if (group->objects.at[i] != space->main)
            TN_TRY(ask_both(group->objects.at[i], memory, table, err));
    TN_TRY(place_images(space, group, err));
    place_elements(space, group);
    if (space->heap_base == 0)
        space->heap_base = space->images_end;
    return TN_OK;
}

tn_status tn_link_place_first(tn_space *space,
                              const struct tn_link_group *group, tn_error *err)
{
    struct asked memory = {{.page_log2 = 16}, true, false, NULL},
                 table = {{0}, false, false, NULL};
    TN_TRY(lay_out_first(space, group, &memory, &table, err));
    TN_TRY(make_memory(space, &memory, err));
    TN_TRY(make_table(space, &table, err));
    space->is_heap_contiguous = has_contiguous_heap(space);
    if (space->config.plan_only || (!space->main->lib->image->is_pic &&
                                    stack_pointer_of(space->main) != TN_NONE))
        return TN_OK;
    return make_stack_pointer(space, err);
}

static tn_status adopt_memory(tn_space *space, tn_error *err)
{
    space->memory = space->main->instance->all_memories[0];
    space->is_memory_mains = true;
    uint64_t have = space->memory->size >> space->memory->limits.page_log2,
             want = space->pages_least;
    if (want > have && tn_memory_grow(space->memory, want - have) == UINT64_MAX)
        return too_large("memory", err);
    return TN_OK;
}

/* Elements that were promised already get their functions. */
static tn_status adopt_table(tn_space *space, tn_error *err)
{
    space->table = space->main->instance->all_tables[0];
    space->is_table_mains = true;
    uint64_t have = space->table->size, want = space->elements_end;
    if (want > have &&
        tn_rt_table_grow_by(space->table, want - have, 0) == UINT64_MAX)
        return too_large("table", err);
    for (size_t i = 0; i < space->late.count; i++)
        tn_link_put_slot(space, space->late.at[i].slot, space->late.at[i].func);
    TN_VEC_CLEAR(&space->late, space->alloc);
    return TN_OK;
}

tn_status tn_link_adopt(tn_space *space, tn_error *err)
{
    uint32_t sp = stack_pointer_of(space->main);
    if (space->memory == NULL)
        TN_TRY(adopt_memory(space, err));
    if (space->table == NULL)
        TN_TRY(adopt_table(space, err));
    if (space->stack_pointer == NULL && sp != TN_NONE)
        space->stack_pointer = space->main->instance->all_globals[sp];
    return TN_OK;
}

void tn_link_drop_storage(tn_space *space)
{
    if (space->memory != NULL && !space->is_memory_mains)
        tn_rt_memory_free_storage(space->memory);
    if (space->table != NULL && !space->is_table_mains)
        tn_rt_table_free_storage(space->table);
    space->memory = NULL;
    space->table = NULL;
}

/* --- Bytes --------------------------------------------------------------------------- */

/* The guest's own allocator: (size) -> address. */
static tn_func *guest_allocator(const tn_space *space)
{
    return tn_link_global_func(space, "malloc", "(i32) -> i32", "(i64) -> i64");
}

/* Is it the guest's to give, and not given already? Otherwise two objects
 * would lie in one place. */
static bool is_new_span(const tn_space *space, uint64_t at, uint64_t size)
{
    uint64_t end = tn_memory_size(space->memory);
    if (at < space->images_end || at > end || size > end - at)
        return false;
    for (size_t i = 0; i < space->given.count; i++) {
        struct tn_span given = space->given.at[i];
        if (at < given.at + given.size && given.at < at + size)
            return false;
    }
    return true;
}

/* A new part of the memory that is the linker's from now on. */
static bool add_room(tn_space *space, uint64_t at, uint64_t size)
{
    struct tn_span span = {at, size};
    if (!TN_VEC_PUSH(&space->given, space->alloc, span))
        return false;
    if (tn_room_extend(&space->memory_room, at, size))
        return true;
    space->given.count--;
    return false;
}

/* A span of the guest's heap, with room to align: it never comes back to the
 * guest, but serves the linker's next objects. */
static tn_status take_from_guest(tn_space *space, uint64_t size,
                                 uint32_t align_log2, tn_error *err)
{
    tn_func *malloc_func = guest_allocator(space);
    uint64_t whole = size + ((uint64_t)1 << align_log2), slot = whole;
    if (malloc_func == NULL)
        return tn_fail(err, TN_E_UNLINKABLE, TN_NO_OFFSET,
                       "main's heap takes all memory, and nobody exports "
                       "malloc to place an object with");
    if (whole > UINT32_MAX && !space->is_64)
        return too_large("memory", err);
    TN_TRY(tn_func_call_raw(malloc_func, &slot, err));
    if (slot == 0)
        return tn_fail(err, TN_E_NOMEM, TN_NO_OFFSET,
                       "the guest's malloc has no %llu bytes",
                       (unsigned long long)whole);
    if (!is_new_span(space, slot, whole))
        return tn_fail(err, TN_E_UNLINKABLE, TN_NO_OFFSET,
                       "the guest's malloc gave %llu bytes at 0x%llx, which "
                       "are not free",
                       (unsigned long long)whole, (unsigned long long)slot);
    return add_room(space, slot, whole) ? TN_OK : tn_no_memory(err);
}

/* By more than is asked, if the memory allows that. */
static tn_status grow_memory(tn_space *space, uint64_t size,
                             uint32_t align_log2, tn_error *err)
{
    uint32_t page_log2 = space->memory->limits.page_log2;
    uint64_t least = align_up(
        size + (align_log2 > page_log2 ? (uint64_t)1 << align_log2 : 0),
        page_log2);
    uint64_t bytes =
        least < ROOM_BYTES ? align_up(ROOM_BYTES, page_log2) : least;
    uint64_t old = tn_memory_grow(space->memory, bytes >> page_log2);
    if (old == UINT64_MAX && least < bytes) {
        bytes = least;
        old = tn_memory_grow(space->memory, bytes >> page_log2);
    }
    if (old == UINT64_MAX)
        return tn_fail(err, TN_E_NOMEM, TN_NO_OFFSET,
                       "the memory cannot grow by %llu bytes",
                       (unsigned long long)bytes);
    return add_room(space, old << page_log2, bytes) ? TN_OK : tn_no_memory(err);
}

static tn_status make_room(tn_space *space, uint64_t size, uint32_t align_log2,
                           tn_error *err)
{
    return space->is_heap_contiguous
               ? take_from_guest(space, size, align_log2, err)
               : grow_memory(space, size, align_log2, err);
}

void tn_link_give_bytes(tn_space *space, uint64_t at, uint64_t size)
{
    tn_room_give(&space->memory_room, at, size);
}

/* --- Elements ------------------------------------------------------------------------ */

static tn_status grow_table(tn_space *space, uint64_t more, tn_error *err)
{
    uint64_t growth = more < SLOT_GROWTH ? SLOT_GROWTH : more;
    if (growth < space->table->size / 4) /* many single ones */
        growth = space->table->size / 4;
    uint64_t old = tn_rt_table_grow_by(space->table, growth, 0);
    if (old == UINT64_MAX) {
        growth = more;
        old = tn_rt_table_grow_by(space->table, growth, 0);
    }
    if (old == UINT64_MAX)
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "the table cannot grow by %llu elements",
                       (unsigned long long)more);
    return tn_room_extend(&space->table_room, old, growth) ? TN_OK
                                                           : tn_no_memory(err);
}

static tn_status take_elements(tn_space *space, uint64_t count,
                               uint32_t align_log2, uint64_t *at, tn_error *err)
{
    tn_error why = {0};
    if (tn_room_take(&space->table_room, count, align_log2, at))
        return TN_OK;
    tn_status status =
        grow_table(space, count + ((uint64_t)1 << align_log2) - 1, &why);
    if (status != TN_OK)
        tn_link_end_graves(space);
    if (tn_room_take(&space->table_room, count, align_log2, at))
        return TN_OK;
    return status != TN_OK ? tn_fail(err, status, why.offset, "%s", why.text)
                           : tn_no_memory(err);
}

/* Before main has been made, whose table it will be. */
static tn_status promise_slot(tn_space *space, const struct tn_func *func,
                              uint64_t *slot, tn_error *err)
{
    struct tn_link_late late = {space->elements_end, func};
    if (!TN_VEC_PUSH(&space->late, space->alloc, late))
        return tn_no_memory(err);
    *slot = space->elements_end++;
    return TN_OK;
}

void tn_link_put_slot(const tn_space *space, uint64_t slot,
                      const struct tn_func *func)
{
    atomic_store_explicit(&space->table->slots[slot],
                          func != NULL ? (void *)func : (void *)&tn_null_func,
                          memory_order_release);
}

tn_status tn_link_take_slot(tn_space *space, const struct tn_func *func,
                            uint64_t *slot, tn_error *err)
{
    if (space->table == NULL)
        return promise_slot(space, func, slot, err);
    TN_TRY(take_elements(space, 1, 0, slot, err));
    tn_link_put_slot(space, *slot, func);
    return TN_OK;
}

void tn_link_give_slot(tn_space *space, uint64_t slot)
{
    if (space->table == NULL) /* the load fails, and all of it goes */
        return;
    tn_link_put_slot(space, slot, NULL);
    tn_room_give(&space->table_room, slot, 1);
}

/* --- Graves --------------------------------------------------------------------------- */

static void empty_elements(const tn_space *space, uint64_t at, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        tn_link_put_slot(space, at + i, NULL);
}

static uint64_t grave_size(const struct tn_link_grave *grave)
{
    return grave->memory_size + (grave->table_size + grave->slot_count) * 8;
}

/* Its places are free for others. */
static void end_grave(tn_space *space, size_t i)
{
    struct tn_link_grave *grave = &space->graves.at[i];
    tn_link_give_bytes(space, grave->memory_base, grave->memory_size);
    empty_elements(space, grave->table_base, grave->table_size);
    tn_room_give(&space->table_room, grave->table_base, grave->table_size);
    for (size_t k = 0; k < grave->slot_count; k++)
        tn_link_give_slot(space, grave->slots[k].slot);
    tn_alloc_free(space->alloc, grave->slots,
                  grave->slot_cap * sizeof *grave->slots);
    space->grave_bytes -= grave_size(grave);
    memmove(grave, grave + 1, (--space->graves.count - i) * sizeof *grave);
}

/* Before a load fails, places that are only kept from use are used, the oldest
 * first. */
tn_status tn_link_take_bytes(tn_space *space, uint64_t size,
                             uint32_t align_log2, uint64_t *at, tn_error *err)
{
    tn_error why = {0};
    if (size > MOST_BYTES)
        return too_large("memory", err);
    if (tn_room_take(&space->memory_room, size, align_log2, at))
        return TN_OK;
    tn_status status = make_room(space, size, align_log2, &why);
    while (status == TN_E_NOMEM && space->graves.count != 0) {
        end_grave(space, 0);
        if (tn_room_take(&space->memory_room, size, align_log2, at))
            return TN_OK;
    }
    if (status != TN_OK)
        return tn_fail(err, status, why.offset, "%s", why.text);
    return tn_room_take(&space->memory_room, size, align_log2, at)
               ? TN_OK
               : tn_no_memory(err);
}

void tn_link_end_graves(tn_space *space)
{
    while (space->graves.count != 0)
        end_grave(space, 0);
}

/* The same library comes back to where it was: a stale pointer to one of its
 * functions is then a pointer to that function. */
static bool leave_grave(tn_dso *dso)
{
    tn_space *space = dso->space;
    for (size_t i = 0; i < space->graves.count; i++) {
        struct tn_link_grave *grave = &space->graves.at[i];
        if (grave->lib != dso->lib)
            continue;
        dso->memory_base = grave->memory_base;
        dso->table_base = grave->table_base;
        dso->slots.at = grave->slots;
        dso->slots.count = grave->slot_count;
        dso->slots.cap = grave->slot_cap;
        dso->has_memory = dso->has_table = dso->is_risen = true;
        empty_elements(space, grave->table_base, grave->table_size);
        space->grave_bytes -= grave_size(grave);
        memmove(grave, grave + 1, (--space->graves.count - i) * sizeof *grave);
        return true;
    }
    return false;
}

static bool dig_grave(tn_dso *dso)
{
    tn_space *space = dso->space;
    const struct tn_dylink *dylink = &dso->lib->image->dylink;
    struct tn_link_grave grave = {
        dso->lib,         dso->memory_base,   dylink->memory_size,
        dso->table_base,  dylink->table_size, dso->slots.at,
        dso->slots.count, dso->slots.cap};
    if (!TN_VEC_PUSH(&space->graves, space->alloc, grave))
        return false;
    dso->slots.at = NULL;
    dso->slots.count = dso->slots.cap = 0;
    space->grave_bytes += grave_size(&grave);
    while (space->graves.count != 0 &&
           space->grave_bytes > space->config.quarantine_bytes)
        end_grave(space, 0);
    return true;
}

/* --- One object more, or less ---------------------------------------------------------- */

static tn_status place_tls(tn_dso *dso, tn_error *err)
{
    const struct tn_dyn_image *image = dso->lib->image;
    uint32_t log2 = 4;
    if (image->init_tls == TN_NONE || image->tls_size == 0)
        return TN_OK;
    while (((uint64_t)1 << log2) < image->tls_align && log2 < 32)
        log2++;
    return tn_link_take_bytes(dso->space, image->tls_size, log2, &dso->tls_base,
                              err);
}

static tn_status place_in_memory(tn_dso *dso, tn_error *err)
{
    tn_space *space = dso->space;
    const struct tn_dylink *dylink = &dso->lib->image->dylink;
    if (!leave_grave(dso)) {
        TN_TRY(tn_link_take_bytes(space, dylink->memory_size,
                                  dylink->memory_align_log2, &dso->memory_base,
                                  err));
        dso->has_memory = true;
        TN_TRY(take_elements(space, dylink->table_size,
                             dylink->table_align_log2, &dso->table_base, err));
        dso->has_table = true;
    }
    void *at =
        tn_memory_span(space->memory, dso->memory_base, dylink->memory_size);
    if (at == NULL && dylink->memory_size != 0)
        return too_large("memory", err);
    if (dylink->memory_size != 0)
        memset(at, 0, (size_t)dylink->memory_size);
    return place_tls(dso, err);
}

/* What it imports is as large as it says, whatever that is for. */
static tn_status grow_to_minima(tn_space *space, const struct asked *memory,
                                const struct asked *table, tn_error *err)
{
    uint64_t pages = tn_memory_pages(space->memory);
    uint32_t log2 = space->memory->limits.page_log2;
    if (memory->limits.min > pages) {
        uint64_t more = memory->limits.min - pages;
        uint64_t old = tn_memory_grow(space->memory, more);
        if (old == UINT64_MAX)
            return too_large("memory", err);
        if (!add_room(space, old << log2, more << log2))
            return tn_no_memory(err);
    }
    if (table->limits.min > space->table->size)
        return grow_table(space, table->limits.min - space->table->size, err);
    return TN_OK;
}

tn_status tn_link_place_more(tn_dso *dso, tn_error *err)
{
    tn_space *space = dso->space;
    struct asked memory = {space->memory->limits, true, true, space->main},
                 table = {space->table->limits, false, true, space->main};
    memory.limits.min = table.limits.min = 0;
    TN_TRY(check_library(dso, err));
    TN_TRY(ask_both(dso, &memory, &table, err));
    tn_error why = {0};
    tn_status status = place_in_memory(dso, &why);
    if (status == TN_OK)
        status = grow_to_minima(space, &memory, &table, &why);
    return status == TN_OK ? TN_OK
                           : tn_fail(err, status, why.offset, "%s: %s",
                                     dso->name, why.text);
}

void tn_link_unplace(tn_dso *dso, bool is_quiet)
{
    tn_space *space = dso->space;
    const struct tn_dyn_image *image = dso->lib->image;
    if (dso->is_startup) /* it goes with all of the space */
        return;
    if (dso->tls_base != 0)
        tn_link_give_bytes(space, dso->tls_base, image->tls_size);
    if (is_quiet && dso->has_memory && dso->has_table && dig_grave(dso))
        return;
    if (dso->has_memory)
        tn_link_give_bytes(space, dso->memory_base, image->dylink.memory_size);
    if (dso->has_table) {
        empty_elements(space, dso->table_base, image->dylink.table_size);
        tn_room_give(&space->table_room, dso->table_base,
                     image->dylink.table_size);
    }
    for (size_t i = 0; i < dso->slots.count; i++)
        tn_link_give_slot(space, dso->slots.at[i].slot);
    dso->slots.count = 0;
    dso->has_memory = dso->has_table = false;
}

#undef GUARD_BYTES
#undef MOST_BYTES
#undef ROOM_BYTES
#undef SLOT_GROWTH
