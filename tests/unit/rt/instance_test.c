#include "rt/instance.h"
#include "rt_test.h"

TEST(closing_gives_memory_back_and_shuts_the_functions)
{
    struct bench b = bench_with(NULL);
    tn_instance *box = INSTANCE(&b, box);
    tn_func *f = func_of(box, "f");
    tn_memory *memory;
    uint64_t slots[1] = {1};
    CHECK_EQ(TN_OK, tn_instance_memory(box, "m", &memory, NULL));
    CHECK_EQ(65536, b.store->memory_bytes);
    tn_instance_close(box);
    tn_instance_close(box);
    CHECK_EQ(0, b.store->memory_bytes);
    CHECK_EQ(0, tn_memory_size(memory));
    CHECK(tn_memory_grow(memory, 1) == UINT64_MAX);
    CHECK_EQ(TN_E_TRAP, tn_func_call_raw(f, slots, NULL));
    CHECK_EQ(TN_TRAP_UNLOADED, tn_store_trap_kind(b.store));
    tn_instance_free(box);
    bench_end(&b);
}

TEST(a_memory_lives_as_long_as_one_open_instance_holds_it)
{
    for (int order = 0; order < 2; order++) {
        struct bench b = bench_with(NULL);
        tn_instance *box = INSTANCE(&b, box);
        CHECK_EQ(TN_OK, tn_imports_instance(b.imports, "box", box, &b.err));
        tn_instance *user = INSTANCE(&b, user);
        tn_imports_free(b.imports);
        b.imports = NULL;
        tn_instance_free(order == 0 ? box : user);
        tn_rt_sweep(b.store);
        CHECK_EQ(65536, b.store->memory_bytes);
        tn_instance *left = order == 0 ? user : box;
        CHECK_EQ(65536, left->context->mem0_size);
        CHECK(memcmp(left->context->mem0 + 8, "heLOo", 5) == 0);
        CHECK_EQ(1, tn_memory_grow(left->all_memories[0], 1));
        CHECK_EQ(131072, left->context->mem0_size);
        tn_instance_free(left);
        CHECK_EQ(0, b.store->memory_bytes);
        tn_rt_sweep(b.store);
        CHECK_EQ(0, b.store->garbage_count);
        CHECK(b.store->instances == NULL);
        bench_end(&b);
    }
}

TEST(object_ids_are_used_again)
{
    struct bench b = bench_with(NULL);
    tn_module *module = MODULE(&b, box);
    for (int i = 0; i < 100000; i++) {
        tn_instance *in;
        CHECK_EQ(TN_OK, tn_instance_new(b.store, module, NULL, &in, &b.err));
        tn_instance_free(in);
    }
    CHECK(b.store->ctx_count < 100);
    CHECK_EQ(1, b.store->places.classes[17 - TN_SLOT_MIN_LOG2].slabs.count);
    tn_module_free(module);
    bench_end(&b);
}

TEST(cycles_take_no_more_memory_each_time)
{
    static const tn_placement kinds[] = {TN_PLACE_SLOT, TN_PLACE_RESERVED,
                                         TN_PLACE_MOVING};
    for (size_t k = 0; k < 3; k++) {
        struct counting counting = {0};
        struct bench b = {engine_with(&counting, kinds[k]), NULL, NULL, {0}};
        CHECK_EQ(TN_OK, tn_store_new(b.engine, NULL, &b.store, NULL));
        tn_module *module = MODULE(&b, box);
        size_t settled = 0;
        for (int i = 0; i < 5000; i++) {
            tn_instance *in;
            CHECK_EQ(TN_OK, tn_instance_new(b.store, module, NULL, &in, NULL));
            tn_instance_free(in);
            if (i == 1000 || i == 4999)
                tn_rt_sweep(b.store);
            if (i == 1000)
                settled = counting.live_bytes;
        }
        CHECK_EQ(settled, counting.live_bytes);
        CHECK_EQ(0, b.engine->reservation_count);
        tn_module_free(module);
        bench_end(&b);
    }
}

TEST(ten_thousand_at_once_need_few_slabs)
{
    struct bench b = bench_with(NULL);
    tn_module *module = MODULE(&b, box);
    static tn_instance *in[10000];
    for (int i = 0; i < 10000; i++) {
        CHECK_EQ(TN_OK, tn_instance_new(b.store, module, NULL, &in[i], &b.err));
        in[i]->context->mem0[0] = (uint8_t)i;
    }
    for (int i = 0; i < 10000; i++)
        CHECK_EQ((uint8_t)i, in[i]->context->mem0[0]);
    CHECK(b.store->places.classes[17 - TN_SLOT_MIN_LOG2].slabs.count < 200);
    for (int i = 0; i < 10000; i += 2)
        tn_instance_free(in[i]);
    for (int i = 1; i < 10000; i += 2)
        tn_instance_free(in[i]);
    tn_module_free(module);
    bench_end(&b);
}

TEST(an_instance_out_of_service_answers_down)
{
    struct bench b = bench_with(NULL);
    tn_instance *box = INSTANCE(&b, box);
    uint64_t slots[1] = {1};
    tn_func *f = func_of(box, "f");
    tn_rt_instance_set_state(box, TN_INSTANCE_NEW, "not initialized");
    CHECK_EQ(TN_E_DOWN, tn_func_call_raw(f, slots, &b.err));
    CHECK_STR("instance is out of service: not initialized", b.err.text);
    CHECK_EQ(TN_TRAP_DOWN, tn_rt_gate(f));
    tn_rt_instance_set_state(box, TN_INSTANCE_LIVE, "");
    CHECK(f->code == tn_rt_stub(&b.engine->stubs.lazy));
    tn_instance_free(box);
    bench_end(&b);
}

TEST(a_store_frees_what_was_left_in_it)
{
    struct bench b = bench_with(NULL);
    (void)INSTANCE(&b, box);
    (void)INSTANCE(&b, box);
    tn_store_free(b.store);
    tn_imports_free(b.imports);
    tn_engine_free(b.engine);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
