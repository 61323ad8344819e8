# What print prints can be read again, and is the same module.
for name in math hello upper app nameless; do
    tenon print $modules/$name.wasm >$name.wat || echo "$name: not printed"
    tenon parse $name.wat -o again.wasm || echo "$name: not read"
    tenon validate again.wasm || echo "$name: not valid"
    tenon print again.wasm | diff - $name.wat
done
try tenon print -o base.wat $modules/base.wasm
grep -c '^(module' base.wat
tenon pack -o app.pmod $modules/app.wasm $modules/base.wasm >/dev/null 2>&1
tenon print app.pmod | grep -c '^(module'
kinds tenon print missing.wasm
