/* trial_sides.c - instances apart, a program, linked modules: made alike. */
#include "trial.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_OUTPUT = 1 << 20
};

/* --- What guests write ------------------------------------------------------------ */

static int64_t keep_output(void *ctx, const void *bytes, size_t size)
{
    struct output *output = ctx;
    size_t kept = size;
    if (output->size + kept > MOST_OUTPUT) {
        kept = MOST_OUTPUT - output->size;
        output->is_cut = true;
    }
    char *at = realloc(output->at, output->size + kept + 1);
    if (at == NULL)
        return -1;
    output->at = at;
    memcpy(at + output->size, bytes, kept);
    output->size += kept;
    return (int64_t)size;
}

static tn_wasi_config wasi_config(struct side *side, const char *const *name,
                                  bool is_terminal)
{
    tn_wasi_config config = TN_WASI_CONFIG_INIT;
    config.args = name;
    config.arg_count = 1;
    for (int i = 1; i < 3; i++)
        config.stdio[i] =
            (tn_stream){NULL, keep_output, &side->output, is_terminal};
    return config;
}

/* In a program each module but the primary has its name as its only argument,
 * and what it writes to looks like a terminal. */
static tn_status add_wasi(struct side *side, size_t input)
{
    static const char *const plain = "program";
    bool is_behind = side->is_like_program && input != side->primary;
    const char *name = is_behind ? side->advise->inputs.at[input].name : plain;
    tn_wasi_config config = wasi_config(side, &name, is_behind);
    tn_status status =
        tn_imports_new(side->store, &side->imports[input], &side->err);
    if (status == TN_OK)
        status =
            tn_wasi_new(side->engine, &config, &side->wasi[input], &side->err);
    if (status == TN_OK)
        status = tn_imports_wasi(side->imports[input], side->wasi[input],
                                 &side->err);
    return status;
}

/* --- Instances ----------------------------------------------------------------------- */

/* Everything that `input` imports of the others. `*is_ready`: they are there. */
static tn_status bind(struct side *side, size_t input, bool *is_ready)
{
    const tn_edge *edge;
    *is_ready = true;
    for (size_t i = 0; (edge = tn_advice_edge(side->advise->advice, i)) != NULL;
         i++) {
        tn_extern item;
        if (edge->from != input || edge->to == UINT32_MAX ||
            edge->to == input || edge->state != TN_IMPORT_FOUND)
            continue;
        if (side->instances[edge->to] == NULL) {
            *is_ready = false;
            return TN_OK;
        }
        tn_status status = tn_instance_export(side->instances[edge->to],
                                              edge->name, &item, &side->err);
        if (status == TN_OK)
            status = tn_imports_define(side->imports[input], edge->module,
                                       edge->name, item, &side->err);
        if (status != TN_OK)
            return status;
    }
    return TN_OK;
}

static tn_status make_instance(struct side *side, size_t input)
{
    tn_bytes bytes = side->advise->inputs.at[input].module;
    tn_status status = tn_module_new_borrow(side->engine, bytes.at, bytes.size,
                                            &side->modules[input], &side->err);
    tn_imports_trap_unknown(side->imports[input]);
    if (!side->is_like_program) /* which nobody stands in for */
        side_stand_in(side, input, side->imports[input]);
    if (status == TN_OK)
        status = tn_instance_new(side->store, side->modules[input],
                                 side->imports[input], &side->instances[input],
                                 &side->err);
    if (status == TN_OK)
        status = tn_instance_initialize(side->instances[input], &side->err);
    return status;
}

/* Those whose providers are there, until all are. */
static tn_status make_apart(struct side *side)
{
    size_t count = side->advise->inputs.count, made = 0;
    bool has_more = true;
    while (has_more) {
        has_more = false;
        for (size_t i = 0; i < count; i++) {
            bool is_ready;
            if (side->instances[i] != NULL)
                continue;
            tn_status status = bind(side, i, &is_ready);
            if (status == TN_OK && is_ready)
                status = make_instance(side, i);
            if (status != TN_OK)
                return status;
            has_more |= is_ready;
            made += is_ready;
        }
    }
    if (made == count)
        return TN_OK;
    side->err = (tn_error){TN_E_CYCLE, TN_NO_OFFSET,
                           "they need each other in a ring, so there are no "
                           "instances apart"};
    return TN_E_CYCLE;
}

/* --- A program ------------------------------------------------------------------------ */

tn_named_module side_module(const struct side *side, size_t input)
{
    const tn_merge_input *at = &side->advise->inputs.at[input];
    return (tn_named_module){at->name, at->module};
}

/* What comes behind the primary: the inputs under the names that they have
 * here, then what looks into memories. */
static tn_named_module *list_modules(const struct side *side, size_t *out)
{
    size_t count = side->advise->inputs.count, at = 0;
    tn_named_module *modules =
        calloc(count + side->peek_count, sizeof(modules[0]));
    for (size_t i = 0; i < count && modules != NULL; i++)
        if (i != side->primary)
            modules[at++] = side_module(side, i);
    for (size_t i = 0; i < side->peek_count && modules != NULL; i++) {
        const struct peek *peek = &side->peeks[i];
        modules[at++] =
            (tn_named_module){peek->name, {peek->module.at, peek->module.size}};
    }
    *out = at;
    return modules;
}

/* The first thing that is told is the cause; the error only says that there is
 * one. */
static void keep_cause(void *ctx, const char *kind, const char *text)
{
    struct side *side = ctx;
    (void)kind;
    if (side->cause[0] == '\0')
        snprintf(side->cause, sizeof(side->cause), "%s", text);
}

/* As tenon run --preload NAME=FILE ... PRIMARY does. */
static tn_status make_program(struct side *side)
{
    tn_bytes primary = side->advise->inputs.at[side->primary].module;
    tn_package *package = NULL;
    tn_program_config config = TN_PROGRAM_CONFIG_INIT;
    tn_package_config reading = TN_PACKAGE_CONFIG_INIT;
    const char *name = "program";
    tn_wasi_config wasi = wasi_config(side, &name, false);
    tn_named_module *modules = side_make_peeks(side)
                                   ? list_modules(side, &config.preload_count)
                                   : NULL;
    if (modules == NULL)
        return side->err.status = TN_E_NOMEM;
    config.wasi = &wasi;
    config.preload = modules;
    config.strict = true;
    config.trap_unknown_imports = true;
    config.max_heal = 0;
    config.report = keep_cause;
    config.ctx = side;
    tn_status status = tn_package_read(primary.at, primary.size, &reading,
                                       &package, &side->err);
    if (status == TN_OK)
        status = tn_program_new(side->engine, package, &config, &side->program,
                                &side->err);
    tn_package_free(package);
    free(modules);
    return status;
}

/* Where an input is in the program. */
static size_t position_of(const struct side *side, size_t input)
{
    if (input == side->primary)
        return 0;
    return input < side->primary ? input + 1 : input;
}

/* --- All of them ---------------------------------------------------------------------- */

static tn_status make_store(struct side *side)
{
    size_t count = side->advise->inputs.count;
    tn_config config = TN_CONFIG_INIT;
    config.features = tn_features_all();
    config.deterministic = true;
    side->wasi = calloc(count, sizeof(side->wasi[0]));
    side->imports = calloc(count, sizeof(side->imports[0]));
    side->modules = calloc(count, sizeof(side->modules[0]));
    side->instances = calloc(count, sizeof(side->instances[0]));
    side->spaces = calloc(count, sizeof(side->spaces[0]));
    if (!side->wasi || !side->imports || !side->modules || !side->instances ||
        !side->spaces)
        return side->err.status = TN_E_NOMEM;
    tn_status status = tn_engine_new(&config, &side->engine, &side->err);
    if (status != TN_OK || side->kind == SIDE_PROGRAM)
        return status;
    status = tn_store_new(side->engine, NULL, &side->store, &side->err);
    for (size_t i = 0; i < count && status == TN_OK; i++)
        status = add_wasi(side, i);
    return status;
}

tn_status side_make(struct side *side)
{
    tn_status status = make_store(side);
    if (status != TN_OK)
        return status;
    switch (side->kind) {
    case SIDE_APART:
        return make_apart(side);
    case SIDE_PROGRAM:
        return make_program(side);
    case SIDE_APART_LINKED:
    case SIDE_SHIFTED_LINKED:
    case SIDE_LINKED:
        return side_make_linked(side);
    case SIDE_MERGED:
        return side_make_merged(side);
    }
    return TN_E_UNSUPPORTED;
}

void side_drop(struct side *side)
{
    size_t count = side->advise == NULL ? 0 : side->advise->inputs.count;
    tn_program_free(side->program);
    side_drop_peeks(side);
    side_drop_stand_ins(side);
    for (size_t i = 0; i < side->space_count; i++)
        tn_space_free(side->spaces[i]);
    for (size_t i = 0; i < count && side->kind == SIDE_APART; i++)
        if (side->instances != NULL && side->instances[i] != NULL)
            tn_instance_free(side->instances[i]);
    tn_instance_free(side->merged_instance);
    tn_linker_free(side->linker);
    for (size_t i = 0; i < count && side->imports != NULL; i++)
        tn_imports_free(side->imports[i]);
    tn_store_free(side->store);
    for (size_t i = 0; i < count && side->modules != NULL; i++)
        tn_module_free(side->modules[i]);
    for (size_t i = 0; i < count && side->wasi != NULL; i++)
        tn_wasi_free(side->wasi[i]);
    tn_module_free(side->merged_module);
    tn_merged_free(side->merged);
    tn_engine_free(side->engine);
    free(side->wasi);
    free(side->imports);
    free(side->modules);
    free(side->instances);
    free(side->spaces);
    free(side->output.at);
    *side = (struct side){0};
}

/* --- What can be asked of a side ---------------------------------------------------------- */

tn_func *side_func(struct side *side, size_t input, const char *name)
{
    tn_error err;
    tn_func *func = NULL;
    if (side->kind == SIDE_MERGED)
        return side_merged_func(side, input, name);
    if (side->kind != SIDE_PROGRAM)
        return side->instances[input] != NULL &&
                       tn_instance_func(side->instances[input], name, &func,
                                        &err) == TN_OK
                   ? func
                   : NULL;
    size_t room = strlen(name) + 32;
    char *route = malloc(room);
    if (route == NULL)
        return NULL;
    snprintf(route, room, "#%zu:%s", position_of(side, input), name);
    if (tn_program_func(side->program, route, &func, &err) != TN_OK)
        func = NULL;
    free(route);
    return func;
}

tn_memory *side_memory(struct side *side, size_t input, const char *name)
{
    tn_error err;
    tn_memory *memory = NULL;
    if (side->kind == SIDE_MERGED)
        return side_merged_memory(side, input, name);
    if (side->kind != SIDE_APART || side->instances[input] == NULL ||
        tn_instance_memory(side->instances[input], name, &memory, &err) !=
            TN_OK)
        return NULL;
    return memory;
}
