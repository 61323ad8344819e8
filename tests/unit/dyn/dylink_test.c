#include "dyn/dylink.h"

#include <stdlib.h>

#include "fault_alloc.h"
#include "mod/features.h"
#include "tn_test.h"

#define BYTES(...) \
    (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

/* Sections before and behind: nothing, or empty custom ones. */
struct with_dylink {
    uint8_t bytes[400];
    size_t size;
    struct tn_mod *mod;
    struct tn_arena arena;
    struct tn_dylink dylink;
    tn_error err;
};

static void put_dylink(struct with_dylink *w, const uint8_t *bytes, size_t size)
{
    uint8_t *at = w->bytes + w->size;
    *at++ = 0;
    *at++ = (uint8_t)(size + 9);
    CHECK(size + 9 < 128 && w->size + size + 11 < sizeof w->bytes);
    memcpy(at, "\10dylink.0", 9);
    memcpy(at + 9, bytes, size);
    w->size += size + 11;
}

static void put_stranger(struct with_dylink *w)
{
    memcpy(w->bytes + w->size, "\0\2\1x", 4);
    w->size += 4;
}

static void begin_dylink(struct with_dylink *w)
{
    *w = (struct with_dylink){.size = 8};
    memcpy(w->bytes, "\0asm\1\0\0", 8);
}

static tn_status read_dylink(struct with_dylink *w, const tn_allocator *alloc)
{
    CHECK_EQ(TN_OK, tn_mod_decode(w->bytes, w->size, tn_features_all(),
                                  &tn_alloc_libc, &w->mod, NULL));
    tn_arena_init(&w->arena, alloc);
    return tn_dylink_read(w->mod, &w->arena, &w->dylink, &w->err);
}

static void end_dylink(struct with_dylink *w)
{
    tn_arena_clear(&w->arena);
    tn_mod_free(w->mod);
}

/* --- what is well-formed ---------------------------------------------------- */

static const uint8_t everything[] = {
    1,   5,   0x80, 0x20, 4,   8,   1, /* MEM_INFO */
    2,   13,  2,    7,    'l', 'i', 'b', 'a',  '.', 's',  'o', 3, 'b',
    '.', 'c', 3,    8,    2,   1,   'x', 0x80, 2,   1,    'y', 4, /* EXPORT_INFO */
    99,  3,   1,    2,    3,                                   /* a stranger */
    4,   8,   1,    3,    'e', 'n', 'v', 1,    'w', 0x11,      /* IMPORT_INFO */
    5,   9,   1,    7,    '$', 'O', 'R', 'I',  'G', 'I',  'N', /* RUNTIME_PATH */
};

TEST(all_subsections_are_read)
{
    struct with_dylink w;
    begin_dylink(&w);
    put_dylink(&w, everything, sizeof everything);
    CHECK_EQ(TN_OK, read_dylink(&w, &tn_alloc_libc));
    CHECK(w.dylink.is_present);
    CHECK_EQ(4096, w.dylink.memory_size);
    CHECK_EQ(4, w.dylink.memory_align_log2);
    CHECK_EQ(8, w.dylink.table_size);
    CHECK_EQ(1, w.dylink.table_align_log2);
    CHECK_EQ(2, w.dylink.needed_count);
    CHECK(tn_str_is(w.dylink.needed[0], "liba.so"));
    CHECK(tn_str_is(w.dylink.needed[1], "b.c"));
    CHECK_EQ(2, w.dylink.export_count);
    CHECK(tn_str_is(w.dylink.exports[0].name, "x"));
    CHECK_EQ(TN_DYLINK_TLS, w.dylink.exports[0].flags);
    CHECK(tn_str_is(w.dylink.exports[1].name, "y"));
    CHECK_EQ(TN_DYLINK_HIDDEN, w.dylink.exports[1].flags);
    CHECK_EQ(1, w.dylink.import_count);
    CHECK(tn_str_is(w.dylink.imports[0].module, "env"));
    CHECK(tn_str_is(w.dylink.imports[0].name, "w"));
    CHECK_EQ(TN_DYLINK_UNDEFINED | TN_DYLINK_WEAK, w.dylink.imports[0].flags);
    CHECK_EQ(1, w.dylink.path_count);
    CHECK(tn_str_is(w.dylink.paths[0], "$ORIGIN"));
    end_dylink(&w);
}

TEST(subsections_come_in_any_order_or_not_at_all)
{
    struct with_dylink w;
    begin_dylink(&w);
    put_dylink(&w, BYTES(5, 1, 0, 2, 3, 1, 1, 'a', 1, 4, 3, 1, 2, 0));
    CHECK_EQ(TN_OK, read_dylink(&w, &tn_alloc_libc));
    CHECK_EQ(1, w.dylink.needed_count);
    CHECK_EQ(0, w.dylink.path_count);
    CHECK_EQ(3, w.dylink.memory_size);
    CHECK_EQ(2, w.dylink.table_size);
    end_dylink(&w);
    begin_dylink(&w);
    put_dylink(&w, (const uint8_t *)"", 0);
    CHECK_EQ(TN_OK, read_dylink(&w, &tn_alloc_libc));
    CHECK(w.dylink.is_present);
    CHECK_EQ(0, w.dylink.memory_size);
    end_dylink(&w);
}

TEST(a_module_without_the_section_has_none)
{
    struct with_dylink w;
    begin_dylink(&w);
    put_stranger(&w);
    memset(&w.dylink, 0xff, sizeof w.dylink);
    CHECK_EQ(TN_OK, read_dylink(&w, &tn_alloc_libc));
    CHECK(!w.dylink.is_present);
    CHECK_EQ(0, w.dylink.needed_count);
    end_dylink(&w);
}

TEST(sizes_may_be_of_64_bits)
{
    struct with_dylink w;
    begin_dylink(&w);
    put_dylink(&w, BYTES(1, 14, 0x80, 0x80, 0x80, 0x80, 0x40, 32, 0x80, 0x80,
                         0x80, 0x80, 0x80, 0x80, 1, 0x20));
    CHECK_EQ(TN_OK, read_dylink(&w, &tn_alloc_libc));
    CHECK_EQ(INT64_C(1) << 34, w.dylink.memory_size);
    CHECK_EQ(INT64_C(1) << 42, w.dylink.table_size);
    CHECK_EQ(32, w.dylink.table_align_log2);
    end_dylink(&w);
}

/* --- what is not -------------------------------------------------------------- */

/* The section's contents begin at 19 of the module. */
#define CONTENTS 19

static void check_malformed(const char *words, size_t at, const uint8_t *bytes,
                            size_t size)
{
    struct with_dylink w;
    begin_dylink(&w);
    put_dylink(&w, bytes, size);
    tn_status status = read_dylink(&w, &tn_alloc_libc);
    end_dylink(&w);
    CHECK_STR(words, w.err.text);
    CHECK_EQ(TN_E_MALFORMED, status);
    CHECK_EQ(TN_E_MALFORMED, w.err.status);
    CHECK_EQ(CONTENTS + at, w.err.offset);
}

#define ENDS "unexpected end of section or function"

TEST(each_malformed_section_has_its_words)
{
    check_malformed(ENDS, 1, BYTES(1));
    check_malformed(ENDS, 2, BYTES(1, 0x80));
    check_malformed("NEEDED of dylink.0 promises 3 bytes, but only 2 are left",
                    0, BYTES(2, 3, 1, 0));
    check_malformed(
        "a subsection of dylink.0 promises 1 bytes, but only 0 are left", 2,
        BYTES(7, 0, 0, 1));
    check_malformed("NEEDED stands twice in dylink.0", 3,
                    BYTES(2, 1, 0, 2, 1, 0));
    check_malformed("MEM_INFO stands twice in dylink.0", 8,
                    BYTES(1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0));
    check_malformed("NEEDED of dylink.0 goes on behind its last entry", 3,
                    BYTES(2, 2, 0, 0));
    check_malformed("MEM_INFO of dylink.0 goes on behind its last entry", 6,
                    BYTES(1, 5, 0, 0, 0, 0, 0));
    check_malformed(ENDS, 5, BYTES(1, 3, 0, 0, 0));
    check_malformed(
        "MEM_INFO of dylink.0 asks for an alignment of more than 2^32", 3,
        BYTES(1, 4, 0, 33, 0, 0));
    check_malformed(
        "MEM_INFO of dylink.0 asks for an alignment of more than 2^32", 5,
        BYTES(1, 4, 0, 0, 0, 127));
    check_malformed("integer too large", 11,
                    BYTES(1, 12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
                          0x80, 2, 0, 0));
    check_malformed("NEEDED of dylink.0 promises 2 entries, more than its "
                    "bytes can hold",
                    2, BYTES(2, 2, 2, 0));
    check_malformed("RUNTIME_PATH of dylink.0 promises 4294967295 entries, "
                    "more than its bytes can hold",
                    2, BYTES(5, 6, 0xff, 0xff, 0xff, 0xff, 0x0f, 0));
    check_malformed("EXPORT_INFO of dylink.0 promises 2 entries, more than "
                    "its bytes can hold",
                    2, BYTES(3, 4, 2, 0, 0, 0));
    check_malformed("IMPORT_INFO of dylink.0 promises 1 entries, more than "
                    "its bytes can hold",
                    2, BYTES(4, 3, 1, 0, 0));
    check_malformed("length out of bounds", 3, BYTES(2, 2, 1, 1));
    check_malformed("length out of bounds", 6, BYTES(3, 6, 2, 1, 'a', 0, 9, 0));
    check_malformed("malformed UTF-8 encoding", 3, BYTES(2, 3, 1, 1, 0xff));
    check_malformed("malformed UTF-8 encoding", 7,
                    BYTES(4, 8, 1, 3, 'e', 'n', 'v', 1, 0x80, 0));
}
#undef ENDS

TEST(the_section_is_the_first_and_the_only_one)
{
    struct with_dylink w;
    begin_dylink(&w);
    put_stranger(&w);
    put_dylink(&w, BYTES(2, 1, 0));
    CHECK_EQ(TN_E_MALFORMED, read_dylink(&w, &tn_alloc_libc));
    end_dylink(&w);
    CHECK_STR("dylink.0 is section 2 of the module, and must be its first",
              w.err.text);
    CHECK_EQ(14, w.err.offset);
    begin_dylink(&w);
    put_dylink(&w, BYTES(2, 1, 0));
    put_stranger(&w);
    put_dylink(&w, BYTES(2, 1, 0));
    CHECK_EQ(TN_E_MALFORMED, read_dylink(&w, &tn_alloc_libc));
    end_dylink(&w);
    CHECK_STR("a second section dylink.0: a module has one at most",
              w.err.text);
    CHECK_EQ(8 + 14 + 4 + 2, w.err.offset);
}

/* Every end, and every byte changed to each of some others: no reading outside
 * (under a sanitizer), and every refusal has words and a place. */
TEST(whatever_the_bytes_say_they_are_read_or_refused)
{
    static const uint8_t others[] = {0, 1, 2, 3, 5, 0x7f, 0x80, 0xff};
    for (size_t size = 0; size <= sizeof everything; size++)
        for (size_t i = 0; i < sizeof others * (size + 1); i++) {
            uint8_t copy[sizeof everything];
            struct with_dylink w;
            memcpy(copy, everything, sizeof copy);
            if (i / sizeof others < size)
                copy[i / sizeof others] = others[i % sizeof others];
            begin_dylink(&w);
            put_dylink(&w, copy, size);
            tn_status status = read_dylink(&w, &tn_alloc_libc);
            end_dylink(&w);
            CHECK_EQ(status, w.err.status);
            CHECK_EQ(status != TN_OK, w.err.text[0] != '\0');
            CHECK(status == TN_OK || (w.err.offset >= CONTENTS &&
                                      w.err.offset <= CONTENTS + size));
        }
}

TEST(no_memory_for_the_section_is_said_and_nothing_leaks)
{
    tn_status status = TN_E_NOMEM;
    size_t n = 0;
    for (; status != TN_OK; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct with_dylink w;
        begin_dylink(&w);
        put_dylink(&w, everything, sizeof everything);
        status = read_dylink(&w, &alloc);
        end_dylink(&w);
        CHECK(status == TN_OK || status == TN_E_NOMEM);
        CHECK_EQ(status, w.err.status);
        CHECK_EQ(0, fault.live);
        CHECK(n < 100);
    }
    CHECK(n > 1);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
