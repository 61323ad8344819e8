;; A service for buffers: upper(text), and nothing for an empty text.
(module $upper
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func $malloc (export "patch_malloc") (param $size i32) (result i32)
    (global.get $next)
    (global.set $next (i32.add (global.get $next) (local.get $size))))
  (func (export "upper") (param $at i32) (param $size i32) (result i64)
    (local $i i32) (local $c i32)
    (if (i32.eqz (local.get $size)) (then (return (i64.const 0))))
    (loop $next
      (local.set $c (i32.load8_u (i32.add (local.get $at) (local.get $i))))
      (if (i32.lt_u (i32.sub (local.get $c) (i32.const 97)) (i32.const 26))
        (then (i32.store8 (i32.add (local.get $at) (local.get $i))
                          (i32.sub (local.get $c) (i32.const 32)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $size))))
    (i64.or (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
            (i64.extend_i32_u (local.get $size)))))
