/* Merged: what were three modules is one with three memories, and copies
 * between them. */
#include "joins.h"

static const char merged[] =
    "(module $merged"
    "  (memory $app 1) (memory $codec 1 2) (memory $store 1)"
    "  (data (memory $app) (i32.const 100) \"merged\")"
    /* app -> codec: each byte one further; codec -> store. */
    "  (func $encode (param $n i32) (local $i i32)"
    "    (loop $next"
    "      (i32.store8 $codec (local.get $i)"
    "        (i32.add (i32.load8_u $codec (local.get $i)) (i32.const 1)))"
    "      (local.set $i (i32.add (local.get $i) (i32.const 1)))"
    "      (br_if $next (i32.lt_u (local.get $i) (local.get $n)))))"
    "  (func (export \"save\") (param $n i32) (result i32)"
    "    (memory.copy $codec $app"
    "      (i32.const 0) (i32.const 100) (local.get $n))"
    "    (call $encode (local.get $n))"
    "    (memory.copy $store $codec"
    "      (i32.const 65530) (i32.const 0) (local.get $n))"
    "    (i32.load8_u $store (i32.const 65530)))"
    "  (func (export \"codec\") (param i32) (result i32)"
    "    (i32.load8_u $codec (local.get 0)))"
    "  (func (export \"app\") (param i32) (result i32)"
    "    (i32.load8_u $app (local.get 0)))"
    "  (func (export \"grow\") (param i32) (result i32)"
    "    (memory.grow $codec (local.get 0))))";

TEST(copies_go_between_the_memories)
{
    struct joint j;
    joint_begin(&j);
    tn_instance *m = join(&j, "merged", merged);
    CHECK_EQ('n', ask(m, "save", 6));
    CHECK_EQ('m', ask(m, "app", 100));
    CHECK_EQ('e', ask(m, "codec", 5));
    CHECK_EQ(1, ask(m, "grow", 1));
    CHECK_EQ(-1, ask(m, "grow", 1));
    CHECK_EQ(0, ask(m, "codec", 131071));
    joint_end(&j);
}

TEST(a_copy_that_does_not_fit_copies_nothing)
{
    struct joint j;
    joint_begin(&j);
    tn_instance *m = join(&j, "merged", merged);
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS, trap_of(m, "save", 7));
    CHECK_EQ('n', ask(m, "codec", 0)); /* the first copy did */
    CHECK_EQ('n', ask(m, "save", 6));
    joint_end(&j);
}

TEST(closing_one_leaves_another_of_the_same_module)
{
    struct joint j;
    joint_begin(&j);
    tn_instance *a = join(&j, "a", merged), *b = join(&j, "b", merged);
    CHECK_EQ('n', ask(a, "save", 6));
    CHECK_EQ(0, ask(b, "codec", 0));
    tn_instance_free(a);
    CHECK_EQ('n', ask(b, "save", 6));
    joint_end(&j);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
