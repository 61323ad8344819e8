/* tag.c - tags as the embedder sees them. */
#include "rt/func.h"

tn_status tn_tag_new(tn_store *store, const char *type, tn_tag **out,
                     tn_error *err)
{
    const struct tn_type *parsed = NULL;
    *out = NULL;
    TN_TRY(tn_rt_check_owner(store, err));
    TN_TRY(tn_rt_type_parse(store->engine, type, &parsed, err));
    struct tn_tag *tag = NULL;
    tn_status status = TN_OK;
    if (parsed->result_count != 0)
        status = tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                         "the type of a tag has no results");
    else if ((tag = TN_ALLOC(store->alloc, struct tn_tag)) == NULL)
        status = tn_no_memory(err);
    if (status != TN_OK || tag == NULL) {
        tn_rt_type_release(store->engine, parsed);
        return status;
    }
    *tag = (struct tn_tag){store->host, parsed, store->tags};
    store->tags = tag;
    *out = tag;
    return TN_OK;
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
