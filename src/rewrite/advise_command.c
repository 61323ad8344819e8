/* advise_command.c - the command line of a way, ready to be run. */
#include "rewrite/advise_judge.h"

/* As a shell takes it for one word. */
static const char *shell_word(struct tn_advice *a, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./,:=@%+";
    if (text[0] != '\0' && text[0] != '-' && text[strspn(text, plain)] == '\0')
        return text;
    const char *out = "'";
    for (const char *at = text; *at != '\0';) {
        size_t size = strcspn(at, "'");
        out = tn_rw_say(&a->pen, "%s%.*s%s", out, (int)size, at,
                        at[size] == '\0' ? "" : "'\\''");
        at += size + (at[size] != '\0');
    }
    return tn_rw_say(&a->pen, "%s'", out);
}

static const char *path_of(struct tn_advice *a, uint32_t i)
{
    return shell_word(a, a->paths != NULL
                             ? a->paths[i]
                             : tn_rw_say(&a->pen, "%s.wasm", a->names[i]));
}

static bool is_asked(const struct tn_advice *a, uint32_t input)
{
    for (uint32_t i = 0; i < a->edge_count; i++)
        if (a->edges[i].to == input && a->edges[i].from != input)
            return true;
    return false;
}

/* The one to start: a command, else one that nobody imports from. */
static uint32_t primary_of(const struct tn_advice *a)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (a->facts[i].pub.is_command && !is_asked(a, i))
            return i;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->facts[i].pub.is_command)
            return i;
    for (uint32_t i = 0; i < a->count; i++)
        if (!is_asked(a, i))
            return i;
    return 0;
}

/* What only a host of one's own has. */
static bool needs_host(const struct tn_advice *a)
{
    for (uint32_t i = 0; i < a->edge_count; i++) {
        const tn_edge *edge = &a->edges[i];
        const struct tn_rw_facts *facts = &a->facts[edge->from];
        bool is_threads_memory =
            edge->kind == TN_EXTERN_MEMORY && facts->pub.has_threads;
        if (edge->state == TN_IMPORT_HOST && !is_threads_memory)
            return true;
        if (edge->state == TN_IMPORT_WASI &&
            strcmp(edge->module, "wasi_snapshot_preview1") != 0 &&
            strcmp(edge->module, "wasi") != 0)
            return true;
    }
    return false;
}

/* Commands that do not talk run one after the other. */
static const char *run_each(struct tn_advice *a)
{
    const char *line = "";
    for (uint32_t i = 0; i < a->count; i++)
        line = tn_rw_say(&a->pen, "%s%stenon run %s", line,
                         i == 0 ? "" : " && ", path_of(a, i));
    return line;
}

static const char *run_all(struct tn_advice *a, bool with_names)
{
    uint32_t primary = primary_of(a);
    const char *line = "tenon run";
    for (uint32_t i = 0; i < a->count; i++) {
        if (i == primary)
            continue;
        if (with_names)
            line = tn_rw_say(&a->pen, "%s --preload %s=%s", line,
                             shell_word(a, a->names[i]), path_of(a, i));
        else
            line = tn_rw_say(&a->pen, "%s --preload %s", line, path_of(a, i));
    }
    return tn_rw_say(&a->pen, "%s %s", line, path_of(a, primary));
}

static const char *isolated_command(struct tn_advice *a)
{
    uint32_t commands = 0;
    for (uint32_t i = 0; i < a->count; i++) {
        const tn_module_facts *pub = &a->facts[i].pub;
        commands += pub->is_command;
        if ((pub->is_command && pub->is_reactor) ||
            (pub->is_command && is_asked(a, i) && i != primary_of(a)))
            return NULL; /* not by these rules: docs/PACKAGE.md, section 6 */
    }
    if (needs_host(a))
        return NULL;
    return commands > 1 && !tn_rw_talks(a) ? run_each(a) : run_all(a, true);
}

/* What the merger must be told of an import: that it means an input whose name
 * it does not say, or the host, though it says the name of its own module. */
static bool needs_bind(const struct tn_advice *a, const tn_edge *edge)
{
    return (edge->is_by_export && edge->state == TN_IMPORT_FOUND) ||
           (edge->state == TN_IMPORT_HOST &&
            strcmp(edge->module, a->names[edge->from]) == 0);
}

/* --bind for them, once for each name that a module imports from. */
static const char *bind_options(struct tn_advice *a)
{
    const char *line = "";
    for (uint32_t i = 0; i < a->edge_count; i++) {
        const tn_edge *edge = &a->edges[i];
        bool is_new = needs_bind(a, edge);
        for (uint32_t k = a->first_edges[edge->from]; k < i && is_new; k++)
            is_new = !needs_bind(a, &a->edges[k]) ||
                     strcmp(a->edges[k].module, edge->module) != 0;
        if (is_new)
            line = tn_rw_say(
                &a->pen, "%s --bind %s", line,
                shell_word(a, tn_rw_say(&a->pen, "%s:%s=%s",
                                        a->names[edge->from], edge->module,
                                        edge->is_by_export ? a->names[edge->to]
                                                           : "")));
    }
    return line;
}

static const char *merge_command(struct tn_advice *a)
{
    const char *line = "tenon merge";
    for (uint32_t i = 0; i < a->count; i++)
        line = tn_rw_say(&a->pen, "%s %s %s", line, path_of(a, i),
                         shell_word(a, a->names[i]));
    return tn_rw_say(&a->pen, "%s -o merged.wasm%s%s", line,
                     tn_rw_needs_shims(a) ? " --wasi" : "", bind_options(a));
}

const char *tn_rw_advise_command(struct tn_advice *a, tn_way way)
{
    switch (way) {
    case TN_WAY_ISOLATED:
        return isolated_command(a);
    case TN_WAY_LINKED:
        return run_all(a, false);
    case TN_WAY_MERGED_MULTI:
        return merge_command(a);
    default:
        return NULL; /* not in this build */
    }
}
