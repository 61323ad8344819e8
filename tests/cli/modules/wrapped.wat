;; As wasm-ld makes the exports of a command.
(module $wrapped
  (func $f (result i32) (i32.const 1))
  (func $f.command_export (export "f") (result i32) (call $f))
  (func (export "_start")))
