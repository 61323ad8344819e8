/* Whose export meets an import, and why nobody's does. */
#include "prog/prog_set.h"

#include "tiny.h"
#include "tn_test.h"

static struct tiny_set s;
static struct tiny t;
static struct tn_prog_fault fault;

/* A module that exports a function `name`, and an allocator. */
static void add_exporter(const char *module, const char *name,
                         enum tiny_type type)
{
    tiny_begin(&t, module);
    tiny_func(&t, name, type);
    tiny_func(&t, "patch_malloc", TINY_I32_I32);
    tiny_memory(&t, "memory", 0);
    CHECK(tiny_add(&s, &t));
}

/* Module 0, which imports one function. */
static void add_user(const char *module, const char *name, enum tiny_type type)
{
    tiny_begin(&t, "user");
    tiny_import_func(&t, module, name, type);
    CHECK(tiny_add(&s, &t));
}

static bool resolves(void)
{
    CHECK(tiny_name_all(&s));
    fault = (struct tn_prog_fault){.kind = ""};
    return tn_prog_resolve(&s.set, 0, 0, &fault);
}

static void check_to(uint32_t module, enum tn_prog_by by)
{
    CHECK(resolves());
    CHECK_EQ(module, s.set.parts[0].needs[0].to);
    CHECK_EQ(by, s.set.parts[0].needs[0].by);
    tiny_clear(&s);
}

static void check_fails(const char *kind, const char *text)
{
    CHECK(!resolves());
    CHECK_STR(kind, fault.kind);
    CHECK_STR(text, fault.text);
    CHECK_EQ(TN_NONE, s.set.parts[0].needs[0].to);
    CHECK_EQ(TN_PROG_BY_NONE, s.set.parts[0].needs[0].by);
    tiny_clear(&s);
}

TEST(a_module_of_the_name_is_asked_and_nobody_else)
{
    add_user("b", "f", TINY_TO_I32);
    add_exporter("a", "f", TINY_TO_I32);
    add_exporter("b", "f", TINY_TO_I32);
    check_to(2, TN_PROG_BY_MODULE_NAME);
    add_user("b", "f", TINY_TO_I32);
    add_exporter("a", "f", TINY_TO_I32);
    add_exporter("b", "g", TINY_TO_I32);
    check_fails("link.missing",
                "user imports \"b\" \"f\" () -> i32: not exported by b; a has "
                "\"f\" () -> i32");
}

TEST(two_modules_of_the_name_are_an_error)
{
    add_user("b", "f", TINY_TO_I32);
    add_exporter("b", "f", TINY_TO_I32);
    add_exporter("b", "f", TINY_TO_I32);
    check_fails("link.ambiguous", "user imports \"b\" \"f\" () -> i32: modules "
                                  "#1 and #2 are both named b");
}

TEST(env_finds_the_only_exporter)
{
    add_user("env", "f", TINY_TO_I32);
    add_exporter("a", "g", TINY_TO_I32);
    add_exporter("b", "f", TINY_TO_I32);
    check_to(2, TN_PROG_BY_EXPORT_NAME);
    add_user("", "f", TINY_TO_I32);
    add_exporter("b", "f", TINY_TO_I32);
    check_to(1, TN_PROG_BY_EXPORT_NAME);
    add_user("env", "f", TINY_TO_I32);
    add_exporter("a", "f", TINY_TO_I32);
    add_exporter("b", "f", TINY_TO_I32);
    check_fails("link.ambiguous", "user imports \"env\" \"f\" () -> i32: "
                                  "exported by a and b; name one of them");
}

TEST(another_type_does_not_make_it_ambiguous)
{
    add_user("env", "f", TINY_TO_I32);
    add_exporter("a", "f", TINY_I32);
    add_exporter("b", "f", TINY_TO_I32);
    check_to(2, TN_PROG_BY_EXPORT_NAME);
    add_user("env", "f", TINY_TO_I32);
    add_exporter("a", "f", TINY_I32);
    check_fails("link.type",
                "user imports \"env\" \"f\" () -> i32: exported by no module "
                "with this type; a has \"f\" (i32) -> ()");
}

TEST(a_strange_name_finds_modules_without_a_name_only)
{
    add_user("db", "exec", TINY_TO_I32);
    add_exporter("shell", "exec", TINY_TO_I32);
    check_fails("link.missing",
                "user imports \"db\" \"exec\" () -> i32: exported by no "
                "module; shell has \"exec\" () -> i32");
    add_user("db", "exec", TINY_TO_I32);
    add_exporter("shell", "exec", TINY_TO_I32);
    add_exporter(NULL, "exec", TINY_TO_I32);
    check_to(2, TN_PROG_BY_EXPORT_NAME);
}

TEST(own_names_are_found_by_module_name_only)
{
    tiny_begin(&t, "user");
    tiny_import_memory(&t, "env", "memory");
    CHECK(tiny_add(&s, &t));
    add_exporter("a", "f", TINY_NONE);
    check_fails("link.missing", "user imports \"env\" \"memory\" memory: "
                                "exported by no module");
    tiny_begin(&t, "user");
    tiny_import_memory(&t, "a", "memory");
    CHECK(tiny_add(&s, &t));
    add_exporter("a", "f", TINY_NONE);
    check_to(1, TN_PROG_BY_MODULE_NAME);
}

TEST(near_misses_differ_in_case_only)
{
    add_user("env", "Only", TINY_TO_I32);
    add_exporter("a", "only", TINY_TO_I32);
    check_fails("link.missing",
                "user imports \"env\" \"Only\" () -> i32: exported by no "
                "module; a has \"only\" () -> i32");
}

TEST(a_command_that_is_not_the_primary_exports_nothing)
{
    add_user("cmd", "f", TINY_TO_I32);
    tiny_begin(&t, "cmd");
    tiny_func(&t, "f", TINY_TO_I32);
    tiny_func(&t, "_start", TINY_NONE);
    CHECK(tiny_add(&s, &t));
    check_fails("link.command", "user imports \"cmd\" \"f\" () -> i32: cmd is "
                                "a command; build it as a reactor");
}

static void add_bytes_user(enum tiny_type type, bool has_malloc)
{
    tiny_begin(&t, "user");
    tiny_import_func(&t, "bytes:svc", "f", type);
    if (has_malloc)
        tiny_func(&t, "patch_malloc", TINY_I32_I32);
    tiny_memory(&t, "memory", 0);
    CHECK(tiny_add(&s, &t));
}

TEST(bytes_need_their_type_and_an_allocator_on_both_sides)
{
    add_bytes_user(TINY_BYTES, true);
    add_exporter("svc", "f", TINY_BYTES);
    CHECK(resolves());
    CHECK(s.set.parts[0].needs[0].is_bytes);
    CHECK_EQ(1, s.set.parts[0].needs[0].to);
    tiny_clear(&s);

    add_bytes_user(TINY_I32_I32, true);
    add_exporter("svc", "f", TINY_I32_I32);
    check_fails("link.type", "user imports \"bytes:svc\" \"f\" (i32) -> i32: "
                             "a bytes: import must be (i32, i32) -> i64");
    add_bytes_user(TINY_BYTES, false);
    add_exporter("svc", "f", TINY_BYTES);
    check_fails("link.allocator",
                "user imports \"bytes:svc\" \"f\" (i32, i32) -> i64: user "
                "does not export patch_malloc (i32) -> i32");
}

TEST(bytes_need_a_memory_of_32_bits)
{
    add_bytes_user(TINY_BYTES, true);
    tiny_begin(&t, "svc");
    tiny_func(&t, "f", TINY_BYTES);
    tiny_func(&t, "patch_malloc", TINY_I32_I32);
    tiny_memory(&t, "memory", 4);
    CHECK(tiny_add(&s, &t));
    check_fails("link.allocator",
                "user imports \"bytes:svc\" \"f\" (i32, i32) -> i64: svc has "
                "no 32-bit memory 0");
}

TEST(a_re_export_binds_to_the_definition)
{
    add_user("via", "f", TINY_TO_I32);
    tiny_begin(&t, "via");
    tiny_export(&t, "f", TN_EXTERN_FUNC,
                tiny_import_func(&t, "def", "g", TINY_TO_I32));
    CHECK(tiny_add(&s, &t));
    add_exporter("def", "g", TINY_TO_I32);
    check_to(2, TN_PROG_BY_MODULE_NAME);
}

TEST(a_ring_of_re_exports_is_defined_nowhere)
{
    tiny_begin(&t, "ra");
    tiny_export(&t, "f", TN_EXTERN_FUNC,
                tiny_import_func(&t, "rb", "f", TINY_TO_I32));
    CHECK(tiny_add(&s, &t));
    tiny_begin(&t, "rb");
    tiny_export(&t, "f", TN_EXTERN_FUNC,
                tiny_import_func(&t, "ra", "f", TINY_TO_I32));
    CHECK(tiny_add(&s, &t));
    check_fails("link.cycle", "ra imports \"rb\" \"f\" () -> i32: re-exported "
                              "in a circle, defined nowhere");
}

TEST(unknown_functions_may_be_allowed_to_trap)
{
    add_user("patch", "log", TINY_I32);
    CHECK(tiny_name_all(&s));
    s.set.trap_unknown = true;
    CHECK(tn_prog_resolve(&s.set, 0, 0, &fault));
    CHECK_EQ(TN_PROG_BY_TRAP, s.set.parts[0].needs[0].by);
    tiny_clear(&s);
}

TEST(wasi_is_the_hosts_alone)
{
    add_user("wasi_snapshot_preview1", "fd_teleport", TINY_TO_I32);
    add_exporter("wasi_snapshot_preview1", "fd_teleport", TINY_TO_I32);
    check_fails("link.missing",
                "user imports \"wasi_snapshot_preview1\" \"fd_teleport\" () "
                "-> i32: the host has no such function");
    add_user("wasi_unstable", "fd_write", TINY_TO_I32);
    check_fails("link.missing",
                "user imports \"wasi_unstable\" \"fd_write\" () -> i32: the "
                "host has wasi_snapshot_preview1 only");
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
