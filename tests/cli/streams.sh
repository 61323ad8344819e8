# Colours only where they are wanted; a full disk is told.
try tenon run --color=always missing.wasm | grep -c '\[1;31merror\[io\]'
NO_COLOR= tenon run missing.wasm 2>&1 | grep -c "$(printf '\033')"
tenon help >/dev/full 2>err || echo "exit $?"
grep -o 'error\[io\]' err
tenon run --invoke 'add(1,2)' $modules/math.wasm >/dev/full 2>err || echo "exit $?"
