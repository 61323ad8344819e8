# lua - Lua 5.4 with LPeg, from Debian's sources: their setjmp and longjmp are
# exceptions, of the first kind (clang 19) and of WebAssembly 3.0 (clang 22).
# Run: scripts of our own, LPeg's own tests, and programs that came with Lua 5.1.
"$tools/need" clang-19 lld-19 clang-22 libclang-rt-19-dev-wasm32 wasi-libc \
    libc6-dev dpkg-dev xz-utils || not_ok "packages"

lua_sources() {
    for file in src/lua-5.4*/src/*.c src/lpeg-*/lp*.c "$source/open.c"; do
        case $file in
        */linit.c | */luac.c) ;;
        *) echo "$file" ;;
        esac
    done
}
lua_for_wasi() { # NAME CLANG [OPTION...]
    name=$1 compiler=$2
    shift 2
    mkdir -p "$name" && rm -f "$name"/*.o
    for file in $(lua_sources) "$source/longjmp.c" "$source/no_shell.c"; do
        echo "$name/$(basename "$file" .c).o" "$file"
    done | xargs -P 2 -L 1 "$compiler" --target=wasm32-wasi -mllvm -wasm-enable-sjlj \
        -mexception-handling -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_PROCESS_CLOCKS \
        -DL_tmpnam=20 "-I$source" "$@" -c -o || return
    clang-19 --target=wasm32-wasi -Wl,-z,stack-size=1048576 "$name"/*.o \
        -o "$name.wasm" -lwasi-emulated-signal -lwasi-emulated-process-clocks
}
build_lua() {
    [ -e done ] && return
    "$tools/debian-sources" src lua5.4 lua-lpeg lua5.1 || return
    # One seed: it decides in which order `pairs` goes.
    set -- -O2 -g0 -w -std=gnu11 '-Dluai_makeseed(L)=42' "-I$(echo "$PWD"/src/lua-5.4*/src)"
    # shellcheck disable=SC2046 # files are words
    clang-19 "$@" $(lua_sources) -o lua -lm &&
        lua_for_wasi first clang-19 "$@" &&
        lua_for_wasi standard clang-22 -Wno-deprecated -mllvm -wasm-use-legacy-eh=false "$@" &&
        touch done
}

if build_lua >build.log 2>&1; then
    for name in bisect cf factorial fibfor life sort; do
        cp src/lua-5.1*/test/$name.lua .
    done
    sed -i 's/2000/200/' life.lua # generations
    cp src/lpeg-*/test.lua src/lpeg-*/re.lua "$source"/*.lua .
    at_least "Lua, first kind: try" 1 "$(count_words first.wasm try)"
    at_least "Lua, standard: try_table" 1 "$(count_words standard.wasm try_table)"
    for script in errors work test bisect cf factorial fibfor life sort; do
        natively ./lua $script.lua
        for name in first standard; do
            agree "Lua, $name, $script" native.out $name.wasm $script.lua
        done
    done
else
    not_ok "building Lua"
    tail -n 20 build.log
fi
