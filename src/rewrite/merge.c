/* merge.c - several modules become one: the table of contents. */
#include "rewrite/steps.h"

/* What the caller gets is what the merge worked with, less its inputs. */
struct tn_merged {
    struct tn_rw rw;
    tn_merge_options options;
    uint64_t features;
};

tn_bytes tn_rw_keep(struct tn_rw *rw, struct tn_str text)
{
    char *at = TN_NEW_ARRAY(&rw->arena, char, text.size + 1);
    if (at == NULL) {
        rw->out.failed = true;
        return (tn_bytes){NULL, 0};
    }
    if (text.size > 0)
        memcpy(at, text.at, text.size);
    return (tn_bytes){at, text.size};
}

/* ---------------------------------------------------------------- result */

static void print_features(struct tn_buf *out, uint64_t set)
{
    for (int i = 0; i < TN_FEATURE_COUNT; i++)
        if ((set & TN_FEATURE_BIT(i)) != 0)
            tn_buf_print(out, "%s%s", out->size > 0 ? ", " : "",
                         tn_feature_name((tn_feature)i));
}

static tn_status check_target(const struct tn_merged *merged, tn_error *err)
{
    const char *name = merged->options.target;
    const tn_target *target = name == NULL ? NULL : tn_target_find(name);
    if (name == NULL)
        return TN_OK;
    if (target == NULL)
        return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                       "nothing is known of a target \"%s\"", name);
    uint64_t lacks = merged->features & ~target->features;
    if (lacks == 0)
        return TN_OK;
    struct tn_buf text;
    tn_buf_init(&text, merged->rw.alloc);
    print_features(&text, lacks);
    tn_buf_byte(&text, 0);
    tn_status status =
        text.failed ? tn_no_memory(err)
                    : tn_fail(err, TN_E_FEATURE, TN_NO_OFFSET,
                              "the result needs what %s has not: %s (%s, %s)",
                              target->title, (const char *)text.at,
                              target->source, target->since);
    tn_buf_clear(&text);
    return status;
}

/* Tags are of both proposals of exceptions: where no instruction says of which,
 * the newer one will do. */
static uint64_t features_of_result(const struct tn_mod *mod)
{
    const uint64_t newer = TN_FEATURE_BIT(TN_FEATURE_EXCEPTIONS);
    const uint64_t either =
        newer | TN_FEATURE_BIT(TN_FEATURE_LEGACY_EXCEPTIONS);
    return mod->tag_count > 0 && (mod->features_used & either) == 0
               ? mod->features_used | newer
               : mod->features_used;
}

/* The result must be valid, whatever went in and whatever went wrong. */
static tn_status validate_result(struct tn_merged *merged, tn_error *err)
{
    struct tn_rw *rw = &merged->rw;
    struct tn_mod *mod;
    tn_error why = {0};
    tn_status status = tn_mod_decode(rw->out.at, rw->out.size, UINT64_MAX,
                                     rw->alloc, &mod, &why);
    if (status == TN_OK) {
        status = tn_types_intern(rw->types, mod, &why);
        if (status == TN_OK)
            status = tn_mod_validate(mod, &why);
        merged->features = features_of_result(mod);
        tn_mod_free(mod);
    }
    if (status == TN_OK)
        return TN_OK;
    return tn_fail(err, status, why.offset,
                   rw->options->is_trusted
                       ? "the result would not be valid, so an input was not "
                         "(it was not validated): %s"
                       : "the result would not be valid: %s",
                   why.text);
}

/* Custom sections come last: they cannot make it invalid, and say what it
 * uses. */
static tn_status write_result(struct tn_merged *merged)
{
    struct tn_rw *rw = &merged->rw;
    TN_TRY(tn_rw_write(rw));
    TN_TRY(validate_result(merged, rw->err));
    TN_TRY(tn_rw_customs(rw, merged->features));
    return rw->out.failed ? tn_no_memory(rw->err) : TN_OK;
}

/* ----------------------------------------------------------------- steps */

static size_t input_bytes(const tn_merge_input *inputs, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += inputs[i].module.size;
    return bytes;
}

static tn_status merge(struct tn_merged *merged, const tn_merge_input *inputs,
                       size_t count)
{
    struct tn_rw *rw = &merged->rw;
    size_t bytes = input_bytes(inputs, count);
    TN_TRY(tn_rw_read_inputs(rw, inputs, count));
    TN_TRY(tn_rw_find_mem_imports(rw));
    TN_TRY(tn_rw_resolve(rw));
    TN_TRY(tn_rw_order_inputs(rw));
    TN_TRY(tn_rw_lay_out(rw));
    TN_TRY(tn_rw_join_values(rw));
    TN_TRY(tn_rw_order_start(rw));
    TN_TRY(tn_rw_choose_exports(rw));
    TN_TRY(tn_rw_export_wasi_memory(rw));
    TN_TRY(tn_rw_join_entries(rw));
    TN_TRY(tn_rw_name_exports(rw));
    TN_TRY(tn_rw_check_wasi(rw));
    TN_TRY(tn_rw_join_segments(rw));
    TN_TRY(tn_rw_declare_refs(rw));
    if (tn_buf_room(&rw->out, bytes + bytes / 8 + 4096) == NULL)
        return tn_no_memory(rw->err);
    return write_result(merged);
}

/* What only the work needed. */
static void drop_work(struct tn_rw *rw)
{
    for (size_t i = 0; i < rw->own_funcs.count; i++)
        tn_buf_clear(&rw->own_funcs.at[i].code);
    TN_VEC_CLEAR(&rw->own_funcs, rw->alloc);
    TN_VEC_CLEAR(&rw->chosen, rw->alloc);
    TN_VEC_CLEAR(&rw->binds, rw->alloc);
    tn_buf_clear(&rw->exprs);
    tn_rw_free_inputs(rw);
    if (rw->types != NULL)
        tn_types_free(rw->types);
    rw->types = NULL;
    rw->err = NULL;
}

static void read_options(const tn_merge_options *from, tn_merge_options *to)
{
    const tn_merge_options none = TN_MERGE_OPTIONS_INIT;
    *to = none;
    if (from != NULL)
        memcpy(to, from, from->size < sizeof *to ? from->size : sizeof *to);
}

tn_status tn_rw_merge(const tn_merge_input *inputs, size_t count,
                      const tn_merge_options *options,
                      const tn_allocator *alloc, tn_merged **out, tn_error *err)
{
    *out = NULL;
    if (count == 0)
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET, "nothing to merge");
    struct tn_merged *merged = TN_ALLOC(alloc, struct tn_merged);
    if (merged == NULL)
        return tn_no_memory(err);
    struct tn_rw *rw = &merged->rw;
    read_options(options, &merged->options);
    rw->alloc = alloc;
    rw->options = &merged->options;
    rw->err = err;
    tn_arena_init(&rw->arena, alloc);
    tn_buf_init(&rw->out, alloc);
    tn_buf_init(&rw->exprs, alloc);
    tn_buf_byte(&rw->exprs, 0x0b); /* an empty range has a place, too */
    rw->types = tn_types_new(alloc);
    tn_status status = rw->types == NULL || rw->exprs.failed
                           ? tn_no_memory(err)
                           : merge(merged, inputs, count);
    if (status == TN_OK)
        status = check_target(merged, err);
    drop_work(rw);
    if (status == TN_OK)
        *out = merged;
    else
        tn_merged_free(merged);
    return status;
}

tn_status tn_merge(const tn_merge_input *inputs, size_t count,
                   const tn_merge_options *options, tn_merged **out,
                   tn_error *err)
{
    return tn_rw_merge(inputs, count, options, &tn_alloc_libc, out, err);
}

void tn_merged_free(tn_merged *merged)
{
    if (merged == NULL)
        return;
    struct tn_rw *rw = &merged->rw;
    const tn_allocator *alloc = rw->alloc;
    TN_VEC_CLEAR(&rw->notes, alloc);
    TN_VEC_CLEAR(&rw->links, alloc);
    tn_buf_clear(&rw->out);
    tn_arena_clear(&rw->arena);
    tn_alloc_free(alloc, merged, sizeof *merged);
}

tn_bytes tn_merged_module(const tn_merged *merged)
{
    return (tn_bytes){merged->rw.out.at, merged->rw.out.size};
}

uint64_t tn_merged_features(const tn_merged *merged)
{
    return merged->features;
}

size_t tn_merged_note_count(const tn_merged *merged)
{
    return merged->rw.notes.count;
}

const tn_merge_note *tn_merged_note(const tn_merged *merged, size_t i)
{
    return i < merged->rw.notes.count ? &merged->rw.notes.at[i] : NULL;
}

size_t tn_merged_link_count(const tn_merged *merged)
{
    return merged->rw.links.count;
}

const tn_merge_link *tn_merged_link(const tn_merged *merged, size_t i)
{
    return i < merged->rw.links.count ? &merged->rw.links.at[i] : NULL;
}
