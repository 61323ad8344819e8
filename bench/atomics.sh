#!/bin/sh
# atomics.sh - what atomic instructions and waiting cost, beside native code.
#
#   bench/atomics.sh BUILD_DIR [ROUNDS]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }
work=$1/bench
mkdir -p "$work"
"$1/tenon" parse "$here/atomics.wat" -o "$work/atomics.wasm"
"${CC:-clang-19}" -std=c17 -O2 -D_GNU_SOURCE -I"$here/../include" "$here/contend.c" \
    "$1/libtenon.a" -pthread -lm -lbrotlidec -lbrotlienc -lcrypto -o "$work/atomics"
exec "$work/atomics" "$work/atomics.wasm" ${2:-}
