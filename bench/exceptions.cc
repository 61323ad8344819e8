// exceptions.cc - what catching and throwing cost, beside native C++.
//
//   exceptions FILE.wasm
//
// One line for each: nanoseconds a round, the best of five. The guest's table
// of handlers should cost nothing ("try" against "call"); a throw from below n
// frames is compared with one of this file's.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <tenon.h>

static volatile uint32_t touched;

static double now()
{
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<double>(t.tv_sec) +
           static_cast<double>(t.tv_nsec) * 1e-9;
}

__attribute__((noinline)) static void down(uint32_t n)
{
    if (n == 0)
        throw 1u;
    down(n - 1);
    touched = 1;
}

static void native_throw(uint32_t rounds, uint32_t frames)
{
    while (rounds-- > 0) {
        try {
            down(frames);
        } catch (unsigned value) {
            touched = touched + value;
        }
    }
}

template <typename F> static double best(uint32_t rounds, F run)
{
    double least = 1e9;
    for (int i = 0; i < 5; i++) {
        double begin = now();
        run();
        double took = (now() - begin) / rounds * 1e9;
        if (took < least)
            least = took;
    }
    return least;
}

static tn_func *guest(tn_instance *instance, const char *name)
{
    tn_func *func;
    tn_error err = {};
    if (tn_instance_func(instance, name, &func, &err) == TN_OK)
        return func;
    fprintf(stderr, "exceptions: %s\n", err.text);
    exit(1);
}

static double of_guest(tn_func *func, uint32_t rounds, uint32_t frames)
{
    return best(rounds, [=] {
        uint64_t slots[2] = {rounds, frames};
        if (tn_func_call_raw(func, slots, nullptr) != TN_OK)
            exit(1);
    });
}

static tn_instance *instance_of(const char *path)
{
    static char bytes[1 << 16];
    FILE *file = fopen(path, "rb");
    size_t size = file == nullptr ? 0 : fread(bytes, 1, sizeof bytes, file);
    tn_engine *engine;
    tn_store *store;
    tn_module *module;
    tn_instance *instance;
    tn_error err = {};
    if (tn_engine_new(nullptr, &engine, &err) != TN_OK ||
        tn_store_new(engine, nullptr, &store, &err) != TN_OK ||
        tn_module_new_borrow(engine, bytes, size, &module, &err) != TN_OK ||
        tn_instance_new(store, module, nullptr, &instance, &err) != TN_OK) {
        fprintf(stderr, "exceptions: %s\n", err.text);
        exit(1);
    }
    return instance;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    tn_instance *instance = instance_of(argv[1]);
    printf("%-24s %8s %8s\n", "", "tenon", "native");
    printf("%-24s %8.1f\n", "call",
           of_guest(guest(instance, "call"), 10000000, 0));
    printf("%-24s %8.1f\n", "call, ready to catch",
           of_guest(guest(instance, "try"), 10000000, 0));
    tn_func *thrower = guest(instance, "throw");
    static const uint32_t depths[] = {0, 10, 100, 10000};
    for (uint32_t frames : depths) {
        uint32_t rounds = 500000 / (frames + 5);
        char label[32];
        snprintf(label, sizeof label, "throw from %u below", frames);
        printf("%-24s %8.0f %8.0f\n", label, of_guest(thrower, rounds, frames),
               best(rounds, [=] { native_throw(rounds, frames); }));
    }
    return 0;
}
