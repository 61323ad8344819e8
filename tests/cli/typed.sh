# Arguments and results of every type.
m=$modules/math.wasm
try tenon run --invoke add $m 2 -3
try tenon run --invoke 'add(0x10, 4294967295)' $m
try tenon run --invoke 'add(-2147483648,0)' --invoke 'add(2147483647,1)' $m
try tenon run --invoke 'add64(18446744073709551615,2)' $m
try tenon run --invoke 'add64(-9223372036854775808,0)' $m
try tenon run --invoke 'half(3)' --invoke 'half(0.2)' --invoke 'half(-inf)' $m
try tenon run --invoke 'half(nan:0x200001)' $m
for f in 0.1 -0 inf nan -nan nan:0x1 nan:canonical 1e21 1e6 0x1.8p3 5e-324 0.30000000000000004; do
    try tenon run --invoke "same($f)" $m
done
try tenon run --invoke 'sqrt(2)' $m
try tenon run --invoke swap $m 1 -2
try tenon run --invoke 'ref(null)' $m
try tenon run --invoke nothing $m
