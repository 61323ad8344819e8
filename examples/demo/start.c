/* start.c - the start of a command whose exports are called while it runs.
 *
 * Debian 12's own start file does not name __wasm_call_ctors; wasm-ld then
 * wraps every export of a command so that each call from outside, patch_malloc
 * too, would run all constructors and destructors again. Naming it here turns
 * the wrapping off. */
#include <stdlib.h>

extern void __wasm_call_ctors(void);
extern int __main_void(void);

__attribute__((export_name("_start"))) void _start(void)
{
    __wasm_call_ctors();
    exit(__main_void());
}
