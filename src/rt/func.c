/* func.c - functions as the embedder sees them: types, host functions. */
#include "rt/func.h"

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

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static struct tn_str take_word(const char **at)
{
    skip_spaces(at);
    const char *start = *at;
    while (is_word_byte(**at))
        ++*at;
    return (struct tn_str){start, (size_t)(*at - start)};
}

/* value ::= "i32" | ... | "anyref" | ... | "(ref any)" | "(ref null any)" */
static bool parse_value(const char **at, struct parsed_list *list)
{
    tn_valtype type = TN_VT_NONE;
    if (skip_text(at, "(ref ")) {
        bool is_nullable = skip_text(at, "null ");
        uint32_t heap = tn_heap_named(take_word(at));
        if (heap != TN_NONE && skip_text(at, ")"))
            type = TN_REF(heap, is_nullable);
    } else {
        type = tn_valtype_named(take_word(at));
    }
    if (type == TN_VT_NONE || type == TN_VT_I8 || type == TN_VT_I16 ||
        list->count == PARSED_MOST)
        return false;
    list->at[list->count++] = type;
    return true;
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
    bool is_list = *text == '(' && strncmp(text, "(ref ", 5) != 0;
    bool fits =
        is_list ? parse_list(&text, results) : parse_value(&text, results);
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
