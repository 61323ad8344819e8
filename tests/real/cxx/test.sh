# cxx - C++ with exceptions: of the first kind (clang 19: try, catch, delegate,
# rethrow) and of WebAssembly 3.0 (clang 22: try_table, throw_ref). Debian's
# libc++ is built without any: unwind.cpp is the rest.
"$tools/need" clang-19 lld-19 clang-22 libclang-rt-19-dev-wasm32 wasi-libc \
    libc++-19-dev-wasm32 libc++abi-19-dev-wasm32 g++ || not_ok "packages"
cp "$source/lines.txt" .

cxx_for_wasi() { # NAME CLANG++ [OPTION...]
    name=$1 compiler=$2
    shift 2
    for file in calc unwind; do
        "$compiler" --target=wasm32-wasi -std=c++20 -O2 -fwasm-exceptions "$@" \
            -c "$source/$file.cpp" -o $file.o || return
    done
    clang++-19 --target=wasm32-wasi -Wl,-z,stack-size=1048576 calc.o unwind.o -o "$name.wasm"
}

if g++ -std=c++20 -O2 "$source/calc.cpp" -o calc &&
    cxx_for_wasi first clang++-19 &&
    cxx_for_wasi standard clang++-22 -Wno-deprecated -mllvm -wasm-use-legacy-eh=false; then
    at_least "C++, first kind: catches" 100 "$(count_words first.wasm 'catch|catch_all')"
    at_least "C++, first kind: delegates" 50 "$(count_words first.wasm delegate)"
    at_least "C++, standard: try_tables" 100 "$(count_words standard.wasm try_table)"
    at_least "C++, standard: throw_refs" 100 "$(count_words standard.wasm throw_ref)"
    for name in first standard; do
        natively ./calc lines.txt
        agree "C++, $name" native.out $name.wasm lines.txt
        natively ./calc no-such-file
        agree "C++, $name, an error to the top" native.out $name.wasm no-such-file
    done
else
    not_ok "building the calculator"
fi
