# A script whose claims are true.
cat >good.wast <<'EOF'
(module $m
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1)))
  (func (export "div") (param i32) (result i32)
    (i32.div_s (i32.const 1) (local.get 0)))
  (func $deep (export "deep") (call $deep))
  (func (export "nan") (result f32) (f32.const nan))
  (func (export "null") (param externref) (result externref) (local.get 0))
  (global (export "g") i64 (i64.const 7)))
(assert_return (invoke "add" (i32.const 1) (i32.const 2)) (i32.const 3))
(assert_return (invoke $m "nan") (f32.const nan:canonical))
(assert_return (invoke "null" (ref.extern 3)) (ref.extern 3))
(assert_return (invoke "null" (ref.null extern)) (ref.null extern))
(assert_return (get "g") (either (i64.const 8) (i64.const 7)))
(assert_trap (invoke "div" (i32.const 0)) "integer divide by zero")
(assert_exhaustion (invoke "deep") "call stack exhausted")
(assert_invalid (module (func (result i32))) "type mismatch")
(assert_malformed (module quote "(func $)") "empty identifier")
(assert_malformed (module binary "\00asm") "unexpected end")
(register "m" $m)
(module (import "m" "add" (func (param i32 i32) (result i32))))
(assert_unlinkable (module (import "m" "sub" (func))) "unknown import")
(assert_trap (module (func $s unreachable) (start $s)) "unreachable")
(module definition $d (global (export "x") i32 (i32.const 1)))
(module instance $i $d)
(assert_return (get $i "x") (i32.const 1))
EOF
try tenon wast good.wast
try tenon wast --through text --placement moving -v - <good.wast
try tenon wast --through encode --gc stress --json good.wast | head -3
try tenon wast --through merge good.wast | tail -n 1
# Modules that are linked, as one: two with exports of one name, and one that
# is quiet; then one whose data could be seen, and one that asks for more than
# is declared.
cat >linked.wast <<'EOF'
(module $a (memory (export "m") 1 3)
  (func (export "f") (result i32) (i32.const 1))
  (func (export "byte") (result i32) (i32.load8_u (i32.const 0))))
(register "a" $a)
(module $b (import "a" "f" (func $f (result i32)))
  (func (export "f") (result i32) (i32.add (call $f) (i32.const 1))))
(assert_return (invoke $a "f") (i32.const 1))
(assert_return (invoke $b "f") (i32.const 2))
(register "b" $b)
(module $c (import "a" "m" (memory 1)) (import "b" "f" (func $f (result i32)))
  (func (export "grow") (result i32)
    (i32.add (call $f) (memory.grow (i32.const 1)))))
(assert_return (invoke $a "byte") (i32.const 0))
(module $d (import "a" "m" (memory 1)) (data (i32.const 0) "d"))
(assert_return (invoke $a "byte") (i32.const 100))
(assert_return (invoke $c "grow") (i32.const 3))
(module (import "a" "m" (memory 2)))
EOF
try tenon wast --merged --words linked.wast
try tenon wast --merged --json linked.wast | head -9
# And one whose claims are not: each is told, and it goes on.
cat >bad.wast <<'EOF'
(module (func (export "one") (result i32) (i32.const 1))
  (func (export "f") (result f64) (f64.const 1))
  (func (export "null") (result externref) (ref.null extern)))
(assert_return (invoke "one") (i32.const 2))
(assert_return (invoke "one") (i64.const 1))
(assert_return (invoke "one"))
(assert_return (invoke "two") (i32.const 2))
(assert_return (invoke "f") (f64.const nan:arithmetic))
(assert_return (invoke "null") (ref.extern 1))
(assert_trap (invoke "one") "unreachable")
(assert_exhaustion (invoke "one") "call stack exhausted")
(assert_exception (invoke "one"))
(assert_invalid (module) "anything")
(assert_malformed (module (func (result i32))) "anything")
(assert_unlinkable (module) "anything")
(assert_odd (invoke "one") "anything")
(register "x" $nobody)
(module (func $once)
  (func $twice)
  (func $twice))
(assert_return (invoke "one") (i32.const 1))
(module (import "x" "y" (func)))
(invoke "f")
EOF
try tenon wast bad.wast
try tenon wast --words good.wast | grep -c says
# Fields alone are one module.
printf '(func) (memory 0)' >fields.wast
try tenon wast fields.wast
# What is no script at all.
printf '(module))\n' >none.wast
try tenon wast none.wast
kinds tenon wast missing.wast
# Proposals are on and off.
printf '(module (memory 1) (memory 1))' >two.wast
try tenon wast --features all,-multi-memory two.wast
# Usage.
try tenon wast
try tenon wast --through nothing-at-all good.wast
try tenon wast --placement here good.wast
try tenon wast --tier none good.wast
# Threads have stores of their own, and share memories.
cat >threads.wast <<'EOF'
(module $mem (memory (export "m") 1 1 shared))
(thread $waits (shared (module $mem))
  (register "mem" $mem)
  (module (memory (import "mem" "m") 1 1 shared)
    (func (export "wait") (result i32)
      (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
  (assert_return (invoke "wait") (i32.const 0))
  (assert_return (invoke "wait") (i32.const 5)))
(thread $wakes (shared (module $mem))
  (register "mem" $mem)
  (module (memory (import "mem" "m") 1 1 shared)
    (func (export "wake")
      (loop (br_if 0 (i32.eqz
        (memory.atomic.notify (i32.const 0) (i32.const 1)))))))
  (invoke "wake")
  (invoke "wake"))
(wait $waits)
(wait $wakes)
(wait $nobody)
(thread $alone (register "mem" $mem) (thread $inner))
(wait $alone)
(thread (shared (module $nothing)) (register "mem" $nothing))
EOF
try tenon wast threads.wast
# Scripts with every command, and with every way to write a module wrong.
tenon wast --words --features all $source/fuzz/corpus/script/commands.wast | tail -1
try tenon wast --words --features all $source/fuzz/corpus/script/refused.wast
tenon wast $source/fuzz/corpus/script/broken.wast | tail -1
for text in $source/fuzz/corpus/text/*.wat; do
    try tenon parse $text -o x.wasm
    tenon print x.wasm >x.wat && tenon parse x.wat -o y.wasm && cmp x.wasm y.wasm
done
# As many values as a function may have; a trap that has no words; lines that
# end in a way of their own.
many() { seq 1000 | sed "s/.*/$1/" | tr '\n' ' '; }
cat >many.wast <<EOF
(module
  (func (export "f") (param $(many i32)) (result $(many i64))
    $(many '(i64.const &)'))
  (func (export "t") (unreachable)))
(assert_return (invoke "f" $(many '(i32.const &)')) $(many '(i64.const &)'))
(assert_trap (invoke "t") "")
EOF
try tenon wast many.wast
printf '(module)\r(assert_trap (invoke "t") "")\r\n(invoke "t")' >lines.wast
tenon wast lines.wast | head -2
cat >nan.wast <<'EOF'
(module (func (export "nan") (param f32) (result i32)
  (i32.reinterpret_f32 (f32.div (local.get 0) (local.get 0)))))
(assert_return (invoke "nan" (f32.const 0)) (i32.const 0x7fc00000))
EOF
tenon wast --deterministic nan.wast | tail -1
