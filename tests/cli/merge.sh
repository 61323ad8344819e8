# Several modules become one file: what each option does, and what is refused.

cat >main.wat <<'WAT'
(module $main
  (import "lib" "add" (func $add (param i32 i32) (result i32)))
  (import "host" "log" (func $log (param i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (call $log (i32.const 3)) (call $add (i32.const 40) (i32.const 2))))
WAT
cat >lib.wat <<'WAT'
(module $lib
  (memory (export "memory") 2)
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1))))
WAT
cat >host.wat <<'WAT'
(func (export "log") (param i32))
WAT
for name in main lib host; do tenon parse -o $name.wasm $name.wat; done

# ARGUMENTS: merged, with no word about what the names are.
merged() { tenon merge -q "$@" -o merged.wasm; }
exports() { tenon print merged.wasm | sed -n 's/^ *(export/(export/; /^(export/p'; }
imports() { tenon print merged.wasm | sed -n 's/^ *(import/(import/; /^(import/p'; }

echo "pairs, text and binary, a stream"
try tenon merge main.wasm main lib.wasm lib host.wasm host -o all.wasm
tenon run --invoke run all.wasm
tenon validate all.wasm
tenon merge -q main.wat main lib.wat lib host.wat host | cmp - all.wasm
tenon merge -q main.wasm main - lib host.wasm host -o - <lib.wat | cmp - all.wasm
tenon merge -q main.wasm main - lib host.wasm host --output=again.wasm <lib.wasm
cmp again.wasm all.wasm
tenon merge -q -S main.wat main lib.wat lib host.wat host >all.wat
tenon parse all.wat -o again.wasm && tenon run --invoke run again.wasm
tenon merge lib.wat lib -o lib2.wat && tenon merge --emit-text lib.wat lib | cmp - lib2.wat
tenon run --invoke add lib2.wat 2 3
echo "one input, and the same file twice"
merged lib.wasm lib && exports
merged lib.wasm one lib.wasm two && exports

echo "what is told"
try tenon merge --quiet main.wasm main lib.wasm lib -o merged.wasm
try tenon merge --explain main.wasm main lib.wasm lib -o merged.wasm
try tenon merge --explain --quiet main.wasm main lib.wasm lib -o merged.wasm
try tenon merge --explain host.wasm host -o merged.wasm
try tenon merge -q main.wasm main lib.wasm lib -o merged.wasm --emit-import-map -
tenon merge -q main.wasm main lib.wasm lib -o merged.wasm --emit-import-map map.json
node -e 'const m = JSON.parse(require("fs").readFileSync("map.json"));
  console.log(m.version, m.imports.map(i => [i.module, i.import, i.name, i.kind, i.from].join(",")).join(" "))'

echo "exports"
merged main.wasm main lib.wasm lib --export 'main:*' && exports
merged main.wasm main lib.wasm lib -e lib:add -e main:run=go -e lib:add=plus && exports
merged main.wasm main lib.wasm lib -e '*:memory' && exports
try tenon merge -q main.wasm main lib.wasm lib -e 'lib:*=x' -o none.wasm
try tenon merge -q main.wasm main lib.wasm lib -e lib:sub -o none.wasm
merged main.wasm main lib.wasm lib -e '*:run' && exports
try tenon merge -q main.wasm main lib.wasm lib -e '*:walk' -o none.wasm
try tenon merge -q main.wasm main lib.wasm lib -e 'lab:*' -o none.wasm
try tenon merge -q main.wasm main lib.wasm lib -e lib -o none.wasm
try tenon merge -q main.wasm main lib.wasm lib -e lib: -o none.wasm
try tenon merge -q main.wasm main lib.wasm lib -e main:run=x -e lib:add=x -o none.wasm

echo "names that two have"
for how in --rename-export-conflicts -rec --skip-export-conflicts -sec \
    --fail-export-conflicts; do
    try tenon merge main.wasm main lib.wasm lib $how -o merged.wasm
done
merged lib.wasm one lib.wasm two -sec && exports
try tenon merge -rec -sec lib.wasm lib -o none.wasm
echo '(func (export "lib.memory"))' >taker.wat
try tenon merge taker.wat taker main.wasm main lib.wasm lib -o none.wasm

echo "who is meant"
merged main.wasm main lib.wasm lib --bind lib= && imports
merged main.wasm main lib.wasm lib --bind main:lib= && imports
merged main.wasm main lib.wasm maths host.wasm host --bind main:lib=maths && imports
merged main.wasm main lib.wasm lib host.wasm host --bind host= && imports
merged main.wasm main lib.wasm lib host.wasm host --bind host= --bind main:host=host && imports
try tenon merge main.wasm main lib.wasm lib --bind lib=lab -o none.wasm
try tenon merge main.wasm main lib.wasm lib --bind mine:lib=lib -o none.wasm
try tenon merge main.wasm main lib.wasm lib --bind lib -o none.wasm
try tenon merge main.wasm main lib.wasm lib --bind =lib -o none.wasm
try tenon merge main.wasm main lib.wasm lib --bind lib:host= -o none.wasm
echo '(import "x:y/z" "f" (func)) (import "a:b/c" "f" (func)) (func (export "a:b"))' >colon.wat
echo '(func (export "f"))' >f.wat
merged colon.wat a f.wat a:b --bind x:y/z=a:b -e a:a:b -e a:b:f && exports && imports
merged colon.wat a f.wat a:b --bind a:a:b/c=a:b && imports
try tenon merge colon.wat a f.wat a:b --bind a:b/c=a:b -o none.wasm

echo "what is no link"
try tenon merge main.wasm main host.wasm lib -o none.wasm
echo '(memory (export "add") 1)' >kind.wat
try tenon merge main.wasm main kind.wat lib -o none.wasm
echo '(func (export "add") (param i64) (result i32) i32.const 0)' >type.wat
try tenon merge main.wasm main type.wat lib -o none.wasm
echo '(import "b" "f" (func)) (export "f" (func 0))' >a.wat
echo '(import "a" "f" (func)) (export "f" (func 0))' >b.wat
try tenon merge a.wat a b.wat b -o none.wasm
echo '(import "b" "g" (global i32)) (global (export "g") i32 (global.get 0))' >a.wat
echo '(import "a" "g" (global i32)) (global (export "g") i32 (global.get 0))' >b.wat
try tenon merge a.wat a b.wat b -o none.wasm
try tenon merge lib.wasm lib lib.wat lib -o none.wasm

echo "memories"
merged lib.wasm lib --memory multi --add-memory scratch=16:256 --add-memory more=1 &&
    tenon print merged.wasm | sed -n '/(memory/p'
merged lib.wasm lib --add-memory scratch=1 -e lib:scratch && exports
try tenon merge lib.wasm lib --memory single -o none.wasm
try tenon merge lib.wasm lib --memory double -o none.wasm
for memory in scratch scratch= scratch=2:1 scratch=one =1 scratch=1:2:3 scratch=-1 \
    scratch=99999999999999999999; do
    try tenon merge lib.wasm lib --add-memory $memory -o none.wasm
done
try tenon merge lib.wasm lib --add-memory scratch=65537 -o none.wasm
try tenon merge lib.wasm lib --add-memory memory=1 -o none.wasm
try tenon merge lib.wasm lib --add-memory a=1 --features wasm2 -o none.wasm

echo "targets"
merged main.wasm main host.wasm host --bind lib= --target mvp && echo one memory: yes
try tenon merge -q main.wasm main lib.wasm lib --target wasm2 -o none.wasm
try tenon merge -q main.wasm main lib.wasm lib --target node-20 -o none.wasm
merged main.wasm main lib.wasm lib --target node-26 && echo node 26: yes
try tenon merge main.wasm main --target node26 -o none.wasm
try tenon merge main.wasm main --target abacus -o none.wasm
tenon merge --target help | grep -A2 '^wasm2 '

echo "the rest"
tenon merge --name both main.wasm main lib.wasm lib -q -S | sed -n 1p
merged main.wasm main lib.wasm lib --threads 1 && cp merged.wasm one.wasm
merged main.wasm main lib.wasm lib --threads 8 && cmp one.wasm merged.wasm
try tenon merge lib.wasm lib --threads 0 -o none.wasm
try tenon merge lib.wasm lib --threads many -o none.wasm
merged main.wasm main --dwarf strip && merged main.wasm main --dwarf remap
try tenon merge lib.wasm lib --dwarf keep -o none.wasm
cat >debug.wat <<'WAT'
(@custom ".debug_info" "\01") (@custom "odd" "\02") (func (export "f"))
WAT
try tenon merge --explain debug.wat debug lib.wasm lib --dwarf strip -o merged.wasm
try tenon merge lib.wasm lib --features some -o none.wasm
echo '(func (result v128) v128.const i32x4 0 0 0 0)' >vector.wat
try tenon merge vector.wat vector --features wasm1 -o none.wasm

echo "programs"
cp $modules/hello.wasm hello.wasm
try tenon merge hello.wasm one hello.wasm two -o none.wasm
try tenon merge --wasi hello.wasm one hello.wasm two -o both.wasm
tenon run both.wasm
tenon run --invoke two._start both.wasm
merged --wasi hello.wasm one && tenon run merged.wasm && imports

echo "what is no module"
: >empty.wasm
head -c 20 lib.wasm >short.wasm
printf '\0asm\15\0\1\0' >component.wasm
echo '(func (i32.const))' >wrong.wat
echo '(func (result i32) i64.const 1)' >invalid.wat && tenon parse invalid.wat -o invalid.wasm
printf 'PMOD\1\1\0\0' >package.pmod
for file in empty.wasm short.wasm component.wasm wrong.wat invalid.wat invalid.wasm \
    package.pmod missing.wasm . map.json; do
    try tenon merge main.wasm main $file lib -o none.wasm
done
try tenon merge --no-validate invalid.wasm invalid -o none.wasm
echo '(export "f" (func 0))' >outline.wat
try tenon merge --no-validate outline.wat outline lib.wasm lib -o none.wasm
try tenon merge - lib -o none.wasm
merged --no-validate main.wasm main lib.wasm lib && cmp one.wasm merged.wasm

echo "where it goes"
try tenon merge main.wat main lib.wat lib -o lib.wat
ln -s main.wasm link.wasm
try tenon merge main.wasm main lib.wasm lib -o link.wasm
try tenon merge main.wasm main lib.wasm lib -o no/where.wasm
try tenon merge main.wasm main lib.wasm lib -o none.wasm --emit-import-map no/map.json
try tenon merge main.wasm main lib.wasm lib -o none.wasm --emit-import-map lib.wasm
try tenon merge main.wasm main lib.wasm lib -o none.wasm --emit-import-map none.wasm
try tenon merge main.wasm main lib.wasm lib --emit-import-map -
try tenon merge -q main.wasm main lib.wasm lib -o /dev/full
cp one.wasm kept.wasm
tenon merge main.wasm main host.wasm lib -o kept.wasm 2>/dev/null || cmp one.wasm kept.wasm
tenon merge -q main.wasm main lib.wasm lib >/dev/full 2>.err || echo "exit $?"
cat .err

echo "usage"
try tenon merge
try tenon merge main.wasm
try tenon merge main.wasm main lib.wasm -o none.wasm
try tenon merge - main - lib -o none.wasm
try tenon merge lib.wasm lib -o
try tenon merge lib.wasm lib --exports 'lib:*'
try tenon merge --enable-multimemory lib.wasm lib
ls none.wasm
ls -A | grep tmp

echo "names"
for name in 'with space' "quote'\"" "über" "" "back\\slash" "-"; do
    merged lib.wasm a lib.wasm "$name" && exports | grep 'memory 1'
done
control=$(printf 'a\001\033[31m')
try tenon merge lib.wasm a lib.wasm "$control" -o merged.wasm
exports | grep 'memory 1'
bad=$(printf 'a\377')
for how in "lib.wasm $bad" "-e a:add=$bad" "--add-memory $bad=1" "--name $bad"; do
    try tenon merge lib.wasm a $how -o none.wasm | tr '\377' '?'
done
cat >odd.wat <<'WAT'
(import "wi\"de \n\t" "na me" (func))
WAT
echo '(func (export "na me"))' >even.wat
try tenon merge -q odd.wat odd even.wat "$(printf 'wi"de \n\t')" -o merged.wasm --emit-import-map -
exports

echo "many"
i=0 args=
while [ $i -lt 400 ]; do
    echo "(import \"m$((i + 1))\" \"f\" (func (result i32))) (export \"f\" (func 0))" >m$i.wat
    args="$args m$i.wat m$i" i=$((i + 1))
done
echo '(func (export "f") (result i32) i32.const 42)' >m400.wat
merged $args m400.wat m400 -e m0:f && tenon run --invoke f merged.wasm && imports
merged $args -e m0:f && imports
i=0
while [ $i -lt 20 ]; do echo "(func (export \"f$i\"))" && i=$((i + 1)); done >names.wat
try tenon merge names.wat a names.wat b -o merged.wasm
tenon merge --explain names.wat a names.wat b -o merged.wasm 2>&1 | grep -c taken
