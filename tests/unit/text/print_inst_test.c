#include "text/print.h"

#include "base/map.h"
#include "tn_test.h"

static char printed[4000];

/* Prints the instructions in `bytes`, of a module with nothing in it. */
static const char *print_bytes(const uint8_t *bytes, size_t size)
{
    struct tn_mod mod = {.alloc = &tn_alloc_libc, .bytes = bytes, .size = size};
    struct tn_buf out;
    tn_error err = {0};
    tn_buf_init(&out, &tn_alloc_libc);
    struct tn_printer p = {.mod = &mod, .out = &out, .err = &err};
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

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
