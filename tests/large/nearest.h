/* nearest.h - included before QuickJS's sources: WebAssembly rounds to the
 * nearest and has no other mode, and the native build is to do the same. */
#include <fenv.h>
#include <sys/time.h>
#undef FE_DOWNWARD
#undef FE_UPWARD
#define FE_DOWNWARD FE_TONEAREST
#define FE_UPWARD   FE_TONEAREST
