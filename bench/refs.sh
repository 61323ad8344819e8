#!/bin/sh
# refs.sh - what objects, casts, exceptions, atomics and waiting cost, beside
# native code.
#
#   bench/refs.sh BUILD_DIR [ROUNDS]
#
# The two sides of each line take turns, ROUNDS times (7); the medians of CPU
# time count, in nanoseconds, and how many times longer tenon takes. More of
# the collector: gc.sh. The last lines are those of atomics.sh.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
work=$1/bench
mkdir -p "$work"
"$1/tenon" parse "$here/refs.wat" -o "$work/refs.wasm"
"${CXX:-clang++-19}" -std=c++17 -O2 -I"$here/../include" "$here/refs.cc" \
    "$1/libtenon.a" -pthread -lm -lbrotlidec -lbrotlienc -lcrypto -o "$work/refs"
"$work/refs" "$work/refs.wasm" ${2:-}
echo
exec "$here/atomics.sh" "$1"
