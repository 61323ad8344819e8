#include <tenon.h>

#include "build_module.h"
#include "tn_test.h"

static const char small[] = "1:01 60 00 00;3:01 00;10:01 (00 0b)";

TEST(a_module_that_validates_is_ok)
{
    struct built_module m = build_module(small);
    CHECK_EQ(TN_OK, tn_validate(m.bytes, m.size, tn_features_default(), NULL));
}

TEST(failures_have_statuses_and_leave_no_text)
{
    struct built_module m = build_module(small);
    tn_error err = {0};
    tn_text text;
    CHECK_EQ(TN_E_MALFORMED, tn_validate(m.bytes, m.size - 1, 0, &err));
    CHECK_EQ(TN_E_MALFORMED, err.status);
    CHECK_EQ(TN_E_MALFORMED, tn_module_print("abc", 3, &text, NULL));
    CHECK(text.at == NULL);
    CHECK_EQ(TN_E_MALFORMED, tn_module_encode("abc", 3, &text, NULL));
    CHECK(text.at == NULL);
}

TEST(encoding_writes_the_shortest_form)
{
    /* The number of types in two bytes. */
    struct built_module padded = build_module("1:81 00 60 00 00");
    struct built_module plain = build_module("1:01 60 00 00");
    tn_text text;
    CHECK_EQ(TN_OK, tn_module_encode(padded.bytes, padded.size, &text, NULL));
    CHECK_EQ(plain.size, text.size);
    CHECK(memcmp(plain.bytes, text.at, text.size) == 0);
    tn_text_free(&text);
}

TEST(text_becomes_bytes_or_a_failure_in_it)
{
    tn_text text;
    tn_error err = {0};
    struct built_module want = build_module(small);
    CHECK_EQ(TN_OK, tn_wat_parse("(func)", 6, &text, NULL));
    CHECK_EQ(want.size, text.size);
    CHECK(memcmp(want.bytes, text.at, text.size) == 0);
    tn_text_free(&text);
    CHECK_EQ(TN_E_MALFORMED, tn_wat_parse("(func x)", 8, &text, &err));
    CHECK(text.at == NULL);
    CHECK_EQ(6, err.offset);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
