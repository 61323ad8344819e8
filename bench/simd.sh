#!/bin/sh
# simd.sh - what vectors are worth in the interpreter.
#
#   bench/simd.sh BUILD_DIR [PROGRAM...]
#
# Each program of bench/vectors is compiled four times: with and without
# vectors, for wasm and for this machine. All run in turns; printed are
# milliseconds with vectors in tenon, then how many times longer the others
# take: `scalar` in tenon without vectors, `native` and `native-scalar` by the
# machine itself. $ROUNDS is how often (7, the median counts).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=$1
shift
dir=$build/bench
"$here/programs.sh" "$dir"
mkdir -p "$dir/vectors"
[ $# -gt 0 ] || set -- $(cd "$here/vectors" && ls ./*.c | sed 's/^..//; s/\.c$//')
clang=${CLANG:-clang-19}
plain='-O2 -Wall -Wextra -fno-vectorize -fno-slp-vectorize -ffp-contract=off'
for name; do
    source=$here/vectors/$name.c out=$dir/vectors/$name
    # shellcheck disable=SC2086 # options are words
    {
        "$clang" --target=wasm32-wasi --sysroot=/usr $plain -DVECTORS -msimd128 "$source" -o "$out.wasm"
        "$clang" --target=wasm32-wasi --sysroot=/usr $plain "$source" -o "$out-scalar.wasm"
        "$clang" $plain -DVECTORS -mssse3 "$source" -o "$out-native"
        "$clang" $plain "$source" -o "$out-native-scalar"
    }
done
# A racer is a command and gets the file's name: these make of it another's.
for way in scalar:"$build/tenon run" native: native-scalar:; do
    script=$dir/vectors/${way%%:*}.sh
    suffix=-${way%%:*}
    [ -z "${way#*:}" ] || suffix=$suffix.wasm
    printf '#!/bin/sh\nexec %s "${1%%.wasm}%s"\n' "${way#*:}" "$suffix" >"$script"
    chmod +x "$script"
done
files=
for name; do files="$files $dir/vectors/$name.wasm"; done
# shellcheck disable=SC2086 # files are words
exec "$dir/race" -n "${ROUNDS:-7}" "tenon=$build/tenon run" "scalar=$dir/vectors/scalar.sh" \
    "native=$dir/vectors/native.sh" "native-scalar=$dir/vectors/native-scalar.sh" -- $files
