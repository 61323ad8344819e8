# Functions of buffers, called from outside.
m=$modules/upper.wasm
try tenon run --invoke 'bytes:upper("abc")' --invoke 'bytes:upper("")' $m
try tenon run --invoke 'bytes:upper("a\"\\\u0062\n\u00e9\ud83d\ude00(c)")' $m
try tenon run --invoke bytes:upper $m 'from args'
printf 'from a file' >text
try tenon run --invoke upper --bytes text $m
printf 'from stdin' | tenon run --invoke upper --invoke upper --bytes - $m
kinds tenon run --invoke upper --bytes missing $m
kinds tenon run --invoke 'bytes:nope("")' $m
