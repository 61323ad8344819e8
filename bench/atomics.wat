;; What bench/contend.c calls: loops of a count, on words of a shared memory.
(module
  (memory (import "env" "m") 1 1 shared)
  (func (export "plain") (param i32) (result i32)
    (loop $l
      (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (i32.const 0))
  (func (export "add") (param i32) (result i32)
    (loop $l
      (drop (i32.atomic.rmw.add (i32.const 64) (i32.const 1)))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (i32.const 0))
  (func (export "cmpxchg") (param i32) (result i32) (local i32)
    (loop $l
      (local.set 1 (i32.atomic.load (i32.const 128)))
      (br_if $l (i32.ne (local.get 1)
        (i32.atomic.rmw.cmpxchg (i32.const 128) (local.get 1)
          (i32.add (local.get 1) (i32.const 1)))))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (i32.const 0))
  (func $until (param $is i32)
    (loop $l
      (if (i32.ne (i32.atomic.load (i32.const 192)) (local.get $is))
        (then
          (drop (memory.atomic.wait32 (i32.const 192)
            (i32.xor (local.get $is) (i32.const 1)) (i64.const -1)))
          (br $l)))))
  (func $turn (param $to i32)
    (i32.atomic.store (i32.const 192) (local.get $to))
    (drop (memory.atomic.notify (i32.const 192) (i32.const 1))))
  (func (export "ping") (param i32) (result i32)
    (loop $l
      (call $turn (i32.const 1))
      (call $until (i32.const 0))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (i32.const 0))
  (func (export "pong") (param i32) (result i32)
    (loop $l
      (call $until (i32.const 1))
      (call $turn (i32.const 0))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (i32.const 0)))
