# merged_node.sh - the modules that merged.sh made, in node.
need_node
node_record() { # FILE MODULE [ARG...]
    out=$1
    shift
    record "$out" "$node" --no-warnings "$here/apart.mjs" "$1" "" "" x y 2>"$out.err"
}
cd alone || exit 2
"$tenon" merge -q --wasi "$one" a "$two" b -o prog.wasm
node_record both.node.out "$PWD/prog.wasm"
equal "two programs, in node" one_two.out both.node.out
equal "two programs, their errors, in node" one_two.out.err both.node.out.err
cp "$one" prog.wasm
node_record one.node.out "$PWD/prog.wasm"
cp "$every" prog.wasm
node_record every.node.out "$PWD/prog.wasm"
"$tenon" merge -q --wasi "$one" a "$every" b -o prog.wasm
node_record calls.node.out "$PWD/prog.wasm"
sed '/^status/d' one.node.out | cat - every.node.out >one_every.node.out
equal "every call, in node" one_every.node.out calls.node.out
cd ..
