/* target.h - what every fuzz target is: libFuzzer's function, and inputs of
 * its own making for replay.c, which needs no fuzzer.
 *
 * A target that finds a fault prints what it is and aborts. */
#ifndef TN_FUZZ_TARGET_H
#define TN_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Input number `seed` of the endless list that the target can make by itself.
 * Free `*out`. */
size_t target_make_input(uint64_t seed, uint8_t **out);

#endif
