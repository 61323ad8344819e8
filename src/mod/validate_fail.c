/* validate_fail.c - what is said of a module that is not valid, and the checks
 * that say nothing else: types that exist, proposals that are enabled.
 *
 * Words are those of the specification's scripts where they have some. */
#include <stdarg.h>
#include <stdio.h>

#include "mod/features.h"
#include "mod/validate.h"

bool tn_mod_invalid(struct tn_validator *v, const char *format, ...)
{
    char text[sizeof v->err->text];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    uint64_t offset = (uint64_t)(v->at - v->mod->bytes);
    if (v->func_index == TN_NONE)
        tn_fail(v->err, TN_E_INVALID, offset, "%s", text);
    else
        tn_fail(v->err, TN_E_INVALID, offset, "%.190s (function %u)", text,
                v->func_index);
    return false;
}

/* For a message, a type is named as the module names it: by index. */
static tn_valtype type_as_written(const struct tn_mod *mod, tn_valtype type)
{
    if (!tn_is_ref(type) || tn_heap_of(type) < TN_HEAP_DEFINED)
        return type;
    for (uint32_t i = 0; i < mod->type_count; i++)
        if (mod->types[i]->id == tn_heap_of(type) - TN_HEAP_DEFINED)
            return TN_REF(TN_HEAP_DEFINED + i, tn_is_nullable(type));
    return type;
}

static void print_found(struct tn_validator *v, tn_valtype type,
                        const char *none, char text[static 64])
{
    struct tn_buf buf;
    tn_buf_init(&buf, v->mod->alloc);
    tn_valtype_print(&buf, type_as_written(v->mod, type));
    if (type == TN_VT_NONE || buf.failed)
        (void)snprintf(text, 64, "%s", none);
    else
        (void)snprintf(text, 64, "%.*s", (int)buf.size, (char *)buf.at);
    tn_buf_clear(&buf);
}

bool tn_mod_mismatch(struct tn_validator *v, tn_valtype expected,
                     tn_valtype found)
{
    char want[64], have[64];
    print_found(v, expected, "t", want);
    print_found(v, found, "", have);
    return tn_mod_invalid(v,
                          "type mismatch: instruction requires [%s] but stack "
                          "has [%s]",
                          want, have);
}

bool tn_mod_no_ref(struct tn_validator *v, tn_valtype found)
{
    char have[64];
    print_found(v, found, "", have);
    return tn_mod_invalid(v,
                          "type mismatch: instruction requires a reference "
                          "but stack has [%s]",
                          have);
}

bool tn_mod_left_over(struct tn_validator *v)
{
    char have[64];
    uint32_t count = v->height - v->top->height;
    print_found(v, v->stack[v->top->height], "t", have);
    return tn_mod_invalid(v,
                          "type mismatch: block requires [] but stack has "
                          "[%s%s]",
                          have, count > 1 ? " ..." : "");
}

bool tn_mod_too_deep(struct tn_validator *v)
{
    uint64_t offset = (uint64_t)(v->at - v->mod->bytes);
    if (v->func_index == TN_NONE)
        tn_fail(v->err, TN_E_LIMIT, offset,
                "a constant expression needs more than %u slots of stack",
                TN_MOD_MAX_SLOTS);
    else
        tn_fail(v->err, TN_E_LIMIT, offset,
                "function %u needs more than %u slots of stack", v->func_index,
                TN_MOD_MAX_SLOTS);
    return false;
}

bool tn_mod_need(struct tn_validator *v, uint64_t needed, const char *what)
{
    v->mod->features_used |= needed;
    if ((needed & ~v->features) == 0)
        return true;
    tn_feature missing = tn_mod_feature_missing(needed, v->features);
    tn_fail(v->err, TN_E_FEATURE, (uint64_t)(v->at - v->mod->bytes),
            "%s is not enabled (%s)", tn_feature_name(missing), what);
    return false;
}

bool tn_mod_check_type_index(struct tn_validator *v, tn_valtype type)
{
    if (!tn_is_ref(type) || tn_heap_of(type) < TN_HEAP_DEFINED ||
        tn_heap_of(type) - TN_HEAP_DEFINED < v->mod->type_count)
        return true;
    return tn_mod_invalid(v, "unknown type %u",
                          tn_heap_of(type) - TN_HEAP_DEFINED);
}

bool tn_mod_check_valtype(struct tn_validator *v, tn_valtype type)
{
    return tn_mod_need(v, TN_FEATURE_BIT(tn_valtype_feature(type)),
                       tn_is_ref(type) ? "a reference type" : "a v128 type") &&
           tn_mod_check_type_index(v, type);
}
