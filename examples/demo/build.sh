#!/bin/sh
# build.sh DIR - the demo's modules, from other people's sources and our glue.
#
# SQLite, md4c and zlib come as Debian's upstream archives, fetched by apt with
# package lists of its own in DIR (nothing under /etc is touched) and checked
# by apt against the signed index. Leaves main.wasm, markdown.wasm, db.wasm,
# zip.wasm, the same program as `native`, and doc.md, a Markdown file of
# somebody else's. Done once; later runs find everything there.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:?usage: build.sh DIR}/src"
out=$(cd "$1" && pwd)
CC=${CC:-clang-19}

[ -e "$out/.built" ] && exit 0
echo "fetching the sources of SQLite, md4c and zlib"
"$here/../../tools/debian-sources" "$out/src" md4c sqlite3 zlib
md4c=$(echo "$out"/src/md4c-*/)
sqlite=$(echo "$out"/src/sqlite3-*/)
zlib=$(echo "$out"/src/zlib-*/)

echo "making sqlite3.c"
mkdir -p "$out/sqlite"
(cd "$out/sqlite" && CC=$CC "$sqlite/configure" >configure.log 2>&1 &&
    make sqlite3.c >make.log 2>&1) || { cat "$out"/sqlite/*.log >&2; exit 1; }

# The same flags for wasm and native, so that both run the same code.
flags="-O2 -g0 -w -DNDEBUG -I$here -I$md4c/src -I$zlib -I$out/sqlite"
sql="-DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_TEMP_STORE=3 \
-DSQLITE_OMIT_WAL -DSQLITE_DQS=0"
md="$md4c/src/md4c.c $md4c/src/md4c-html.c $md4c/src/entity.c"
zl=
for part in adler32 compress crc32 deflate inffast inflate inftrees trees uncompr zutil; do
    zl="$zl $zlib/$part.c"
done
wasm="$CC --target=wasm32-wasi -Wl,--strip-debug $flags"

# shellcheck disable=SC2086 # flags are words
{
    echo "compiling markdown.wasm"
    $wasm -mexec-model=reactor -o "$out/markdown.wasm" "$here/markdown.c" $md
    echo "compiling zip.wasm"
    $wasm -mexec-model=reactor -o "$out/zip.wasm" "$here/zip.c" $zl
    echo "compiling db.wasm"
    $wasm -mexec-model=reactor $sql -DSQLITE_OS_OTHER=1 -o "$out/db.wasm" \
        "$here/db.c" "$out/sqlite/sqlite3.c"
    echo "compiling main.wasm"
    $wasm -nostartfiles -o "$out/main.wasm" "$here/start.c" "$here/reader.c"
    echo "compiling native, to compare with"
    $CC $flags $sql -o "$out/native" "$here/reader.c" "$here/markdown.c" \
        "$here/db.c" "$here/zip.c" $md $zl "$out/sqlite/sqlite3.c" -lm
}
cp "$md4c/test/spec.txt" "$out/doc.md"
touch "$out/.built"
