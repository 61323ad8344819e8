// embed.cpp - tenon from C++: its objects in unique_ptr, its failures thrown.
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <tenon.h>

// What ends an object, by its type.
template <typename T, void (*end)(T *)> struct Ender {
    void operator()(T *object) const { end(object); }
};
using Engine = std::unique_ptr<tn_engine, Ender<tn_engine, tn_engine_free>>;
using Module = std::unique_ptr<tn_module, Ender<tn_module, tn_module_free>>;
using Store = std::unique_ptr<tn_store, Ender<tn_store, tn_store_free>>;

static void check(tn_status status, const tn_error &err)
{
    if (status != TN_OK)
        throw std::runtime_error(err.text);
}

// (module (func (export "gcd") (param i32 i32) (result i32)
//   (if (result i32) (local.get 1)
//     (then (return_call 0 (local.get 1) (i32.rem_u (local.get 0) (local.get 1))))
//     (else (local.get 0)))))
static const unsigned char wasm[] = {
    0,    'a',  's',  'm', 1,    0, 0,    0, 1,    7, 1, 0x60, 2, 0x7f, 0x7f,
    1,    0x7f, 3,    2,   1,    0, 7,    7, 1,    3, 'g', 'c', 'd', 0,  0,
    10,   21,   1,    19,  0,    0x20, 1, 4, 0x7f, 0x20, 1, 0x20, 0, 0x20, 1,
    0x70, 0x12, 0,    5,   0x20, 0, 0x0b, 0x0b};

int main()
try {
    tn_error err{};
    tn_engine *engine;
    tn_module *module;
    tn_store *store;
    tn_instance *instance;
    tn_func *gcd;

    check(tn_engine_new(nullptr, &engine, &err), err);
    Engine own_engine(engine);
    check(tn_module_new_borrow(engine, wasm, sizeof wasm, &module, &err), err);
    Module own_module(module);
    check(tn_store_new(engine, nullptr, &store, &err), err);
    Store own_store(store);
    check(tn_instance_new(store, module, nullptr, &instance, &err), err);
    check(tn_instance_func(instance, "gcd", &gcd, &err), err);

    uint64_t slots[2] = {1071, 462};
    check(tn_func_call_raw(gcd, slots, &err), err);
    std::printf("the greatest common divisor of 1071 and 462 is %u\n",
                static_cast<unsigned>(slots[0]));
} catch (const std::exception &e) {
    std::fprintf(stderr, "embed: %s\n", e.what());
    return 1;
}
