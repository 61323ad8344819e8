# What would be linked: the tree, who binds what of whom, what nobody defines.

# NAME SUBSECTIONS FIELDS: a position-independent module of 32 bytes of data,
# aligned to 16, and 2 elements, which needs what SUBSECTIONS say.
pic() {
    cat >$1.wat <<WAT
(@custom "dylink.0" (before first) "\\01\\04\\20\\04\\02\\01$2")
(import "env" "memory" (memory 1))
(import "env" "__indirect_function_table" (table 2 funcref))
(import "env" "__memory_base" (global \$mb i32))
(import "env" "__table_base" (global \$tb i32))
$3
WAT
    tenon parse -o $1 $1.wat
}
mkdir lib
pic main.wasm '\02\11\02\07liba.so\07libb.so' '
  (import "env" "a_add" (func (param i32) (result i32)))
  (import "env" "own" (func))
  (import "GOT.func" "a_add" (global (mut i32)))
  (import "GOT.mem" "a_table" (global (mut i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
  (import "env" "dlopen" (func (param i32 i32) (result i32)))
  (import "GOT.mem" "__heap_base" (global (mut i32)))
  (func (export "own")) (func (export "_start"))'
pic lib/liba.so '\02\09\01\07libb.so' '
  (import "env" "b_mul" (func (param i32) (result i32)))
  (func (export "a_add") (param i32) (result i32) local.get 0)
  (global (export "a_table") i32 (i32.const 8))
  (tag (export "a_tag") (param i32))'
pic lib/libb.so '' '
  (import "env" "a_tag" (tag (param i32)))
  (func (export "b_mul") (param i32) (result i32) local.get 0)'

echo all is there
try tenon ldd --dyld-path lib main.wasm
try tenon ldd -v --dyld-path lib main.wasm | sed -n '/^bindings/,/^$/p'
try tenon ldd --format dot --dyld-path lib main.wasm
tenon ldd --format json -v --dyld-path lib main.wasm >plan.json
node -e 'const p = JSON.parse(require("fs").readFileSync("plan.json"));
  console.log(p.linked, p.loads, p.objects.map(o => [o.name, o.memory.size, o.memory.align, o.table.size]),
    p.objects.map(o => o.needs.map(n => n.object)), p.unresolved,
    p.bindings.filter(b => b.to != "space").map(b => [b.from, b.to, b.object ?? b.module, b.calls, b.pointers, b.data, b.tags].join(" ")),
    p.objects[1].imports.map(i => i.kind + " " + i.name).slice(4), p.memory.map(r => r.what).join(" "))'

echo some are not
try tenon ldd main.wasm
pic poor.wasm '\02\09\01\07liba.so\04\0b\01\03env\04hook\11' '
  (import "env" "A_Add" (func (param i32) (result i32)))
  (import "env" "b_mull" (func (param i32) (result i32)))
  (import "env" "hook" (func))
  (import "env" "a_add" (func (param i64)))
  (import "far" "b_mul" (func))'
try tenon ldd --dyld-path lib poor.wasm | sed '/^memory/,$d'
kinds tenon ldd --dyld-bindnow --dyld-path lib poor.wasm | sed -n '/^unres/,/^$/p;/^!/p;/^exit/p'
pic data.wasm '\02\09\01\07liba.so' '
  (import "GOT.mem" "a_tabel" (global (mut i32)))
  (import "GOT.mem" "a_add" (global (mut i32)))
  (import "env" "a_tag" (tag (param i64)))'
try tenon ldd --dyld-path lib data.wasm | sed -n '/^unres/,/^$/p;/^!/p;/^exit/p'
tenon ldd --format json --dyld-path lib data.wasm 2>/dev/null |
    node -e 'const p = JSON.parse(require("fs").readFileSync(0));
      console.log(p.loads, p.unresolved.map(u => [u.name, u.kind, u.fatal, u.fault, JSON.stringify(u.near ?? u.other)].join(" ")))'
tenon ldd --format dot data.wasm 2>/dev/null | grep -E 'red|orange'

echo what is preloaded comes before
pic first.so '' '(func (export "a_add") (param i32) (result i32) local.get 0)'
try tenon ldd --preload first.so --dyld-path lib main.wasm | sed -n '1,/^  main.wasm -> first/p'

echo packages
pic plug.so '' '(func (export "plugged")) (@custom "name" "\00\08\07plug.so")'
pic spare.so '' '(@custom "name" "\00\09\08spare.so")'
pic joined.wasm '\02\09\01\07plug.so' '
  (import "env" "plugged" (func))
  (import "base" "seven" (func (result i32)))
  (import "base" "eight" (func (result i32)))
  (@custom "name" "\00\05\04main") '
tenon pack -o joined.pmod joined.wasm $modules/base.wasm plug.so spare.so >/dev/null 2>&1
rm plug.so
try tenon ldd joined.pmod
tenon ldd --format json joined.pmod |
    node -e 'const p = JSON.parse(require("fs").readFileSync(0)); console.log(p.openable, p.isolated)'

echo a main at its place, and thread-local data
cat >fixed.wat <<'WAT'
(@custom "dylink.0" (before first) "\02\09\01\07liba.so")
(import "GOT.func" "a_add" (global (mut i32)))
(memory (export "memory") 2)
(table (export "__indirect_function_table") 4 funcref)
(global (export "__heap_base") i32 (i32.const 70000))
(global (export "__heap_end") i32 (i32.const 131072))
WAT
try tenon ldd --dyld-path lib fixed.wat
pic tls.wasm '' '
  (global (export "__tls_size") i32 (i32.const 8))
  (global (export "__tls_align") i32 (i32.const 4))
  (func (export "__wasm_init_tls") (param i32))'
try tenon ldd tls.wasm | sed -n '/^memory/,$p'

echo no linker
try tenon ldd $modules/math.wasm | sed 's,.*/,,'
tenon pack -o plain.pmod $modules/app.wasm $modules/base.wasm >/dev/null
try tenon ldd plain.pmod
try tenon ldd --format json plain.pmod
try tenon ldd --format dot plain.pmod

echo wrong
try tenon ldd
try tenon ldd --format svg main.wasm
try tenon ldd missing.wasm
try tenon ldd - <lib/libb.so
