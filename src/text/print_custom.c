/* print_custom.c - custom sections as annotations, with their place.
 *
 * Two of them the text says otherwise: names are where they belong, and hints
 * at their branches. Reading that makes these two sections, at one place and
 * in one form (wat.h). If the module's own are not just so, they are written
 * out like any other; names are then there twice, for people and exactly. */
#include "text/print.h"

/* Behind each section, by its id. */
static const char *const place_words[TN_SECTION_COUNT] = {
    [TN_SECTION_TYPE] = "after type",
    [TN_SECTION_IMPORT] = "after import",
    [TN_SECTION_FUNCTION] = "after func",
    [TN_SECTION_TABLE] = "after table",
    [TN_SECTION_MEMORY] = "after memory",
    [TN_SECTION_GLOBAL] = "after global",
    [TN_SECTION_EXPORT] = "after export",
    [TN_SECTION_START] = "after start",
    [TN_SECTION_ELEMENT] = "after elem",
    [TN_SECTION_CODE] = "after code",
    [TN_SECTION_DATA] = "after data",
    [TN_SECTION_DATA_COUNT] = "after datacount",
    [TN_SECTION_TAG] = "after tag",
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

/* ------------------------------------------------------------------ places */

/* Is the section one that reading back makes? The text cannot tell of one
 * that holds nothing, nor of a count that no code needs. */
static bool is_told(const struct tn_printer *p,
                    const struct tn_section *section)
{
    switch ((enum tn_section_id)section->id) {
    case TN_SECTION_CUSTOM:
        return false;
    case TN_SECTION_DATA_COUNT:
        return p->names_data;
    default:
        return section->count > 0;
    }
}

/* The id of the last told section before the one with this order; or 0. */
static uint8_t told_before(const struct tn_printer *p, uint32_t order)
{
    while (order > 0)
        if (is_told(p, &p->mod->sections[--order]))
            return p->mod->sections[order].id;
    return 0;
}

/* The name section that the text makes by itself, or TN_NONE: it is the only
 * one, behind all that are told, and says what was printed. */
static uint32_t find_made_names(struct tn_printer *p)
{
    const struct tn_mod *mod = p->mod;
    uint32_t found = TN_NONE, count = 0;
    for (uint32_t i = 0; i < mod->custom_count; i++)
        if (tn_str_is(mod->customs[i].name, "name")) {
            found = i;
            count++;
        }
    if (count != 1 || told_before(p, mod->customs[found].order) !=
                          told_before(p, mod->section_count))
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
                         const char *place)
{
    const uint8_t *at = p->mod->bytes + custom->bytes.offset;
    tn_buf_print(p->out, "\n  (@custom ");
    tn_text_print_string(p, custom->name.at, custom->name.size);
    tn_buf_print(p->out, " (%s) ", place);
    tn_text_print_string(p, at, custom->bytes.size);
    tn_buf_byte(p->out, ')');
}

void tn_text_print_customs(struct tn_printer *p)
{
    const struct tn_mod *mod = p->mod;
    const char *place = "before first";
    uint32_t names = find_made_names(p);
    for (uint32_t i = 0; i < mod->section_count; i++) {
        const struct tn_section *section = &mod->sections[i];
        if (is_told(p, section))
            place = place_words[section->id];
        if (section->id != TN_SECTION_CUSTOM)
            continue;
        if (section->custom == names)
            place = "after last";
        else if (section->custom != p->hints.custom)
            print_custom(p, &mod->customs[section->custom], place);
    }
}
