;; What bench/refs.cc calls: each does something as often as its first
;; parameter says.
(module
  (rec
    (type $base (sub (struct (field $next (mut (ref null $base))))))
    (type $middle (sub $base (struct (field $next (mut (ref null $base)))
                                     (field $a i32))))
    (type $leaf (sub final $middle (struct (field $next (mut (ref null $base)))
                                           (field $a i32) (field $b i32)))))
  (type $node (struct (field $left (ref null $node))
                      (field $right (ref null $node))))
  (tag $e (param i32))
  (global $g (mut i32) (i32.const 0))
  (global $ring (mut (ref null $base)) (ref.null $base))

  ;; ------------------------------------------------------------- objects

  (func $make (param $depth i32) (result (ref $node))
    (if (result (ref $node)) (i32.eqz (local.get $depth))
      (then (struct.new_default $node))
      (else
        (struct.new $node
          (call $make (i32.sub (local.get $depth) (i32.const 1)))
          (call $make (i32.sub (local.get $depth) (i32.const 1)))))))
  (func $count (param $node (ref null $node)) (result i32)
    (if (result i32) (ref.is_null (local.get $node))
      (then (i32.const 0))
      (else
        (i32.add (i32.const 1)
          (i32.add (call $count (struct.get $node $left (local.get $node)))
                   (call $count (struct.get $node $right (local.get $node))))))))
  ;; Trees of this depth, made, counted, dropped.
  (func (export "trees") (param $times i32) (param $depth i32)
    (loop $again
      (global.set $g (call $count (call $make (local.get $depth))))
      (br_if $again
        (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))

  ;; A ring of as many leaves, for what follows.
  (func (export "ring") (param $count i32) (param i32)
    (local $first (ref null $base))
    (local.set $first (struct.new $leaf (ref.null $base) (i32.const 1) (i32.const 2)))
    (global.set $ring (local.get $first))
    (loop $more
      (global.set $ring
        (struct.new $leaf (global.get $ring) (i32.const 1) (i32.const 2)))
      (br_if $more
        (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (struct.set $base $next (local.get $first) (global.get $ring)))
  (func (export "walk") (param $steps i32) (param i32)
    (local $at (ref null $base))
    (local.set $at (global.get $ring))
    (loop $next
      (local.set $at (struct.get $base $next (local.get $at)))
      (br_if $next
        (local.tee $steps (i32.sub (local.get $steps) (i32.const 1)))))
    (global.set $ring (local.get $at)))
  ;; The same, with a cast and a field of what it is then.
  (func (export "cast") (param $steps i32) (param i32)
    (local $at (ref null $base)) (local $sum i32)
    (local.set $at (global.get $ring))
    (loop $next
      (local.set $sum
        (i32.add (local.get $sum)
          (struct.get $leaf $b (ref.cast (ref $leaf) (local.get $at)))))
      (local.set $at (struct.get $base $next (local.get $at)))
      (br_if $next
        (local.tee $steps (i32.sub (local.get $steps) (i32.const 1)))))
    (global.set $g (local.get $sum)))

  ;; ---------------------------------------------------------- exceptions

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
  ;; Throws from below as many frames as the second parameter says.
  (func (export "throw") (param i32 i32)
    (loop $l
      (global.set $g (i32.add (global.get $g)
        (block $h (result i32)
          (try_table (catch $e $h) (call $down (local.get 1)))
          (i32.const 0))))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func $again (param i32)
    (block $h (result exnref)
      (try_table (catch_all_ref $h) (call $down (local.get 0)))
      (return))
    (throw_ref))
  ;; The same, caught and thrown again once.
  (func (export "rethrow") (param i32 i32)
    (loop $l
      (global.set $g (i32.add (global.get $g)
        (block $h (result i32)
          (try_table (catch $e $h) (call $again (local.get 1)))
          (i32.const 0))))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
