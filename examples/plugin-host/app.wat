;; The application: asks a plug-in for the price of each piece, and sums up.
(module $app
  (import "pricing" "price" (func $price (param i32) (result i32)))
  (func (export "total") (param $pieces i32) (result i32)
    (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (call $price (local.get $pieces))))
      (local.set $pieces (i32.sub (local.get $pieces) (i32.const 1)))
      (br_if $next (local.get $pieces)))
    (local.get $sum)))
