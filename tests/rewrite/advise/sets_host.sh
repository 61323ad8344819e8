# What the host has: WASI, threads, memories, functions.

wasi hello <<'C'
#include <stdio.h>
int main(void) { puts("hello"); return 0; }
C
wasi world <<'C'
#include <stdio.h>
int main(void) { puts("world"); return 0; }
C
wasi reactor -mexec-model=reactor <<'C'
#include <stdio.h>
__attribute__((export_name("twice"))) int twice(int x) { return 2 * x; }
__attribute__((export_name("say"))) void say(void) { puts("said"); }
C
wasi asks <<'C'
__attribute__((import_module("lib"), import_name("twice"))) int twice(int);
#include <stdio.h>
int main(void) { printf("%d\n", twice(21)); return 0; }
C
wasi asks_add <<'C'
__attribute__((import_module("lib"), import_name("add"))) int add(int, int);
#include <stdio.h>
int main(void) { printf("%d\n", add(1, 2)); return 0; }
C
wasi asks_sum <<'C'
__attribute__((import_module("lib"), import_name("sum"))) int sum(int *, int);
#include <stdio.h>
int main(void) { int a[2] = {1, 2}; printf("%d\n", sum(a, 2)); return 0; }
C
set_of 'two programs' isolated isolated 'sound: .*do not call' hello world
set_of 'two programs can be merged' isolated merged-multi 'sound: several use WASI' hello world
set_of 'a program and a reactor apart' isolated merged-multi 'sound: several use WASI' hello lib=reactor
set_of 'a program that calls a reactor' merged-multi merged-multi 'sound: several use WASI' main=asks lib=reactor
set_of 'a program that calls a library' merged-multi merged-multi 'sound: one module' main=asks_add lib
set_of 'a library, and a program that calls it' merged-multi merged-multi 'sound: one module' lib main=asks_add
set_of 'a program with pointers for a library' composed merged-multi 'unsound: main hands lib.sum a pointer' main=asks_sum lib

wat secret <<'W'
(module (import "wasi_snapshot_preview1" "fd_close" (func $c (param i32) (result i32)))
  (memory 1) (func (export "twice") (param i32) (result i32) (drop (call $c (i32.const 9))) (local.get 0)))
W
wat unstable <<'W'
(module (import "wasi_unstable" "fd_close" (func $c (param i32) (result i32)))
  (memory (export "memory") 1) (func (export "twice") (param i32) (result i32) (local.get 0)))
W
set_of 'WASI without an exported memory' isolated merged-multi 'unsound: lib uses WASI, but does not export its memory' main=asks lib=secret
set_of 'an older WASI' isolated merged-multi 'unsound: lib uses wasi_unstable' main=asks lib=unstable

wat thread_lib <<'W'
(module (import "wasi" "thread-spawn" (func (param i32) (result i32)))
  (import "env" "memory" (memory 1 2 shared))
  (func (export "wasi_thread_start") (param i32 i32))
  (func (export "add") (param i32 i32) (result i32) (i32.atomic.rmw.add (i32.const 64) (local.get 0))))
W
wat shared_lib <<'W'
(module (memory (export "memory") 1 2 shared)
  (func (export "add") (param i32 i32) (result i32) (i32.atomic.rmw.add (i32.const 64) (local.get 0))))
W
set_of 'threads' isolated isolated 'sound' a=thread_lib b=alone
set_of 'threads that are called' isolated merged-multi 'unsound: lib has a shared memory' lib=thread_lib main=use_add
set_of 'a shared memory of its own' isolated merged-single 'unsound, not in this build: lib has a shared memory' lib=shared_lib main=use_add
set_of 'threads in components' isolated composed 'unsound, not in this build: lib has a shared memory' lib=shared_lib main=use_add

host_memory="-Wl,--import-memory"
lib_c | c host_lib $host_memory
use host_add 'LIB(add) int add(int, int);' 'return add(x, mine[x]);' $host_memory
set_of 'two with one memory of the host' isolated merged-multi \
    'unsound: main and lib import env.memory of the host' lib=host_lib main=host_add
set_of 'one with a memory of the host' isolated merged-single \
    'unsound, not in this build: lib imports its memory from the host' lib=host_lib main=use_add
wat needs_host <<'W'
(module (import "canvas" "draw" (func (param i32))) (func (export "f") (param i32) (call 0 (local.get 0))))
W
set_of 'functions of the host' isolated isolated 'sound' a=needs_host b=needs_host
wat itself <<'W'
(module (import "a" "f" (func)) (func (export "f")))
W
set_of 'a module that imports its own name' isolated isolated 'sound' a=itself b=alone
