# needs codecs
# Position-independent modules share one space: in files, in a package, beside
# modules that do not.
printf '(module $iso
  (import "lib" "add" (func $add (param i32 i32) (result i32)))
  (func (export "around") (param i32) (result i32)
    (call $add (local.get 0) (i32.const 100)))
  (func (export "twice") (param i32) (result i32)
    (i32.mul (local.get 0) (i32.const 2))))' >iso.wat
printf '(module $lib
  (@custom "dylink.0" (before first) "\\01\\04\\04\\02\\00\\00")
  (import "env" "memory" (memory 1))
  (import "env" "__memory_base" (global $base i32))
  (data (global.get $base) "\\07\\00\\00\\00")
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (i32.add (local.get 0) (local.get 1))
      (i32.load (global.get $base)))))' >lib.wat
printf '(module $main
  (@custom "dylink.0" (before first) "\\01\\04\\00\\00\\00\\00\\02\\05\\01\\03lib")
  (import "env" "memory" (memory 1))
  (import "env" "__memory_base" (global i32))
  (import "env" "add" (func $add (param i32 i32) (result i32)))
  (import "iso" "twice" (func $twice (param i32) (result i32)))
  (import "iso" "around" (func $around (param i32) (result i32)))
  (func (export "go") (param i32) (result i32)
    (call $twice (call $add (local.get 0) (i32.const 10))))
  (func (export "round") (param i32) (result i32)
    (call $around (local.get 0))))' >main.wat
for name in iso lib main; do tenon parse $name.wat -o $name.wasm; done
try tenon pack -o all.pmod main.wasm iso.wasm lib.wasm >/dev/null
try tenon run --invoke 'go(1)' --invoke 'round(1)' --invoke 'lib:add(1,2)' all.pmod
try tenon run --trace=link --invoke 'go(1)' all.pmod
# The isolated one may come first, or be preloaded; so may the library.
try tenon pack -o first.pmod iso.wasm main.wasm lib.wasm >/dev/null
try tenon run --invoke 'go(1)' --invoke 'iso:around(5)' first.pmod
try tenon run --preload iso=iso.wasm --preload lib=lib.wasm --invoke 'go(2)' main.wasm
# One that needs nothing of the library's, which is now in a file.
printf '(module $iso (func (export "around") (param i32) (result i32) (i32.const 0))
  (func (export "twice") (param i32) (result i32)
    (i32.mul (local.get 0) (i32.const 2))))' >iso.wat
tenon parse iso.wat -o iso.wasm
# Libraries are found by name: beside the program, then not at all.
mkdir folder
mv lib.wasm folder/lib
try tenon run --preload iso=iso.wasm --dyld-path folder --invoke 'go(3)' main.wasm
try tenon run --preload iso=iso.wasm --invoke 'go(3)' main.wasm
cp main.wasm folder
try tenon run --preload iso=iso.wasm --invoke 'go(4)' folder/main.wasm
# What nobody defines is told when it is called, or before.
printf '(module (@custom "dylink.0" (before first) "\\01\\04\\00\\00\\00\\00")
  (import "env" "__memory_base" (global i32)))' >none.wat
tenon parse none.wat -o folder/lib
try tenon run --preload iso=iso.wasm --dyld-path folder --invoke 'go(3)' main.wasm
try tenon run --preload iso=iso.wasm --dyld-path folder --dyld-bindnow --invoke 'go(3)' main.wasm
# A broken library is named.
printf 'no module' >folder/lib
try tenon run --preload iso=iso.wasm --dyld-path folder --invoke 'go(3)' main.wasm
try tenon run --preload '' main.wasm
# What is only there to be opened cannot be called; the main module is the one
# that no other needs, wherever it stands.
cp all.pmod keep.pmod
tenon pack --extract out all.pmod >/dev/null
printf '(module $spare (@custom "dylink.0" (before first) "\\01\\04\\00\\00\\00\\00")
  (import "env" "__memory_base" (global i32))
  (func (export "spare") (result i32) (i32.const 7)))' >spare.wat
tenon parse spare.wat -o spare.wasm
try tenon pack -o spare.pmod out/2-lib.wasm out/0-main.wasm out/1-iso.wasm spare.wasm >/dev/null
try tenon run --invoke 'go(1)' spare.pmod
try tenon run --invoke spare spare.pmod
# Unless another module imports from it; and a preloaded one is there.
printf '(module $user (import "spare" "spare" (func $f (result i32)))
  (func (export "use") (result i32) (call $f)))' >user.wat
tenon parse user.wat -o user.wasm
try tenon pack -o user.pmod out/0-main.wasm out/1-iso.wasm out/2-lib.wasm user.wasm spare.wasm >/dev/null
try tenon run --invoke use --invoke spare user.pmod
try tenon run --preload spare=spare.wasm --invoke use user.wasm
