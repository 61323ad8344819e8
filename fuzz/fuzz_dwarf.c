/* fuzz_dwarf.c - debug information of a merged module, from any bytes.
 *
 * The input is choices: of DWARF 4 or 5 of a small module, in which some bytes
 * are changed, some sections left out, or one made of the input itself. It is
 * merged alone, where nothing moves, so that what is kept must be the bytes
 * that went in; behind another module with DWARF, where all of it moves; and
 * behind one with a memory, where code moves inside of functions. None of
 * that is ever refused, and the result is valid. Once more memory fails
 * somewhere. */
#include "choices.h"
#include "fault_alloc.h"
#include "rewrite/steps.h"
#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void wrong(const char *what, const char *why)
{
    fprintf(stderr, "fuzz_dwarf: %s: %s\n", what, why);
    abort();
}

/* ------------------------------------------------------------ the modules */

/* Functions are at 2 to 14, 15 to 19 and 20 to 29 of the code. */
static const char code_text[] =
    "(memory 1) (global (mut i32) (i32.const 0))"
    "(func $f (param i32) (result i32) (local i32)"
    "  local.get 0 i32.load i32.const 5 i32.add)"
    "(func $g nop nop) (func (export \"h\") call $g i32.const 4 call $f drop)";
static const char before_text[] = "(global i32 (i32.const 1)) (func nop)";
static const char memory_text[] = "(memory 1) (func nop)";

struct piece {
    const char *name;
    const uint8_t *at;
    size_t size;
};

#define PIECE(name, ...)                           \
    {                                              \
        name, (const uint8_t[]){__VA_ARGS__},      \
            sizeof((const uint8_t[]){__VA_ARGS__}) \
    }

/* clang-format off */
static const struct piece pieces_4[] = {
    PIECE(".debug_abbrev",
        1, 0x11, 1, 3, 0x0e, 0x10, 0x17, 0x11, 1, 0x55, 0x17, 0, 0,
        2, 0x2e, 0, 0x11, 1, 0x12, 6, 0x40, 0x18, 0, 0,
        3, 0x34, 0, 2, 0x17, 0x49, 0x13, 0x31, 0x10, 0, 0, 0),
    PIECE(".debug_info",
        71, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4,
        1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        2, 2, 0, 0, 0, 12, 0, 0, 0, 4, 0xed, 0, 0, 0x9f,
        2, 15, 0, 0, 0, 4, 0, 0, 0, 7, 0xed, 3, 0, 0, 0, 0, 0x9f,
        3, 0, 0, 0, 0, 11, 0, 0, 0, 28, 0, 0, 0, 0, 0, 0),
    PIECE(".debug_str", 'a', 0, 'b', 0),
    PIECE(".debug_ranges",
        2, 0, 0, 0, 14, 0, 0, 0, 15, 0, 0, 0, 19, 0, 0, 0,
        0xff, 0xff, 0xff, 0xff, 20, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0,
        0xfe, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0),
    PIECE(".debug_loc",
        7, 0, 0, 0, 13, 0, 0, 0, 4, 0, 0xed, 1, 0, 0x9f,
        0, 0, 0, 0, 0, 0, 0, 0),
    PIECE(".debug_line",
        68, 0, 0, 0, 4, 0, 20, 0, 0, 0, 1, 1, 1, 251, 14, 13,
        0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0,
        0, 5, 2, 2, 0, 0, 0, 1, 13 + 3 * 14, 3, 2, 2, 2, 1, 0, 1, 1,
        0, 5, 2, 15, 0, 0, 0, 9, 2, 0, 1, 0, 1, 1,
        0, 5, 2, 20, 0, 0, 0, 1, 0, 1, 1),
    PIECE(".debug_aranges",
        36, 0, 0, 0, 2, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0,
        2, 0, 0, 0, 12, 0, 0, 0, 20, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    PIECE(".debug_pubnames",
        16, 0, 0, 0, 2, 0, 0, 0, 0, 0, 76, 0, 0, 0, 0, 0, 0, 0, 'x', 0),
};
static const struct piece pieces_5[] = {
    PIECE(".debug_abbrev",
        1, 0x11, 1, 3, 0x25, 0x10, 0x17, 0x11, 0x1b, 0x12, 6, 0x72, 0x17,
            0x73, 0x17, 0x74, 0x17, 0x8c, 1, 0x17, 0x55, 0x23, 0, 0,
        2, 0x2e, 0, 0x11, 0x1b, 0x12, 6, 0x7d, 1, 2, 0x22, 0x03, 0x1f, 0, 0, 0),
    PIECE(".debug_info",
        67, 0, 0, 0, 5, 0, 1, 4, 0, 0, 0, 0,
        1, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 8, 0, 0, 0,
            8, 0, 0, 0, 12, 0, 0, 0, 12, 0, 0, 0, 0,
        2, 1, 4, 0, 0, 0, 16, 0, 0, 0, 0, 2, 0, 0, 0,
        2, 2, 9, 0, 0, 0, 22, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    PIECE(".debug_str", 'a', 0, 'b', 0),
    PIECE(".debug_line_str", 'a', 0, 'b', 0),
    PIECE(".debug_str_offsets", 8, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0),
    PIECE(".debug_addr",
        20, 0, 0, 0, 5, 0, 4, 0,
        2, 0, 0, 0, 15, 0, 0, 0, 20, 0, 0, 0, 0, 4, 0, 0),
    PIECE(".debug_rnglists",
        38, 0, 0, 0, 5, 0, 4, 0, 1, 0, 0, 0, 4, 0, 0, 0,
        3, 0, 12, 1, 1, 4, 0, 4, 5, 20, 0, 0, 0, 4, 1, 9,
        7, 2, 0, 0, 0, 12, 2, 1, 1, 0),
    PIECE(".debug_loclists",
        41, 0, 0, 0, 5, 0, 4, 0, 1, 0, 0, 0, 4, 0, 0, 0,
        3, 0, 12, 4, 0xed, 1, 0, 0x9f, 4, 5, 8, 3, 0xed, 0, 0,
        5, 2, 0xa1, 3, 7, 2, 0, 0, 0, 14, 0, 0, 0, 0, 0),
    PIECE(".debug_line",
        60, 0, 0, 0, 5, 0, 4, 0, 37, 0, 0, 0, 1, 1, 1, 251, 14, 13,
        0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1,
        1, 1, 0x1f, 1, 0, 0, 0, 0, 2, 1, 0x1f, 2, 0x0b, 1, 2, 0, 0, 0, 0,
        0, 5, 2, 2, 0, 0, 0, 1, 8 + 5, 2, 2, 1, 0, 1, 1),
};
/* clang-format on */

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static void put_section(struct tn_buf *out, const char *name,
                        const uint8_t *bytes, size_t size)
{
    tn_buf_byte(out, 0);
    tn_buf_uleb(out, 1 + strlen(name) + size);
    tn_buf_uleb(out, strlen(name));
    tn_buf_str(out, tn_str_of(name));
    tn_buf_put(out, bytes, size);
}

static void put_text(struct tn_buf *out, const char *text)
{
    tn_text binary;
    if (tn_module_parse(text, strlen(text), &binary, NULL) != TN_OK)
        abort();
    tn_buf_put(out, binary.at, binary.size);
    tn_text_free(&binary);
}

/* One piece: as it is, or changed, or what is left of the input. */
static void put_piece(struct tn_buf *out, const struct piece *piece,
                      struct choices *c)
{
    unsigned fate = choose(c, 32);
    if (fate == 31)
        return;
    if (fate == 30) {
        put_section(out, piece->name, c->at, c->left);
        return;
    }
    put_section(out, piece->name, piece->at, piece->size);
    if (out->failed)
        abort();
    uint8_t *bytes = out->at + out->size - piece->size;
    for (unsigned changes = fate < 24 ? 0 : fate - 23; changes > 0; changes--) {
        unsigned at = choose(c, 256);
        bytes[at % piece->size] = (uint8_t)choose(c, 256);
    }
}

static void put_dwarf(struct tn_buf *out, unsigned version, struct choices *c)
{
    const struct piece *pieces = version == 4 ? pieces_4 : pieces_5;
    size_t count = version == 4 ? COUNT_OF(pieces_4) : COUNT_OF(pieces_5);
    for (size_t i = 0; i < count; i++)
        put_piece(out, &pieces[i], c);
}

/* ---------------------------------------------------------------- the results */

/* The custom section of this name; size 0 for none. Names and sizes of the
 * modules at hand are known to be well-formed. */
static tn_bytes section_of(tn_bytes module, const char *name)
{
    struct tn_mod *mod;
    tn_bytes found = {NULL, 0};
    if (tn_mod_decode(module.at, module.size, tn_features_all(), &tn_alloc_libc,
                      &mod, NULL) != TN_OK)
        abort();
    for (uint32_t i = 0; i < mod->custom_count && found.at == NULL; i++)
        if (tn_str_is(mod->customs[i].name, name))
            found = (tn_bytes){(const uint8_t *)module.at +
                                   mod->customs[i].bytes.offset,
                               mod->customs[i].bytes.size};
    tn_mod_free(mod);
    return found;
}

static tn_merged *merge_all(const tn_merge_input *inputs, size_t count)
{
    tn_merged *merged;
    tn_error err = {0};
    if (tn_merge(inputs, count, NULL, &merged, &err) != TN_OK)
        wrong("refused", err.text);
    tn_bytes module = tn_merged_module(merged);
    if (tn_validate(module.at, module.size, tn_merged_features(merged), &err) !=
        TN_OK)
        wrong("not valid", err.text);
    return merged;
}

/* Why the module that is called so has no DWARF; null if it has. */
static const char *why_dropped(const tn_merged *merged, const char *module)
{
    static const char begin[] = "DWARF dropped: ";
    for (size_t i = 0; i < tn_merged_note_count(merged); i++) {
        const tn_merge_note *note = tn_merged_note(merged, i);
        if (strcmp(note->module, module) == 0 &&
            strncmp(note->text, begin, sizeof begin - 1) == 0)
            return note->text;
    }
    return NULL;
}

/* Nothing moved: what is kept is what was there. */
static bool check_alone(tn_bytes module, const struct piece *pieces,
                        size_t count)
{
    tn_merge_input input = {"m", module};
    tn_merged *merged = merge_all(&input, 1);
    const char *why = why_dropped(merged, "m");
    for (size_t i = 0; i < count; i++) {
        tn_bytes was = section_of(module, pieces[i].name);
        tn_bytes now = section_of(tn_merged_module(merged), pieces[i].name);
        if (why != NULL
                ? now.at != NULL
                : was.size != now.size ||
                      (was.size > 0 && memcmp(was.at, now.at, was.size) != 0))
            wrong("alone", pieces[i].name);
    }
    bool is_kept = why == NULL;
    tn_merged_free(merged);
    return is_kept;
}

/* The other's DWARF is kept, whatever this one has; and nothing is lost that
 * can be kept: all of this one's functions move by as much. */
static void check_behind(tn_bytes before, tn_bytes module, bool is_understood)
{
    tn_merge_input inputs[] = {{"before", before}, {"m", module}};
    tn_merged *merged = merge_all(inputs, 2);
    const char *why = why_dropped(merged, "m");
    if (why_dropped(merged, "before") != NULL)
        wrong("the other's is dropped", why_dropped(merged, "before"));
    if (is_understood && why != NULL &&
        strstr(why, "no fixed width") == NULL) /* which only moving shows */
        wrong("behind another it is dropped", why);
    tn_bytes all = section_of(tn_merged_module(merged), ".debug_str");
    size_t size = section_of(before, ".debug_str").size;
    if (why == NULL)
        size += section_of(module, ".debug_str").size;
    if (all.size != size)
        wrong("a section has another size", ".debug_str");
    tn_merged_free(merged);
}

static void check_behind_memory(tn_bytes before, tn_bytes module)
{
    tn_merge_input inputs[] = {{"before", before}, {"m", module}};
    tn_merged_free(merge_all(inputs, 2));
}

static void check_fault(tn_bytes before, tn_bytes module, size_t request)
{
    tn_merge_input inputs[] = {{"before", before}, {"m", module}};
    struct fault fault = fault_at(request);
    tn_allocator alloc = fault_allocator(&fault);
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    tn_merged *merged = NULL;
    options.thread_count = 1;
    tn_status status = tn_rw_merge(inputs, 2, &options, &alloc, &merged, NULL);
    if (status != (fault.requests > request ? TN_E_NOMEM : TN_OK))
        wrong("memory failed, and was not missed", tn_status_text(status));
    tn_merged_free(merged);
    if (fault.live != 0 || fault.wrong_size != 0)
        wrong("memory", "not given back");
}

/* ------------------------------------------------------------------ the input */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct choices c = {data, size};
    struct tn_buf module, before, memory;
    unsigned version = 4 + choose(&c, 2);
    tn_buf_init(&module, &tn_alloc_libc);
    tn_buf_init(&before, &tn_alloc_libc);
    tn_buf_init(&memory, &tn_alloc_libc);
    put_text(&module, code_text);
    put_text(&before, before_text);
    put_text(&memory, memory_text);
    static const uint8_t text[] = {'z', 0};
    put_section(&before, ".debug_str", text, sizeof text);
    size_t request = 20 + choose(&c, 256);
    bool is_plain = c.left == 0;
    put_dwarf(&module, version, &c);
    if (module.failed || before.failed || memory.failed)
        abort();
    tn_bytes m = {module.at, module.size}, b = {before.at, before.size};
    bool is_understood = version == 4
                             ? check_alone(m, pieces_4, COUNT_OF(pieces_4))
                             : check_alone(m, pieces_5, COUNT_OF(pieces_5));
    if (is_plain && !is_understood)
        wrong("not understood", version == 4 ? "4" : "5");
    check_behind(b, m, is_understood);
    check_behind_memory((tn_bytes){memory.at, memory.size}, m);
    check_fault(b, m, request);
    check_fault((tn_bytes){memory.at, memory.size}, m, request);
    tn_buf_clear(&module);
    tn_buf_clear(&before);
    tn_buf_clear(&memory);
    return 0;
}

size_t target_make_input(uint64_t seed, uint8_t **out)
{
    uint64_t state = seed * 0x9e3779b97f4a7c15 | 1;
    size_t size = (size_t)(state >> 57);
    *out = malloc(size + 1);
    if (*out == NULL)
        abort();
    for (size_t i = 0; i < size; i++) {
        state = state * 6364136223846793005 + 1442695040888963407;
        (*out)[i] = (uint8_t)(state >> 33);
    }
    return size;
}
