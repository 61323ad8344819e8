#include "mod/names.h"

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

TEST(all_else_has_names_when_somebody_asks)
{
    struct tn_buf m =
        with_names(BYTES(0, 2, 1, 'm', 4, 6, 1, 0, 3, 't', 'y', 'p', 2, 9, 1, 1,
                         2, 0, 1, 'a', 3, 1, 'b', 1, 4, 1, 1, 1, 'f', 99, 1, 0,
                         5, 4, 1, 7, 1, 'x', 4, 4, 1, 0, 1, 'u'));
    struct outcome o = decode_with(&m, ALL_FEATURES);
    struct tn_arena arena;
    struct tn_names names;
    struct tn_str locals[4] = {{NULL, 0}};
    tn_arena_init(&arena, &tn_alloc_libc);
    CHECK(tn_names_read(o.mod, &arena, &names));
    CHECK(tn_str_is(names.of[TN_NAME_MODULE][0], "m"));
    CHECK(tn_str_is(names.of[TN_NAME_TYPE][0], "typ"));
    CHECK(tn_str_is(names.of[TN_NAME_FUNC][1], "f"));
    CHECK(names.of[TN_NAME_FUNC][0].at == NULL);
    CHECK_EQ(0, names.counts[TN_NAME_TABLE]);
    CHECK(names.of[TN_NAME_GLOBAL] == NULL);
    tn_names_inside(o.mod, &names, TN_NAME_LOCAL, 1, locals, 4);
    CHECK(tn_str_is(locals[0], "a") && tn_str_is(locals[3], "b"));
    CHECK(locals[1].at == NULL);
    tn_names_inside(o.mod, &names, TN_NAME_LABEL, 1, locals, 4);
    tn_names_inside(o.mod, &names, TN_NAME_LOCAL, 0, locals, 4);
    tn_names_inside(o.mod, &names, TN_NAME_LOCAL, 9, locals, 4);
    CHECK(locals[1].at == NULL);
    tn_arena_clear(&arena);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
