#include "mod/module.h"

#include "build_module.h"
#include "fault_alloc.h"
#include "mod/features.h"
#include "tn_test.h"

static tn_error outcome_with(const char *sections, uint64_t features)
{
    struct built_module m = build_module(sections);
    tn_error err = {0};
    tn_status status = tn_validate(m.bytes, m.size, features, &err);
    CHECK_EQ(err.status, status);
    return err;
}

static tn_error outcome(const char *sections)
{
    return outcome_with(sections, tn_features_default());
}

#define VALID(sections) CHECK_STR("", outcome(sections).text)
#define REFUSED(kind, words, sections)         \
    do {                                       \
        tn_error refused_ = outcome(sections); \
        CHECK_STR(words, refused_.text);       \
        CHECK_EQ(kind, refused_.status);       \
    } while (0)
#define INVALID(words, sections) REFUSED(TN_E_INVALID, words, sections)

TEST(an_empty_module_is_valid)
{
    VALID("1:00");
}

TEST(a_memory_of_32_bits_has_at_most_65536_pages)
{
    VALID("5:01 01 00 80 80 04");
    INVALID("memory size must be at most 65536 pages (4GiB) (memory 0)",
            "5:01 00 81 80 04");
    INVALID("memory size must be at most 65536 pages (4GiB) (memory 0)",
            "5:01 01 00 81 80 04");
    VALID("5:01 04 81 80 04");
}

TEST(a_minimum_is_not_above_its_maximum)
{
    INVALID("size minimum must not be greater than maximum: 2 > 1 (memory 0)",
            "5:01 01 02 01");
    INVALID("size minimum must not be greater than maximum: 3 > 0 (table 0)",
            "4:01 70 01 03 00");
}

TEST(exports_have_names_of_their_own_and_things_that_exist)
{
    VALID("5:01 00 01;7:02 01 61 02 00 01 62 02 00");
    INVALID("duplicate export name \"a\"",
            "5:01 00 01;7:02 01 61 02 00 01 61 02 00");
    INVALID("unknown memory 1 (export \"a\")", "5:01 00 01;7:01 01 61 02 01");
    INVALID("unknown function 0 (export \"f\")", "7:01 01 66 00 00");
    INVALID("unknown global 0 (export \"g\")", "7:01 01 67 03 00");
    INVALID("unknown table 7 (export \"t\")", "7:01 01 74 01 07");
}

TEST(a_start_function_takes_and_gives_nothing)
{
    VALID("1:01 60 00 00;3:01 00;8:00;10:01 (00 0b)");
    INVALID("start function 0 must take and return nothing",
            "1:01 60 01 7f 00;3:01 00;8:00;10:01 (00 0b)");
    INVALID("unknown function 1", "1:01 60 00 00;3:01 00;8:01;10:01 (00 0b)");
}

TEST(globals_begin_with_constants)
{
    VALID("6:01 7f 00 41 2a 0b");
    VALID("6:02 7f 00 41 2a 0b 7f 00 23 00 0b");
    INVALID("type mismatch: instruction requires [i32] but stack has [i64]",
            "6:01 7f 00 42 2a 0b");
    INVALID("type mismatch: instruction requires [i32] but stack has []",
            "6:01 7f 00 0b");
    INVALID("type mismatch: block requires [] but stack has [i32]",
            "6:01 7f 00 41 00 41 00 0b");
    INVALID("unknown global 0", "6:01 7f 00 23 00 0b");
    INVALID("constant expression required: global 0 is mutable",
            "6:02 7f 01 41 00 0b 7f 00 23 00 0b");
    INVALID("constant expression required: i32.eqz is not constant",
            "6:01 7f 00 41 00 45 0b");
}

TEST(arithmetic_in_constants_is_a_proposal)
{
    const char *sum = "6:01 7f 00 41 01 41 02 6a 0b";
    uint64_t without =
        tn_features_default() & ~TN_FEATURE_BIT(TN_FEATURE_EXTENDED_CONST);
    VALID(sum);
    tn_error err = outcome_with(sum, without);
    CHECK_EQ(TN_E_FEATURE, err.status);
    CHECK_STR("extended-const is not enabled (i32.add)", err.text);
    CHECK_EQ(17, err.offset);
}

TEST(segments_name_what_exists_and_fit_it)
{
    VALID("5:01 00 01;11:01 00 41 00 0b 02 68 69");
    INVALID("unknown memory 0 (data segment 0)", "11:01 00 41 00 0b 00");
    INVALID("type mismatch: instruction requires [i32] but stack has [i64]",
            "5:01 00 01;11:01 00 42 00 0b 00");
    VALID("5:01 04 01;11:01 00 42 00 0b 00");
    INVALID("unknown table 0 (elem segment 0)", "9:01 00 41 00 0b 00");
    INVALID("unknown function 3", "4:01 70 00 01;9:01 00 41 00 0b 01 03");
    INVALID("type mismatch: instruction requires [externref] but stack has "
            "[(ref func)]",
            "4:01 6f 00 01;9:01 00 41 00 0b 00");
}

TEST(memories_are_shared_and_paged_as_the_proposals_allow)
{
#define OUTCOME(sections) outcome_with(sections, tn_features_all()).text
    tn_error err = outcome_with("5:01 03 01 02", 1);
    CHECK_EQ(TN_E_FEATURE, err.status);
    CHECK_STR("threads is not enabled (a shared memory)", err.text);
    CHECK_STR("", OUTCOME("5:01 03 01 02"));
    CHECK_STR("shared memory must have maximum (memory 0)",
              OUTCOME("5:01 02 01"));
    CHECK_STR("", OUTCOME("5:01 08 01 00"));
    CHECK_STR("", OUTCOME("5:01 08 ff ff ff ff 0f 00"));
    CHECK_STR("memory size must be at most 2^32-1 pages of a byte (memory 0)",
              OUTCOME("5:01 08 80 80 80 80 10 00"));
    CHECK_STR("", OUTCOME("5:01 08 80 80 04 10"));
    CHECK_STR("memory size must be at most 65536 pages (4GiB) (memory 0)",
              OUTCOME("5:01 08 81 80 04 10"));
    CHECK_STR("invalid custom page size 2^1: it must be 1 or 65536 (memory 0)",
              OUTCOME("5:01 08 00 01"));
#undef OUTCOME
}

/* 65001 times i32.const 0. */
TEST(a_constant_that_needs_too_much_stack_says_so)
{
    enum {
        COUNT = 65001,
        SIZE = COUNT * 2 + 3
    };
    static uint8_t bytes[SIZE + 16] = {0,
                                       'a',
                                       's',
                                       'm',
                                       1,
                                       0,
                                       0,
                                       0,
                                       6,
                                       ((SIZE + 1) & 127) | 128,
                                       ((SIZE + 1) >> 7 & 127) | 128,
                                       (SIZE + 1) >> 14,
                                       1,
                                       0x7f,
                                       0};
    for (size_t i = 0; i < COUNT; i++)
        bytes[15 + 2 * i] = 0x41;
    bytes[12 + SIZE] = 0x0b;
    tn_error err = {0};
    CHECK_EQ(TN_E_LIMIT, tn_validate(bytes, 13 + SIZE, 1, &err));
    CHECK_STR("a constant expression needs more than 65000 slots of stack",
              err.text);
}

TEST(tags_give_nothing)
{
    CHECK_STR(
        "non-empty tag result type (tag 0)",
        outcome_with("1:01 60 00 01 7f;13:01 00 00", tn_features_all()).text);
}

TEST(no_memory_is_said_and_nothing_leaks)
{
    struct built_module m =
        build_module("1:01 60 00 01 7f;3:01 00;6:01 7f 00 41 2a 0b;"
                     "10:01 (00 02 7f 41 01 0b 0b)");
    tn_status status = TN_E_NOMEM;
    for (size_t n = 0; status == TN_E_NOMEM; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct tn_types *types = tn_types_new(&tn_alloc_libc);
        struct tn_mod *mod = NULL;
        status = tn_mod_decode(m.bytes, m.size, tn_features_default(), &alloc,
                               &mod, NULL);
        if (status == TN_OK)
            status = tn_types_intern(types, mod, NULL);
        if (status == TN_OK)
            status = tn_mod_validate(mod, NULL);
        tn_mod_free(mod);
        tn_types_free(types);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
    }
    CHECK_EQ(TN_OK, status);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
