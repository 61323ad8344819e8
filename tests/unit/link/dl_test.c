#include "link_test.h"

#define LIB(name, fields)   PIC(name, MEM("20", "04"), fields)
#define MAIN(needs, fields) PIC("main", MEM("20", "04") needs, fields)

TEST(what_belongs_to_others_is_refused)
{
    struct scene s, t;
    begin(&s, MAIN("", ""));
    begin(&t, MAIN("", FUNC("f", "1")));
    CHECK_STR("", load(&t));
    s.config.imports = t.imports;
    CHECK_STR("imports of another store", load(&s));
    CHECK_EQ(TN_E_MISUSE, s.err.status);
    s.config.imports = s.imports;
    s.config.stack_bytes = UINT64_MAX;
    CHECK_STR("a stack of more than 2 GiB", load(&s));
    s.config.stack_bytes = 64;
    tn_store *store = s.store;
    s.store = t.store;
    CHECK_STR("store of another engine", load(&s));
    s.store = store;
    CHECK_STR("", load(&s));
    CHECK(sym(&s, tn_space_main(t.space), "f").func == NULL);
    CHECK_STR("main is an object of another space", s.err.text);
    end(&s);
    end(&t);
}

TEST(an_address_is_of_an_object_and_the_symbol_before_it)
{
    struct scene s;
    tn_symbol found;
    begin(&s, MAIN("", ""));
    /* n is a number, and nearer to 0 than any address. */
    give(&s, "a.so",
         PIC("a.so", MEM("20", "04") "\\03\\05\\01\\01n\\80\\04",
             DATA("x", "4") DATA("y", "16") DATA("n", "1")));
    CHECK_STR("", load(&s));
    tn_dso *a = open_as(&s, "a.so", TN_RTLD_NOW);
    uint64_t base = tn_dso_look(a).memory_base;
    CHECK_EQ(TN_OK, tn_dladdr(s.space, base + 20, false, &found, NULL));
    CHECK(found.dso == a && found.name[0] == 'y');
    CHECK_EQ(base + 16, found.address);
    CHECK_EQ(TN_OK, tn_dladdr(s.space, base + 15, false, &found, NULL));
    CHECK_EQ(base + 4, found.address);
    CHECK_EQ(TN_OK, tn_dladdr(s.space, base + 3, false, &found, NULL));
    CHECK(found.dso == a && found.name == NULL);
    CHECK_EQ(1, sym(&s, a, "n").address);
    s.err = (tn_error){0};
    CHECK_EQ(TN_E_NOT_FOUND, tn_dladdr(s.space, 8, false, &found, &s.err));
    CHECK_STR("no object at address 0x8", s.err.text);
    CHECK_EQ(TN_E_NOT_FOUND, tn_dladdr(s.space, 0, true, &found, NULL));
    CHECK_EQ(TN_E_NOT_FOUND, tn_dladdr(s.space, 1 << 20, true, &found, NULL));
    end(&s);
}

TEST(data_of_a_main_at_a_place_is_mains)
{
    struct scene s;
    tn_symbol found;
    begin(&s, "(module $main (memory (export \"memory\") 1) (global (export "
              "\"x\") i32 (i32.const 64)) (global (export \"__heap_base\") i32 "
              "(i32.const 4096)))");
    CHECK_STR("", load(&s));
    CHECK_EQ(TN_OK, tn_dladdr(s.space, 70, false, &found, NULL));
    CHECK(found.dso == tn_space_main(s.space) && found.address == 64);
    CHECK_EQ(TN_E_NOT_FOUND, tn_dladdr(s.space, 5000, false, &found, NULL));
    end(&s);
}

TEST(a_host_function_in_the_table_is_nobodys)
{
    struct scene s;
    tn_symbol found;
    begin(&s, MAIN("", GOT("p", "func", "say") SHOWS("p", "p")));
    CHECK_STR("", load(&s));
    CHECK_EQ(TN_OK,
             tn_dladdr(s.space, (uint64_t)ask(&s, "p"), true, &found, NULL));
    CHECK(found.func != NULL && found.dso == NULL);
    end(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
