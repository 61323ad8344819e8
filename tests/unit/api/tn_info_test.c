#include <tenon.h>

#include "build_module.h"
#include "tn_test.h"

/* Everything that can be asked about, in one module. */
static const char whole[] =
    "1:01 60 02 7f 7f 01 7e;"
    "2:03 01 6d 01 66 00 00 01 6d 01 6d 02 01 01 04 01 6d 01 67 03 7f 01;"
    "3:01 00;4:01 70 00 02;7:02 01 72 00 01 01 6d 02 00;"
    "10:01 (00 20 00 ac fc 0a 00 00 c2 0b);"
    "0:04 6e 61 6d 65 00 02 01 6d 01 04 01 01 01 66;"
    "0:09 70 72 6f 64 75 63 65 72 73 02 08 6c 61 6e 67 75 61 67 65 01 "
    "03 43 31 31 00 "
    "0c 70 72 6f 63 65 73 73 65 64 2d 62 79 01 05 63 6c 61 6e 67 02 31 39";

static tn_info *read_whole(void)
{
    struct built_module m = build_module(whole);
    tn_info *info = NULL;
    tn_error err = {0};
    (void)tn_info_read(m.bytes, m.size, &info, &err);
    CHECK_STR("", err.text);
    return info;
}

TEST(imports_and_exports_have_names_and_types)
{
    tn_info *info = read_whole();
    CHECK_EQ(3, tn_info_import_count(info));
    CHECK_STR("m", tn_info_import(info, 0).module);
    CHECK_STR("f", tn_info_import(info, 0).name);
    CHECK_STR("(i32, i32) -> i64", tn_info_import(info, 0).type);
    CHECK_STR("memory 1..4", tn_info_import(info, 1).type);
    CHECK_EQ(4, tn_info_import(info, 1).limits.max);
    CHECK_STR("global mut i32", tn_info_import(info, 2).type);
    CHECK_EQ(2, tn_info_export_count(info));
    CHECK_STR("r", tn_info_export(info, 0).name);
    CHECK_EQ(1, tn_info_export(info, 0).index);
    CHECK_STR("", tn_info_export(info, 2).name);
    tn_info_free(info);
}

TEST(memories_and_tables_are_listed_imported_or_not)
{
    tn_info *info = read_whole();
    CHECK_EQ(1, tn_info_memory_count(info));
    CHECK_STR("m", tn_info_memory(info, 0).name);
    CHECK_EQ(16, tn_info_memory(info, 0).limits.page_size_log2);
    CHECK_EQ(1, tn_info_table_count(info));
    CHECK_STR("table 2.. funcref", tn_info_table(info, 0).type);
    CHECK_EQ(UINT64_MAX, tn_info_table(info, 0).limits.max);
    tn_info_free(info);
}

TEST(sections_are_listed_in_their_order)
{
    tn_info *info = read_whole();
    CHECK_EQ(8, tn_info_section_count(info));
    CHECK_STR("type", tn_info_section(info, 0).name);
    CHECK_EQ(10, tn_info_section(info, 0).offset);
    CHECK_EQ(7, tn_info_section(info, 0).size);
    CHECK_EQ(1, tn_info_section(info, 0).count);
    CHECK_STR("producers", tn_info_section(info, 7).name);
    tn_info_free(info);
}

TEST(names_and_producers_are_read)
{
    tn_info *info = read_whole();
    CHECK_STR("m", tn_info_name(info));
    CHECK_STR("f", tn_info_function_name(info, 1));
    CHECK_STR("", tn_info_function_name(info, 0));
    CHECK_EQ(2, tn_info_producer_count(info));
    CHECK_STR("language C11", tn_info_producer(info, 0));
    CHECK_STR("processed-by clang 19", tn_info_producer(info, 1));
    tn_info_free(info);
}

/* memory.copy and i64.extend8_s; their operands are not asked for. */
TEST(features_are_found_in_code_that_does_not_validate)
{
    tn_info *info = read_whole();
    uint64_t features = tn_info_features(info);
    CHECK(features & TN_FEATURE_BIT(TN_FEATURE_MVP));
    CHECK(features & TN_FEATURE_BIT(TN_FEATURE_BULK_MEMORY));
    CHECK(features & TN_FEATURE_BIT(TN_FEATURE_SIGN_EXTENSION));
    CHECK(features & TN_FEATURE_BIT(TN_FEATURE_MUTABLE_GLOBAL));
    CHECK(!(features & TN_FEATURE_BIT(TN_FEATURE_SIMD)));
    tn_info_free(info);
}

TEST(what_does_not_exist_has_no_type)
{
    struct built_module m = build_module("7:01 01 78 00 09");
    tn_info *info = NULL;
    CHECK_EQ(TN_OK, tn_info_read(m.bytes, m.size, &info, NULL));
    CHECK_STR("", tn_info_export(info, 0).type);
    tn_info_free(info);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
