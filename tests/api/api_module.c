/* api_module.c - engines and modules: what is accepted, what is refused and
 * with which words, who owns what. */
#include "api.h"

static const char add[] =
    "(module (func (export \"add\") (param i32 i32) (result i32)"
    "  (i32.add (local.get 0) (local.get 1))))";

TEST(a_null_config_makes_an_engine)
{
    tn_engine *engine;
    tn_error err = {0};
    CHECK_EQ(TN_OK, tn_engine_new(NULL, &engine, &err));
    tn_engine_free(engine);
    tn_engine_free(NULL);
}

TEST(an_unknown_tier_is_refused)
{
    tn_config config = TN_CONFIG_INIT;
    tn_engine *engine = (tn_engine *)&config;
    tn_error err = {0};
    config.tier = "steam";
    CHECK(tn_engine_new(&config, &engine, &err) != TN_OK);
    CHECK(engine == NULL);
    CHECK(strstr(err.text, "steam") != NULL);
}

TEST(bytes_that_are_no_module_are_malformed)
{
    struct world w;
    tn_module *module;
    tn_error err = {0};
    world_begin(&w, NULL);
    CHECK_EQ(TN_E_MALFORMED,
             tn_module_new_copy(w.engine, "hello", 5, &module, &err));
    CHECK(module == NULL);
    CHECK_EQ(TN_E_MALFORMED, err.status);
    CHECK_EQ(0, err.offset);
    world_end(&w);
}

TEST(the_first_failure_is_kept)
{
    tn_error err = {0};
    CHECK_EQ(TN_E_MALFORMED, tn_validate("x", 1, UINT64_MAX, &err));
    tn_error first = err;
    CHECK_EQ(TN_E_MALFORMED, tn_validate("\0asm\2\0\0\0", 8, UINT64_MAX, &err));
    CHECK_STR(first.text, err.text);
}

TEST(an_invalid_module_is_refused_at_the_instruction)
{
    /* (func (result i32) i64.const 0): the end is at 27. */
    static const uint8_t bytes[] = {0, 'a', 's',  'm', 1, 0,    0,    0, 1,
                                    5, 1,   0x60, 0,   1, 0x7f, 3,    2, 1,
                                    0, 10,  6,    1,   4, 0,    0x42, 0, 0x0b};
    tn_error err = {0};
    CHECK_EQ(TN_E_INVALID, tn_validate(bytes, sizeof bytes, UINT64_MAX, &err));
    CHECK(strstr(err.text, "type mismatch") != NULL);
    CHECK_EQ(sizeof bytes - 1, err.offset);
}

TEST(a_proposal_can_be_turned_off)
{
    tn_bytes bytes = wat("(module (memory 1) (memory 1))");
    uint64_t less = ~TN_FEATURE_BIT(TN_FEATURE_MULTI_MEMORY);
    tn_error err = {0};
    CHECK_EQ(TN_OK,
             tn_validate(bytes.at, bytes.size, tn_features_default(), &err));
    CHECK_EQ(TN_E_FEATURE, tn_validate(bytes.at, bytes.size,
                                       tn_features_default() & less, &err));
    CHECK(strstr(err.text, "multi-memory") != NULL);
}

TEST(every_proposal_has_a_name)
{
    for (int i = 0; i < TN_FEATURE_COUNT; i++)
        CHECK(tn_feature_name((tn_feature)i)[0] != 0);
    CHECK(tn_feature_name(TN_FEATURE_COUNT) == NULL);
}

TEST(a_module_has_as_many_owners_as_retained_it)
{
    struct world w;
    tn_bytes bytes = wat(add);
    tn_module *module;
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK,
             tn_module_new_copy(w.engine, bytes.at, bytes.size, &module, NULL));
    CHECK(tn_module_retain(module) == module);
    tn_module_free(module);
    tn_instance *instance;
    CHECK_EQ(TN_OK, tn_instance_new(w.store, module, NULL, &instance, NULL));
    CHECK(tn_instance_module(instance) == module);
    tn_module_free(module);
    int32_t args[] = {40, 2}, sum;
    CHECK_EQ(TN_OK, call_i32(&w, instance, "add", args, 2, &sum));
    CHECK_EQ(42, sum);
    world_end(&w);
}

TEST(encoding_a_canonical_module_gives_its_bytes)
{
    tn_bytes bytes = wat(add);
    tn_text text;
    tn_error err = {0};
    CHECK_EQ(TN_OK, tn_module_encode(bytes.at, bytes.size, &text, &err));
    CHECK_EQ(bytes.size, text.size);
    CHECK(memcmp(bytes.at, text.at, text.size) == 0);
    tn_text_free(&text);
}

TEST(a_module_prints_as_text)
{
    tn_bytes bytes = wat(add);
    tn_text text;
    tn_error err = {0};
    CHECK_EQ(TN_OK, tn_module_print(bytes.at, bytes.size, &text, &err));
    CHECK(strstr(text.at, "i32.add") != NULL);
    CHECK(strstr(text.at, "(export \"add\"") != NULL);
    CHECK_EQ(strlen(text.at), text.size);
    tn_text_free(&text);
    CHECK(text.at == NULL);
}

TEST(an_info_tells_imports_and_exports_with_types)
{
    tn_bytes bytes =
        wat("(module (import \"a\" \"b\" (func (param i32) (result i64)))"
            "  (memory (export \"m\") 1 4) (global (export \"g\") "
            "(mut i32) (i32.const 0)))");
    tn_info *info;
    tn_error err = {0};
    CHECK_EQ(TN_OK, tn_info_read(bytes.at, bytes.size, &info, &err));
    CHECK_EQ(1, tn_info_import_count(info));
    CHECK_STR("a", tn_info_import(info, 0).module);
    CHECK_STR("b", tn_info_import(info, 0).name);
    CHECK_STR("(i32) -> i64", tn_info_import(info, 0).type);
    CHECK_EQ(2, tn_info_export_count(info));
    CHECK_STR("memory 1..4", tn_info_export(info, 0).type);
    CHECK_STR("global mut i32", tn_info_export(info, 1).type);
    CHECK_EQ(4, tn_info_memory(info, 0).limits.max);
    tn_info_free(info);
}

TEST(no_memory_at_any_point_leaves_nothing_behind)
{
    tn_bytes bytes = wat(add);
    tn_status status = TN_E_NOMEM;
    for (size_t at = 0; status != TN_OK; at++) {
        struct fault heap = fault_at(at);
        tn_allocator allocator = fault_allocator(&heap);
        tn_config config = TN_CONFIG_INIT;
        tn_engine *engine = NULL;
        tn_module *module = NULL;
        config.allocator = &allocator;
        CHECK(at < 10000);
        status = tn_engine_new(&config, &engine, NULL);
        if (status == TN_OK)
            status =
                tn_module_new_copy(engine, bytes.at, bytes.size, &module, NULL);
        CHECK(status == TN_OK || status == TN_E_NOMEM);
        tn_module_free(module);
        tn_engine_free(engine);
        CHECK_EQ(0, heap.live);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
