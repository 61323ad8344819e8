/* The start of a command whose exports are called while it runs.
 *
 * Debian 12's own does not mention __wasm_call_ctors, so wasm-ld wraps every
 * export of a command: each call from outside (of patch_malloc!) would run
 * all constructors and destructors again. To name it is to stop that. */
#include <stdlib.h>

extern void __wasm_call_ctors(void);
extern int __main_void(void);

__attribute__((export_name("_start"))) void _start(void)
{
    static int started;
    if (started++)
        __builtin_trap();
    __wasm_call_ctors();
    exit(__main_void());
}
