#!/bin/sh
# link.sh - what linking at run time costs (linking.c), and what it costs others.
#
#   [NODE=node] [DYLD_REFERENCE=FILE] [ICU=DIR] bench/link.sh BUILD_DIR
#
# Milliseconds are of the processor, each the median of $ROUNDS (7) processes
# that take turns. `again` is a second space of the same linker, which has
# decoded the modules already. Beside it: the same instances by V8, in the node
# that NODE names, their modules compiled before and their imports looked up in
# a map; and, if $DYLD_REFERENCE is a linker for node (an ES module with a class
# Dyld, which compiles each time), that. $ICU is a folder with the libraries of
# npm's php-wasm-intl; without it modules of that size are made.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=$1
work=$build/bench/link
mkdir -p "$work"
"${CC:-clang-19}" -std=c17 -O2 -D_GNU_SOURCE -I"$here/../include" "$here/linking.c" \
    "$build/libtenon.a" -pthread -lm -lbrotlidec -lbrotlienc -lcrypto -o "$work/link"
"$work/link" make "$work"
"$build/tenon" parse "$here/link.wat" -o "$work/calls.wasm"
node=${NODE:-node}
command -v "$node" >/dev/null || node=

# MAIN [LIBRARY for node]: the median of each column that the racers print, in turns.
race() {
    rm -f "$work"/times.*
    for _ in $(seq "${ROUNDS:-7}"); do
        "$work/link" bind "$1" 5 >>"$work/times.tenon"
        if [ -z "$node" ] || [ $# -eq 1 ]; then continue; fi
        "$node" "$here/link.mjs" "$@" >>"$work/times.v8"
        [ -z "${DYLD_REFERENCE:-}" ] ||
            "$node" "$here/link.mjs" "$@" "$DYLD_REFERENCE" >>"$work/times.reference"
    done
    for racer in tenon v8 reference; do
        times=$work/times.$racer
        [ -e "$times" ] || continue
        for column in 1 2; do
            cut -d ' ' -f $column "$times" | sort -n |
                sed -n "$(((${ROUNDS:-7} + 1) / 2))p"
        done | paste -s -d ' ' - | sed "s/^/$racer /"
    done | awk 'NR == 1 { base = $3 }
        { printf "  %-10s first %8.2f ms, again %8.2f ms %8.1fx\n", $1, $2, $3, $3 / base }'
}

echo "10,000 functions, 10,000 GOT.func and 10,000 GOT.mem bound:"
race "$work/many.wasm" "$work/libmany.so"
if [ -n "${ICU:-}" ]; then
    mkdir -p "$work/icu"
    cp "$ICU"/libicu*.so "$work/icu.wasm" "$work/icu"
    echo "ICU:"
    race "$work/icu/icu.wasm"
else
    echo "4,137 names of a library of 8,784 exports:"
    race "$work/international.wasm"
fi
for what in open calls many; do
    "$work/link" $what "$work"
done
