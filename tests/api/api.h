/* api.h - what the tests of <tenon.h> share: modules from text, and a world
 * (engine, store, imports) to put them in. Only the public header is used.
 *
 * A world's allocator counts: world_end checks that all came back. */
#ifndef TN_API_TEST_H
#define TN_API_TEST_H

#include "fault_alloc.h"
#include "tn_test.h"

#include <tenon.h>

struct world {
    struct fault heap;
    tn_allocator allocator;
    tn_engine *engine;
    tn_store *store;
    tn_imports *imports;
    tn_error err; /* of the latest call that takes one */
};

/* The module `text` in bytes, by wabt's wat2wasm; skips the test where there
 * is none. The result is kept until the process ends. */
tn_bytes wat(const char *text);

/* Fails the test if it cannot be made. */
void world_begin(struct world *world, const tn_store_config *config);
void world_end(struct world *world);
/* An instance of `text` with the world's imports. */
tn_instance *world_instance(struct world *world, const char *text);
/* The same, but returns how it went, in world->err too. */
tn_status world_try(struct world *world, const char *text, tn_instance **out);

/* Calls an export of i32s. */
tn_status call_i32(struct world *world, tn_instance *instance, const char *name,
                   const int32_t *args, size_t count, int32_t *result);
/* Calls an export () -> i32 that must return; its result. */
int32_t get_i32(struct world *world, tn_instance *instance, const char *name);

#endif
