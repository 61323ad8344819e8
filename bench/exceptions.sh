#!/bin/sh
# exceptions.sh - what catching and throwing cost, beside native C++.
#
#   bench/exceptions.sh BUILD_DIR
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }
work=$1/bench
mkdir -p "$work"
"$1/tenon" parse "$here/exceptions.wat" -o "$work/exceptions.wasm"
"${CXX:-clang++-19}" -std=c++17 -O2 -I"$here/../include" "$here/exceptions.cc" \
    "$1/libtenon.a" -pthread -lm -lbrotlidec -lbrotlienc -lcrypto -o "$work/exceptions"
exec "$work/exceptions" "$work/exceptions.wasm"
