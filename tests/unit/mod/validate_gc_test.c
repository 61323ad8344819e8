#include "mod/validate.h"

#include "build_module.h"
#include "tn_test.h"

/* A module around one function of type [] -> []. Types: 1 struct { mut i32,
 * i8 }, 2 array mut i8, 3 array i64, 4 struct { (ref 1) }, 5 array mut (ref
 * null 1), 6 array mut i64; an element segment of (ref null 1), a data
 * segment. */
static tn_error outcome_of(const char *body)
{
    char sections[600];
    (void)snprintf(sections, sizeof sections,
                   "1:07 60 00 00 5f 02 7f 01 78 00 5e 78 01 5e 7e 00 "
                   "5f 01 64 01 00 5e 63 01 01 5e 7e 01;3:01 00;"
                   "9:01 05 63 01 01 d0 01 0b;12:01;10:01 (%s);11:01 01 01 00",
                   body);
    struct built_module m = build_module(sections);
    tn_error err = {0};
    (void)tn_validate(m.bytes, m.size, tn_features_all(), &err);
    return err;
}

#define VALID(body) CHECK_STR("", outcome_of(body).text)
#define INVALID(words, body) \
    CHECK_STR(words " (function 0)", outcome_of(body).text)

TEST(a_struct_is_made_of_its_fields)
{
    VALID("00 41 01 41 02 fb 00 01 1a 0b");
    VALID("00 fb 01 01 fb 00 04 1a 0b");
    INVALID("type mismatch: instruction requires [i32] but stack has []",
            "00 41 01 fb 00 01 1a 0b");
    INVALID("type mismatch: field 0 has no default, it is never null",
            "00 fb 01 04 1a 0b");
    INVALID("unknown type 7", "00 fb 01 07 1a 0b");
    INVALID("type mismatch: type 2 is not a struct type", "00 fb 01 02 1a 0b");
}

TEST(packed_fields_are_read_with_a_sign_or_without)
{
    VALID("00 d0 01 fb 02 01 00 1a 0b");
    VALID("00 d0 01 fb 03 01 01 1a 0b");
    VALID("00 d0 01 fb 04 01 01 1a 0b");
    INVALID("type mismatch: struct.get of a field that is packed",
            "00 d0 01 fb 02 01 01 1a 0b");
    INVALID("type mismatch: struct.get_u of a field that is not packed",
            "00 d0 01 fb 04 01 00 1a 0b");
    INVALID("unknown field 2", "00 d0 01 fb 02 01 02 1a 0b");
    INVALID("type mismatch: array.get of a field that is packed",
            "00 d0 02 41 00 fb 0b 02 1a 0b");
    VALID("00 d0 02 41 00 fb 0c 02 1a 0b");
    VALID("00 d0 02 41 00 fb 0d 02 1a 0b");
}

TEST(what_is_immutable_is_not_written)
{
    VALID("00 d0 01 41 00 fb 05 01 00 0b");
    INVALID("immutable field 1", "00 d0 01 41 00 fb 05 01 01 0b");
    INVALID("immutable array: type 3", "00 d0 03 41 00 42 00 fb 0e 03 0b");
    VALID("00 d0 02 41 00 41 00 fb 0e 02 0b");
    VALID("00 d0 02 41 00 41 00 41 01 fb 10 02 0b");
    INVALID("immutable array: type 3",
            "00 d0 03 41 00 42 00 41 01 fb 10 03 0b");
}

TEST(arrays_are_made_in_five_ways)
{
    VALID("00 42 01 41 02 fb 06 03 1a 0b");
    VALID("00 41 02 fb 07 03 fb 0f 1a 0b");
    VALID("00 42 01 42 02 fb 08 03 02 1a 0b");
    VALID("00 41 00 41 01 fb 09 02 00 1a 0b");
    VALID("00 41 00 41 01 fb 0a 05 00 1a 0b");
    INVALID("type mismatch: instruction requires [i64] but stack has []",
            "00 42 01 fb 08 03 02 1a 0b");
    INVALID("unknown data segment 1", "00 41 00 41 01 fb 09 02 01 1a 0b");
    INVALID("unknown elem segment 1", "00 41 00 41 01 fb 0a 05 01 1a 0b");
    INVALID("array type is not numeric or vector: type 5",
            "00 41 00 41 01 fb 09 05 00 1a 0b");
    INVALID("type mismatch: instruction requires [i8] but stack has "
            "[(ref null 1)]",
            "00 41 00 41 01 fb 0a 02 00 1a 0b");
}

TEST(a_million_operands_are_there_in_code_that_does_not_run)
{
    VALID("00 00 fb 08 03 ff ff ff ff 0f 1a 0b");
    INVALID("type mismatch: instruction requires [i64] but stack has [i32]",
            "00 00 41 01 fb 08 03 ff ff ff ff 0f 1a 0b");
}

TEST(arrays_are_copied_where_their_elements_fit)
{
    VALID("00 d0 06 41 00 d0 03 41 00 41 01 fb 11 06 03 0b");
    INVALID("immutable array: type 3",
            "00 d0 03 41 00 d0 03 41 00 41 01 fb 11 03 03 0b");
    INVALID("array types do not match: 2 and 3",
            "00 d0 02 41 00 d0 03 41 00 41 01 fb 11 02 03 0b");
    VALID("00 d0 02 41 00 41 00 41 01 fb 12 02 00 0b");
    VALID("00 d0 05 41 00 41 00 41 01 fb 13 05 00 0b");
    INVALID("array type is not numeric or vector: type 5",
            "00 d0 05 41 00 41 00 41 01 fb 12 05 00 0b");
}

TEST(objects_are_constant)
{
    struct built_module m = build_module(
        "1:02 5f 01 7f 00 5e 7e 00;6:05 64 00 00 41 01 fb 00 00 0b "
        "64 00 00 fb 01 00 0b 64 01 00 42 01 41 02 fb 06 01 0b "
        "64 6c 00 41 01 fb 1c 0b 64 01 00 42 01 fb 08 01 01 0b");
    tn_error err = {0};
    (void)tn_validate(m.bytes, m.size, tn_features_all(), &err);
    CHECK_STR("", err.text);
    err = (tn_error){0};
    m = build_module("1:01 5e 78 00;6:01 64 00 00 41 00 41 01 fb 09 00 00 0b;"
                     "12:01;11:01 01 00");
    (void)tn_validate(m.bytes, m.size, tn_features_all(), &err);
    CHECK_STR("constant expression required: array.new_data is not constant",
              err.text);
}

TEST(arrays_of_data_need_its_count)
{
    struct built_module m =
        build_module("1:02 60 00 00 5e 78 00;3:01 00;"
                     "10:01 (00 41 00 41 01 fb 09 01 00 1a 0b);11:01 01 00");
    tn_error err = {0};
    CHECK_EQ(TN_E_MALFORMED,
             tn_validate(m.bytes, m.size, tn_features_all(), &err));
    CHECK_STR("data count section required (function 0)", err.text);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
