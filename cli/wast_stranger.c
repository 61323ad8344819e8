/* wast_stranger.c - a script's module, merged with two that have nothing to do
 * with it.
 *
 * The strangers have something of every index space, segments and start
 * functions, and export nothing; theirs come before and behind the module's.
 * So each of its indices changes, and a script must not see that. Nor may the
 * strangers: their start functions trap if anything of theirs is not as they
 * know it. */
#include "wast.h"

#include <string.h>

static const char before_text[] =
    "(module"
    "  (rec (type $s (sub (struct (field i32 (mut (ref null $s))))))"
    "       (type $t (sub $s (struct (field i32 (mut (ref null $s)) i64))))"
    "       (type $a (array (mut f32))))"
    "  (type $swaps (func (param i32 i64) (result i64 i32)))"
    "  (memory $m 1 2) (memory $n i64 1 1)"
    "  (table $f 3 7 funcref) (table $x 2 externref)"
    "  (tag $thrown (param i32)) (tag)"
    "  (global $count (mut i64) (i64.const 9)) (global $one i32 (i32.const 1))"
    "  (func $swap (type $swaps) (local.get 1) (local.get 0))"
    "  (func $check (param i32)"
    "    (if (i32.eqz (local.get 0)) (then (unreachable))))"
    "  (func $begin (local (ref null $s))"
    "    (global.set $count (i64.load (i32.const 8)))"
    "    (call $check (i64.eq (i64.const 0x7265676e61727473)"
    "      (global.get $count)))"
    "    (memory.init $n $tail (i64.const 16) (i32.const 0) (i32.const 4))"
    "    (call $check (i32.eq (i32.const 0x6c696174)"
    "      (i32.load $n (i64.const 16))))"
    "    (call_indirect $f (type $swaps) (i32.const 40) (i64.const 2)"
    "      (global.get $one))"
    "    (call $check (i32.eq (i32.const 40))) (drop)"
    "    (local.set 0 (struct.new $t (i32.const 5) (ref.null $s) (i64.const "
    "6)))"
    "    (call $check (ref.test (ref $t) (local.get 0)))"
    "    (call $check (i32.eq (i32.const 5) (struct.get $s 0 (local.get 0))))"
    "    (block $caught (result i32)"
    "      (try_table (catch $thrown $caught)"
    "        (throw $thrown (i32.const 7))) (unreachable))"
    "    (call $check (i32.eq (i32.const 7))))"
    "  (start $begin)"
    "  (elem (table $f) (global.get $one) func $swap $begin)"
    "  (elem externref (ref.null extern))"
    "  (data $tail \"tail\") (data (memory $m) (i32.const 8) \"stranger\"))";

static const char after_text[] =
    "(module"
    "  (memory $m 2) (table $f 2 2 (ref null $gives))"
    "  (type $gives (func (result f64))) (type $a (array i8))"
    "  (tag (param f64))"
    "  (global $half f64 (f64.const 0.5))"
    "  (global $bytes (ref $a)"
    "    (array.new_fixed $a 2 (i32.const 1) (i32.const 2)))"
    "  (func $half (type $gives) (global.get $half))"
    "  (func $begin"
    "    (block $ok"
    "      (br_if $ok (i32.and"
    "        (f64.eq (f64.const 0.5) (call_ref $gives"
    "          (table.get $f (i32.const 1))))"
    "        (i32.eq (i32.load8_u (i32.const 65536))"
    "          (i32.add (i32.const 95) (array.get_u $a (global.get $bytes)"
    "            (i32.const 1))))))"
    "      (unreachable))"
    "    (memory.fill (i32.const 0) (i32.const 255) (i32.const 65536)))"
    "  (start $begin)"
    "  (elem (table $f) (i32.const 0) (ref null $gives)"
    "    (ref.null $gives) (ref.func $half))"
    "  (data (memory $m) (i32.const 65536) \"a\"))";

static tn_status parse_stranger(const char *text, tn_text *out, tn_error *err)
{
    return tn_module_parse(text, strlen(text), out, err);
}

tn_status wast_with_strangers(tn_bytes module, tn_merged **out, tn_error *err)
{
    tn_text before, after = {NULL, 0};
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    options.features = tn_features_all();
    options.thread_count = 1;
    *out = NULL;
    tn_status status = parse_stranger(before_text, &before, err);
    if (status == TN_OK)
        status = parse_stranger(after_text, &after, err);
    tn_merge_input inputs[] = {
        {"tenon.before", {before.at, before.size}},
        {"tenon.module", module},
        {"tenon.after", {after.at, after.size}},
    };
    if (status == TN_OK)
        status = tn_merge(inputs, 3, &options, out, err);
    tn_text_free(&before);
    tn_text_free(&after);
    return status;
}
