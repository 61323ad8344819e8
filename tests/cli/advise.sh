# Which way of joining is right, as text, JSON, graph and picture; and --try.
#
# What the library says of each way is tested where it is made: here are the
# forms in which it is told.
made() { tenon parse -o $1 - || echo "no $1"; }
made a.wasm <<'WAT'
(import "wasi_snapshot_preview1" "fd_write"
  (func $write (param i32 i32 i32 i32) (result i32)))
(memory (export "memory") 1)
(global $count (mut i32) (i32.const 0))
(func (export "add") (param i32 i32) (result i32)
  local.get 0 local.get 1 i32.add)
(func (export "div") (param i32 i32) (result i32)
  local.get 0 local.get 1 i32.div_s)
(func (export "count") (result i32)
  global.get $count i32.const 1 i32.add global.set $count
  i32.const 64 global.get $count i32.store global.get $count)
(func (export "load") (param i32) (result i32) local.get 0 i32.load)
(func (export "_start")
  i32.const 0 i32.const 16 i32.store i32.const 4 i32.const 3 i32.store
  i32.const 1 i32.const 0 i32.const 1 i32.const 8 call $write drop)
(data (i32.const 16) "hi\n")
WAT
made b.wasm <<'WAT'
(memory (export "memory") 1 4)
(func (export "grow") (result i32) i32.const 1 memory.grow)
WAT
made caller.wasm <<'WAT'
(import "a" "load" (func $load (param i32) (result i32)))
(import "a" "add" (func $add (param i32) (result i32)))
(memory (export "memory") 1)
(func (export "run") (result i32) i32.const 1024 call $load)
(data (i32.const 1024) "text")
WAT

echo they do not talk
try tenon advise a.wasm b.wasm
echo and it was tried
try tenon advise --try a.wasm b.wasm | sed -n '/^tried/p;/^exit/p'
try tenon advise --try --seed 7 a.wasm b.wasm | sed -n '/^tried/p;/^exit/p'

echo pointers, and a type that does not fit
try tenon advise a.wasm caller.wasm >out
sed -n '1,/^  linked/p;/^imports/,/^$/p;/^exit/p' out

echo a target
try tenon advise --target node-20 a.wasm b.wasm | sed -n '1p;/merged-multi/p;/^exit/p'
try tenon advise --target node20 a.wasm
try tenon advise --target nowhere a.wasm
tenon advise --target help | sed -n '/^safari/,/^wasmtime/p'

echo names, a package, a folder
mkdir folder empty
cp a.wasm b.wasm folder
tenon pack -o both.pmod a.wasm b.wasm >/dev/null 2>&1
for what in 'x=a.wasm b.wasm' both.pmod folder; do
    tenon advise --json $what | node -e '
      const p = JSON.parse(require("fs").readFileSync(0));
      console.log(p.version, p.advice, p.modules.map(m => m.name + " " + m.path).join(", "))'
done
tenon advise both.pmod | sed -n 2,3p | sed 's/^  \$ //' >commands
cat commands
sh commands >/dev/null; echo "done: $?"
try tenon advise a.wasm folder/a.wasm
try tenon advise empty
try tenon advise a.wasm both.pmod
try tenon advise =a.wasm
try tenon advise
try tenon advise --seed x a.wasm
head -c 20 a.wasm >half.wasm
kinds tenon advise half.wasm
kinds tenon advise nothing.wasm

echo as JSON
try tenon advise --json --try --target wasm2 --relocatable a.wasm caller.wasm >advice.json
node -e '
  const p = JSON.parse(require("fs").readFileSync("advice.json").toString().replace(/^exit.*/m, ""));
  console.log(Object.keys(p).join(" "));
  console.log(p.target, p.ways.map(w => w.way + " " + w.verdict + " " + w.inBuild).join(", "));
  const w = p.ways.find(w => w.way == "merged-multi");
  console.log(Object.keys(w).join(" "), w.needs, w.engines.find(e => e.name == "safari").lacks);
  console.log(Object.keys(p.modules[0]).join(" "));
  console.log(p.modules[0].regions.map(r => r.kind + " " + r.begin + " " + r.end));
  console.log(JSON.stringify(p.modules[0].functions.find(f => f.name == "load")));
  console.log(p.imports.map(i => i.name + " " + i.state + " " + i.passesPointer).join(", "));
  console.log(Object.keys(p.trial).join(" "), p.trial.outcome)'

echo how far it can be moved
try tenon advise --relocatable a.wasm | sed -n '/^to other/,/^$/p'

echo names that agree and differ when they are merged
made self.wasm <<'WAT'
(import "self" "f" (func $f (result i32)))
(import "b" "grow" (func (result i32)))
(func (export "f") (result i32) i32.const 3)
(func (export "run") (result i32) call $f)
WAT
made user.wasm <<'WAT'
(import "a" "add" (func $add (param i32 i32) (result i32)))
(memory (export "memory") 1)
(func (export "twice") (param i32) (result i32)
  i32.const 4 local.get 0 i32.store
  local.get 0 local.get 0 call $add)
WAT
made clock.wasm <<'WAT'
(import "wasi_snapshot_preview1" "clock_time_get"
  (func $get (param i32 i64 i32) (result i32)))
(memory (export "memory") 1)
(func (export "now") (result i64)
  i32.const 1 i64.const 0 i32.const 8 call $get drop i32.const 8 i64.load)
WAT
try tenon advise --try a.wasm user.wasm | sed -n '1,3p;/^exit/p'
try tenon advise --try b.wasm self.wasm | sed -n '1p;/^tried/p;/^exit/p'
try tenon advise --try --way isolated b.wasm self.wasm | sed -n '/^tried/p;/^exit/p'
try tenon advise --try --way apart b.wasm
try tenon advise --try clock.wasm | sed -n '/^tried/p;/^exit/p'

made held.wasm <<'WAT'
(import "env" "memory" (memory 1))
(import "env" "base" (global $base i32))
(import "env" "count" (global $count (mut i32)))
(func (export "next") (result i32)
  global.get $base global.get $count i32.store
  global.get $count i32.const 1 i32.add global.set $count global.get $count)
(export "memory" (memory 0))
WAT
try tenon advise --try --way merged-multi held.wasm b.wasm | sed -n '/^tried/p;/^exit/p'

echo linked
# NAME: 16 bytes of data; it counts there, and says where.
library() {
    made $1 <<WAT
(@custom "dylink.0" (before first) "\\01\\04\\10\\04\\00\\00")
(import "env" "memory" (memory 0))
(import "env" "__indirect_function_table" (table 0 funcref))
(import "env" "__memory_base" (global \$base i32))
(import "env" "__table_base" (global i32))
$2
(func (export "count_$1") (result i32)
  global.get \$base global.get \$base i32.load i32.const 1 i32.add i32.store
  global.get \$base i32.load)
(func (export "where_$1") (result i32) global.get \$base)
WAT
}
library one.so ''
library two.so ''
library uses.so '(import "env" "count_one.so" (func (result i32)))'
try tenon advise --try one.so two.so | sed -n '1,3p;/^exit/p'
try tenon advise --try one.so uses.so | sed -n '/^tried/p;/^exit/p'

echo drawn
mkdir drawing failing
cat >drawing/dot <<'DOT'
#!/bin/sh
cat >read.dot
echo '<?xml version="1.0"?><!DOCTYPE svg><!-- by a script -->'
echo "<svg width=\"900pt\" height=\"20pt\"><text>drawn $*</text></svg>"
DOT
printf '#!/bin/sh\necho "<svg>"; exit 1\n' >failing/dot
chmod +x drawing/dot failing/dot
try env PATH="$PWD/drawing:$PATH" tenon advise --dot imports.dot --svg out.svg \
    --html out.html a.wasm caller.wasm | sed -n '1p;/^!/p'
cat imports.dot
cmp imports.dot read.dot
grep -c '<rect' out.svg
grep -h -o 'width="[0-9]*" height="[0-9]*"\|drawn.*<' out.svg | sort -u | head -3
grep -c '<figure>' out.html
grep -c 'xml version' out.svg out.html
try env PATH="$PWD/failing:$PATH" tenon advise --svg out.svg --html out.html \
    a.wasm | sed -n '/^!/p;/^exit/p'
grep -c 'was not there' out.svg out.html
grep -c '^  m0 ' out.html
try tenon advise --dot nowhere/out.dot a.wasm | sed -n '/^!/p;/^exit/p'
