#include "mod_bytes.h"

static struct tn_buf with_names(const uint8_t *bytes, size_t size)
{
    struct tn_buf m = module_begin();
    SECTION_OF(&m, 1, 1, 0x60, 0, 0);
    SECTION_OF(&m, 3, 2, 0, 0);
    SECTION_OF(&m, 10, 2, 2, 0, 0x0b, 2, 0, 0x0b);
    struct tn_buf names;
    tn_buf_init(&names, &tn_alloc_libc);
    tn_buf_put(&names, "\4name", 5);
    tn_buf_put(&names, bytes, size);
    put_section(&m, 0, names.at, names.size);
    tn_buf_clear(&names);
    return m;
}

TEST(module_and_functions_have_names)
{
    struct tn_buf m =
        with_names(BYTES(0, 2, 1, 'm', 1, 6, 1, 1, 3, 'f', 'o', 'o', 2, 1, 0));
    struct outcome o = decode_with(&m, 0);
    CHECK(tn_str_is(o.mod->name, "m"));
    CHECK(tn_str_is(tn_mod_func_name(o.mod, 1), "foo"));
    CHECK(tn_str_is(tn_mod_func_name(o.mod, 0), ""));
    CHECK(tn_str_is(tn_mod_func_name(o.mod, 99), ""));
    CHECK(tn_mod_func_name(o.mod, 99).at != NULL);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

TEST(malformed_names_are_no_reason_to_refuse_a_module)
{
    struct tn_buf m =
        with_names(BYTES(1, 9, 3, 0, 1, 'a', 7, 1, 'b', 1, 9, 0, 99));
    struct outcome o = decode_with(&m, 0);
    CHECK_EQ(TN_OK, o.status);
    CHECK(tn_str_is(tn_mod_func_name(o.mod, 0), "a"));
    CHECK(tn_str_is(tn_mod_func_name(o.mod, 1), ""));
    CHECK(tn_str_is(o.mod->name, ""));
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
