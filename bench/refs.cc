// refs.cc - what objects, casts and exceptions cost, beside native C++.
//
//   refs FILE.wasm [ROUNDS]
//
// Both sides of a line do the same, in turns; CPU time of this process is
// counted, for one of what they do. A guest's table of handlers should cost
// nothing: there the other side is the guest's own call without one.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <tenon.h>
#include <vector>

using Side = std::function<void(uint32_t times)>;

static volatile uint32_t touched;

static double now()
{
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) +
           static_cast<double>(t.tv_nsec) * 1e-9;
}

static double time_of(const Side &side, uint32_t times)
{
    double begin = now();
    side(times);
    return now() - begin;
}

static double median(std::vector<double> &values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

static size_t rounds = 7;

// `inner` is how many of what counts each time is.
static void compare(const char *name, uint32_t times, uint32_t inner,
                    const Side &a, const Side &b)
{
    std::vector<double> of_a, of_b;
    for (size_t i = 0; i < rounds; i++) {
        of_a.push_back(time_of(a, times));
        of_b.push_back(time_of(b, times));
    }
    double scale = 1e9 / times / inner;
    double x = median(of_a) * scale, y = median(of_b) * scale;
    printf("%-32s %8.1f %8.1f %7.2fx\n", name, x, y, x / y);
    fflush(stdout);
}

// ---------------------------------------------------------------- native

struct Node {
    void *type;
    Node *left, *right;
};

static Node *make(uint32_t depth)
{
    Node *node = static_cast<Node *>(calloc(1, sizeof *node));
    if (node == nullptr)
        abort();
    if (depth > 0) {
        node->left = make(depth - 1);
        node->right = make(depth - 1);
    }
    return node;
}

static uint32_t count_and_free(Node *node)
{
    if (node == nullptr)
        return 0;
    uint32_t count =
        1 + count_and_free(node->left) + count_and_free(node->right);
    free(node);
    return count;
}

struct Base {
    Base *next = nullptr;
    virtual ~Base() = default;
};
struct Middle : Base {
    uint32_t a = 1;
};
struct Leaf final : Middle {
    uint32_t b = 2;
};

static std::vector<Leaf> ring;

static void native_walk(uint32_t steps)
{
    Base *at = &ring[0];
    while (steps-- > 0)
        at = at->next;
    touched = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(at));
}

static void native_cast(uint32_t steps)
{
    Base *at = &ring[0];
    uint32_t sum = 0;
    for (; steps > 0; steps--, at = at->next)
        sum += dynamic_cast<Leaf &>(*at).b;
    touched = sum;
}

__attribute__((noinline)) static void down(uint32_t n)
{
    if (n == 0)
        throw 1u;
    down(n - 1);
    touched = 1;
}

static void native_throw(uint32_t times, uint32_t frames)
{
    while (times-- > 0) {
        try {
            down(frames);
        } catch (unsigned value) {
            touched = touched + value;
        }
    }
}

__attribute__((noinline)) static void again(uint32_t n)
{
    try {
        down(n);
    } catch (...) {
        throw;
    }
}

static void native_rethrow(uint32_t times, uint32_t frames)
{
    while (times-- > 0) {
        try {
            again(frames);
        } catch (unsigned value) {
            touched = touched + value;
        }
    }
}

// ----------------------------------------------------------------- guest

static void check(tn_status status, const tn_error &err)
{
    if (status == TN_OK)
        return;
    fprintf(stderr, "refs: %s\n", err.text);
    exit(1);
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
    check(tn_engine_new(nullptr, &engine, &err), err);
    check(tn_store_new(engine, nullptr, &store, &err), err);
    check(tn_module_new_borrow(engine, bytes, size, &module, &err), err);
    check(tn_instance_new(store, module, nullptr, &instance, &err), err);
    return instance;
}

static tn_instance *instance;

static Side guest(const char *name, uint32_t argument = 0)
{
    tn_func *func;
    tn_error err = {};
    check(tn_instance_func(instance, name, &func, &err), err);
    return [=](uint32_t times) {
        uint64_t slots[2] = {times, argument};
        tn_error failure = {};
        check(tn_func_call_raw(func, slots, &failure), failure);
    };
}

static void compare_objects()
{
    enum {
        DEPTH = 14,
        RING = 1000
    };
    compare("tree node, made and dropped", 60, (2 << DEPTH) - 1,
            guest("trees", DEPTH), [](uint32_t times) {
                while (times-- > 0)
                    touched = count_and_free(make(DEPTH));
            });
    guest("ring")(RING - 1);
    ring.resize(RING);
    for (size_t i = 0; i < RING; i++)
        ring[i].next = &ring[(i + 1) % RING];
    compare("struct.get, along a list", 10000000, 1, guest("walk"),
            native_walk);
    compare("and ref.cast, dynamic_cast", 10000000, 1, guest("cast"),
            native_cast);
}

static void compare_exceptions()
{
    static const uint32_t depths[] = {0, 10, 100, 10000};
    compare("try_table and call, call", 10000000, 1, guest("try"),
            guest("call"));
    for (uint32_t frames : depths) {
        char label[32];
        snprintf(label, sizeof label, "throw from %u below",
                 static_cast<unsigned>(frames));
        compare(label, 500000 / (frames + 5), 1, guest("throw", frames),
                [=](uint32_t times) { native_throw(times, frames); });
    }
    compare("throw, caught, thrown again", 50000, 1, guest("rethrow", 0),
            [](uint32_t times) { native_rethrow(times, 0); });
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    if (argc > 2)
        rounds = strtoul(argv[2], nullptr, 10) | 1;
    instance = instance_of(argv[1]);
    printf("%-32s %8s %8s %8s\n", "ns", "tenon", "native", "ratio");
    compare_objects();
    compare_exceptions();
    return 0;
}
