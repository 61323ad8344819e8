/* Bells that are conditions, also in builds that have semaphores: these are
 * used then instead of the library's. */
#define TN_BELL_IS_SEMAPHORE 0
#include "os/bell_posix.c"

#include "bell_test.h"
