# moonbit.sh - MoonBit's compiler and its library's sources, from npm; sourced.
# A program of its asks for one import: what prints, which print_char.c is in
# tenon, and JavaScript in node.
"$tools/need" clang-19 lld-19 || not_ok "packages"

fetch_package() { # FILE NAME SHA256
    [ -e "$1" ] || npm pack --silent "$2" >/dev/null || return
    echo "$3  $1" | sha256sum -c --quiet
}
fetch_moonbit() {
    [ -e moonc.js ] && [ -e library.js ] && return
    fetch_package moonbit-moonc-worker-0.1.202605123.tgz @moonbit/moonc-worker@0.1.202605123 \
        bace674a8636318e8e0ddb8888ea8c38f083e529776b3b58109ef430cb2a4f7e &&
        fetch_package moonbit-moonpad-monaco-0.1.202602255.tgz \
            @moonbit/moonpad-monaco@0.1.202602255 \
            d32579642863260f2fcf4fb24586d1ea59a6bfac0626f4761db45bb7fbe2d035 || return
    tar xzf moonbit-moonpad-monaco-*.tgz -O package/dist/moonpad-monaco.js >library.js &&
        tar xzf moonbit-moonc-worker-*.tgz -O package/moonc-worker.js >moonc.js
}
moonbit() { # NAME.mbt | PACKAGE...
    tools_at=$build/real/moonbit
    mkdir -p "$tools_at" && (cd "$tools_at" && fetch_moonbit) || return
    clang-19 --target=wasm32 -O2 -nostdlib -Wl,--no-entry \
        "$here/gc/print_char.c" -o print_char.wasm &&
        "$node" "$here/gc/moonc.mjs" "$tools_at/moonc.js" "$tools_at/library.js" \
            "$tools_at/kept" "$@"
}
moonbit_agrees() { # WHAT MODULE
    record node.out "$node" "$here/gc/run.mjs" "$2"
    record tenon.out "$tenon" run --preload spectest=print_char.wasm "$2"
    [ "$(wc -l <node.out)" -gt 1 ] || not_ok "$1: no output"
    equal "$1" node.out tenon.out
}

# The same with a collection at every allocation: a script, in which printing
# makes a hash of the code units.
moonbit_stressed() { # WHAT MODULE
    hash=$("$node" "$here/gc/run.mjs" --hash "$2")
    {
        echo '(module $print (global $hash (mut i32) (i32.const 0x811c9dc5))
            (func (export "print_char") (param i32)
                (i32.xor (global.get $hash) (local.get 0))
                (global.set $hash (i32.mul (i32.const 16777619))))
            (func (export "hash") (result i32) (global.get $hash)))
            (register "spectest" $print)'
        "$tenon" print "$2"
        echo '(invoke "_start")'
        echo "(assert_return (invoke \$print \"hash\") (i32.const $hash))"
    } >stress.wast
    "$tenon" wast --gc stress stress.wast >stress.out && ok "$1: collecting always" ||
        { not_ok "$1: collecting always"; tail -n 5 stress.out; }
}
