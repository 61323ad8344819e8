/* Names in a set, and questions about its modules. */
#include "prog/prog_set.h"

#include "tiny.h"
#include "tn_test.h"

static struct tiny_set s;
static struct tiny t;

TEST(a_module_has_the_given_name_else_its_own_else_a_number)
{
    tiny_begin(&t, "plain");
    CHECK(tiny_add(&s, &t));
    tiny_begin(&t, "made.wasm");
    CHECK(tiny_add(&s, &t));
    tiny_begin(&t, NULL);
    CHECK(tiny_add(&s, &t));
    tiny_begin(&t, ".wasm");
    CHECK(tiny_add(&s, &t));
    CHECK(tiny_name_all(&s));
    CHECK_STR("plain", s.set.parts[0].name.at);
    CHECK_STR("made", s.set.parts[1].name.at);
    CHECK_STR("m2", s.set.parts[2].name.at);
    CHECK(s.set.parts[2].is_unnamed && !s.set.parts[1].is_unnamed);
    CHECK_STR("m3", s.set.parts[3].name.at);
    s.set.parts[0].given = tn_str_of("given.wasm");
    CHECK_EQ(TN_OK, tn_prog_set_names(&s.set, NULL));
    CHECK_STR("given.wasm", s.set.parts[0].name.at); /* as it was given */
    tiny_clear(&s);
}

TEST(own_names_are_those_that_every_module_has)
{
    CHECK(tn_mod_is_own_name(tn_str_of("memory")));
    CHECK(tn_mod_is_own_name(tn_str_of("__stack_pointer")));
    CHECK(!tn_mod_is_own_name(tn_str_of("Memory")));
    CHECK(!tn_mod_is_own_name(tn_str_of("")));
}

TEST(exports_are_found_and_their_types_known)
{
    tiny_begin(&t, "m");
    tiny_func(&t, "patch_malloc", TINY_I32_I32);
    tiny_func(&t, "_start", TINY_NONE);
    tiny_memory(&t, "memory", 4);
    tiny_global(&t, "g");
    CHECK(tiny_add(&s, &t));
    CHECK(tiny_name_all(&s));
    const struct tn_prog_part *part = &s.set.parts[0];
    CHECK(tn_prog_is_command(part));
    CHECK(tn_prog_exports_i32(part, "patch_malloc", 1, 1));
    CHECK(!tn_prog_exports_i32(part, "patch_malloc", 1, 0));
    CHECK(!tn_prog_exports_i32(part, "memory", 0, 0));
    CHECK(!tn_prog_exports_i32(part, "none", 0, 0));
    struct tn_buf text;
    tn_buf_init(&text, &tn_alloc_libc);
    tn_prog_print_type(&text, part->mod, TN_EXTERN_FUNC, 0);
    tn_buf_byte(&text, '|');
    tn_prog_print_type(&text, part->mod, TN_EXTERN_MEMORY, 0);
    tn_buf_byte(&text, '|');
    tn_prog_print_type(&text, part->mod, TN_EXTERN_GLOBAL, 0);
    tn_buf_byte(&text, 0);
    CHECK_STR("(i32) -> i32|memory i64|global i32", (const char *)text.at);
    tn_buf_clear(&text);
    tiny_clear(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
