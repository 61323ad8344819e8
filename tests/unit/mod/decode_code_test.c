#include "mod_bytes.h"

/* A module of one function of type () -> (), whose body is given. */
#define ONE_BODY(m, ...)                                      \
    (SECTION_OF(m, 1, 1, 0x60, 0, 0), SECTION_OF(m, 3, 1, 0), \
     SECTION_OF(m, 10, 1, __VA_ARGS__))

TEST(a_body_is_its_locals_and_its_code)
{
    struct tn_buf m = module_of_everything();
    struct outcome o = decode_with(&m, ALL_FEATURES);
    const struct tn_body *body = &o.mod->bodies[1];
    CHECK_EQ(23, body->range.size);
    CHECK_EQ(4, body->local_count);
    CHECK_EQ(6, body->code.offset - body->range.offset);
    CHECK_EQ(17, body->code.size);
    CHECK_EQ(0x0b, o.mod->bytes[body->code.offset + 16]);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

TEST(locals_are_counted_before_anything_is_made_of_them)
{
    struct tn_buf m = module_begin();
    ONE_BODY(&m, 14, 2, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0xff, 0xff, 0xff,
             0xff, 0x0f, 0x7e, 0x0b);
    check_refused(&m, 0, TN_E_MALFORMED, "too many locals");
    m = module_begin();
    ONE_BODY(&m, 6, 1, 0xd0, 0x86, 3, 0x7f, 0x0b); /* 50,000 */
    struct outcome o = decode_with(&m, 0);
    CHECK_EQ(50000, o.mod->bodies[0].local_count);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
    m = module_begin();
    ONE_BODY(&m, 6, 1, 0xd1, 0x86, 3, 0x7f, 0x0b);
    check_refused(&m, 0, TN_E_MALFORMED, "too many locals");
}

TEST(a_body_stays_within_its_size)
{
    struct tn_buf m = module_begin();
    ONE_BODY(&m, 9, 0, 0x0b);
    check_refused(&m, 0, TN_E_MALFORMED,
                  "unexpected end of section or function");
    m = module_begin();
    ONE_BODY(&m, 1, 0, 0x0b); /* no code */
    check_refused(&m, 0, TN_E_MALFORMED,
                  "unexpected end of section or function");
    m = module_begin();
    ONE_BODY(&m, 2, 9, 0x7f, 0x0b); /* locals beyond it */
    check_refused(&m, 0, TN_E_MALFORMED,
                  "unexpected end of section or function");
}

TEST(a_body_may_not_be_huge)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 1, 1, 0x60, 0, 0);
    SECTION_OF(&m, 3, 1, 0);
    uint32_t size = TN_MAX_BODY_BYTES + 1;
    tn_buf_byte(&m, 10);
    tn_buf_uleb(&m, size + 5);
    tn_buf_byte(&m, 1);
    tn_buf_uleb(&m, size);
    CHECK(tn_buf_room(&m, size) != NULL);
    memset(m.at + m.size, 0, size);
    m.size += size;
    check_refused(&m, 0, TN_E_LIMIT,
                  "a body of 7654322 bytes, at most 7654321 are allowed");
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
