;; What bench/exceptions.cc calls: loops of a count, around a call.
(module
  (tag $e (param i32))
  (global $g (mut i32) (i32.const 0))
  (func $touch (param i32)
    (global.set $g (i32.add (global.get $g) (local.get 0))))
  (func (export "call") (param i32 i32)
    (loop $l
      (block $c
        (block
          (call $touch (local.get 0))
          (br $c))
        (global.set $g (i32.const 0)))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  ;; The same, and ready to catch.
  (func (export "try") (param i32 i32)
    (loop $l
      (block $c
        (block $h
          (try_table (catch_all $h)
            (call $touch (local.get 0))
            (br $c)))
        (global.set $g (i32.const 0)))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func $down (param i32)
    (if (i32.eqz (local.get 0)) (then (throw $e (i32.const 1))))
    (call $down (i32.sub (local.get 0) (i32.const 1)))
    (global.set $g (i32.const 1)))
  ;; Throws from below as many frames as the second argument says.
  (func (export "throw") (param i32 i32)
    (loop $l
      (global.set $g (i32.add (global.get $g)
        (block $h (result i32)
          (try_table (catch $e $h) (call $down (local.get 1)))
          (i32.const 0))))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
