#include "rt/imports.h"
#include "rt_test.h"

/* clang-format off */
/* (module $links
 *   (import "box" "f" (func $f (param i32) (result i32)))
 *   (table (export "t") 2 funcref)
 *   (global (export "g") (mut funcref) (ref.null func))
 *   (func (export "own") (param i32) (result i32) local.get 0)
 *   (export "f" (func $f))) */
static const uint8_t links_wasm[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x06, 0x01, 0x60, 0x01,
    0x7f, 0x01, 0x7f, 0x02, 0x09, 0x01, 0x03, 0x62, 0x6f, 0x78, 0x01, 0x66, 0x00,
    0x00, 0x03, 0x02, 0x01, 0x00, 0x04, 0x04, 0x01, 0x70, 0x00, 0x02, 0x06, 0x06,
    0x01, 0x70, 0x01, 0xd0, 0x70, 0x0b, 0x07, 0x13, 0x04, 0x01, 0x74, 0x01, 0x00,
    0x01, 0x67, 0x03, 0x00, 0x03, 0x6f, 0x77, 0x6e, 0x00, 0x01, 0x01, 0x66, 0x00,
    0x00, 0x0a, 0x06, 0x01, 0x04, 0x00, 0x20, 0x00, 0x0b, 0x00, 0x1a, 0x04, 0x6e,
    0x61, 0x6d, 0x65, 0x00, 0x06, 0x05, 0x6c, 0x69, 0x6e, 0x6b, 0x73, 0x01, 0x04,
    0x01, 0x00, 0x01, 0x66, 0x02, 0x05, 0x02, 0x00, 0x00, 0x01, 0x00,
};
/* clang-format on */

static tn_status stay(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    (void)call, (void)slots, (void)env, (void)err;
    return TN_OK;
}

static size_t instances_of(const tn_store *store)
{
    size_t count = 0;
    for (const tn_instance *in = store->instances; in; in = in->next)
        count++;
    return count;
}

static tn_extern item_of(tn_instance *in, const char *name)
{
    tn_extern item;
    CHECK_EQ(TN_OK, tn_instance_export(in, name, &item, NULL));
    return item;
}

/* `links` that imports from a `box` whose handle has ended. */
static tn_instance *closed_behind(struct bench *b)
{
    tn_instance *box = INSTANCE(b, box);
    CHECK_EQ(TN_OK, tn_imports_instance(b->imports, "box", box, NULL));
    tn_instance *links = INSTANCE(b, links);
    tn_imports_free(b->imports);
    b->imports = NULL;
    tn_instance_free(box);
    return links;
}

TEST(an_import_keeps_the_instance_it_names)
{
    struct bench b = bench_with(NULL);
    tn_instance *links = closed_behind(&b);
    tn_rt_sweep(b.store);
    CHECK_EQ(2, instances_of(b.store));
    tn_instance_free(links);
    tn_rt_sweep(b.store);
    CHECK_EQ(0, instances_of(b.store));
    bench_end(&b);
}

TEST(tables_and_globals_keep_what_is_in_them)
{
    struct bench b = bench_with(NULL);
    tn_instance *links = closed_behind(&b);
    tn_instance *one = INSTANCE(&b, box), *two = INSTANCE(&b, box);
    tn_val ref = {.kind = TN_FUNCREF};
    tn_table *table = item_of(links, "t").of.table;
    tn_global *global = item_of(links, "g").of.global;
    ref.of.func = func_of(one, "f");
    CHECK_EQ(TN_OK, tn_table_set(table, 1, ref, NULL));
    ref.of.func = func_of(two, "f");
    CHECK_EQ(TN_OK, tn_global_set(global, ref, NULL));
    tn_instance_free(one);
    tn_instance_free(two);
    tn_rt_sweep(b.store);
    CHECK_EQ(4, instances_of(b.store));
    ref.of.func = NULL;
    CHECK_EQ(TN_OK, tn_table_set(table, 1, ref, NULL));
    tn_rt_sweep(b.store);
    CHECK_EQ(3, instances_of(b.store));
    CHECK_EQ(TN_OK, tn_global_set(global, ref, NULL));
    tn_rt_sweep(b.store);
    CHECK_EQ(2, instances_of(b.store));
    bench_end(&b);
}

TEST(rings_of_closed_instances_go)
{
    struct bench b = bench_with(NULL);
    tn_instance *box = INSTANCE(&b, box);
    tn_val ref = {.kind = TN_FUNCREF};
    CHECK_EQ(TN_OK, tn_imports_instance(b.imports, "box", box, NULL));
    tn_instance *links = INSTANCE(&b, links);
    ref.of.func = func_of(links, "own");
    CHECK_EQ(TN_OK, tn_table_set(item_of(box, "t").of.table, 0, ref, NULL));
    ref.of.func = func_of(links, "f");
    CHECK(ref.of.func == func_of(box, "f"));
    CHECK_EQ(TN_OK, tn_table_set(item_of(links, "t").of.table, 0, ref, NULL));
    tn_instance_free(box);
    tn_instance_free(links);
    tn_rt_sweep(b.store);
    CHECK_EQ(1, instances_of(b.store)); /* the box: in b.imports */
    tn_imports_free(b.imports);
    b.imports = NULL;
    tn_rt_sweep(b.store);
    CHECK_EQ(0, instances_of(b.store));
    bench_end(&b);
}

TEST(a_handle_keeps_a_closed_instance)
{
    struct bench b = bench_with(NULL);
    tn_instance *box = INSTANCE(&b, box);
    tn_instance_close(box);
    tn_rt_sweep(b.store);
    CHECK_EQ(1, instances_of(b.store));
    CHECK(func_of(box, "f") != NULL);
    tn_instance_free(box);
    bench_end(&b);
}

TEST(host_functions_of_freed_imports_live_while_they_are_imported)
{
    struct bench b = bench_with(NULL);
    CHECK_EQ(TN_OK, tn_imports_func(b.imports, "box", "f", "(i32) -> i32", stay,
                                    NULL, NULL));
    tn_instance *links = INSTANCE(&b, links);
    tn_imports_free(b.imports);
    b.imports = NULL;
    tn_rt_sweep(b.store);
    uint64_t slots[1] = {7};
    CHECK_EQ(TN_OK, tn_func_call_raw(func_of(links, "f"), slots, NULL));
    CHECK_EQ(7, slots[0]);
    tn_instance_free(links);
    tn_rt_sweep(b.store);
    CHECK(b.store->host_funcs == NULL);
    bench_end(&b);
}

static tn_status free_it(tn_call *call, uint64_t *slots, void *env,
                         tn_error *err)
{
    (void)err;
    tn_instance **victim = env;
    tn_func *func = func_of(*victim, "f");
    tn_instance_free(*victim);
    slots[0] = tn_pointer_slot(func);
    tn_rt_sweep(tn_call_store(call));
    CHECK_EQ(1, instances_of(tn_call_store(call)));
    slots[0] = 0;
    tn_rt_sweep(tn_call_store(call));
    CHECK_EQ(0, instances_of(tn_call_store(call)));
    return TN_OK;
}

TEST(a_reference_on_the_guest_stack_keeps_its_instance)
{
    struct bench b = bench_with(NULL);
    tn_instance *box = INSTANCE(&b, box);
    tn_func *func;
    uint64_t slots[1] = {0};
    CHECK_EQ(TN_OK,
             tn_func_new(b.store, "() -> funcref", free_it, &box, &func, NULL));
    CHECK_EQ(TN_OK, tn_func_call_raw(func, slots, NULL));
    bench_end(&b);
}

static tn_status free_its_imports(tn_call *call, uint64_t *slots, void *env,
                                  tn_error *err)
{
    struct bench *b = env;
    (void)err;
    tn_imports_free(b->imports);
    b->imports = NULL;
    tn_rt_sweep(tn_call_store(call));
    CHECK(b->store->host_funcs != NULL);
    slots[0] = 7;
    return TN_OK;
}

TEST(a_function_that_the_host_called_lives_until_it_returns)
{
    struct bench b = bench_with(NULL);
    CHECK_EQ(TN_OK, tn_imports_func(b.imports, "box", "f", "(i32) -> i32",
                                    free_its_imports, &b, NULL));
    tn_instance *links = INSTANCE(&b, links);
    tn_func *func = func_of(links, "f");
    tn_instance_free(links);
    tn_val arg = {.kind = TN_I32, .of.i32 = 1}, result;
    CHECK_EQ(TN_OK, tn_func_call(func, &arg, 1, &result, 1, NULL));
    CHECK_EQ(7, result.of.i32);
    tn_rt_sweep(b.store);
    CHECK(b.store->host_funcs == NULL);
    bench_end(&b);
}

TEST(a_sweep_without_memory_keeps_all)
{
    struct counting counting = {0};
    struct bench b = {engine_with(&counting, TN_PLACE_AUTO), NULL, NULL, {0}};
    CHECK_EQ(TN_OK, tn_store_new(b.engine, NULL, &b.store, NULL));
    tn_instance *box = INSTANCE(&b, box);
    struct tn_activation activation = {0};
    tn_instance_free(box);
    b.store->activation = &activation;
    counting.fail_at = counting.calls + 1;
    tn_rt_sweep(b.store);
    CHECK_EQ(1, instances_of(b.store));
    CHECK(!b.store->instances->is_marked);
    tn_rt_sweep(b.store);
    CHECK_EQ(0, instances_of(b.store));
    b.store->activation = NULL;
    bench_end(&b);
    CHECK_EQ(0, counting.blocks);
}

/* Histories by chance: instances that import from each other and write into
 * each other's tables come and go. Whatever a table of an open one names can
 * be asked about and called; the sanitizers watch. */
enum {
    ACTORS = 12
};

static uint32_t chance(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) % n;
}

static tn_instance *actor(struct bench *b, tn_instance **all, uint32_t *seed)
{
    tn_instance *other = all[chance(seed, ACTORS)], *in;
    if (other == NULL || chance(seed, 3) == 0)
        return INSTANCE(b, box);
    CHECK_EQ(TN_OK, tn_imports_new(b->store, &b->imports, NULL));
    tn_extern f = {.kind = TN_EXTERN_FUNC, .of.func = func_of(other, "f")};
    CHECK_EQ(TN_OK, tn_imports_define(b->imports, "box", "f", f, NULL));
    in = INSTANCE(b, links);
    tn_imports_free(b->imports);
    b->imports = NULL;
    return in;
}

static void point_into(tn_instance *from, tn_instance *to, uint64_t slot)
{
    tn_val ref = {.kind = TN_FUNCREF, .of.func = func_of(to, "f")};
    CHECK_EQ(TN_OK, tn_table_set(item_of(from, "t").of.table, slot, ref, NULL));
}

static void call_through(tn_instance *from, uint64_t slot)
{
    tn_val ref;
    uint64_t slots[1] = {1};
    CHECK_EQ(TN_OK,
             tn_table_get(item_of(from, "t").of.table, slot, &ref, NULL));
    if (ref.of.func == NULL)
        return;
    bool is_open = ref.of.func->instance->state == TN_INSTANCE_LIVE;
    CHECK_EQ(is_open ? TN_OK : TN_E_TRAP,
             tn_func_call_raw(ref.of.func, slots, NULL));
}

TEST(histories_by_chance_keep_what_is_named)
{
    struct bench b = bench_with(NULL);
    tn_instance *all[ACTORS] = {0};
    uint32_t seed = 7;
    tn_imports_free(b.imports);
    b.imports = NULL;
    for (int step = 0; step < 20000; step++) {
        uint32_t i = chance(&seed, ACTORS), k = chance(&seed, ACTORS);
        if (all[i] == NULL) {
            all[i] = actor(&b, all, &seed);
        } else if (chance(&seed, 4) == 0) {
            tn_instance_free(all[i]);
            all[i] = NULL;
        } else if (all[k] != NULL && chance(&seed, 2) == 0) {
            point_into(all[i], all[k], chance(&seed, 2));
        } else {
            call_through(all[i], chance(&seed, 2));
        }
        if (chance(&seed, 20) == 0)
            tn_rt_sweep(b.store);
    }
    for (int i = 0; i < ACTORS; i++)
        tn_instance_free(all[i]);
    tn_rt_sweep(b.store);
    CHECK(instances_of(b.store) <= 64); /* those of the last trap's frames */
    bench_end(&b);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
