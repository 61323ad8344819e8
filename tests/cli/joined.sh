# Modules that cannot be joined; --strict; --preload; unknown imports.
m=$modules
kinds tenon run --invoke answer $m/app.wasm
try tenon run --preload base=$m/base.wasm --invoke answer $m/app.wasm
tenon pack -o half.pmod $m/base.wasm $m/nameless.wasm >/dev/null 2>&1
kinds tenon run --invoke seven half.pmod
kinds tenon run --strict --invoke seven half.pmod
kinds tenon run --invoke seven --invoke own half.pmod
kinds tenon run -W unknown-imports-trap --invoke own $m/nameless.wasm
kinds tenon run --preload base=missing.wasm --invoke answer $m/app.wasm
