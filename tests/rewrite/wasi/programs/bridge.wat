;; bridge.wat - bytes between the memory of `main` and that of `lib`.
(module
  (import "lib" "memory" (memory $lib 0))
  (import "main" "memory" (memory $main 0))
  (func (export "put") (param i32 i32 i32)
    (memory.copy $lib $main (local.get 0) (local.get 1) (local.get 2)))
  (func (export "get") (param i32 i32 i32)
    (memory.copy $main $lib (local.get 0) (local.get 1) (local.get 2))))
