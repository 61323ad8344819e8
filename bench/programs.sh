#!/bin/sh
# programs.sh - compiles bench/programs into DIR, for those who race.
#
#   bench/programs.sh DIR
#
# Needs clang and lld (19, or $CLANG), wasi-libc and the wasm32 builtins.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$1
mkdir -p "$dir"
for source in "$here"/programs/*.c; do
    out=$dir/$(basename "$source" .c).wasm
    [ "$out" -nt "$source" ] ||
        "${CLANG:-clang-19}" --target=wasm32-wasi --sysroot=/usr -O2 -Wall -Wextra \
            "$source" -o "$out"
done
[ "$dir/race" -nt "$here/race.c" ] ||
    "${CC:-cc}" -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra "$here/race.c" -o "$dir/race" -lm
