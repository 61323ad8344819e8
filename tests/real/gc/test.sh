# gc - MoonBit, whose objects are structs and arrays that the engine collects: a
# program of our own.
. "$here/gc/moonbit.sh"

if moonbit "$source/program.mbt" >build.log 2>&1; then
    at_least "MoonBit: structs made" 100 "$(count_words program.wasm struct.new)"
    at_least "MoonBit: casts" 100 "$(count_words program.wasm 'ref\.cast|ref\.test|br_on_cast')"
    moonbit_agrees "MoonBit" program.wasm
else
    not_ok "building MoonBit's program"
    tail -n 20 build.log
fi
