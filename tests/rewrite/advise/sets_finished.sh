# Finished modules: apart, with numbers, pointers and functions between them.

c lib <<'C'
static int table[64] = {1, 2, 3}, count;
#define E(name) __attribute__((export_name(#name)))
E(add) int add(int a, int b) { return a + b + table[a & 63] + count++; }
E(sum) int sum(const int *p, int n) { int s = 0; while (n-- > 0) s += p[n]; return s; }
E(apply) int apply(int (*f)(int), int x) { return f(x); }
E(name) const char *name(void) { return "lib"; }
E(bytes) int bytes(const char *s, int i) { return s[i]; }
E(look) int look(int i) { return table[i & 63]; }
C
lib_c() { cat lib.c; }

use() { # NAME DECLARATION BODY [OPTION...]
    file=$1 body="
#define LIB(name) __attribute__((import_module(\"lib\"), import_name(#name)))
static int mine[300] = {4, 5, 6};
$2
__attribute__((export_name(\"run\"))) int run(int x) { mine[x]++; $3 }"
    shift 3
    echo "$body" | c "$file" "$@"
}
use use_add 'LIB(add) int add(int, int);' 'return add(x, mine[x]);'
use use_add_O0 'LIB(add) int add(int, int);' 'return add(x, mine[x]);' -O0
use use_sum 'LIB(sum) int sum(int *, int);' 'return sum(mine, x);'
use use_sum_O0 'LIB(sum) int sum(int *, int);' 'int a[3]; a[0] = x; return sum(a, 1);' -O0
use use_apply 'LIB(apply) int apply(int (*)(int), int); static int f(int x) { return x + 1; }' \
    'return apply(f, x);'
use use_name 'LIB(name) const char *name(void);' 'return name()[x];'
use use_look 'LIB(look) int look(int);' 'return look(x);'
use use_bytes 'LIB(bytes) int bytes(const char *, int);' 'return bytes((char *)mine, x);'
use alone '' 'return mine[x];'
lib_c | c lib_O0 -O0
lib_c | c lib_Os -Os
lib_c | c lib_first -Wl,--stack-first
lib_c | c lib_compressed -Wl,--strip-debug,--compress-relocations

set_of 'one module' isolated isolated 'sound' alone
set_of 'two that do not talk' isolated isolated 'sound: .*do not call one another' lib alone
set_of 'three that do not talk' isolated merged-multi 'sound' lib alone other=alone
set_of 'numbers between finished modules' merged-multi merged-multi 'sound' lib main=use_add
set_of 'numbers, unoptimized' merged-multi isolated 'sound: .*numbers only' lib=lib_O0 main=use_add_O0
set_of 'an index of a table of its own' merged-multi merged-multi 'sound' lib main=use_look
set_of 'one address space is refused: absolute addresses' merged-multi linked \
    'unsound, not in this build: one address space, because lib is finished and not relocatable: first absolute address in function 0 `add`' lib main=use_add
set_of 'pointers between finished modules' composed merged-multi \
    'unsound: main hands lib.sum a pointer (parameter 0)' lib main=use_sum
set_of 'pointers, unoptimized' composed isolated \
    'unsound: main hands lib.sum a pointer (parameter 0)' lib=lib_O0 main=use_sum_O0
set_of 'pointers, for size' composed merged-single 'unsound, not in this build: main hands lib.sum a pointer' lib=lib_Os main=use_sum
set_of 'pointers, stack first' composed linked 'unsound, not in this build: one address space' lib=lib_first main=use_sum
set_of 'pointers, compressed' composed linked 'unsound, not in this build: one address space' lib=lib_compressed main=use_sum
set_of 'a pointer and an index' composed composed 'sound, not in this build: adapters copy' lib main=use_bytes
set_of 'an address that is returned' composed merged-multi \
    'unsound: lib.name gives main an address of another memory' lib main=use_name
set_of 'a function between finished modules' none merged-multi \
    'unsound: main hands lib.apply a function (parameter 0)' lib main=use_apply
set_of 'a function in components' none composed 'unsound, not in this build: main hands lib.apply a function' lib main=use_apply

wat global_lib <<'W'
(module (memory (export "memory") 1) (data (i32.const 1024) "hello")
  (global (export "text") i32 (i32.const 1024))
  (global (export "limit") i32 (i32.const 7)))
W
wat use_text <<'W'
(module (import "lib" "text" (global $t i32)) (memory 1)
  (func (export "run") (result i32) (i32.load8_u (global.get $t))))
W
wat use_limit <<'W'
(module (import "lib" "limit" (global $t i32)) (memory 1)
  (func (export "run") (result i32) (global.get $t)))
W
set_of 'an address in a global' none merged-multi 'unsound: main reads an address of lib' lib=global_lib main=use_text
set_of 'a number in a global' merged-multi composed 'unsound, not in this build: main imports the global lib.limit' lib=global_lib main=use_limit

wat use_memory <<'W'
(module (import "lib" "sum" (func $sum (param i32 i32) (result i32)))
  (import "lib" "memory" (memory 1))
  (func (export "run") (result i32) (call $sum (i32.const 8) (i32.const 1))))
W
wat no_memory <<'W'
(module (import "lib" "sum" (func $sum (param i32 i32) (result i32)))
  (func (export "run") (param i32) (result i32) (call $sum (local.get 0) (i32.const 1))))
W
set_of 'pointers into a memory of both' merged-multi isolated 'sound' lib main=use_memory
set_of 'components have no memory of both' merged-multi composed 'unsound, not in this build: main imports the memory lib.memory' lib main=use_memory
set_of 'pointers through a module without memory' merged-multi merged-multi 'sound: one module, and there is no second memory' lib main=no_memory

wat middle <<'W'
(module (import "lib" "sum" (func $s (param i32 i32) (result i32)))
  (import "lib" "add" (func $a (param i32 i32) (result i32)))
  (memory 1) (export "total" (func $s)) (export "plus" (func $a)))
W
wat use_middle <<'W'
(module (import "middle" "total" (func $s (param i32 i32) (result i32))) (memory 1)
  (func (export "run") (result i32) (call $s (i32.const 8) (i32.const 1))))
W
wat use_plus <<'W'
(module (import "middle" "plus" (func $s (param i32 i32) (result i32))) (memory 1)
  (func (export "run") (result i32) (call $s (i32.const 8) (i32.const 1))))
W
set_of 'a pointer through an export that is an import' composed merged-multi 'unsound: main hands middle.total a pointer' lib middle main=use_middle
wat plain_add <<'W'
(module (memory 1) (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "sum") (param i32 i32) (result i32) (local.get 0)))
W
set_of 'numbers through an export that is an import' merged-multi merged-multi 'sound' lib=plain_add middle main=use_plus

# What clang does with a function that nobody defines.
c by_env -Wl,--allow-undefined <<'C'
int add(int, int);
static int mine[300] = {4};
__attribute__((export_name("run"))) int run(int x) { mine[x]++; return add(x, 1); }
C
set_of 'an import from env that an input exports' merged-multi merged-multi 'sound' lib main=by_env
set_of 'an import from env that two inputs export' none isolated 'unsound: main imports env.add, which may be either' lib second=lib main=by_env
set_of 'an import from env that nobody exports' isolated isolated 'sound: .*do not call' lib=alone main=by_env
c by_env_too -Wl,--allow-undefined <<'C'
int add(int, int), host(int);
__attribute__((export_name("run"))) int run(int x) { return add(x, host(x)); }
C
set_of 'imports from env of both, an input and the host' isolated merged-multi 'unknown: main imports add and host from "env"' lib main=by_env_too

# What is given back only to who gave it is a handle, whatever it means there.
c handle_lib <<'C'
struct thing { int value; };
static struct thing things[8] = {{1}};
static int used;
__attribute__((export_name("make"))) struct thing *make(int v) { things[used].value = v; return &things[used++]; }
__attribute__((export_name("value"))) int value(struct thing *t) { return t->value; }
C
c use_handle <<'C'
struct thing;
__attribute__((import_module("lib"), import_name("make"))) struct thing *make(int);
__attribute__((import_module("lib"), import_name("value"))) int value(struct thing *);
static int mine[300] = {4};
__attribute__((export_name("run"))) int run(int x) { struct thing *t = make(x); mine[x]++; return value(t); }
C
c use_handle_kept <<'C'
struct thing;
__attribute__((import_module("lib"), import_name("make"))) struct thing *make(int);
__attribute__((import_module("lib"), import_name("value"))) int value(struct thing *);
static struct thing *kept[300];
__attribute__((export_name("open"))) void open(int x) { kept[x] = make(x); }
__attribute__((export_name("run"))) int run(int x) { return value(kept[x]); }
C
set_of 'handles' merged-multi merged-multi 'sound' lib=handle_lib main=use_handle
set_of 'handles that are kept' composed merged-multi 'unsound: lib.make gives main an address' lib=handle_lib main=use_handle_kept
