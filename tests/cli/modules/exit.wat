;; A command that exits with 7.
(module $exit
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start") (call $exit (i32.const 7)))
  (func (export "leave") (param i32) (call $exit (local.get 0))))
