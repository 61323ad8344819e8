# apart.sh - each call of preview 1, straight to the host and through a shim:
# the same comes back, to the byte.
apart=$build/tests/rewrite/rewrite_wasi_apart
wasi_cc -Wall "$here/every.c" -o every.wasm
"$apart" write every.wasm every.shim.wasm host.wasm || not_ok "every.c: its shim"
"$tenon" validate every.shim.wasm >validate.out || not_ok "every.c: a valid shim"

set -- "$PWD/every.wasm" x "" "two words"
record tenon.out "$tenon" run --env A=1 --env BB=two --dir . "$@"
record tenon.shim.out "$apart" run "$@"
equal "every call, in tenon" tenon.out tenon.shim.out
grep -q 'status 7' tenon.out || not_ok "every call, to its end"

set -- "$PWD/every.wasm" faults
record tenon.out "$tenon" run --dir . "$@"
record tenon.shim.out "$apart" run "$@"
equal "what lies outside, in tenon" tenon.out tenon.shim.out
