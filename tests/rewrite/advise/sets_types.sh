# Imports that do not fit, rings, and what the proposals bring.

wat exporter <<'W'
(module (func (export "f") (param i32) (result i32) (local.get 0))
  (memory (export "m") 1 1) (table (export "t") 2 funcref)
  (global (export "g") i32 (i32.const 1)) (global (export "v") (mut i32) (i32.const 1))
  (tag (export "e") (param i32)))
W
wants() { # NAME IMPORT
    echo "(module (import \"lib\" $2) (func (export \"run\")))" | wat "$1"
}
wants want_none '"nothing" (func)'
wants want_kind '"m" (func)'
wants want_type '"f" (func (param i64) (result i32))'
wants want_results '"f" (func (param i32))'
wants want_limits '"m" (memory 2)'
wants want_max '"m" (memory 1)'
wants want_shared '"m" (memory 1 1 shared)'
wants want_wide '"m" (memory i64 1)'
wants want_mutable '"g" (global (mut i32))'
wants want_immutable '"v" (global i32)'
wants want_tag '"e" (tag (param i64))'
wants want_table '"t" (table 2 externref)'
for row in 'none:does not export' 'kind:as something else: () -> () is wanted, memory 1..1' \
    'type:with another type: (i64) -> i32 is wanted, (i32) -> i32' 'results:with another type' \
    'limits:with another type: memory 2.. is wanted, memory 1..1' 'shared:with another type' \
    'wide:with another type' 'mutable:with another type: global mut i32' \
    'immutable:with another type' 'tag:with another type: tag (i64)' 'table:with another type: table'; do
    set_of "does not fit: ${row%%:*}" none isolated "unsound: main imports .*${row#*:}" lib=exporter main="want_${row%%:*}"
done
set_of 'a larger maximum fits' merged-multi merged-multi 'sound' lib=exporter main=want_max

set_of 'two inputs of one name' isolated merged-multi 'unsound: a is the name of two inputs' a=alone a=alone
set_of 'a name that is meant of two' none isolated 'unsound: main imports lib.add, which may be either' lib lib=lib main=use_add

wat even <<'W'
(module (import "odd" "odd" (func $odd (param i32) (result i32)))
  (func (export "even") (param i32) (result i32) (if (result i32) (local.get 0)
    (then (call $odd (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 1)))))
W
wat odd <<'W'
(module (import "even" "even" (func $even (param i32) (result i32)))
  (func (export "odd") (param i32) (result i32) (if (result i32) (local.get 0)
    (then (call $even (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 0)))))
W
set_of 'a ring of functions' merged-multi merged-multi 'sound' even odd
set_of 'components form no ring' merged-multi composed 'unsound, not in this build: .* is in a ring' even odd
wat ring_a <<'W'
(module (import "b" "y" (global i32)) (global (export "x") i32 (i32.const 1)))
W
wat ring_b <<'W'
(module (import "a" "x" (global i32)) (global (export "y") i32 (i32.const 1)))
W
set_of 'a ring of globals' none merged-multi 'unsound: .* is in a ring of imports of memories' a=ring_a b=ring_b

wat starts <<'W'
(module (import "lib" "f" (func $f (param i32) (result i32))) (memory 1) (func $s (drop (call $f (i32.const 1)))) (start $s))
W
set_of 'a start function' merged-multi merged-multi 'sound' lib=exporter main=starts

wat wide_lib <<'W'
(module (memory i64 1) (func (export "f") (param i32) (result i32) (local.get 0))
  (func (export "get") (param i64) (result i32) (i32.load (local.get 0))))
W
wat use_f <<'W'
(module (import "lib" "f" (func $f (param i32) (result i32))) (memory 1)
  (func (export "run") (result i32) (call $f (i32.const 1))))
W
wat use_get <<'W'
(module (import "lib" "get" (func $f (param i64) (result i32))) (memory i64 1)
  (func (export "run") (result i32) (call $f (i64.const 8))))
W
set_of 'a 64-bit memory beside a 32-bit one' merged-multi merged-single 'unsound, not in this build: main has a memory of another kind' lib=wide_lib main=use_f
set_of '64-bit pointers' composed merged-multi 'unsound: main hands lib.get a pointer' lib=wide_lib main=use_get

wat second_memory <<'W'
(module (memory $a 1) (memory $b 1) (func (export "f") (param i32) (result i32) (i32.load $b (local.get 0))))
W
set_of 'a module with two memories' merged-multi merged-multi 'sound' lib=second_memory main=use_f

wat gc_lib <<'W'
(module (type $p (struct (field i32))) (func (export "make") (result (ref $p)) (struct.new $p (i32.const 4))))
W
wat gc_main <<'W'
(module (type $p (struct (field i32))) (import "lib" "make" (func $m (result (ref $p))))
  (func (export "run") (result i32) (struct.get $p 0 (call $m))))
W
wat gc_other <<'W'
(module (type $p (struct (field i64))) (import "lib" "make" (func $m (result (ref $p))))
  (func (export "run") (result i64) (struct.get $p 0 (call $m))))
W
set_of 'objects of the host between modules' merged-multi merged-multi 'sound' lib=gc_lib main=gc_main
set_of 'objects of another type' none isolated 'unsound: main imports lib.make with another type' lib=gc_lib main=gc_other
wat eh_lib <<'W'
(module (tag $e (export "e") (param i32)) (memory 1) (func (export "f") (param i32) (result i32) (throw $e (local.get 0))))
W
wat eh_main <<'W'
(module (import "lib" "e" (tag $e (param i32))) (import "lib" "f" (func $f (param i32) (result i32))) (memory 1)
  (func (export "run") (result i32) (block $h (result i32) (try_table (result i32) (catch $e $h) (call $f (i32.const 3))))))
W
wat eh_old <<'W'
(module (import "lib" "e" (tag $e (param i32))) (import "lib" "f" (func $f (param i32) (result i32))) (memory 1)
  (func (export "run") (result i32) (try (result i32) (do (call $f (i32.const 3))) (catch $e))))
W
set_of 'exceptions between modules' merged-multi composed 'unsound, not in this build: main imports the tag lib.e' lib=eh_lib main=eh_main
set_of 'older exceptions between modules' merged-multi merged-multi 'sound' lib=eh_lib main=eh_old
wat refs_lib <<'W'
(module (func (export "f") (param externref) (result i32) (ref.is_null (local.get 0))) (memory 1))
W
wat refs_main <<'W'
(module (import "lib" "f" (func $f (param externref) (result i32))) (memory 1)
  (func (export "run") (param externref) (result i32) (call $f (local.get 0))))
W
set_of 'references between modules' merged-multi merged-multi 'sound' lib=refs_lib main=refs_main

set_of 'a target with several memories' merged-multi merged-multi 'sound' -t wasm3 lib main=use_add
set_of 'a target with one memory' isolated merged-multi 'sound, not on the target' -t node-20 lib main=use_add
set_of 'a target that lacks what they use' none isolated 'sound, not on the target: .*lacks' -t wasm1 lib=gc_lib main=gc_main
set_of 'no second memory, for any target' merged-multi merged-multi 'sound' -t mvp even odd
set_of 'pointers, on a target' composed composed 'sound, not in this build' -t node-26 lib main=use_sum

wat table_lib <<'W'
(module (memory 1) (table (export "t") 2 funcref) (elem (i32.const 0) $f)
  (func $f (param i32) (result i32) (i32.load (local.get 0))))
W
wat table_main <<'W'
(module (type $t (func (param i32) (result i32))) (import "lib" "t" (table 2 funcref)) (memory 1)
  (func (export "run") (result i32) (call_indirect (type $t) (i32.const 8) (i32.const 0))))
W
set_of 'a table of both' none merged-multi 'unknown: main and lib have a table together' lib=table_lib main=table_main
wat cpp_lib <<'W'
(module (tag (export "__cpp_exception") (param i32)) (memory 1))
W
wat cpp_main <<'W'
(module (import "lib" "__cpp_exception" (tag $e (param i32))) (memory 1) (func (export "run") (throw $e (i32.const 1024))))
W
set_of 'exceptions of C++ are addresses' none isolated 'unsound: main and lib throw one another addresses' lib=cpp_lib main=cpp_main
