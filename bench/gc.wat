;; What bench/trees.c calls: binary trees of a depth, made, counted, dropped.
(module
  (type $node (struct (field $left (ref null $node))
                      (field $right (ref null $node))))
  (type $cells (array (mut i32)))
  (global $kept (mut (ref null $node)) (ref.null $node))
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
  (func (export "trees") (param $depth i32) (param $times i32) (result i32)
    (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum)
        (call $count (call $make (local.get $depth)))))
      (br_if $again (local.tee $times
        (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $sum))
  (func (export "keep") (param $depth i32) (param $unused i32) (result i32)
    (global.set $kept (call $make (local.get $depth)))
    (call $count (global.get $kept)))
  (func (export "arrays") (param $length i32) (param $times i32) (result i32)
    (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum)
        (array.len (array.new_default $cells (local.get $length)))))
      (br_if $again (local.tee $times
        (i32.sub (local.get $times) (i32.const 1)))))
    (local.get $sum)))
