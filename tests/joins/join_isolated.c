/* Isolated: a memory and an instance for each module, calls from one into
 * another by name. What goes wrong in one stays there. */
#include "joins.h"

/* Doubles, but traps at 0; counts its calls in a memory of its own. */
static const char leaf[] =
    "(module $leaf (memory 1)"
    "  (func (export \"double\") (param i32) (result i32)"
    "    (i32.store (i32.const 0)"
    "      (i32.add (i32.load (i32.const 0)) (i32.const 1)))"
    "    (if (i32.eqz (local.get 0)) (then unreachable))"
    "    (i32.mul (local.get 0) (i32.const 2)))"
    "  (func (export \"count\") (param i32) (result i32)"
    "    (i32.load (i32.const 0))))";

static const char user[] =
    "(module $user (import \"leaf\" \"double\""
    "    (func $double (param i32) (result i32)))"
    "  (memory 1)"
    "  (func (export \"next\") (param i32) (result i32)"
    "    (i32.store (i32.const 0) (i32.const 77))"
    "    (i32.add (call $double (local.get 0)) (i32.const 1)))"
    "  (func (export \"own\") (param i32) (result i32)"
    "    (i32.load (i32.const 0))))";

static const char other[] =
    "(module $other (func (export \"same\") (param i32) (result i32)"
    "  (local.get 0)))";

TEST(each_has_its_own_memory)
{
    struct joint j;
    joint_begin(&j);
    tn_instance *a = join(&j, "leaf", leaf), *b = join(&j, "user", user);
    CHECK_EQ(15, ask(b, "next", 7));
    CHECK_EQ(1, ask(a, "count", 0));
    CHECK_EQ(77, ask(b, "own", 0));
    joint_end(&j);
}

TEST(one_traps_and_the_others_live)
{
    struct joint j;
    joint_begin(&j);
    tn_instance *a = join(&j, "leaf", leaf), *b = join(&j, "user", user);
    tn_instance *c = join(&j, "other", other);
    CHECK_EQ(TN_TRAP_UNREACHABLE, trap_of(b, "next", 0));
    CHECK_STR("leaf", tn_store_trap_frame(j.store, 0).module);
    CHECK_STR("user", tn_store_trap_frame(j.store, 1).module);
    CHECK_EQ(5, ask(c, "same", 5));
    CHECK_EQ(15, ask(b, "next", 7));
    CHECK_EQ(2, ask(a, "count", 0));
    joint_end(&j);
}

TEST(closing_the_callee_leaves_its_caller_alive)
{
    struct joint j;
    joint_begin(&j);
    tn_instance *a = join(&j, "leaf", leaf), *b = join(&j, "user", user);
    tn_instance *c = join(&j, "other", other);
    CHECK_EQ(15, ask(b, "next", 7));
    tn_instance_free(a);
    CHECK_EQ(TN_TRAP_UNLOADED, trap_of(b, "next", 7));
    CHECK_EQ(77, ask(b, "own", 0));
    CHECK_EQ(5, ask(c, "same", 5));
    joint_end(&j);
}

/* As a package: the program finds the names, routes and heals. */
TEST(a_program_routes_by_name_and_survives_a_trap)
{
    tn_engine *engine;
    tn_package *package;
    tn_program *program;
    tn_text file, bytes[2];
    tn_error err = {0};
    tn_val arg = {.kind = TN_I32}, got;
    CHECK_EQ(TN_OK, tn_engine_new(NULL, &engine, NULL));
    CHECK_EQ(TN_OK, tn_wat_parse(user, strlen(user), &bytes[0], NULL));
    CHECK_EQ(TN_OK, tn_wat_parse(leaf, strlen(leaf), &bytes[1], NULL));
    tn_bytes modules[] = {{bytes[0].at, bytes[0].size},
                          {bytes[1].at, bytes[1].size}};
    CHECK_EQ(TN_OK, tn_package_write(modules, 2, false, &file, NULL, NULL));
    CHECK_EQ(TN_OK, tn_package_read(file.at, file.size, NULL, &package, NULL));
    if (tn_program_new(engine, package, NULL, &program, &err) != TN_OK)
        FAIL("%s", err.text);
    CHECK_EQ(TN_E_TRAP,
             tn_program_call(program, "user:next", &arg, 1, &got, 1, NULL));
    CHECK_STR("leaf:double <- user:next", tn_program_trap_chain(program));
    arg.of.i32 = 20;
    CHECK_EQ(TN_OK,
             tn_program_call(program, "user:next", &arg, 1, &got, 1, NULL));
    CHECK_EQ(41, got.of.i32);
    tn_program_free(program);
    tn_package_free(package);
    tn_text_free(&file);
    tn_text_free(&bytes[0]);
    tn_text_free(&bytes[1]);
    tn_engine_free(engine);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
