# Silent when all is well, else the file and the reason.
try tenon validate $modules/*.wasm
tenon pack -o app.pmod $modules/app.wasm $modules/base.wasm >/dev/null 2>&1
try tenon validate app.pmod
tenon validate - <$modules/math.wasm && echo valid
printf '\0asm\001\0\0\0\001\004\001\140\0\0\003\002\001\0\012\005\001\003\0\152\013' >bad.wasm
kinds tenon validate bad.wasm $modules/math.wasm
tenon validate bad.wasm 2>&1 | grep -o '^error\[invalid\]: bad.wasm: offset 0x[0-9a-f]*'
tenon validate --features wasm1 $modules/math.wasm 2>&1 | grep -o '^error\[feature\]'
try tenon validate --features all,-simd $modules/math.wasm
kinds tenon validate --features=-multi-value $modules/math.wasm
kinds tenon validate missing.wasm
