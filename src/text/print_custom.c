/* print_custom.c - custom sections as annotations, with their place.
 *
 * Two of them the text says otherwise: names are where they belong, and hints
 * at their branches. Reading that makes these two sections, at one place and
 * in one form (wat.h). If the module's own are not just so, they are written
 * out like any other; names are then there twice, for people and exactly. */
#include "text/print.h"

/* What the sections are called where a place names them; by their ids. */
static const char *const place_words[TN_SECTION_COUNT] = {
    [TN_SECTION_TYPE] = "type",     [TN_SECTION_IMPORT] = "import",
    [TN_SECTION_FUNCTION] = "func", [TN_SECTION_TABLE] = "table",
    [TN_SECTION_MEMORY] = "memory", [TN_SECTION_GLOBAL] = "global",
    [TN_SECTION_EXPORT] = "export", [TN_SECTION_START] = "start",
    [TN_SECTION_ELEMENT] = "elem",  [TN_SECTION_CODE] = "code",
    [TN_SECTION_DATA] = "data",     [TN_SECTION_DATA_COUNT] = "datacount",
    [TN_SECTION_TAG] = "tag",
};

/* ------------------------------------------------------------ branch hints */

/* The section that the hints make, if their code is in shortest form. */
static void write_hints(const struct tn_hints *hints, struct tn_buf *out)
{
    uint32_t funcs = 0;
    for (uint32_t i = 0; i < hints->count; i++)
        funcs += i == 0 || hints->at[i].func != hints->at[i - 1].func;
    tn_buf_uleb(out, funcs);
    for (uint32_t i = 0; i < hints->count; i++) {
        const struct tn_hint *hint = &hints->at[i];
        if (i == 0 || hint->func != hint[-1].func) {
            uint32_t end = i;
            while (end < hints->count && hints->at[end].func == hint->func)
                end++;
            tn_buf_uleb(out, hint->func);
            tn_buf_uleb(out, end - i);
        }
        tn_buf_uleb(out, hint->offset);
        tn_buf_uleb(out, 1);
        tn_buf_byte(out, hint->value);
    }
}

static bool is_same_section(const struct tn_printer *p, uint32_t custom,
                            const struct tn_buf *bytes)
{
    struct tn_range range = p->mod->customs[custom].bytes;
    return range.size == bytes->size &&
           (range.size == 0 ||
            memcmp(p->mod->bytes + range.offset, bytes->at, range.size) == 0);
}

/* The section behind a custom section; 0 for none, or another custom one. */
static uint8_t section_behind(const struct tn_mod *mod, uint32_t custom)
{
    uint32_t order = mod->customs[custom].order;
    return order + 1 < mod->section_count ? mod->sections[order + 1].id : 0;
}

tn_status tn_text_hints_begin(struct tn_printer *p)
{
    struct tn_buf bytes;
    struct tn_hints hints;
    p->hints = (struct tn_hints){NULL, 0, TN_NONE};
    if (tn_hints_read(p->mod, &p->arena, &hints, NULL) == TN_E_NOMEM)
        return tn_no_memory(p->err);
    if (hints.count == 0 || tn_hints_check(p->mod, NULL) != TN_OK ||
        section_behind(p->mod, hints.custom) != TN_SECTION_CODE)
        return TN_OK;
    tn_buf_init(&bytes, p->mod->alloc);
    write_hints(&hints, &bytes);
    if (is_same_section(p, hints.custom, &bytes))
        p->hints = hints;
    bool failed = bytes.failed;
    tn_buf_clear(&bytes);
    return failed ? tn_no_memory(p->err) : TN_OK;
}

/* ------------------------------------------------------------------- names */

/* The name section that the text makes by itself, or TN_NONE: it is the only
 * one, behind all that are known, and says what was printed. */
static uint32_t find_made_names(struct tn_printer *p, uint8_t last_known)
{
    const struct tn_mod *mod = p->mod;
    uint32_t found = TN_NONE, count = 0;
    for (uint32_t i = 0; i < mod->custom_count; i++)
        if (tn_str_is(mod->customs[i].name, "name")) {
            found = i;
            count++;
        }
    if (count != 1 || mod->customs[found].after != last_known)
        return TN_NONE;
    struct tn_buf bytes;
    tn_buf_init(&bytes, mod->alloc);
    tn_text_names_write(p, &bytes);
    p->out->failed |= bytes.failed;
    if (bytes.size == 0 || !is_same_section(p, found, &bytes))
        found = TN_NONE;
    tn_buf_clear(&bytes);
    return found;
}

/* ---------------------------------------------------------------- sections */

static void print_custom(struct tn_printer *p, const struct tn_custom *custom,
                         bool is_last)
{
    tn_buf_print(p->out, "\n  (@custom ");
    tn_text_print_string(p, custom->name.at, custom->name.size);
    if (is_last)
        tn_buf_print(p->out, " (after last) ");
    else if (custom->after == 0)
        tn_buf_print(p->out, " (before first) ");
    else
        tn_buf_print(p->out, " (after %s) ", place_words[custom->after]);
    tn_text_print_string(p, p->mod->bytes + custom->bytes.offset,
                         custom->bytes.size);
    tn_buf_byte(p->out, ')');
}

void tn_text_print_customs(struct tn_printer *p)
{
    const struct tn_mod *mod = p->mod;
    uint8_t last_known = 0;
    for (uint32_t i = 0; i < mod->section_count; i++)
        if (mod->sections[i].id != TN_SECTION_CUSTOM)
            last_known = mod->sections[i].id;
    uint32_t names = find_made_names(p, last_known);
    for (uint32_t i = 0; i < mod->custom_count; i++)
        if (i != names && i != p->hints.custom)
            print_custom(p, &mod->customs[i], names != TN_NONE && i > names);
}
