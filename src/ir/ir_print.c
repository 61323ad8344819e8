/* ir_print.c - register code as text: one instruction a line, what it writes
 * before the equals sign, what it reads behind it. */
#include <stdlib.h>
#include <string.h>

#include "ir/ir_look.h"

/* ----------------------------------------------------- words back to forms */

struct word_form {
    int32_t word;
    uint16_t form;
};

static int by_word(const void *a, const void *b)
{
    const struct word_form *x = a, *y = b;
    if (x->word != y->word)
        return x->word < y->word ? -1 : 1;
    return x->form < y->form ? -1 : x->form > y->form;
}

bool tn_ir_look_init(struct tn_ir_look *look, const struct tn_ir_target *target,
                     struct tn_arena *arena)
{
    struct word_form *pairs =
        TN_NEW_ARRAY(arena, struct word_form, TN_FORM_COUNT);
    look->forms = TN_NEW_ARRAY(arena, uint16_t, TN_FORM_COUNT);
    look->words = TN_NEW_ARRAY(arena, int32_t, TN_FORM_COUNT);
    if (pairs == NULL || look->forms == NULL || look->words == NULL)
        return false;
    for (unsigned i = 0; i < TN_FORM_COUNT; i++)
        pairs[i] = (struct word_form){tn_ir_word(target, (enum tn_form)i),
                                      (uint16_t)i};
    qsort(pairs, TN_FORM_COUNT, sizeof *pairs, by_word);
    for (unsigned i = 0; i < TN_FORM_COUNT; i++) {
        look->words[i] = pairs[i].word;
        look->forms[i] = pairs[i].form;
    }
    return true;
}

/* Handlers with the same machine code may be one; the first of them is then
 * told, which reads its operands alike. */
enum tn_form tn_ir_look_form(const struct tn_ir_look *look, uint32_t at)
{
    int32_t word;
    memcpy(&word, look->code + at, sizeof word);
    size_t low = 0, high = TN_FORM_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (look->words[middle] < word)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_there = low < TN_FORM_COUNT && look->words[low] == word;
    return is_there ? (enum tn_form)look->forms[low] : TN_FORM_COUNT;
}

static uint32_t read32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

uint32_t tn_ir_look_size(const struct tn_ir_look *look, uint32_t at,
                         enum tn_form form)
{
    uint32_t size = tn_ir_forms[form].size;
    if ((form == TN_FORM_br_table_s || form == TN_FORM_br_table_a) &&
        at + size <= look->size) {
        uint64_t all = size + 4 * ((uint64_t)read32(look->code + at + 8) + 1);
        size = all > look->size - at ? look->size - at + 1 : (uint32_t)all;
    }
    return size;
}

static int64_t field_value(const struct tn_ir_look *look, uint32_t at,
                           char letter, uint32_t field)
{
    const uint8_t *p = look->code + at + field;
    uint16_t half;
    uint64_t wide;
    memcpy(&half, p, sizeof half);
    switch (letter) {
    case 'd':
    case 'W':
    case 'a':
    case 'w':
    case 'n':
    case 'm':
        return half;
    case 'i':
        return (int32_t)read32(p);
    case 'o':
    case 'N':
        return read32(p);
    case 'C':
        return read32(p) == 0 ? 0 : (int64_t)(at + field) + (int32_t)read32(p);
    case 'L':
        return (int64_t)at + (int32_t)read32(p);
    default:
        memcpy(&wide, p, sizeof wide);
        return (int64_t)wide;
    }
}

bool tn_ir_look_operand(const struct tn_ir_look *look, uint32_t at,
                        const char **operands, struct tn_ir_operand *out)
{
    char letter = **operands;
    if (letter == 0)
        return false;
    ++*operands;
    *out = (struct tn_ir_operand){letter, 0};
    if (strchr("XVQxvq!", letter) != NULL)
        return true;
    char digit = *(*operands)++;
    uint32_t halves = (uint32_t)(digit <= '9' ? digit - '0' : digit - 'A' + 10);
    out->value = field_value(look, at, letter, 2 * halves);
    return true;
}

/* ---------------------------------------------------------------- printing */

static void print_operand(struct tn_buf *out, struct tn_ir_operand o)
{
    switch (o.letter) {
    case 'X':
    case 'x':
        tn_buf_print(out, " acc");
        break;
    case 'V':
    case 'v':
    case 'Q':
    case 'q':
        tn_buf_print(out, " vacc");
        break;
    case 'd':
    case 'a':
        tn_buf_print(out, " s%lld", (long long)o.value);
        break;
    case 'W':
    case 'w':
        tn_buf_print(out, " s%lld:%lld", (long long)o.value,
                     (long long)o.value + 1);
        break;
    case 'o':
    case 'O':
        tn_buf_print(out, " +%lld", (long long)o.value);
        break;
    case 'm':
        tn_buf_print(out, " memory%lld", (long long)o.value);
        break;
    case 'L':
        tn_buf_print(out, " -> %lld", (long long)o.value);
        break;
    case 'I':
        tn_buf_print(out, " 0x%llx", (unsigned long long)o.value);
        break;
    case 'C':
        break; /* differs from run to run */
    default:
        tn_buf_print(out, " %lld", (long long)o.value);
    }
}

static void print_live(const struct tn_ir_look *look, uint32_t at,
                       struct tn_buf *out)
{
    struct tn_live live = tn_live_at(&look->lists, at);
    const char *before = " live";
    for (uint32_t slot; tn_live_next(&live, &slot); before = "")
        tn_buf_print(out, "%s s%u", before, slot);
}

static void print_instruction(const struct tn_ir_look *look, uint32_t at,
                              enum tn_form form, struct tn_buf *out)
{
    const char *operands = tn_ir_forms[form].operands;
    struct tn_ir_operand o;
    bool was_written = false;
    tn_buf_print(out, "%6u  %s", at, tn_ir_forms[form].name);
    while (tn_ir_look_operand(look, at, &operands, &o)) {
        bool is_written = strchr("XVQdW", o.letter) != NULL;
        if (!is_written && was_written)
            tn_buf_print(out, " =");
        was_written = is_written;
        if (o.letter == '!')
            print_live(look, at, out);
        else
            print_operand(out, o);
    }
    if (form == TN_FORM_br_table_s || form == TN_FORM_br_table_a) {
        uint32_t count = read32(look->code + at + 8);
        for (uint32_t i = 0; i <= count; i++)
            tn_buf_print(out, " -> %u",
                         at + read32(look->code + at + 12 + 4 * (size_t)i));
    }
    tn_buf_print(out, "\n");
}

static void print_clause(const struct tn_clause *clause, struct tn_buf *out)
{
    tn_buf_print(out, "guards %u..%u", clause->begin, clause->end);
    if (clause->handler == TN_NONE) {
        tn_buf_print(out, ": as if at depth %u\n", clause->target);
        return;
    }
    if (clause->tag != TN_NONE)
        tn_buf_print(out, ": tag%u s%u", clause->tag, clause->values);
    else
        tn_buf_print(out, ": all");
    if (clause->ref != TN_NO_REF)
        tn_buf_print(out, " ref s%u", clause->ref);
    tn_buf_print(out, " -> %u\n", clause->handler);
}

void tn_ir_print(const struct tn_ir_look *look, struct tn_buf *out)
{
    struct tn_str name = tn_mod_func_name(look->mod, look->func_index);
    tn_buf_print(out, "function %u \"%.*s\": %u slots, %u of them parameters\n",
                 look->func_index, TN_STR(name), look->frame_slots,
                 look->param_slots);
    for (uint32_t at = look->entry; at < look->size;) {
        enum tn_form form = tn_ir_look_form(look, at);
        print_instruction(look, at, form, out);
        at += tn_ir_look_size(look, at, form);
    }
    for (size_t i = 0; i < look->unwind.count; i++)
        print_clause(&look->unwind.clauses[i], out);
}
