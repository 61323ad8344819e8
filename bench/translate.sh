#!/bin/sh
# translate.sh - how fast functions become register code (translation.c), and
# how fast instances come and go (instances.c).
#
#   bench/translate.sh BUILD_DIR [FILE...]
#
# Without files: the demo's modules if they are built, tests/large's programs
# if they are, and otherwise those of bench/programs. $CYCLES is the number of
# instances (1,000,000).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=$1
shift
mkdir -p "$build/bench"
for name in translation instances; do
    "${CC:-cc}" -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -I"$here/../src" \
        -I"$here/../include" "$here/$name.c" -o "$build/bench/$name" \
        "$build/libtenon.a" -lbrotlidec -lbrotlienc -lcrypto -lm -lpthread
done
if [ $# -eq 0 ]; then
    for file in "$build"/demo/db.wasm "$build"/demo/markdown.wasm "$build"/large/*.wasm; do
        [ ! -e "$file" ] || set -- "$@" "$file"
    done
fi
if [ $# -eq 0 ]; then
    "$here/programs.sh" "$build/bench"
    set -- "$build"/bench/*.wasm
fi
for file; do "$build/bench/translation" "$file" "${ROUNDS:-15}"; done
"$build/bench/instances" "${CYCLES:-1000000}"
