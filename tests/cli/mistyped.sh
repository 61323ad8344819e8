# Arguments that do not fit: status 2, nothing is called.
m=$modules/math.wasm
try tenon run --invoke add $m 1
try tenon run --invoke 'add(1,2,3)' $m
try tenon run --invoke 'add(1,)' $m
try tenon run --invoke 'add(4294967296,0)' $m
try tenon run --invoke 'add(-2147483649,0)' $m
try tenon run --invoke 'add(0x,0)' $m
try tenon run --invoke 'add(1.5,0)' $m
try tenon run --invoke 'add64(18446744073709551616,0)' $m
try tenon run --invoke 'half(1e39)' $m
try tenon run --invoke 'same(1,5)' $m
try tenon run --invoke 'same(ten)' $m
try tenon run --invoke 'same(nan:0x10000000000000)' $m
try tenon run --invoke 'ref(5)' $m
kinds tenon run --invoke 'bytes:add("x")' $m
try tenon run --invoke 'bytes:upper(x)' $modules/upper.wasm
