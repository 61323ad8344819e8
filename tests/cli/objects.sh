# The heap of objects has a limit and three ways to collect.
try tenon run --invoke 'sum(20000)' $modules/list.wasm
kinds tenon run -W max-gc-size=256k --invoke 'sum(20000)' $modules/list.wasm |
    grep -v '!  '
try tenon run -W max-gc-size=4m --invoke 'sum(20000)' $modules/list.wasm
for mode in precise conservative stress; do
    try tenon run --gc $mode --invoke 'sum(300)' $modules/list.wasm
done
try tenon run --gc lazy --invoke 'sum(300)' $modules/list.wasm
try tenon run -W max-gc-size=x --invoke 'sum(300)' $modules/list.wasm
# A collection at each of 600 allocations, and none where there is room.
tenon run --stats --gc stress --invoke 'sum(300)' $modules/list.wasm 2>&1 |
    grep objects: | sed 's/[0-9]* bytes/N bytes/'
tenon run --stats --invoke 'sum(300)' $modules/list.wasm 2>&1 |
    grep objects: | sed 's/[0-9]* bytes/N bytes/'
