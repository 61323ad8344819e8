# Wrong usage: status 2, and the nearest name.
try tenon rnu
try tenon frobnicate
try tenon math.wasm
try tenon --strict run x
try tenon run
try tenon run --invok add x.wasm
try tenon run --zebra x.wasm
try tenon run --invoke
try tenon run --strict=yes x.wasm
try tenon run --trace=cals x.wasm
try tenon run --show=asm x.wasm
try tenon run --color=blue x.wasm
try tenon run -W tiemout=1s x.wasm
try tenon run -W multi-memry=n x.wasm
try tenon run -W timeout=soon x.wasm
try tenon run -W max-memory-size=64q x.wasm
try tenon run -W frobnicate x.wasm
try tenon pack
try tenon pack -o x.pmod
try tenon pack -o x.pmod db=db.wasm
try tenon pack --list a b
try tenon inspect
try tenon inspect toes x.wasm
try tenon print a b
try tenon validate
try tenon validate --features wasm9 x.wasm
try tenon validate --features all,-mvp x.wasm
try tenon run -W mvp=n x.wasm
try tenon run --preload base $modules/math.wasm
