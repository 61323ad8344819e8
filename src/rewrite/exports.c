/* exports.c - what the result exports, and how it is called there.
 *
 * Patterns choose, in the order in which they are given. Where two inputs give
 * one name, the first has it and the later one is `<module>.<name>`: a rule,
 * not a counter, so that the names are known before the merge. */
#include "rewrite/steps.h"

#include "base/map.h"

const struct tn_export *tn_rw_find_export(const struct tn_rw_input *input,
                                          struct tn_str name)
{
    uint32_t found = tn_mod_find_export(input->mod, name);
    if (found != TN_NONE)
        return &input->mod->exports[found];
    for (uint32_t i = 0; i < input->more_export_count; i++)
        if (tn_str_equal(input->more_exports[i].name, name))
            return &input->more_exports[i];
    return NULL;
}

struct tn_str tn_rw_join_name(struct tn_rw *rw, struct tn_str module,
                              struct tn_str name)
{
    size_t size = module.size + 1 + name.size;
    char *at = TN_NEW_ARRAY(&rw->arena, char, size + 1);
    if (at == NULL) {
        rw->out.failed = true;
        return (struct tn_str){NULL, 0};
    }
    memcpy(at, module.at, module.size);
    at[module.size] = '.';
    if (name.size > 0)
        memcpy(at + module.size + 1, name.at, name.size);
    return (struct tn_str){at, size};
}

static uint32_t joined_index(const struct tn_rw_input *input,
                             const struct tn_export *export)
{
    const uint32_t *const maps[TN_RW_KINDS] = {
        input->map.funcs, input->map.tables, input->map.memories,
        input->map.globals, input->map.tags};
    return maps[export->kind][export->index];
}

static bool choose(struct tn_rw *rw, uint32_t input,
                   const struct tn_export *export, const char *as)
{
    const struct tn_rw_chosen chosen = {
        .input = input,
        .name = as != NULL ? tn_str_of(as) : export->name,
        .is_renamed = as != NULL,
        .kind = export->kind,
        .index = joined_index(&rw->inputs[input], export)};
    return TN_VEC_PUSH(&rw->chosen, rw->alloc, chosen);
}

static bool choose_all(struct tn_rw *rw, uint32_t i)
{
    const struct tn_rw_input *input = &rw->inputs[i];
    for (uint32_t k = 0; k < input->mod->export_count; k++)
        if (!choose(rw, i, &input->mod->exports[k], NULL))
            return false;
    for (uint32_t k = 0; k < input->more_export_count; k++)
        if (!choose(rw, i, &input->more_exports[k], NULL))
            return false;
    return true;
}

/* pattern ::= module ':' ('*' | name | name '=' new-name) */
struct pattern {
    struct tn_str module, name;
    const char *as;
};

/* Names may have colons: the longest that is an input's counts. */
static const char *find_colon(const struct tn_rw *rw, const char *text)
{
    const char *found = strchr(text, ':');
    for (uint32_t i = 0; found != NULL && i < rw->input_count; i++) {
        struct tn_str name = rw->inputs[i].name;
        if (strncmp(text, name.at, name.size) == 0 && text[name.size] == ':' &&
            text + name.size > found)
            found = text + name.size;
    }
    return found;
}

static bool read_pattern(const struct tn_rw *rw, const char *text,
                         struct pattern *out)
{
    const char *colon = find_colon(rw, text);
    if (colon == NULL || colon == text || colon[1] == 0)
        return false;
    const char *equals = strrchr(colon, '=');
    size_t size = equals != NULL && equals[1] != 0 && equals != colon + 1
                      ? (size_t)(equals - colon - 1)
                      : strlen(colon + 1);
    out->module = (struct tn_str){text, (size_t)(colon - text)};
    out->name = (struct tn_str){colon + 1, size};
    out->as = colon[1 + size] == '=' ? equals + 1 : NULL;
    return true;
}

/* What the pattern means in an input; *found says whether it means any. */
static tn_status choose_of_input(struct tn_rw *rw, uint32_t input,
                                 const struct pattern *pattern, bool *found)
{
    bool is_chosen;
    if (tn_str_is(pattern->name, "*") && pattern->as == NULL) {
        *found = true;
        is_chosen = choose_all(rw, input);
    } else {
        const struct tn_export *export =
            tn_rw_find_export(&rw->inputs[input], pattern->name);
        *found |= export != NULL;
        is_chosen = export == NULL || choose(rw, input, export, pattern->as);
    }
    return is_chosen ? TN_OK : tn_no_memory(rw->err);
}

static tn_status choose_of_all(struct tn_rw *rw, const struct pattern *pattern)
{
    bool found = false;
    for (uint32_t i = 0; i < rw->input_count; i++)
        if (!rw->inputs[i].is_own)
            TN_TRY(choose_of_input(rw, i, pattern, &found));
    if (found)
        return TN_OK;
    return tn_fail(rw->err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                   "no input exports a \"%.*s\" that could be exported",
                   TN_STR(pattern->name));
}

static tn_status choose_by(struct tn_rw *rw, const char *text)
{
    struct pattern pattern;
    bool found = false;
    if (!read_pattern(rw, text, &pattern))
        return tn_fail(rw->err, TN_E_MISUSE, TN_NO_OFFSET,
                       "\"%s\" does not say what to export: MODULE:NAME, "
                       "MODULE:NAME=NEW or MODULE:*",
                       text);
    if (tn_str_is(pattern.module, "*"))
        return choose_of_all(rw, &pattern);
    uint32_t input = tn_rw_find_input(rw, pattern.module);
    if (input == TN_NONE)
        return tn_fail(rw->err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                       "exports of \"%.*s\" are asked for, but no input is "
                       "called so",
                       TN_STR(pattern.module));
    TN_TRY(choose_of_input(rw, input, &pattern, &found));
    if (found)
        return TN_OK;
    return tn_fail(rw->err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                   "%s exports no \"%.*s\" that could be exported",
                   rw->inputs[input].name.at, TN_STR(pattern.name));
}

tn_status tn_rw_choose_exports(struct tn_rw *rw)
{
    for (size_t i = 0; i < rw->options->export_count; i++)
        TN_TRY(choose_by(rw, rw->options->exports[i]));
    if (rw->options->export_count == 0)
        TN_TRY(choose_by(rw, "*:*"));
    return TN_OK;
}

/* ----------------------------------------------------------------- names */

static tn_status refuse_name(struct tn_rw *rw, const struct tn_rw_chosen *c,
                             struct tn_str name)
{
    return tn_fail(rw->err, TN_E_AMBIGUOUS, TN_NO_OFFSET,
                   "%s: its export \"%.*s\" would be called \"%.*s\", and "
                   "another is already (--export gives new names)",
                   c->input == TN_NONE ? "the merger"
                                       : rw->inputs[c->input].name.at,
                   TN_STR(c->name), TN_STR(name));
}

/* The name that is free for it; *is_out when it is left out. */
static tn_status settle_name(struct tn_rw *rw, const struct tn_map *names,
                             const struct tn_rw_chosen *c, struct tn_str *name,
                             bool *is_out)
{
    *name = c->name;
    *is_out = false;
    uint32_t taken = tn_map_get(names, *name);
    if (taken == TN_MAP_NONE)
        return TN_OK;
    const struct tn_export *other = &rw->joined.exports[taken];
    bool is_other = other->kind != c->kind || other->index != c->index;
    *is_out = !is_other ||
              (rw->options->conflict == TN_CONFLICT_SKIP && !c->is_renamed);
    if (*is_out && is_other)
        tn_rw_note(rw, TN_NOTE_EXPORT, true, c->input,
                   "its export \"%.*s\" is left out: the name is taken",
                   TN_STR(c->name));
    if (*is_out)
        return TN_OK;
    if (rw->options->conflict == TN_CONFLICT_FAIL || c->is_renamed)
        return refuse_name(rw, c, *name);
    *name = tn_rw_join_name(rw, rw->inputs[c->input].name, c->name);
    if (tn_map_get(names, *name) != TN_MAP_NONE)
        return refuse_name(rw, c, *name);
    tn_rw_note(rw, TN_NOTE_EXPORT, true, c->input,
               "its export \"%.*s\" is called \"%.*s\": the name is taken",
               TN_STR(c->name), TN_STR(*name));
    return TN_OK;
}

static tn_status name_export(struct tn_rw *rw, struct tn_map *names,
                             const struct tn_rw_chosen *c)
{
    struct tn_mod *joined = &rw->joined;
    struct tn_str name;
    bool is_out;
    TN_TRY(settle_name(rw, names, c, &name, &is_out));
    if (is_out)
        return TN_OK;
    uint32_t at = joined->export_count++;
    joined->exports[at] = (struct tn_export){name, c->kind, c->index};
    return tn_map_put(names, rw->alloc, name, at) == TN_MAP_ADDED
               ? TN_OK
               : tn_no_memory(rw->err);
}

/* The merger's own have the first choice. */
static tn_status name_exports(struct tn_rw *rw, struct tn_map *names)
{
    for (size_t i = 0; i < rw->chosen.count; i++)
        if (rw->chosen.at[i].input == TN_NONE)
            TN_TRY(name_export(rw, names, &rw->chosen.at[i]));
    for (size_t i = 0; i < rw->chosen.count; i++)
        if (rw->chosen.at[i].input != TN_NONE && !rw->chosen.at[i].is_dropped)
            TN_TRY(name_export(rw, names, &rw->chosen.at[i]));
    return TN_OK;
}

tn_status tn_rw_name_exports(struct tn_rw *rw)
{
    struct tn_map names = {0};
    rw->joined.exports =
        TN_NEW_ARRAY(&rw->arena, struct tn_export, rw->chosen.count);
    if (rw->joined.exports == NULL)
        return tn_no_memory(rw->err);
    tn_status status = name_exports(rw, &names);
    tn_map_clear(&names, rw->alloc);
    return status;
}
