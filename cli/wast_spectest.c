/* wast_spectest.c - the host module "spectest", as the test suite describes it:
 * printing functions that print nothing here, and one global of each type, a
 * table 10..20 and a memory 1..2, each also with 64-bit indices. */
#include "wast.h"

static tn_status print_nothing(tn_call *call, uint64_t *slots, void *env,
                               tn_error *err)
{
    (void)call, (void)slots, (void)env, (void)err;
    return TN_OK;
}

static tn_status define_functions(tn_imports *imports, tn_error *err)
{
    static const char *const functions[][2] = {
        {"print", "() -> ()"},
        {"print_i32", "(i32) -> ()"},
        {"print_i64", "(i64) -> ()"},
        {"print_f32", "(f32) -> ()"},
        {"print_f64", "(f64) -> ()"},
        {"print_i32_f32", "(i32, f32) -> ()"},
        {"print_f64_f64", "(f64, f64) -> ()"},
    };
    tn_status status = TN_OK;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (status == TN_OK)
            status = tn_imports_func(imports, "spectest", functions[i][0],
                                     functions[i][1], print_nothing, NULL, err);
    return status;
}

static tn_status define_globals(tn_store *store, tn_imports *imports,
                                tn_error *err)
{
    static const struct {
        const char *name;
        tn_val value;
    } globals[] = {
        {"global_i32", {TN_I32, {.i32 = 666}}},
        {"global_i64", {TN_I64, {.i64 = 666}}},
        {"global_f32", {TN_F32, {.f32 = 666.6f}}},
        {"global_f64", {TN_F64, {.f64 = 666.6}}},
    };
    tn_status status = TN_OK;
    for (size_t i = 0; i < sizeof globals / sizeof *globals && status == TN_OK;
         i++) {
        tn_extern item = {.kind = TN_EXTERN_GLOBAL};
        status =
            tn_global_new(store, globals[i].value, false, &item.of.global, err);
        if (status == TN_OK)
            status = tn_imports_define(imports, "spectest", globals[i].name,
                                       item, err);
    }
    return status;
}

static tn_status define_tables(tn_store *store, tn_imports *imports,
                               tn_error *err)
{
    static const char *const names[] = {"table", "table64"};
    tn_status status = TN_OK;
    for (size_t i = 0; i < 2 && status == TN_OK; i++) {
        tn_extern item = {.kind = TN_EXTERN_TABLE};
        tn_limits_info limits = {.min = 10, .max = 20, .is_64 = i == 1};
        status = tn_table_new(store, TN_FUNCREF, limits, &item.of.table, err);
        if (status == TN_OK)
            status =
                tn_imports_define(imports, "spectest", names[i], item, err);
    }
    return status;
}

static tn_status define_memories(tn_store *store, tn_imports *imports,
                                 tn_error *err)
{
    static const char *const names[] = {"memory", "memory64"};
    tn_status status = TN_OK;
    for (size_t i = 0; i < 2 && status == TN_OK; i++) {
        tn_extern item = {.kind = TN_EXTERN_MEMORY};
        tn_limits_info limits = {
            .min = 1, .max = 2, .is_64 = i == 1, .page_size_log2 = 16};
        status = tn_memory_new(store, limits, &item.of.memory, err);
        if (status == TN_OK)
            status =
                tn_imports_define(imports, "spectest", names[i], item, err);
    }
    return status;
}

/* "shared_memory", 1..2 pages. */
static tn_status define_shared_memory(tn_store *store, tn_imports *imports,
                                      tn_engine *engine, tn_error *err)
{
    tn_shared_memory *shared;
    tn_extern item = {.kind = TN_EXTERN_MEMORY};
    tn_limits_info limits = {
        .min = 1, .max = 2, .is_shared = true, .page_size_log2 = 16};
    tn_status status = tn_shared_memory_new(engine, limits, &shared, err);
    if (status != TN_OK)
        return status;
    status = tn_memory_of_shared(store, shared, &item.of.memory, err);
    tn_shared_memory_free(shared);
    return status == TN_OK ? tn_imports_define(imports, "spectest",
                                               "shared_memory", item, err)
                           : status;
}

tn_status wast_spectest(tn_engine *engine, tn_store *store, tn_imports *imports,
                        tn_error *err)
{
    tn_status status = define_functions(imports, err);
    if (status == TN_OK)
        status = define_globals(store, imports, err);
    if (status == TN_OK)
        status = define_tables(store, imports, err);
    if (status == TN_OK)
        status = define_memories(store, imports, err);
    if (status == TN_OK)
        status = define_shared_memory(store, imports, engine, err);
    return status;
}
