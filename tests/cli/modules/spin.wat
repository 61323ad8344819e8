;; Never returns.
(module $spin (func (export "spin") (loop (br 0))))
