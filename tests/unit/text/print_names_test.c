#include "text/print.h"

#include "fault_alloc.h"
#include "read_back.h"
#include "text/wat.h"

static const char all_named[] =
    "(module $m (@name \"the module\")"
    "(type $s (struct (field $x i32) (field (@name \"x\") i32) (field i8)))"
    "(type $f (func (param i32)))"
    "(import \"\" \"f\" (func $imported (type $f) (param $p i32)))"
    "(import \"\" \"m\" (memory 1))"
    "(func (import \"\" \"g\") (param $p i32) (param i64) (param $p i32)"
    "  (param (@name \"\") f32))"
    "(table $t 1 funcref) (memory $mem 1) (tag $e (type $f))"
    "(global $g (mut i32) (i32.const 0))"
    "(elem $el func $imported) (data $d \"x\")"
    "(func $f (type $f) (param $p i32) (local $l i32) (local i64 i64)"
    "  (local (@name \"\") f32)"
    "  block $b loop $\"b c\" br $b end end block (result i32) try_table $b "
    "(catch $e 0) end i32.const 0 end drop"
    "  global.get $g local.set $l (i32.load $mem (local.get $p)) drop"
    "  (struct.get $s $x (ref.null $s)) drop elem.drop $el data.drop $d"
    "  i32.const 0 call_indirect $t (type $f) (ref.null $s) drop)"
    "(func $\"with \\\"quotes\\\" and \\u{e9}\")"
    "(func (@name \"f\")) (func (@name \"\")))";

TEST(names_read_back)
{
    check_text_back(all_named);
    check_text_back("(module (func $a) (func) (func $b (param i32 i32)))");
    check_text_back("(module $only)");
}

TEST(a_name_section_that_says_more_is_kept)
{
    /* of a function that is not there; doubled; at another place */
    check_text_back("(module (func) (@custom \"name\" "
                    "\"\\01\\07\\02\\00\\01a\\09\\01b\"))");
    check_text_back(
        "(module (func) (@custom \"name\" \"\\01\\04\\01\\00\\01a\")"
        "(@custom \"name\" \"\\01\\04\\01\\00\\01a\"))");
    check_text_back("(module (func) (@custom \"name\" (before func) "
                    "\"\\01\\04\\01\\00\\01a\"))");
    check_text_back("(module (func) (@custom \"name\" \"\\ff\\ff\\ff\"))");
    check_text_back("(module (func) (@custom \"name\" \"\"))");
}

/* Request `n` of the printer fails, and `count` in all. How many there were. */
static size_t print_short(const struct tn_buf *bytes, size_t n, size_t count)
{
    struct fault fault = fault_never();
    tn_allocator alloc = fault_allocator(&fault);
    struct tn_mod *mod;
    struct tn_buf out;
    tn_error err = {0};
    CHECK_EQ(TN_OK, tn_mod_decode(bytes->at, bytes->size, UINT64_MAX, &alloc,
                                  &mod, NULL));
    tn_buf_init(&out, &alloc);
    size_t before = fault.requests;
    fault.fail_from = before + n;
    fault.fail_count = count;
    tn_status status = tn_text_print(mod, &out, &err);
    size_t reached = fault.requests - before;
    CHECK_EQ(reached > n ? TN_E_NOMEM : TN_OK, status);
    CHECK_EQ(status, err.status);
    tn_buf_clear(&out);
    tn_mod_free(mod);
    CHECK_EQ(0, fault.live);
    CHECK_EQ(0, fault.wrong_size);
    return reached;
}

TEST(no_memory_while_printing_leaves_nothing)
{
    struct tn_buf bytes;
    tn_buf_init(&bytes, &tn_alloc_libc);
    CHECK_EQ(TN_OK, tn_text_parse(all_named, sizeof all_named - 1,
                                  &tn_alloc_libc, &bytes, NULL));
    size_t n = 0, reached;
    do {
        reached = print_short(&bytes, n, SIZE_MAX);
        (void)print_short(&bytes, n, 1);
    } while (reached > n++);
    CHECK(n > 20);
    tn_buf_clear(&bytes);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
