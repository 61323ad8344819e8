/* invoke.c - one outermost call. */
#include "invoke.h"

#include "values.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* An invocation taken apart; the texts lie in `copy`. */
struct call {
    tn_program *program;
    char *copy;
    const char *route;
    char *inside; /* between the parentheses, or null */
    bool is_bytes;
    struct text_list args; /* of `inside` */
    bool is_usage;
    tn_error *err;
};

__attribute__((format(printf, 2, 3))) static tn_status
usage(struct call *call, const char *format, ...)
{
    va_list args;
    call->is_usage = true;
    call->err->status = TN_E_MISUSE;
    call->err->offset = TN_NO_OFFSET;
    va_start(args, format);
    vsnprintf(call->err->text, sizeof(call->err->text), format, args);
    va_end(args);
    return TN_E_MISUSE;
}

static tn_status no_memory(struct call *call)
{
    *call->err = (tn_error){TN_E_NOMEM, TN_NO_OFFSET, "out of memory"};
    return TN_E_NOMEM;
}

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t size = strlen(text);
    while (size > 0 && isspace((unsigned char)text[size - 1]))
        text[--size] = '\0';
    return text;
}

static tn_status split_call(struct call *call, const char *text)
{
    call->copy = strdup(text);
    if (call->copy == NULL)
        return no_memory(call);
    char *open = strchr(call->copy, '(');
    size_t size = strlen(call->copy);
    if (open != NULL && call->copy[size - 1] == ')') {
        call->copy[size - 1] = '\0';
        *open = '\0';
        call->inside = open + 1;
    }
    call->is_bytes = strncmp(call->copy, "bytes:", 6) == 0;
    call->route = call->copy + (call->is_bytes ? 6 : 0);
    return TN_OK;
}

static tn_status split_args(struct call *call)
{
    for (char *next = call->inside; next != NULL;) {
        char *text = next;
        next = strchr(text, ',');
        if (next != NULL)
            *next++ = '\0';
        text = trim(text);
        bool is_none = *text == '\0' && next == NULL && !call->args.count;
        if (!is_none && !list_add(&call->args, text))
            return no_memory(call);
    }
    return TN_OK;
}

/* Sets `values` to the arguments, typed by the signature. */
static tn_status read_args(struct call *call, const tn_func *func,
                           const struct text_list *args, tn_val *values)
{
    char type[512];
    tn_func_type(func, type, sizeof(type));
    /* The library says so itself, and knows whose function it is. */
    if (args->count != tn_func_param_count(func))
        return tn_program_call(call->program, call->route, NULL, args->count,
                               NULL, 0, call->err);
    for (size_t i = 0; i < args->count; i++) {
        tn_valkind kind = tn_func_param(func, i);
        const char *why = value_parse(kind, args->at[i], &values[i]);
        if (why != NULL)
            return usage(call, "%s is %s; \"%s\" as %s: %s", call->route, type,
                         args->at[i], value_kind_name(kind), why);
    }
    return TN_OK;
}

static tn_status call_typed(struct call *call, const struct text_list *args)
{
    tn_func *func;
    tn_status status =
        tn_program_func(call->program, call->route, &func, call->err);
    if (status != TN_OK)
        return status;
    size_t params = tn_func_param_count(func);
    size_t results = tn_func_result_count(func);
    tn_val *values = calloc(params + results + 1, sizeof(*values));
    if (values == NULL)
        return no_memory(call);
    status = read_args(call, func, args, values);
    if (status == TN_OK)
        status = tn_program_call(call->program, call->route, values, params,
                                 values + params, results, call->err);
    for (size_t i = 0; i < results && status == TN_OK; i++) {
        value_print(stdout, &values[params + i]);
        putchar('\n');
    }
    free(values);
    return status;
}

static tn_status call_bytes(struct call *call, tn_bytes in)
{
    tn_text out = {0};
    bool has_value = false;
    tn_status status = tn_program_call_bytes(call->program, call->route, in,
                                             &out, &has_value, call->err);
    if (status != TN_OK)
        return status;
    if (has_value)
        fwrite(out.at, 1, out.size, stdout);
    else
        fputs("(no value)", stdout);
    putchar('\n');
    tn_text_free(&out);
    return TN_OK;
}

static tn_status call_with_text(struct call *call, const struct text_list *args)
{
    const char *text = args->count > 0 ? args->at[0] : "";
    size_t size = strlen(text);
    if (call->inside != NULL) {
        char *inside = trim(call->inside);
        text = inside;
        size = 0;
        if (inside[0] && !parse_json_string(inside, &size))
            return usage(call,
                         "%s: what is in the parentheses must be a "
                         "JSON string: \"...\"",
                         call->route);
    }
    return call_bytes(call, (tn_bytes){text, size});
}

tn_status invoke(tn_program *program, const struct invocation *invocation,
                 bool *is_usage, tn_error *err)
{
    struct call call = {.program = program, .err = err};
    const struct text_list *args = invocation->args;
    tn_status status = split_call(&call, invocation->text);
    if (status == TN_OK && call.inside == NULL && invocation->bytes != NULL)
        status = call_bytes(&call, *invocation->bytes);
    else if (status == TN_OK && call.is_bytes)
        status = call_with_text(&call, args);
    else if (status == TN_OK) {
        if (call.inside != NULL) {
            status = split_args(&call);
            args = &call.args;
        }
        if (status == TN_OK)
            status = call_typed(&call, args);
    }
    free(call.args.at);
    free(call.copy);
    *is_usage = call.is_usage;
    return status;
}
