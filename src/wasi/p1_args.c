/* p1_args.c - arguments and environment. */
#include "wasi/p1.h"

static enum tn_wasi_errno put_sizes(struct tn_wasi_p1 *p1,
                                    const struct tn_wasi_texts *texts,
                                    const uint64_t *args)
{
    if (tn_wasi_p1_span(p1, args[1], 4) == NULL ||
        !tn_wasi_p1_put_u32(p1, args[0], (uint32_t)texts->count) ||
        !tn_wasi_p1_put_u32(p1, args[1], (uint32_t)texts->size))
        return TN_WASI_FAULT;
    return TN_WASI_SUCCESS;
}

/* The texts to args[1], and where each begins to args[0]. */
static enum tn_wasi_errno put_texts(struct tn_wasi_p1 *p1,
                                    const struct tn_wasi_texts *texts,
                                    const uint64_t *args)
{
    uint8_t *starts = tn_wasi_p1_span(p1, args[0], texts->count * 4);
    char *bytes = tn_wasi_p1_span(p1, args[1], texts->size);
    if (starts == NULL || bytes == NULL)
        return TN_WASI_FAULT;
    if (texts->count == 0)
        return TN_WASI_SUCCESS;
    size_t at = 0;
    for (size_t i = 0; i < texts->count; i++) {
        tn_wasi_set_u32(starts + 4 * i, (uint32_t)(args[1] + at));
        at += strlen(texts->bytes + at) + 1;
    }
    memcpy(bytes, texts->bytes, texts->size);
    return TN_WASI_SUCCESS;
}

enum tn_wasi_errno tn_wasi_p1_args_sizes_get(struct tn_wasi_p1 *p1,
                                             const uint64_t *args)
{
    return put_sizes(p1, &p1->wasi->args, args);
}

enum tn_wasi_errno tn_wasi_p1_args_get(struct tn_wasi_p1 *p1,
                                       const uint64_t *args)
{
    return put_texts(p1, &p1->wasi->args, args);
}

enum tn_wasi_errno tn_wasi_p1_environ_sizes_get(struct tn_wasi_p1 *p1,
                                                const uint64_t *args)
{
    return put_sizes(p1, &p1->wasi->env, args);
}

enum tn_wasi_errno tn_wasi_p1_environ_get(struct tn_wasi_p1 *p1,
                                          const uint64_t *args)
{
    return put_texts(p1, &p1->wasi->env, args);
}
