#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "rt/instance.h"
#include "rt/interrupt.h"
#include "rt_test.h"

static bool is_readable(int fd, int ms)
{
    struct pollfd item = {fd, POLLIN, 0};
    return poll(&item, 1, ms) == 1;
}

static tn_status wait_for_it(tn_call *call, uint64_t *slots, void *env,
                             tn_error *err)
{
    (void)slots, (void)env, (void)err;
    tn_store *store = tn_call_store(call);
    if (!is_readable(tn_rt_wake_fd(store), 10000))
        return TN_OK;
    return tn_call_trap(call, TN_TRAP_INTERRUPT);
}

static tn_status swallow(tn_call *call, uint64_t *slots, void *env,
                         tn_error *err)
{
    (void)err;
    tn_store *store = tn_call_store(call);
    tn_store_interrupt(store);
    CHECK_EQ(TN_E_TRAP, tn_func_call_raw(*(tn_func **)env, slots, NULL));
    CHECK_EQ(TN_TRAP_INTERRUPT, tn_store_trap_kind(store));
    return TN_OK;
}

static void *interrupt_soon(void *store)
{
    usleep(20000);
    tn_store_interrupt(store);
    return NULL;
}

static void interrupted(tn_store *store, tn_func *func)
{
    pthread_t thread;
    uint64_t slots[1] = {0};
    CHECK_EQ(0, pthread_create(&thread, NULL, interrupt_soon, store));
    CHECK_EQ(TN_E_TRAP, tn_func_call_raw(func, slots, NULL));
    CHECK_EQ(TN_TRAP_INTERRUPT, tn_store_trap_kind(store));
    pthread_join(thread, NULL);
    CHECK(!tn_rt_is_interrupted(store));
}

TEST(an_interrupt_ends_a_loop)
{
    struct bench b = bench_with(NULL);
    tn_imports_trap_unknown(b.imports);
    tn_instance *guest = INSTANCE(&b, host);
    interrupted(b.store, func_of(guest, "spin"));
    interrupted(b.store, func_of(guest, "spin"));
    bench_end(&b);
}

TEST(an_interrupt_wakes_a_host_function)
{
    struct bench b = bench_with(NULL);
    CHECK_EQ(TN_OK, tn_imports_func(b.imports, "host", "h", "(i32) -> i32",
                                    wait_for_it, NULL, NULL));
    tn_instance *guest = INSTANCE(&b, host);
    interrupted(b.store, func_of(guest, "run"));
    CHECK(!is_readable(tn_rt_wake_fd(b.store), 0));
    interrupted(b.store, func_of(guest, "run"));
    bench_end(&b);
}

TEST(an_interrupt_without_a_call_does_nothing)
{
    struct bench b = bench_with(NULL);
    tn_instance *box = INSTANCE(&b, box);
    uint64_t slots[1] = {1};
    tn_store_interrupt(b.store);
    CHECK(!tn_rt_is_interrupted(b.store));
    CHECK_EQ(TN_OK, tn_func_call_raw(func_of(box, "f"), slots, &b.err));
    CHECK_EQ(2, slots[0]);
    bench_end(&b);
}

TEST(a_host_function_cannot_swallow_an_interrupt)
{
    struct bench b = bench_with(NULL);
    tn_func *spin;
    uint64_t slots[1] = {0};
    CHECK_EQ(TN_OK, tn_imports_func(b.imports, "host", "h", "(i32) -> i32",
                                    swallow, &spin, NULL));
    tn_instance *guest = INSTANCE(&b, host);
    spin = func_of(guest, "spin");
    CHECK_EQ(TN_OK, tn_func_call_raw(func_of(guest, "run"), slots, &b.err));
    CHECK(!tn_rt_is_interrupted(b.store)); /* nothing polled before its end */
    bench_end(&b);
}

struct foreign {
    tn_func *func;
    tn_status status;
};

static void *call_it(void *arg)
{
    struct foreign *foreign = arg;
    uint64_t slots[1] = {0};
    foreign->status = tn_func_call_raw(foreign->func, slots, NULL);
    return NULL;
}

static tn_status call_from_another_thread(tn_call *call, uint64_t *slots,
                                          void *env, tn_error *err)
{
    (void)call, (void)slots, (void)err;
    pthread_t thread;
    CHECK_EQ(0, pthread_create(&thread, NULL, call_it, env));
    pthread_join(thread, NULL);
    return TN_OK;
}

TEST(another_thread_in_the_store_is_misuse)
{
    struct bench b = bench_with(NULL);
    struct foreign foreign = {0};
    uint64_t slots[1] = {0};
    CHECK_EQ(TN_OK, tn_imports_func(b.imports, "host", "h", "(i32) -> i32",
                                    call_from_another_thread, &foreign, NULL));
    tn_instance *guest = INSTANCE(&b, host);
    foreign.func = func_of(guest, "run");
    CHECK_EQ(TN_OK, tn_func_call_raw(foreign.func, slots, &b.err));
    CHECK_EQ(TN_E_MISUSE, foreign.status);
    bench_end(&b);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
