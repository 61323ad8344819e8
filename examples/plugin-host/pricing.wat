;; A plug-in with a memory of its own: the price of piece n, cheaper as n grows,
;; and how often it was asked.
(module $pricing
  (memory 1)
  (func (export "price") (param $n i32) (result i32)
    (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
    (i32.div_u (i32.const 100) (local.get $n)))
  (func (export "asked") (result i32) (i32.load (i32.const 0))))
