;; A list of `n` nodes that lives until the end, and `n` more that do not.
(module
  (type $node (struct (field $next (ref null $node)) (field $value i32)))
  (func (export "sum") (param $n i32) (result i32)
    (local $list (ref null $node)) (local $i i32) (local $sum i32)
    (loop $more
      (local.set $list
        (struct.new $node (local.get $list) (local.get $i)))
      (drop (struct.new $node (ref.null $node) (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $more (i32.lt_u (local.get $i) (local.get $n))))
    (loop $next
      (local.set $sum
        (i32.add (local.get $sum) (struct.get $node $value (local.get $list))))
      (local.set $list (struct.get $node $next (local.get $list)))
      (br_if $next (i32.eqz (ref.is_null (local.get $list)))))
    (local.get $sum)))
