#!/bin/sh
# gc.sh - what objects cost, beside malloc and free in native code; and beside
# the node that NODE names (22 or later), whose compiler makes machine code.
#
#   [NODE=node] bench/gc.sh BUILD_DIR [DEPTH [NODES]]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=$1
work=$build/bench
shift
mkdir -p "$work"
"${CC:-clang-19}" -std=c17 -O2 -D_GNU_SOURCE -I"$here/../include" "$here/trees.c" \
    "$build/libtenon.a" -pthread -lm -lbrotlidec -lbrotlienc -lcrypto -o "$work/trees"
"$work/trees" "$here/gc.wat" "$@"
[ -n "${NODE:-}" ] || exit 0
"$build/tenon" parse "$here/gc.wat" -o "$work/gc.wasm"
"$NODE" -e '
const [path, depth = 14, nodes = 1e7] = process.argv.slice(1);
const module = new WebAssembly.Module(require("fs").readFileSync(path));
const { trees } = new WebAssembly.Instance(module).exports;
const times = Math.floor(nodes / ((2 << depth) - 1)) + 1;
trees(depth, times);
const start = process.cpuUsage();
const count = trees(depth, times);
const used = process.cpuUsage(start);
const ns = (used.user + used.system) * 1e3 / count;
console.log("the same, node " + process.version.padEnd(21) + ns.toFixed(1).padStart(6));
' "$work/gc.wasm" "$@"
