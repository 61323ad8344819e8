/* crt.c - the beginning of a program whose libc is a shared library: wasi-libc's
 * own one needs a part of the libc that only the static one can give. */
#include <stdlib.h>

void __wasm_call_ctors(void);
int __main_void(void);
void _start(void);

void _start(void)
{
    __wasm_call_ctors();
    exit(__main_void());
}
