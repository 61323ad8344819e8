# merged.sh - programs in one module print what they print alone, one after the
# other, whichever memory is theirs.
hello() { # NAME STATUS
    wasi_cc "-DNAME=\"$1\"" "-DSTATUS=$2" "$here/prints.c" -o "$1.wasm"
}
merge() { "$tenon" merge -q "$@"; }
hello one 0 && hello two 0 && hello three 3 && wasi_cc "$here/every.c" -o every.wasm ||
    not_ok "building the programs"
one=$PWD/one.wasm two=$PWD/two.wasm three=$PWD/three.wasm every=$PWD/every.wasm
in_tenon() { # FILE MODULE [ARG...]
    out=$1
    shift
    record "$out" "$tenon" run --env A=1 --env BB=two --dir . "$@" 2>"$out.err"
}

# What they are called differs, and is in a sum: so each is called the same.
mkdir -p alone && cd alone || exit 2
apart() { # OUT MODULE [ARG...]: by the name under which the merged one runs
    out=$1
    cp "$2" prog.wasm
    shift 2
    in_tenon "$out" "$PWD/prog.wasm" "$@"
}
merged() { # OUT [ARG...] -- INPUTS
    out=$1 args=
    shift
    while [ "$1" != -- ]; do
        args="$args $1"
        shift
    done
    shift
    merge --wasi "$@" -o prog.wasm || not_ok "merging $*"
    # shellcheck disable=SC2086 # words
    in_tenon "$out" "$PWD/prog.wasm" $args
}

apart one.out "$one" x y
apart two.out "$two" x y
apart three.out "$three" x y
apart every.out "$every" x y
sed '/^status/d' one.out | cat - two.out >one_two.out
cat one.out.err two.out.err >one_two.out.err
sed '/^status/d' one.out | cat - three.out >one_three.out
sed '/^status/d' one.out | cat - every.out >one_every.out

merged both.out x y -- "$one" a "$two" b
equal "two programs" one_two.out both.out
equal "two programs, their errors" one_two.out.err both.out.err
merged turned.out x y -- "$two" b "$one" a
sed '/^status/d' two.out | cat - one.out >two_one.out
equal "two programs, the other way round" two_one.out turned.out
merged status.out x y -- "$one" a "$three" b
equal "the last one's status" one_three.out status.out
merged ended.out x y -- "$three" a "$two" b
equal "who exits ends all" three.out ended.out

# Each call of WASI by a program whose memory is not the first.
merged calls.out x y -- "$one" a "$every" b
equal "every call" one_every.out calls.out
apart faults.out "$every" faults
sed 1,2d faults.out >faults.calls.out
merged faults_merged.out faults -- "$one" a "$every" b
sed 1,4d faults_merged.out >faults_merged.calls.out
equal "what lies outside" faults.calls.out faults_merged.calls.out

# What was merged is a program to merge.
merge --wasi "$one" a "$two" b -o both.wasm
merged again.out x y -- "$PWD/both.wasm" both "$every" c
sed '/^status/d' one_two.out | cat - every.out >again_want.out
equal "merged twice" again_want.out again.out

merge --wasi "$one" a "$two" b -o prog.wasm
record invoked.out "$tenon" run --invoke b._start "$PWD/prog.wasm" 2>invoked.err
apart two_bare.out "$two"
equal "one of the two" two_bare.out invoked.out

# A library that writes what lies in its program's memory.
cat >lib.wat <<'WAT'
(module
  (import "a" "memory" (memory 1))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (func (export "say") (param i32 i32)
    (i32.store (i32.const 8) (local.get 0))
    (i32.store (i32.const 12) (local.get 1))
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))))
WAT
cat >says.wat <<'WAT'
(module
  (import "lib" "say" (func $say (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 1000) "a says so\n")
  (func (export "_start") (call $say (i32.const 1000) (i32.const 10))))
WAT
{ sed '/^status/d' two.out && printf 'a says so\nstatus 0\n'; } >lib_want.out
merged lib.out x y -- "$two" b says.wat a lib.wat lib
equal "a library in its program's memory" lib_want.out lib.out

if "$tenon" merge "$one" a "$two" b -o refused.wasm 2>refused.err; then
    not_ok "two programs without shims are refused"
else
    grep -q 'b uses WASI, whose host looks at the memory that is exported as' refused.err &&
        ok "two programs without shims are refused" || not_ok "the words of it"
fi
cd ..
