# apart_node.sh - the same as apart.sh in node. It answers `overflow` to what lies
# outside of memory, and shims `fault`: that is not compared.
need_node
apart=$build/tests/rewrite/rewrite_wasi_apart
wasi_cc -Wall "$here/every.c" -o every.wasm
"$apart" write every.wasm every.shim.wasm host.wasm || not_ok "every.c: its shim"
set -- x "" "two words"
record node.out "$node" --no-warnings "$here/apart.mjs" "$PWD/every.wasm" "" "" "$@"
record node.shim.out "$node" --no-warnings "$here/apart.mjs" "$PWD/every.wasm" \
    "$PWD/every.shim.wasm" "$PWD/host.wasm" "$@"
equal "every call, in node" node.out node.shim.out
grep -q 'status 7' node.out || not_ok "every call in node, to its end"
