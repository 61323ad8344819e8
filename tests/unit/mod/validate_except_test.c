#include "mod/validate.h"

#include "build_module.h"
#include "tn_test.h"

/* A module around one function of type [] -> []; tag 0 is [], tag 1 is [i32].
 * Types 2 to 4 give an i32, an i32 and an exnref, an exnref. */
static tn_error outcome_of(const char *body)
{
    char sections[600];
    (void)snprintf(sections, sizeof sections,
                   "1:05 60 00 00 60 01 7f 00 60 00 01 7f 60 00 02 7f 69 "
                   "60 00 01 69;3:01 00;13:02 00 00 00 01;10:01 (%s)",
                   body);
    struct built_module m = build_module(sections);
    tn_error err = {0};
    (void)tn_validate(m.bytes, m.size, tn_features_all(), &err);
    return err;
}

#define VALID(body) CHECK_STR("", outcome_of(body).text)
#define INVALID(words, body) \
    CHECK_STR(words " (function 0)", outcome_of(body).text)

TEST(what_is_thrown_fits_its_tag)
{
    VALID("00 08 00 0b");
    VALID("00 41 01 08 01 0b");
    VALID("00 08 00 6a 1a 0b");
    INVALID("type mismatch: instruction requires [i32] but stack has []",
            "00 08 01 0b");
    INVALID("unknown tag 2", "00 08 02 0b");
    VALID("00 d0 69 0a 0b");
    INVALID("type mismatch: instruction requires [exnref] but stack has [i32]",
            "00 41 00 0a 0b");
}

TEST(a_clause_gives_what_its_label_takes)
{
    VALID("00 1f 40 01 00 00 00 0b 0b");
    VALID("00 02 02 1f 40 01 00 01 00 0b 41 00 0b 1a 0b");
    VALID("00 02 03 1f 40 01 01 01 00 0b 41 00 d0 69 0b 1a 1a 0b");
    VALID("00 1f 40 01 02 00 0b 0b");
    VALID("00 02 04 1f 40 01 03 00 0b d0 69 0b 1a 0b");
    INVALID("type mismatch: a catch clause gives 1 values, its label takes 0",
            "00 1f 40 01 00 01 00 0b 0b");
    INVALID("type mismatch: instruction requires [exnref] but stack has [i32]",
            "00 02 04 1f 40 01 00 01 00 0b d0 69 0b 1a 0b");
    INVALID("unknown label 1", "00 1f 40 01 02 01 0b 0b");
    INVALID("unknown tag 2", "00 1f 40 01 00 02 00 0b 0b");
}

TEST(legacy_handlers_begin_with_the_values)
{
    VALID("00 06 40 07 00 0b 0b");
    VALID("00 06 02 41 00 07 01 19 41 02 0b 1a 0b");
    VALID("00 06 40 0b 0b");
    INVALID("type mismatch: block requires [] but stack has [i32]",
            "00 06 40 07 01 0b 0b");
    INVALID("catch without try", "00 07 00 0b");
    INVALID("catch_all without try", "00 06 40 19 19 0b 0b");
    INVALID("catch without try", "00 06 40 19 07 00 0b 0b");
}

TEST(an_exception_is_rethrown_where_it_was_caught)
{
    VALID("00 06 40 19 09 00 0b 0b");
    VALID("00 06 40 07 00 02 40 09 01 0b 0b 0b");
    INVALID("invalid rethrow label 0", "00 09 00 0b");
    INVALID("invalid rethrow label 0", "00 06 40 09 00 19 0b 0b");
    INVALID("unknown label 5", "00 09 05 0b");
}

TEST(a_try_delegates_to_what_is_around_it)
{
    VALID("00 06 40 18 00 0b");
    VALID("00 02 40 06 02 41 01 18 01 1a 0b 0b");
    INVALID("unknown label 1", "00 06 40 18 01 0b");
    INVALID("delegate without try", "00 06 40 19 18 00 0b");
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
