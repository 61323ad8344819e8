/* gen.h - random valid modules.
 *
 * A module is made from a source of choices: the bytes of a fuzzer's input,
 * and when they are used up, a generator seeded with them. So eight bytes are
 * a whole module, and a fuzzer that changes one byte changes one choice.
 *
 * What comes out is valid by construction, ends by construction (calls and
 * loops spend the exported global "fuel"), and leaves nothing to an engine's
 * choice: a NaN made by arithmetic is made canonical before its bits can be
 * seen. Two engines must therefore agree on everything.
 *
 *   imports  env.mix (i32, i64) -> i64
 *   exports  "f1", "f2" ... its functions, "fuel", "g1" ..., "m0" ..., "t0" ...
 *            but those whose types JavaScript cannot see (v128, exnref)
 */
#ifndef TN_FUZZ_GEN_H
#define TN_FUZZ_GEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a module may use beyond WebAssembly 2.0 without vectors. Each module
 * uses some of what is allowed, by choice. */
enum gen_with {
    GEN_64 = 1, /* memories and tables with 64-bit indices; several memories */
    GEN_SIMD = 2,
    GEN_RELAXED =
        4,        /* engines differ, unless they say which choice is theirs */
    GEN_REFS = 8, /* typed function references */
    GEN_GC = 16,  /* with GEN_REFS */
    GEN_EXCEPTIONS = 32,
    GEN_LEGACY = 64, /* a module has one kind of exceptions or the other */
    GEN_ATOMICS = 128,
    GEN_WIDE = 256
};

struct gen_options {
    uint32_t function_count; /* 0: a few, by choice */
    uint32_t body_size;      /* steps a function, about; 0: by choice */
    unsigned with;           /* enum gen_with */
};

/* Bytes that grow; out of memory ends the process. */
struct gen_bytes {
    uint8_t *at;
    size_t size, capacity;
};

/* The module; free its `at`. */
struct gen_bytes gen_module(const uint8_t *choices, size_t size,
                            const struct gen_options *options);

/* Two modules, the first of which is to be called "a": the second may import
 * some of what it exports. Their exports' names begin with "a" and "b"; those
 * of types that JavaScript cannot see are exported too, and tags. A module may
 * have a start function, and constants that offsets and initial values come
 * from. Free both `at`. */
void gen_pair(const uint8_t *choices, size_t size,
              const struct gen_options *options, struct gen_bytes out[2]);

void gen_u8(struct gen_bytes *bytes, unsigned value);
void gen_raw(struct gen_bytes *bytes, const void *at, size_t size);
void gen_leb(struct gen_bytes *bytes, uint64_t value);
void gen_sleb(struct gen_bytes *bytes, int64_t value);

#endif
