#include "ir_test.h"

/* Function 0 divides, 1 calls it twice, 2 does nothing. */
static const char three[] = "1:02 60 02 7f 7f 01 7f 60 00 00;3:03 00 00 01;"
                            "10:03 (00 20 00 20 01 6d 0b)"
                            "(00 20 00 20 01 10 00 20 01 10 00 0b) (00 0b)";

enum {
    DIVIDES_AT = 0x23,
    FIRST_CALL_AT = 0x2b,
    SECOND_CALL_AT = 0x2f,
};

TEST(an_entry_is_published_once_and_stays)
{
    struct paper p;
    paper_open(&p, three, &tn_alloc_libc);
    const uint8_t *second = tn_code_entry(p.code, 1, NULL);
    const uint8_t *first = tn_code_entry(p.code, 0, NULL);
    CHECK(first != NULL && second != NULL && first != second);
    CHECK(second == tn_code_entry(p.code, 1, NULL));
    CHECK(first == tn_code_entry(p.code, 0, NULL));
    paper_close(&p);
}

TEST(the_function_around_a_pc_is_found)
{
    struct paper p;
    paper_open(&p, three, &tn_alloc_libc);
    CHECK_EQ(TN_NONE, tn_code_function_at(p.code, p.bytes.bytes));
    for (uint32_t i = 3; i-- > 0;)
        (void)tn_code_entry(p.code, i, NULL);
    for (uint32_t i = 0; i < 3; i++) {
        const uint8_t *entry = tn_code_entry(p.code, i, NULL);
        CHECK_EQ(i, tn_code_function_at(p.code, entry));
        CHECK_EQ(i, tn_code_function_at(p.code, entry + 7));
    }
    CHECK_EQ(TN_NONE, tn_code_function_at(p.code, p.bytes.bytes));
    paper_close(&p);
}

/* Of function 1: mov2 (12 bytes), call (16), mov (8), call. The word itself, or
 * any place in it, like a return pc less one. */
TEST(a_pc_names_the_wasm_instruction_that_it_came_from)
{
    struct paper p;
    paper_open(&p, three, &tn_alloc_libc);
    const uint8_t *divides = tn_code_entry(p.code, 0, NULL);
    const uint8_t *calls = tn_code_entry(p.code, 1, NULL);
    CHECK_EQ(DIVIDES_AT, tn_code_offset_at(p.code, 0, divides));
    CHECK_EQ(FIRST_CALL_AT, tn_code_offset_at(p.code, 1, calls + 12));
    CHECK_EQ(FIRST_CALL_AT, tn_code_offset_at(p.code, 1, calls + 12 + 15));
    CHECK_EQ(SECOND_CALL_AT, tn_code_offset_at(p.code, 1, calls + 36));
    CHECK_EQ(SECOND_CALL_AT, tn_code_offset_at(p.code, 1, calls + 36 + 15));
    paper_close(&p);
}

/* The same work with the n-th request for memory failing, for each n. */
TEST(without_memory_nothing_is_half_done)
{
    for (size_t n = 0;; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct paper p;
        tn_error err = {0};
        paper_open(&p, three, &alloc);
        const uint8_t *entry = NULL;
        if (p.code != NULL)
            entry = tn_code_entry(p.code, 1, &err);
        if (p.code != NULL && entry == NULL) {
            CHECK_EQ(TN_E_NOMEM, err.status);
            fault.fail_from = SIZE_MAX; /* and with memory it goes on */
            CHECK(tn_code_entry(p.code, 1, NULL) != NULL);
            CHECK_EQ(
                1, tn_code_function_at(p.code, tn_code_entry(p.code, 1, NULL)));
        }
        paper_close(&p);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
        if (entry != NULL)
            return;
    }
}

/* Its function 0 has nothing but `nop`s, and no code but the return. */
static const uint8_t *entry_in_large_module(struct tn_mod *mod,
                                            struct tn_code **code)
{
    *code = tn_code_new(mod, paper_target(), (struct tn_flavour){false},
                        &tn_alloc_libc);
    CHECK(*code != NULL);
    return tn_code_entry(*code, 0, NULL);
}

TEST(a_large_modules_code_is_mapped)
{
    enum {
        NOPS = 100000
    };
    static const uint8_t head[] = {0,  'a',  's',  'm', 1, 0,    0,    0, 1,
                                   4,  1,    96,   0,   0, 3,    2,    1, 0,
                                   10, 0xa6, 0x8d, 6,   1, 0xa2, 0x8d, 6, 0};
    static uint8_t bytes[sizeof head + NOPS + 1];
    memcpy(bytes, head, sizeof head);
    memset(bytes + sizeof head, 1, NOPS);
    bytes[sizeof head + NOPS] = 0x0b;
    tn_error err = {0};
    struct tn_types *types = tn_types_new(&tn_alloc_libc);
    struct tn_mod *mod;
    struct tn_code *code;
    if (tn_mod_decode(bytes, sizeof bytes, tn_features_default(),
                      &tn_alloc_libc, &mod, &err) != TN_OK ||
        tn_types_intern(types, mod, &err) != TN_OK ||
        tn_mod_validate(mod, &err) != TN_OK)
        FAIL("%s", err.text);
    const uint8_t *entry = entry_in_large_module(mod, &code);
    CHECK_EQ(0, tn_code_function_at(code, entry));
    CHECK_EQ(sizeof head + NOPS, tn_code_offset_at(code, 0, entry));
    tn_code_free(code);
    tn_types_release(types, mod);
    tn_mod_free(mod);
    tn_types_free(types);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
