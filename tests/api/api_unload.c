/* api_unload.c - objects that are opened and closed again and again leave
 * nothing: no byte of heap, of the guest's memory or table, no object. */
#include "api.h"

/* Position-independent modules in text. MEM_INFO: 32 bytes of 2^4, 2 elements. */
#define DYLINK(bytes) "(@custom \"dylink.0\" (before first) \"" bytes "\")"
#define MEM_INFO      "\\01\\04\\20\\04\\02\\00"
#define BASES                                                          \
    "(import \"env\" \"memory\" (memory 1))"                           \
    "(import \"env\" \"__indirect_function_table\" (table 2 funcref))" \
    "(import \"env\" \"__stack_pointer\" (global (mut i32)))"          \
    "(import \"env\" \"__memory_base\" (global $mb i32))"              \
    "(import \"env\" \"__table_base\" (global $tb i32))"
#define PIC DYLINK(MEM_INFO) BASES

#define MAIN                                                                   \
    PIC "(import \"env\" \"dlopen\" (func $dlopen (param i32 i32)"             \
        " (result i32)))"                                                      \
        "(import \"env\" \"dlclose\" (func $dlclose (param i32)"               \
        " (result i32)))"                                                      \
        "(func (export \"f\") (param i32) (result i32) local.get 0)"           \
        "(global (export \"x\") i32 (i32.const 16))"                           \
        "(data (global.get $mb) \"plain\")"                                    \
        "(func (export \"open_and_close\") (param i32) (result i32)"           \
        " (loop (call $dlclose (call $dlopen (global.get $mb) (i32.const 2)))" \
        "  (if (then unreachable))"                                            \
        "  (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"     \
        " (i32.const 1))"

/* What a compiler's plugin has: functions with and without an element of their
 * own, data, names of others and of itself, all that runs when it is loaded. */
#define PLAIN                                                   \
    "(import \"env\" \"f\" (func $f (param i32) (result i32)))" \
    "(import \"env\" \"own\" (func $own (param i32)))"          \
    "(import \"GOT.func\" \"f\" (global (mut i32)))"            \
    "(import \"GOT.func\" \"own\" (global (mut i32)))"          \
    "(import \"GOT.func\" \"listed\" (global (mut i32)))"       \
    "(import \"GOT.mem\" \"x\" (global $x (mut i32)))"          \
    "(import \"GOT.mem\" \"y\" (global (mut i32)))"             \
    "(func (export \"own\") (param i32))"                       \
    "(func $listed (export \"listed\"))"                        \
    "(global (export \"y\") i32 (i32.const 4))"                 \
    "(elem (global.get $tb) func $listed $listed)"              \
    "(data (global.get $mb) \"1234\")"                          \
    "(func (export \"__wasm_apply_data_relocs\")"               \
    " (i32.store (global.get $mb) (global.get $x)))"            \
    "(func (export \"__wasm_call_ctors\")"                      \
    " (call $own (call $f (i32.const 1))))"                     \
    "(func (export \"__wasm_call_dtors\"))"

/* NEEDED: `name`, of 5 letters. */
#define NEEDS(name) DYLINK(MEM_INFO "\\02\\07\\01\\05" name)

static const struct plugin {
    const char *name, *text;
    int flags;
    tn_status status;
} plugins[] = {
    {"plain", PIC PLAIN, TN_RTLD_NOW, TN_OK},
    {"seen by all", PIC PLAIN, TN_RTLD_NOW | TN_RTLD_GLOBAL, TN_OK},
    {"needing another", NEEDS("plain") BASES, TN_RTLD_NOW, TN_OK},
    {"ring1", NEEDS("ring2") BASES, TN_RTLD_NOW, TN_OK},
    {"ring2", NEEDS("ring1") BASES, TN_RTLD_NOW, TN_OK},
    {"of nothing", DYLINK("\\01\\04\\00\\00\\00\\00") BASES, TN_RTLD_NOW,
     TN_OK},
    {"of 200,000 bytes", DYLINK("\\01\\06\\c0\\9a\\0c\\04\\00\\00") BASES,
     TN_RTLD_NOW, TN_OK},
    {"with data of threads",
     PIC "(func (export \"__wasm_init_tls\") (param i32))"
         "(global (export \"__tls_size\") i32 (i32.const 40))"
         "(global (export \"__tls_align\") i32 (i32.const 16))",
     TN_RTLD_NOW, TN_OK},
    {"with destructors",
     PIC "(import \"env\" \"__cxa_atexit\" (func $at (param i32 i32 i32)"
         " (result i32)))"
         "(func $end (param i32)) (elem (global.get $tb) func $end)"
         "(func (export \"__wasm_call_ctors\") (drop (call $at"
         " (global.get $tb) (i32.const 1) (global.get $mb))))",
     TN_RTLD_NOW, TN_OK},
    {"with a tag of nobody's", PIC "(import \"env\" \"t\" (tag (param i32)))",
     TN_RTLD_NOW, TN_OK},
    {"with a cell that it exports",
     PIC "(import \"GOT.mem\" \"x\" (global $x (mut i32)))"
         "(export \"cell\" (global $x))",
     TN_RTLD_NOW, TN_OK},
    {"with functions that nobody defines",
     PIC "(import \"env\" \"nobody\" (func))"
         "(import \"GOT.func\" \"nothing\" (global (mut i32)))",
     TN_RTLD_LAZY, TN_OK},
    {"undefined", PIC "(import \"env\" \"nobody\" (func))" PLAIN, TN_RTLD_NOW,
     TN_E_MISSING},
    {"needing what is not there", NEEDS("never") BASES, TN_RTLD_NOW,
     TN_E_NOT_FOUND},
    {"failing",
     NEEDS("plain") BASES "(func (export \"__wasm_call_ctors\") unreachable)",
     TN_RTLD_NOW, TN_E_TRAP},
};

static tn_status find_plugin(void *ctx, const char *name, const char *needed_by,
                             tn_bytes *out, tn_error *err)
{
    (void)ctx, (void)needed_by, (void)err;
    for (size_t i = 0; i < sizeof plugins / sizeof *plugins; i++)
        if (strcmp(name, plugins[i].name) == 0) {
            *out = wat(plugins[i].text);
            return TN_OK;
        }
    return TN_E_NOT_FOUND;
}

struct home {
    struct world world;
    tn_linker *linker;
    tn_space *space;
};

static void home_begin(struct home *home)
{
    tn_linker_config config = TN_LINKER_CONFIG_INIT;
    tn_named_module main = {"main", wat(MAIN)};
    tn_error err = {0};
    config.find = find_plugin;
    config.no_files = true;
    world_begin(&home->world, NULL);
    CHECK_EQ(TN_OK,
             tn_linker_new(home->world.engine, &config, &home->linker, &err));
    CHECK_EQ(TN_OK, tn_space_new(home->linker, home->world.store, &main, NULL,
                                 &home->space, &err));
    CHECK_EQ(TN_OK, tn_space_init(home->space, &err));
}

static void home_end(struct home *home)
{
    tn_space_free(home->space);
    tn_store_free(home->world.store);
    home->world.store = NULL;
    tn_imports_free(home->world.imports);
    home->world.imports = NULL;
    tn_linker_free(home->linker);
    world_end(&home->world);
}

/* What is there between two openings. Closed instances are freed some at a
 * time: of the heap, the least that was seen. */
struct rest {
    size_t heap;
    uint64_t memory, table;
};

static const struct rest unseen = {SIZE_MAX, 0, 0};

static void see_rest(struct home *home, struct rest *rest)
{
    if (home->world.heap.live < rest->heap)
        rest->heap = home->world.heap.live;
    rest->memory = tn_memory_size(tn_space_memory(home->space));
    rest->table = tn_table_size(tn_space_table(home->space));
    CHECK_EQ(1, tn_space_dso_count(home->space));
}

static void open_and_close(struct home *home, const struct plugin *plugin,
                           int times, struct rest *rest)
{
    for (int i = 0; i < times; i++) {
        tn_error err = {0};
        tn_dso *dso;
        tn_status status = tn_dlopen(home->space, plugin->name, NULL,
                                     plugin->flags, &dso, &err);
        if (status != plugin->status)
            FAIL("%s: %s", plugin->name, err.text);
        if (status == TN_OK)
            CHECK_EQ(TN_OK, tn_dlclose(dso, &err));
        see_rest(home, rest);
    }
}

static void check_same(const char *what, const struct rest *before,
                       const struct rest *after)
{
    if (before->heap != after->heap || before->memory != after->memory ||
        before->table != after->table)
        FAIL("%s: %zu bytes of heap, then %zu; %llu of memory, then %llu; "
             "%llu elements, then %llu",
             what, before->heap, after->heap,
             (unsigned long long)before->memory,
             (unsigned long long)after->memory,
             (unsigned long long)before->table,
             (unsigned long long)after->table);
}

static void check_stays(struct home *home, const struct plugin *plugin,
                        int times)
{
    struct rest first = unseen, before = unseen, after = unseen;
    open_and_close(home, plugin, 300, &first);
    open_and_close(home, plugin, 300, &before);
    open_and_close(home, plugin, times, &after);
    check_same(plugin->name, &before, &after);
}

TEST(a_thousand_openings_of_any_object_leave_nothing)
{
    for (size_t i = 0; i < sizeof plugins / sizeof *plugins; i++) {
        struct home home;
        home_begin(&home);
        check_stays(&home, &plugins[i], 1000);
        home_end(&home);
    }
}

/* bench/link.sh does it 100,000 times. */
TEST(twenty_thousand_openings_leave_nothing)
{
    struct home home;
    home_begin(&home);
    check_stays(&home, &plugins[0], 20000);
    home_end(&home);
}

TEST(objects_that_take_turns_leave_nothing)
{
    struct home home;
    struct rest rests[3] = {unseen, unseen, unseen};
    home_begin(&home);
    for (int round = 0; round < 300; round++)
        for (size_t i = 0; i < sizeof plugins / sizeof *plugins; i++)
            open_and_close(&home, &plugins[i], 1, &rests[round / 100]);
    check_same("in turns", &rests[1], &rests[2]);
    home_end(&home);
}

TEST(what_a_guest_opens_and_closes_leaves_nothing)
{
    struct home home;
    struct rest rests[3] = {unseen, unseen, unseen};
    tn_error err = {0};
    tn_symbol symbol;
    home_begin(&home);
    CHECK_EQ(TN_OK,
             tn_dlsym(home.space, NULL, "open_and_close", &symbol, &err));
    for (int i = 0; i < 600; i++) {
        uint64_t slot = 5;
        CHECK_EQ(TN_OK, tn_func_call_raw(symbol.func, &slot, &err));
        CHECK_EQ(1, slot);
        see_rest(&home, &rests[i / 200]);
    }
    check_same("by the guest", &rests[1], &rests[2]);
    home_end(&home);
}

/* Of 10,000 functions that others can call, 64 bytes each. */
static tn_module *large_module(struct world *world)
{
    static char text[400000];
    size_t size = 0;
    tn_module *module;
    for (int i = 0; i < 10000; i++)
        size += (size_t)snprintf(text + size, sizeof text - size,
                                 "(func (export \"f%d\"))", i);
    tn_bytes bytes = wat(text);
    CHECK_EQ(TN_OK, tn_module_new_copy(world->engine, bytes.at, bytes.size,
                                       &module, &world->err));
    return module;
}

TEST(large_instances_that_were_closed_do_not_pile_up)
{
    struct world world;
    world_begin(&world, NULL);
    tn_module *module = large_module(&world);
    size_t before = world.heap.live;
    for (int i = 0; i < 60; i++) {
        tn_instance *instance;
        CHECK_EQ(TN_OK, tn_instance_new(world.store, module, NULL, &instance,
                                        &world.err));
        tn_instance_free(instance);
        CHECK(world.heap.live < before + ((size_t)5 << 20));
    }
    tn_module_free(module);
    world_end(&world);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
