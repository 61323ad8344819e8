#include "fault_alloc.h"
#include "mod_bytes.h"

static struct tn_types *registry;

static struct tn_mod *interned(const uint8_t *bytes, size_t size)
{
    struct tn_buf *m = malloc(sizeof *m); /* the module borrows its bytes */
    *m = module_begin();
    put_section(m, 1, bytes, size);
    struct outcome o = decode_with(m, ALL_FEATURES);
    CHECK_STR("", o.err.text);
    tn_error err = {0};
    CHECK_EQ(TN_OK, tn_types_intern(registry, o.mod, &err));
    tn_buf_clear(m); /* of types nothing is read again */
    free(m);
    return o.mod;
}

static void begin(void)
{
    registry = tn_types_new(&tn_alloc_libc);
}

static void end(void)
{
    tn_types_free(registry);
}

static void check_intern_refused(tn_status status, const char *text,
                                 const uint8_t *bytes, size_t size)
{
    struct fault fault = fault_never();
    tn_allocator alloc = fault_allocator(&fault);
    registry = tn_types_new(&alloc);
    struct tn_buf m = module_begin();
    put_section(&m, 1, bytes, size);
    struct outcome o = decode_with(&m, ALL_FEATURES);
    CHECK_STR("", o.err.text);
    tn_error err = {0};
    CHECK_EQ(status, tn_types_intern(registry, o.mod, &err));
    CHECK_STR(text, err.text);
    CHECK(o.mod->types == NULL);
    /* Nothing is left: the next type has an id that was theirs. */
    const struct tn_type *next = tn_types_func(registry, NULL, 0, NULL, 0);
    CHECK(next->id < o.mod->type_count);
    tn_mod_free(o.mod);
    tn_buf_clear(&m);
    end();
    CHECK_EQ(0, fault.live);
}

TEST(equal_function_types_of_two_modules_are_one)
{
    begin();
    struct tn_mod *a = interned(BYTES(2, 0x60, 0, 0, 0x60, 1, 0x7f, 0));
    struct tn_mod *b =
        interned(BYTES(3, 0x60, 1, 0x7f, 0, 0x60, 0, 0, 0x60, 1, 0x7f, 0));
    CHECK(a->types[0] == b->types[1]);
    CHECK(a->types[1] == b->types[0] && b->types[0] == b->types[2]);
    CHECK(a->types[0] != a->types[1]);
    CHECK(tn_types_at(registry, a->types[1]->id) == a->types[1]);
    tn_mod_free(a);
    CHECK_EQ(1, b->types[0]->param_count);
    tn_mod_free(b);
    end();
}

/* (rec (struct (ref 1)) (struct (ref 0))), twice, at other indices. */
TEST(equal_groups_are_one_wherever_they_stand)
{
    begin();
    struct tn_mod *a =
        interned(BYTES(1, 0x4e, 2, 0x5f, 1, 0x64, 1, 0, 0x5f, 1, 0x64, 0, 0));
    struct tn_mod *b = interned(BYTES(2, 0x60, 0, 0, 0x4e, 2, 0x5f, 1, 0x64, 2,
                                      0, 0x5f, 1, 0x64, 1, 0));
    CHECK(a->types[0] == b->types[1] && a->types[1] == b->types[2]);
    /* References in it are by id. */
    CHECK_EQ(TN_REF(TN_HEAP_DEFINED + a->types[1]->id, false),
             a->types[0]->fields[0].type);
    tn_mod_free(a);
    tn_mod_free(b);
    end();
}

TEST(a_group_is_not_its_members_each_alone)
{
    begin();
    /* (rec (func) (func)), (func), (rec (func)) */
    struct tn_mod *a = interned(BYTES(3, 0x4e, 2, 0x60, 0, 0, 0x60, 0, 0, 0x60,
                                      0, 0, 0x4e, 1, 0x60, 0, 0));
    CHECK(a->types[0] != a->types[1]);
    CHECK(a->types[0] != a->types[2] && a->types[1] != a->types[2]);
    CHECK(a->types[2] == a->types[3]);
    tn_mod_free(a);
    end();
}

/* Each with as many parameters as its index, so that all differ. */
TEST(many_types_are_found_again)
{
    enum {
        COUNT = 300
    };
    tn_valtype params[COUNT];
    const struct tn_type *types[COUNT];
    begin();
    for (size_t i = 0; i < COUNT; i++) {
        params[i] = TN_VT_I32 + (tn_valtype)(i % 4);
        types[i] = tn_types_func(registry, params, i, NULL, 0);
    }
    for (size_t i = 0; i < COUNT; i++) {
        CHECK(tn_types_func(registry, params, i, NULL, 0) == types[i]);
        CHECK_EQ(i, types[i]->param_count);
        CHECK_EQ(i, types[i]->id);
        tn_types_release_one(registry, types[i]);
    }
    for (size_t i = 0; i < COUNT; i++)
        tn_types_release_one(registry, types[i]);
    CHECK(tn_types_at(registry, 7) == NULL);
    end();
}

/* Type i is an open struct below type i - 1. */
static struct tn_buf chain_of(uint8_t count)
{
    struct tn_buf chain;
    tn_buf_init(&chain, &tn_alloc_libc);
    tn_buf_byte(&chain, count);
    tn_buf_put(&chain, "\x50\0\x5f", 4);
    for (uint8_t i = 1; i < count; i++) {
        const uint8_t bytes[] = {0x50, 1, (uint8_t)(i - 1), 0x5f, 0};
        tn_buf_put(&chain, bytes, sizeof bytes);
    }
    return chain;
}

TEST(a_chain_of_supertypes_has_an_end)
{
    struct tn_buf chain = chain_of(65);
    check_intern_refused(TN_E_LIMIT, "type 64: more than 63 supertypes",
                         chain.at, chain.size);
    tn_buf_clear(&chain);
    chain = chain_of(64);
    begin();
    struct tn_mod *a = interned(chain.at, chain.size);
    CHECK_EQ(63, a->types[63]->depth);
    CHECK(tn_type_is_below(a->types[63], a->types[0]));
    tn_mod_free(a);
    end();
    tn_buf_clear(&chain);
}

TEST(ids_are_used_again)
{
    begin();
    uint32_t first = 0;
    for (int i = 0; i < 1000; i++) {
        struct tn_mod *a = interned(BYTES(2, 0x60, 0, 0, 0x60, 1, 0x7f, 0));
        if (i == 0)
            first = a->types[0]->id + a->types[1]->id;
        CHECK_EQ(first, a->types[0]->id + a->types[1]->id);
        tn_mod_free(a);
    }
    end();
}

TEST(host_functions_share_types_with_modules)
{
    begin();
    static const tn_valtype params[] = {TN_VT_I32, TN_VT_V128};
    const struct tn_type *host = tn_types_func(registry, params, 2, NULL, 0);
    CHECK(host->param_slots == 3 && host->result_slots == 0);
    struct tn_mod *a = interned(BYTES(1, 0x60, 2, 0x7f, 0x7b, 0));
    CHECK(a->types[0] == host);
    tn_types_release_one(registry, host);
    CHECK(tn_types_at(registry, a->types[0]->id) == a->types[0]);
    tn_mod_free(a);
    end();
}

/* As an object keeps the type it has when its module is gone. */
TEST(a_group_keeps_those_that_it_names)
{
    begin();
    /* 0: open struct; 1: array of references to 0; 2: below 0, and its field
     * is a function from 1 to itself, which is 3. */
    struct tn_mod *a =
        interned(BYTES(3, 0x50, 0, 0x5f, 0, 0x5e, 0x63, 0, 0, 0x4e, 2, 0x50, 1,
                       0, 0x5f, 1, 0x63, 3, 0, 0x60, 1, 0x63, 1, 1, 0x63, 2));
    const struct tn_type *types[4];
    memcpy(types, a->types, sizeof types);
    tn_types_retain_one(registry, types[2]);
    tn_mod_free(a);
    for (int i = 0; i < 4; i++)
        CHECK(tn_types_at(registry, types[i]->id) == types[i]);
    CHECK(tn_type_is_below(types[2], types[0]));
    static const tn_valtype params[] = {TN_VT_F64};
    const struct tn_type *other = tn_types_func(registry, params, 1, NULL, 0);
    CHECK_EQ(4, other->id);
    tn_types_release_one(registry, types[2]);
    for (uint32_t i = 0; i < 4; i++) { /* all ids are free again */
        tn_valtype many[4] = {TN_VT_I32, TN_VT_I32, TN_VT_I32, TN_VT_I32};
        CHECK(tn_types_func(registry, many, i + 1, NULL, 0)->id < 4);
    }
    end();
}

TEST(thousands_of_ids_are_looked_up)
{
    enum {
        IDS = 3000
    };
    static const struct tn_type *types[IDS];
    tn_valtype params[32];
    begin();
    for (uint32_t i = 0; i < IDS; i++) {
        for (uint32_t k = 0; k < 12; k++)
            params[k] = (i >> k & 1) != 0 ? TN_VT_I64 : TN_VT_I32;
        types[i] = tn_types_func(registry, params, 12, NULL, 0);
    }
    for (uint32_t i = 0; i < IDS; i++) {
        CHECK_EQ(i, types[i]->id);
        CHECK(tn_types_at(registry, i) == types[i]);
    }
    end();
}

TEST(displays_hold_all_supertypes)
{
    begin();
    /* 0 <- 1 <- 2, and 3 by itself, all open */
    struct tn_mod *a = interned(BYTES(4, 0x50, 0, 0x5f, 0, 0x50, 1, 0, 0x5f, 1,
                                      0x7f, 0, 0x50, 1, 1, 0x5f, 2, 0x7f, 0,
                                      0x7e, 1, 0x50, 0, 0x5f, 1, 0x7f, 1));
    CHECK_EQ(2, a->types[2]->depth);
    CHECK(tn_type_is_below(a->types[2], a->types[0]));
    CHECK(tn_type_is_below(a->types[2], a->types[1]));
    CHECK(tn_type_is_below(a->types[2], a->types[2]));
    CHECK(!tn_type_is_below(a->types[0], a->types[2]));
    CHECK(!tn_type_is_below(a->types[3], a->types[0]));
    tn_mod_free(a);
    end();
}

TEST(types_that_do_not_exist_are_refused)
{
    check_intern_refused(TN_E_INVALID, "unknown type 1 (in type 0)",
                         BYTES(2, 0x60, 1, 0x64, 1, 0, 0x60, 0, 0));
    check_intern_refused(TN_E_INVALID, "unknown type 2 (in type 0)",
                         BYTES(1, 0x50, 1, 2, 0x60, 0, 0));
    check_intern_refused(TN_E_INVALID, "unknown type 7 (in type 0)",
                         BYTES(1, 0x5e, 0x63, 7, 0));
}

TEST(subtypes_must_match_their_supertypes)
{
    /* of a final type */
    check_intern_refused(TN_E_INVALID, "sub type 1 does not match super type 0",
                         BYTES(2, 0x60, 0, 0, 0x50, 1, 0, 0x60, 0, 0));
    /* fewer fields */
    check_intern_refused(
        TN_E_INVALID, "sub type 1 does not match super type 0",
        BYTES(2, 0x50, 0, 0x5f, 1, 0x7f, 0, 0x50, 1, 0, 0x5f, 0));
    /* a mutable field of a lower type */
    check_intern_refused(
        TN_E_INVALID, "sub type 1 does not match super type 0",
        BYTES(2, 0x50, 0, 0x5e, 0x6e, 1, 0x50, 1, 0, 0x5e, 0x6d, 1));
    /* parameters go the other way */
    check_intern_refused(
        TN_E_INVALID, "sub type 1 does not match super type 0",
        BYTES(2, 0x50, 0, 0x60, 1, 0x6e, 0, 0x50, 1, 0, 0x60, 1, 0x6d, 0));
}

TEST(subtypes_may_narrow_results_and_widen_parameters)
{
    begin();
    struct tn_mod *a = interned(BYTES(2, 0x50, 0, 0x60, 1, 0x6d, 1, 0x6e, 0x50,
                                      1, 0, 0x60, 1, 0x6e, 1, 0x6d));
    CHECK(tn_type_is_below(a->types[1], a->types[0]));
    tn_mod_free(a);
    end();
}

TEST(an_allocation_that_fails_while_interning_leaves_nothing)
{
    struct tn_buf m = module_of_everything();
    tn_status status = TN_E_NOMEM;
    for (size_t n = 0; status != TN_OK; n++) {
        struct fault fault = fault_never();
        tn_allocator alloc = fault_allocator(&fault);
        struct tn_types *types = tn_types_new(&alloc);
        struct tn_mod *mod;
        CHECK_EQ(TN_OK,
                 tn_mod_decode(m.at, m.size, ALL_FEATURES, &alloc, &mod, NULL));
        fault.fail_from = fault.requests + n;
        tn_error err = {0};
        status = tn_types_intern(types, mod, &err);
        CHECK(status == TN_OK || status == TN_E_NOMEM);
        CHECK_EQ(status, err.status);
        CHECK((status == TN_OK) == (mod->types != NULL));
        tn_mod_free(mod);
        tn_types_free(types);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
        CHECK(n < 1000);
    }
    tn_buf_clear(&m);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
