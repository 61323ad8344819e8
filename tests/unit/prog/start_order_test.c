/* In which order the modules of a set start. */
#include "prog/prog_set.h"
#include "tiny.h"
#include "tn_test.h"

static struct tiny_set s;

/* A module that exports "f" and "g", and imports what `needs` names: "b" the
 * function of module b, "B" its global. */
static void add(const char *name, const char *needs)
{
    struct tiny t;
    tiny_begin(&t, name);
    for (const char *c = needs; *c != '\0'; c++) {
        char from[2] = {(char)(*c | 0x20), '\0'};
        if (*c & 0x20)
            tiny_import_func(&t, from, "f", TINY_TO_I32);
        else
            tiny_import_global(&t, from, "g");
    }
    tiny_func(&t, "f", TINY_TO_I32);
    tiny_global(&t, "g");
    CHECK(tiny_add(&s, &t));
}

static void resolve_all(void)
{
    struct tn_prog_fault fault;
    CHECK(tiny_name_all(&s));
    for (uint32_t i = 0; i < s.count; i++)
        for (uint32_t k = 0; k < s.mods[i]->import_count; k++)
            CHECK(tn_prog_resolve(&s.set, i, k, &fault));
    CHECK_EQ(TN_OK, tn_prog_set_order(&s.set, NULL));
}

static void check_order(const char *want)
{
    char got[TINY_MOST + 1] = "";
    resolve_all();
    for (uint32_t i = 0; i < s.count; i++)
        got[i] = s.set.parts[s.set.order[i]].name.at[0];
    CHECK_STR(want, got);
    tiny_clear(&s);
}

TEST(modules_without_imports_start_as_they_stand)
{
    add("a", "");
    add("b", "");
    add("c", "");
    check_order("abc");
}

TEST(providers_start_before_users)
{
    add("a", "bc");
    add("b", "c");
    add("c", "");
    check_order("cba");
}

TEST(globals_come_before_functions)
{
    add("a", "bC");
    add("b", "");
    add("c", "");
    check_order("cba");
}

TEST(a_circle_of_functions_is_cut_in_package_order)
{
    add("a", "b");
    add("b", "a");
    check_order("ba");
}

TEST(a_provider_that_cannot_be_made_before_its_user_comes_after)
{
    add("a", "b"); /* a calls b, but b's global is a's */
    add("b", "A");
    check_order("ab");
}

TEST(a_circle_of_globals_reaches_itself)
{
    add("a", "B");
    add("b", "A");
    add("c", "A");
    resolve_all();
    CHECK(tn_prog_reaches(&s.set, 0, 0) && tn_prog_reaches(&s.set, 1, 1));
    CHECK(tn_prog_reaches(&s.set, 2, 1) && !tn_prog_reaches(&s.set, 2, 2));
    tiny_clear(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
