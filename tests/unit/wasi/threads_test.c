#include "build_module.h"
#include "tn_test.h"
#include "wasi/threads.h"

/* (import "wasi" "thread-spawn" (func (param i32) (result i32)))
 * (import "e" "m" (memory 1 1 shared))
 * (func (export "wasi_thread_start") (param i32 i32)  ;; id, argument
 *   (if (i32.eq (local.get 1) (i32.const 1)) (then unreachable))
 *   (if (i32.eq (local.get 1) (i32.const 2)) (then (loop (br 0))))
 *   (i32.atomic.store (i32.const 0) (local.get 0))
 *   (drop (memory.atomic.notify (i32.const 0) (i32.const 1))))
 * (func (export "wait") (result i32)
 *   (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))
 * (func (export "spawn") (param i32) (result i32) (call 0 (local.get 0))) */
#define SPAWNER                                                              \
    "1:03 60 01 7f 01 7f 60 02 7f 7f 00 60 00 01 7f;2:02 04 77 61 73 69 0c " \
    "74 68 72 65 61 64 2d 73 70 61 77 6e 00 00 01 65 01 6d 02 03 01 01;"     \
    "3:03 01 02 00;7:03 11 77 61 73 69 5f 74 68 72 65 61 64 5f 73 74 61 72 " \
    "74 "                                                                    \
    "00 01 04 77 61 69 74 00 02 05 73 70 61 77 6e 00 03;"                    \
    "10:03 (00 20 01 41 01 46 04 40 00 0b 20 01 41 02 46 04 40 03 40 0c 00 " \
    "0b 0b 41 00 20 00 fe 17 02 00 41 00 41 01 fe 00 02 00 1a 0b)"           \
    "(00 41 00 41 00 42 7f fe 01 02 00 0b)(00 20 00 10 00 0b)"

struct group {
    tn_engine *engine;
    tn_store *store;
    tn_imports *imports;
    tn_wasi_threads *threads;
    tn_instance *instance;
    tn_memory *memory;
    tn_error err;
};

/* An allocator that several threads may ask, and that fails on demand. */
struct scarce {
    _Atomic size_t requests, live;
    size_t fail_from;
};

static void *scarce_realloc(void *ctx, void *block, size_t old_bytes,
                            size_t new_bytes)
{
    struct scarce *scarce = ctx;
    if (new_bytes != 0 &&
        atomic_fetch_add(&scarce->requests, 1) >= scarce->fail_from)
        return NULL;
    atomic_fetch_add(&scarce->live, new_bytes - (block ? old_bytes : 0));
    if (new_bytes != 0)
        return realloc(block, new_bytes);
    free(block);
    return NULL;
}

static void group_begin(struct group *g, struct scarce *scarce)
{
    tn_allocator allocator = {scarce_realloc, scarce};
    tn_config config = TN_CONFIG_INIT;
    config.allocator = scarce != NULL ? &allocator : NULL;
    struct built_module m = build_module(SPAWNER);
    tn_module *module;
    tn_extern item = {.kind = TN_EXTERN_MEMORY};
    tn_limits_info limits = {1, 1, false, true, 16};
    *g = (struct group){0};
    CHECK_EQ(TN_OK, tn_engine_new(&config, &g->engine, &g->err));
    CHECK_EQ(TN_OK, tn_store_new(g->engine, NULL, &g->store, &g->err));
    CHECK_EQ(TN_OK, tn_imports_new(g->store, &g->imports, &g->err));
    if (tn_module_new_copy(g->engine, m.bytes, m.size, &module, &g->err) !=
        TN_OK)
        FAIL("%s", g->err.text);
    CHECK_EQ(TN_OK,
             tn_wasi_threads_new(g->store, module, NULL, &g->threads, &g->err));
    CHECK_EQ(TN_OK, tn_imports_wasi_threads(g->imports, g->threads, &g->err));
    CHECK_EQ(TN_OK, tn_memory_new(g->store, limits, &g->memory, &g->err));
    item.of.memory = g->memory;
    CHECK_EQ(TN_OK, tn_imports_define(g->imports, "e", "m", item, &g->err));
    CHECK_EQ(TN_OK, tn_instance_new(g->store, module, g->imports, &g->instance,
                                    &g->err));
    tn_module_free(module);
}

static void group_end(struct group *g)
{
    tn_wasi_threads_free(g->threads);
    tn_imports_free(g->imports);
    tn_store_free(g->store);
    tn_engine_free(g->engine);
}

static tn_status call(struct group *g, const char *name, uint64_t *slot)
{
    tn_func *func;
    CHECK_EQ(TN_OK, tn_instance_func(g->instance, name, &func, NULL));
    g->err = (tn_error){0};
    return tn_func_call_raw(func, slot, &g->err);
}

static uint32_t spawned(struct group *g, uint32_t arg)
{
    uint64_t slot = arg;
    CHECK_EQ(TN_OK, call(g, "spawn", &slot));
    return (uint32_t)slot;
}

TEST(a_thread_shares_the_memory_and_gets_its_number)
{
    struct group g;
    uint64_t slot = 0;
    group_begin(&g, NULL);
    CHECK_EQ(1, spawned(&g, 7));
    CHECK_EQ(TN_OK, call(&g, "wait", &slot));
    CHECK_EQ(1, *(uint8_t *)tn_memory_span(g.memory, 0, 1));
    CHECK_EQ(2, spawned(&g, 7));
    CHECK_EQ(TN_OK, tn_wasi_threads_end(g.threads, TN_OK, &g.err));
    CHECK_EQ(UINT32_MAX, spawned(&g, 7));
    group_end(&g);
}

TEST(a_trap_in_one_ends_all)
{
    struct group g;
    uint64_t slot = 0;
    group_begin(&g, NULL);
    CHECK_EQ(1, spawned(&g, 2));
    CHECK_EQ(2, spawned(&g, 1));
    tn_status status = call(&g, "wait", &slot);
    status = tn_wasi_threads_end(g.threads, status, &g.err);
    CHECK_EQ(TN_E_TRAP, status);
    CHECK_EQ(TN_TRAP_UNREACHABLE, tn_store_trap_kind(g.store));
    CHECK_STR("unreachable", g.err.text);
    group_end(&g);
}

TEST(what_still_runs_ends_with_the_first_thread)
{
    struct group g;
    group_begin(&g, NULL);
    for (uint32_t i = 1; i < 5; i++)
        CHECK_EQ(i, spawned(&g, 2));
    group_end(&g);
}

TEST(a_thread_that_cannot_be_made_leaves_nothing)
{
    uint32_t id = UINT32_MAX;
    for (size_t n = 0; id == UINT32_MAX; n++) {
        struct scarce scarce = {.fail_from = SIZE_MAX};
        struct group g;
        group_begin(&g, &scarce);
        /* The code that spawns is translated before. */
        CHECK_EQ(1, spawned(&g, 7));
        CHECK_EQ(TN_OK, tn_wasi_threads_end(g.threads, TN_OK, &g.err));
        g.threads->is_ending = false;
        scarce.fail_from = atomic_load(&scarce.requests) + n;
        id = spawned(&g, 7);
        CHECK(id == UINT32_MAX || id == 2);
        CHECK(n < 1000);
        group_end(&g);
        CHECK_EQ(0, atomic_load(&scarce.live));
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
