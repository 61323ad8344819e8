/* dwarf_forms.c - values of attributes, as dwarf_forms.def has them. */
#include "rewrite/dwarf.h"

static const struct dwarf_form {
    bool is_known;
    uint8_t form, size, section;
} dwarf_forms[] = {
#define DWARF_FORM(code, kind, size, section) \
    [code] = {true, TN_RW_FORM_##kind, size, TN_RW_DWARF_##section},
#include "rewrite/dwarf_forms.def"
#undef DWARF_FORM
};

enum {
    FORM_CODES = sizeof dwarf_forms / sizeof *dwarf_forms
};

static const struct dwarf_form *find_form(struct tn_rw_reader *r, uint64_t code)
{
    static const struct dwarf_form nothing = {true, TN_RW_FORM_NOTHING, 0, 0};
    if (code < FORM_CODES && dwarf_forms[code].is_known)
        return &dwarf_forms[code];
    if (tn_rw_dwarf_ok(r))
        tn_rw_dwarf_fail(r->d, "form 0x%llx is not understood",
                         (unsigned long long)code);
    return &nothing;
}

/* A number of `size` bytes, or LEB128 if that is 0. */
static uint64_t read_sized(struct tn_rw_reader *r, unsigned size)
{
    return size == 0 ? tn_cursor_u64(&r->c) : tn_rw_dwarf_fixed(r, size);
}

static void skip_string(struct tn_rw_reader *r)
{
    while (!r->c.failed && tn_cursor_byte(&r->c) != 0) {
    }
}

struct tn_rw_value tn_rw_dwarf_value(struct tn_rw_reader *r, uint64_t code)
{
    const struct dwarf_form *form = find_form(r, code);
    while (form->form == TN_RW_FORM_INDIRECT && !r->c.failed)
        form = find_form(r, tn_cursor_u64(&r->c));
    struct tn_rw_value value = {.form = (enum tn_rw_form)form->form,
                                .is_leb = form->size == 0};
    const uint8_t *from = r->c.at;
    switch (value.form) {
    case TN_RW_FORM_NOTHING:
    case TN_RW_FORM_INDIRECT:
        break;
    case TN_RW_FORM_ADDRESS:
        value.number = tn_rw_dwarf_fixed(r, r->address_size);
        break;
    case TN_RW_FORM_CONSTANT:
    case TN_RW_FORM_SEC_OFFSET:
    case TN_RW_FORM_STRX:
    case TN_RW_FORM_ADDRX:
    case TN_RW_FORM_LOCLISTX:
    case TN_RW_FORM_RNGLISTX:
        value.number = read_sized(r, form->size);
        break;
    case TN_RW_FORM_SIGNED:
        value.number = (uint64_t)tn_cursor_s64(&r->c);
        break;
    case TN_RW_FORM_STRING:
        skip_string(r);
        break;
    case TN_RW_FORM_SKIPPED:
        if (form->size == 0)
            (void)tn_cursor_u64(&r->c);
        else
            (void)tn_cursor_take(&r->c, form->size);
        break;
    case TN_RW_FORM_BLOCK:
        (void)tn_cursor_take(&r->c, read_sized(r, form->size));
        break;
    case TN_RW_FORM_EXPRESSION:
        value.inner = tn_rw_dwarf_sub(r, tn_cursor_u64(&r->c));
        break;
    case TN_RW_FORM_OFFSET:
        value.number =
            tn_rw_dwarf_offset(r, (enum tn_rw_dwarf_section)form->section);
        break;
    }
    if (value.form == TN_RW_FORM_CONSTANT)
        value.size = (uint8_t)(r->c.at - from);
    return value;
}
