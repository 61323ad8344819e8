#include "mod/validate.h"

#include "build_module.h"
#include "tn_test.h"

/* A module around one function of type [anyref externref] -> []. Types: 1
 * struct {}, 2 [] -> [(ref struct)], 3 [] -> [(ref any)], 4 a struct below 1 */
static tn_error outcome_of(const char *body)
{
    char sections[600];
    (void)snprintf(sections, sizeof sections,
                   "1:05 60 02 6e 6f 00 50 00 5f 00 60 00 01 64 6b "
                   "60 00 01 64 6e 50 01 01 5f 00;3:01 00;10:01 (%s)",
                   body);
    struct built_module m = build_module(sections);
    tn_error err = {0};
    (void)tn_validate(m.bytes, m.size, tn_features_all(), &err);
    return err;
}

#define VALID(body) CHECK_STR("", outcome_of(body).text)
#define INVALID(words, body) \
    CHECK_STR(words " (function 0)", outcome_of(body).text)
#define MISMATCH(want, have, body)                                      \
    INVALID("type mismatch: instruction requires [" want "] but stack " \
            "has [" have "]",                                           \
            body)

TEST(tests_take_what_is_in_the_same_tree)
{
    VALID("00 20 00 fb 14 01 1a 0b");
    VALID("00 20 00 fb 15 6c 1a 0b");
    VALID("00 20 01 fb 14 72 1a 0b");
    MISMATCH("anyref", "externref", "00 20 01 fb 14 01 1a 0b");
    MISMATCH("externref", "anyref", "00 20 00 fb 15 6f 1a 0b");
    MISMATCH("funcref", "anyref", "00 20 00 fb 14 00 1a 0b");
    MISMATCH("exnref", "anyref", "00 20 00 fb 14 74 1a 0b");
    INVALID("unknown type 9", "00 20 00 fb 14 09 1a 0b");
}

TEST(casts_give_the_type_that_they_name)
{
    VALID("00 20 00 fb 16 01 20 00 fb 17 6d d3 1a 0b");
    MISMATCH("structref", "(ref i31)", "00 02 6b 20 00 fb 16 6c 0b 1a 0b");
}

TEST(only_what_has_an_identity_is_compared)
{
    VALID("00 d0 6d 41 01 fb 1c d3 1a 0b");
    MISMATCH("eqref", "anyref", "00 20 00 d0 6d d3 1a 0b");
}

TEST(a_branch_on_a_cast_narrows_both_ways)
{
    /* (block (result structref) (br_on_cast 0 anyref (ref struct)) drop
     * ref.null struct) drop */
    VALID("00 02 6b 20 00 fb 18 01 00 6e 6b 1a d0 6b 0b 1a 0b");
    /* to null too: what stays is not null */
    VALID("00 02 6b 20 00 fb 18 03 00 6e 6b fb 16 01 1a d0 6b 0b 1a 0b");
    /* br_on_cast_fail: what stays is a struct, what leaves is any */
    VALID("00 02 6e 20 00 fb 19 01 00 6e 6b 0b 1a 0b");
    MISMATCH("i31ref", "structref",
             "00 02 6e 20 00 fb 18 03 00 6c 6b 0b 1a 0b");
    MISMATCH("structref", "anyref",
             "00 02 6b 20 00 fb 19 01 00 6e 6b 0b 1a 0b");
    INVALID("type mismatch: label 0 takes no reference",
            "00 02 40 20 00 fb 18 01 00 6e 6b 1a 0b 0b");
    INVALID("unknown label 1", "00 20 00 fb 18 01 01 6e 6b 1a 0b");
}

TEST(conversions_keep_null_out)
{
    VALID("00 20 00 fb 1b fb 1a 1a 0b");
    VALID("00 02 03 41 01 fb 1c fb 1b fb 1a 0b 1a 0b");
    MISMATCH("(ref any)", "anyref", "00 02 03 20 00 fb 1b fb 1a 0b 1a 0b");
    MISMATCH("externref", "anyref", "00 20 00 fb 1a 1a 0b");
    VALID("00 02 03 00 fb 1a 0b 1a 0b");
}

TEST(small_integers_are_boxed)
{
    VALID("00 41 01 fb 1c fb 1d 1a 0b");
    VALID("00 d0 6c fb 1e 1a 0b");
    MISMATCH("i31ref", "anyref", "00 20 00 fb 1d 1a 0b");
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
