#include "ir_test.h"

#include "base/arena.h"
#include "ir/ir_look.h"

enum {
    FRAME = 8,
    PARAMS = 1
};

static void put16(uint8_t *code, size_t at, unsigned value)
{
    code[at] = (uint8_t)value;
    code[at + 1] = (uint8_t)(value >> 8);
}

/* The word of `form` at `at`; what lies behind it is 0. */
static void put_form(uint8_t *code, size_t at, enum tn_form form)
{
    int32_t word = tn_ir_word(paper_target(), form);
    memcpy(code + at, &word, sizeof word);
}

/* What the checker says of `size` bytes of code of one parameter: the words
 * behind "register code of function 0 at ". */
static const char *fault_with(const uint8_t *code, uint32_t size,
                              struct tn_unwind unwind)
{
    static tn_error err;
    struct tn_arena arena;
    struct tn_ir_look look = {.code = code,
                              .size = size,
                              .unwind = unwind,
                              .frame_slots = FRAME,
                              .param_slots = PARAMS};
    err = (tn_error){0};
    tn_arena_init(&arena, &tn_alloc_libc);
    CHECK(tn_ir_look_init(&look, paper_target(), &arena));
    tn_status status = tn_ir_check(&look, &arena, &err);
    tn_arena_clear(&arena);
    if (status == TN_OK)
        return "sound";
    CHECK_EQ(TN_E_INVALID, status);
    return err.text + strlen("register code of function 0 at ");
}

static const char *fault_of(const uint8_t *code, uint32_t size)
{
    return fault_with(code, size, (struct tn_unwind){0});
}

TEST(what_is_written_first_may_be_read)
{
    uint8_t code[16] = {0};
    put_form(code, 0, TN_FORM_mov_s); /* s4 = s0 */
    put16(code, 4, 4);
    put_form(code, 8, TN_FORM_ret_s);
    put16(code, 14, 4);
    CHECK_STR("sound", fault_of(code, sizeof code));
    put16(code, 14, 5);
    CHECK_STR("8: a slot is read before it was written",
              fault_of(code, sizeof code));
}

TEST(the_second_of_two_moves_may_read_what_the_first_wrote)
{
    uint8_t code[20] = {0};
    put_form(code, 0, TN_FORM_mov2_s); /* s4 = s0, s5 = s4 */
    put16(code, 4, 4);
    put16(code, 8, 5);
    put16(code, 10, 4);
    put_form(code, 12, TN_FORM_ret_s);
    put16(code, 18, 5);
    CHECK_STR("sound", fault_of(code, sizeof code));
    put16(code, 6, 5); /* the first reads what the second will write */
    CHECK_STR("0: a slot is read before it was written",
              fault_of(code, sizeof code));
}

TEST(an_accumulator_must_have_been_written)
{
    uint8_t code[8] = {0};
    put_form(code, 0, TN_FORM_ret_a);
    CHECK_STR("0: the accumulator is read before it was written",
              fault_of(code, sizeof code));
    put_form(code, 0, TN_FORM_ret_v);
    CHECK_STR("0: the float accumulator is read before it was written",
              fault_of(code, sizeof code));
}

TEST(a_slot_must_lie_in_the_frame)
{
    uint8_t code[8] = {0};
    put_form(code, 0, TN_FORM_ret_s);
    put16(code, 6, FRAME);
    CHECK_STR("0: a slot outside of the frame", fault_of(code, sizeof code));
}

TEST(a_word_must_be_a_handlers)
{
    uint8_t code[8] = {0};
    put_form(code, 0, TN_FORM_ret_none);
    code[0] ^= 1;
    CHECK_STR("0: no handler has this word", fault_of(code, sizeof code));
}

TEST(an_instruction_must_end_where_the_code_does)
{
    uint8_t code[16] = {0};
    put_form(code, 0, TN_FORM_ret_none);
    CHECK_STR("0: an instruction passes the end", fault_of(code, 4));
    put_form(code, 0, TN_FORM_br_table_s);
    code[11] = 0x7f; /* very many targets */
    CHECK_STR("0: an instruction passes the end", fault_of(code, sizeof code));
}

TEST(a_branch_must_lead_to_an_instruction)
{
    uint8_t code[16] = {0};
    put_form(code, 0, TN_FORM_br);
    put_form(code, 8, TN_FORM_ret_none);
    code[4] = 8;
    CHECK_STR("sound", fault_of(code, sizeof code));
    code[4] = 4;
    CHECK_STR("0: a branch to no instruction", fault_of(code, sizeof code));
    code[4] = 16;
    CHECK_STR("0: a branch to no instruction", fault_of(code, sizeof code));
    put16(code, 4, 0xfff8), put16(code, 6, 0xffff);
    CHECK_STR("0: a branch to no instruction", fault_of(code, sizeof code));
}

TEST(the_end_must_not_be_reached)
{
    uint8_t code[8] = {0};
    put_form(code, 0, TN_FORM_zero1);
    put16(code, 4, 4);
    CHECK_STR("8: the end is reached", fault_of(code, sizeof code));
}

/* s4 is written on one of the two ways that meet at 24. */
TEST(what_only_one_path_wrote_is_not_known_where_paths_meet)
{
    uint8_t code[32] = {0};
    put_form(code, 0, TN_FORM_br_true_s); /* s0 -> 24 */
    code[8] = 24;
    put_form(code, 12, TN_FORM_mov_u); /* s4 = 0 */
    put16(code, 16, 4);
    put_form(code, 24, TN_FORM_ret_s);
    put16(code, 30, 4);
    CHECK_STR("24: a slot is read before it was written",
              fault_of(code, sizeof code));
    code[8] = 12;
    CHECK_STR("sound", fault_of(code, sizeof code));
}

/* A path back to 8 has not written s5, which is known at first. */
TEST(loops_are_gone_round_until_nothing_changes)
{
    uint8_t code[36] = {0};
    put_form(code, 0, TN_FORM_br); /* -> 20 */
    code[4] = 20;
    put_form(code, 8, TN_FORM_br_true_s); /* s5 -> 8 */
    put16(code, 12, 5);
    code[16] = 0;
    put_form(code, 20, TN_FORM_zero1); /* s4 */
    put16(code, 24, 4);
    put_form(code, 28, TN_FORM_br); /* -> 8 */
    put16(code, 32, 0xffec), put16(code, 34, 0xffff);
    CHECK_STR("8: a slot is read before it was written",
              fault_of(code, sizeof code));
}

TEST(a_handler_has_the_exception_and_what_was_known_before)
{
    uint8_t code[24] = {0};
    struct tn_clause clause = {
        .begin = 0, .end = 8, .tag = TN_NONE, .handler = 8, .ref = 5};
    struct tn_unwind unwind = {&clause, 1};
    put_form(code, 0, TN_FORM_throw_ref); /* s0 */
    put_form(code, 8, TN_FORM_mov2_s);    /* s6 = s5, s7 = s0 */
    put16(code, 12, 6);
    put16(code, 14, 5);
    put16(code, 16, 7);
    put_form(code, 20, TN_FORM_unreachable);
    CHECK_STR("sound", fault_with(code, sizeof code, unwind));
    put16(code, 18, 4);
    CHECK_STR("8: a slot is read before it was written",
              fault_with(code, sizeof code, unwind));
    put16(code, 18, 0);
    clause.handler = 12;
    CHECK_STR("0: a branch to no instruction",
              fault_with(code, sizeof code, unwind));
    clause.handler = 8;
    clause.ref = FRAME;
    CHECK_STR("0: an exception outside of the frame",
              fault_with(code, sizeof code, unwind));
    clause.ref = 5;
    clause.end = 28;
    CHECK_STR("0: a guard outside of the code",
              fault_with(code, sizeof code, unwind));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
