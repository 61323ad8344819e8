/* What is the same of merged modules and of instances of their own: tags, state
 * that is shared or is not, types, objects. */
#include "merging.h"

TEST(tags_of_one_type_stay_two)
{
    static const struct part parts[] = {
        {"a", "(module (tag $x (export \"x\")) (tag $y (export \"y\"))"
              "(func (export \"f\") (throw $y)))"},
        {"b", "(module (import \"a\" \"x\" (tag $x))"
              "(import \"a\" \"y\" (tag $y)) (import \"a\" \"f\" (func $f))"
              "(tag $z)"
              "(func (export \"get\") (result i32)"
              "  (block $y (block $x (block $z"
              "    (try_table (catch $z $z) (catch $x $x) (catch $y $y)"
              "      (call $f)) (return (i32.const 0)))"
              "    (return (i32.const 3))) (return (i32.const 1)))"
              "  (i32.const 2)))"}};
    struct side one;
    check_same(parts, 2, "get");
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, parts, 2, NULL));
    CHECK_EQ(2, side_get(&one, "get"));
    side_end(&one);
}

TEST(a_mutable_global_is_one)
{
    static const struct part parts[] = {
        {"a", "(module (global $g (export \"g\") (mut i32) (i32.const 1))"
              "(func (export \"add\")"
              "  (global.set $g (i32.add (global.get $g) (i32.const 1)))))"},
        {"b", "(module (import \"a\" \"g\" (global $g (mut i32)))"
              "(import \"a\" \"add\" (func $add))"
              "(func (export \"get\") (result i32)"
              "  (global.set $g (i32.const 40)) (call $add)"
              "  (global.get $g)))"}};
    check_same(parts, 2, "get");
}

TEST(a_module_that_comes_twice_is_two)
{
    static const char text[] =
        "(module (global $n (mut i32) (i32.const 0))"
        "(func (export \"next\") (result i32)"
        "  (global.set $n (i32.add (global.get $n) (i32.const 1)))"
        "  (global.get $n)))";
    static const struct part parts[] = {
        {"a", text},
        {"b", text},
        {"c", "(module (import \"a\" \"next\" (func $a (result i32)))"
              "(import \"b\" \"next\" (func $b (result i32)))"
              "(func (export \"get\") (result i32)"
              "  (drop (call $a)) (drop (call $a))"
              "  (i32.add (i32.mul (i32.const 10) (call $a)) (call $b))))"}};
    struct both both;
    both_begin(&both, parts, 3, NULL);
    CHECK_EQ(31, side_get(&both.apart, "get"));
    CHECK_EQ(31, side_get(&both.one, "get"));
    both_end(&both);
}

TEST(segments_are_dropped_one_by_one)
{
    static const struct part parts[] = {
        {"a", "(module (memory (export \"m\") 1) (data $d \"ab\")"
              "(func (export \"drop\") (data.drop $d)))"},
        {"b", "(module (import \"a\" \"m\" (memory 1))"
              "(import \"a\" \"drop\" (func $drop)) (data $e \"cd\")"
              "(func (export \"get\") (result i32) (call $drop)"
              "  (memory.init $e (i32.const 4) (i32.const 0) (i32.const 2))"
              "  (i32.load16_u (i32.const 4))))"}};
    check_same(parts, 2, "get");
}

TEST(types_of_one_shape_are_one_type)
{
    static const struct part parts[] = {
        {"a", "(module (rec (type $s (struct (field i32) (field (ref null "
              "$s)))) (type (func)))"
              "(type $other (struct (field i32) (field (ref null $other))))"
              "(func (export \"make\") (result anyref)"
              "  (struct.new $s (i32.const 8) (ref.null $s))))"},
        {"b", "(module (type $other (struct (field i32) (field (ref null "
              "$other))))"
              "(rec (type $s (struct (field i32) (field (ref null $s))))"
              "  (type (func)))"
              "(import \"a\" \"make\" (func $make (result anyref)))"
              "(func (export \"get\") (result i32)"
              "  (i32.add (i32.mul (i32.const 2)"
              "      (ref.test (ref $s) (call $make)))"
              "    (ref.test (ref $other) (call $make)))))"}};
    struct side one;
    check_same(parts, 2, "get");
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, parts, 2, NULL));
    CHECK_EQ(2, side_get(&one, "get"));
    side_end(&one);
}

/* An object that a constant makes stays one, however often it is named. */
TEST(an_object_of_a_constant_is_one)
{
    static const struct part parts[] = {
        {"a", "(module (type $s (struct (field (mut i32))))"
              "(global (export \"o\") (ref $s)"
              "  (struct.new $s (i32.const 1))))"},
        {"b", "(module (type $s (struct (field (mut i32))))"
              "(import \"a\" \"o\" (global $o (ref $s)))"
              "(global $p (ref $s) (global.get $o))"
              "(table $t 1 (ref null $s))"
              "(elem (table $t) (i32.const 0) (ref null $s) (global.get $o))"
              "(func (export \"get\") (result i32)"
              "  (struct.set $s 0 (global.get $o) (i32.const 9))"
              "  (i32.add"
              "    (ref.eq (global.get $p) (table.get $t (i32.const 0)))"
              "    (struct.get $s 0 (global.get $p)))))"}};
    struct side one;
    check_same(parts, 2, "get");
    side_begin(&one);
    CHECK_EQ(TN_OK, make_merged(&one, parts, 2, NULL));
    CHECK_EQ(10, side_get(&one, "get"));
    side_end(&one);
}

/* Tables are made before globals in a module, and an i31 is no object. */
TEST(a_table_cannot_begin_with_an_object_of_another_input)
{
    static const struct part objects[] = {
        {"a", "(module (type $s (struct (field i32)))"
              "(global (export \"o\") (ref $s)"
              "  (struct.new $s (i32.const 1))))"},
        {"b", "(module (type $s (struct (field i32)))"
              "(import \"a\" \"o\" (global $o (ref $s)))"
              "(table $t 1 (ref $s) (global.get $o)))"}};
    static const struct part numbers[] = {
        {"a", "(module (global (export \"o\") (ref i31)"
              "  (ref.i31 (i32.const 6))))"},
        {"b", "(module (import \"a\" \"o\" (global $o (ref i31)))"
              "(table $t 1 (ref i31) (global.get $o))"
              "(func (export \"get\") (result i32)"
              "  (i31.get_s (table.get $t (i32.const 0)))))"}};
    check_apart(TN_OK, objects, 2);
    check_refused(TN_E_UNLINKABLE, "b: table 0 is filled with an object",
                  objects, 2);
    check_same(numbers, 2, "get");
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
