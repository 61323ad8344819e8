#include "link_test.h"

#define LIB(name, fields) PIC(name, MEM("20", "04"), fields)
#define TEXTS                                                                  \
    "(data (global.get $mb) \"a.so\\00f\\00no\\00d\\00t\\00\")"                \
    "(func $at (param i32) (result i32) (i32.add (global.get $mb) (local.get " \
    "0)))"
#define F(name, body) \
    "(func (export \"" name "\") (param i32 i32) (result i32) " body ")"
/* Each of the functions, for the test to call. */
#define GUEST                                                                  \
    PIC("main", MEM("60", "04"),                                               \
        DL                                                                     \
        "(import \"env\" \"dladdr\" (func $dladdr (param i32 i32) (result "    \
        "i32)))" TEXTS FUNC("main_f", "9") F(                                  \
            "open", "(call $dlopen (call $at (local.get 0)) (local.get 1))")   \
            F("raw", "(call $dlopen (local.get 0) (local.get 1))") F(          \
                "sym", "(call $dlsym (local.get 0) (call $at (local.get 1)))") \
                F("rawsym", "(call $dlsym (local.get 0) (local.get 1))") F(    \
                    "close",                                                   \
                    "(call $dlclose (local.get 0))") F("error",                \
                                                       "(call $dlerror)")      \
                    F("addr",                                                  \
                      "(call $dladdr (local.get 0) (call $at (local.get 1)))") \
                        F("word", "(i32.load (call $at (local.get 0)))")       \
                            F("at", "(call $at (local.get 0))"))

static uint64_t guest(struct scene *s, const char *name, uint64_t a, uint64_t b)
{
    uint64_t slots[2] = {a, b};
    s->err = (tn_error){0};
    if (tn_func_call_raw(sym(s, NULL, name).func, slots, &s->err) != TN_OK)
        FAIL("%s: %s", name, s->err.text);
    return slots[0];
}

static const char *text_at(struct scene *s, uint64_t at)
{
    return at == 0 ? "" : tn_memory_span(s->space->memory, at, 1);
}

static const char *error_of(struct scene *s)
{
    return text_at(s, guest(s, "error", 0, 0));
}

static void begin_guest(struct scene *s)
{
    begin(s, GUEST);
    give(s, "a.so",
         LIB("a.so", FUNC("f", "1") DATA(
                         "d", "8") "(tag (export \"t\")) (func $ctor (export "
                                   "\"__wasm_call_ctors\"))"));
    CHECK_STR("", load(s));
}

enum {
    NAME_A = 0,
    NAME_F = 5,
    NAME_NO = 7,
    NAME_D = 10,
    NAME_T = 12
};

TEST(a_guest_opens_asks_and_closes)
{
    struct scene s;
    begin_guest(&s);
    uint64_t h = guest(&s, "open", NAME_A, 2);
    CHECK(h != 0);
    CHECK_STR("", error_of(&s));
    CHECK_EQ(sym(&s, dso_named(&s, "a.so"), "f").address,
             guest(&s, "sym", h, NAME_F));
    CHECK_EQ(tn_dso_look(dso_named(&s, "a.so")).memory_base + 8,
             guest(&s, "sym", h, NAME_D));
    CHECK_EQ(0, guest(&s, "sym", h, NAME_NO));
    CHECK_STR("undefined symbol \"no\"", error_of(&s));
    CHECK_STR("", error_of(&s));
    CHECK_EQ(0, guest(&s, "sym", h, NAME_T));
    CHECK_EQ(0, guest(&s, "sym", 0, NAME_F));
    CHECK_EQ(h, guest(&s, "open", NAME_A, 2));
    CHECK_EQ(0, guest(&s, "close", h, 0));
    CHECK_EQ(0, guest(&s, "close", h, 0));
    CHECK_STR("main", names_of(&s));
    (void)error_of(&s);
    CHECK_EQ(UINT32_MAX, guest(&s, "close", h, 0));
    CHECK_STR("0x2 is no handle of an open object", error_of(&s));
    CHECK(guest(&s, "open", NAME_A, 2) != h);
    end(&s);
}

TEST(main_is_what_no_name_opens)
{
    struct scene s;
    begin_guest(&s);
    CHECK_EQ(0, guest(&s, "sym", 1, NAME_F));
    CHECK_STR("0x1 is no handle of an open object", error_of(&s));
    CHECK_EQ(1, guest(&s, "raw", 0, 2));
    CHECK_EQ(0, guest(&s, "sym", 1, NAME_F));
    CHECK_STR("undefined symbol \"f\"", error_of(&s));
    CHECK(guest(&s, "open", NAME_A, 258) != 0);
    CHECK(guest(&s, "sym", 1, NAME_F) != 0);
    CHECK_EQ(0, guest(&s, "close", 1, 0));
    end(&s);
}

TEST(names_that_are_no_texts)
{
    struct scene s;
    begin_guest(&s);
    char words[80];
    CHECK_EQ(0, guest(&s, "raw", UINT32_MAX, 2));
    CHECK_STR("a name that is no text at 0xffffffff", error_of(&s));
    uint64_t size = tn_memory_size(s.space->memory);
    memset(tn_memory_span(s.space->memory, size - 4, 4), 'x', 4);
    CHECK_EQ(0, guest(&s, "raw", size, 2));
    (void)snprintf(words, sizeof words, "a name that is no text at 0x%llx",
                   (unsigned long long)size);
    CHECK_STR(words, error_of(&s));
    CHECK_EQ(0, guest(&s, "raw", size - 4, 2));
    (void)snprintf(words, sizeof words, "a name that is no text at 0x%llx",
                   (unsigned long long)size - 4);
    CHECK_STR(words, error_of(&s));
    CHECK_EQ(0, guest(&s, "rawsym", 0, UINT32_MAX));
    CHECK_STR("a name that is no text at 0xffffffff", error_of(&s));
    CHECK_EQ(0, guest(&s, "open", NAME_NO, 2));
    CHECK_STR("no: library not found", error_of(&s));
    CHECK_EQ(0, guest(&s, "open", NAME_A, 0));
    CHECK(strstr(error_of(&s), "bad flags") != NULL);
    end(&s);
}

TEST(a_guest_asks_whose_an_address_is)
{
    struct scene s;
    begin_guest(&s);
    uint64_t h = guest(&s, "open", NAME_A, 2);
    uint64_t d = guest(&s, "sym", h, NAME_D), f = guest(&s, "sym", h, NAME_F);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(1, guest(&s, "addr", d + 1, 64));
        CHECK_STR("a.so", text_at(&s, guest(&s, "word", 64, 0)));
        CHECK_EQ(d - 8, guest(&s, "word", 68, 0));
        CHECK_STR("d", text_at(&s, guest(&s, "word", 72, 0)));
        CHECK_EQ(d, guest(&s, "word", 76, 0));
        CHECK_EQ(1, guest(&s, "addr", f, 64));
        CHECK_STR("f", text_at(&s, guest(&s, "word", 72, 0)));
        CHECK_EQ(f, guest(&s, "word", 76, 0));
    }
    CHECK_EQ(0, guest(&s, "addr", 900000, 64));
    uint64_t slots[2] = {
        d, 0xffffff00 - tn_dso_look(tn_space_main(s.space)).memory_base};
    CHECK_EQ(TN_E_TRAP,
             tn_func_call_raw(sym(&s, NULL, "addr").func, slots, NULL));
    end(&s);
}

/* Traps of what dlopen runs are its failures, told by dlerror. */
TEST(a_trap_in_a_constructor_is_told_and_over)
{
    struct scene s;
    begin_guest(&s);
    give(&s, "a.so", LIB("a.so", CTOR("unreachable")));
    CHECK_EQ(0, guest(&s, "open", NAME_A, 2));
    CHECK_STR("a.so: unreachable", error_of(&s));
    CHECK_STR("main", names_of(&s));
    CHECK_EQ(9, ask(&s, "main_f"));
    end(&s);
}

/* Also where a trap takes an instance out of service. */
TEST(a_trap_that_dlerror_tells_poisons_nobody)
{
    struct scene s;
    begin_guest(&s);
    s.store->config.trap_policy = TN_TRAP_POISONS;
    give(&s, "a.so",
         LIB("a.so", ASK("f", "main_f") CTOR("(drop (call $f)) unreachable")));
    CHECK_EQ(0, guest(&s, "open", NAME_A, 2));
    CHECK_STR("a.so: unreachable", error_of(&s));
    CHECK_EQ(9, ask(&s, "main_f"));
    end(&s);
}

TEST(what_another_trap_poisoned_stays_so)
{
    struct scene s;
    begin_guest(&s);
    s.store->config.trap_policy = TN_TRAP_POISONS;
    give(&s, "b.so",
         LIB("b.so", "(func (export \"bad\") (result i32) "
                     "unreachable)"));
    give(&s, "a.so", LIB("a.so", CTOR("unreachable")));
    CHECK(open_as(&s, "b.so", TN_RTLD_NOW | TN_RTLD_GLOBAL) != NULL);
    CHECK_STR("unreachable", fails(&s, "bad"));
    CHECK_EQ(0, guest(&s, "open", NAME_A, 2));
    CHECK_STR("a.so: unreachable", error_of(&s));
    uint64_t slot = 0;
    CHECK_EQ(TN_E_DOWN,
             tn_func_call_raw(sym(&s, NULL, "bad").func, &slot, NULL));
    CHECK_EQ(9, ask(&s, "main_f"));
    end(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
