#include "mod/hints.h"

#include "fault_alloc.h"
#include "mod_bytes.h"

/* One function, whose branches are at 5 (if) and 11 (br_if); i32.const 1 is
 * written longer than it must be. Hints stand before the code. */
static struct tn_buf with_hints(const uint8_t *bytes, size_t size)
{
    struct tn_buf m = module_begin(), hints;
    SECTION_OF(&m, 1, 1, 0x60, 0, 0);
    SECTION_OF(&m, 3, 1, 0);
    tn_buf_init(&hints, &tn_alloc_libc);
    tn_buf_byte(&hints, 25);
    tn_buf_str(&hints, tn_str_of(TN_HINTS_SECTION));
    tn_buf_put(&hints, bytes, size);
    put_section(&m, 0, hints.at, hints.size);
    tn_buf_clear(&hints);
    SECTION_OF(&m, 10, 1, 15, 0, 0x41, 0x81, 0x80, 0, 0x04, 0x40, 0x41, 0, 0x41,
               1, 0x0d, 0, 0x0b, 0x0b);
    return m;
}

static void check_hints(const char *want, const uint8_t *bytes, size_t size)
{
    struct tn_buf m = with_hints(bytes, size);
    tn_error err = {0};
    (void)tn_validate_customs(m.at, m.size, &err);
    tn_buf_clear(&m);
    CHECK_STR(want, err.text);
}

#define AT "@metadata.code.branch_hint annotation: "

TEST(hints_are_of_branches)
{
    check_hints("", BYTES(1, 0, 2, 5, 1, 0, 11, 1, 1));
    check_hints(AT "invalid target (function 0, offset 6 of its body)",
                BYTES(1, 0, 1, 6, 1, 0));
    check_hints(AT "invalid target (function 0, offset 7 of its body)",
                BYTES(1, 0, 1, 7, 1, 0));
    check_hints(AT "invalid function (function 1, offset 5 of its body)",
                BYTES(1, 1, 1, 5, 1, 0));
    check_hints(AT "not in order (function 0, offset 5 of its body)",
                BYTES(1, 0, 2, 11, 1, 0, 5, 1, 1));
    check_hints(AT "not in order (function 0, offset 5 of its body)",
                BYTES(2, 0, 1, 5, 1, 0, 0, 1, 5, 1, 1));
    check_hints(AT "invalid value (function 0, offset 5 of its body)",
                BYTES(1, 0, 1, 5, 1, 2));
    check_hints("malformed branch hint", BYTES(1, 0, 1, 5, 2, 0, 0));
    check_hints("unexpected end of section or function", BYTES(1, 0, 1, 5, 1));
    check_hints("section size mismatch", BYTES(0, 0));
}

TEST(nobody_has_to_have_hints)
{
    struct tn_buf m = module_begin();
    CHECK_EQ(TN_OK, tn_validate_customs(m.at, m.size, NULL));
    tn_buf_clear(&m);
}

static void check_encoded(const uint8_t *want, size_t size, struct tn_buf m)
{
    tn_text text = {0};
    tn_error err = {0};
    CHECK_EQ(TN_OK, tn_module_encode(m.at, m.size, &text, &err));
    tn_buf_clear(&m);
    /* magic, types, functions; id, size, and name of the section */
    const char *got = text.at + 8 + 6 + 4 + 2 + 26;
    bool same = memcmp(want, got, size) == 0;
    tn_text_free(&text);
    CHECK(same);
}

TEST(hints_follow_the_code_that_is_encoded_shorter)
{
    check_encoded(BYTES(1, 0, 2, 3, 1, 0, 9, 1, 1),
                  with_hints(BYTES(1, 0, 2, 5, 1, 0, 11, 1, 1)));
    /* those that name nothing are kept as they are */
    check_encoded(BYTES(1, 0, 2, 6, 1, 0, 11, 1, 1),
                  with_hints(BYTES(1, 0, 2, 6, 1, 0, 11, 1, 1)));
    check_encoded(BYTES(1, 0, 9), with_hints(BYTES(1, 0, 9)));
    check_encoded(BYTES(2, 0, 1, 5, 1, 0, 0, 1, 5, 1, 0),
                  with_hints(BYTES(2, 0, 1, 5, 1, 0, 0, 1, 5, 1, 0)));
}

TEST(no_memory_for_hints_is_said_and_nothing_leaks)
{
    struct tn_buf m = with_hints(BYTES(1, 0, 2, 5, 1, 0, 11, 1, 1));
    tn_status status = TN_E_NOMEM;
    for (size_t n = 0; status != TN_OK; n++) {
        struct fault fault = fault_never();
        tn_allocator alloc = fault_allocator(&fault);
        struct tn_mod *mod;
        struct tn_buf out;
        tn_error err = {0};
        CHECK_EQ(TN_OK,
                 tn_mod_decode(m.at, m.size, ALL_FEATURES, &alloc, &mod, NULL));
        tn_buf_init(&out, &alloc);
        fault.fail_from = fault.requests + n;
        status = tn_hints_check(mod, &err);
        if (status == TN_OK)
            status = tn_mod_encode(mod, &out, &err);
        CHECK(status == TN_OK || status == TN_E_NOMEM);
        CHECK_EQ(status, err.status);
        tn_buf_clear(&out);
        tn_mod_free(mod);
        CHECK_EQ(0, fault.live);
        CHECK(n < 1000);
    }
    tn_buf_clear(&m);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
