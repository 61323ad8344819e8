/* threaded.c - four threads: a counter that they share, a lock, and results.
 *
 * The guest has no C library, since not every system has one with threads:
 * what it needs of WASI is below. With ENDS, the second thread ends the
 * program by exit (1) or by a trap (2) while the others wait. */
#include <stdatomic.h>
#include <stdint.h>

#ifndef ENDS
#define ENDS 0
#endif

enum {
    THREADS = 4,
    LIMIT = 20000
};

static void *run_worker(void *arg);

/* --- Threads, a lock, and a line of output ------------------------------------ */

#ifdef __wasm__

#define WASI(from, name) __attribute__((import_module(from), import_name(name)))
#define PREVIEW1         "wasi_snapshot_preview1"

WASI("wasi", "thread-spawn") int32_t spawn(void *start);
WASI(PREVIEW1, "fd_write")
uint32_t fd_write(uint32_t fd, const void *vectors, uint32_t n, uint32_t *out);
WASI(PREVIEW1, "proc_exit") _Noreturn void end_program(uint32_t code);

struct thread {
    char *stack; /* its end; read by wasi_thread_start */
    void *arg;
    _Atomic int32_t done;
    _Alignas(16) char bytes[8192];
};

void enter_thread(int32_t id, struct thread *thread);

__asm__(".globaltype __stack_pointer, i32\n"
        ".functype enter_thread (i32, i32) -> ()\n"
        ".export_name wasi_thread_start, wasi_thread_start\n"
        ".globl wasi_thread_start\n"
        ".type wasi_thread_start,@function\n"
        "wasi_thread_start:\n"
        ".functype wasi_thread_start (i32, i32) -> ()\n"
        "local.get 1\n"
        "i32.load 0\n"
        "global.set __stack_pointer\n"
        "local.get 0\n"
        "local.get 1\n"
        "call enter_thread\n"
        "end_function\n");

static void wait_while(_Atomic int32_t *word, int32_t value)
{
    while (atomic_load(word) == value)
        __builtin_wasm_memory_atomic_wait32((int *)word, value, -1);
}

void enter_thread(int32_t id, struct thread *thread)
{
    if (id <= 0)
        __builtin_trap();
    run_worker(thread->arg);
    atomic_store(&thread->done, 1);
    __builtin_wasm_memory_atomic_notify((int *)&thread->done, 1);
}

static int begin_thread(struct thread *thread, void *arg)
{
    thread->stack = thread->bytes + sizeof thread->bytes;
    thread->arg = arg;
    return spawn(thread) > 0;
}

static void join_thread(struct thread *thread)
{
    wait_while(&thread->done, 0);
}

static _Atomic int32_t lock_word;

static void lock(void)
{
    while (atomic_exchange(&lock_word, 1) != 0)
        wait_while(&lock_word, 1);
}

static void unlock(void)
{
    atomic_store(&lock_word, 0);
    __builtin_wasm_memory_atomic_notify((int *)&lock_word, 1);
}

static void put(const char *text, uint32_t size)
{
    struct {
        const char *at;
        uint32_t size;
    } vector = {text, size};
    uint32_t written;
    (void)fd_write(1, &vector, 1, &written);
}

int main(void);
void _start(void);
void _start(void)
{
    main();
}

#else

#include <pthread.h>
#include <unistd.h>

struct thread {
    pthread_t os;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static int begin_thread(struct thread *thread, void *arg)
{
    return pthread_create(&thread->os, NULL, run_worker, arg) == 0;
}

static void join_thread(struct thread *thread)
{
    pthread_join(thread->os, NULL);
}

static void lock(void)
{
    pthread_mutex_lock(&mutex);
}

static void unlock(void)
{
    pthread_mutex_unlock(&mutex);
}

static void put(const char *text, uint32_t size)
{
    if (write(1, text, size) < 0)
        _exit(1);
}

static _Noreturn void end_program(uint32_t code)
{
    _exit((int)code);
}

#endif

/* --- The work -------------------------------------------------------------------- */

static _Atomic uint32_t next_number = 2;
static _Atomic uint64_t mixed;
static uint64_t sum; /* under the lock */
static uint32_t count;

static int is_prime(uint32_t n)
{
    for (uint32_t i = 2; i * i <= n; i++)
        if (n % i == 0)
            return 0;
    return 1;
}

static void *run_worker(void *arg)
{
    if (ENDS != 0 && *(const int *)arg == 2) {
        if (ENDS == 1)
            end_program(7);
        __builtin_trap();
    }
    for (;;) {
        uint32_t n = atomic_fetch_add(&next_number, 1);
        if (n >= LIMIT && ENDS != 0)
            continue; /* until another ends it */
        if (n >= LIMIT)
            return arg;
        if (!is_prime(n))
            continue;
        atomic_fetch_xor(&mixed, (uint64_t)n * n * n);
        lock();
        sum += n;
        count++;
        unlock();
    }
}

static void put_number(const char *name, uint64_t n)
{
    char text[32];
    uint32_t at = sizeof text;
    text[--at] = '\n';
    do
        text[--at] = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    uint32_t size = 0;
    while (name[size] != 0)
        size++;
    put(name, size);
    put(text + at, (uint32_t)sizeof text - at);
}

int main(void)
{
    static struct thread threads[THREADS];
    static int numbers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i + 1;
        if (!begin_thread(&threads[i], &numbers[i]))
            end_program(1);
    }
    for (int i = 0; i < THREADS; i++)
        join_thread(&threads[i]);
    put_number("primes ", count);
    put_number("sum ", sum);
    put_number("mixed ", mixed);
    return 0;
}
