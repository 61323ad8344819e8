# simd - libwebp, from Debian's source, makes and reads pictures: without
# vectors, with those that clang finds in loops, and with its own code for SSE2
# and SSE 4.1, which Debian's SIMDe makes of WebAssembly's vectors. All, and the
# native one, give the same bytes.
"$tools/need" clang-19 lld-19 libclang-rt-19-dev-wasm32 wasi-libc libsimde-dev \
    dpkg-dev xz-utils || not_ok "packages"

webp_for() { # NAME COMPILER [OPTION...]
    name=$1
    shift
    mkdir -p "$name"
    webp=$(echo "$PWD"/src/libwebp-*)
    for file in "$webp"/src/dec/*.c "$webp"/src/dsp/*.c "$webp"/src/enc/*.c \
        "$webp"/src/utils/*.c "$webp"/sharpyuv/*.c "$source/codec.c"; do
        echo "$name/$(basename "$file" .c).o" "$file"
    done | xargs -P 2 -L 1 "$@" -g0 -w "-I$webp" "-I$webp/src" -c -o
}
build_webp() {
    [ -e done ] && return
    "$tools/debian-sources" src libwebp || return
    webp_for native clang-19 -O2 && clang-19 native/*.o -lm -o codec || return
    wasm='clang-19 --target=wasm32-wasi'
    # shellcheck disable=SC2086 # words
    webp_for plain $wasm -O2 &&
        webp_for loops $wasm -O3 -msimd128 &&
        webp_for sse $wasm -O2 -msimd128 -DWEBP_MSC_SSE2 -DWEBP_MSC_SSE41 \
            -DEMULATED "-I$source/x86" || return
    for name in plain loops sse; do
        $wasm $name/*.o -o $name.wasm || return
    done
    touch done
}

# The instructions on vectors in MODULE, one a line.
vectors_of() {
    "$tenon" print "$1" | grep -oE '\b(v128|[if](8x16|16x8|32x4|64x2))\.[a-z0-9_]+'
}

if build_webp >build.log 2>&1; then
    at_most "libwebp, plain: vectors" 0 "$(vectors_of plain.wasm | wc -l)"
    at_least "libwebp, loops: vectors" 8000 "$(vectors_of loops.wasm | wc -l)"
    at_least "libwebp, sse: vectors" 15000 "$(vectors_of sse.wasm | wc -l)"
    at_least "libwebp, sse: kinds" 90 "$(vectors_of sse.wasm | sort -u | wc -l)"
    natively ./codec
    for name in plain loops sse; do
        agree "libwebp, $name" native.out $name.wasm
    done
else
    not_ok "building libwebp"
    tail -n 20 build.log
fi
