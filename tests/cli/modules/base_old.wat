;; An older `base`, which counts otherwise.
(module $base (func (export "seven") (result i32) (i32.const 70)))
