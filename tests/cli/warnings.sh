# What pack warns of.
m=$modules
tenon pack -o a.pmod $m/app.wasm $m/base.wasm $m/nameless.wasm 2>&1 >/dev/null
tenon pack -o b.pmod $m/app.wasm $m/base.wasm $m/base_old.wasm 2>&1 >/dev/null
tenon pack -o c.pmod $m/wrapped.wasm 2>&1 >/dev/null
tenon pack -o d.pmod $m/hello.wasm $m/upper.wasm 2>&1 >/dev/null
