# The guest's own status; 134 for a trap; 1 for all else.
try tenon run $modules/hello.wasm
try tenon run $modules/exit.wasm
try tenon run --invoke 'leave(3)' --invoke 'leave(4)' $modules/exit.wasm
kinds tenon run --invoke nope $modules/math.wasm
kinds tenon run missing.wasm
kinds tenon run $source/tests/cli/run
head -c 20 $modules/math.wasm >cut.wasm
kinds tenon run cut.wasm
try tenon run $modules/math.wasm
tenon run $modules/hello.wasm >/dev/null && echo quiet
