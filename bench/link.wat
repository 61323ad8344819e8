;; link.wat - calls inside of a module and to others, each in a loop around
;; nothing else. libcalls.so defines one, liblate.so another when it is opened.
(module
  (@custom "dylink.0" (before first) "\01\04\00\00\01\00\02\0d\01\0blibcalls.so")
  (type $t (func (param i32) (result i32)))
  (import "env" "memory" (memory 1))
  (import "env" "__indirect_function_table" (table 1 funcref))
  (import "env" "__table_base" (global $table_base i32))
  (import "env" "own" (func $own (type $t)))
  (import "env" "_ZN7library318functionEi0" (func $other (type $t)))
  (import "env" "_ZN7library328functionEi0" (func $late (type $t)))
  (import "GOT.func" "_ZN7library318functionEi0" (global $pointer (mut i32)))
  (elem (global.get $table_base) func $within)

  (func $within (type $t) (local.get 0))
  (func (export "own") (type $t) (local.get 0))

  (func (export "intra") (param $n i32) (result i32) (local $x i32)
    (loop $again
      (local.set $x (call $within (local.get $x)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x))

  (func (export "self") (param $n i32) (result i32) (local $x i32)
    (loop $again
      (local.set $x (call $own (local.get $x)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x))

  (func (export "cross") (param $n i32) (result i32) (local $x i32)
    (loop $again
      (local.set $x (call $other (local.get $x)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x))

  (func (export "late") (param $n i32) (result i32) (local $x i32)
    (loop $again
      (local.set $x (call $late (local.get $x)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x))

  (func (export "near_pointer") (param $n i32) (result i32) (local $x i32)
    (loop $again
      (local.set $x (call_indirect (type $t) (local.get $x) (global.get $table_base)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x))

  (func (export "far_pointer") (param $n i32) (result i32) (local $x i32)
    (loop $again
      (local.set $x (call_indirect (type $t) (local.get $x) (global.get $pointer)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x))
)
