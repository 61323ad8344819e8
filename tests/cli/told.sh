# Traces and statistics go to standard error, results to standard output.
tenon pack -o app.pmod $modules/app.wasm $modules/base.wasm >/dev/null 2>&1
tenon run --trace=route --invoke answer app.pmod 2>trace
grep -c '^trace: ' trace | sed 's/^[1-9][0-9]*$/some/'
tenon run --trace wasi $modules/hello.wasm 2>trace
grep -o 'fd_write' trace | head -1
tenon run --trace calls --invoke answer app.pmod 2>trace
grep -c '^trace: ' trace | sed 's/^[1-9][0-9]*$/some/'
tenon run --stats --invoke answer app.pmod 2>stats
grep -oE '^(module|app|base|route|time)\b' stats | sort -u
tenon run --show=ir $modules/math.wasm | head -c 1 | wc -c
