/* trial_merged.c - the inputs as one module, merged in memory.
 *
 * Each export is there twice: as the merger names it, and as #INPUT.NAME, which
 * no other input can have taken. In that one `=` is `%3d`: patterns of exports
 * end in `=NEW`. */
#include "trial.h"

#include <stdlib.h>
#include <string.h>

/* "#1.name"; free it. Null without memory. */
static char *own_name(size_t input, const char *name)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    fprintf(out, "#%zu.", input);
    for (; *name != '\0'; name++)
        if (*name == '=' || *name == '%')
            fprintf(out, "%%%02x", *name);
        else
            putc(*name, out);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

/* --- What is exported -------------------------------------------------------------- */

struct patterns {
    char **at;
    size_t count;
};

static bool add_pattern(struct patterns *patterns, const char *module,
                        const char *name, const char *as)
{
    size_t room = strlen(module) + strlen(name) + strlen(as) + 3;
    char **at = realloc(patterns->at, (patterns->count + 1) * sizeof(at[0]));
    if (at == NULL)
        return false;
    patterns->at = at;
    char *text = malloc(room);
    if (text == NULL)
        return false;
    snprintf(text, room, "%s:%s%s%s", module, name, as[0] != '\0' ? "=" : "",
             as);
    at[patterns->count++] = text;
    return true;
}

static bool add_exports(const struct side *side, size_t input,
                        struct patterns *patterns)
{
    const tn_merge_input *at = &side->advise->inputs.at[input];
    tn_info *info;
    tn_error err;
    bool is_kept = true;
    if (tn_info_read(at->module.at, at->module.size, &info, &err) != TN_OK)
        return false;
    for (size_t i = 0; i < tn_info_export_count(info) && is_kept; i++) {
        tn_item_info item = tn_info_export(info, i);
        bool is_called =
            item.kind == TN_EXTERN_FUNC || item.kind == TN_EXTERN_MEMORY;
        if (!is_called || item.name[0] == '\0') /* no pattern names it */
            continue;
        char *as = own_name(input, item.name);
        is_kept = as != NULL && add_pattern(patterns, at->name, item.name, as);
        free(as);
    }
    tn_info_free(info);
    return is_kept;
}

static bool list_exports(const struct side *side, struct patterns *patterns)
{
    size_t count = side->advise->inputs.count;
    bool is_kept = true;
    for (size_t i = 0; i < count && is_kept; i++)
        is_kept =
            add_pattern(patterns, side->advise->inputs.at[i].name, "*", "");
    for (size_t i = 0; i < count && is_kept; i++)
        is_kept = add_exports(side, i, patterns);
    return is_kept;
}

static void free_patterns(struct patterns *patterns)
{
    for (size_t i = 0; i < patterns->count; i++)
        free(patterns->at[i]);
    free(patterns->at);
}

/* --- The module --------------------------------------------------------------------- */

/* A result with a command initializes its reactors in _start: who calls another
 * function first does it himself. */
static tn_status initialize(struct side *side)
{
    tn_extern item;
    tn_error err;
    if (side->is_for_start ||
        tn_instance_export(side->merged_instance, "_initialize", &item, &err) ==
            TN_OK)
        return side->is_for_start
                   ? TN_OK
                   : tn_instance_initialize(side->merged_instance, &side->err);
    for (size_t i = 0; i < side->advise->inputs.count; i++) {
        tn_func *func = side_func(side, i, "_initialize");
        tn_status status =
            func == NULL ? TN_OK
                         : tn_func_call(func, NULL, 0, NULL, 0, &side->err);
        if (status != TN_OK)
            return status;
    }
    return TN_OK;
}

/* What imports mean that name no input: room for one an edge. */
static tn_merge_bind *list_binds(const struct side *side, size_t *count)
{
    size_t room = 0;
    *count = 0;
    while (tn_advice_edge(side->advise->advice, room) != NULL)
        room++;
    tn_merge_bind *binds = calloc(room + 1, sizeof(binds[0]));
    for (size_t i = 0; i < room && binds != NULL; i++) {
        const tn_edge *edge = tn_advice_edge(side->advise->advice, i);
        if (edge->is_by_export && edge->state == TN_IMPORT_FOUND)
            binds[(*count)++] = (tn_merge_bind){
                advise_name(side->advise, edge->from), edge->module,
                advise_name(side->advise, edge->to)};
    }
    return binds;
}

static tn_status merge(struct side *side, const struct patterns *patterns)
{
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    options.features = tn_features_all();
    options.exports = (const char *const *)patterns->at;
    options.export_count = patterns->count;
    for (size_t i = 0; i < side->advise->inputs.count; i++)
        options.with_wasi |=
            tn_advice_module(side->advise->advice, i)->has_wasi;
    tn_merge_bind *binds = list_binds(side, &options.bind_count);
    if (binds == NULL)
        return side->err.status = TN_E_NOMEM;
    options.binds = binds;
    tn_status status =
        tn_merge(side->advise->inputs.at, side->advise->inputs.count, &options,
                 &side->merged, &side->err);
    free(binds);
    return status;
}

tn_status side_make_merged(struct side *side)
{
    struct patterns patterns = {NULL, 0};
    tn_status status = list_exports(side, &patterns)
                           ? merge(side, &patterns)
                           : (side->err.status = TN_E_NOMEM);
    free_patterns(&patterns);
    if (status == TN_OK) {
        tn_bytes bytes = tn_merged_module(side->merged);
        status = tn_module_new_borrow(side->engine, bytes.at, bytes.size,
                                      &side->merged_module, &side->err);
    }
    if (status != TN_OK)
        return status;
    tn_imports_trap_unknown(side->imports[0]);
    for (size_t i = 0; i < side->advise->inputs.count; i++)
        side_stand_in(side, i, side->imports[0]);
    status = tn_instance_new(side->store, side->merged_module, side->imports[0],
                             &side->merged_instance, &side->err);
    return status == TN_OK ? initialize(side) : status;
}

/* --- What can be asked of it ---------------------------------------------------------- */

/* _start by its module's name is there if several have one; that one also
 * initializes what it needs. */
static tn_func *start_of(struct side *side, size_t input)
{
    tn_error err;
    tn_func *func = NULL;
    const char *module = side->advise->inputs.at[input].name;
    size_t room = strlen(module) + sizeof("._start");
    char *name = malloc(room);
    if (name == NULL)
        return NULL;
    snprintf(name, room, "%s._start", module);
    if (tn_instance_func(side->merged_instance, name, &func, &err) != TN_OK &&
        tn_instance_func(side->merged_instance, "_start", &func, &err) != TN_OK)
        func = NULL;
    free(name);
    return func;
}

tn_func *side_merged_func(struct side *side, size_t input, const char *name)
{
    tn_error err;
    tn_func *func = NULL;
    if (side->is_for_start && strcmp(name, "_start") == 0)
        return start_of(side, input);
    char *own = own_name(input, name);
    if (own == NULL ||
        tn_instance_func(side->merged_instance, own, &func, &err) != TN_OK)
        func = NULL;
    free(own);
    return func;
}

tn_memory *side_merged_memory(struct side *side, size_t input, const char *name)
{
    tn_error err;
    tn_memory *memory = NULL;
    char *own = own_name(input, name);
    if (own == NULL ||
        tn_instance_memory(side->merged_instance, own, &memory, &err) != TN_OK)
        memory = NULL;
    free(own);
    return memory;
}
