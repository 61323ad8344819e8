/* fuzz_link.c - sets of modules that are linked, from any bytes.
 *
 * The input is choices: of a main module and some libraries, what each needs,
 * imports, exports and does in its constructors, destructors and relocations
 * (open and close others, call, register, trap); then of what the embedder does
 * with them. After each of its steps all that the space knows must agree: who
 * is there, and that no two have one place. Once more memory fails somewhere.
 *
 * Guests can do so only much: each of their steps takes from a budget, and
 * traps when it is spent. */
#include "choices.h"
#include "link/space.h"
#include "rt/store.h"
#include "target.h"
#include "text/wat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LIBRARIES = 5,
    MODULES = LIBRARIES + 1, /* the last is main */
    NAMES = 4,
    BUDGET = 150,
    STEPS = 14
};

static void broken(const char *what, const char *name)
{
    fprintf(stderr, "fuzz_link: %s: %s\n", what, name);
    abort();
}

/* ---------------------------------------------------------------- modules */

static void put(struct tn_buf *out, const char *text)
{
    tn_buf_str(out, tn_str_of(text));
}

/* A byte of a section in a string of the text format. */
static void put_byte(struct tn_buf *out, unsigned byte)
{
    tn_buf_print(out, "\\%02x", byte & 255);
}

static void put_mem_info(struct tn_buf *out, struct choices *c)
{
    static const unsigned sizes[] = {32, 32, 24, 100, 60, 127};
    static const unsigned aligns[] = {4, 4, 0, 3, 12, 4, 4, 4};
    bool is_odd = choose(c, 64) == 63;
    tn_buf_print(out, "\\01\\04\\%02x\\%02x\\%02x\\%02x",
                 is_odd ? 0 : sizes[choose(c, 6)],
                 is_odd ? 32 : aligns[choose(c, 8)], choose(c, 8) + !is_odd,
                 choose(c, 8) != 7 ? 0 : choose(c, 6));
}

/* "l0" to "l4", and rarely one that is not there. */
static void put_needed(struct tn_buf *out, struct choices *c, bool is_main)
{
    unsigned set = choose(c, 256), count = 0;
    if (!is_main)
        set &= choose(c, 256);
    for (unsigned i = 0; i < LIBRARIES; i++)
        count += set >> i & 1;
    bool is_missing = choose(c, 64) == 63;
    count += is_missing;
    tn_buf_print(out, "\\02\\%02x", 1 + 3 * count);
    put_byte(out, count);
    for (unsigned i = 0; i < LIBRARIES; i++)
        if ((set >> i & 1) != 0)
            tn_buf_print(out, "\\02l%u", i);
    if (is_missing)
        put(out, "\\02xx");
}

static void put_weak(struct tn_buf *out, struct choices *c)
{
    unsigned set = choose(c, 16), count = 0;
    for (unsigned i = 0; i < NAMES; i++)
        count += set >> i & 1;
    tn_buf_print(out, "\\04\\%02x\\%02x", 1 + 8 * count, count);
    for (unsigned i = 0; i < NAMES; i++)
        if ((set >> i & 1) != 0)
            tn_buf_print(out, "\\03env\\02f%u\\11", i);
}

/* What the body of a constructor or the like does. */
static void put_actions(struct tn_buf *out, struct choices *c,
                        const unsigned *imports)
{
    for (unsigned n = choose(c, 4); n > 0; n--) {
        unsigned name = choose(c, LIBRARIES + 1);
        put(out, "(call $tick)");
        switch (choose(c, 9)) {
        case 0:
        case 1:
            tn_buf_print(out,
                         "(global.set $h (call $dlopen (i32.add (global.get "
                         "$mb) (i32.const %u)) (i32.const %u)))",
                         name * 3,
                         (choose(c, 2) + 1) | (choose(c, 2) != 0 ? 256 : 0));
            break;
        case 2:
            put(out, "(drop (call $dlclose (global.get $h)))");
            break;
        case 3:
            tn_buf_print(out,
                         "(drop (call $at (global.get $tb) (i32.const %u) "
                         "(global.get $mb)))",
                         name);
            break;
        case 4:
            put(out,
                choose(c, 4) == 0 ? "unreachable" : "(drop (call $dlerror))");
            break;
        case 5:
            tn_buf_print(out,
                         "(drop (call $dlsym (i32.const %u) (i32.add "
                         "(global.get $mb) (i32.const 18))))",
                         choose(c, 12));
            break;
        case 6:
            put(out, "(drop (memory.grow (i32.const 1)))");
            break;
        case 7:
            put(out, "(drop (call $dladdr (global.get $mb) (i32.const 64)))");
            break;
        default:
            if ((imports[0] >> name % NAMES & 1) != 0)
                tn_buf_print(out, "(drop (call $f%u))", name % NAMES);
            break;
        }
    }
}

static void put_imports(struct tn_buf *out, struct choices *c,
                        unsigned imports[3])
{
    put(out, "(import \"env\" \"memory\" (memory 0))"
             "(import \"env\" \"__indirect_function_table\" (table 0 funcref))"
             "(import \"env\" \"__stack_pointer\" (global $sp (mut i32)))"
             "(import \"env\" \"__memory_base\" (global $mb i32))"
             "(import \"env\" \"__table_base\" (global $tb i32))");
    for (unsigned kind = 0; kind < 3; kind++) {
        static const char *const forms[] = {
            "(import \"env\" \"f%u\" (func $f%u (result i32)))",
            "(import \"GOT.func\" \"f%u\" (global $g%u (mut i32)))",
            "(import \"GOT.mem\" \"d%u\" (global $m%u (mut i32)))"};
        imports[kind] = choose(c, 16) & choose(c, 16);
        if (kind == 2)
            imports[kind] &= choose(c, 16);
        for (unsigned i = 0; i < NAMES; i++)
            if ((imports[kind] >> i & 1) != 0)
                tn_buf_print(out, forms[kind], i, i);
    }
    if (choose(c, 4) == 0)
        put(out, "(import \"env\" \"t0\" (tag (param i32)))");
    if (choose(c, 16) == 1)
        put(out, "(import \"env\" \"emscripten_resize_heap\" (func))");
}

static void put_services(struct tn_buf *out)
{
    put(out,
        "(import \"env\" \"tick\" (func $tick))"
        "(import \"env\" \"dlopen\" (func $dlopen (param i32 i32) (result "
        "i32)))"
        "(import \"env\" \"dlclose\" (func $dlclose (param i32) (result i32)))"
        "(import \"env\" \"dlsym\" (func $dlsym (param i32 i32) (result i32)))"
        "(import \"env\" \"dladdr\" (func $dladdr (param i32 i32) (result "
        "i32)))"
        "(import \"env\" \"dlerror\" (func $dlerror (result i32)))"
        "(import \"env\" \"__cxa_atexit\" (func $at (param i32 i32 i32) "
        "(result i32)))");
}

static void put_exports(struct tn_buf *out, struct choices *c,
                        const unsigned *imports)
{
    unsigned funcs = choose(c, 16), datas = choose(c, 16) | choose(c, 16);
    for (unsigned i = 0; i < NAMES; i++) {
        if ((funcs >> i & 1) != 0) {
            tn_buf_print(out,
                         "(func $own%u (export \"f%u\") (result i32) "
                         "(call $tick)",
                         i, i);
            if (choose(c, 3) == 0 && (imports[0] >> i & 1) != 0)
                tn_buf_print(out, "(drop (call $f%u))", i);
            tn_buf_print(out, "(i32.const %u))", i);
        } else if ((datas >> i & 1) != 0 && choose(c, 64) == 63) {
            tn_buf_print(out, "(global (export \"f%u\") i32 (i32.const 4))", i);
        }
        if ((datas >> i & 1) != 0)
            tn_buf_print(out, "(global (export \"d%u\") i32 (i32.const %u))", i,
                         i * 4);
    }
    if (choose(c, 4) == 0)
        put(out, "(tag (export \"t0\") (param i32))");
}

static void put_hook(struct tn_buf *out, struct choices *c, const char *name,
                     const unsigned *imports)
{
    tn_buf_print(out, "(func (export \"%s\") ", name);
    put_actions(out, c, imports);
    put(out, ")");
}

static void put_hooks(struct tn_buf *out, struct choices *c,
                      const unsigned *imports)
{
    unsigned hooks = choose(c, 64);
    if ((hooks & 1) != 0)
        put_hook(out, c, "__wasm_call_ctors", imports);
    if ((hooks & 2) != 0)
        put_hook(out, c, "__wasm_call_dtors", imports);
    if ((hooks & 12) == 12)
        put_hook(out, c, "__wasm_apply_data_relocs", imports);
    if ((hooks & 48) == 48) {
        put(out, "(start $begin) (func $begin ");
        put_actions(out, c, imports);
        put(out, ")");
    }
    if (choose(c, 8) == 1) {
        put(out, "(func (export \"malloc\") (param i32) (result i32) ");
        put_actions(out, c, imports);
        tn_buf_print(out, "(i32.const %u))", choose(c, 256) * 256);
    }
}

static void put_segments(struct tn_buf *out, struct choices *c)
{
    put(out, "(global $h (mut i32) (i32.const 0)) (func $bye (param i32) (call "
             "$tick))");
    if (choose(c, 8) != 7)
        put(out, "(data (global.get $mb) \"l0\\00l1\\00l2\\00l3\\00l4\\00\")");
    if (choose(c, 8) != 7)
        put(out, "(elem (global.get $tb) func $bye)");
}

static void make_module_text(struct tn_buf *out, struct choices *c,
                             unsigned number)
{
    unsigned imports[3] = {0};
    tn_buf_print(out, "(module $l%u (@custom \"dylink.0\" (before first) \"",
                 number);
    put_mem_info(out, c);
    put_needed(out, c, number == LIBRARIES);
    put_weak(out, c);
    put(out, "\") ");
    put_imports(out, c, imports);
    put_services(out);
    put_segments(out, c);
    put_exports(out, c, imports);
    put_hooks(out, c, imports);
    put(out, ")");
}

/* A main module at a fixed place, with what it defines itself. */
static void make_fixed_text(struct tn_buf *out, struct choices *c)
{
    unsigned parts = choose(c, 256);
    put(out, "(module $main (@custom \"dylink.0\" (before first) \"");
    put_needed(out, c, true);
    put(out, "\") (import \"GOT.func\" \"f0\" (global $g (mut i32)))"
             "(import \"env\" \"f1\" (func $f1 (result i32)))");
    put(out, parts & 1 ? "(import \"env\" \"memory\" (memory 1))" : "");
    put(out, parts & 2 ? "(import \"env\" \"__stack_pointer\" (global (mut "
                         "i32)))"
                       : "");
    put(out, parts & 1 ? "" : "(memory (export \"memory\") 1)");
    put(out, (parts & 12) == 0
                 ? "(table (export \"__indirect_function_table\") 2 funcref)"
             : (parts & 12) == 4 ? "(table 3 externref)"
                                 : "");
    put(out, (parts & 50) == 0 ? "(global (export \"__stack_pointer\") (mut "
                                 "i32) (i32.const 4096))"
                               : "");
    put(out, "(func (export \"f2\") (result i32) (call $f1)))");
}

/* ------------------------------------------------------------------ a world */

struct world {
    struct choices c;
    struct tn_buf modules[MODULES];
    size_t requests, fail_at; /* of memory; SIZE_MAX: never */
    size_t live;
    unsigned budget;
    tn_engine *engine;
    tn_store *store;
    tn_imports *imports;
    tn_linker *linker;
    tn_space *space;
    tn_dso *open[STEPS];
    unsigned open_count;
};

static void *world_realloc(void *ctx, void *block, size_t old_bytes,
                           size_t new_bytes)
{
    struct world *w = ctx;
    if (new_bytes != 0 && w->requests++ == w->fail_at)
        return NULL;
    void *out = tn_alloc_libc.realloc(NULL, block, old_bytes, new_bytes);
    if (new_bytes != 0 && out == NULL)
        abort();
    w->live += new_bytes - (block != NULL ? old_bytes : 0);
    return out;
}

static tn_status find_library_of(void *ctx, const char *name,
                                 const char *needed_by, tn_bytes *out,
                                 tn_error *err)
{
    const struct world *w = ctx;
    (void)needed_by, (void)err;
    if (name[0] != 'l' || name[1] < '0' || name[1] >= '0' + LIBRARIES ||
        name[2] != '\0')
        return TN_E_NOT_FOUND;
    const struct tn_buf *bytes = &w->modules[name[1] - '0'];
    *out = (tn_bytes){bytes->at, bytes->size};
    return TN_OK;
}

static tn_status tick(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    struct world *w = env;
    (void)call, (void)slots;
    if (w->budget == 0)
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET, "enough");
    w->budget--;
    return TN_OK;
}

static void make_modules(struct world *w)
{
    for (unsigned i = 0; i < MODULES; i++) {
        struct tn_buf text;
        tn_error err = {0};
        tn_buf_init(&text, &tn_alloc_libc);
        if (i == LIBRARIES && choose(&w->c, 4) == 3)
            make_fixed_text(&text, &w->c);
        else
            make_module_text(&text, &w->c, i);
        tn_buf_init(&w->modules[i], &tn_alloc_libc);
        if (text.failed ||
            tn_text_parse((const char *)text.at, text.size, &tn_alloc_libc,
                          &w->modules[i], &err) != TN_OK)
            broken("our own text is refused", err.text);
        tn_buf_clear(&text);
    }
}

/* ------------------------------------------------------------------ agreement */

static bool is_there(const tn_space *space, const tn_dso *dso)
{
    for (size_t i = 0; i < space->objects.count; i++)
        if (space->objects.at[i] == dso)
            return true;
    return false;
}

static void check_scope(const tn_space *space,
                        const struct tn_link_group *group, const char *name)
{
    for (size_t i = 0; group != NULL && i < group->objects.count; i++) {
        const tn_dso *dso = group->objects.at[i];
        if (!is_there(space, dso) || group->images.at[i] != dso->lib->image)
            broken("an object that is gone is in the scope of", name);
        if (group == space->global && !dso->is_global)
            broken("in the global scope, but does not know it", dso->name);
    }
}

static void check_object(const tn_space *space, const tn_dso *dso)
{
    for (uint32_t k = 0; k < dso->lib->image->dylink.needed_count; k++)
        if (!is_there(space, dso->needs[k]))
            broken("what it needs is gone", dso->name);
    for (size_t k = 0; k < dso->bound.count; k++)
        if (!is_there(space, dso->bound.at[k]))
            broken("what it is bound to is gone", dso->name);
    if (dso->load != 0 || dso->promoted_by != 0 || dso->is_going ||
        dso->state >= TN_LINK_ENDING || dso->instance == NULL)
        broken("half there", dso->name);
    check_scope(space, dso->group, dso->name);
    for (size_t k = 0; k < dso->slots.count; k++) {
        struct tn_link_slot s = dso->slots.at[k];
        const void *func = space->table->slots[s.slot];
        if (func != tn_rt_instance_func(dso->instance, s.func))
            broken("its element has another function", dso->name);
    }
}

struct span_list {
    struct tn_span at[256];
    size_t count;
};

/* No two of them overlap. */
static void add_place(struct span_list *list, uint64_t at, uint64_t size,
                      const char *what)
{
    if (size == 0)
        return;
    for (size_t i = 0; i < list->count; i++)
        if (at < list->at[i].at + list->at[i].size &&
            list->at[i].at < at + size)
            broken("two have one place", what);
    if (list->count < 256)
        list->at[list->count++] = (struct tn_span){at, size};
}

static void check_places(const tn_space *space)
{
    struct span_list memory = {.count = 0}, table = {.count = 0};
    for (size_t i = 0; i < space->objects.count; i++) {
        const tn_dso *dso = space->objects.at[i];
        const struct tn_dylink *d = &dso->lib->image->dylink;
        if (dso->has_memory)
            add_place(&memory, dso->memory_base, d->memory_size, dso->name);
        if (dso->has_table)
            add_place(&table, dso->table_base, d->table_size, dso->name);
        for (size_t k = 0; k < dso->slots.count; k++)
            add_place(&table, dso->slots.at[k].slot, 1, dso->name);
    }
    for (size_t i = 0; i < space->graves.count; i++) {
        const struct tn_link_grave *g = &space->graves.at[i];
        add_place(&memory, g->memory_base, g->memory_size, "a grave");
        add_place(&table, g->table_base, g->table_size, "a grave");
        for (size_t k = 0; k < g->slot_count; k++)
            add_place(&table, g->slots[k].slot, 1, "a grave");
    }
    for (size_t i = 0; i < space->memory_room.free.count; i++)
        add_place(&memory, space->memory_room.free.at[i].at,
                  space->memory_room.free.at[i].size, "a free part");
    for (size_t i = 0; i < space->table_room.free.count; i++)
        add_place(&table, space->table_room.free.at[i].at,
                  space->table_room.free.at[i].size, "a free part");
    for (size_t i = 0; i < table.count; i++)
        if (table.at[i].at == 0 ||
            table.at[i].at + table.at[i].size > space->table->size)
            broken("outside of the table", "somebody");
}

static void check_world(const struct world *w)
{
    const tn_space *space = w->space;
    check_scope(space, space->global, "all");
    for (size_t i = 0; i < space->objects.count; i++)
        check_object(space, space->objects.at[i]);
    check_places(space);
    if (space->is_loading || space->collect_depth != 0)
        broken("the space still does something", "");
    for (unsigned i = 0; i < w->open_count; i++)
        if (!is_there(space, w->open[i]) || w->open[i]->open_count == 0)
            broken("what the embedder has open is gone", "");
}

/* ------------------------------------------------------------------- what is done */

static void check_told(tn_status status, const tn_error *err)
{
    if (status != err->status || (status != TN_OK && err->text[0] == '\0'))
        broken("a failure without words", tn_status_text(status));
}

static void open_some(struct world *w)
{
    tn_error err = {0};
    char name[3] = {'l', (char)('0' + choose(&w->c, LIBRARIES)), '\0'};
    static const int flags[] = {2, 1, 258, 257, 6, 4098};
    tn_dso *dso = NULL;
    tn_status status =
        tn_dlopen(w->space, name, NULL, flags[choose(&w->c, 6)], &dso, &err);
    check_told(status, &err);
    if ((dso != NULL) != (status == TN_OK))
        broken("opened, or not", name);
    if (dso != NULL)
        w->open[w->open_count++] = dso;
}

static void close_some(struct world *w)
{
    tn_error err = {0};
    if (w->open_count == 0)
        return;
    unsigned i = choose(&w->c, w->open_count);
    tn_dso *dso = w->open[i];
    w->open[i] = w->open[--w->open_count];
    check_told(tn_dlclose(dso, &err), &err);
}

static void call_some(struct world *w)
{
    tn_error err = {0};
    tn_symbol symbol, found;
    char name[3] = {choose(&w->c, 4) != 0 ? 'f' : 'd',
                    (char)('0' + choose(&w->c, NAMES)), '\0'};
    tn_dso *dso = w->open_count != 0 && choose(&w->c, 2) != 0
                      ? w->open[choose(&w->c, w->open_count)]
                      : NULL;
    tn_status status = tn_dlsym(w->space, dso, name, &symbol, &err);
    check_told(status, &err);
    if (status != TN_OK || symbol.tag != NULL)
        return;
    if (tn_dladdr(w->space, symbol.address, symbol.func != NULL, &found,
                  NULL) == TN_OK &&
        symbol.func != NULL && found.func != symbol.func)
        broken("another function is at the address of", name);
    uint64_t slot = 0;
    err = (tn_error){0};
    if (symbol.func != NULL)
        check_told(tn_func_call_raw(symbol.func, &slot, &err), &err);
}

static tn_status make_world(struct world *w)
{
    tn_config config = TN_CONFIG_INIT;
    tn_store_config storing = TN_STORE_CONFIG_INIT;
    tn_linker_config linking = TN_LINKER_CONFIG_INIT;
    tn_allocator alloc = {world_realloc, w};
    tn_func *func;
    config.allocator = &alloc;
    /* Thousands of memories: a reservation of address space for each is more
     * than emulators keep account of. */
    config.placement = TN_PLACE_MOVING;
    storing.max_memory_bytes = 1 << 22;
    storing.max_table_elements = 4096;
    storing.stack_bytes = 1 << 16;
    linking.find = find_library_of;
    linking.ctx = w;
    linking.no_files = true;
    TN_TRY(tn_engine_new(&config, &w->engine, NULL));
    TN_TRY(tn_store_new(w->engine, &storing, &w->store, NULL));
    TN_TRY(tn_imports_new(w->store, &w->imports, NULL));
    TN_TRY(tn_func_new(w->store, "() -> ()", tick, w, &func, NULL));
    TN_TRY(tn_imports_define(w->imports, "env", "tick",
                             (tn_extern){TN_EXTERN_FUNC, {.func = func}},
                             NULL));
    return tn_linker_new(w->engine, &linking, &w->linker, NULL);
}

static tn_status load_world(struct world *w)
{
    tn_space_config config = TN_SPACE_CONFIG_INIT;
    tn_error err = {0};
    const struct tn_buf *main = &w->modules[LIBRARIES];
    tn_named_module module = {"main", {main->at, main->size}};
    static const uint64_t quarantines[] = {1 << 20, 0, 100};
    w->budget = BUDGET;
    config.imports = w->imports;
    config.stack_bytes = 1024;
    config.bind_now = choose(&w->c, 8) == 7;
    config.quarantine_bytes = quarantines[choose(&w->c, 3)];
    tn_status status =
        tn_space_new(w->linker, w->store, &module, &config, &w->space, &err);
    check_told(status, &err);
    if ((w->space != NULL) != (status == TN_OK))
        broken("made, or not", "");
    return status;
}

static void run_world(struct world *w)
{
    if (make_world(w) != TN_OK || load_world(w) != TN_OK)
        return;
    check_world(w);
    for (unsigned i = 0; i < STEPS && w->c.left != 0; i++) {
        tn_error err = {0};
        w->budget = BUDGET;
        switch (choose(&w->c, 6)) {
        case 0:
        case 1:
            open_some(w);
            break;
        case 2:
        case 3:
            close_some(w);
            break;
        case 4:
            call_some(w);
            break;
        default:
            check_told(tn_space_init(w->space, &err), &err);
            break;
        }
        check_world(w);
    }
}

static void end_world(struct world *w)
{
    tn_space_free(w->space);
    if (choose(&w->c, 2) != 0) {
        tn_store_free(w->store);
        w->store = NULL;
    }
    tn_linker_free(w->linker);
    tn_imports_free(w->imports);
    tn_store_free(w->store);
    tn_engine_free(w->engine);
    if (w->live != 0)
        broken("memory is left", "");
}

static void one_world(const uint8_t *data, size_t size, size_t fail_at)
{
    struct world w = {.c = {data, size}, .fail_at = fail_at};
    make_modules(&w);
    run_world(&w);
    end_world(&w);
    for (unsigned i = 0; i < MODULES; i++)
        tn_buf_clear(&w.modules[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    one_world(data, size, SIZE_MAX);
    if (size >= 2)
        one_world(data, size, (size_t)(data[0] | data[1] << 8) % 1200);
    return 0;
}

size_t target_make_input(uint64_t seed, uint8_t **out)
{
    uint64_t state = seed * 0x9e3779b97f4a7c15 | 1;
    size_t size = 200 + (size_t)(state >> 55);
    *out = malloc(size);
    if (*out == NULL)
        abort();
    for (size_t i = 0; i < size; i++) {
        state = state * 6364136223846793005 + 1442695040888963407;
        (*out)[i] = (uint8_t)(state >> 33);
    }
    return size;
}
