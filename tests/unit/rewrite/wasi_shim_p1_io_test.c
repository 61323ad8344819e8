/* wasi_shim_p1_io_test.c - reads and writes, through a shim. */
#include "by_shim.h"

#include "../wasi/p1_io_test.c"
