#include "fault_alloc.h"
#include "mod_bytes.h"

TEST(everything_is_written_as_it_was_read)
{
    struct tn_buf m = module_of_everything();
    struct outcome o = decode_with(&m, ALL_FEATURES);
    struct tn_buf out;
    tn_buf_init(&out, &tn_alloc_libc);
    tn_error err = {0};
    CHECK_EQ(TN_OK, tn_mod_encode(o.mod, &out, &err));
    CHECK_EQ(m.size, out.size);
    for (size_t i = 0; i < m.size; i++)
        if (m.at[i] != out.at[i])
            FAIL("byte %d differs", (int)i);
    tn_buf_clear(&out);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

TEST(padded_numbers_are_written_shortest)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 6, 0x81, 0, 0x7f, 0, 0x41, 0xff, 0x7f, 0x0b);
    struct tn_buf want = module_begin();
    SECTION_OF(&want, 6, 1, 0x7f, 0, 0x41, 0x7f, 0x0b);
    struct outcome o = decode_with(&m, 0);
    struct tn_buf out;
    tn_buf_init(&out, &tn_alloc_libc);
    CHECK_EQ(TN_OK, tn_mod_encode(o.mod, &out, NULL));
    CHECK_EQ(want.size, out.size);
    CHECK(memcmp(want.at, out.at, out.size) == 0);
    tn_buf_clear(&out);
    tn_buf_clear(&want);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

TEST(code_that_cannot_be_read_cannot_be_written)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 1, 1, 0x60, 0, 0);
    SECTION_OF(&m, 3, 1, 0);
    SECTION_OF(&m, 10, 1, 3, 0, 0xff, 0x0b);
    struct outcome o = decode_with(&m, 0);
    struct tn_buf out;
    tn_buf_init(&out, &tn_alloc_libc);
    tn_error err = {0};
    CHECK_EQ(TN_E_MALFORMED, tn_mod_encode(o.mod, &out, &err));
    CHECK_STR("illegal opcode ff", err.text);
    CHECK_EQ(m.size - 2, err.offset);
    tn_buf_clear(&out);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

/* Whatever decodes is written so that it decodes again, and is then written
 * the same. */
static void check_stable(const struct tn_buf *m)
{
    struct outcome o = decode_with(m, ALL_FEATURES);
    struct tn_buf once, twice;
    tn_buf_init(&once, &tn_alloc_libc);
    tn_buf_init(&twice, &tn_alloc_libc);
    if (o.mod != NULL && tn_mod_encode(o.mod, &once, NULL) == TN_OK) {
        struct outcome again = decode_with(&once, ALL_FEATURES);
        CHECK_STR("", again.err.text);
        CHECK_EQ(TN_OK, tn_mod_encode(again.mod, &twice, NULL));
        CHECK_EQ(once.size, twice.size);
        CHECK(memcmp(once.at, twice.at, once.size) == 0);
        tn_mod_free(again.mod);
    }
    tn_mod_free(o.mod);
    tn_buf_clear(&once);
    tn_buf_clear(&twice);
}

TEST(whatever_a_flipped_bit_makes_is_written_stably)
{
    struct tn_buf m = module_of_everything();
    for (size_t bit = 0; bit < m.size * 8; bit++) {
        m.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
        check_stable(&m);
        m.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    tn_buf_clear(&m);
}

TEST(runs_of_locals_are_joined)
{
    struct tn_buf m = module_begin(), want = module_begin();
    SECTION_OF(&m, 1, 1, 0x60, 0, 0);
    SECTION_OF(&m, 3, 1, 0);
    SECTION_OF(&m, 10, 1, 14, 6, 0, 0x7e, 1, 0x7f, 2, 0x7f, 0, 0x7d, 1, 0x7f, 1,
               0x7e, 0x0b);
    SECTION_OF(&want, 1, 1, 0x60, 0, 0);
    SECTION_OF(&want, 3, 1, 0);
    SECTION_OF(&want, 10, 1, 6, 2, 4, 0x7f, 1, 0x7e, 0x0b);
    tn_text got;
    CHECK_EQ(TN_OK, tn_module_encode(m.at, m.size, &got, NULL));
    bool is_same =
        got.size == want.size && memcmp(got.at, want.at, want.size) == 0;
    tn_text_free(&got);
    tn_buf_clear(&m);
    tn_buf_clear(&want);
    CHECK(is_same);
}

TEST(an_allocation_that_fails_while_encoding_leaves_nothing)
{
    struct tn_buf m = module_of_everything();
    tn_status status = TN_E_NOMEM;
    for (size_t n = 0; status != TN_OK; n++) {
        struct fault fault = fault_never();
        tn_allocator alloc = fault_allocator(&fault);
        struct tn_mod *mod;
        CHECK_EQ(TN_OK,
                 tn_mod_decode(m.at, m.size, ALL_FEATURES, &alloc, &mod, NULL));
        struct tn_buf out;
        tn_buf_init(&out, &alloc);
        fault.fail_from = fault.requests + n;
        tn_error err = {0};
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
