/* inputs.c - the modules to merge, read. */
#include "rewrite/steps.h"

#include "base/utf8.h"
#include "mod/features.h"
#include "rewrite/workers.h"

uint32_t tn_rw_find_input(const struct tn_rw *rw, struct tn_str name)
{
    for (uint32_t i = 0; i < rw->input_count; i++)
        if (tn_str_equal(rw->inputs[i].name, name))
            return i;
    return TN_NONE;
}

/* The last binding that fits counts, as the last option given does. Those of
 * all inputs do not mean the merger's own modules. */
uint32_t tn_rw_target(const struct tn_rw *rw, uint32_t input,
                      struct tn_str module)
{
    bool is_own = rw->inputs[input].is_own;
    for (size_t i = rw->binds.count; i > 0; i--) {
        const struct tn_rw_bind *bind = &rw->binds.at[i - 1];
        bool is_meant = bind->input == TN_NONE ? !is_own : bind->input == input;
        if (is_meant && tn_str_equal(bind->module, module))
            return bind->target;
    }
    return tn_rw_find_input(rw, module);
}

/* What failed in the input, with its name before it. */
tn_status tn_rw_fail_input(struct tn_rw *rw, const struct tn_rw_input *input,
                           const tn_error *why)
{
    return tn_fail(rw->err, why->status, why->offset, "%s: %s", input->name.at,
                   why->text);
}

tn_status tn_rw_add_input(struct tn_rw *rw, struct tn_str name, tn_bytes bytes,
                          bool is_own)
{
    struct tn_rw_input *input = &rw->inputs[rw->input_count];
    tn_error why = {0};
    tn_bytes kept = tn_rw_keep(rw, name);
    *input =
        (struct tn_rw_input){.name = {kept.at, kept.size}, .is_own = is_own};
    if (kept.at == NULL)
        return tn_no_memory(rw->err);
    if (tn_rw_find_input(rw, input->name) != TN_NONE)
        return tn_fail(rw->err, TN_E_AMBIGUOUS, TN_NO_OFFSET,
                       "two inputs are named \"%.*s\"", TN_STR(name));
    uint64_t features =
        is_own ? UINT64_MAX : tn_mod_features_chosen(rw->options->features);
    tn_status status = tn_mod_decode(bytes.at, bytes.size, features, rw->alloc,
                                     &input->mod, &why);
    if (status == TN_OK)
        status = tn_types_intern(rw->types, input->mod, &why);
    if (status != TN_OK) {
        tn_mod_free(input->mod);
        return tn_rw_fail_input(rw, input, &why);
    }
    rw->input_count++;
    return tn_rw_declare_memories(rw, rw->input_count - 1);
}

/* ----------------------------------------------------------- validation */

struct verdicts {
    struct tn_rw *rw;
    tn_error *errors; /* one for each input */
};

static void validate_one(void *context, uint32_t i)
{
    struct verdicts *verdicts = context;
    struct tn_mod *mod = verdicts->rw->inputs[i].mod;
    if (verdicts->rw->options->is_trusted)
        tn_mod_validate_outline(mod, &verdicts->errors[i]);
    else
        tn_mod_validate(mod, &verdicts->errors[i]);
}

static tn_status validate_inputs(struct tn_rw *rw)
{
    struct verdicts verdicts = {
        rw, TN_NEW_ARRAY(&rw->arena, tn_error, rw->input_count)};
    if (verdicts.errors == NULL)
        return tn_no_memory(rw->err);
    tn_rw_work(tn_rw_worker_count(rw->options->thread_count), rw->input_count,
               validate_one, &verdicts);
    for (uint32_t i = 0; i < rw->input_count; i++)
        if (verdicts.errors[i].status != TN_OK)
            return tn_rw_fail_input(rw, &rw->inputs[i], &verdicts.errors[i]);
    return TN_OK;
}

static tn_status look_up_bind(struct tn_rw *rw, const char *name, uint32_t *out)
{
    *out = name == NULL ? TN_NONE : tn_rw_find_input(rw, tn_str_of(name));
    if (name != NULL && *out == TN_NONE)
        return tn_fail(rw->err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                       "a binding names \"%s\", but no input is called so",
                       name);
    return TN_OK;
}

static tn_status read_binds(struct tn_rw *rw)
{
    for (size_t i = 0; i < rw->options->bind_count; i++) {
        const tn_merge_bind *from = &rw->options->binds[i];
        struct tn_rw_bind bind = {.module = tn_str_of(from->import_module)};
        TN_TRY(look_up_bind(rw, from->module, &bind.input));
        TN_TRY(look_up_bind(rw, from->target, &bind.target));
        if (!TN_VEC_PUSH(&rw->binds, rw->alloc, bind))
            return tn_no_memory(rw->err);
    }
    return TN_OK;
}

static tn_status check_name(struct tn_rw *rw, const char *name)
{
    if (name == NULL || tn_utf8_valid(tn_str_of(name)))
        return TN_OK;
    return tn_fail(rw->err, TN_E_MISUSE, TN_NO_OFFSET,
                   "\"%s\" is not UTF-8, which names must be", name);
}

/* What may become a name in the result. */
static tn_status check_names(struct tn_rw *rw, const tn_merge_input *from,
                             size_t count)
{
    const tn_merge_options *options = rw->options;
    for (size_t i = 0; i < count; i++)
        TN_TRY(check_name(rw, from[i].name));
    for (size_t i = 0; i < options->export_count; i++)
        TN_TRY(check_name(rw, options->exports[i]));
    for (size_t i = 0; i < options->memory_count; i++)
        TN_TRY(check_name(rw, options->memories[i].name));
    return check_name(rw, options->name);
}

tn_status tn_rw_read_inputs(struct tn_rw *rw, const tn_merge_input *from,
                            size_t count)
{
    TN_TRY(check_names(rw, from, count));
    /* A shim for each, and their memory. */
    rw->inputs = TN_NEW_ARRAY(&rw->arena, struct tn_rw_input, 2 * count + 1);
    if (rw->inputs == NULL)
        return tn_no_memory(rw->err);
    for (size_t i = 0; i < count; i++)
        TN_TRY(tn_rw_add_input(rw, tn_str_of(from[i].name), from[i].module,
                               false));
    TN_TRY(read_binds(rw));
    TN_TRY(validate_inputs(rw));
    if (rw->options->with_wasi)
        TN_TRY(tn_rw_add_shims(rw));
    return TN_OK;
}

void tn_rw_free_inputs(struct tn_rw *rw)
{
    for (uint32_t i = 0; i < rw->input_count; i++)
        tn_mod_free(rw->inputs[i].mod);
    rw->input_count = 0;
}
