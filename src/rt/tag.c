/* tag.c - tags as the embedder sees them. */
#include "rt/func.h"

/* Takes over the reference to `type` if all is well. */
static tn_status keep_tag(tn_store *store, const struct tn_type *type,
                          tn_tag **out, tn_error *err)
{
    struct tn_tag *tag = TN_ALLOC(store->alloc, struct tn_tag);
    if (tag == NULL)
        return tn_no_memory(err);
    *tag = (struct tn_tag){store->host, type, store->tags};
    store->tags = tag;
    *out = tag;
    return TN_OK;
}

tn_status tn_rt_tag_new(tn_store *store, const struct tn_type *type,
                        tn_tag **out, tn_error *err)
{
    tn_engine *engine = store->engine;
    *out = NULL;
    tn_mutex_lock(&engine->lock);
    tn_types_retain_one(engine->types, type);
    tn_mutex_unlock(&engine->lock);
    tn_status status = keep_tag(store, type, out, err);
    if (status != TN_OK)
        tn_rt_type_release(engine, type);
    return status;
}

tn_status tn_tag_new(tn_store *store, const char *type, tn_tag **out,
                     tn_error *err)
{
    const struct tn_type *parsed = NULL;
    *out = NULL;
    TN_TRY(tn_rt_check_owner(store, err));
    TN_TRY(tn_rt_type_parse(store->engine, type, &parsed, err));
    tn_status status = parsed->result_count != 0
                           ? tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                                     "the type of a tag has no results")
                           : keep_tag(store, parsed, out, err);
    if (status != TN_OK)
        tn_rt_type_release(store->engine, parsed);
    return status;
}

void tn_rt_tag_free(struct tn_store *store, struct tn_tag *tag)
{
    tn_rt_type_release(store->engine, tag->type);
    tn_alloc_free(store->alloc, tag, sizeof *tag);
}

size_t tn_tag_param_count(const tn_tag *tag)
{
    return tag->type->param_count;
}

tn_valkind tn_tag_param(const tn_tag *tag, size_t i)
{
    return tn_rt_kind_of(tag->owner->store->engine, tag->type->params[i]);
}
