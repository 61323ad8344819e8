/* trial_host.c - stand-ins for what the host provides: memories, tables, globals
 * and tags of the types that are imported, empty and zero. Functions that
 * nobody has trap. Who imports one name twice means one thing, on each side. */
#include "trial.h"

#include <stdlib.h>
#include <string.h>

static bool ends_in(const char *text, const char *word)
{
    size_t size = strlen(text), end = strlen(word);
    return size >= end && strcmp(text + size - end, word) == 0;
}

/* The kind that "global mut i32" ends in; false for others than numbers and
 * references that may be null. */
static bool kind_of(const char *type, tn_valkind *out)
{
    static const struct {
        const char *word;
        tn_valkind kind;
    } kinds[] = {{"i32", TN_I32},
                 {"i64", TN_I64},
                 {"f32", TN_F32},
                 {"f64", TN_F64},
                 {"v128", TN_V128},
                 {"funcref", TN_FUNCREF},
                 {"externref", TN_EXTERNREF}};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        *out = kinds[i].kind;
        if (ends_in(type, kinds[i].word))
            return true;
    }
    return false;
}

static bool make_item(struct side *side, const tn_item_info *import,
                      tn_extern *out)
{
    tn_error err;
    tn_val zero = {0};
    out->kind = import->kind;
    bool is_known = kind_of(import->type, &zero.kind);
    switch (import->kind) {
    case TN_EXTERN_MEMORY:
        return tn_memory_new(side->store, import->limits, &out->of.memory,
                             &err) == TN_OK;
    case TN_EXTERN_TABLE:
        return is_known && tn_table_new(side->store, zero.kind, import->limits,
                                        &out->of.table, &err) == TN_OK;
    case TN_EXTERN_GLOBAL:
        return is_known && tn_global_new(side->store, zero,
                                         strstr(import->type, "mut ") != NULL,
                                         &out->of.global, &err) == TN_OK;
    case TN_EXTERN_TAG:
        return tn_tag_new(side->store, import->type, &out->of.tag, &err) ==
               TN_OK;
    default:
        return false;
    }
}

/* The one of this name and kind; made if it is not there. Null if it cannot
 * be. */
static const struct stand_in *stand_in_for(struct side *side,
                                           const tn_item_info *import)
{
    for (size_t i = 0; i < side->stand_in_count; i++) {
        const struct stand_in *is = &side->stand_ins[i];
        if (is->item.kind == import->kind &&
            strcmp(is->module, import->module) == 0 &&
            strcmp(is->name, import->name) == 0)
            return is;
    }
    struct stand_in *all =
        realloc(side->stand_ins, (side->stand_in_count + 1) * sizeof(all[0]));
    if (all == NULL)
        return NULL;
    side->stand_ins = all;
    struct stand_in *made = &all[side->stand_in_count];
    if (!make_item(side, import, &made->item))
        return NULL;
    made->module = strdup(import->module);
    made->name = strdup(import->name);
    side->stand_in_count++;
    return made->module != NULL && made->name != NULL ? made : NULL;
}

static bool is_of_host(const struct side *side, size_t input,
                       const tn_item_info *import)
{
    const tn_edge *edge;
    for (size_t i = 0; (edge = tn_advice_edge(side->advise->advice, i)) != NULL;
         i++)
        if (edge->from == input && edge->state == TN_IMPORT_HOST &&
            strcmp(edge->module, import->module) == 0 &&
            strcmp(edge->name, import->name) == 0)
            return true;
    return false;
}

void side_stand_in(struct side *side, size_t input, tn_imports *imports)
{
    tn_bytes bytes = side->advise->inputs.at[input].module;
    tn_info *info;
    tn_error err;
    if (tn_info_read(bytes.at, bytes.size, &info, &err) != TN_OK)
        return;
    for (size_t i = 0; i < tn_info_import_count(info); i++) {
        tn_item_info import = tn_info_import(info, i);
        if (import.kind == TN_EXTERN_FUNC || !is_of_host(side, input, &import))
            continue;
        const struct stand_in *is = stand_in_for(side, &import);
        if (is != NULL)
            tn_imports_define(imports, import.module, import.name, is->item,
                              &err);
    }
    tn_info_free(info);
}

void side_drop_stand_ins(struct side *side)
{
    for (size_t i = 0; i < side->stand_in_count; i++) {
        free(side->stand_ins[i].module);
        free(side->stand_ins[i].name);
    }
    free(side->stand_ins);
}
