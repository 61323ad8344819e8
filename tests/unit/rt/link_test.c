#include "rt_test.h"

static size_t logged;

static void count_line(void *ctx, tn_log_level level, const char *part,
                       const char *text)
{
    (void)ctx, (void)part, (void)text;
    logged += level == TN_LOG_ERROR;
}

TEST(all_missing_imports_are_told)
{
    tn_config config = TN_CONFIG_INIT;
    struct bench b = {0};
    tn_instance *in;
    config.log = count_line;
    logged = 0;
    CHECK_EQ(TN_OK, tn_engine_new(&config, &b.engine, NULL));
    CHECK_EQ(TN_OK, tn_store_new(b.engine, NULL, &b.store, NULL));
    tn_module *module = MODULE(&b, user);
    CHECK_EQ(TN_E_MISSING, tn_instance_new(b.store, module, NULL, &in, &b.err));
    CHECK_STR("unknown import: \"box\" \"f\"", b.err.text);
    CHECK_EQ(5, logged);
    CHECK(in == NULL);
    tn_module_free(module);
    bench_end(&b);
}

/* `user` with one of its imports replaced by something. */
static void refused(const char *name, tn_extern item, struct bench *b)
{
    tn_instance *in;
    tn_extern old;
    tn_instance *box = b->store->instances;
    tn_module *module = MODULE(b, user);
    char words[64];
    b->err.status = TN_OK;
    CHECK_EQ(TN_OK, tn_imports_define(b->imports, "box", name, item, NULL));
    CHECK_EQ(TN_E_TYPE,
             tn_instance_new(b->store, module, b->imports, &in, &b->err));
    (void)snprintf(words, sizeof words,
                   "incompatible import type: \"box\" \"%s\"", name);
    CHECK_STR(words, b->err.text);
    CHECK_EQ(TN_OK, tn_instance_export(box, name, &old, NULL));
    CHECK_EQ(TN_OK, tn_imports_define(b->imports, "box", name, old, NULL));
    tn_module_free(module);
}

static tn_status nothing(tn_call *call, uint64_t *slots, void *env,
                         tn_error *err)
{
    (void)call, (void)slots, (void)env, (void)err;
    return TN_OK;
}

TEST(types_must_match)
{
    struct bench b = bench_with(NULL);
    tn_instance *box = INSTANCE(&b, box);
    CHECK_EQ(TN_OK, tn_imports_instance(b.imports, "box", box, &b.err));
    tn_extern func = {.kind = TN_EXTERN_FUNC},
              memory = {.kind = TN_EXTERN_MEMORY};
    tn_extern table = {.kind = TN_EXTERN_TABLE},
              global = {.kind = TN_EXTERN_GLOBAL};
    tn_limits_info limits = {.min = 1, .max = 3, .page_size_log2 = 16};
    tn_val seven = {.kind = TN_I32, .of.i32 = 7};

    CHECK_EQ(TN_OK, tn_func_new(b.store, "(i64) -> i32", nothing, NULL,
                                &func.of.func, NULL));
    refused("f", func, &b);
    refused("m", func, &b);
    CHECK_EQ(TN_OK, tn_memory_new(b.store, limits, &memory.of.memory, NULL));
    refused("m", memory, &b); /* maximum above 2 */
    limits.max = UINT64_MAX;
    CHECK_EQ(TN_OK, tn_memory_new(b.store, limits, &memory.of.memory, NULL));
    refused("m", memory, &b); /* none */
    limits = (tn_limits_info){.min = 0, .max = 2, .page_size_log2 = 16};
    CHECK_EQ(TN_OK, tn_memory_new(b.store, limits, &memory.of.memory, NULL));
    refused("m", memory, &b); /* too small now */
    limits = (tn_limits_info){
        .min = 1, .max = 2, .is_64 = true, .page_size_log2 = 16};
    CHECK_EQ(TN_OK, tn_memory_new(b.store, limits, &memory.of.memory, NULL));
    refused("m", memory, &b); /* 64 bits */
    limits = (tn_limits_info){.min = 4, .max = 8};
    CHECK_EQ(TN_OK, tn_table_new(b.store, TN_EXTERNREF, limits, &table.of.table,
                                 NULL));
    refused("t", table, &b);
    CHECK_EQ(TN_OK,
             tn_global_new(b.store, seven, false, &global.of.global, NULL));
    refused("g", global, &b);
    refused("c", global, &b);
    bench_end(&b);
}

TEST(a_memory_that_has_grown_satisfies_a_larger_minimum)
{
    struct bench b = bench_with(NULL);
    tn_limits_info limits = {.min = 0, .max = 2, .page_size_log2 = 16};
    tn_instance *box = INSTANCE(&b, box);
    tn_extern item = {.kind = TN_EXTERN_MEMORY};
    CHECK_EQ(TN_OK, tn_imports_instance(b.imports, "box", box, &b.err));
    CHECK_EQ(TN_OK, tn_memory_new(b.store, limits, &item.of.memory, NULL));
    CHECK_EQ(0, tn_memory_grow(item.of.memory, 1));
    CHECK_EQ(TN_OK, tn_imports_define(b.imports, "box", "m", item, NULL));
    tn_instance *user = INSTANCE(&b, user);
    CHECK(memcmp(tn_memory_span(item.of.memory, 10, 2), "LO", 2) == 0);
    tn_instance_free(user);
    CHECK_EQ(65536, tn_memory_size(item.of.memory));
    bench_end(&b);
}

TEST(what_is_of_another_store_is_refused)
{
    struct bench b = bench_with(NULL), other = bench_with(NULL);
    tn_instance *box = INSTANCE(&other, box), *in;
    tn_module *module = MODULE(&b, user);
    tn_extern item;
    CHECK_EQ(TN_E_MISUSE, tn_imports_instance(b.imports, "box", box, NULL));
    CHECK_EQ(TN_OK, tn_instance_export(box, "m", &item, NULL));
    CHECK_EQ(TN_E_MISUSE, tn_imports_define(b.imports, "a", "b", item, NULL));
    CHECK_EQ(TN_E_MISUSE,
             tn_instance_new(b.store, module, other.imports, &in, NULL));
    CHECK_EQ(TN_E_MISUSE,
             tn_instance_new(other.store, module, NULL, &in, NULL));
    tn_module_free(module);
    bench_end(&b);
    bench_end(&other);
}

TEST(unknown_functions_may_trap_instead)
{
    struct bench b = bench_with(NULL);
    tn_imports_trap_unknown(b.imports);
    tn_instance *guest = INSTANCE(&b, host);
    uint64_t slots[1] = {0};
    CHECK_EQ(TN_E_TRAP,
             tn_func_call_raw(guest->context->imports[0].func, slots, &b.err));
    CHECK_STR("unknown import \"host\" \"h\" was called", b.err.text);
    CHECK_EQ(TN_TRAP_HOST, tn_store_trap_kind(b.store));
    tn_instance_free(guest);
    tn_rt_sweep(b.store);
    CHECK(b.store->host_funcs == NULL);
    bench_end(&b);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
