/* gen_inside.h - what the generator's two halves share: gen.c makes modules,
 * gen_body.c the code of a function.
 *
 * Types are letters: i I f F for i32 i64 f32 f64, r funcref, x externref; a
 * list of types is a string of them. */
#ifndef TN_FUZZ_GEN_INSIDE_H
#define TN_FUZZ_GEN_INSIDE_H

#include "gen.h"

#include <stdbool.h>

enum {
    GEN_MAX_TYPES = 24,
    GEN_MAX_LIST = 6, /* parameters, results */
    GEN_MAX_MEMORIES = 3,
    GEN_MAX_TABLES = 3,
    GEN_MAX_GLOBALS = 8,
    GEN_SLOTS = 8,    /* elements that active segments put into table 0 */
    GEN_SEGMENTS = 3, /* of data and of elements each */
    GEN_SEGMENT_SIZE = 40,
    GEN_FUEL = 60 /* to begin with; below 64, one byte of LEB128 */
};

struct gen_source {
    const uint8_t *at, *end;
    uint64_t state;
};

struct gen_type {
    char params[GEN_MAX_LIST + 1], results[GEN_MAX_LIST + 1];
};

struct gen_memory {
    bool is_64;
    uint32_t min, max;
};

struct gen_table {
    bool is_64;
    char type; /* r or x; table 0 is r */
    uint32_t min, max;
};

/* Function 0 is env.mix, of type 0. Global 0 is the fuel. */
struct gen_plan {
    struct gen_source source;
    struct gen_type types[GEN_MAX_TYPES];
    uint32_t type_count;
    uint32_t *func_types; /* of each function */
    uint32_t func_count;
    struct gen_memory memories[GEN_MAX_MEMORIES];
    uint32_t memory_count;
    struct gen_table tables[GEN_MAX_TABLES];
    uint32_t table_count;
    char globals[GEN_MAX_GLOBALS + 1]; /* all mutable */
    uint32_t slots[GEN_SLOTS];         /* functions that start in table 0 */
    uint32_t body_size;
    bool is_plain;
};

/* 0 <= choice < count; count > 0. */
uint32_t gen_choose(struct gen_source *source, uint32_t count);
/* True once in `times`. */
bool gen_once_in(struct gen_source *source, uint32_t times);
uint64_t gen_bits(struct gen_source *source);
unsigned gen_type_code(char type);
/* Appends the body of function `index`: locals, instructions, end. */
void gen_body(struct gen_plan *plan, uint32_t index, struct gen_bytes *out);

#endif
