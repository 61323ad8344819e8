# Text becomes a binary, names included.
printf '(module $m (func $twice (export "twice") (param $x i32) (result i32)\n  (i32.add (local.get $x) (local.get $x))))\n' >m.wat
try tenon parse -o m.wasm m.wat
tenon print m.wasm
tenon parse m.wat | cmp - m.wasm
tenon parse - <m.wat | cmp - m.wasm
tenon print m.wasm | tenon parse - | cmp - m.wasm
# Every other verb reads it too, from a file and from standard input.
try tenon run --invoke twice m.wat 21
try tenon validate m.wat
tenon validate - <m.wat && echo valid
tenon inspect m.wat | cmp - m.inspect 2>/dev/null || tenon inspect exports m.wat
tenon print m.wat | head -1
try tenon run --preload other=m.wat --invoke add $modules/math.wasm 2 3
# What is wrong is shown where it is.
printf '(module\n  (func (call $nobody)))\n' >wrong.wat
try tenon parse wrong.wat
try tenon validate wrong.wat
try tenon run - <wrong.wat
printf '\t(module (func $\303\244 (i32.konst 1)))' >wrong.wat
try tenon parse wrong.wat
printf '(module (func' >wrong.wat
try tenon parse wrong.wat
tenon parse --color always wrong.wat 2>&1 | tail -1 | od -c | head -2
# Usage.
try tenon parse
try tenon parse -o m.wat m.wat
kinds tenon parse missing.wat
