#!/bin/sh
# validate.sh - decoding and validating, beside wabt's wasm-validate.
#
#   bench/validate.sh BUILD_DIR [FILE...]
#
# Without files: one module of some megabytes that fuzz/gen.c makes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=$1
shift
"$here/programs.sh" "$build/bench"
if [ $# -eq 0 ]; then
    large=$build/bench/large-module
    [ -e "$large" ] || {
        "${CC:-cc}" -std=c17 -O2 "$here/large.c" "$here"/../fuzz/gen*.c -o "$build/bench/large"
        "$build/bench/large" 5000 "$large"
    }
    set -- "$large"
fi
# Not --enable-all: with function references, wabt 1.0.32 refuses a ref.func
# where a funcref is asked for, and what it then measures is printing errors.
proposals="--enable-multi-memory --enable-memory64 --enable-extended-const --enable-tail-call"
exec "$build/bench/race" -n "${ROUNDS:-15}" "tenon=$build/tenon validate" \
    "wabt=wasm-validate $proposals" -- "$@"
