#!/bin/sh
# advise.sh - how fast advice reads modules, phase by phase (advising.c).
#
#   bench/advise.sh BUILD_DIR [FILE...]
#
# Without files: tests/large's programs if they are there, else one module of
# some megabytes that fuzz/gen.c makes. The library must be an optimized build.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=$1
shift
mkdir -p "$build/bench"
"${CC:-cc}" -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -I"$here/../src" \
    -I"$here/../include" "$here/advising.c" -o "$build/bench/advising" \
    "$build/libtenon.a" -lbrotlidec -lbrotlienc -lcrypto -lm -lpthread
if [ $# -eq 0 ]; then
    for file in "$build"/large/*.wasm; do
        [ ! -e "$file" ] || set -- "$@" "$file"
    done
fi
if [ $# -eq 0 ]; then
    large=$build/bench/large-module
    [ -e "$large" ] || {
        "${CC:-cc}" -std=c17 -O2 "$here/large.c" "$here"/../fuzz/gen*.c -o "$build/bench/large"
        "$build/bench/large" 5000 "$large"
    }
    set -- "$large"
fi
exec "$build/bench/advising" "${ROUNDS:-9}" "$@"
