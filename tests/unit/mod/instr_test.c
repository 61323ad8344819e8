#include "mod/instr.h"
#include "mod_bytes.h"

/* Immediates of each kind, in shortest form, different from zero. */
struct sample {
    uint8_t size, bytes[20];
};

/* clang-format off */
static const struct sample samples[TN_IMM_COUNT] = {
    [TN_IMM_NONE]          = {0, {0}},
    [TN_IMM_MEMARG1]       = {2, {0, 5}},
    [TN_IMM_MEMARG2]       = {4, {0x41, 3, 0x80, 1}},
    [TN_IMM_MEMARG4]       = {12, {0x42, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}},
    [TN_IMM_MEMARG8]       = {2, {3, 7}},
    [TN_IMM_MEMARG16]      = {2, {4, 9}},
    [TN_IMM_MEMARG1_LANE]  = {3, {0, 1, 15}},
    [TN_IMM_MEMARG2_LANE]  = {3, {1, 1, 7}},
    [TN_IMM_MEMARG4_LANE]  = {4, {0x42, 1, 1, 3}},
    [TN_IMM_MEMARG8_LANE]  = {3, {3, 1, 1}},
    [TN_IMM_LANE2]         = {1, {1}},
    [TN_IMM_LANE4]         = {1, {3}},
    [TN_IMM_LANE8]         = {1, {7}},
    [TN_IMM_LANE16]        = {1, {15}},
    [TN_IMM_BLOCK]         = {2, {0xc0, 0}}, /* type 64, whose byte is no type */
    [TN_IMM_LABEL]         = {1, {2}},
    [TN_IMM_LABELS]        = {6, {3, 0, 1, 0x80, 1, 7}},
    [TN_IMM_FUNC]          = {2, {0x81, 1}},
    [TN_IMM_TYPE]          = {1, {4}},
    [TN_IMM_CALL_INDIRECT] = {2, {3, 2}},
    [TN_IMM_LOCAL]         = {1, {9}},
    [TN_IMM_GLOBAL]        = {1, {9}},
    [TN_IMM_TABLE]         = {1, {9}},
    [TN_IMM_TABLE_TABLE]   = {2, {1, 2}},
    [TN_IMM_ELEM]          = {1, {1}},
    [TN_IMM_ELEM_TABLE]    = {2, {1, 2}},
    [TN_IMM_DATA]          = {1, {1}},
    [TN_IMM_DATA_MEM]      = {2, {1, 2}},
    [TN_IMM_MEM]           = {1, {1}},
    [TN_IMM_MEM_MEM]       = {2, {1, 2}},
    [TN_IMM_TAG]           = {1, {1}},
    [TN_IMM_TYPE_FIELD]    = {2, {1, 2}},
    [TN_IMM_TYPE_TYPE]     = {2, {1, 2}},
    [TN_IMM_TYPE_DATA]     = {2, {1, 2}},
    [TN_IMM_TYPE_ELEM]     = {2, {1, 2}},
    [TN_IMM_TYPE_N]        = {2, {1, 2}},
    [TN_IMM_I32]           = {5, {0x80, 0x80, 0x80, 0x80, 0x78}},
    [TN_IMM_I64]           = {10, {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f}},
    [TN_IMM_F32]           = {4, {1, 2, 0xa0, 0x7f}},
    [TN_IMM_F64]           = {8, {1, 2, 3, 4, 5, 6, 0xf4, 0xff}},
    [TN_IMM_V128]          = {16, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}},
    [TN_IMM_LANES16]       = {16, {31, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}},
    [TN_IMM_HEAP]          = {2, {0xc0, 0}},
    [TN_IMM_CAST]          = {4, {2, 1, 0x6e, 5}},
    [TN_IMM_SELECT_T]      = {4, {2, 0x7f, 0x63, 7}},
    [TN_IMM_TRY_TABLE]     = {12, {0x7f, 4, 0, 1, 2, 1, 3, 4, 2, 5, 3, 6}},
    [TN_IMM_FENCE]         = {1, {0}},
};
/* clang-format on */

static tn_error err;

static struct tn_cursor over(const uint8_t *bytes, size_t size)
{
    err = (tn_error){0};
    return (struct tn_cursor){bytes, bytes, bytes + size, &err, false};
}

static size_t put_sample(uint8_t *at, const struct tn_opcode_info *info)
{
    uint8_t *begin = at;
    *at++ = (uint8_t)(info->prefix ? info->prefix : info->code);
    if (info->prefix != 0 && info->code >= 0x80) {
        *at++ = (uint8_t)(info->code & 0x7f) | 0x80;
        *at++ = (uint8_t)(info->code >> 7);
    } else if (info->prefix != 0) {
        *at++ = (uint8_t)info->code;
    }
    const struct sample *sample = &samples[info->imm];
    memcpy(at, sample->bytes, sample->size);
    return (size_t)(at - begin) + sample->size;
}

TEST(every_instruction_is_read_and_written_the_same)
{
    for (int i = 0; i < TN_OP_COUNT; i++) {
        uint8_t bytes[32];
        size_t size = put_sample(bytes, &tn_mod_opcodes[i]);
        struct tn_cursor c = over(bytes, size);
        struct tn_instr instr;
        if (!tn_instr_read(&c, &instr) || c.at != c.end || (int)instr.op != i)
            FAIL("%s: %s", tn_mod_opcodes[i].text, err.text);
        struct tn_buf out;
        tn_buf_init(&out, &tn_alloc_libc);
        tn_instr_write(&out, &instr);
        if (out.size != size || memcmp(out.at, bytes, size) != 0)
            FAIL("%s is not written as it was", tn_mod_opcodes[i].text);
        tn_buf_clear(&out);
    }
}

TEST(no_instruction_is_read_from_less_than_all_of_it)
{
    for (int i = 0; i < TN_OP_COUNT; i++) {
        uint8_t bytes[32];
        size_t size = put_sample(bytes, &tn_mod_opcodes[i]);
        for (size_t n = 0; n < size; n++) {
            struct tn_cursor c = over(bytes, n);
            struct tn_instr instr;
            if (tn_instr_read(&c, &instr) || !c.failed || c.at != c.end)
                FAIL("%s of %d bytes", tn_mod_opcodes[i].text, (int)n);
        }
    }
}

static struct tn_instr read_one(const uint8_t *bytes, size_t size)
{
    struct tn_cursor c = over(bytes, size);
    struct tn_instr instr;
    if (!tn_instr_read(&c, &instr))
        instr.op = TN_OP_COUNT;
    return instr;
}

TEST(immediates_are_where_the_header_says)
{
    struct tn_instr in = read_one(BYTES(0x11, 3, 2));
    CHECK(in.a == 3 && in.b == 2);
    in = read_one(BYTES(0x28, 0x42, 1, 4));
    CHECK_EQ(2, in.memarg.align_log2);
    CHECK_EQ(1, in.memarg.memory);
    CHECK_EQ(4, in.memarg.offset);
    in = read_one(BYTES(0x41, 0x7f));
    CHECK_EQ(-1, in.of.i);
    in = read_one(BYTES(0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f));
    CHECK(in.of.bits == 0x3ff0000000000000u);
    in = read_one(BYTES(0xfb, 0x18, 2, 1, 0x6e, 5));
    CHECK_EQ(1, in.a);
    CHECK_EQ(TN_REF(TN_HEAP_ANY, false), in.of.cast[0]);
    CHECK_EQ(TN_REF(TN_HEAP_DEFINED + 5, true), in.of.cast[1]);
    in = read_one(BYTES(0x02, 0x40));
    CHECK_EQ(TN_BLOCK_EMPTY, in.block.kind);
    in = read_one(BYTES(0x02, 0x6f));
    CHECK_EQ(TN_EXTERNREF_TYPE, in.block.value);
    in = read_one(BYTES(0x02, 5));
    CHECK_EQ(5, in.block.type_index);
}

TEST(lists_are_read_again_from_rest)
{
    struct tn_instr in = read_one(BYTES(0x0e, 2, 5, 0x80, 1, 7));
    struct tn_cursor rest = in.rest;
    CHECK_EQ(2, in.count);
    CHECK_EQ(5, tn_instr_label(&rest));
    CHECK_EQ(128, tn_instr_label(&rest));
    CHECK_EQ(7, tn_instr_label(&rest));
    CHECK(rest.at == rest.end && !rest.failed);
    in = read_one(BYTES(0x1f, 0x40, 2, 1, 3, 4, 2, 5));
    rest = in.rest;
    struct tn_catch first = tn_instr_catch(&rest);
    struct tn_catch second = tn_instr_catch(&rest);
    CHECK(first.kind == 1 && first.tag == 3 && first.label == 4);
    CHECK(second.kind == 2 && second.label == 5);
}

static void check_instr_refused(const char *why, const uint8_t *bytes,
                                size_t size)
{
    CHECK_EQ(TN_OP_COUNT, read_one(bytes, size).op);
    CHECK_STR(why, err.text);
}

TEST(what_is_no_instruction_is_refused_in_the_suite_s_words)
{
    check_instr_refused("illegal opcode ff", BYTES(0xff, 0));
    check_instr_refused("illegal opcode 16", BYTES(0x16));
    check_instr_refused("illegal opcode fc 20", BYTES(0xfc, 0x20));
    check_instr_refused("illegal opcode fd 9a", BYTES(0xfd, 0x9a, 1));
    check_instr_refused("malformed memop flags", BYTES(0x28, 0x80, 1, 0));
    check_instr_refused("zero byte expected", BYTES(0xfe, 3, 1));
    check_instr_refused("length out of bounds", BYTES(0x0e, 100, 0));
    check_instr_refused("malformed br_on_cast flags",
                        BYTES(0xfb, 0x18, 4, 0, 0x6e, 0x6e));
    check_instr_refused("malformed value type", BYTES(0x02, 0x60));
    check_instr_refused("malformed heap type", BYTES(0xd0, 0x40));
    check_instr_refused("malformed catch clause", BYTES(0x1f, 0x40, 1, 4, 0));
    check_instr_refused("integer too large",
                        BYTES(0x10, 0xff, 0xff, 0xff, 0xff, 0x7f));
    CHECK_EQ(5, err.offset);
}

TEST(every_value_type_is_read_and_written_the_same)
{
    uint8_t bytes[2] = {0, 0};
    int count = 0;
    for (unsigned byte = 0; byte < 256; byte++) {
        bytes[0] = (uint8_t)byte;
        struct tn_cursor c = over(bytes, 1);
        tn_valtype type = tn_read_storage(&c);
        if (c.failed)
            continue;
        struct tn_buf out;
        tn_buf_init(&out, &tn_alloc_libc);
        tn_write_valtype(&out, type);
        CHECK_EQ(1, out.size);
        CHECK_EQ(byte, out.at[0]);
        tn_buf_clear(&out);
        count++;
    }
    CHECK_EQ(5 + 2 + 12, count);
}

TEST(a_type_index_beyond_all_modules_is_still_one_that_does_not_exist)
{
    struct tn_cursor c = over(BYTES(0x63, 0xff, 0xff, 0xff, 0xff, 0x0f));
    tn_valtype type = tn_read_valtype(&c);
    CHECK(!c.failed && tn_is_nullable(type));
    CHECK(tn_heap_of(type) - TN_HEAP_DEFINED > TN_MAX_TYPES);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
