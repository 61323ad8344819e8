#!/usr/bin/env bash
# merge.sh - what merging costs (merge_cost.c), and beside it wasm-merge.
#
#   [WASM_MERGE=COMMAND] [ROUNDS=7] bench/merge.sh BUILD_DIR FILE FILE...
#
# The files are merged on one thread. First the phases: a whole tn_merge less
# the validations in it, which are timed by themselves, is the merge alone.
# Then whole commands take turns, in seconds of the processor: tenon merge, and
# WASM_MERGE, if that is a command like Binaryen's (npm's binaryen has one),
# with all features. Medians.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 3 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=$1
shift
mkdir -p "$build/bench"
"${CC:-cc}" -std=c17 -O2 -D_GNU_SOURCE -I"$here/../include" "$here/merge_cost.c" \
    "$build/libtenon.a" -pthread -lm -lbrotlidec -lbrotlienc -lcrypto -o "$build/bench/merge_cost"
"$build/bench/merge_cost" "${ROUNDS:-7}" "$@"

pairs=
n=0
for file; do
    pairs="$pairs $file m$n"
    n=$((n + 1))
done
out=$build/bench/merged.wasm

# Seconds of the processor that a command takes, user and system.
seconds() {
    { time -p "$@" >/dev/null 2>&1; } 2>&1 |
        awk '/^(user|sys)/ { sum += $2 } END { print sum }'
}
middle() { sort -n "$1" | sed -n "$(((${ROUNDS:-7} + 1) / 2))p"; }

rm -f "$build"/bench/merge.times.*
for _ in $(seq "${ROUNDS:-7}"); do
    # shellcheck disable=SC2086 # pairs are words
    seconds "$build/tenon" merge --quiet --wasi --threads 1 $pairs -o "$out" >>"$build/bench/merge.times.tenon"
    [ -n "${WASM_MERGE:-}" ] || continue
    # shellcheck disable=SC2086
    seconds $WASM_MERGE -all -rec $pairs -o "$out.peer" >>"$build/bench/merge.times.peer"
done
ours=$(middle "$build/bench/merge.times.tenon")
printf 'tenon merge   %8.2f s\n' "$ours"
[ -z "${WASM_MERGE:-}" ] || {
    peer=$(middle "$build/bench/merge.times.peer")
    awk "BEGIN { printf \"wasm-merge    %8.2f s  %.0fx\\n\", $peer, $peer / $ours }"
}
