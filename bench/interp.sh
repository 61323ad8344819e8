#!/bin/sh
# interp.sh - how fast the interpreter is, beside others in the same run.
#
#   [WASM3=PATH] [PROTO=PATH] bench/interp.sh BUILD_DIR [PROGRAM...]
#
# Each program takes 0.1-1 s. The numbers behind the first column say how many
# times longer that engine takes than tenon: above 1, tenon is faster. $TIERS
# (default: the build's own) names tiers to race, the first is the measure;
# $ROUNDS is how often (7, the median counts).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=$1
shift
programs=$build/bench
"$here/programs.sh" "$programs"
[ $# -gt 0 ] || set -- $(cd "$here/programs" && ls ./*.c | sed 's/^..//; s/\.c$//' | grep -v hello)
files=
for name; do files="$files $programs/$name.wasm"; done

set --
for tier in ${TIERS:-default}; do
    option=
    [ "$tier" = default ] || option="--tier $tier"
    set -- "$@" "$tier=$build/tenon run $option"
done
[ -z "${WASM3:-}" ] || set -- "$@" "wasm3=$WASM3"
[ -z "${PROTO:-}" ] || set -- "$@" "proto=$PROTO"
exec "$programs/race" -n "${ROUNDS:-7}" "$@" -- $files
