;; No name; imports what nobody has, and what has another type.
(module
  (import "env" "nowhere" (func (param i32)))
  (import "env" "seven" (func (result i64)))
  (func (export "own") (result i32) (i32.const 3))
  (func (export "asks") (i32.const 0) (call 0)))
