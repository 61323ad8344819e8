# needs codecs
# Written, listed, run, extracted; with its hash beside it.
app="$modules/app.wasm $modules/base.wasm"
tenon pack -o app.pmod $app 2>/dev/null | sed 's/sha256 .*/sha256 HASH/'
sha256sum -c app.pmod.sha256
try tenon pack --list app.pmod
try tenon run --invoke answer app.pmod
try tenon run --invoke base:name --invoke '#1:seven' app.pmod
try tenon pack --extract out app.pmod
cmp out/0-app.wasm $modules/app.wasm && cmp out/1-base.wasm $modules/base.wasm
tenon pack -o app.pmod.br $app >/dev/null 2>&1
cmp app.pmod.sha256 app.pmod.br.sha256
try tenon run --invoke answer app.pmod.br
tenon run --invoke answer - <app.pmod
ls
# What cannot be written leaves nothing behind.
mkdir empty
kinds tenon pack -o empty/new.pmod $modules/app.wasm app.pmod
kinds tenon pack -o empty/new.pmod missing.wasm
kinds tenon pack -o nowhere/new.pmod $modules/base.wasm
ls empty
# Text is packed as the binary that it stands for; a wrong hash is told before
# anything is parsed.
printf '(module $m (func (export "two") (result i32) i32.const 2))' >m.wat
try tenon pack -o p.pmod m.wat $modules/base.wasm >/dev/null
try tenon pack --list p.pmod
try tenon run --invoke two p.pmod
kinds tenon run --sha256 0000000000000000000000000000000000000000000000000000000000000000 m.wat
