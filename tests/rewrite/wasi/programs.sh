# programs.sh - SQLite, a C++ program, a library made of Rust and Ruby in one
# module: what each prints alone, one after the other.
#
# SQLite is of Debian's sources; the library is wasm-tools, as npm's
# jco-transpile carries it; Ruby 3.4 is npm's, too: a library that wants
# JavaScript, which it is not given. Programs in C drive these two, each over a
# bridge: the three of them, instances of their own in node, say what is right,
# and then are merged, and what comes of it is merged with the others.
programs=$here/programs

fetch() { # FOLDER PACKAGE VERSION SHA256
    [ -e "$1/done" ] && return
    tgz=$(npm pack --silent "$2@$3") || return
    echo "$4  $tgz" | sha256sum -c --quiet || return
    mkdir -p "$1" && tar xzf "$tgz" -C "$1" --strip-components=1 && rm "$tgz" && touch "$1/done"
}

build_sqlite() {
    [ -e sql.wasm ] && return
    "$tools/debian-sources" src sqlite3 && mkdir -p sqlite || return
    source=$(echo "$PWD"/src/sqlite3-*/)
    (cd sqlite && CC=$CC "$source/configure" && make sqlite3.c) >sqlite.log 2>&1 || return
    wasi_cc -O2 -w -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION \
        -DSQLITE_TEMP_STORE=3 -DSQLITE_OMIT_WAL -D_WASI_EMULATED_GETPID \
        -include "$here/../../large/posix.h" -Isqlite sqlite/sqlite3.c "$programs/sql.c" \
        -Wl,-z,stack-size=1048576 -lwasi-emulated-getpid -o sql.wasm
}

# What Ruby asks of JavaScript, as functions that trap.
no_javascript() {
    echo '(module'
    "$tenon" inspect "$1" |
        sed -n -e 's/^ *import *"rb-js-abi-host" "\(.*\)" (\([^()]*\)) -> \(.*\)$/  (func (export "\1") (param \2) (result \3) unreachable)/' \
            -e t1 -e d -e :1 -e 's/ (result ())//' \
            -e :2 -e 's/\((param [^()]*\), /\1 /' -e t2 -e p
    echo ')'
}

build_programs() {
    "$tools/need" libc++-19-dev-wasm32 libc++abi-19-dev-wasm32 && build_sqlite &&
        fetch ruby @ruby/3.4-wasm-wasi 2.10.1 2e709bd9eddefe1c5d63e9fc0391a35cce4754e936d8a2f24b8582f6d5c2ea88 &&
        fetch jco @bytecodealliance/jco-transpile 0.15.0 8386c1fe1919f57747626ac9622f7505efd560394ee0b43544907ff963fb6aff &&
        cp jco/vendor/wasm-tools.core.wasm tools.lib.wasm &&
        cp ruby/dist/ruby.wasm ruby.lib.wasm &&
        no_javascript ruby.lib.wasm >no_javascript.wat &&
        "${CC%"${CC#clang}"}++${CC#clang}" --target=wasm32-wasi -std=c++20 -O2 -fno-exceptions \
            "$programs/words.cpp" -o words.wasm &&
        wasi_cc "$programs/tools.c" -o tools.main.wasm &&
        wasi_cc "$programs/ruby.c" -o ruby.main.wasm
}

# trio NAME [INPUT...]: NAME.main.wasm, which drives NAME.lib.wasm, apart in
# node: NAME.out; and merged: NAME.wasm
trio() {
    name=$1
    shift
    record "$name.out" "$node" --no-warnings "$here/trio.mjs" "$PWD/$name.main.wasm" \
        "$PWD/$name.lib.wasm" 2>"$name.err"
    "$tenon" merge -q --wasi --export main:_start --export main:memory "$name.main.wasm" main \
        "$name.lib.wasm" lib "$programs/bridge.wat" bridge "$@" -o "$name.wasm" ||
        not_ok "merging $name"
}
in_tenon() { record "$1" "$tenon" run --env A=1 --env BB=two --dir . "$PWD/$2" 2>"$1.err"; }
in_node() { record "$1" "$node" --no-warnings "$here/apart.mjs" "$PWD/$2" "" "" 2>"$1.err"; }

need_node
if build_programs; then
    trio tools
    trio ruby no_javascript.wat rb-js-abi-host "$programs/no_js.wat" canonical_abi
    in_tenon sql.out sql.wasm
    in_tenon words.out words.wasm
    for name in tools ruby; do
        in_tenon "$name.merged.out" "$name.wasm"
        equal "$name, merged" "$name.out" "$name.merged.out"
        in_node "$name.node.out" "$name.wasm"
        equal "$name, merged, in node" "$name.out" "$name.node.out"
        grep -q 'status 0' "$name.out" || not_ok "$name: its status"
    done
    # In this order, then in another.
    for order in "sql words tools ruby" "ruby tools words sql"; do
        set --
        : >all.out
        for name in $order; do
            set -- "$@" "$name.wasm" "$name"
            sed '/^status/d' "$name.out" >>all.out
        done
        echo "status 0" >>all.out
        "$tenon" merge -q --wasi "$@" -o all.wasm || not_ok "merging $order"
        in_tenon all.merged.out all.wasm
        equal "$order" all.out all.merged.out
        in_node all.node.out all.wasm
        equal "$order, in node" all.out all.node.out
    done
else
    not_ok "building the programs"
fi
