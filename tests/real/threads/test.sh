# threads - a program of four threads over one memory, the one of tests/wasi,
# beside node's workers: to its end, ended by one thread, and trapped in one.
"$tools/need" clang-19 lld-19 libc6-dev || not_ok "packages"

# threaded NAME STATUS [OPTION...]
threaded() {
    name=$1 status=$2
    shift 2
    clang-19 -O1 -pthread "$@" "$here/../wasi/threaded.c" -o "$name" &&
        clang-19 --target=wasm32 -matomics -mbulk-memory -nostdlib -O1 "$@" \
            -Wl,--import-memory,--shared-memory,--initial-memory=1048576 \
            -Wl,--max-memory=1048576 "$here/../wasi/threaded.c" -o "$name.wasm" ||
        { not_ok "building the threaded program"; return; }
    if [ "$name" = trapping ]; then echo "status $status" >native.out; else natively "./$name"; fi
    grep -q "^status $status\$" native.out || not_ok "threads, $name, natively"
    record tenon.out "$tenon" run "$name.wasm"
    record node.out "$node" --no-warnings "$source/run.mjs" "$name.wasm"
    equal "threads, $name: tenon" native.out tenon.out
    equal "threads, $name: node" native.out node.out
}
threaded whole 0
at_least "threads: atomic instructions" 10 "$(count_words whole.wasm '.*\.atomic\..*')"
threaded leaving 7 -DENDS=1
threaded trapping 134 -DENDS=2
