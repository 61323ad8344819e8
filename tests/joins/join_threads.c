/* Threads: instances of one module on several threads, each in a store of its
 * own, over one shared memory. */
#include "joins.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

/* A mailbox: word 0 is 1 when word 4 holds a letter. */
static const char mailbox[] =
    "(module $mailbox (import \"env\" \"memory\" (memory 1 1 shared))"
    "  (func (export \"send\") (param $letter i32) (result i32)"
    "    (block $free (loop $again"
    "      (br_if $free (i32.eqz (i32.atomic.load (i32.const 0))))"
    "      (drop (memory.atomic.wait32"
    "        (i32.const 0) (i32.const 1) (i64.const 1000000000)))"
    "      (br $again)))"
    "    (i32.store (i32.const 4) (local.get $letter))"
    "    (i32.atomic.store (i32.const 0) (i32.const 1))"
    "    (memory.atomic.notify (i32.const 0) (i32.const 1)))"
    "  (func (export \"receive\") (param i32) (result i32) (local $letter i32)"
    "    (block $full (loop $again"
    "      (br_if $full (i32.atomic.load (i32.const 0)))"
    "      (drop (memory.atomic.wait32"
    "        (i32.const 0) (i32.const 0) (i64.const 1000000000)))"
    "      (br $again)))"
    "    (local.set $letter (i32.load (i32.const 4)))"
    "    (i32.atomic.store (i32.const 0) (i32.const 0))"
    "    (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))"
    "    (local.get $letter))"
    "  (func (export \"sum\") (param $n i32) (result i32)"
    "    (loop $again"
    "      (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))"
    "      (local.set $n (i32.sub (local.get $n) (i32.const 1)))"
    "      (br_if $again (local.get $n)))"
    "    (i32.atomic.load (i32.const 8)))"
    "  (func (export \"never\") (param i32) (result i32)"
    "    (memory.atomic.wait32 (i32.const 16) (i32.const 0) (i64.const -1))))";

enum {
    LETTERS = 1000,
    ADDS = 20000
};

/* One thread's share: a store with an instance over the memory of all. */
struct side {
    struct joint joint;
    tn_instance *instance;
    int32_t sum;
    tn_trap_kind trap;
    atomic_bool is_done;
};

static tn_shared_memory *shared_of(tn_engine *engine)
{
    tn_limits_info limits = {
        .min = 1, .max = 1, .is_shared = true, .page_size_log2 = 16};
    tn_shared_memory *shared;
    CHECK_EQ(TN_OK, tn_shared_memory_new(engine, limits, &shared, NULL));
    return shared;
}

static void side_begin(struct side *side, tn_engine *engine, tn_module *module,
                       tn_shared_memory *shared)
{
    struct joint *j = &side->joint;
    tn_extern memory = {.kind = TN_EXTERN_MEMORY};
    *side = (struct side){.joint.engine = engine};
    CHECK_EQ(TN_OK, tn_store_new(engine, NULL, &j->store, NULL));
    CHECK_EQ(TN_OK, tn_imports_new(j->store, &j->imports, NULL));
    CHECK_EQ(TN_OK,
             tn_memory_of_shared(j->store, shared, &memory.of.memory, NULL));
    CHECK_EQ(TN_OK,
             tn_imports_define(j->imports, "env", "memory", memory, NULL));
    CHECK_EQ(TN_OK, tn_instance_new(j->store, module, j->imports,
                                    &side->instance, NULL));
}

static void side_end(struct side *side)
{
    tn_imports_free(side->joint.imports);
    tn_store_free(side->joint.store);
}

/* Checks leave a test by a jump, which no other thread may do: what happened
 * is kept in `side`, and looked at when the thread has ended. */
static void run(struct side *side, const char *name, int32_t arg)
{
    tn_func *func = NULL;
    uint64_t slots[1] = {(uint32_t)arg};
    if (tn_instance_func(side->instance, name, &func, NULL) != TN_OK)
        return;
    tn_status status = tn_func_call_raw(func, slots, NULL);
    side->trap = status == TN_E_TRAP ? tn_store_trap_kind(side->joint.store)
                                     : TN_TRAP_NONE;
    if (status == TN_OK)
        side->sum += (int32_t)(uint32_t)slots[0];
}

static void *receive_all(void *at)
{
    for (int i = 0; i < LETTERS; i++)
        run(at, "receive", 0);
    return NULL;
}

static void *add_many(void *at)
{
    run(at, "sum", ADDS);
    return NULL;
}

static void *wait_for_ever(void *at)
{
    struct side *side = at;
    run(side, "never", 0);
    atomic_store(&side->is_done, true);
    return NULL;
}

struct two {
    tn_engine *engine;
    tn_module *module;
    tn_shared_memory *shared;
    struct side a, b;
};

static void two_begin(struct two *two)
{
    CHECK_EQ(TN_OK, tn_engine_new(NULL, &two->engine, NULL));
    two->module = module_of(two->engine, mailbox);
    two->shared = shared_of(two->engine);
    side_begin(&two->a, two->engine, two->module, two->shared);
    side_begin(&two->b, two->engine, two->module, two->shared);
}

static void two_end(struct two *two)
{
    side_end(&two->a);
    side_end(&two->b);
    tn_shared_memory_free(two->shared);
    tn_module_free(two->module);
    tn_engine_free(two->engine);
}

TEST(letters_arrive_once_and_in_order)
{
    struct two two;
    pthread_t thread;
    int32_t sum = 0;
    two_begin(&two);
    CHECK_EQ(0, pthread_create(&thread, NULL, receive_all, &two.b));
    for (int i = 0; i < LETTERS; i++) {
        run(&two.a, "send", i);
        sum += i;
    }
    pthread_join(thread, NULL);
    CHECK_EQ(TN_TRAP_NONE, two.a.trap);
    CHECK_EQ(sum, two.b.sum);
    two_end(&two);
}

TEST(no_addition_is_lost)
{
    struct two two;
    pthread_t thread;
    two_begin(&two);
    CHECK_EQ(0, pthread_create(&thread, NULL, add_many, &two.b));
    add_many(&two.a);
    pthread_join(thread, NULL);
    CHECK_EQ(2 * ADDS, two.a.sum > two.b.sum ? two.a.sum : two.b.sum);
    two_end(&two);
}

/* One is closed while the other runs on the memory they share. */
TEST(closing_one_leaves_the_other_its_memory)
{
    struct two two;
    pthread_t thread;
    two_begin(&two);
    run(&two.a, "sum", 1);
    CHECK_EQ(0, pthread_create(&thread, NULL, add_many, &two.b));
    tn_instance_free(two.a.instance);
    side_end(&two.a);
    pthread_join(thread, NULL);
    CHECK_EQ(ADDS + 1, two.b.sum);
    side_end(&two.b);
    uint8_t *word = tn_shared_memory_span(two.shared, 8, 4);
    CHECK(word != NULL);
    CHECK_EQ((ADDS + 1) & 0xff, word[0]);
    tn_shared_memory_free(two.shared);
    tn_module_free(two.module);
    tn_engine_free(two.engine);
}

TEST(who_waits_for_ever_can_be_interrupted)
{
    struct two two;
    pthread_t thread;
    two_begin(&two);
    CHECK_EQ(0, pthread_create(&thread, NULL, wait_for_ever, &two.b));
    /* An interrupt that comes before the call does nothing: try again. */
    struct timespec pause = {0, 2000000};
    do {
        tn_store_interrupt(two.b.joint.store);
        nanosleep(&pause, NULL);
    } while (!atomic_load(&two.b.is_done));
    pthread_join(thread, NULL);
    CHECK_EQ(TN_TRAP_INTERRUPT, two.b.trap);
    two_end(&two);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
