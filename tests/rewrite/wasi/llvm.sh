# llvm.sh - LLVM, 75 MB of it, in one module with another program: it is valid,
# and the compiler compiles.
fetch_llvm() {
    [ -e llvm.core.wasm ] && return
    tgz=$(npm pack --silent @yowasp/clang@22.0.0-git20542-10) || return
    echo "6230ea1afa9691fa065935cf68c01642ff9b31c183fe8ac64cdfda025df06009  $tgz" |
        sha256sum -c --quiet || return
    tar xzf "$tgz" --strip-components=2 package/gen/llvm.core.wasm && rm "$tgz"
}

# It is what it is called: `clang`. The other program tells its arguments.
compile() { # OUT COMMAND...
    out=$1
    shift
    record "$out" sh -c 'cp "$0/source.c" . && "$@" --target=wasm32 -O2 -S source.c -o -' \
        "$PWD" "$@" 2>"$out.err"
}

need_node
cat >source.c <<'C'
struct node { struct node *next; const char *name; int count; };
int total(const struct node *node, int (*weigh)(const char *)) {
    int sum = 0;
    for (; node; node = node->next)
        sum += node->count * weigh(node->name);
    return sum;
}
double mean(const double *at, unsigned count) {
    double sum = 0;
    for (unsigned i = 0; i < count; i++) sum += at[i] * at[i];
    return count ? __builtin_sqrt(sum / count) : 0;
}
C
if fetch_llvm && wasi_cc '-DNAME="one"' -DSTATUS=0 "$here/prints.c" -o one.wasm; then
    mkdir -p llvm
    cp llvm.core.wasm llvm/clang
    compile llvm.out "$tenon" run --dir . "$PWD/llvm/clang"
    grep -q 'status 0' llvm.out && grep -q 'f64.sqrt' llvm.out || not_ok "LLVM alone"
    "$tenon" merge -q --wasi one.wasm one llvm.core.wasm llvm -o llvm/clang ||
        not_ok "merging LLVM"
    "$tenon" validate llvm/clang >validate.out && ok "LLVM merged is valid" ||
        not_ok "LLVM merged is valid"
    compile llvm.merged.out "$tenon" run --dir . "$PWD/llvm/clang"
    sed 1,2d llvm.merged.out >llvm.merged.only.out
    equal "LLVM, merged" llvm.out llvm.merged.only.out
    compile llvm.node.out "$node" --no-warnings "$here/apart.mjs" "$PWD/llvm/clang" "" ""
    sed 1,2d llvm.node.out >llvm.node.only.out
    equal "LLVM, merged, in node" llvm.out llvm.node.only.out
else
    not_ok "LLVM"
fi
