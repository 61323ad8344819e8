;; Never gets past its start function.
(module $spin_start
  (func $forever (loop (br 0)))
  (start $forever)
  (func (export "f")))
