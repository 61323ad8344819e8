;; The first module of the packages here: asks `base` for numbers.
(module $app
  (import "base" "seven" (func $seven (result i32)))
  (memory (export "memory") 1 4)
  (func (export "answer") (result i32)
    (i32.mul (call $seven) (i32.const 6)))
  (func (export "name") (result i32) (i32.const 1)))
