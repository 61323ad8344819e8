#!/bin/sh
# memories.sh - what a load, a store and a chase through memory 1 cost beside
# memory 0, in tenon's interpreter and in V8.
#
#   bench/memories.sh BUILD_DIR [ROUNDS]
#
# The loops take turns, ROUNDS times (15), and the least time of each counts, in
# nanoseconds an access: in memory 0 as C has it, in memory 0 through the
# header, in memory 1. `same loop`: compiled so that all three have the same
# loop; `unrolled`: as the compiler likes, which unrolls the first more. The
# ratio is memory 1 beside C. $NODE is node 26.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,14s/^# \{0,1\}//p' "$0" >&2; exit 2; }
work=$1/bench
rounds=${2:-15}
mkdir -p "$work"
node=$("$here/../tools/node26" "$1/node26")
"${CC:-clang-19}" -O2 -I"$here/../include" "$here/memories_host.c" "$1/libtenon.a" \
    -pthread -lm -lbrotlidec -lbrotlienc -lcrypto -o "$work/memories"

ratios() { # WHAT
    awk -v what="$1" '{ t[$1] = $2 }
        END {
            for (i = split("load store chase", name, " "); i > 0; i--) {
                n = name[i]
                printf "%-22s %-6s %6.3f %6.3f %6.3f  %.2fx\n", what, n,
                    t[n "0"], t[n "1"], t[n "2"], t[n "2"] / t[n "0"]
            }
        }'
}

printf '%-22s %-6s %6s %6s %6s\n' '' '' 'C' '0' '1'
for way in 'same loop:-fno-unroll-loops' 'unrolled:-funroll-loops'; do
    "${WASM_CC:-clang-19}" --target=wasm32 -O2 "${way#*:}" -ffreestanding -nostdlib \
        -I"$here/../include" -Wl,--no-entry "$here/memories.c" -o "$work/memories-0.wasm"
    "$1/tenon" merge "$work/memories-0.wasm" main -o "$work/memories.wasm"
    "$work/memories" "$work/memories.wasm" "$rounds" | ratios "tenon, ${way%%:*}"
    "$node" "$here/memories.mjs" "$work/memories.wasm" "$rounds" | ratios "V8, ${way%%:*}"
done
