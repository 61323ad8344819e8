/* dwarf.c - DWARF of all inputs, laid out and then patched.
 *
 * Whose DWARF is not understood is found out by patching it, when it lies in
 * the result. Then all of it is taken back, and laid out once more without
 * those: so the usual case, in which all is well, reads it once and needs no
 * room beside the result. */
#include "rewrite/dwarf.h"

static const struct dwarf_row {
    const char *name;
    void (*read)(struct tn_rw_reader *r);
} dwarf_rows[TN_RW_DWARF_SECTIONS] = {
#define DWARF_SECTION(id, name, read) {name, read},
#include "rewrite/dwarf_sections.def"
#undef DWARF_SECTION
};

/* ------------------------------------------------------ what inputs there are */

static void find_dwarf_section(struct tn_rw_dwarf *d,
                               const struct tn_custom *custom)
{
    for (int i = 0; i < TN_RW_DWARF_SECTIONS; i++) {
        if (!tn_str_is(custom->name, dwarf_rows[i].name))
            continue;
        if (d->old[i].size > 0)
            tn_rw_dwarf_fail(d, "%s is there twice", dwarf_rows[i].name);
        d->old[i] = custom->bytes;
        return;
    }
    tn_rw_dwarf_fail(d, "section %.*s is not understood",
                     (int)(custom->name.size > 64 ? 64 : custom->name.size),
                     custom->name.at);
}

static void find_dwarf(struct tn_rw_dwarf *d)
{
    const struct tn_mod *mod = d->rw->inputs[d->input].mod;
    for (uint32_t i = 0; i < mod->custom_count; i++) {
        if (!tn_str_starts(mod->customs[i].name, ".debug_"))
            continue;
        d->has_dwarf = true;
        find_dwarf_section(d, &mod->customs[i]);
    }
    for (uint32_t i = 0; i < mod->section_count; i++)
        if (mod->sections[i].id == TN_SECTION_CODE)
            d->code_contents = mod->sections[i].contents.offset;
}

/* Does code move inside of a function? Then lines are written anew. */
static void find_stretched(struct tn_rw_dwarf *d)
{
    const struct tn_rw_input *input = &d->rw->inputs[d->input];
    uint32_t count = input->mod->func_count - input->mod->func_import_count;
    for (uint32_t i = 0; i < count && !d->is_stretched; i++)
        d->is_stretched =
            input->body_at[i] != TN_NONE && input->is_stretched[i];
}

static bool is_kept(const struct tn_rw_dwarf *d)
{
    return d->has_dwarf && !d->failed;
}

/* ------------------------------------------------------------ laid out, read */

static void put_dwarf_section(struct tn_rw *rw, struct tn_rw_dwarf *dwarfs,
                              int section)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < rw->input_count; i++)
        if (is_kept(&dwarfs[i]))
            total += dwarfs[i].old[section].size;
    if (total == 0)
        return;
    struct tn_buf *out = &rw->out;
    size_t begin = tn_rw_open_custom(out, tn_str_of(dwarf_rows[section].name));
    size_t contents = out->size;
    (void)tn_buf_room(out, (size_t)total);
    for (uint32_t i = 0; i < rw->input_count; i++) {
        if (!is_kept(&dwarfs[i]))
            continue;
        struct tn_range old = dwarfs[i].old[section];
        dwarfs[i].before[section] = (uint32_t)(out->size - contents);
        dwarfs[i].now[section] = out->size;
        if (section == TN_RW_DWARF_LINE && dwarfs[i].is_stretched)
            tn_rw_dwarf_rewrite_lines(&dwarfs[i]);
        else
            tn_buf_put(out, rw->inputs[i].mod->bytes + old.offset, old.size);
    }
    size_t open = out->size;
    tn_rw_close(out, begin);
    for (uint32_t i = 0; i < rw->input_count; i++)
        dwarfs[i].now[section] -= open - out->size;
}

static void read_dwarf(struct tn_rw_dwarf *d)
{
    for (int i = 0; i < TN_RW_DWARF_SECTIONS && is_kept(d); i++) {
        if (dwarf_rows[i].read == NULL)
            continue;
        struct tn_rw_reader r =
            tn_rw_dwarf_reader(d, (enum tn_rw_dwarf_section)i, 0);
        dwarf_rows[i].read(&r);
        (void)tn_rw_dwarf_ok(&r);
    }
}

/* What was found out on the way. */
static void forget_dwarf(struct tn_rw_dwarf *d)
{
    tn_arena_clear(&d->scratch);
    TN_VEC_CLEAR(&d->line_units, d->rw->alloc);
    memset(d->is_read, 0, sizeof d->is_read);
    d->is_code = d->is_data = NULL;
    d->grown = NULL;
    d->abbrev_bytes = 0;
}

static uint32_t count_kept(const struct tn_rw *rw,
                           const struct tn_rw_dwarf *dwarfs)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < rw->input_count; i++)
        count += is_kept(&dwarfs[i]);
    return count;
}

/* True if none of those that were kept is to be dropped. */
static bool lay_out_dwarf(struct tn_rw *rw, struct tn_rw_dwarf *dwarfs)
{
    size_t before = rw->out.size;
    uint32_t count = count_kept(rw, dwarfs);
    for (int i = 0; i < TN_RW_DWARF_SECTIONS; i++)
        put_dwarf_section(rw, dwarfs, i);
    for (uint32_t i = 0; i < rw->input_count; i++) {
        if (!rw->out.failed)
            read_dwarf(&dwarfs[i]);
        forget_dwarf(&dwarfs[i]);
    }
    if (rw->out.failed || count == count_kept(rw, dwarfs))
        return true;
    rw->out.size = before;
    return false;
}

void tn_rw_join_dwarf(struct tn_rw *rw)
{
    if (rw->options->dwarf == TN_DWARF_DROP)
        return;
    struct tn_rw_dwarf *dwarfs =
        TN_ALLOC_ARRAY(rw->alloc, struct tn_rw_dwarf, rw->input_count);
    if (dwarfs == NULL) {
        rw->out.failed = true;
        return;
    }
    for (uint32_t i = 0; i < rw->input_count; i++) {
        dwarfs[i].rw = rw;
        dwarfs[i].input = i;
        tn_arena_init(&dwarfs[i].scratch, rw->alloc);
        find_dwarf(&dwarfs[i]);
        find_stretched(&dwarfs[i]);
    }
    while (!lay_out_dwarf(rw, dwarfs)) {
    }
    for (uint32_t i = 0; i < rw->input_count; i++)
        if (dwarfs[i].failed)
            tn_rw_note(rw, TN_NOTE_CUSTOM, false, i, "DWARF dropped: %s",
                       dwarfs[i].why);
    tn_alloc_free(rw->alloc, dwarfs, rw->input_count * sizeof *dwarfs);
}
