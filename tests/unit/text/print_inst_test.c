#include "text/print.h"

#include "base/map.h"
#include "read_back.h"

static char printed[4000];

/* Prints the instructions in `bytes`, of a module with nothing in it. */
static const char *print_bytes(const uint8_t *bytes, size_t size)
{
    struct tn_mod mod = {.alloc = &tn_alloc_libc, .bytes = bytes, .size = size};
    struct tn_buf out;
    tn_error err = {0};
    tn_buf_init(&out, &tn_alloc_libc);
    struct tn_printer p = {
        .mod = &mod, .out = &out, .err = &err, .next_label = TN_NONE};
    tn_status status =
        tn_text_print_const(&p, (struct tn_range){0, (uint32_t)size});
    (void)snprintf(printed, sizeof printed, "%.*s%s", (int)out.size,
                   (const char *)out.at, status == TN_OK ? "" : err.text);
    tn_buf_clear(&out);
    return printed;
}

#define PRINTS(want, ...)                                    \
    do {                                                     \
        const uint8_t bytes_[] = {__VA_ARGS__};              \
        CHECK_STR(want, print_bytes(bytes_, sizeof bytes_)); \
    } while (0)

TEST(every_row_prints_its_name)
{
    for (int op = 0; op < TN_OP_COUNT; op++) {
        struct tn_instr in = {.op = (enum tn_opcode)op};
        const uint8_t label = 0;
        struct tn_buf buf;
        in.rest = (struct tn_cursor){&label, &label, &label + 1, NULL, false};
        tn_buf_init(&buf, &tn_alloc_libc);
        tn_instr_write(&buf, &in);
        tn_buf_byte(&buf, 0x01); /* so that an `end` is not the last */
        CHECK(!buf.failed);
        const char *got = print_bytes(buf.at, buf.size);
        tn_buf_clear(&buf);
        const char *name = tn_mod_opcodes[op].text;
        size_t size = strlen(name);
        CHECK(strncmp(name, got, size) == 0);
        CHECK(got[size] == ' ');
        CHECK_STR(" nop", got + strlen(got) - 4);
    }
}

TEST(what_is_usual_is_left_out)
{
    PRINTS("i32.load", 0x28, 2, 0);
    PRINTS("i32.load offset=8 align=2", 0x28, 1, 8);
    PRINTS("i32.load 3 offset=8", 0x28, 0x42, 3, 8);
    PRINTS("memory.copy", 0xfc, 0x0a, 0, 0);
    PRINTS("memory.copy 1 0", 0xfc, 0x0a, 1, 0);
    PRINTS("memory.init 2", 0xfc, 0x08, 2, 0);
    PRINTS("memory.init 1 2", 0xfc, 0x08, 2, 1);
    PRINTS("call_indirect (type 1)", 0x11, 1, 0);
    PRINTS("call_indirect 2 (type 1)", 0x11, 1, 2);
}

TEST(floats_are_printed_exactly)
{
    PRINTS("f32.const 1", 0x43, 0, 0, 0x80, 0x3f);
    PRINTS("f32.const -0", 0x43, 0, 0, 0, 0x80);
    PRINTS("f32.const 0x1.8p-1 (;0.75;)", 0x43, 0, 0, 0x40, 0x3f);
    PRINTS("f32.const -inf", 0x43, 0, 0, 0x80, 0xff);
    PRINTS("f32.const nan", 0x43, 0, 0, 0xc0, 0x7f);
    PRINTS("f32.const -nan:0x200001", 0x43, 1, 0, 0xa0, 0xff);
    PRINTS("f32.const 0x0.000002p-126 (;1.4013e-45;)", 0x43, 1, 0, 0, 0);
    PRINTS("f64.const 0x1.999999999999ap-4 (;0.1;)", 0x44, 0x9a, 0x99, 0x99,
           0x99, 0x99, 0x99, 0xb9, 0x3f);
}

TEST(types_and_lists_are_printed_as_people_write_them)
{
    PRINTS("block (result i32) br 0", 0x02, 0x7f, 0x0c, 0);
    PRINTS("br_table 1 2 3", 0x0e, 2, 1, 2, 3);
    PRINTS("select (result funcref)", 0x1c, 1, 0x70);
    PRINTS("ref.null func", 0xd0, 0x70);
    PRINTS("ref.null 5", 0xd0, 5);
    PRINTS("ref.test (ref null 5)", 0xfb, 0x15, 5);
    PRINTS("br_on_cast 0 anyref (ref i31)", 0xfb, 0x18, 1, 0, 0x6e, 0x6c);
    PRINTS("try_table (catch 1 2) (catch_all 0)", 0x1f, 0x40, 2, 0, 1, 2, 2, 0);
    PRINTS("v128.const i32x4 0x00000001 0x00000000 0x00000000 0xff000000", 0xfd,
           0x0c, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff);
}

/* Blocks and lists have tests of their own. */
static bool is_simple(enum tn_opcode op)
{
    switch ((enum tn_imm)tn_mod_opcodes[op].imm) {
    case TN_IMM_BLOCK:
    case TN_IMM_LABELS:
    case TN_IMM_SELECT_T:
    case TN_IMM_TRY_TABLE:
        return false;
    default:
        return op != TN_OP_else_ && op != TN_OP_catch &&
               op != TN_OP_catch_all && op != TN_OP_delegate && op != TN_OP_end;
    }
}

/* Of a module with one function of all that is simple, the code section and
 * what it needs. Everything that is named is 0, or with `other`, something
 * else; it need not be valid. */
static struct tn_buf module_of_all(bool other)
{
    struct tn_buf body, m;
    tn_buf_init(&body, &tn_alloc_libc);
    tn_buf_init(&m, &tn_alloc_libc);
    tn_buf_byte(&body, 0);
    for (int op = 0; op < TN_OP_COUNT; op++) {
        enum tn_imm imm = (enum tn_imm)tn_mod_opcodes[op].imm;
        struct tn_instr in = {.op = (enum tn_opcode)op};
        if (!is_simple(in.op))
            continue;
        in.a = in.b = in.memarg.memory = in.lane = other;
        in.memarg.offset = other ? 0x123456789 : 0;
        in.memarg.align_log2 =
            other || !tn_imm_is_memarg(imm) ? 0 : tn_imm_align_log2(imm);
        in.of.bits = other ? 0x800000007fa00000 : 0;
        if (imm == TN_IMM_I32)
            in.of.i = -(int64_t)other;
        if (imm == TN_IMM_HEAP)
            in.of.heap = other ? TN_HEAP_DEFINED : TN_HEAP_FUNC;
        if (imm == TN_IMM_CAST) {
            in.of.cast[0] = TN_REF(TN_HEAP_ANY, other);
            in.of.cast[1] = TN_REF(TN_HEAP_DEFINED, other);
        }
        tn_instr_write(&body, &in);
    }
    tn_buf_byte(&body, 0x0b);
    tn_buf_put(&m, "\0asm\1\0\0\0\1\4\1\x60\0\0\3\2\1\0\xc\1\0", 21);
    struct tn_buf section;
    tn_buf_init(&section, &tn_alloc_libc);
    tn_buf_byte(&section, 1);
    tn_buf_uleb(&section, body.size);
    tn_buf_put(&section, body.at, body.size);
    tn_buf_byte(&m, 10);
    tn_buf_uleb(&m, section.size);
    tn_buf_put(&m, section.at, section.size);
    tn_buf_clear(&section);
    tn_buf_clear(&body);
    return m;
}

TEST(every_instruction_reads_back)
{
    for (int other = 0; other < 2; other++) {
        struct tn_buf m = module_of_all(other);
        check_bytes_back((const char *)m.at, m.size);
        tn_buf_clear(&m);
    }
}

TEST(blocks_and_lists_read_back)
{
    check_text_back(
        "(module (type $v (func)) (type $i (func (param i32) (result i32)))"
        "(tag (type $v)) (func"
        "  block end block (result i32) end block (type $v) end"
        "  loop (type $i) end if (result externref) else end"
        "  try_table (type $i) (catch 0 0) (catch_ref 0 1) (catch_all 0)"
        "    (catch_all_ref 0) end"
        "  try (result i32) catch 0 catch_all rethrow 0 end try delegate 0"
        "  br_table 0 br_table 0 0 0 select (result i32)"
        "  select (result (ref null $v))))");
}

TEST(numbers_read_back_to_the_bit)
{
    check_text_back(
        "(module (func f32.const -0 f32.const nan f32.const -nan:0x1 "
        "f32.const inf f32.const 0x1p-149 f32.const 0.1 f32.const 1e38 "
        "f32.const 0x1.fffffep127 f32.const 16777217 f64.const nan:0x1 "
        "f64.const -inf f64.const 4.9e-324 f64.const 0.1 f64.const 1e308 "
        "f64.const 4294967295 f64.const 0x1.fffffffffffffp1023 "
        "i32.const -2147483648 i64.const -9223372036854775808 "
        "v128.const i64x2 -1 0x0123456789abcdef))");
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
