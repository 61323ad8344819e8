/* func.c - functions as the embedder sees them: values, types, host functions. */
#include "rt/func.h"

/* --- Values ------------------------------------------------------------------ */

static bool is_func_heap(const tn_engine *engine, uint32_t heap)
{
    if (heap < TN_HEAP_DEFINED)
        return heap == TN_HEAP_FUNC || heap == TN_HEAP_NOFUNC;
    return tn_types_at(engine->types, heap - TN_HEAP_DEFINED)->comp ==
           TN_COMP_FUNC;
}

tn_valkind tn_rt_kind_of(tn_engine *engine, tn_valtype type)
{
    switch (tn_vt_of(type)) {
    case TN_VT_I64:
        return TN_I64;
    case TN_VT_F32:
        return TN_F32;
    case TN_VT_F64:
        return TN_F64;
    case TN_VT_V128:
        return TN_V128;
    case TN_VT_REF:
        break;
    case TN_VT_NONE:
    case TN_VT_I32:
    case TN_VT_I8:
    case TN_VT_I16:
        return TN_I32;
    }
    uint32_t heap = tn_heap_of(type);
    if (heap == TN_HEAP_EXTERN || heap == TN_HEAP_NOEXTERN)
        return TN_EXTERNREF;
    if (heap == TN_HEAP_EXN || heap == TN_HEAP_NOEXN)
        return TN_EXNREF;
    return is_func_heap(engine, heap) ? TN_FUNCREF : TN_ANYREF;
}

void tn_rt_val_read(tn_engine *engine, tn_valtype type, const uint64_t *slots,
                    tn_val *out)
{
    uint32_t low = (uint32_t)slots[0];
    out->kind = tn_rt_kind_of(engine, type);
    switch (out->kind) {
    case TN_I32:
    case TN_F32:
        memcpy(&out->of.i32, &low, sizeof low);
        break;
    case TN_I64:
    case TN_F64:
        memcpy(&out->of.i64, slots, sizeof *slots);
        break;
    case TN_V128:
        memcpy(out->of.v128, slots, 16);
        break;
    case TN_FUNCREF:
        out->of.func = tn_slot_pointer(slots[0]);
        break;
    case TN_EXTERNREF:
    case TN_ANYREF:
    case TN_EXNREF:
        out->of.ref = tn_slot_pointer(slots[0]);
        break;
    }
}

static tn_status check_funcref(struct tn_store *store, tn_valtype type,
                               const tn_func *func, tn_error *err)
{
    uint32_t heap = tn_heap_of(type);
    bool fits = func != NULL ? heap != TN_HEAP_NOFUNC : tn_is_nullable(type);
    if (func != NULL && func->instance->store != store)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "function of another store");
    if (fits && func != NULL && heap >= TN_HEAP_DEFINED) {
        tn_engine *engine = store->engine;
        tn_mutex_lock(&engine->lock);
        fits = tn_type_is_below(
            func->type, tn_types_at(engine->types, heap - TN_HEAP_DEFINED));
        tn_mutex_unlock(&engine->lock);
    }
    return fits ? TN_OK
                : tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                          "reference of another type");
}

tn_status tn_rt_val_write(struct tn_store *store, tn_valtype type,
                          const tn_val *value, uint64_t *slots, tn_error *err)
{
    tn_valkind kind = tn_rt_kind_of(store->engine, type);
    uint32_t low;
    if (kind != value->kind)
        return tn_fail(err, TN_E_TYPE, TN_NO_OFFSET, "value of another kind");
    switch (kind) {
    case TN_I32:
    case TN_F32:
        memcpy(&low, &value->of.i32, sizeof low);
        slots[0] = low;
        break;
    case TN_I64:
    case TN_F64:
        memcpy(slots, &value->of.i64, sizeof *slots);
        break;
    case TN_V128:
        memcpy(slots, value->of.v128, 16);
        break;
    case TN_FUNCREF:
        TN_TRY(check_funcref(store, type, value->of.func, err));
        slots[0] = tn_pointer_slot(value->of.func);
        break;
    case TN_EXTERNREF:
        slots[0] = tn_pointer_slot(value->of.ref);
        break;
    case TN_ANYREF:
    case TN_EXNREF:
        return tn_fail(err, TN_E_UNSUPPORTED, TN_NO_OFFSET,
                       "no references of this kind in this build");
    }
    return TN_OK;
}

/* --- Types written as text ----------------------------------------------------- */

enum {
    PARSED_MOST = 128
};

struct parsed_list {
    tn_valtype at[PARSED_MOST];
    size_t count;
};

static void skip_spaces(const char **at)
{
    while (**at == ' ')
        ++*at;
}

static bool skip_text(const char **at, const char *text)
{
    size_t size = strlen(text);
    skip_spaces(at);
    if (strncmp(*at, text, size) != 0)
        return false;
    *at += size;
    return true;
}

static bool parse_value(const char **at, struct parsed_list *list)
{
    static const struct {
        const char *word;
        tn_valtype type;
    } words[] = {
        {"i32", TN_VT_I32},
        {"i64", TN_VT_I64},
        {"f32", TN_VT_F32},
        {"f64", TN_VT_F64},
        {"v128", TN_VT_V128},
        {"funcref", TN_FUNCREF_TYPE},
        {"externref", TN_EXTERNREF_TYPE},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (list->count < PARSED_MOST && skip_text(at, words[i].word)) {
            list->at[list->count++] = words[i].type;
            return true;
        }
    return false;
}

/* list ::= '(' (value (',' value)*)? ')' */
static bool parse_list(const char **at, struct parsed_list *list)
{
    if (!skip_text(at, "("))
        return false;
    if (skip_text(at, ")"))
        return true;
    do {
        if (!parse_value(at, list))
            return false;
    } while (skip_text(at, ","));
    return skip_text(at, ")");
}

/* type ::= list '->' (list | value) */
static bool parse_type(const char *text, struct parsed_list *params,
                       struct parsed_list *results)
{
    params->count = results->count = 0;
    if (!parse_list(&text, params) || !skip_text(&text, "->"))
        return false;
    skip_spaces(&text);
    bool fits =
        *text == '(' ? parse_list(&text, results) : parse_value(&text, results);
    skip_spaces(&text);
    return fits && *text == 0;
}

tn_status tn_rt_type_parse(tn_engine *engine, const char *text,
                           const struct tn_type **out, tn_error *err)
{
    struct parsed_list params, results;
    if (!parse_type(text, &params, &results))
        return tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                       "\"%s\" is not a type like \"(i32, i64) -> f64\"", text);
    tn_mutex_lock(&engine->lock);
    *out = tn_types_func(engine->types, params.at, params.count, results.at,
                         results.count);
    tn_mutex_unlock(&engine->lock);
    return *out == NULL ? tn_no_memory(err) : TN_OK;
}

void tn_rt_type_release(tn_engine *engine, const struct tn_type *type)
{
    tn_mutex_lock(&engine->lock);
    tn_types_release_one(engine->types, type);
    tn_mutex_unlock(&engine->lock);
}

/* --- Host functions -------------------------------------------------------------- */

struct tn_host_func *tn_rt_host_func_new(struct tn_store *store,
                                         const struct tn_type *type,
                                         struct tn_module *module,
                                         tn_host_fn *fn, void *env)
{
    struct tn_host_func *host = TN_ALLOC(store->alloc, struct tn_host_func);
    if (host == NULL)
        return NULL;
    uint32_t header = type->param_slots > type->result_slots
                          ? type->param_slots
                          : type->result_slots;
    host->func = (struct tn_func){
        .type_id = type->id,
        .object_id = 0,
        .instance = store->host,
        .header_slot = (uint16_t)header,
        .result_slots = (uint16_t)type->result_slots,
        .flags = TN_FUNC_HOST,
        .param_slots = type->param_slots,
        .type = type,
        .host = host,
    };
    atomic_init(&host->func.code, tn_rt_stub(&store->engine->stubs.host));
    host->fn = fn;
    host->env = env;
    host->module = module != NULL ? tn_module_retain(module) : NULL;
    host->is_pinned = true;
    host->next = store->host_funcs;
    store->host_funcs = host;
    return host;
}

void tn_rt_host_func_free(struct tn_store *store, struct tn_host_func *host)
{
    if (host->module != NULL)
        tn_module_free(host->module);
    else
        tn_rt_type_release(store->engine, host->func.type);
    tn_alloc_free(store->alloc, host, sizeof *host);
}

tn_status tn_func_new(tn_store *store, const char *type, tn_host_fn *fn,
                      void *env, tn_func **out, tn_error *err)
{
    const struct tn_type *parsed = NULL;
    *out = NULL;
    TN_TRY(tn_rt_check_owner(store, err));
    tn_status status = tn_rt_type_parse(store->engine, type, &parsed, err);
    if (parsed == NULL)
        return status;
    struct tn_host_func *host =
        tn_rt_host_func_new(store, parsed, NULL, fn, env);
    if (host == NULL) {
        tn_rt_type_release(store->engine, parsed);
        return tn_no_memory(err);
    }
    *out = &host->func;
    return TN_OK;
}

/* --- Asking -------------------------------------------------------------------- */

size_t tn_func_type(const tn_func *func, char *text, size_t size)
{
    const struct tn_type *type = func->type;
    struct tn_buf buf;
    tn_buf_init(&buf, func->instance->store->alloc);
    tn_functype_print(&buf, type->params, type->param_count, type->results,
                      type->result_count);
    size_t whole = buf.failed ? 0 : buf.size;
    if (size != 0) {
        size_t kept = whole < size ? whole : size - 1;
        if (kept != 0)
            memcpy(text, buf.at, kept);
        text[kept] = 0;
    }
    tn_buf_clear(&buf);
    return whole + 1;
}

size_t tn_func_param_count(const tn_func *func)
{
    return func->type->param_count;
}

size_t tn_func_result_count(const tn_func *func)
{
    return func->type->result_count;
}

tn_valkind tn_func_param(const tn_func *func, size_t i)
{
    return tn_rt_kind_of(func->instance->store->engine, func->type->params[i]);
}

tn_valkind tn_func_result(const tn_func *func, size_t i)
{
    return tn_rt_kind_of(func->instance->store->engine, func->type->results[i]);
}

static bool are_types(const tn_valtype *types, size_t count,
                      const struct parsed_list *list)
{
    return count == list->count &&
           (count == 0 || memcmp(types, list->at, count * sizeof *types) == 0);
}

bool tn_func_is(const tn_func *func, const char *type)
{
    struct parsed_list params, results;
    return parse_type(type, &params, &results) &&
           are_types(func->type->params, func->type->param_count, &params) &&
           are_types(func->type->results, func->type->result_count, &results);
}
