#!/bin/sh
# lookup.sh - what a dynamic linker's view of a module costs (lookup.c).
#
#   bench/lookup.sh BUILD_DIR [EXPORTS [IMPORTS]]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=$1
shift
mkdir -p "$build/bench"
"${CC:-cc}" -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -I"$here/../src" \
    -I"$here/../include" "$here/lookup.c" -o "$build/bench/lookup" \
    "$build/libtenon.a" -lbrotlidec -lbrotlienc -lcrypto -lm -lpthread
"$build/bench/lookup" "$@"
