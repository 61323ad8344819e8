;; A command that traps two calls deep.
(module $trap
  (func $inner unreachable)
  (func $outer (call $inner))
  (func $_start (export "_start") (call $outer)))
