/* api_threads.c - one shared memory, several stores, each on its thread. */
#include "api.h"

#include <unistd.h>

#include <pthread.h>

enum {
    THREADS = 8,
    ROUNDS = 2000,
    PAGE = 65536
};

/* Addresses: counters of 4, 8, 2 and 1 bytes at 0, 8, 16, 18; 32 a lock and
 * at 36 what it guards; 64 a flag and at 128 a message; a queue: items put
 * at 256, taken at 260, begun at 264, and the items from 512 on. */
static const char guest[] =
    "(module"
    "  (import \"env\" \"m\" (memory 1 200 shared))"
    "  (func (export \"count\") (param i32) (result i32)"
    "    (loop $l"
    "      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))"
    "      (drop (i64.atomic.rmw.sub (i32.const 8) (i64.const 1)))"
    "      (drop (i32.atomic.rmw16.add_u (i32.const 16) (i32.const 1)))"
    "      (drop (i32.atomic.rmw8.add_u (i32.const 18) (i32.const 1)))"
    "      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"
    "    (i32.const 0))"
    "  (func $lock"
    "    (loop $l (br_if $l"
    "      (i32.atomic.rmw.cmpxchg (i32.const 32) (i32.const 0)"
    "        (i32.const 1)))))"
    "  (func (export \"locked\") (param i32) (result i32)"
    "    (loop $l"
    "      (call $lock)"
    "      (i32.store (i32.const 36)"
    "        (i32.add (i32.load (i32.const 36)) (i32.const 1)))"
    "      (i32.atomic.store (i32.const 32) (i32.const 0))"
    "      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"
    "    (i32.const 0))"
    "  (func (export \"send\") (param i32) (result i32) (local i32)"
    "    (loop $l"
    "      (local.set 1 (i32.add (local.get 1) (i32.const 1)))"
    "      (i64.store (i32.const 128)"
    "        (i64.mul (i64.extend_i32_u (local.get 1)) (i64.const 7)))"
    "      (i32.atomic.store (i32.const 64) (local.get 1))"
    "      (loop $w (br_if $w (i32.atomic.load (i32.const 64))))"
    "      (br_if $l (i32.ne (local.get 1) (local.get 0))))"
    "    (i32.const 0))"
    "  (func (export \"receive\") (param i32) (result i32) (local i32 i32)"
    "    (loop $l"
    "      (loop $w (br_if $w (i32.eqz"
    "        (local.tee 1 (i32.atomic.load (i32.const 64))))))"
    "      (if (i64.ne (i64.load (i32.const 128))"
    "          (i64.mul (i64.extend_i32_u (local.get 1)) (i64.const 7)))"
    "        (then (local.set 2 (i32.add (local.get 2) (i32.const 1)))))"
    "      (atomic.fence)"
    "      (i32.atomic.store (i32.const 64) (i32.const 0))"
    "      (br_if $l (i32.ne (local.get 1) (local.get 0))))"
    "    (local.get 2))"
    "  (func (export \"put\") (param i32) (result i32)"
    "    (i32.atomic.store (i32.add (i32.const 512) (i32.shl"
    "      (i32.atomic.rmw.add (i32.const 264) (i32.const 1)) (i32.const 2)))"
    "      (local.get 0))"
    "    (drop (i32.atomic.rmw.add (i32.const 256) (i32.const 1)))"
    "    (memory.atomic.notify (i32.const 256) (i32.const 1)))"
    "  (func (export \"take\") (param i32) (result i32) (local i32 i32)"
    "    (loop $l (block $empty"
    "      (local.set 1 (i32.atomic.load (i32.const 260)))"
    "      (local.set 2 (i32.atomic.load (i32.const 256)))"
    "      (br_if $empty (i32.eq (local.get 1) (local.get 2)))"
    "      (br_if $l (i32.ne (local.get 1) (i32.atomic.rmw.cmpxchg"
    "        (i32.const 260) (local.get 1)"
    "        (i32.add (local.get 1) (i32.const 1)))))"
    "      (local.set 1 (i32.add (i32.const 512)"
    "        (i32.shl (local.get 1) (i32.const 2))))"
    "      (loop $w (br_if $w (i32.eqz"
    "        (local.tee 2 (i32.atomic.load (local.get 1))))))"
    "      (return (local.get 2)))"
    "    (drop (memory.atomic.wait32 (i32.const 256) (local.get 2)"
    "      (i64.const -1)))"
    "    (br $l))"
    "    (unreachable))"
    "  (func (export \"bytes\") (param i32) (result i32)"
    "    (local i32)"
    "    (loop $l"
    "      (drop (i32.atomic.rmw8.add_u (local.get 0) (i32.const 1)))"
    "      (br_if $l (i32.ne (i32.const 100)"
    "        (local.tee 1 (i32.add (local.get 1) (i32.const 1))))))"
    "    (i32.const 0)))";

/* Each on one word at its argument. */
static const char prober[] =
    "(module"
    "  (import \"env\" \"m\" (memory 1 200 shared))"
    "  (data $word \"\\01\\02\\03\\04\")"
    "  (func (export \"grow\") (param i32) (result i32) (local i32)"
    "    (loop $l"
    "      (local.set 1 (memory.grow (i32.const 1)))"
    "      (if (i32.eq (local.get 1) (i32.const -1)) (then unreachable))"
    "      (i32.store (i32.shl (local.get 1) (i32.const 16)) (i32.const 1))"
    "      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"
    "    (i32.const 0))"
    "  (func (export \"sum\") (param i32) (result i32) (local i32)"
    "    (loop $l (local.set 0 (i32.sub (local.get 0) (i32.const 1)))"
    "      (local.set 1 (i32.add (local.get 1)"
    "        (i32.load (i32.shl (local.get 0) (i32.const 16)))))"
    "      (br_if $l (i32.gt_u (local.get 0) (i32.const 1))))"
    "    (local.get 1))"
    "  (func (export \"wait\") (param i32) (result i32)"
    "    (memory.atomic.wait32 (local.get 0) (i32.const 0) (i64.const -1)))"
    "  (func (export \"wait_ms\") (param i32) (result i32)"
    "    (memory.atomic.wait64 (i32.const 8) (i64.const 0)"
    "      (i64.mul (i64.extend_i32_s (local.get 0)) (i64.const 1000000))))"
    "  (func (export \"wait_other\") (param i32) (result i32)"
    "    (memory.atomic.wait32 (local.get 0) (i32.const 99) (i64.const -1)))"
    "  (func (export \"load\") (param i32) (result i32)"
    "    (i32.load (local.get 0)))"
    "  (func (export \"load_any\") (param i32) (result i32)"
    "    (i32.atomic.load (local.get 0)))"
    "  (func (export \"store\") (param i32) (result i32)"
    "    (i32.store (local.get 0) (i32.const 5)) (i32.const 0))"
    "  (func (export \"fill\") (param i32) (result i32)"
    "    (memory.fill (local.get 0) (i32.const 6) (i32.const 4))"
    "    (i32.const 0))"
    "  (func (export \"copy\") (param i32) (result i32)"
    "    (memory.copy (i32.const 1024) (local.get 0) (i32.const 4))"
    "    (i32.const 0))"
    "  (func (export \"init\") (param i32) (result i32)"
    "    (memory.init $word (local.get 0) (i32.const 0) (i32.const 4))"
    "    (i32.const 0))"
    "  (func (export \"race\") (param i32) (result i32)"
    "    (loop $l"
    "      (i32.store (i32.const 40) (i32.load (i32.const 44)))"
    "      (memory.fill (i32.const 44) (local.get 0) (i32.const 4))"
    "      (i64.store align=1 (i32.const 45) (i64.const 0))"
    "      (memory.copy (i32.const 40) (i32.const 42) (i32.const 9))"
    "      (memory.init $word (i32.const 44) (i32.const 0) (i32.const 4))"
    "      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"
    "    (i32.const 0))"
    "  (func (export \"notify\") (param i32) (result i32)"
    "    (memory.atomic.notify (local.get 0) (i32.const 1)))"
    "  (func (export \"size\") (param i32) (result i32) (memory.size))"
    ")";

/* An engine, a shared memory in it, and a module that imports it. */
struct arena {
    tn_engine *engine;
    tn_shared_memory *memory;
    tn_module *module;
};

/* A store on a thread of its own: calls `name` with `arg`. */
struct worker {
    const struct arena *arena;
    const char *name;
    int32_t arg, result;
    tn_store *store;
    tn_func *func;
    tn_status status;
    pthread_t thread;
};

static void arena_begin(struct arena *a, const char *text)
{
    tn_bytes bytes = wat(text);
    tn_error err = {0};
    CHECK_EQ(TN_OK, tn_engine_new(NULL, &a->engine, &err));
    tn_limits_info limits = {1, 200, false, true, 16};
    CHECK_EQ(TN_OK, tn_shared_memory_new(a->engine, limits, &a->memory, &err));
    if (tn_module_new_copy(a->engine, bytes.at, bytes.size, &a->module, &err) !=
        TN_OK)
        FAIL("module: %s", err.text);
}

static void arena_end(struct arena *a)
{
    tn_module_free(a->module);
    tn_shared_memory_free(a->memory);
    tn_engine_free(a->engine);
}

static struct worker worker_of(const struct arena *a, const char *name,
                               int32_t arg)
{
    struct worker w = {.arena = a, .name = name, .arg = arg};
    tn_imports *imports;
    tn_extern item = {.kind = TN_EXTERN_MEMORY};
    tn_instance *instance;
    tn_error err = {0};
    CHECK_EQ(TN_OK, tn_store_new(a->engine, NULL, &w.store, &err));
    CHECK_EQ(TN_OK, tn_imports_new(w.store, &imports, &err));
    CHECK_EQ(TN_OK,
             tn_memory_of_shared(w.store, a->memory, &item.of.memory, &err));
    CHECK_EQ(TN_OK, tn_imports_define(imports, "env", "m", item, &err));
    if (tn_instance_new(w.store, a->module, imports, &instance, &err) != TN_OK)
        FAIL("instance: %s", err.text);
    tn_imports_free(imports);
    CHECK_EQ(TN_OK, tn_instance_func(instance, name, &w.func, &err));
    return w;
}

static void *worker_run(void *worker)
{
    struct worker *w = worker;
    uint64_t slots[1] = {(uint32_t)w->arg};
    w->status = tn_func_call_raw(w->func, slots, NULL);
    w->result = (int32_t)(uint32_t)slots[0];
    return NULL;
}

static void worker_start(struct worker *w)
{
    CHECK_EQ(0, pthread_create(&w->thread, NULL, worker_run, w));
}

static int32_t worker_end(struct worker *w)
{
    pthread_join(w->thread, NULL);
    tn_store_free(w->store);
    return w->result;
}

/* A call of an export of this worker's instance, on this thread. */
static int32_t ask(struct worker *w, const char *name, int32_t arg)
{
    struct worker other = worker_of(w->arena, name, arg);
    (void)worker_run(&other);
    if (other.status != TN_OK)
        FAIL("%s traps", name);
    tn_store_free(other.store);
    return other.result;
}

static void run_all(struct arena *a, const char *name, int32_t arg)
{
    struct worker workers[THREADS];
    for (int i = 0; i < THREADS; i++)
        workers[i] = worker_of(a, name, arg);
    for (int i = 0; i < THREADS; i++)
        worker_start(&workers[i]);
    for (int i = 0; i < THREADS; i++) {
        (void)worker_end(&workers[i]);
        CHECK_EQ(TN_OK, workers[i].status);
    }
}

static uint32_t word_at(struct arena *a, uint64_t at)
{
    return *(uint32_t *)tn_shared_memory_span(a->memory, at, 4);
}

TEST(increments_of_many_threads_are_all_counted)
{
    struct arena a;
    arena_begin(&a, guest);
    run_all(&a, "count", ROUNDS);
    uint64_t wide;
    memcpy(&wide, tn_shared_memory_span(a.memory, 8, 8), sizeof wide);
    CHECK_EQ(THREADS * ROUNDS, word_at(&a, 0));
    CHECK(wide == (uint64_t)0 - THREADS * ROUNDS);
    CHECK_EQ(THREADS * ROUNDS % 65536, word_at(&a, 16) & 0xffff);
    CHECK_EQ(THREADS * ROUNDS % 256, word_at(&a, 16) >> 16 & 0xff);
    arena_end(&a);
}

TEST(bytes_of_one_word_are_added_to_apart)
{
    struct arena a;
    struct worker workers[4];
    arena_begin(&a, guest);
    for (int i = 0; i < 4; i++)
        workers[i] = worker_of(&a, "bytes", i);
    for (int i = 0; i < 4; i++)
        worker_start(&workers[i]);
    for (int i = 0; i < 4; i++)
        (void)worker_end(&workers[i]);
    CHECK_EQ(0x64646464, word_at(&a, 0));
    arena_end(&a);
}

TEST(a_lock_by_cmpxchg_lets_one_in)
{
    struct arena a;
    arena_begin(&a, guest);
    run_all(&a, "locked", ROUNDS / 4);
    CHECK_EQ(THREADS * (ROUNDS / 4), word_at(&a, 36));
    arena_end(&a);
}

TEST(what_was_written_before_a_flag_is_read_behind_it)
{
    struct arena a;
    arena_begin(&a, guest);
    struct worker from = worker_of(&a, "send", 300);
    struct worker to = worker_of(&a, "receive", 300);
    worker_start(&from);
    worker_start(&to);
    CHECK_EQ(0, worker_end(&to));
    (void)worker_end(&from);
    CHECK_EQ(TN_OK, from.status);
    CHECK_EQ(TN_OK, to.status);
    arena_end(&a);
}

TEST(a_queue_of_waiting_threads_gets_everything_once)
{
    enum {
        ITEMS = 200
    };
    struct arena a;
    struct worker takers[ITEMS];
    int32_t sum = 0;
    arena_begin(&a, guest);
    for (int i = 0; i < ITEMS; i++)
        takers[i] = worker_of(&a, "take", 0);
    struct worker putter = worker_of(&a, "put", 0);
    for (int at = 0; at < ITEMS; at += THREADS) {
        for (int i = at; i < at + THREADS && i < ITEMS; i++)
            worker_start(&takers[i]);
        for (int i = at; i < at + THREADS && i < ITEMS; i++) {
            putter.arg = i + 1;
            (void)worker_run(&putter);
        }
        for (int i = at; i < at + THREADS && i < ITEMS; i++)
            sum += worker_end(&takers[i]);
    }
    tn_store_free(putter.store);
    CHECK_EQ(ITEMS * (ITEMS + 1) / 2, sum);
    arena_end(&a);
}

TEST(threads_that_grow_at_once_get_pages_of_their_own)
{
    struct arena a;
    arena_begin(&a, prober);
    struct worker early = worker_of(&a, "sum", 1 + THREADS * 10);
    run_all(&a, "grow", 10);
    CHECK_EQ((1 + THREADS * 10) * PAGE, tn_shared_memory_size(a.memory));
    (void)worker_run(&early);
    CHECK_EQ(TN_OK, early.status);
    CHECK_EQ(THREADS * 10, early.result);
    tn_store_free(early.store);
    arena_end(&a);
}

/* The thread sanitizer must not take it for a race of the library's. */
TEST(guests_may_race)
{
    struct arena a;
    arena_begin(&a, prober);
    run_all(&a, "race", 200);
    arena_end(&a);
}

TEST(every_access_sees_what_others_have_added)
{
    static const char *const names[] = {"load", "load_any", "store", "fill",
                                        "copy", "init",     "notify"};
    struct arena a;
    arena_begin(&a, prober);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int32_t pages = (int32_t)(tn_shared_memory_size(a.memory) / PAGE);
        struct worker w = worker_of(&a, names[i], pages * PAGE);
        (void)worker_run(&w);
        CHECK_EQ(TN_E_TRAP, w.status);
        CHECK_EQ(TN_TRAP_MEMORY_BOUNDS, tn_store_trap_kind(w.store));
        CHECK_EQ(pages, tn_shared_memory_grow(a.memory, 1));
        (void)worker_run(&w);
        CHECK_EQ(TN_OK, w.status);
        CHECK_EQ(pages + 1, ask(&w, "size", 0));
        tn_store_free(w.store);
    }
    CHECK_EQ(5, word_at(&a, 3 * PAGE));
    CHECK_EQ(0x06060606, word_at(&a, 4 * PAGE));
    CHECK_EQ(0x04030201, word_at(&a, 6 * PAGE));
    CHECK(tn_shared_memory_grow(a.memory, 200) == UINT64_MAX);
    CHECK(tn_shared_memory_grow(a.memory, UINT64_MAX) == UINT64_MAX);
    arena_end(&a);
}

/* How many come to wait is seen by waking none: so give them time. */
static void worker_waits(struct worker *w)
{
    worker_start(w);
    usleep(30000);
}

TEST(waiters_are_woken_in_the_order_in_which_they_came)
{
    struct arena a;
    arena_begin(&a, prober);
    struct worker first = worker_of(&a, "wait", 40);
    struct worker elsewhere = worker_of(&a, "wait", 44);
    struct worker second = worker_of(&a, "wait", 40);
    worker_waits(&first);
    worker_waits(&elsewhere);
    worker_waits(&second);
    CHECK_EQ(0, tn_shared_memory_notify(a.memory, 40, 0));
    CHECK_EQ(0, tn_shared_memory_notify(a.memory, 48, UINT32_MAX));
    CHECK_EQ(1, tn_shared_memory_notify(a.memory, 40, 1));
    CHECK_EQ(0, worker_end(&first));
    CHECK_EQ(1, tn_shared_memory_notify(a.memory, 40, UINT32_MAX));
    CHECK_EQ(0, worker_end(&second));
    CHECK_EQ(1, tn_shared_memory_notify(a.memory, 44, UINT32_MAX));
    CHECK_EQ(0, worker_end(&elsewhere));
    arena_end(&a);
}

TEST(a_wait_ends_when_its_time_is_up)
{
    struct arena a;
    arena_begin(&a, prober);
    struct worker w = worker_of(&a, "wait_ms", 20);
    (void)worker_run(&w);
    CHECK_EQ(TN_OK, w.status);
    CHECK_EQ(2, w.result);
    w.arg = 0;
    (void)worker_run(&w);
    CHECK_EQ(2, w.result);
    CHECK_EQ(1, ask(&w, "wait_other", 0));
    tn_store_free(w.store);
    arena_end(&a);
}

TEST(an_interrupt_ends_a_wait_and_no_other)
{
    struct arena a;
    arena_begin(&a, prober);
    struct worker stopped = worker_of(&a, "wait", 40);
    struct worker left = worker_of(&a, "wait", 40);
    worker_waits(&stopped);
    worker_waits(&left);
    tn_store_interrupt(stopped.store);
    pthread_join(stopped.thread, NULL);
    CHECK_EQ(TN_E_TRAP, stopped.status);
    CHECK_EQ(TN_TRAP_INTERRUPT, tn_store_trap_kind(stopped.store));
    tn_store_free(stopped.store); /* while another waits there */
    CHECK_EQ(1, tn_shared_memory_notify(a.memory, 40, UINT32_MAX));
    CHECK_EQ(0, worker_end(&left));
    CHECK_EQ(TN_OK, left.status);
    arena_end(&a);
}

static const char owner[] = "(module (memory (export \"m\") 1 200 shared)"
                            "  (data (i32.const 0) \"here\"))";

TEST(a_memory_outlives_the_store_whose_module_made_it)
{
    struct arena a;
    struct world w;
    tn_memory *memory;
    arena_begin(&a, prober);
    tn_shared_memory_free(a.memory);
    tn_store *store;
    CHECK_EQ(TN_OK, tn_store_new(a.engine, NULL, &store, NULL));
    tn_bytes bytes = wat(owner);
    tn_module *module;
    tn_instance *instance;
    CHECK_EQ(TN_OK, tn_module_new_copy(a.engine, bytes.at, bytes.size, &module,
                                       &w.err));
    CHECK_EQ(TN_OK, tn_instance_new(store, module, NULL, &instance, &w.err));
    CHECK_EQ(TN_OK, tn_instance_memory(instance, "m", &memory, &w.err));
    a.memory = tn_shared_memory_retain(tn_memory_shared(memory));
    tn_instance_free(instance);
    tn_module_free(module);
    tn_store_free(store);
    struct worker reader = worker_of(&a, "load", 0);
    (void)worker_run(&reader);
    CHECK_EQ(0x65726568, reader.result);
    tn_store_free(reader.store);
    arena_end(&a);
}

TEST(a_store_counts_what_it_sees_of_shared_memories)
{
    tn_store_config config = TN_STORE_CONFIG_INIT;
    config.max_memory_bytes = 3 * PAGE;
    struct world w;
    tn_memory *memory, *second;
    tn_shared_memory *shared;
    world_begin(&w, &config);
    CHECK_EQ(TN_OK, tn_instance_memory(world_instance(&w, owner), "m", &memory,
                                       &w.err));
    tn_limits_info limits = {0, 1, false, false, 16};
    CHECK_EQ(TN_OK, tn_memory_new(w.store, limits, &second, NULL));
    CHECK(tn_memory_shared(second) == NULL);
    CHECK(tn_memory_grow(memory, 3) == UINT64_MAX);
    CHECK_EQ(1, tn_memory_grow(memory, 1));
    shared = tn_memory_shared(memory);
    CHECK_EQ(2, tn_shared_memory_grow(shared, 3)); /* by somebody else */
    CHECK(tn_memory_grow(memory, 1) == UINT64_MAX);
    CHECK_EQ(5, tn_memory_pages(memory));
    CHECK_EQ(TN_E_LIMIT, tn_memory_of_shared(w.store, shared, &second, NULL));
    world_end(&w);
}

TEST(a_shared_memory_stays_in_its_engine)
{
    struct arena a;
    struct world w;
    tn_memory *memory;
    tn_shared_memory *shared;
    arena_begin(&a, prober);
    world_begin(&w, NULL);
    CHECK_EQ(TN_E_MISUSE,
             tn_memory_of_shared(w.store, a.memory, &memory, &w.err));
    tn_limits_info limits = {1, UINT64_MAX, false, true, 16};
    CHECK_EQ(TN_E_MISUSE,
             tn_shared_memory_new(w.engine, limits, &shared, NULL));
    world_end(&w);
    arena_end(&a);
}

static tn_status make_shared(const struct world *w)
{
    tn_shared_memory *shared;
    tn_memory *memory;
    tn_limits_info limits = {1, 2, false, true, 16};
    tn_status status = tn_shared_memory_new(w->engine, limits, &shared, NULL);
    if (status != TN_OK)
        return status;
    status = tn_memory_of_shared(w->store, shared, &memory, NULL);
    tn_shared_memory_free(shared);
    return status;
}

TEST(making_a_shared_memory_can_fail_at_each_request)
{
    tn_status status = TN_E_NOMEM;
    for (size_t n = 0; status != TN_OK; n++) {
        struct world w;
        world_begin(&w, NULL);
        w.heap.fail_from = w.heap.requests + n;
        status = make_shared(&w);
        w.heap.fail_from = SIZE_MAX;
        CHECK(status == TN_OK || status == TN_E_NOMEM);
        CHECK(n < 10);
        world_end(&w);
    }
}

TEST(an_instance_that_makes_one_can_fail_at_each_request)
{
    tn_bytes bytes = wat(owner);
    tn_status status = TN_E_NOMEM;
    for (size_t n = 0; status != TN_OK; n++) {
        struct world w;
        tn_module *module;
        tn_instance *instance;
        world_begin(&w, NULL);
        CHECK_EQ(TN_OK, tn_module_new_copy(w.engine, bytes.at, bytes.size,
                                           &module, &w.err));
        w.heap.fail_from = w.heap.requests + n;
        status = tn_instance_new(w.store, module, NULL, &instance, &w.err);
        w.heap.fail_from = SIZE_MAX;
        CHECK(status == TN_OK || status == TN_E_NOMEM);
        CHECK(n < 20);
        tn_module_free(module);
        world_end(&w);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
