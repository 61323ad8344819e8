/* wasi_shim_p1_test.c - all that the calls of preview 1 promise, through a
 * shim. */
#include "by_shim.h"

#include "../wasi/p1_test.c"
