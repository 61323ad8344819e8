# What a linker can still move: position-independent modules, recorded
# relocations, objects; and what it cannot.

pic libcounter.so -shared <<'C'
static int count;
int step = 1;
int increment(void) { return count += step; }
int total(const int *p, int n) { int s = 0; while (n-- > 0) s += p[n]; return s; }
C
mv libcounter.so.wasm libcounter.so
cp libcounter.so counter.wasm
pic placed_main -pie --import-memory --export-if-defined=__wasm_call_ctors \
    --no-entry --export=run libcounter.so <<'C'
extern int step;
int increment(void);
int total(const int *p, int n);
static int mine[2] = {1, 2};
int run(void) { step = 20; return increment() + total(mine, 2); }
C
pic lonely -shared <<'C'
int plain(int x) { return x * 2; }
C
set_of 'a program and its library' linked linked 'sound' main=placed_main libcounter=counter
set_of 'a program and its library are not for merging' linked merged-multi \
    'unsound: main is position independent' main=placed_main libcounter=counter
set_of 'a program and its library are not apart' linked isolated 'unsound: main is position independent' main=placed_main libcounter=counter
set_of 'a library alone' linked linked 'sound' lonely
set_of 'a program whose library is not there' none linked 'unknown: main needs' main=placed_main
set_of 'a library beside a finished module' isolated isolated 'sound' counter alone
set_of 'a program and a finished library' none linked \
    'unsound, not in this build: one address space, because counter is finished and not relocatable' main=placed_main counter=lib

reloc_lib() { lib_c | c "$@" -Wl,--emit-relocs; }
reloc_lib reloc_lib
use reloc_sum 'LIB(sum) int sum(int *, int);' 'return sum(mine, x);' -Wl,--emit-relocs
use reloc_add 'LIB(add) int add(int, int);' 'return add(x, mine[x]);' -Wl,--emit-relocs
set_of 'pointers between modules with relocations' linked linked 'sound, not in this build' lib=reloc_lib main=reloc_sum
set_of 'numbers between modules with relocations' merged-multi merged-multi 'sound' lib=reloc_lib main=reloc_add
set_of 'relocations in one of two' composed linked \
    'unsound, not in this build: one address space, because main is finished' lib=reloc_lib main=use_sum

lib_c | o lib_object
o use_object <<'C'
int sum(const int *, int);
static int mine[3] = {1, 2, 3};
__attribute__((export_name("run"))) int run(int x) { return sum(mine, x); }
C
wasm-ld-19 -r lib_object.wasm use_object.wasm -o both_object.wasm || exit 1
set_of 'two objects' linked linked 'sound, not in this build' lib=lib_object main=use_object
set_of 'an object is not finished' linked merged-multi 'unsound: lib is an object' lib=lib_object main=use_object
set_of 'a finished module and an object' none isolated 'unsound: main is an object' lib main=use_object
set_of 'objects in one' linked linked 'sound, not in this build' both_object

wat wide_pic <<'W'
(module (@custom "dylink.0" (before first) "\01\04\08\03\00\00")
  (import "env" "memory" (memory i64 1)) (import "env" "__memory_base" (global i64))
  (func (export "wide") (param i64) (result i32) (i32.load (local.get 0))))
W
wat narrow_pic <<'W'
(module (@custom "dylink.0" (before first) "\01\04\08\03\00\00")
  (import "env" "memory" (memory 1)) (import "env" "__memory_base" (global i32))
  (func (export "narrow") (param i32) (result i32) (i32.load (local.get 0))))
W
set_of 'libraries of two widths' none linked 'unsound: b has addresses of another width' a=wide_pic b=narrow_pic

# Code of position-independent objects, but linked to a place.
o pic_object -fPIC <<'C'
static int values[8] = {1};
int *first = &values[1];
__attribute__((export_name("get"))) int get(int i) { return values[i] + *first; }
C
wasm-ld-19 --no-entry --export-all pic_object.wasm -o fixed_pic.wasm || exit 1
set_of 'position-independent code at a fixed place' isolated linked \
    'unsound, not in this build: one address space, because a is finished' a=fixed_pic b=alone

wat pure <<'W'
(module (import "env" "memory" (memory 1))
  (func (export "sum") (param i32 i32) (result i32) (local i32)
    (loop $l
      (local.set 2 (i32.add (local.get 2) (i32.load (local.get 0))))
      (local.set 0 (i32.add (local.get 0) (i32.const 4)))
      (br_if $l (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
    (local.get 2)))
W
set_of 'code without data' isolated linked 'sound, not in this build' pure
