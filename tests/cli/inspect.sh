# needs codecs
# What inspect shows of a module and of a package.
hide() { sed 's/sha256 [0-9a-f]*/sha256 HASH/; s/"sha256": "[0-9a-f]*"/"sha256": HASH/'; }
cp $modules/math.wasm $modules/app.wasm $modules/base.wasm .
try tenon inspect math.wasm | hide
try tenon inspect exports math.wasm
try tenon inspect --features math.wasm
try tenon inspect -j EXPORT math.wasm
try tenon inspect -s -j type base.wasm
try tenon inspect -h base.wasm | hide
tenon pack -o app.pmod app.wasm base.wasm >/dev/null 2>&1
try tenon inspect app.pmod | hide
try tenon inspect imports app.pmod
tenon inspect --json - <app.pmod | hide
tenon inspect --json app.pmod | node -e 'JSON.parse(require("fs").readFileSync(0))' 2>&1
kinds tenon inspect missing.wasm
