/* joins.h - what the tests of the four ways of joining share. Only the public
 * header is used: this is how an embedder joins modules. */
#ifndef TN_JOINS_TEST_H
#define TN_JOINS_TEST_H

#include "tn_test.h"

#include <tenon.h>

/* An engine, a store, and names for what instances import. */
struct joint {
    tn_engine *engine;
    tn_store *store;
    tn_imports *imports;
};

static inline void joint_begin(struct joint *j)
{
    CHECK_EQ(TN_OK, tn_engine_new(NULL, &j->engine, NULL));
    CHECK_EQ(TN_OK, tn_store_new(j->engine, NULL, &j->store, NULL));
    CHECK_EQ(TN_OK, tn_imports_new(j->store, &j->imports, NULL));
}

static inline void joint_end(struct joint *j)
{
    tn_imports_free(j->imports);
    tn_store_free(j->store);
    tn_engine_free(j->engine);
}

static inline tn_module *module_of(tn_engine *engine, const char *text)
{
    tn_text bytes;
    tn_module *module = NULL;
    tn_error err = {0};
    if (tn_wat_parse(text, strlen(text), &bytes, &err) != TN_OK)
        FAIL("at byte %llu: %s", (unsigned long long)err.offset, err.text);
    if (tn_module_new_copy(engine, bytes.at, bytes.size, &module, &err) !=
        TN_OK)
        FAIL("module: %s", err.text);
    tn_text_free(&bytes);
    return module;
}

/* An instance of `text`, whose exports are then imported as `name`'s. */
static inline tn_instance *join(struct joint *j, const char *name,
                                const char *text)
{
    tn_module *module = module_of(j->engine, text);
    tn_instance *instance = NULL;
    tn_error err = {0};
    if (tn_instance_new(j->store, module, j->imports, &instance, &err) != TN_OK)
        FAIL("instance %s: %s", name, err.text);
    tn_module_free(module);
    CHECK_EQ(TN_OK, tn_imports_instance(j->imports, name, instance, NULL));
    return instance;
}

/* Calls an export of i32s; `*result` is set when it returns one. */
static inline tn_status call(tn_instance *instance, const char *name,
                             const int32_t *args, size_t count, int32_t *result)
{
    tn_func *func = NULL;
    uint64_t slots[8] = {0};
    if (tn_instance_func(instance, name, &func, NULL) != TN_OK)
        FAIL("no function %s", name);
    for (size_t i = 0; i < count; i++)
        slots[i] = (uint32_t)args[i];
    tn_status status = tn_func_call_raw(func, slots, NULL);
    if (status == TN_OK && result != NULL)
        *result = (int32_t)(uint32_t)slots[0];
    return status;
}

/* The same with one argument, when it must return. */
static inline int32_t ask(tn_instance *instance, const char *name, int32_t arg)
{
    int32_t result = 0;
    if (call(instance, name, &arg, 1, &result) != TN_OK)
        FAIL("%s(%d) ended early", name, (int)arg);
    return result;
}

/* How a call ends that must trap. */
static inline tn_trap_kind trap_of(tn_instance *instance, const char *name,
                                   int32_t arg)
{
    if (call(instance, name, &arg, 1, NULL) != TN_E_TRAP)
        FAIL("%s(%d) does not trap", name, (int)arg);
    return tn_store_trap_kind(tn_instance_store(instance));
}

#endif
