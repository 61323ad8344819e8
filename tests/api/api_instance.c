/* api_instance.c - instances: linked, closed in any order, interrupted; their
 * memories, tables and globals as the embedder sees them. */
#include "api.h"

#include <pthread.h>

static const char provider[] =
    "(module (memory (export \"m\") 1 3) (global (export \"g\") (mut i32) "
    "(i32.const 5))"
    "  (table (export \"t\") 2 funcref) (elem (i32.const 0) $f)"
    "  (func $f (export \"f\") (result i32) (i32.load (i32.const 0))))";
static const char user[] = "(module (import \"p\" \"m\" (memory 1)) (import "
                           "\"p\" \"g\" (global $g (mut i32)))"
                           "  (import \"p\" \"f\" (func $f (result i32)))"
                           "  (func (export \"call\") (result i32) (call $f))"
                           "  (func (export \"write\") (result i32)"
                           "    (i32.store (i32.const 0) (i32.const 9))"
                           "    (global.set $g (i32.const 6)) (i32.const 0)))";

TEST(instances_share_what_they_import)
{
    struct world w;
    tn_extern item;
    world_begin(&w, NULL);
    tn_instance *p = world_instance(&w, provider);
    CHECK_EQ(TN_OK, tn_imports_instance(w.imports, "p", p, &w.err));
    tn_instance *u = world_instance(&w, user);
    CHECK_EQ(0, get_i32(&w, u, "call"));
    get_i32(&w, u, "write");
    CHECK_EQ(9, get_i32(&w, p, "f"));
    CHECK_EQ(TN_OK, tn_instance_export(p, "g", &item, &w.err));
    CHECK_EQ(6, tn_global_get(item.of.global).of.i32);
    world_end(&w);
}

TEST(a_closed_instance_answers_unloaded)
{
    struct world w;
    int32_t result;
    world_begin(&w, NULL);
    tn_instance *p = world_instance(&w, provider);
    CHECK_EQ(TN_OK, tn_imports_instance(w.imports, "p", p, &w.err));
    tn_instance *u = world_instance(&w, user);
    tn_instance_close(p);
    CHECK_EQ(TN_E_TRAP, call_i32(&w, u, "call", NULL, 0, &result));
    CHECK_EQ(TN_TRAP_UNLOADED, tn_store_trap_kind(w.store));
    CHECK_EQ(TN_E_TRAP, call_i32(&w, p, "f", NULL, 0, &result));
    CHECK_EQ(0, get_i32(&w, u, "write"));
    world_end(&w);
}

TEST(instances_end_in_any_order)
{
    for (int order = 0; order < 4; order++) {
        struct world w;
        world_begin(&w, NULL);
        tn_instance *p = world_instance(&w, provider);
        CHECK_EQ(TN_OK, tn_imports_instance(w.imports, "p", p, &w.err));
        tn_instance *u = world_instance(&w, user);
        if (order == 0)
            tn_instance_free(p), tn_instance_free(u);
        else if (order == 1)
            tn_instance_free(u), tn_instance_free(p);
        else if (order == 2)
            tn_instance_free(p);
        world_end(&w);
    }
}

TEST(a_thousand_instances_come_and_go_without_growth)
{
    struct world w;
    size_t live = 0;
    world_begin(&w, NULL);
    for (int i = 0; i < 1000; i++) {
        tn_instance *p = world_instance(&w, provider);
        CHECK_EQ(0, get_i32(&w, p, "f"));
        tn_instance_free(p);
        if (i == 100)
            live = w.heap.live;
    }
    CHECK(w.heap.live <= live);
    world_end(&w);
}

TEST(attempts_to_link_that_fail_leave_nothing)
{
    static const char text[] = "(module (import \"p\" \"?\" (func))"
                               " (import \"p\" \"m\" (memory 1)))";
    struct world w;
    tn_instance *instance;
    size_t live = 0;
    world_begin(&w, NULL);
    tn_imports_trap_unknown(w.imports);
    for (int i = 0; i < 1000; i++) {
        CHECK_EQ(TN_E_MISSING, world_try(&w, text, &instance));
        if (i == 199)
            live = w.heap.live;
    }
    CHECK(w.heap.live <= live + 65536);
    world_end(&w);
}

TEST(missing_and_unfit_imports_are_told)
{
    struct world w;
    tn_instance *instance;
    world_begin(&w, NULL);
    CHECK_EQ(TN_E_MISSING, world_try(&w, user, &instance));
    CHECK(instance == NULL);
    CHECK(strstr(w.err.text, "\"p\" \"m\"") != NULL);
    tn_instance *p = world_instance(&w, provider);
    CHECK_EQ(TN_OK, tn_imports_instance(w.imports, "p", p, &w.err));
    CHECK_EQ(TN_E_TYPE,
             world_try(&w, "(module (import \"p\" \"f\" (func)))", &instance));
    CHECK_EQ(
        TN_E_TYPE,
        world_try(&w, "(module (import \"p\" \"m\" (memory 2)))", &instance));
    CHECK_EQ(TN_E_TYPE,
             world_try(&w, "(module (import \"p\" \"m\" (func)))", &instance));
    tn_imports_trap_unknown(w.imports);
    CHECK_EQ(TN_OK,
             world_try(&w, "(module (import \"p\" \"?\" (func)))", &instance));
    world_end(&w);
}

TEST(a_memory_grows_to_its_limit)
{
    struct world w;
    tn_memory *memory;
    world_begin(&w, NULL);
    tn_instance *p = world_instance(&w, provider);
    CHECK_EQ(TN_OK, tn_instance_memory(p, "m", &memory, &w.err));
    CHECK_EQ(65536, tn_memory_size(memory));
    CHECK_EQ(1, tn_memory_grow(memory, 2));
    CHECK_EQ(3, tn_memory_pages(memory));
    CHECK(tn_memory_grow(memory, 1) == UINT64_MAX);
    CHECK(tn_memory_span(memory, 3 * 65536 - 1, 1) != NULL);
    CHECK(tn_memory_span(memory, 3 * 65536 - 1, 2) == NULL);
    CHECK(tn_memory_span(memory, UINT64_MAX, 2) == NULL);
    CHECK(tn_memory_span(memory, 3 * 65536, 0) != NULL);
    world_end(&w);
}

TEST(a_stores_memory_limit_holds_for_all_together)
{
    struct world w;
    tn_instance *instance;
    tn_store_config config = TN_STORE_CONFIG_INIT;
    config.max_memory_bytes = 3 * 65536;
    world_begin(&w, &config);
    CHECK_EQ(TN_OK, world_try(&w, "(module (memory 2))", &instance));
    CHECK_EQ(TN_E_LIMIT, world_try(&w, "(module (memory 2))", &instance));
    CHECK_EQ(TN_OK, world_try(&w, "(module (memory 1))", &instance));
    world_end(&w);
}

TEST(memories_and_indices_may_be_64_bits_wide)
{
    struct world w;
    world_begin(&w, NULL);
    tn_instance *instance =
        world_instance(&w, "(module (memory $a i64 1) (memory $b 1)"
                           "  (func (export \"go\") (result i32)"
                           "    (i32.store $a (i64.const 65532) (i32.const 40))"
                           "    (i32.store $b (i32.const 65532) (i32.const 2))"
                           "    (i32.add (i32.load $a (i64.const 65532)) "
                           "(i32.load $b (i32.const 65532))))"
                           "  (func (export \"far\") (result i32) (i32.load $a "
                           "(i64.const 0x100000000))))");
    int32_t result;
    CHECK_EQ(42, get_i32(&w, instance, "go"));
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "far", NULL, 0, &result));
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS, tn_store_trap_kind(w.store));
    world_end(&w);
}

TEST(tables_hold_functions_that_can_be_called)
{
    struct world w;
    tn_extern item;
    tn_val value, result;
    world_begin(&w, NULL);
    tn_instance *p = world_instance(&w, provider);
    CHECK_EQ(TN_OK, tn_instance_export(p, "t", &item, &w.err));
    CHECK_EQ(2, tn_table_size(item.of.table));
    CHECK_EQ(TN_OK, tn_table_get(item.of.table, 0, &value, &w.err));
    CHECK_EQ(TN_OK, tn_func_call(value.of.func, NULL, 0, &result, 1, &w.err));
    CHECK_EQ(TN_OK, tn_table_set(item.of.table, 1, value, &w.err));
    CHECK(tn_table_get(item.of.table, 2, &value, NULL) != TN_OK);
    CHECK_EQ(2, tn_table_grow(item.of.table, 3, value));
    CHECK_EQ(5, tn_table_size(item.of.table));
    world_end(&w);
}

TEST(constants_cannot_be_set)
{
    struct world w;
    tn_global *global;
    tn_val one = {.kind = TN_I32, .of.i32 = 1}, wide = {.kind = TN_I64};
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK, tn_global_new(w.store, one, false, &global, &w.err));
    CHECK_EQ(TN_E_MISUSE, tn_global_set(global, one, NULL));
    CHECK_EQ(TN_OK, tn_global_new(w.store, one, true, &global, &w.err));
    CHECK_EQ(TN_E_TYPE, tn_global_set(global, wide, NULL));
    CHECK_EQ(TN_OK, tn_global_set(global, one, NULL));
    world_end(&w);
}

/* Says that the guest runs, so that the interrupt finds it. */
static tn_status tell(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    (void)call, (void)slots, (void)err;
    pthread_barrier_wait(env);
    return TN_OK;
}

struct interrupter {
    tn_store *store;
    pthread_barrier_t barrier;
};

static void *interrupt_once(void *arg)
{
    struct interrupter *i = arg;
    pthread_barrier_wait(&i->barrier);
    tn_store_interrupt(i->store);
    return NULL;
}

TEST(another_thread_ends_loops_and_recursions)
{
    static const char *const names[] = {"loop", "calls"};
    struct world w;
    int32_t result;
    struct interrupter i;
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK, tn_imports_func(w.imports, "h", "tell", "() -> ()", tell,
                                    &i.barrier, &w.err));
    tn_instance *instance = world_instance(
        &w, "(module (import \"h\" \"tell\" (func $tell))"
            "  (func (export \"loop\") (result i32)"
            "    (call $tell) (loop $l (br $l)) (i32.const 0))"
            "  (func $tree (param i32)"
            "    (if (local.get 0) (then"
            "      (call $tree (i32.sub (local.get 0) (i32.const 1)))"
            "      (call $tree (i32.sub (local.get 0) (i32.const 1))))))"
            "  (func (export \"calls\") (result i32)"
            "    (call $tell) (call $tree (i32.const 60)) (i32.const 0))"
            "  (func (export \"fine\") (result i32) (i32.const 3)))");
    i.store = w.store;
    for (size_t k = 0; k < 2; k++) {
        pthread_t thread;
        pthread_barrier_init(&i.barrier, NULL, 2);
        CHECK_EQ(0, pthread_create(&thread, NULL, interrupt_once, &i));
        CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, names[k], NULL, 0, &result));
        CHECK_EQ(TN_TRAP_INTERRUPT, tn_store_trap_kind(w.store));
        pthread_join(thread, NULL);
        pthread_barrier_destroy(&i.barrier);
        CHECK_EQ(3, get_i32(&w, instance, "fine"));
    }
    world_end(&w);
}

TEST(an_interrupt_of_an_idle_store_does_nothing)
{
    struct world w;
    world_begin(&w, NULL);
    tn_instance *p = world_instance(&w, provider);
    tn_store_interrupt(w.store);
    CHECK_EQ(0, get_i32(&w, p, "f"));
    world_end(&w);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}

/* --- One module, many threads -------------------------------------------- */

static const char chain[] =
    "(module (func $a (param i32) (result i32)"
    "  (i32.add (local.get 0) (i32.const 1)))"
    " (func $b (param i32) (result i32) (call $a (call $a (local.get 0))))"
    " (func $c (param i32) (result i32) (return_call $b (local.get 0)))"
    " (func (export \"f\") (result i32) (call $b (call $c (i32.const 0)))))";

struct sharer {
    tn_engine *engine;
    tn_module *module;
    int32_t result;
};

static void *call_in_own_store(void *ctx)
{
    struct sharer *sharer = ctx;
    tn_store *store;
    tn_instance *instance;
    tn_func *func;
    uint64_t slots[1] = {0};
    if (tn_store_new(sharer->engine, NULL, &store, NULL) != TN_OK)
        return NULL;
    if (tn_instance_new(store, sharer->module, NULL, &instance, NULL) ==
            TN_OK &&
        tn_instance_func(instance, "f", &func, NULL) == TN_OK &&
        tn_func_call_raw(func, slots, NULL) == TN_OK)
        sharer->result = (int32_t)slots[0];
    tn_store_free(store);
    return NULL;
}

TEST(threads_translate_one_module_at_once)
{
    enum {
        THREADS = 4
    };
    tn_bytes bytes = wat(chain);
    tn_engine *engine;
    CHECK_EQ(TN_OK, tn_engine_new(NULL, &engine, NULL));
    for (int round = 0; round < 50; round++) {
        struct sharer sharers[THREADS];
        pthread_t threads[THREADS];
        tn_module *module;
        CHECK_EQ(TN_OK, tn_module_new_copy(engine, bytes.at, bytes.size,
                                           &module, NULL));
        for (int i = 0; i < THREADS; i++) {
            sharers[i] = (struct sharer){engine, module, 0};
            CHECK_EQ(0, pthread_create(&threads[i], NULL, call_in_own_store,
                                       &sharers[i]));
        }
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        for (int i = 0; i < THREADS; i++)
            CHECK_EQ(4, sharers[i].result);
        tn_module_free(module);
    }
    tn_engine_free(engine);
}
