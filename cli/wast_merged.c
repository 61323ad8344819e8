/* wast_merged.c - the modules of a script that are linked, merged into one
 * where nobody could tell.
 *
 * Before a script runs, its commands are read for what imports from what. A
 * module joins those that it imports from: they are then one group, and one
 * instance of the merged module, made where the first of them was to be made,
 * stands for all. That must not be seen, so each member made later
 *   - is made before the script does anything else, or
 *   - does nothing to others: it has no start function, and no segments that
 *     could be for an imported memory or table.
 * What the merger refuses stays apart; exports and imports then meet when the
 * script runs. */
#include "wast.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_MEMBERS = 64,
    MAX_BINDS = 512
};

/* What a command makes. */
struct made {
    bool is_definition, is_instance;
    tn_bytes module;
    tn_info *info;       /* of an instance's; null if it cannot be read */
    size_t *targets;     /* for each import: the command it is from, or none */
    struct group *group; /* null: it is alone */
};

struct group {
    struct group *next;
    size_t members[MAX_MEMBERS]; /* commands, rising */
    size_t count;
    tn_merged *merged;
    tn_module *module;
    tn_instance *instance;
};

struct registered {
    tn_bytes name;
    size_t command;
};

struct wast_merged {
    const tn_script *script;
    size_t count; /* of commands; as a command: none */
    struct made *made;
    struct group *groups;     /* all that ever were */
    struct registered *names; /* the newest last */
    size_t name_count;
};

/* ------------------------------------------------------- reading the script */

static bool is_same(tn_bytes a, tn_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

/* The newest command before `end` that makes a thing of this name, or of any
 * if that is empty. */
static size_t find_made(const struct wast_merged *m, size_t end, tn_bytes id,
                        bool is_instance)
{
    for (size_t i = end; i > 0; i--) {
        const struct made *made = &m->made[i - 1];
        if ((is_instance ? made->is_instance : made->is_definition) &&
            (id.size == 0 || is_same(tn_script_at(m->script, i - 1)->id, id)))
            return i - 1;
    }
    return m->count;
}

static size_t find_registered(const struct wast_merged *m, const char *name)
{
    for (size_t i = m->name_count; i > 0; i--)
        if (is_same(m->names[i - 1].name, (tn_bytes){name, strlen(name)}))
            return m->names[i - 1].command;
    return m->count;
}

static bool has_section(const tn_info *info, uint8_t id)
{
    for (size_t i = 0; i < tn_info_section_count(info); i++)
        if (tn_info_section(info, i).id == id)
            return true;
    return false;
}

/* Does nobody see when it is made? */
static bool is_quiet(const tn_info *info)
{
    bool has_memory = false, has_table = false;
    for (size_t i = 0; i < tn_info_import_count(info); i++) {
        tn_externkind kind = tn_info_import(info, i).kind;
        has_memory |= kind == TN_EXTERN_MEMORY;
        has_table |= kind == TN_EXTERN_TABLE;
    }
    return !has_section(info, 8) && !(has_table && has_section(info, 9)) &&
           !(has_memory && has_section(info, 11));
}

/* Does nothing to any instance. */
static bool is_silent(tn_command_kind kind)
{
    return kind == TN_COMMAND_REGISTER || kind == TN_COMMAND_DEFINITION ||
           kind == TN_COMMAND_ASSERT_INVALID ||
           kind == TN_COMMAND_ASSERT_MALFORMED ||
           kind == TN_COMMAND_ASSERT_INVALID_CUSTOM ||
           kind == TN_COMMAND_ASSERT_MALFORMED_CUSTOM;
}

/* ------------------------------------------------------------------ joining */

static bool is_member(const struct group *g, size_t command)
{
    for (size_t i = 0; i < g->count; i++)
        if (g->members[i] == command)
            return true;
    return false;
}

static bool add_member(struct group *g, size_t command)
{
    size_t at = g->count;
    if (is_member(g, command))
        return true;
    if (g->count == MAX_MEMBERS)
        return false;
    for (; at > 0 && g->members[at - 1] > command; at--)
        g->members[at] = g->members[at - 1];
    g->members[at] = command;
    g->count++;
    return true;
}

/* The module and all that it imports from. False if one of those imports from
 * another group: it might be made too early. */
static bool gather(const struct wast_merged *m, size_t command, struct group *g)
{
    const struct made *made = &m->made[command];
    if (!add_member(g, command))
        return false;
    for (size_t i = 0; i < tn_info_import_count(made->info); i++) {
        size_t target = made->targets[i];
        const struct group *other =
            target < m->count ? m->made[target].group : NULL;
        if (target < m->count && !add_member(g, target))
            return false;
        for (size_t k = 0; other != NULL && k < other->count; k++)
            if (!add_member(g, other->members[k]))
                return false;
    }
    for (size_t i = 0; i < g->count; i++) {
        const struct made *member = &m->made[g->members[i]];
        for (size_t k = 0; k < tn_info_import_count(member->info); k++)
            if (member->targets[k] < m->count &&
                !is_member(g, member->targets[k]))
                return false;
    }
    return g->count > 1;
}

/* Could the script see that all are made where the first one is? */
static bool can_be_seen(const struct wast_merged *m, const struct group *g)
{
    bool is_untouched = true;
    for (size_t i = g->members[0]; i <= g->members[g->count - 1]; i++)
        if (!is_member(g, i))
            is_untouched &= is_silent(tn_script_at(m->script, i)->kind);
        else if (!is_untouched && !is_quiet(m->made[i].info))
            return true;
    return false;
}

typedef char input_name[24];

static void name_input(size_t command, input_name out)
{
    (void)snprintf(out, sizeof(input_name), "module.%zu", command);
}

/* What each name of an import means for each member. */
static bool make_binds(const struct wast_merged *m, const struct group *g,
                       input_name *names, tn_merge_bind *binds, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < g->count; i++) {
        const struct made *made = &m->made[g->members[i]];
        for (size_t k = 0; k < tn_info_import_count(made->info); k++) {
            tn_merge_bind bind = {names[i],
                                  tn_info_import(made->info, k).module, NULL};
            if (k > 0 && strcmp(bind.import_module,
                                tn_info_import(made->info, k - 1).module) == 0)
                continue;
            for (size_t t = 0; t < g->count; t++)
                if (g->members[t] == made->targets[k])
                    bind.target = names[t];
            if (*count == MAX_BINDS)
                return false;
            binds[(*count)++] = bind;
        }
    }
    return true;
}

static bool merge_group(const struct wast_merged *m, struct group *g,
                        tn_error *err)
{
    input_name names[MAX_MEMBERS];
    tn_merge_input inputs[MAX_MEMBERS];
    tn_merge_bind binds[MAX_BINDS];
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    for (size_t i = 0; i < g->count; i++) {
        name_input(g->members[i], names[i]);
        inputs[i].name = names[i];
        inputs[i].module = m->made[g->members[i]].module;
    }
    if (!make_binds(m, g, names, binds, &options.bind_count))
        return false;
    options.features = tn_features_all();
    options.thread_count = 1;
    options.binds = binds;
    return tn_merge(inputs, g->count, &options, &g->merged, err) == TN_OK;
}

static void join(struct wast_merged *m, struct wast_run *run, const char *path,
                 size_t command)
{
    struct group *g = calloc(1, sizeof *g);
    tn_error err = {0};
    if (g == NULL)
        return;
    g->next = m->groups;
    m->groups = g;
    if (!gather(m, command, g) || can_be_seen(m, g)) {
        run->apart++;
    } else if (!merge_group(m, g, &err)) {
        run->refused++;
        if (run->options.is_telling_words)
            wast_tell(run, path, tn_script_at(m->script, command)->line,
                      "merge", err.text);
    } else {
        for (size_t i = 0; i < g->count; i++)
            m->made[g->members[i]].group = g;
    }
}

/* ------------------------------------------------------------------- planning */

static bool imports_instances(const struct wast_merged *m, size_t command)
{
    const struct made *made = &m->made[command];
    for (size_t i = 0; i < tn_info_import_count(made->info); i++)
        if (made->targets[i] < m->count)
            return true;
    return false;
}

/* An instance of `module`: what its imports mean now. */
static bool note_instance(struct wast_merged *m, size_t command,
                          tn_bytes module)
{
    struct made *made = &m->made[command];
    made->module = module;
    made->is_instance = true;
    if (module.at == NULL ||
        tn_info_read(module.at, module.size, &made->info, NULL) != TN_OK)
        return false;
    size_t count = tn_info_import_count(made->info);
    made->targets = calloc(count + 1, sizeof *made->targets);
    if (made->targets == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        made->targets[i] =
            find_registered(m, tn_info_import(made->info, i).module);
    return imports_instances(m, command);
}

/* True for an instance that imports from another. */
static bool note_command(struct wast_merged *m, size_t i)
{
    const tn_command *c = tn_script_at(m->script, i);
    size_t of;
    switch (c->kind) {
    case TN_COMMAND_MODULE:
        m->made[i].is_definition = true;
        return note_instance(m, i, c->module);
    case TN_COMMAND_DEFINITION:
        m->made[i].is_definition = true;
        m->made[i].module = c->module;
        return false;
    case TN_COMMAND_INSTANCE:
        of = find_made(m, i, c->of, false);
        return of < m->count && note_instance(m, i, m->made[of].module);
    case TN_COMMAND_REGISTER:
        of = find_made(m, i, c->of, true);
        m->names[m->name_count++] = (struct registered){c->name, of};
        return false;
    default:
        return false;
    }
}

/* Commands of threads are in stores of their own. */
static bool has_threads(const tn_script *script)
{
    for (size_t i = 0; i < tn_script_count(script); i++)
        if (tn_script_at(script, i)->kind == TN_COMMAND_THREAD)
            return true;
    return false;
}

struct wast_merged *wast_merge_script(struct wast_run *run, const char *path,
                                      const tn_script *script)
{
    struct wast_merged *m = calloc(1, sizeof *m);
    if (m == NULL || has_threads(script))
        return m;
    m->script = script;
    m->made = calloc(tn_script_count(script) + 1, sizeof *m->made);
    m->names = calloc(tn_script_count(script) + 1, sizeof *m->names);
    if (m->made == NULL || m->names == NULL)
        return m;
    m->count = tn_script_count(script);
    for (size_t i = 0; i < m->count; i++)
        if (note_command(m, i))
            join(m, run, path, i);
    for (size_t i = 0; i < m->count; i++) {
        const struct group *g = m->made[i].group;
        run->merged_modules += g != NULL;
        run->merged_groups += g != NULL && g->members[0] == i;
    }
    return m;
}

void wast_merged_free(struct wast_merged *m)
{
    for (size_t i = 0; i < m->count; i++) {
        tn_info_free(m->made[i].info);
        free(m->made[i].targets);
    }
    while (m->groups != NULL) {
        struct group *g = m->groups;
        m->groups = g->next;
        tn_merged_free(g->merged);
        if (g->module != NULL)
            tn_module_free(g->module);
        free(g);
    }
    free(m->made);
    free(m->names);
    free(m);
}

/* ------------------------------------------------------------------- running */

static tn_status make_instance(struct wast_state *s, struct group *g,
                               tn_error *err)
{
    tn_bytes bytes = tn_merged_module(g->merged);
    tn_status status = tn_module_new_borrow(s->run->engine, bytes.at,
                                            bytes.size, &g->module, err);
    return status == TN_OK ? tn_instance_new(s->store, g->module, s->imports,
                                             &g->instance, err)
                           : status;
}

bool wast_merged_instance(struct wast_state *s, struct wast_item *item,
                          tn_status *status, tn_error *err)
{
    struct wast_merged *m = s->merged;
    struct group *g =
        m != NULL && s->at < m->count ? m->made[s->at].group : NULL;
    if (g == NULL)
        return false;
    *status = TN_OK;
    if (g->members[0] == s->at)
        *status = make_instance(s, g, err);
    item->instance = g->instance;
    item->part = m->made[s->at].info;
    name_input(s->at, item->prefix);
    return true;
}
