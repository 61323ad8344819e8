/* rows.h - calls in a table: a function, its arguments, and what must come.
 *
 * Numbers stand for all: a float is its bits, an externref the pointer of that
 * number, and of funcrefs only null (0) can be given; one that comes back is 1
 * unless it is null. */
#ifndef TN_API_ROWS_H
#define TN_API_ROWS_H

#include "api.h"

struct row {
    const char *call;
    uint64_t args[3];
    uint64_t result; /* if it has one and returns */
    tn_trap_kind trap;
};

#define CHECK_ROWS(world, instance, rows) \
    rows_check(world, instance, rows, sizeof(rows) / sizeof *(rows))

static inline tn_val row_value(tn_valkind kind, uint64_t bits)
{
    uint32_t low = (uint32_t)bits;
    uintptr_t address = (uintptr_t)bits;
    tn_val value = {.kind = kind};
    if (kind == TN_I32 || kind == TN_F32)
        memcpy(&value.of, &low, sizeof low);
    else if (kind == TN_I64 || kind == TN_F64)
        memcpy(&value.of, &bits, sizeof bits);
    else if (kind == TN_EXTERNREF)
        memcpy(&value.of, &address, sizeof address);
    return value;
}

static inline uint64_t row_bits(tn_val value)
{
    uint32_t low = 0;
    uint64_t bits = 0;
    memcpy(&low, &value.of, sizeof low);
    memcpy(&bits, &value.of, sizeof bits);
    if (value.kind == TN_FUNCREF)
        return value.of.func != NULL;
    if (value.kind == TN_EXTERNREF)
        return (uintptr_t)value.of.ref;
    return value.kind == TN_I32 || value.kind == TN_F32 ? low : bits;
}

static inline void row_check(struct world *world, tn_instance *instance,
                             const struct row *row)
{
    tn_func *func;
    tn_val args[3], result = {.kind = TN_I32};
    world->err = (tn_error){0};
    if (tn_instance_func(instance, row->call, &func, &world->err) != TN_OK)
        FAIL("no function %s", row->call);
    size_t count = tn_func_param_count(func);
    size_t results = tn_func_result_count(func);
    for (size_t i = 0; i < count; i++)
        args[i] = row_value(tn_func_param(func, i), row->args[i]);
    tn_status status =
        tn_func_call(func, args, count, &result, results, &world->err);
    tn_trap_kind trap =
        status == TN_E_TRAP ? tn_store_trap_kind(world->store) : TN_TRAP_NONE;
    if (trap != row->trap || (status != TN_OK) != (row->trap != TN_TRAP_NONE))
        FAIL("%s: %s, not %s", row->call, world->err.text,
             tn_trap_text(row->trap));
    if (status == TN_OK && results == 1 && row_bits(result) != row->result)
        FAIL("%s(%llx, ..): %llx, not %llx", row->call,
             (unsigned long long)row->args[0],
             (unsigned long long)row_bits(result),
             (unsigned long long)row->result);
}

static inline void rows_check(struct world *world, tn_instance *instance,
                              const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        row_check(world, instance, &rows[i]);
}

/* What an instance of these bytes comes to: TN_OK, or why there is none. */
static inline tn_status bytes_try(struct world *world, tn_bytes bytes,
                                  tn_instance **out)
{
    tn_module *module;
    *out = NULL;
    world->err = (tn_error){0};
    tn_status status = tn_module_new_copy(world->engine, bytes.at, bytes.size,
                                          &module, &world->err);
    if (status != TN_OK)
        return status;
    status =
        tn_instance_new(world->store, module, world->imports, out, &world->err);
    tn_module_free(module);
    return status;
}

/* A module's text and whether it is valid. */
struct verdict {
    const char *text;
    tn_status status;
};

#define CHECK_VERDICTS(rows) verdicts_check(rows, sizeof(rows) / sizeof *(rows))

static inline void verdicts_check(const struct verdict *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tn_bytes bytes = wat(rows[i].text);
        tn_error err = {0};
        tn_status status =
            tn_validate(bytes.at, bytes.size, tn_features_default(), &err);
        if (status != rows[i].status)
            FAIL("%s: %s: %s", rows[i].text, tn_status_text(status), err.text);
    }
}

#endif
