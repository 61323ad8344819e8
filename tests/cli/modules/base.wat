;; What `app` needs.
(module $base
  (func (export "seven") (result i32) (i32.const 7))
  (func (export "name") (result i32) (i32.const 2))
  (func (export "crash") unreachable))
