#!/bin/sh
# start.sh - what it takes to say hello and end: the process, its library, the
# module, WASI, beside native and, if given, $WASM3 and $PROTO.
#
#   [WASM3=PATH] [PROTO=PATH] bench/start.sh BUILD_DIR
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
programs=$1/bench
"$here/programs.sh" "$programs"
"${CC:-cc}" -O2 "$here/programs/hello.c" -o "$programs/hello"
set -- "tenon=$1/tenon run" "native=$programs/hello"
[ -z "${WASM3:-}" ] || set -- "$@" "wasm3=$WASM3"
[ -z "${PROTO:-}" ] || set -- "$@" "proto=$PROTO"
exec "$programs/race" -n "${ROUNDS:-51}" "$@" -- "$programs/hello.wasm"
