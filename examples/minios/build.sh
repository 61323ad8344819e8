#!/bin/sh
# build.sh DIR - the modules of the small operating system, into DIR.
#
# A library that is named on the linker's line is needed by what it links: all
# that a module tells of others.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:?usage: build.sh DIR}"
cd "$1"
CC=${CC:-clang-19} LD=${LD:-wasm-ld-19}

pic="--experimental-pic -Bdynamic --unresolved-symbols=import-dynamic"
# shellcheck disable=SC2086 # options are words
module() { # NAME LIBRARIES-AND-OPTIONS
    name=$1
    shift
    $CC --target=wasm32-unknown-unknown -O2 -fPIC -fvisibility=default \
        -ffreestanding -Wall -Wextra -Werror -c "$here/$name.c"
    $LD $pic "$name.o" "$@"
}

module liballoc -shared -o liballoc.so
module liblog -shared -o liblog.so
module libreg liballoc.so liblog.so -shared -o libreg.so
module app1 libreg.so liballoc.so liblog.so -shared -o app1.so
module app2 libreg.so liballoc.so liblog.so -shared -o app2.so
module minios app1.so app2.so liballoc.so liblog.so -pie --no-entry \
    --import-memory --export=run --export-if-defined=__wasm_call_ctors \
    -o minios.wasm
