#include "dyn_test.h"
#include "fault_alloc.h"

/* --- imports -------------------------------------------------------------------- */

static const enum tn_dyn_ref_kind import_kinds[] = {
    TN_DYN_REF_MEMORY,     TN_DYN_REF_TABLE,   TN_DYN_REF_MEMORY_BASE,
    TN_DYN_REF_TABLE_BASE, TN_DYN_REF_FUNC,    TN_DYN_REF_STACK_POINTER,
    TN_DYN_REF_GOT_FUNC,   TN_DYN_REF_GOT_MEM, TN_DYN_REF_GOT_MEM,
    TN_DYN_REF_TAG,        TN_DYN_REF_HOST,    TN_DYN_REF_HOST,
    TN_DYN_REF_HOST,       TN_DYN_REF_HOST,    TN_DYN_REF_HOST,
    TN_DYN_REF_HOST,       TN_DYN_REF_HOST,    TN_DYN_REF_HOST,
    TN_DYN_REF_TABLE_BASE, TN_DYN_REF_FUNC,    TN_DYN_REF_HOST,
};

TEST(each_import_is_what_the_convention_says)
{
    struct seen s = see(
        BASES
        "(import \"env\" \"f\" (func))"
        "(import \"env\" \"__stack_pointer\" (global (mut i64)))"
        "(import \"GOT.func\" \"f\" (global (mut i32)))"
        "(import \"GOT.mem\" \"x\" (global (mut i32)))"
        "(import \"GOT.mem\" \"y\" (global (mut i64)))"
        "(import \"env\" \"t\" (tag (param i32)))"
        "(import \"GOT.mem\" \"x\" (func))"                     /* a function */
        "(import \"GOT.func\" \"f\" (global i32))"              /* immutable */
        "(import \"GOT.mem\" \"z\" (global (mut f32)))"         /* no address */
        "(import \"env\" \"__stack_pointer\" (global i32))"     /* immutable */
        "(import \"env\" \"__memory_base\" (global (mut i32)))" /* mutable */
        "(import \"env\" \"g\" (global i32))"
        "(import \"env\" \"memory\" (table 0 funcref))"
        "(import \"wasi_snapshot_preview1\" \"fd_write\" (func))"
        "(import \"env\" \"__table_base32\" (global i32))"
        "(import \"env\" \"memory\" (func))"
        "(import \"GOT.data\" \"x\" (global (mut i32)))");
    CHECK_STR("", s.err.text);
    CHECK_EQ(sizeof import_kinds / sizeof *import_kinds, s.mod->import_count);
    for (uint32_t i = 0; i < s.mod->import_count; i++) {
        CHECK_EQ(import_kinds[i], s.image->refs[i].kind);
        CHECK_EQ(tn_dyn_hash(s.mod->imports[i].name), s.image->refs[i].hash);
        CHECK(!s.image->refs[i].is_weak);
    }
    CHECK(s.image->is_pic && !s.image->is_64);
    unsee(&s);
}

/* env.w and env.x are weak, env.s is not; of another module nothing is. */
TEST(what_is_weak_is_so_in_each_of_its_forms)
{
    struct seen s = see(DYLINK(
        "\\04\\1b\\04\\03env\\01w\\11\\03env\\01s\\10\\03env\\01x\\01"
        "\\01m\\01s\\01") "(import \"env\" \"w\" (func))"
                          "(import \"GOT.func\" \"w\" (global (mut i32)))"
                          "(import \"GOT.mem\" \"x\" (global (mut i32)))"
                          "(import \"env\" \"x\" (tag))"
                          "(import \"env\" \"s\" (func))"
                          "(import \"GOT.func\" \"s\" (global (mut i32)))"
                          "(import \"m\" \"w\" (func))"
                          "(import \"env\" \"w\" (global i32))");
    CHECK_STR("", s.err.text);
    for (uint32_t i = 0; i < s.mod->import_count; i++)
        CHECK_EQ(i < 4, s.image->refs[i].is_weak);
    CHECK(!s.image->is_pic);
    unsee(&s);
}

TEST(dylink_alone_makes_no_module_position_independent)
{
    struct seen s = see(DYLINK(MEM_INFO) "(memory i64 1)");
    CHECK(s.image->dylink.is_present);
    CHECK(!s.image->is_pic && s.image->is_64);
    unsee(&s);
    s = see("(import \"env\" \"__table_base\" (global i64))");
    CHECK(!s.image->dylink.is_present);
    CHECK(s.image->is_pic && !s.image->is_64);
    unsee(&s);
}

/* --- functions for the linker, thread-local data ------------------------------------ */

TEST(functions_for_the_linker_are_own_ones_of_their_type)
{
    struct seen s = see("(func (export \"__wasm_apply_data_relocs\"))"
                        "(func (export \"__wasm_call_ctors\"))"
                        "(func (export \"__wasm_call_dtors\"))"
                        "(func (export \"_start\"))"
                        "(func (export \"__wasm_init_tls\") (param i32))");
    CHECK_EQ(0, s.image->apply_data_relocs);
    CHECK_EQ(1, s.image->initialize);
    CHECK_STR("__wasm_call_ctors", s.image->initialize_name);
    CHECK_EQ(2, s.image->call_dtors);
    CHECK_EQ(3, s.image->start);
    CHECK_EQ(4, s.image->init_tls);
    unsee(&s);
    s = see("(func (export \"__wasm_call_ctors\"))"
            "(func (export \"_initialize\"))"
            "(func (export \"__wasm_init_tls\") (param i64))"
            "(func (export \"__wasm_apply_data_relocs\") (param i32))"
            "(func (export \"_start\") (result i32) i32.const 0)"
            "(global (export \"__wasm_call_dtors\") i32 (i32.const 0))");
    CHECK_EQ(TN_NONE, s.image->apply_data_relocs);
    CHECK_EQ(1, s.image->initialize);
    CHECK_STR("_initialize", s.image->initialize_name);
    CHECK_EQ(TN_NONE, s.image->call_dtors);
    CHECK_EQ(TN_NONE, s.image->start);
    CHECK_EQ(2, s.image->init_tls);
    unsee(&s);
    s = see("(import \"env\" \"_initialize\" (func $i))"
            "(export \"_initialize\" (func $i))"
            "(func (export \"__wasm_init_tls\") (param f32))");
    CHECK_EQ(TN_NONE, s.image->initialize);
    CHECK(s.image->initialize_name == NULL);
    CHECK_EQ(TN_NONE, s.image->init_tls);
    unsee(&s);
}

#define TLS(size, align)                                        \
    "(global (export \"__tls_size\") i32 (i32.const " size "))" \
    "(global (export \"__tls_align\") i32 (i32.const " align "))"

TEST(thread_local_data_has_a_size_and_an_alignment)
{
    struct seen s = see(TLS("40", "16"));
    CHECK_EQ(40, s.image->tls_size);
    CHECK_EQ(16, s.image->tls_align);
    unsee(&s);
    s = see("(global (export \"__tls_size\") (mut i32) (i32.const 40))");
    CHECK_EQ(0, s.image->tls_size);
    CHECK_EQ(1, s.image->tls_align);
    unsee(&s);
    check_linkable(TLS("0", "0"));
    check_unlinkable("__tls_align is 0, and must be a power of two",
                     TLS("1", "0"));
    check_unlinkable("__tls_align is 12, and must be a power of two",
                     TLS("1", "12"));
}

/* --- start functions ----------------------------------------------------------------- */

static bool starts_alone(const char *text)
{
    struct seen s = see(text);
    bool is_local = s.image != NULL && s.image->start_is_local;
    unsee(&s);
    CHECK_STR("", s.err.text);
    return is_local;
}

#define WITH_IMPORT "(import \"env\" \"f\" (func $f)) (table 1 funcref)"

TEST(a_start_function_that_calls_nobody_else_is_local)
{
    CHECK(starts_alone(WITH_IMPORT));
    CHECK(starts_alone(WITH_IMPORT "(func $s) (start $s)"));
    CHECK(starts_alone(WITH_IMPORT "(func $s call $t) (func $t call $s call $t)"
                                   "(func $u call $f) (start $s)"));
    CHECK(starts_alone(WITH_IMPORT "(func $s ref.func $f drop) (elem declare "
                                   "func $f) (start $s)"));
    CHECK(!starts_alone(WITH_IMPORT "(start $f)"));
    CHECK(!starts_alone(WITH_IMPORT "(func $s call $f) (start $s)"));
    CHECK(!starts_alone(WITH_IMPORT "(func $s block call $t end) (func $t "
                                    "return_call $f) (start $s)"));
    CHECK(!starts_alone(WITH_IMPORT "(func $s (call_indirect (i32.const 0)))"
                                    "(start $s)"));
    CHECK(!starts_alone(WITH_IMPORT
                        "(func $s (return_call_indirect (i32.const 0)))"
                        "(start $s)"));
    CHECK(!starts_alone("(type $v (func)) (func $s (call_ref $v (ref.func $s)))"
                        "(elem declare func $s) (start $s)"));
    CHECK(!starts_alone("(type $v (func))"
                        "(func $s (return_call_ref $v (ref.func $s)))"
                        "(elem declare func $s) (start $s)"));
}

TEST(long_chains_and_deep_expressions_need_no_stack)
{
    enum {
        MANY = 100000
    };
    struct tn_buf text;
    tn_buf_init(&text, &tn_alloc_libc);
    for (int i = 0; i < MANY; i++)
        tn_buf_print(&text, "(func call %d)", (i + 1) % MANY);
    tn_buf_print(&text, "(start 0) (global (export \"x\") i32 ");
    for (int i = 0; i < 20000; i++)
        tn_buf_print(&text, "i32.const 3 ");
    for (int i = 1; i < 20000; i++)
        tn_buf_print(&text, "i32.add ");
    tn_buf_print(&text, ")");
    tn_buf_byte(&text, '\0');
    struct seen s = see((const char *)text.at);
    tn_buf_clear(&text);
    CHECK_STR("", s.err.text);
    CHECK(s.image->start_is_local);
    CHECK_STR("data ea60 absolute", def_text(s.image, "x"));
    unsee(&s);
}

/* --- memory --------------------------------------------------------------------------- */

TEST(no_memory_for_an_image_is_said_and_nothing_leaks)
{
    struct seen s =
        see(DYLINK(
            "\\01\\05\\80\\20\\04\\08\\00\\02\\03\\01\\01l\\03\\04\\01\\01x\\04"
            "\\04\\08\\01\\03env\\01w\\11\\05\\03\\01\\01.") BASES
            "(import \"env\" \"w\" (func)) (func $f (export \"f\")) (start $f)"
            "(global (export \"x\") i64 (i64.add (i64.const -1) (i64.const 1)))"
            "(global (export \"y\") i64 (i64.const 0x100000000))"
            "(elem (global.get $tb) func $f) (data (global.get $mb) \"a\")");
    CHECK_STR("", s.err.text);
    tn_status status = TN_E_NOMEM;
    size_t n = 0;
    for (; status != TN_OK; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct tn_dyn_image *image;
        tn_error err = {0};
        status = tn_dyn_image_read(s.mod, &alloc, &image, &err);
        CHECK(status == TN_OK || status == TN_E_NOMEM);
        CHECK_EQ(status, err.status);
        CHECK_EQ(status == TN_OK, image != NULL);
        tn_dyn_image_free(image);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
        CHECK(n < 1000);
    }
    CHECK(n > 4);
    unsee(&s);
}

/* Arenas take memory in chunks, so that above few requests fail. Here each
 * array is larger than what is left of one. */
TEST(no_memory_for_a_large_image_is_said_and_nothing_leaks)
{
    enum {
        MANY = 30000
    };
    struct tn_buf text;
    tn_buf_init(&text, &tn_alloc_libc);
    tn_buf_print(&text, BASES);
    for (int i = 0; i < MANY; i++)
        tn_buf_print(&text, "(import \"env\" \"i%d\" (func))", i);
    tn_buf_print(&text, "(global (export \"high\") i64 (i64.const -1))");
    for (int i = 0; i < MANY; i++)
        tn_buf_print(&text,
                     "(func $f%d (export \"f%d\"))"
                     "(global (export \"g%d\") i32 (i32.const %d))",
                     i, i, i, i);
    tn_buf_print(&text, "(start $f0) (elem (global.get $tb) func");
    for (int i = 0; i < MANY; i++)
        tn_buf_print(&text, " $f%d", i);
    tn_buf_print(&text, ") (data (global.get $mb) \"a\")");
    tn_buf_byte(&text, '\0');
    struct seen s = see((const char *)text.at);
    tn_buf_clear(&text);
    CHECK_STR("", s.err.text);
    tn_status status = TN_E_NOMEM;
    size_t n = 0;
    for (; status != TN_OK; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct tn_dyn_image *image;
        tn_error err = {0};
        status = tn_dyn_image_read(s.mod, &alloc, &image, &err);
        CHECK_EQ(status, err.status);
        tn_dyn_image_free(image);
        CHECK_EQ(0, fault.live);
        CHECK(n < 1000);
    }
    CHECK(n > 12);
    unsee(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
