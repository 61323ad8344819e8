/* api.h - what the tests of <tenon.h> share: modules from text, and a world
 * (engine, store, imports) to put them in. Only the public header is used.
 *
 * All is static, because tn_test.h's checks leave their own file's test.
 *
 * A world's allocator counts: world_end checks that all came back. */
#ifndef TN_API_TEST_H
#define TN_API_TEST_H

#include "fault_alloc.h"
#include "tn_test.h"

#include <stdlib.h>
#include <tenon.h>

struct world {
    struct fault heap;
    tn_allocator allocator;
    tn_engine *engine;
    tn_store *store;
    tn_imports *imports;
    tn_error err; /* of the latest call that takes one */
};

/* A test that fails leaves by a jump, so what is made here is never freed, but
 * stays reachable: texts are few. */
static struct kept {
    struct kept *next;
    const char *text;
    tn_text bytes;
} * all_kept;

/* The module `text` in bytes; kept until the process ends. */
static inline tn_bytes wat(const char *text)
{
    tn_error err = {0};
    struct kept *kept = all_kept;
    while (kept != NULL && strcmp(kept->text, text) != 0)
        kept = kept->next;
    if (kept == NULL) {
        kept = calloc(1, sizeof *kept);
        if (kept == NULL)
            abort();
        kept->next = all_kept;
        kept->text = strdup(text);
        all_kept = kept;
        if (tn_wat_parse(text, strlen(text), &kept->bytes, &err) != TN_OK)
            FAIL("at byte %llu: %s", (unsigned long long)err.offset, err.text);
    }
    return (tn_bytes){kept->bytes.at, kept->bytes.size};
}

static inline void world_begin(struct world *world,
                               const tn_store_config *config)
{
    tn_config engine_config = TN_CONFIG_INIT;
    *world = (struct world){.heap = fault_never()};
    world->allocator = fault_allocator(&world->heap);
    engine_config.allocator = &world->allocator;
    CHECK_EQ(TN_OK, tn_engine_new(&engine_config, &world->engine, &world->err));
    CHECK_EQ(TN_OK,
             tn_store_new(world->engine, config, &world->store, &world->err));
    CHECK_EQ(TN_OK, tn_imports_new(world->store, &world->imports, &world->err));
}

static inline void world_end(struct world *world)
{
    tn_imports_free(world->imports);
    tn_store_free(world->store);
    tn_engine_free(world->engine);
    CHECK_EQ(0, world->heap.live);
    CHECK_EQ(0, world->heap.wrong_size);
}

/* The same, but returns how it went, in world->err too. */
static inline tn_status world_try(struct world *world, const char *text,
                                  tn_instance **out)
{
    tn_bytes bytes = wat(text);
    tn_module *module;
    world->err = (tn_error){0};
    tn_status status = tn_module_new_copy(world->engine, bytes.at, bytes.size,
                                          &module, &world->err);
    if (status != TN_OK)
        FAIL("module: %s", world->err.text);
    status =
        tn_instance_new(world->store, module, world->imports, out, &world->err);
    tn_module_free(module);
    return status;
}

/* An instance of `text` with the world's imports. */
static inline tn_instance *world_instance(struct world *world, const char *text)
{
    tn_instance *instance;
    if (world_try(world, text, &instance) != TN_OK)
        FAIL("instance: %s", world->err.text);
    return instance;
}

/* Calls an export of i32s. */
static inline tn_status call_i32(struct world *world, tn_instance *instance,
                                 const char *name, const int32_t *args,
                                 size_t count, int32_t *result)
{
    tn_func *func;
    tn_val values[8], out;
    world->err = (tn_error){0};
    if (tn_instance_func(instance, name, &func, &world->err) != TN_OK)
        FAIL("no function %s", name);
    for (size_t i = 0; i < count; i++)
        values[i] = (tn_val){.kind = TN_I32, .of.i32 = args[i]};
    tn_status status =
        tn_func_call(func, values, count, &out, result != NULL, &world->err);
    if (status == TN_OK && result != NULL)
        *result = out.of.i32;
    return status;
}

/* Calls an export () -> i32 that must return; its result. */
static inline int32_t get_i32(struct world *world, tn_instance *instance,
                              const char *name)
{
    int32_t result = 0;
    if (call_i32(world, instance, name, NULL, 0, &result) != TN_OK)
        FAIL("%s: %s", name, world->err.text);
    return result;
}

#endif
