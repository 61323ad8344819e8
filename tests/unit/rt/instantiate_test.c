#include "rt/instance.h"
#include "rt_test.h"

TEST(segments_and_initializers_are_in_place)
{
    struct bench b = bench_with(NULL);
    tn_instance *box = INSTANCE(&b, box);
    tn_extern item;
    tn_val value;
    tn_memory *memory;
    CHECK_EQ(TN_OK, tn_instance_memory(box, "m", &memory, NULL));
    CHECK_EQ(65536, tn_memory_size(memory));
    CHECK(memcmp(tn_memory_span(memory, 8, 5), "hello", 5) == 0);
    CHECK_EQ(TN_OK, tn_instance_export(box, "g", &item, NULL));
    CHECK_EQ(7, tn_global_get(item.of.global).of.i32);
    CHECK_EQ(TN_OK, tn_instance_export(box, "c", &item, NULL));
    CHECK_EQ(-1, tn_global_get(item.of.global).of.i64);
    CHECK_EQ(TN_OK, tn_instance_export(box, "t", &item, NULL));
    CHECK_EQ(TN_OK, tn_table_get(item.of.table, 1, &value, NULL));
    CHECK(value.of.func == func_of(box, "f"));
    CHECK_EQ(TN_OK, tn_table_get(item.of.table, 0, &value, NULL));
    CHECK(value.of.func == NULL);
    tn_instance_free(box);
    bench_end(&b);
}

TEST(what_is_imported_is_the_same_thing)
{
    struct bench b = bench_with(NULL);
    tn_instance *box = INSTANCE(&b, box);
    CHECK_EQ(TN_OK, tn_imports_instance(b.imports, "box", box, &b.err));
    tn_instance *user = INSTANCE(&b, user);
    tn_memory *memory;
    tn_extern item;
    tn_val value;
    CHECK(func_of(user, "f") == func_of(box, "f"));
    CHECK_EQ(TN_OK, tn_instance_memory(box, "m", &memory, NULL));
    CHECK(memcmp(tn_memory_span(memory, 8, 5), "heLOo", 5) == 0);
    CHECK_EQ(TN_OK, tn_instance_export(box, "t", &item, NULL));
    CHECK_EQ(TN_OK, tn_table_get(item.of.table, 2, &value, NULL));
    CHECK(value.of.func == func_of(user, "twice"));
    CHECK_EQ(TN_OK, tn_instance_export(user, "d", &item, NULL));
    CHECK_EQ(-1, tn_global_get(item.of.global).of.i64);
    CHECK_EQ(0, tn_memory_grow(memory, 0) - 1);
    CHECK_EQ(1, tn_memory_grow(memory, 1));
    CHECK_EQ(131072, user->context->mem0_size);
    CHECK(user->context->mem0 == box->context->mem0);
    tn_instance_free(box);
    tn_instance_free(user);
    bench_end(&b);
}

TEST(a_segment_that_does_not_fit_traps_after_earlier_ones_are_written)
{
    struct bench b = bench_with(NULL);
    tn_instance *box = INSTANCE(&b, box), *late;
    tn_module *module = MODULE(&b, late);
    tn_extern item;
    tn_val value;
    uint64_t slots[1] = {0};
    CHECK_EQ(TN_OK, tn_imports_instance(b.imports, "box", box, &b.err));
    CHECK_EQ(TN_E_TRAP,
             tn_instance_new(b.store, module, b.imports, &late, &b.err));
    CHECK(late == NULL);
    CHECK_STR("out of bounds memory access", b.err.text);
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS, tn_store_trap_kind(b.store));
    CHECK_EQ(TN_OK, tn_instance_export(box, "t", &item, NULL));
    CHECK_EQ(TN_OK, tn_table_get(item.of.table, 3, &value, NULL));
    CHECK(value.of.func != NULL);
    tn_rt_sweep(b.store);
    CHECK_EQ(TN_OK, tn_func_call_raw(value.of.func, slots, NULL));
    CHECK_EQ(42, slots[0]);
    value.of.func = NULL;
    CHECK_EQ(TN_OK, tn_table_set(item.of.table, 3, value, NULL));
    tn_rt_sweep(b.store);
    CHECK_EQ(0, b.store->garbage_count);
    CHECK(b.store->instances == box && box->next == NULL);
    tn_module_free(module);
    tn_instance_free(box);
    bench_end(&b);
}

/* (module (memory 2) (data (i32.const 1000) "...")) with 70,000 bytes. */
static void large_module(struct tn_buf *out)
{
    static const uint8_t head[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 5, 3, 1, 0, 2};
    tn_buf_init(out, &tn_alloc_libc);
    tn_buf_put(out, head, sizeof head);
    tn_buf_byte(out, 11);
    tn_buf_uleb(out, 1 + 1 + 4 + 3 + 70000);
    tn_buf_uleb(out, 1);
    tn_buf_put(out, "\x00\x41\xe8\x07\x0b", 5);
    tn_buf_uleb(out, 70000);
    for (int i = 0; i < 70000; i++)
        tn_buf_byte(out, (uint8_t)(i % 251));
}

TEST(large_data_is_an_image_whose_writes_stay_private)
{
    ONLY_IF(sizeof(void *) == 8); /* else nothing is reserved */
    struct bench b = bench_with(NULL);
    struct tn_buf bytes;
    tn_instance *in[2];
    large_module(&bytes);
    tn_module *module = module_of(&b, bytes.at, bytes.size);
    for (int i = 0; i < 2; i++) {
        CHECK_EQ(TN_OK, tn_instance_new(b.store, module, NULL, &in[i], NULL));
        const uint8_t *mem = in[i]->context->mem0;
        CHECK_EQ(TN_PLACE_RESERVED, in[i]->memories[0].place.kind);
        CHECK_EQ(0, mem[999]);
        CHECK_EQ(69999 % 251, mem[70999]);
        CHECK_EQ(0, mem[71000]);
        for (int k = 0; k < 70000; k += 999)
            CHECK_EQ(k % 251, mem[1000 + k]);
        in[i]->context->mem0[1000] = 99;
    }
    CHECK(module->image >= 0);
    tn_instance_free(in[0]);
    tn_instance_free(in[1]);
    tn_module_free(module);
    bench_end(&b);
    tn_buf_clear(&bytes);
}

TEST(every_allocation_may_fail_and_nothing_leaks)
{
    static const tn_placement kinds[] = {TN_PLACE_AUTO, TN_PLACE_MOVING};
    for (size_t k = 0; k < 2; k++) {
        size_t fail_at = 0, calls;
        do {
            struct counting counting = {.fail_at = ++fail_at};
            tn_status status;
            struct bench b = {
                engine_with(&counting, kinds[k]), NULL, NULL, {0}};
            tn_module *modules[2] = {0};
            tn_instance *in[2] = {0};
            status = b.engine == NULL ? TN_E_NOMEM : TN_OK;
            if (status == TN_OK)
                status = tn_store_new(b.engine, NULL, &b.store, NULL);
            if (status == TN_OK)
                status = tn_imports_new(b.store, &b.imports, NULL);
            if (status == TN_OK)
                status = tn_module_new_copy(b.engine, box_wasm, sizeof box_wasm,
                                            &modules[0], NULL);
            if (status == TN_OK)
                status =
                    tn_instance_new(b.store, modules[0], NULL, &in[0], NULL);
            if (status == TN_OK)
                status = tn_imports_instance(b.imports, "box", in[0], NULL);
            if (status == TN_OK)
                status = tn_module_new_borrow(
                    b.engine, user_wasm, sizeof user_wasm, &modules[1], NULL);
            if (status == TN_OK)
                status = tn_instance_new(b.store, modules[1], b.imports, &in[1],
                                         NULL);
            CHECK(status == TN_OK || status == TN_E_NOMEM);
            tn_instance_free(in[1]);
            tn_instance_free(in[0]);
            tn_module_free(modules[1]);
            tn_module_free(modules[0]);
            tn_imports_free(b.imports);
            tn_store_free(b.store);
            tn_engine_free(b.engine);
            CHECK_EQ(0, counting.live_bytes);
            CHECK_EQ(0, counting.blocks);
            calls = counting.calls;
        } while (calls >= fail_at);
        CHECK(fail_at > 20);
    }
}

TEST(limits_of_the_store_are_kept)
{
    tn_store_config config = TN_STORE_CONFIG_INIT;
    config.max_memory_bytes = 3 * 65536;
    config.max_instances = 3;
    config.max_table_elements = 6;
    struct bench b = bench_with(&config);
    tn_instance *in[3], *more;
    tn_module *module = MODULE(&b, box);
    tn_extern item;
    tn_memory *memory;
    for (int i = 0; i < 3; i++)
        CHECK_EQ(TN_OK, tn_instance_new(b.store, module, NULL, &in[i], NULL));
    CHECK_EQ(TN_E_LIMIT, tn_instance_new(b.store, module, NULL, &more, NULL));
    CHECK_EQ(TN_OK, tn_instance_memory(in[0], "m", &memory, NULL));
    CHECK(tn_memory_grow(memory, 1) == UINT64_MAX);
    CHECK_EQ(TN_OK, tn_instance_export(in[0], "t", &item, NULL));
    tn_val null = {.kind = TN_FUNCREF};
    CHECK(tn_table_grow(item.of.table, 3, null) == UINT64_MAX);
    CHECK_EQ(4, tn_table_grow(item.of.table, 2, null));
    tn_instance_close(in[1]);
    CHECK_EQ(1, tn_memory_grow(memory, 1));
    CHECK_EQ(TN_E_LIMIT, tn_instance_new(b.store, module, NULL, &more, NULL));
    tn_module_free(module);
    bench_end(&b);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
