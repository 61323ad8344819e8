/* api_table64.c - tables with 64-bit indices: each instruction, each limit,
 * each trap, also beside a table with 32-bit ones.
 *
 * The assembler has no such tables, but writes what it is told unchecked: the
 * texts use tables as if they were wide, and `widen` makes them so in the
 * bytes. Numbers near 2^32 and 2^64 are there for those who cut an index. */
#include "build_module.h"
#include "rows.h"

#define P32     UINT64_C(0x100000000)
#define MINUS_1 UINT64_MAX
#define BOUNDS  TN_TRAP_TABLE_BOUNDS

static uint64_t leb_read(const uint8_t *bytes, size_t *at)
{
    uint64_t value = 0;
    unsigned shift = 0;
    do {
        value |= (uint64_t)(bytes[*at] & 127) << shift;
        shift += 7;
    } while ((bytes[(*at)++] & 128) != 0);
    return value;
}

/* The module `text` with the tables of the set `wide` (of those that it
 * defines) indexed by i64: bit 2 of a table's limits says so. The bytes are
 * good until the next call. */
static tn_bytes widen(const char *text, unsigned wide)
{
    static uint8_t bytes[4096];
    tn_bytes narrow = wat(text);
    CHECK(narrow.size <= sizeof bytes);
    memcpy(bytes, narrow.at, narrow.size);
    size_t at = 8;
    while (at < narrow.size && bytes[at] != 4) {
        at++;
        uint64_t size = leb_read(bytes, &at);
        at += (size_t)size;
    }
    CHECK(at < narrow.size);
    at++;
    leb_read(bytes, &at); /* the section's size */
    uint64_t count = leb_read(bytes, &at);
    for (uint64_t i = 0; i < count; i++) {
        at++; /* the elements' type */
        uint8_t *flags = &bytes[at++];
        leb_read(bytes, &at);
        if (*flags & 1)
            leb_read(bytes, &at);
        if (wide >> i & 1)
            *flags |= 4;
    }
    return (tn_bytes){bytes, narrow.size};
}

/* An instance of it, which tenon must also write as it was read. */
static tn_instance *wide_instance(struct world *world, const char *text,
                                  unsigned wide)
{
    tn_instance *instance;
    tn_text again;
    tn_bytes bytes = widen(text, wide);
    CHECK_EQ(TN_OK, tn_module_encode(bytes.at, bytes.size, &again, NULL));
    CHECK_EQ(bytes.size, again.size);
    CHECK_EQ(0, memcmp(bytes.at, again.at, again.size));
    tn_text_free(&again);
    if (bytes_try(world, bytes, &instance) != TN_OK)
        FAIL("instance: %s", world->err.text);
    return instance;
}

TEST(get_and_set_take_wide_indices)
{
    static const struct row rows[] = {
        {"get", {0}, 0, 0},
        {"set", {1, 7}, 0, 0},
        {"get", {1}, 7, 0},
        {"get", {2}, 0, BOUNDS},
        {"get", {P32}, 0, BOUNDS},
        {"get", {P32 + 1}, 0, BOUNDS},
        {"get", {MINUS_1}, 0, BOUNDS},
        {"get", {MINUS_1 << 32}, 0, BOUNDS},
        {"set", {2, 8}, 0, BOUNDS},
        {"set", {P32 + 1, 8}, 0, BOUNDS},
        {"set", {MINUS_1, 0}, 0, BOUNDS},
        {"get", {1}, 7, 0},
        {"get-func", {0}, 0, 0},
        {"get-func", {1}, 1, 0},
        {"get-func", {2}, 0, 0},
        {"copy-func", {2, 1}, 0, 0},
        {"get-func", {2}, 1, 0},
        {"set-func", {2, 0}, 0, 0},
        {"get-func", {2}, 0, 0},
        {"get-func", {3}, 0, BOUNDS},
        {"get-func", {MINUS_1}, 0, BOUNDS},
        {"set-func", {3, 0}, 0, BOUNDS},
        {"copy-func", {MINUS_1, 1}, 0, BOUNDS},
        {"copy-func", {1, P32 + 1}, 0, BOUNDS},
    };
    struct world w;
    world_begin(&w, NULL);
    tn_instance *instance = wide_instance(
        &w,
        "(module (table $t 2 externref) (table $f 3 funcref)"
        "  (elem (table $f) (offset (i64.const 1)) func $dummy) (func $dummy)"
        "  (func (export \"get\") (param i64) (result externref)"
        "    (table.get $t (local.get 0)))"
        "  (func (export \"set\") (param i64 externref)"
        "    (table.set $t (local.get 0) (local.get 1)))"
        "  (func (export \"get-func\") (param i64) (result funcref)"
        "    (table.get $f (local.get 0)))"
        "  (func (export \"set-func\") (param i64 funcref)"
        "    (table.set $f (local.get 0) (local.get 1)))"
        "  (func (export \"copy-func\") (param i64 i64)"
        "    (table.set $f (local.get 0) (table.get $f (local.get 1)))))",
        3);
    CHECK_ROWS(&w, instance, rows);
    world_end(&w);
}

TEST(size_and_grow_are_i64)
{
    static const struct row rows[] = {
        {"size", {0}, 0, 0},
        {"set", {0, 2}, 0, BOUNDS},
        {"get", {0}, 0, BOUNDS},
        {"grow", {1, 0}, 0, 0},
        {"size", {0}, 1, 0},
        {"set", {0, 2}, 0, 0},
        {"get", {0}, 2, 0},
        {"grow", {4, 3}, 1, 0},
        {"size", {0}, 5, 0},
        {"get", {0}, 2, 0},
        {"get", {1}, 3, 0},
        {"get", {4}, 3, 0},
        {"get", {5}, 0, BOUNDS},
        {"grow", {0, 9}, 5, 0},
        {"grow", {P32, 9}, MINUS_1, 0},
        {"grow", {P32 + 1, 9}, MINUS_1, 0},
        {"grow", {MINUS_1, 9}, MINUS_1, 0},
        {"grow", {MINUS_1 - 4, 9}, MINUS_1, 0}, /* 2^64 in all */
        {"size", {0}, 5, 0},
        {"get", {4}, 3, 0},
        {"size-max", {0}, 3, 0},
        {"grow-max", {1, 0}, 3, 0},
        {"grow-max", {3, 0}, 4, 0},
        {"grow-max", {2, 0}, MINUS_1, 0},
        {"grow-max", {0, 0}, 7, 0},
        {"grow-max", {1, 0}, 7, 0},
        {"grow-max", {1, 0}, MINUS_1, 0},
        {"size-max", {0}, 8, 0},
    };
    struct world w;
    world_begin(&w, NULL);
    tn_instance *instance = wide_instance(
        &w,
        "(module (table $t 0 externref) (table $max 3 8 externref)"
        "  (func (export \"get\") (param i64) (result externref)"
        "    (table.get $t (local.get 0)))"
        "  (func (export \"set\") (param i64 externref)"
        "    (table.set $t (local.get 0) (local.get 1)))"
        "  (func (export \"size\") (result i64) (table.size $t))"
        "  (func (export \"grow\") (param i64 externref) (result i64)"
        "    (table.grow $t (local.get 1) (local.get 0)))"
        "  (func (export \"size-max\") (result i64) (table.size $max))"
        "  (func (export \"grow-max\") (param i64 externref) (result i64)"
        "    (table.grow $max (local.get 1) (local.get 0))))",
        3);
    CHECK_ROWS(&w, instance, rows);
    world_end(&w);
}

TEST(fill_takes_wide_indices_and_counts)
{
    static const struct row rows[] = {
        {"fill", {2, 1, 3}, 0, 0},
        {"get", {1}, 0, 0},
        {"get", {2}, 1, 0},
        {"get", {4}, 1, 0},
        {"get", {5}, 0, 0},
        {"fill", {4, 2, 2}, 0, 0},
        {"get", {3}, 1, 0},
        {"get", {4}, 2, 0},
        {"get", {5}, 2, 0},
        {"get", {6}, 0, 0},
        {"fill", {4, 3, 0}, 0, 0},
        {"get", {4}, 2, 0},
        {"fill", {8, 4, 2}, 0, 0},
        {"get", {7}, 0, 0},
        {"get", {9}, 4, 0},
        {"fill", {9, 0, 1}, 0, 0},
        {"get", {8}, 4, 0},
        {"get", {9}, 0, 0},
        {"fill", {10, 5, 0}, 0, 0},
        {"fill", {8, 6, 3}, 0, BOUNDS},
        {"get", {8}, 4, 0},
        {"get", {9}, 0, 0},
        {"fill", {11, 0, 0}, 0, BOUNDS},
        {"fill", {11, 0, 10}, 0, BOUNDS},
        {"fill", {P32, 6, 0}, 0, BOUNDS},
        {"fill", {P32 + 2, 6, 1}, 0, BOUNDS},
        {"fill", {2, 6, P32}, 0, BOUNDS},
        {"fill", {2, 6, P32 + 1}, 0, BOUNDS},
        {"fill", {2, 6, MINUS_1}, 0, BOUNDS}, /* ends at 1 if it wraps */
        {"fill", {MINUS_1, 6, 2}, 0, BOUNDS},
        {"fill", {MINUS_1, 6, 0}, 0, BOUNDS},
        {"get", {2}, 1, 0},
    };
    struct world w;
    world_begin(&w, NULL);
    tn_instance *instance = wide_instance(
        &w,
        "(module (table $t 10 externref)"
        "  (func (export \"get\") (param i64) (result externref)"
        "    (table.get $t (local.get 0)))"
        "  (func (export \"fill\") (param i64 externref i64)"
        "    (table.fill $t (local.get 0) (local.get 1) (local.get 2))))",
        1);
    CHECK_ROWS(&w, instance, rows);
    world_end(&w);
}

/* Functions 0 to 9 answer their own number. */
#define TEN_FUNCTIONS                                                     \
    "(type $n (func (result i32)))"                                       \
    "(func (result i32) (i32.const 0)) (func (result i32) (i32.const 1))" \
    "(func (result i32) (i32.const 2)) (func (result i32) (i32.const 3))" \
    "(func (result i32) (i32.const 4)) (func (result i32) (i32.const 5))" \
    "(func (result i32) (i32.const 6)) (func (result i32) (i32.const 7))" \
    "(func (result i32) (i32.const 8)) (func (result i32) (i32.const 9))" \
    "(func (export \"check\") (param i64) (result i32)"                   \
    "  (call_indirect $t (type $n) (local.get 0)))"

#define NONE TN_TRAP_UNINITIALIZED_ELEMENT
#define PAST TN_TRAP_UNDEFINED_ELEMENT

TEST(call_indirect_takes_a_wide_index)
{
    static const struct row rows[] = {
        {"check", {2}, 3, 0},
        {"check", {3}, 1, 0},
        {"check", {4}, 0, TN_TRAP_INDIRECT_TYPE},
        {"check", {1}, 0, NONE},
        {"check", {29}, 0, NONE},
        {"check", {30}, 0, PAST},
        {"check", {P32 + 2}, 0, PAST},
        {"check", {MINUS_1}, 0, PAST},
        {"check", {(MINUS_1 << 32) + 2}, 0, PAST},
        {"tail", {2}, 3, 0},
        {"tail", {1}, 0, NONE},
        {"tail", {4}, 0, TN_TRAP_INDIRECT_TYPE},
        {"tail", {30}, 0, PAST},
        {"tail", {P32 + 2}, 0, PAST},
        {"tail", {MINUS_1}, 0, PAST},
    };
    struct world w;
    world_begin(&w, NULL);
    tn_instance *instance = wide_instance(
        &w,
        "(module (table $t 30 30 funcref)" TEN_FUNCTIONS
        "  (elem (table $t) (offset (i64.const 2)) func 3 1 $other)"
        "  (func $other (param i64))"
        "  (func (export \"tail\") (param i64) (result i32)"
        "    (return_call_indirect $t (type $n) (local.get 0))))",
        1);
    CHECK_ROWS(&w, instance, rows);
    world_end(&w);
}

TEST(init_takes_a_wide_target_and_narrow_source)
{
    static const struct row rows[] = {
        {"init", {7, 0, 4}, 0, 0},
        {"check", {2}, 3, 0},
        {"check", {5}, 1, 0},
        {"check", {6}, 0, NONE},
        {"check", {7}, 2, 0},
        {"check", {8}, 7, 0},
        {"check", {9}, 1, 0},
        {"check", {10}, 8, 0},
        {"check", {11}, 0, NONE},
        {"init", {15, 1, 3}, 0, 0},
        {"check", {15}, 7, 0},
        {"check", {17}, 8, 0},
        {"check", {18}, 0, NONE},
        {"init", {30, 4, 0}, 0, 0},
        {"init", {31, 0, 0}, 0, BOUNDS},
        {"init", {0, 5, 0}, 0, BOUNDS},
        {"init", {0, 2, 3}, 0, BOUNDS},
        {"init", {28, 0, 3}, 0, BOUNDS},
        {"check", {28}, 0, NONE},
        {"init", {P32, 0, 1}, 0, BOUNDS},
        {"init", {P32, 0, 0}, 0, BOUNDS},
        {"init", {MINUS_1, 0, 2}, 0, BOUNDS},
        {"init", {0, 0xffffffff, 1}, 0, BOUNDS},
        {"init", {0, 1, 0xffffffff}, 0, BOUNDS},
        {"check", {0}, 0, NONE},
        {"drop", {0}, 0, 0},
        {"init", {0, 0, 0}, 0, 0},
        {"init", {0, 0, 1}, 0, BOUNDS},
        {"check", {7}, 2, 0},
        {"init-dropped", {0}, 0, BOUNDS},
    };
    struct world w;
    world_begin(&w, NULL);
    tn_instance *instance = wide_instance(
        &w,
        "(module (table $t 30 30 funcref)" TEN_FUNCTIONS
        "  (elem $active (table $t) (offset (i64.const 2)) func 3 1 4 1)"
        "  (elem $e funcref (ref.func 2) (ref.func 7) (ref.func 1) (ref.func "
        "8))"
        "  (func (export \"init\") (param i64 i32 i32)"
        "    (table.init $t $e (local.get 0) (local.get 1) (local.get 2)))"
        "  (func (export \"init-dropped\")"
        "    (table.init $t $active (i64.const 0) (i32.const 0) (i32.const 1)))"
        "  (func (export \"drop\") (elem.drop $e)))",
        1);
    CHECK_ROWS(&w, instance, rows);
    world_end(&w);
}

TEST(copy_within_a_wide_table_overlaps_both_ways)
{
    static const struct row rows[] = {
        {"copy", {13, 2, 3}, 0, 0},
        {"check", {2}, 3, 0},
        {"check", {12}, 7, 0},
        {"check", {13}, 3, 0},
        {"check", {14}, 1, 0},
        {"check", {15}, 4, 0},
        {"check", {16}, 6, 0},
        {"copy", {11, 12, 5}, 0, 0}, /* down: 7 3 1 4 6 */
        {"check", {11}, 7, 0},
        {"check", {12}, 3, 0},
        {"check", {15}, 6, 0},
        {"check", {16}, 6, 0},
        {"copy", {12, 11, 5}, 0, 0}, /* up */
        {"check", {11}, 7, 0},
        {"check", {12}, 7, 0},
        {"check", {13}, 3, 0},
        {"check", {16}, 6, 0},
        {"copy", {30, 0, 0}, 0, 0},
        {"copy", {0, 30, 0}, 0, 0},
        {"copy", {31, 0, 0}, 0, BOUNDS},
        {"copy", {0, 31, 0}, 0, BOUNDS},
        {"copy", {28, 1, 3}, 0, BOUNDS},
        {"copy", {0, 28, 3}, 0, BOUNDS},
        {"copy", {P32, 2, 1}, 0, BOUNDS},
        {"copy", {0, P32 + 2, 1}, 0, BOUNDS},
        {"copy", {0, 2, P32 + 1}, 0, BOUNDS},
        {"copy", {0, 2, MINUS_1}, 0, BOUNDS},
        {"copy", {MINUS_1, 2, 2}, 0, BOUNDS},
        {"copy", {0, MINUS_1, 2}, 0, BOUNDS},
        {"check", {0}, 0, NONE},
    };
    struct world w;
    world_begin(&w, NULL);
    tn_instance *instance = wide_instance(
        &w,
        "(module (table $t 30 30 funcref)" TEN_FUNCTIONS
        "  (elem (table $t) (offset (i64.const 2)) func 3 1 4 1)"
        "  (elem (table $t) (offset (i64.const 12)) func 7 5 2 3 6)"
        "  (func (export \"copy\") (param i64 i64 i64)"
        "    (table.copy $t $t (local.get 0) (local.get 1) (local.get 2))))",
        1);
    CHECK_ROWS(&w, instance, rows);
    world_end(&w);
}

/* The count is as wide as the narrower of the two. */
TEST(copy_joins_wide_and_narrow_tables)
{
    static const struct row rows[] = {
        {"set-wide", {2, 7}, 0, 0},
        {"set-wide", {3, 8}, 0, 0},
        {"wide-to-narrow", {13, 2, 3}, 0, 0},
        {"get-narrow", {13}, 7, 0},
        {"get-narrow", {14}, 8, 0},
        {"get-narrow", {15}, 0, 0},
        {"narrow-to-wide", {20, 14, 1}, 0, 0},
        {"get-wide", {20}, 8, 0},
        {"get-wide", {21}, 0, 0},
        {"wide-to-narrow", {30, 30, 0}, 0, 0},
        {"wide-to-narrow", {28, 0, 3}, 0, BOUNDS},
        {"wide-to-narrow", {0, 28, 3}, 0, BOUNDS},
        {"wide-to-narrow", {0, P32 + 2, 1}, 0, BOUNDS},
        {"wide-to-narrow", {0, P32, 0}, 0, BOUNDS},
        {"wide-to-narrow", {0, MINUS_1, 2}, 0, BOUNDS},
        {"wide-to-narrow", {0xffffffff, 2, 1}, 0, BOUNDS},
        {"wide-to-narrow", {0, 2, 0xffffffff}, 0, BOUNDS},
        {"narrow-to-wide", {28, 0, 3}, 0, BOUNDS},
        {"narrow-to-wide", {0, 28, 3}, 0, BOUNDS},
        {"narrow-to-wide", {P32 + 2, 13, 1}, 0, BOUNDS},
        {"narrow-to-wide", {MINUS_1, 13, 2}, 0, BOUNDS},
        {"narrow-to-wide", {MINUS_1, 13, 0}, 0, BOUNDS},
        {"narrow-to-wide", {0, 0xffffffff, 1}, 0, BOUNDS},
        {"narrow-to-wide", {0, 13, 0xffffffff}, 0, BOUNDS},
        {"get-narrow", {0}, 0, 0},
        {"get-wide", {0}, 0, 0},
    };
    struct world w;
    world_begin(&w, NULL);
    tn_instance *instance = wide_instance(
        &w,
        "(module (table $n 30 30 externref) (table $w 30 30 externref)"
        "  (func (export \"get-narrow\") (param i32) (result externref)"
        "    (table.get $n (local.get 0)))"
        "  (func (export \"get-wide\") (param i64) (result externref)"
        "    (table.get $w (local.get 0)))"
        "  (func (export \"set-wide\") (param i64 externref)"
        "    (table.set $w (local.get 0) (local.get 1)))"
        "  (func (export \"wide-to-narrow\") (param i32 i64 i32)"
        "    (table.copy $n $w (local.get 0) (local.get 1) (local.get 2)))"
        "  (func (export \"narrow-to-wide\") (param i64 i32 i32)"
        "    (table.copy $w $n (local.get 0) (local.get 1) (local.get 2))))",
        2);
    CHECK_ROWS(&w, instance, rows);
    world_end(&w);
}

/* A table section with one table of funcref: flags, smallest, largest size. */
TEST(limits_may_be_64_bits_wide)
{
    static const struct {
        const char *module;
        bool valid;
    } rows[] = {
        {"4:01 70 04 00", true},
        {"4:01 70 04 01", true},
        {"4:01 70 05 00 00", true},
        {"4:01 70 05 01 80 02", true},
        {"4:01 70 05 00 ff ff ff ff 0f", true},
        {"4:01 70 05 00 80 80 80 80 10", true},
        {"4:01 70 05 00 ff ff ff ff ff ff ff ff ff 01", true},
        {"4:01 70 04 ff ff ff ff ff ff ff ff ff 01", true},
        {"4:02 70 04 00 70 00 00", true},
        {"4:01 70 05 01 00", false},
        {"4:01 70 05 ff ff ff ff 0f 00", false},
        {"4:01 70 05 80 80 80 80 10 ff ff ff ff 0f", false},
        {"4:01 70 05 00 ff ff ff ff ff ff ff ff ff 02", false}, /* 65 bits */
        {"4:01 70 01 00 80 80 80 80 10", false}, /* a narrow table */
        {"4:01 70 06 00", false},                /* no such flag */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct built_module m = build_module(rows[i].module);
        tn_error err = {0};
        tn_status status =
            tn_validate(m.bytes, m.size, tn_features_default(), &err);
        if ((status == TN_OK) != rows[i].valid)
            FAIL("%s: %s", rows[i].module, err.text);
    }
}

TEST(wide_tables_need_their_feature)
{
    struct built_module m = build_module("4:01 70 04 00");
    uint64_t features =
        tn_features_default() & ~TN_FEATURE_BIT(TN_FEATURE_MEMORY64);
    CHECK_EQ(TN_E_FEATURE, tn_validate(m.bytes, m.size, features, NULL));
}

TEST(more_elements_than_the_store_allows_make_no_instance)
{
    static const char *const modules[] = {
        "4:01 70 04 ff ff ff ff ff ff ff ff ff 01",
        "4:01 70 04 80 80 80 80 10",
        "4:01 70 04 81 80 80 80 10",
    };
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        struct built_module m = build_module(modules[i]);
        struct world w;
        tn_instance *instance;
        world_begin(&w, NULL);
        CHECK_EQ(TN_E_LIMIT,
                 bytes_try(&w, (tn_bytes){m.bytes, m.size}, &instance));
        CHECK(instance == NULL);
        world_end(&w);
    }
}

TEST(imported_tables_must_be_as_wide_as_asked)
{
    static const struct {
        const char *module;
        tn_status status;
    } rows[] = {
        {"2:01 01 6d 01 77 01 70 04 02", TN_OK},
        {"2:01 01 6d 01 77 01 70 04 00", TN_OK},
        {"2:01 01 6d 01 77 01 70 05 02 0a", TN_OK},
        {"2:01 01 6d 01 77 01 70 05 00 80 80 80 80 10", TN_OK},
        {"2:01 01 6d 01 77 01 70 04 03", TN_E_TYPE},
        {"2:01 01 6d 01 77 01 70 04 82 80 80 80 10", TN_E_TYPE},
        {"2:01 01 6d 01 77 01 70 05 02 09", TN_E_TYPE},
        {"2:01 01 6d 01 77 01 6f 04 02", TN_E_TYPE}, /* externref */
        {"2:01 01 6d 01 77 01 70 00 02", TN_E_TYPE},
        {"2:01 01 6d 01 77 01 70 01 02 0a", TN_E_TYPE},
        {"2:01 01 6d 01 6e 01 70 00 02", TN_OK},
        {"2:01 01 6d 01 6e 01 70 04 02", TN_E_TYPE},
        {"2:01 01 6d 01 6e 01 70 05 02 0a", TN_E_TYPE},
        {"2:01 01 68 01 77 01 70 05 01 04", TN_OK}, /* the host's */
        {"2:01 01 68 01 77 01 70 01 01 04", TN_E_TYPE},
    };
    struct world w;
    tn_instance *instance;
    tn_limits_info limits = {.min = 1, .max = 4, .is_64 = true};
    tn_extern host = {.kind = TN_EXTERN_TABLE};
    /* w: wide, n: narrow, both 2..10 */
    struct built_module m = build_module("4:02 70 05 02 0a 70 01 02 0a;"
                                         "7:02 01 77 01 00 01 6e 01 01");
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK, bytes_try(&w, (tn_bytes){m.bytes, m.size}, &instance));
    CHECK_EQ(TN_OK, tn_imports_instance(w.imports, "m", instance, &w.err));
    CHECK_EQ(TN_OK,
             tn_table_new(w.store, TN_FUNCREF, limits, &host.of.table, &w.err));
    CHECK_EQ(TN_OK, tn_imports_define(w.imports, "h", "w", host, &w.err));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        m = build_module(rows[i].module);
        tn_status status =
            bytes_try(&w, (tn_bytes){m.bytes, m.size}, &instance);
        if (status != rows[i].status)
            FAIL("%s: %s", rows[i].module, w.err.text);
    }
    world_end(&w);
}

/* One table of 10, one function, one segment `... offset end`. */
TEST(active_segments_have_wide_offsets)
{
#define SEGMENT(offset)                                   \
    "1:01 60 00 00;3:01 00;4:01 70 04 0a;9:01 00 " offset \
    " 0b 01 00;10:01 (00 0b)"
    static const struct {
        const char *module;
        tn_status status;
    } rows[] = {
        {SEGMENT("42 00"), TN_OK},
        {SEGMENT("42 09"), TN_OK},
        {SEGMENT("42 0b 42 02 7d"), TN_OK}, /* 11 - 2 */
        {SEGMENT("42 0a"), TN_E_TRAP},
        {SEGMENT("42 80 80 80 80 10"), TN_E_TRAP}, /* 2^32 */
        {SEGMENT("42 81 80 80 80 10"), TN_E_TRAP},
        {SEGMENT("42 7f"), TN_E_TRAP},             /* 2^64 - 1 */
        {SEGMENT("42 80 80 80 80 70"), TN_E_TRAP}, /* 2^64 - 2^32 */
        {SEGMENT("41 00"), TN_E_INVALID},          /* i32 */
        {SEGMENT("42 00 42 00"), TN_E_INVALID},    /* two */
        {SEGMENT(""), TN_E_INVALID},               /* none */
    };
#undef SEGMENT
    struct world w;
    world_begin(&w, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct built_module m = build_module(rows[i].module);
        tn_instance *instance;
        tn_status status =
            bytes_try(&w, (tn_bytes){m.bytes, m.size}, &instance);
        if (status != rows[i].status)
            FAIL("%s: %s", rows[i].module, w.err.text);
        if (status == TN_E_TRAP)
            CHECK_EQ(BOUNDS, tn_store_trap_kind(w.store));
    }
    world_end(&w);
}

/* Bodies in a module with a narrow and a wide table of funcref, $n and $w. */
TEST(operands_must_be_as_wide_as_their_table)
{
    static const struct {
        const char *body;
        bool valid;
    } rows[] = {
        {"(drop (table.get $w (i64.const 0)))", true},
        {"(drop (table.get $w (i32.const 0)))", false},
        {"(drop (table.get $n (i64.const 0)))", false},
        {"(table.set $w (i64.const 0) (ref.null func))", true},
        {"(table.set $w (i32.const 0) (ref.null func))", false},
        {"(drop (i64.eqz (table.size $w)))", true},
        {"(drop (i32.eqz (table.size $w)))", false},
        {"(drop (i64.eqz (table.size $n)))", false},
        {"(drop (i64.eqz (table.grow $w (ref.null func) (i64.const 1))))",
         true},
        {"(drop (table.grow $w (ref.null func) (i32.const 1)))", false},
        {"(drop (i32.eqz (table.grow $w (ref.null func) (i64.const 1))))",
         false},
        {"(table.fill $w (i64.const 0) (ref.null func) (i64.const 1))", true},
        {"(table.fill $w (i64.const 0) (ref.null func) (i32.const 1))", false},
        {"(table.fill $w (i32.const 0) (ref.null func) (i64.const 1))", false},
        {"(table.fill $w (ref.null func) (i64.const 1))", false},
        {"(table.fill $w (i64.const 0) (ref.null extern) (i64.const 1))",
         false},
        {"(table.copy $w $w (i64.const 0) (i64.const 0) (i64.const 0))", true},
        {"(table.copy $w $w (i64.const 0) (i64.const 0) (i32.const 0))", false},
        {"(table.copy $n $w (i32.const 13) (i64.const 2) (i32.const 3))", true},
        {"(table.copy $n $w (i32.const 13) (i64.const 2) (i64.const 3))",
         false},
        {"(table.copy $n $w (i32.const 13) (i32.const 2) (i32.const 3))",
         false},
        {"(table.copy $n $w (i64.const 13) (i64.const 2) (i32.const 3))",
         false},
        {"(table.copy $w $n (i64.const 13) (i32.const 2) (i32.const 3))", true},
        {"(table.copy $w $n (i64.const 13) (i32.const 2) (i64.const 3))",
         false},
        {"(table.copy $w $n (i32.const 13) (i32.const 2) (i32.const 3))",
         false},
        {"(table.init $w $e (i64.const 0) (i32.const 0) (i32.const 0))", true},
        {"(table.init $w $e (i64.const 0) (i64.const 0) (i64.const 0))", false},
        {"(table.init $w $e (i32.const 0) (i32.const 0) (i32.const 0))", false},
        {"(call_indirect $w (i64.const 0))", true},
        {"(call_indirect $w (i32.const 0))", false},
        {"(call_indirect $n (i64.const 0))", false},
        {"(return_call_indirect $w (i64.const 0))", true},
        {"(return_call_indirect $w (i32.const 0))", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[256];
        tn_error err = {0};
        snprintf(text, sizeof text,
                 "(module (table $n 30 30 funcref) (table $w 30 30 funcref)"
                 " (elem $e func) (func %s))",
                 rows[i].body);
        tn_bytes bytes = widen(text, 2);
        tn_status status =
            tn_validate(bytes.at, bytes.size, tn_features_default(), &err);
        if (status != (rows[i].valid ? TN_OK : TN_E_INVALID))
            FAIL("%s: %s", rows[i].body, err.text);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
