/* setjmp.h - for C compiled with -mllvm -wasm-enable-sjlj, which wasi-libc does
 * not have; longjmp.c tells the rest. */
#pragma once
#include <stddef.h>

struct jump {
    void *frame;    /* the call of a function that setjmp was called in */
    unsigned label; /* which setjmp of that function it was */
    struct {
        void *target;
        int value;
    } thrown;
};
typedef struct jump jmp_buf[1];

int setjmp(jmp_buf) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf, int);
