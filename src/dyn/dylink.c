/* dylink.c - the custom section dylink.0.
 *
 *   dylink.0         ::= (id:byte size:u32 contents)*
 *   1  MEM_INFO      memory_size:u64 memory_align:u32 table_size:u64 table_align:u32
 *   2  NEEDED        vec(nm:name)
 *   3  EXPORT_INFO   vec(nm:name flags:u32)
 *   4  IMPORT_INFO   vec(module:name nm:name flags:u32)
 *   5  RUNTIME_PATH  vec(nm:name)
 *
 * Each at most once, in any order; other ids are for what is to come, and are
 * passed over. Sizes are u32 in the convention; a 64-bit memory may want more. */
#include "dyn/dylink.h"

#include "mod/cursor.h"

#define DYLINK_SECTION   "dylink.0"
#define DYLINK_MAX_ALIGN 32

struct dylink_reader {
    const char *what;   /* the present subsection */
    struct tn_cursor c; /* over its contents */
    struct tn_arena *arena;
    struct tn_dylink *out;
    bool is_out_of_memory;
};

/* ------------------------------------------------------------- subsections */

/* The entries of a vec, each of `min_bytes` at least. */
static uint32_t read_dylink_count(struct dylink_reader *r, uint32_t min_bytes)
{
    const uint8_t *at = r->c.at;
    uint32_t count = tn_cursor_u32(&r->c);
    if (r->c.failed || count <= tn_cursor_left(&r->c) / min_bytes)
        return count;
    (void)tn_fail(r->c.err, TN_E_MALFORMED, (uint64_t)(at - r->c.base),
                  "%s of " DYLINK_SECTION
                  " promises %u entries, more than its bytes can hold",
                  r->what, count);
    r->c.failed = true;
    return 0;
}

static void *take_dylink_array(struct dylink_reader *r, uint32_t count,
                               size_t size)
{
    void *array = tn_arena_take(r->arena, count, size);
    r->is_out_of_memory |= array == NULL;
    r->c.failed |= array == NULL;
    return array;
}

static uint32_t read_dylink_align(struct dylink_reader *r)
{
    const uint8_t *at = r->c.at;
    uint32_t align_log2 = tn_cursor_u32(&r->c);
    if (align_log2 <= DYLINK_MAX_ALIGN)
        return align_log2;
    tn_cursor_fail_at(&r->c, at,
                      "MEM_INFO of " DYLINK_SECTION
                      " asks for an alignment of more than 2^32");
    return 0;
}

static void read_mem_info(struct dylink_reader *r)
{
    r->out->memory_size = tn_cursor_u64(&r->c);
    r->out->memory_align_log2 = read_dylink_align(r);
    r->out->table_size = tn_cursor_u64(&r->c);
    r->out->table_align_log2 = read_dylink_align(r);
}

static struct tn_str *read_dylink_names(struct dylink_reader *r,
                                        uint32_t *out_count)
{
    uint32_t count = read_dylink_count(r, 1);
    struct tn_str *names = take_dylink_array(r, count, sizeof *names);
    for (uint32_t i = 0; i < count && !r->c.failed; i++)
        names[i] = tn_cursor_name(&r->c);
    *out_count = count;
    return names;
}

static void read_needed(struct dylink_reader *r)
{
    r->out->needed = read_dylink_names(r, &r->out->needed_count);
}

static void read_runtime_path(struct dylink_reader *r)
{
    r->out->paths = read_dylink_names(r, &r->out->path_count);
}

static struct tn_dylink_info *
read_dylink_infos(struct dylink_reader *r, bool has_module, uint32_t *out_count)
{
    uint32_t count = read_dylink_count(r, has_module ? 3 : 2);
    struct tn_dylink_info *infos = take_dylink_array(r, count, sizeof *infos);
    for (uint32_t i = 0; i < count && !r->c.failed; i++) {
        if (has_module)
            infos[i].module = tn_cursor_name(&r->c);
        infos[i].name = tn_cursor_name(&r->c);
        infos[i].flags = tn_cursor_u32(&r->c);
    }
    *out_count = count;
    return infos;
}

static void read_export_info(struct dylink_reader *r)
{
    r->out->exports = read_dylink_infos(r, false, &r->out->export_count);
}

static void read_import_info(struct dylink_reader *r)
{
    r->out->imports = read_dylink_infos(r, true, &r->out->import_count);
}

/* clang-format off */
static const struct dylink_row {
    const char *text;
    void (*read)(struct dylink_reader *r);
} dylink_rows[] = {
    {"", NULL},
    {"MEM_INFO",     read_mem_info},
    {"NEEDED",       read_needed},
    {"EXPORT_INFO",  read_export_info},
    {"IMPORT_INFO",  read_import_info},
    {"RUNTIME_PATH", read_runtime_path},
};
/* clang-format on */
#define DYLINK_ROWS (sizeof dylink_rows / sizeof *dylink_rows)

/* -------------------------------------------------------------- the section */

/* Puts the next subsection's contents into `r`; null for one to pass over, or
 * after a failure. */
static const struct dylink_row *next_dylink_row(struct dylink_reader *r,
                                                struct tn_cursor *section,
                                                uint32_t *seen)
{
    const uint8_t *at = section->at;
    uint8_t id = tn_cursor_byte(section);
    bool is_known = id > 0 && id < DYLINK_ROWS;
    uint32_t size = tn_cursor_u32(section);
    size_t left = tn_cursor_left(section);
    r->what = is_known ? dylink_rows[id].text : "a subsection";
    if (!section->failed && size > left) {
        (void)tn_fail(
            section->err, TN_E_MALFORMED, (uint64_t)(at - section->base),
            "%s of " DYLINK_SECTION " promises %u bytes, but only %u are left",
            r->what, size, (unsigned)left);
        section->failed = true;
    }
    if (!section->failed && is_known && (*seen >> id & 1) != 0) {
        (void)tn_fail(section->err, TN_E_MALFORMED,
                      (uint64_t)(at - section->base),
                      "%s stands twice in " DYLINK_SECTION, r->what);
        section->failed = true;
    }
    if (section->failed)
        return NULL;
    r->c = tn_cursor_sub(section, size);
    if (!is_known)
        return NULL;
    *seen |= 1u << id;
    return &dylink_rows[id];
}

static tn_status read_dylink_section(struct tn_cursor section,
                                     struct tn_arena *arena,
                                     struct tn_dylink *out)
{
    struct dylink_reader r = {.arena = arena, .out = out};
    uint32_t seen = 0;
    while (!section.failed && section.at != section.end) {
        const struct dylink_row *row = next_dylink_row(&r, &section, &seen);
        if (row == NULL)
            continue;
        row->read(&r);
        if (r.is_out_of_memory)
            return tn_no_memory(section.err);
        if (!r.c.failed && r.c.at != r.c.end) {
            (void)tn_fail(section.err, TN_E_MALFORMED, tn_cursor_offset(&r.c),
                          "%s of " DYLINK_SECTION
                          " goes on behind its last entry",
                          row->text);
            r.c.failed = true;
        }
        section.failed |= r.c.failed;
    }
    return section.failed ? TN_E_MALFORMED : TN_OK;
}

/* A loader has to know before anything else what a module needs: so the
 * convention has the section first. */
static tn_status check_dylink_place(const struct tn_mod *mod,
                                    const struct tn_custom *custom,
                                    bool is_second, tn_error *err)
{
    uint64_t offset = mod->sections[custom->order].contents.offset;
    if (is_second)
        return tn_fail(err, TN_E_MALFORMED, offset,
                       "a second section " DYLINK_SECTION
                       ": a module has one at most");
    if (custom->order != 0)
        return tn_fail(err, TN_E_MALFORMED, offset,
                       DYLINK_SECTION " is section %u of the module, and must "
                                      "be its first",
                       custom->order + 1);
    return TN_OK;
}

tn_status tn_dylink_read(const struct tn_mod *mod, struct tn_arena *arena,
                         struct tn_dylink *out, tn_error *err)
{
    struct tn_dylink dylink = {0};
    for (uint32_t i = 0; i < mod->custom_count; i++) {
        const struct tn_custom *custom = &mod->customs[i];
        if (!tn_str_is(custom->name, DYLINK_SECTION))
            continue;
        TN_TRY(check_dylink_place(mod, custom, dylink.is_present, err));
        const uint8_t *at = mod->bytes + custom->bytes.offset;
        struct tn_cursor c = {mod->bytes, at, at + custom->bytes.size, err,
                              false};
        dylink.is_present = true;
        TN_TRY(read_dylink_section(c, arena, &dylink));
    }
    *out = dylink;
    return TN_OK;
}
