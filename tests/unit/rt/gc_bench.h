/* gc_bench.h - a store with one module's types, for the tests of the heap. */
#ifndef TN_TESTS_GC_BENCH_H
#define TN_TESTS_GC_BENCH_H

#include "fault_alloc.h"
#include "rt/store.h"
#include "tn_test.h"

struct gc_bench {
    struct fault fault;
    tn_allocator alloc;
    tn_engine *engine;
    tn_store *store;
    tn_module *module;
    struct tn_context *context; /* of the embedder */
};

/* In place: the allocator's context is in it. */
static inline void gc_bench_begin(struct gc_bench *b, const char *types,
                                  const tn_store_config *config)
{
    tn_config engine = TN_CONFIG_INIT;
    tn_text bytes;
    tn_error err = {0};
    *b = (struct gc_bench){.fault = fault_never()};
    b->alloc = fault_allocator(&b->fault);
    engine.allocator = &b->alloc;
    if (tn_wat_parse(types, strlen(types), &bytes, &err) != TN_OK ||
        tn_engine_new(&engine, &b->engine, &err) != TN_OK ||
        tn_store_new(b->engine, config, &b->store, &err) != TN_OK ||
        tn_module_new_copy(b->engine, bytes.at, bytes.size, &b->module, &err) !=
            TN_OK)
        FAIL("%s", err.text);
    tn_text_free(&bytes);
    b->context = b->store->host->context;
}

static inline void gc_bench_end(struct gc_bench *b)
{
    tn_store_free(b->store);
    tn_module_free(b->module);
    tn_engine_free(b->engine);
    CHECK_EQ(0, b->fault.live);
    CHECK_EQ(0, b->fault.wrong_size);
}

static inline const struct tn_type *gc_bench_type(const struct gc_bench *b,
                                                  uint32_t index)
{
    return b->module->mod->types[index];
}

static inline void gc_pin(struct gc_bench *b, void *object)
{
    tn_val value = {.kind = TN_ANYREF, .of.ref = object};
    CHECK_EQ(TN_OK, tn_ref_pin(b->store, value, NULL));
}

static inline void gc_unpin(struct gc_bench *b, void *object)
{
    tn_val value = {.kind = TN_ANYREF, .of.ref = object};
    tn_ref_unpin(b->store, value);
}

static inline struct tn_object *gc_array(struct gc_bench *b, uint32_t type,
                                         uint32_t length)
{
    struct tn_object *array =
        tn_gc_new_array(b->context, gc_bench_type(b, type), length);
    CHECK(array != NULL);
    return array;
}

static inline void gc_put(struct tn_object *array, uint32_t i, const void *what)
{
    uint64_t ref = tn_pointer_slot(what);
    memcpy((char *)array + TN_ARRAY_DATA + (size_t)i * 8, &ref, 8);
}

#endif
