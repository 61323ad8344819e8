/* longjmp.c - what the compiler calls for setjmp and longjmp when both are made
 * of WebAssembly's exceptions.
 *
 * A setjmp notes which function's call it is in. A longjmp throws the tag
 * __c_longjmp with the address of {target, value}. Every call in a function
 * that has setjmps is in a `try` that catches it, asks by __wasm_setjmp_test
 * whether the target was noted in this very call, and goes to that setjmp's
 * label; or throws it on. */
#include <setjmp.h>

#if __clang_major__ >= 20 /* which leaves the tag to the library, as this is */
__asm__(".tagtype __c_longjmp i32\n"
        ".globl __c_longjmp\n"
        "__c_longjmp:\n");
#endif

enum {
    C_LONGJMP = 1 /* the builtin's number for the tag */
};

void __wasm_setjmp(struct jump *jump, unsigned label, void *frame);
unsigned __wasm_setjmp_test(const struct jump *jump, const void *frame);
void __wasm_longjmp(struct jump *jump, int value);

void __wasm_setjmp(struct jump *jump, unsigned label, void *frame)
{
    jump->frame = frame;
    jump->label = label;
}

unsigned __wasm_setjmp_test(const struct jump *jump, const void *frame)
{
    return jump->frame == frame ? jump->label : 0;
}

void __wasm_longjmp(struct jump *jump, int value)
{
    jump->thrown.target = jump;
    jump->thrown.value = value != 0 ? value : 1;
    __builtin_wasm_throw(C_LONGJMP, &jump->thrown);
}
