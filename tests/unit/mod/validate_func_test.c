#include "mod/validate.h"

#include "build_module.h"
#include "tn_test.h"

/* A module around one function of type [i32] -> [i32]; type 1 is [] -> []. */
static tn_error outcome_of(const char *body, uint64_t features)
{
    char sections[600];
    (void)snprintf(sections, sizeof sections,
                   "1:02 60 01 7f 01 7f 60 00 00;3:01 00;4:01 70 00 01;"
                   "5:01 00 01;6:02 7f 01 41 00 0b 7e 00 42 00 0b;"
                   "10:01 (%s)",
                   body);
    struct built_module m = build_module(sections);
    tn_error err = {0};
    (void)tn_validate(m.bytes, m.size, features, &err);
    return err;
}

static const char *outcome_in(const char *sections)
{
    static tn_error err;
    struct built_module m = build_module(sections);
    err = (tn_error){0};
    (void)tn_validate(m.bytes, m.size, tn_features_all(), &err);
    return err.text;
}

#define VALID(body) CHECK_STR("", outcome_of(body, tn_features_default()).text)
#define INVALID(words, body)                                         \
    do {                                                             \
        tn_error invalid_ = outcome_of(body, tn_features_default()); \
        CHECK_STR(words " (function 0)", invalid_.text);             \
        CHECK_EQ(TN_E_INVALID, invalid_.status);                     \
    } while (0)

TEST(operands_have_the_types_of_the_table)
{
    VALID("00 20 00 41 01 6a 0b");
    INVALID("type mismatch: instruction requires [i32] but stack has [i64]",
            "00 42 00 41 01 6a 0b");
    INVALID("type mismatch: instruction requires [i32] but stack has []",
            "00 41 01 6a 0b");
    INVALID("type mismatch: instruction requires [i32] but stack has []",
            "00 0b");
    INVALID("type mismatch: block requires [] but stack has [i32]",
            "00 41 00 41 00 0b");
}

TEST(a_refusal_names_the_offset)
{
    tn_error err = outcome_of("00 42 00 41 01 6a 0b", tn_features_default());
    CHECK_EQ(56, err.offset);
}

TEST(indices_name_what_exists)
{
    INVALID("unknown local 1", "00 20 01 0b");
    INVALID("unknown global 2", "00 23 02 0b");
    INVALID("immutable global 1", "00 42 00 24 01 41 00 0b");
    INVALID("unknown function 1", "00 10 01 0b");
    INVALID("unknown type 2", "00 41 00 11 02 00 0b");
    INVALID("unknown table 1", "00 41 00 11 00 01 0b");
    INVALID("unknown label 1", "00 0c 01 0b");
    INVALID("unknown data segment 0", "00 fc 09 00 41 00 0b");
    INVALID("unknown elem segment 0", "00 fc 0d 00 41 00 0b");
    INVALID("unknown memory 1", "00 20 00 28 42 01 00 0b");
}

TEST(memory_is_accessed_as_it_can_be)
{
    VALID("00 20 00 28 02 00 0b");
    INVALID("alignment must not be larger than natural: 2^3 for 4 bytes",
            "00 20 00 28 03 00 0b");
    INVALID("offset out of range: 0x100000000",
            "00 20 00 28 02 80 80 80 80 10 0b");
}

TEST(behind_what_does_not_return_any_operand_is_there)
{
    VALID("00 00 0b");
    VALID("00 00 6a 0b");
    VALID("00 00 1b 0b");
    VALID("00 41 00 0f 6a 0b");
    INVALID("type mismatch: instruction requires [i32] but stack has [f32]",
            "00 00 43 00 00 00 00 6a 0b");
    INVALID("type mismatch: instruction requires [i32] but stack has [i64]",
            "00 00 42 00 0b");
}

TEST(blocks_give_what_they_say)
{
    VALID("00 02 7f 41 01 0b 0b");
    VALID("00 41 00 02 00 41 01 6a 0b 0b");
    VALID("00 41 00 04 7f 41 01 05 41 02 0b 0b");
    INVALID("type mismatch: instruction requires [i32] but stack has []",
            "00 02 7f 0b 0b");
    INVALID("type mismatch: instruction requires [i32] but stack has []",
            "00 41 00 04 7f 41 01 0b 0b");
    INVALID("type mismatch: instruction requires [i32] but stack has []",
            "00 41 00 02 40 6a 0b 0b");
    INVALID("else without if", "00 02 40 05 0b 41 00 0b");
    INVALID("unknown type 9", "00 02 09 0b 41 00 0b");
}

TEST(a_loop_is_branched_to_at_its_beginning)
{
    VALID("00 03 7f 0c 00 0b 0b");
    VALID("00 41 00 03 00 0c 00 0b 0b");
    INVALID("type mismatch: instruction requires [i32] but stack has []",
            "00 03 00 41 00 0c 00 0b 0b");
}

TEST(labels_of_a_table_take_as_many_values)
{
    VALID("00 02 40 20 00 0e 01 00 00 0b 41 00 0b");
    INVALID("type mismatch: labels that take 0 and 1 values",
            "00 02 40 20 00 0e 01 00 01 0b 41 00 0b");
    INVALID("type mismatch: labels that take 0 and 1 values",
            "00 02 40 41 00 20 00 0e 01 00 01 0b 41 00 0b");
}

/* Three labels of two types, twice each: no comparison is left out. */
TEST(each_label_of_a_table_is_compared)
{
#define BLOCKS(code)                                                        \
    outcome_in("1:03 60 00 00 60 00 02 7f 7f 60 00 02 7f 7e;3:01 00;10:01 " \
               "(00 02 01 02 02 02 01 " code " 0b 1a 1a 41 00 42 00 0b "    \
               "1a 1a 41 00 41 00 0b 1a 1a 0b)")
    CHECK_STR("", BLOCKS("41 00 41 00 41 00 0e 03 00 02 00 02"));
    CHECK_STR("", BLOCKS("00 0e 03 00 01 02 01"));
    CHECK_STR("type mismatch: instruction requires [i64] but stack has [i32] "
              "(function 0)",
              BLOCKS("41 00 41 00 41 00 0e 03 00 02 00 01"));
    CHECK_STR("type mismatch: labels that take 2 and 0 values (function 0)",
              BLOCKS("41 00 41 00 41 00 0e 03 00 02 00 03"));
#undef BLOCKS
}

TEST(select_without_a_type_is_for_numbers)
{
    VALID("00 41 00 41 01 41 02 1b 0b");
    INVALID("type mismatch: instruction requires [i32] but stack has [i64]",
            "00 41 00 42 01 41 02 1b 1a 41 00 0b");
    INVALID("type mismatch: select of references needs a type",
            "00 d0 70 d0 70 41 02 1b 1a 41 00 0b");
    VALID("00 d0 70 d0 70 41 02 1c 01 70 1a 41 00 0b");
    INVALID("invalid result arity: select gives one value, not 2",
            "00 41 00 41 00 41 00 1c 02 7f 7f 0b");
}

TEST(a_tail_call_gives_what_the_function_gives)
{
    VALID("00 41 00 12 00 0b");
    VALID("00 41 00 41 00 13 00 00 0b");
    INVALID("type mismatch: the function returns 1 values, its callee 0",
            "00 41 00 13 01 00 0b");
}

TEST(a_function_is_declared_before_code_refers_to_it)
{
    INVALID("undeclared function reference 0", "00 d2 00 1a 41 00 0b");
}

TEST(instructions_of_other_proposals_are_refused_by_name)
{
    tn_error err = outcome_of("00 20 00 fd 00 04 00 1a 41 00 0b", 1);
    CHECK_EQ(TN_E_FEATURE, err.status);
    CHECK_STR("simd is not enabled (v128.load)", err.text);
    err = outcome_of("00 41 00 12 00 0b",
                     tn_features_default() &
                         ~TN_FEATURE_BIT(TN_FEATURE_TAIL_CALL));
    CHECK_STR("tail-call is not enabled (return_call)", err.text);
    err = outcome_of("00 fb 01 00 1a 41 00 0b", 1);
    CHECK_EQ(TN_E_FEATURE, err.status);
    CHECK_STR("gc is not enabled (struct.new_default)", err.text);
}

TEST(either_kind_of_exceptions_has_throw)
{
    uint64_t legacy = TN_FEATURE_BIT(TN_FEATURE_LEGACY_EXCEPTIONS) | 1;
    uint64_t latest = TN_FEATURE_BIT(TN_FEATURE_EXCEPTIONS) | 1;
    CHECK_STR("unknown tag 0 (function 0)",
              outcome_of("00 08 00 0b", legacy).text);
    CHECK_STR("unknown tag 0 (function 0)",
              outcome_of("00 08 00 0b", latest).text);
    CHECK_STR("exceptions is not enabled (throw)",
              outcome_of("00 08 00 0b", 1).text);
}

TEST(code_ends_where_its_last_block_ends)
{
    tn_error err = outcome_of("00 41 00", tn_features_default());
    CHECK_EQ(TN_E_MALFORMED, err.status);
    CHECK_STR("unexpected end of section or function", err.text);
    err = outcome_of("00 41 00 0b 01", tn_features_default());
    CHECK_EQ(TN_E_MALFORMED, err.status);
    CHECK_STR("section size mismatch: code behind the last end", err.text);
}

/* Locals of (ref 1), which have no default: set first, in this block. */
TEST(a_local_without_a_default_is_set_before_it_is_read)
{
    uint64_t typed =
        tn_features_default() | TN_FEATURE_BIT(TN_FEATURE_FUNCTION_REFERENCES);
    tn_error err = outcome_of("01 01 64 01 20 01 1a 41 00 0b", typed);
    CHECK_STR("uninitialized local 1 (function 0)", err.text);
    err = outcome_of("01 01 64 01 00 21 01 20 01 1a 41 00 0b", typed);
    CHECK_STR("", err.text);
    err = outcome_of("01 01 64 01 02 40 d0 01 d4 21 01 0b 20 01 1a 41 00 0b",
                     typed);
    CHECK_STR("uninitialized local 1 (function 0)", err.text);
    err = outcome_of("01 01 64 01 d0 01 d4 21 01 02 40 20 01 1a 0b 41 00 0b",
                     typed);
    CHECK_STR("", err.text);
}

TEST(typed_references_are_called_and_tested)
{
    uint64_t typed =
        tn_features_default() | TN_FEATURE_BIT(TN_FEATURE_FUNCTION_REFERENCES);
    CHECK_STR("", outcome_of("00 41 01 d0 00 14 00 0b", typed).text);
    CHECK_STR("", outcome_of("00 41 01 d0 00 15 00 0b", typed).text);
    CHECK_STR("", outcome_of("00 41 01 d0 70 d5 00 1a 0b", typed).text);
    CHECK_STR("", outcome_of("00 02 40 02 64 00 d0 00 d6 00 0c 01 0b 1a 0b "
                             "41 00 0b",
                             typed)
                      .text);
    tn_error err = outcome_of("00 41 01 d0 01 14 00 0b", typed);
    CHECK_STR("type mismatch: instruction requires [(ref null 0)] but stack "
              "has [(ref null 1)] "
              "(function 0)",
              err.text);
}

/* Memory and table 0 are of 32 bits, 1 of 64. The function is [] -> []. */
static tn_error outcome_of_mixed(const char *body)
{
    char sections[400];
    (void)snprintf(sections, sizeof sections,
                   "1:01 60 00 00;3:01 00;4:02 70 00 01 70 04 01;"
                   "5:02 00 01 04 01;10:01 (00 %s 0b)",
                   body);
    struct built_module m = build_module(sections);
    tn_error err = {0};
    (void)tn_validate(m.bytes, m.size, tn_features_default(), &err);
    return err;
}

#define MIXED(words, body) CHECK_STR(words, outcome_of_mixed(body).text)

TEST(addresses_have_the_type_of_what_they_point_into)
{
    const char *const want_i64 = "type mismatch: instruction requires [i64] "
                                 "but stack has [i32] (function 0)";
    MIXED("", "41 00 28 02 00 1a 42 00 28 42 01 00 1a");
    MIXED(want_i64, "41 00 28 42 01 00 1a");
    MIXED("", "3f 01 40 01 1a");
    MIXED("", "42 00 41 00 42 00 fc 0b 01");
    MIXED("", "42 00 25 01 1a");
    MIXED(want_i64, "41 00 25 01 1a");
    MIXED("", "42 00 11 00 01");
    MIXED("", "d0 70 42 01 fc 0f 01 a7 1a");
    MIXED("", "fc 10 01 a7 1a");
}

TEST(a_length_has_the_smaller_of_two_address_types)
{
    MIXED("", "42 00 41 00 41 00 fc 0a 01 00");
    MIXED("", "41 00 42 00 41 00 fc 0a 00 01");
    MIXED("", "42 00 42 00 42 00 fc 0a 01 01");
    MIXED("type mismatch: instruction requires [i32] but stack has [i64] "
          "(function 0)",
          "42 00 41 00 42 00 fc 0a 01 00");
    MIXED("", "42 00 41 00 41 00 fc 0e 01 00");
    MIXED("", "41 00 42 00 41 00 fc 0e 00 01");
    MIXED("", "42 00 42 00 42 00 fc 0e 01 01");
    MIXED("type mismatch: instruction requires [i64] but stack has [i32] "
          "(function 0)",
          "42 00 42 00 41 00 fc 0e 01 01");
}

/* Counted by a module whose stack is known. */
TEST(the_operand_stack_is_measured)
{
    struct built_module m =
        build_module("1:01 60 00 00;3:01 00;"
                     "10:01 (00 41 00 41 00 41 00 1a 1a 1a 41 00 1a 0b)");
    struct tn_types *types = tn_types_new(&tn_alloc_libc);
    struct tn_mod *mod;
    CHECK_EQ(TN_OK, tn_mod_decode(m.bytes, m.size, tn_features_default(),
                                  &tn_alloc_libc, &mod, NULL));
    CHECK_EQ(TN_OK, tn_types_intern(types, mod, NULL));
    CHECK_EQ(TN_OK, tn_mod_validate(mod, NULL));
    CHECK_EQ(3, mod->bodies[0].max_slots);
    tn_mod_free(mod);
    tn_types_free(types);
}

/* A number in three bytes, so that nothing moves. */
static uint8_t *put_3_bytes(uint8_t *at, size_t number)
{
    *at++ = (uint8_t)((number & 127) | 128);
    *at++ = (uint8_t)((number >> 7 & 127) | 128);
    *at++ = (uint8_t)(number >> 14);
    return at;
}

/* [] -> [] with 50,000 locals, and `push_count` constants on the stack. */
static tn_status status_of_frame(size_t push_count, tn_error *err)
{
    static const uint8_t head[] = {0, 'a',  's', 'm', 1, 0, 0, 0, 1,   4,
                                   1, 0x60, 0,   0,   3, 2, 1, 0, 0x0a};
    static const uint8_t locals[] = {1, 0xd0, 0x86, 3, 0x7f};
    static uint8_t bytes[40000];
    size_t body = sizeof locals + push_count * 2 + 2;
    memcpy(bytes, head, sizeof head);
    uint8_t *at = put_3_bytes(bytes + sizeof head, 1 + 3 + body);
    *at++ = 1;
    at = put_3_bytes(at, body);
    memcpy(at, locals, sizeof locals);
    at += sizeof locals;
    for (size_t i = 0; i < push_count; i++) {
        *at++ = 0x41;
        *at++ = 0;
    }
    *at++ = 0x00;
    *at++ = 0x0b;
    return tn_validate(bytes, (size_t)(at - bytes), tn_features_default(), err);
}

TEST(a_frame_has_at_most_65000_slots)
{
    tn_error err = {0};
    CHECK_EQ(TN_OK, status_of_frame(14997, &err));
    CHECK_EQ(TN_E_LIMIT, status_of_frame(14998, &err));
    CHECK_STR("function 0 needs more than 65000 slots of stack", err.text);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
