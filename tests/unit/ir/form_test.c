#include "ir/form.h"

#include <stdlib.h>

#include "mod/types.h"
#include "tn_test.h"

/* Bytes of the field behind an operand's letter; 0 for an accumulator. */
static size_t field_size(char letter)
{
    switch (letter) {
    case 'd':
    case 'a':
    case 'n':
    case 'm':
        return 2;
    case 'i':
    case 'o':
    case 'L':
    case 'N':
    case 'C':
        return 4;
    case 'I':
    case 'O':
        return 8;
    default:
        return 0;
    }
}

TEST(sizes_are_in_units_of_four)
{
    for (size_t i = 0; i < TN_FORM_COUNT; i++) {
        CHECK(tn_ir_forms[i].size >= 4);
        CHECK_EQ(0, tn_ir_forms[i].size % 4);
    }
}

TEST(operands_lie_inside_and_apart)
{
    for (size_t i = 0; i < TN_FORM_COUNT; i++) {
        const struct tn_form_info *form = &tn_ir_forms[i];
        bool taken[64] = {true, true, true, true}; /* the word */
        for (const char *o = form->operands; *o != 0; o++) {
            size_t size = field_size(*o);
            if (size == 0)
                continue;
            char digit[2] = {*++o, 0};
            size_t at = 2 * strtoul(digit, NULL, 16);
            if (at % (size < 4 ? size : 4) != 0 || at + size > form->size)
                FAIL("%s: a field of %zu bytes at %zu", form->name, size, at);
            for (size_t k = at; k < at + size; k++) {
                if (taken[k])
                    FAIL("%s: two fields at %zu", form->name, k);
                taken[k] = true;
            }
        }
    }
}

/* A destination is decided late: the form is replaced by the next one. */
TEST(a_form_that_writes_an_accumulator_is_followed_by_its_storing_one)
{
    size_t pairs = 0;
    for (size_t i = 0; i + 1 < TN_FORM_COUNT; i++) {
        const struct tn_form_info *form = &tn_ir_forms[i], *next = form + 1;
        char accumulator = form->operands[0];
        if ((accumulator != 'X' && accumulator != 'V') ||
            strncmp(form->operands + 1, "d2", 2) == 0)
            continue;
        size_t length = strlen(form->name) - 1;
        CHECK_EQ(0, strncmp(form->name, next->name, length));
        CHECK_STR("s", next->name + length);
        CHECK_EQ(form->size, next->size);
        CHECK_EQ(accumulator, next->operands[0]);
        CHECK_EQ(0, strncmp(next->operands + 1, "d2", 2));
        CHECK_STR(form->operands + 1, next->operands + 3);
        pairs++;
    }
    CHECK(pairs > 600);
}

TEST(each_row_has_an_instruction_whose_type_it_is)
{
    CHECK_EQ(TN_ROW_i32_add, tn_ir_row_of(TN_OP_i32_add));
    CHECK_EQ(TN_ROW_i64_ge_u, tn_ir_row_of(TN_OP_i64_ge_u));
    CHECK_EQ(TN_ROW_f64_store, tn_ir_row_of(TN_OP_f64_store));
    CHECK_EQ(TN_ROW_NONE, tn_ir_row_of(TN_OP_block));
    CHECK_EQ(TN_ROW_NONE, tn_ir_row_of(TN_OP_i32_eqz));
    const struct tn_row_info *row = &tn_ir_rows[TN_ROW_f64_lt];
    CHECK_EQ(TN_CLASS_FCMP, row->row_class);
    CHECK_EQ(TN_VT_F64, row->type);
    CHECK_EQ(TN_VT_I32, row->result);
}

TEST(the_contrary_of_the_contrary_is_the_row_itself)
{
    for (size_t i = 1; i < TN_ROW_COUNT; i++) {
        const struct tn_row_info *row = &tn_ir_rows[i];
        if (row->row_class != TN_CLASS_ICMP)
            continue;
        CHECK_EQ(i, tn_ir_rows[row->negated].negated);
        CHECK_EQ(i, tn_ir_rows[row->swapped].swapped);
        CHECK_EQ(row->type, tn_ir_rows[row->negated].type);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
