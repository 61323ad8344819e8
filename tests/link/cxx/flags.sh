# flags.sh - how the modules of these tests are compiled and linked; sourced.

target=wasm32-wasi
# Elsewhere than for Emscripten clang hides every symbol of WebAssembly.
pic="-fPIC -fvisibility=default"
link="--experimental-pic -Bdynamic --unresolved-symbols=import-dynamic"
shared="-shared $link"
main="-pie $link --import-memory --export-dynamic --export-if-defined=__wasm_call_ctors"

# The two encodings of exceptions. Version 19 makes the first one only; what
# version 22 makes, without the features that it adds by itself, is linked with
# version 19 as well.
clang_legacy=clang-19
flags_legacy="-fwasm-exceptions"
clang_exnref=clang-22
flags_exnref="-fwasm-exceptions -mllvm -wasm-use-legacy-eh=false"

# Debian's builtins of the compiler are position independent.
builtins() {
    $clang_legacy --target=$target --rtlib=compiler-rt --print-libgcc-file-name
}
