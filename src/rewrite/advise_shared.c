/* advise_shared.c - how much code two inputs have in common.
 *
 * Bodies are compared by the hash that the scan made of them, in which what a
 * linker chooses (indices, addresses) does not count. Merging cannot store
 * them once, for they use different memories; linking the sources together
 * would. */
#include "rewrite/advise.h"

#include <stdlib.h>

static int compare_hashes(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return a < b ? -1 : a > b;
}

static uint32_t own_func_count(const struct tn_rw_facts *facts)
{
    return facts->mod->func_count - facts->mod->func_import_count;
}

/* Bytes of b's bodies that the sorted hashes of another input have. */
static uint64_t shared_bytes(const uint64_t *hashes, uint32_t count,
                             const struct tn_rw_facts *b, uint64_t *all)
{
    uint64_t bytes = 0;
    *all = 0;
    for (uint32_t i = 0; i < own_func_count(b); i++) {
        uint32_t size = b->mod->bodies[i].range.size;
        *all += size;
        if (bsearch(&b->hashes[i], hashes, count, sizeof *hashes,
                    compare_hashes) != NULL)
            bytes += size;
    }
    return bytes;
}

static bool add_pair(struct tn_advice *a, uint32_t i, uint32_t k,
                     const uint64_t *hashes)
{
    uint64_t all;
    uint64_t bytes =
        shared_bytes(hashes, own_func_count(&a->facts[i]), &a->facts[k], &all);
    tn_shared_code shared = {i, k, bytes,
                             all == 0 ? 0 : (double)bytes / (double)all};
    return bytes == 0 || TN_VEC_PUSH(&a->shared, a->alloc, shared);
}

tn_status tn_rw_advise_shared(struct tn_advice *a, tn_error *err)
{
    bool is_ok = true;
    for (uint32_t i = 0; i < a->count && a->count > 1 && is_ok; i++) {
        uint32_t count = own_func_count(&a->facts[i]);
        uint64_t *hashes = TN_ALLOC_ARRAY(a->alloc, uint64_t, count + 1);
        if (hashes == NULL)
            return tn_no_memory(err);
        memcpy(hashes, a->facts[i].hashes, count * sizeof *hashes);
        qsort(hashes, count, sizeof *hashes, compare_hashes);
        for (uint32_t k = 0; k < a->count && is_ok; k++)
            is_ok = k == i || add_pair(a, i, k, hashes);
        tn_alloc_free(a->alloc, hashes, (count + 1) * sizeof *hashes);
    }
    return is_ok ? TN_OK : tn_no_memory(err);
}
