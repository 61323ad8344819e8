# Limits hold, in start functions too.
kinds tenon run -W timeout=50ms --invoke spin $modules/spin.wasm | grep -v '!  '
kinds tenon run -W timeout=50ms --invoke f $modules/spin_start.wasm
try tenon run -W timeout=10s --invoke 'add(1,2)' $modules/math.wasm
kinds tenon run -W max-memory-size=1k --invoke 'bytes:upper("a")' $modules/upper.wasm
kinds tenon run -W multi-value=n --invoke 'add(1,2)' $modules/math.wasm
