# A trap tells its words and the calls that led there; each call fails alone.
strip() { sed 's/@ 0x[0-9a-f]*/@ 0x../'; }
try tenon run $modules/trap.wasm | strip
try tenon run --invoke 'ratio(1,0)' $modules/math.wasm | strip
try tenon run --invoke 'div(1,0)' --invoke 'div(6,3)' $modules/math.wasm | strip
