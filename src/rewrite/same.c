/* same.c - functions that are equal are stored once.
 *
 * Equal are functions of one type whose bodies become the same bytes. What
 * they call may be stored once too, so it is looked again while that finds
 * more, a few times. Looked at whole are only functions whose types, sizes and
 * first instructions are equal, whatever these call. Exported ones keep a body of their own: a host can tell them apart. */
#include "rewrite/steps.h"

#include <stdlib.h>

enum {
    MOST_ROUNDS = 4,
    LEAST_BYTES = 3, /* shorter bodies are empty */
    FIRST_BYTES = 48 /* looked at to see that functions differ */
};

struct fold_candidate {
    uint32_t type, size;  /* of the result's types; bytes in the input */
    uint32_t input, func; /* func: of those that the input defines */
    uint64_t mask;        /* hash of the body as if all functions were one */
    uint64_t hash;        /* of what the body becomes */
    bool may_go;
};

struct fold {
    struct tn_rw *rw;
    struct tn_rw_coder *coders; /* of each input */
    struct tn_vec(struct fold_candidate) all;
    struct tn_buf one, other; /* two bodies that may be equal */
    bool is_out_of_memory;
    uint64_t saved;
    uint32_t count;
};

static int compare_shape(const void *a, const void *b)
{
    const struct fold_candidate *x = a, *y = b;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    if (x->input != y->input)
        return x->input < y->input ? -1 : 1;
    return x->func < y->func ? -1 : x->func > y->func;
}

static bool is_alike(const struct fold_candidate *a,
                     const struct fold_candidate *b)
{
    return a->size == b->size && a->type == b->type && a->hash == b->hash;
}

static uint64_t hash_bytes(const uint8_t *at, size_t size)
{
    uint64_t hash = 0x9e3779b97f4a7c15u ^ size;
    for (; size >= 8; at += 8, size -= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        hash = (hash ^ word) * 0xff51afd7ed558ccdu;
        hash ^= hash >> 32;
    }
    for (; size > 0; at++, size--)
        hash = (hash ^ *at) * 0x100000001b3u;
    return hash ^ hash >> 29;
}

/* What the body becomes as things are now, or its first instructions. False
 * for code that cannot be read, which stays as it is until it is written. */
static bool write_body(const struct fold *f, const struct fold_candidate *c,
                       size_t most, struct tn_buf *out)
{
    const struct tn_rw_input *input = &f->rw->inputs[c->input];
    const struct tn_body *body = &input->mod->bodies[c->func];
    const uint8_t *at = input->mod->bytes + body->range.offset;
    const uint8_t *end = at + body->range.size;
    struct tn_rw_piece piece = {
        at, end, body->range.size > most ? at + most : end, true, false};
    out->size = 0;
    return tn_rw_walk(&f->coders[c->input], &piece, out) && !out->failed;
}

static uint32_t candidate_index(const struct tn_rw *rw,
                                const struct fold_candidate *c)
{
    const struct tn_rw_input *input = &rw->inputs[c->input];
    return input->map.funcs[input->mod->func_import_count + c->func];
}

static struct tn_rw_link *stand_in_of(const struct fold *f,
                                      const struct fold_candidate *c)
{
    return &f->rw->inputs[c->input].stand_ins[c->func];
}

static void let_stand(struct fold *f, const struct fold_candidate *c,
                      const struct fold_candidate *by)
{
    struct tn_rw_input *input = &f->rw->inputs[c->input];
    *stand_in_of(f, c) = (struct tn_rw_link){
        by->input, f->rw->inputs[by->input].mod->func_import_count + by->func};
    input->map.funcs[input->mod->func_import_count + c->func] =
        candidate_index(f->rw, by);
    f->saved += c->size;
    f->count++;
}

static bool is_folded(const struct fold *f, const struct fold_candidate *c)
{
    return stand_in_of(f, c)->input != TN_NONE;
}

/* Is the body that was written to f->one that of the candidate too? */
static bool is_that(struct fold *f, const struct fold_candidate *c)
{
    return write_body(f, c, SIZE_MAX, &f->other) &&
           f->one.size == f->other.size &&
           memcmp(f->one.at, f->other.at, f->one.size) == 0;
}

/* Candidates first..end have one hash: one stands for those that are equal to
 * it, if there is an exported one, that one. Others of that hash, which are
 * rare, stay: there may be many candidates. */
static void fold_twins(struct fold *f, size_t first, size_t end)
{
    const struct fold_candidate *all = f->all.at;
    size_t by = first;
    while (by + 1 < end && all[by].may_go)
        by++;
    if (all[by].may_go)
        by = first;
    if (!write_body(f, &all[by], SIZE_MAX, &f->one))
        return;
    for (size_t i = first; i < end; i++)
        if (i != by && all[i].may_go && is_that(f, &all[i]))
            let_stand(f, &all[i], &all[by]);
}

/* Of the body as things are now, or of its first `most` bytes; of one that
 * cannot be read, something that no other has. */
static uint64_t hash_body(struct fold *f, size_t i, size_t most)
{
    return write_body(f, &f->all.at[i], most, &f->one)
               ? hash_bytes(f->one.at, f->one.size)
               : i;
}

static void sort_by_shape(struct fold *f)
{
    if (f->all.count > 1)
        qsort(f->all.at, f->all.count, sizeof *f->all.at, compare_shape);
}

static void drop_gone(struct fold *f)
{
    size_t kept = 0;
    for (size_t i = 0; i < f->all.count; i++)
        if (!is_folded(f, &f->all.at[i]))
            f->all.at[kept++] = f->all.at[i];
    f->all.count = kept;
}

/* How often a shape is there. Two shapes that share a key are taken for one:
 * that costs a look. */
struct shape_count {
    uint64_t key; /* 0 for none */
    uint32_t count;
};

static uint64_t key_of(const struct fold_candidate *c)
{
    const uint32_t shape[] = {c->size, c->type, (uint32_t)c->mask,
                              (uint32_t)(c->mask >> 32)};
    return hash_bytes((const uint8_t *)shape, sizeof shape) | 1;
}

static struct shape_count *count_of_key(struct shape_count *counts,
                                        size_t places, uint64_t key)
{
    size_t at = (size_t)(key >> 1) & (places - 1);
    while (counts[at].key != 0 && counts[at].key != key)
        at = (at + 1) & (places - 1);
    counts[at].key = key;
    return &counts[at];
}

/* Those that are like no other need no second look. The others keep their
 * order, that of the code: read in order of shapes, each body would be a miss
 * of the caches. */
static void drop_single(struct fold *f)
{
    const tn_allocator *alloc = f->rw->alloc;
    size_t kept = 0, places = 16;
    while (places < 2 * f->all.count)
        places *= 2;
    struct shape_count *counts =
        TN_ALLOC_ARRAY(alloc, struct shape_count, places);
    if (counts == NULL) {
        f->is_out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < f->all.count; i++)
        count_of_key(counts, places, key_of(&f->all.at[i]))->count++;
    for (size_t i = 0; i < f->all.count; i++)
        if (count_of_key(counts, places, key_of(&f->all.at[i]))->count > 1)
            f->all.at[kept++] = f->all.at[i];
    f->all.count = kept;
    tn_alloc_free(alloc, counts, places * sizeof *counts);
}

static void plan_coders(struct fold *f, const uint32_t *all_funcs)
{
    for (uint32_t i = 0; i < f->rw->input_count; i++) {
        tn_rw_coder_init(&f->coders[i], &f->rw->inputs[i]);
        if (all_funcs != NULL)
            f->coders[i].to[TN_RW_func] = all_funcs;
        tn_rw_coder_plan(&f->coders[i]);
    }
}

static bool fold_round(struct fold *f)
{
    uint32_t before = f->count;
    plan_coders(f, NULL);
    for (size_t i = 0; i < f->all.count; i++)
        f->all.at[i].hash = hash_body(f, i, SIZE_MAX);
    sort_by_shape(f);
    for (size_t first = 0, end; first < f->all.count; first = end) {
        end = first + 1;
        while (end < f->all.count &&
               is_alike(&f->all.at[first], &f->all.at[end]))
            end++;
        if (end - first > 1)
            fold_twins(f, first, end);
    }
    drop_gone(f);
    drop_single(f);
    return f->count > before;
}

/* --------------------------------------------------------------- choosing */

/* Which of the functions that an input has it exports; null: no memory. */
static bool *find_exported(struct tn_rw *rw, const struct tn_mod *mod)
{
    bool *is_exported = TN_NEW_ARRAY(&rw->arena, bool, mod->func_count);
    for (uint32_t i = 0; is_exported != NULL && i < mod->export_count; i++)
        if (mod->exports[i].kind == TN_EXTERN_FUNC)
            is_exported[mod->exports[i].index] = true;
    return is_exported;
}

static tn_status add_candidates(struct fold *f, uint32_t input)
{
    struct tn_rw *rw = f->rw;
    struct tn_rw_input *from = &rw->inputs[input];
    const struct tn_mod *mod = from->mod;
    uint32_t imported = mod->func_import_count;
    uint32_t count = mod->func_count - imported;
    const bool *is_exported = find_exported(rw, mod);
    from->stand_ins = TN_NEW_ARRAY(&rw->arena, struct tn_rw_link, count);
    if (from->stand_ins == NULL || is_exported == NULL)
        return tn_no_memory(rw->err);
    for (uint32_t i = 0; i < count; i++) {
        const struct fold_candidate c = {
            .type = from->map.types[mod->funcs[imported + i]],
            .size = mod->bodies[i].range.size,
            .input = input,
            .func = i,
            .may_go = !is_exported[imported + i]};
        from->stand_ins[i].input = TN_NONE;
        if (c.size >= LEAST_BYTES && !TN_VEC_PUSH(&f->all, rw->alloc, c))
            return tn_no_memory(rw->err);
    }
    return TN_OK;
}

/* Functions that differ in more than what they call never become equal: first
 * by their shapes alone, then by their beginnings, then as a whole. */
static tn_status drop_unlike(struct fold *f)
{
    struct tn_rw *rw = f->rw;
    uint32_t most = 0;
    for (uint32_t i = 0; i < rw->input_count; i++)
        if (rw->inputs[i].mod->func_count > most)
            most = rw->inputs[i].mod->func_count;
    const uint32_t *zeros = TN_NEW_ARRAY(&rw->arena, uint32_t, most);
    f->coders = TN_NEW_ARRAY(&rw->arena, struct tn_rw_coder, rw->input_count);
    if (zeros == NULL || f->coders == NULL)
        return tn_no_memory(rw->err);
    plan_coders(f, zeros);
    drop_single(f);
    for (size_t i = 0; i < f->all.count; i++)
        f->all.at[i].mask = hash_body(f, i, FIRST_BYTES);
    drop_single(f);
    for (size_t i = 0; i < f->all.count; i++)
        f->all.at[i].mask = hash_body(f, i, SIZE_MAX);
    drop_single(f);
    return TN_OK;
}

/* --------------------------------------------------------------- the count */

/* Functions that are left move together: those that stand for others come
 * anywhere, so all that stand for themselves are numbered first. */
static void number_again(struct tn_rw *rw)
{
    struct tn_mod *joined = &rw->joined;
    uint32_t next = joined->func_import_count;
    for (uint32_t i = 0; i < rw->input_count; i++) {
        const struct tn_rw_input *input = &rw->inputs[i];
        const struct tn_mod *mod = input->mod;
        for (uint32_t k = mod->func_import_count; k < mod->func_count; k++) {
            uint32_t *to = &input->map.funcs[k];
            if (input->stand_ins[k - mod->func_import_count].input != TN_NONE)
                continue;
            joined->funcs[next] = input->map.types[mod->funcs[k]];
            *to = next++;
        }
    }
    joined->func_count = next;
}

/* Who stands for a function may itself have had to go later. */
static struct tn_rw_link last_stand_in(const struct tn_rw *rw,
                                       struct tn_rw_link by)
{
    for (;;) {
        const struct tn_rw_input *input = &rw->inputs[by.input];
        struct tn_rw_link next =
            input->stand_ins[by.index - input->mod->func_import_count];
        if (next.input == TN_NONE)
            return by;
        by = next;
    }
}

static void map_stand_ins(struct tn_rw *rw)
{
    for (uint32_t i = 0; i < rw->input_count; i++) {
        const struct tn_rw_input *input = &rw->inputs[i];
        const struct tn_mod *mod = input->mod;
        uint32_t count = mod->func_count - mod->func_import_count;
        for (uint32_t k = 0; k < count; k++) {
            if (input->stand_ins[k].input == TN_NONE)
                continue;
            struct tn_rw_link by = last_stand_in(rw, input->stand_ins[k]);
            input->map.funcs[mod->func_import_count + k] =
                rw->inputs[by.input].map.funcs[by.index];
        }
    }
}

tn_status tn_rw_fold(struct tn_rw *rw)
{
    struct fold f = {.rw = rw};
    tn_status status = TN_OK;
    tn_buf_init(&f.one, rw->alloc);
    tn_buf_init(&f.other, rw->alloc);
    for (uint32_t i = 0; i < rw->input_count && status == TN_OK; i++)
        status = add_candidates(&f, i);
    if (status == TN_OK)
        status = drop_unlike(&f);
    for (int i = 0; i < MOST_ROUNDS && status == TN_OK; i++)
        if (f.all.count == 0 || !fold_round(&f))
            break;
    if (f.is_out_of_memory || f.one.failed || f.other.failed)
        status = tn_no_memory(rw->err);
    tn_buf_clear(&f.one);
    tn_buf_clear(&f.other);
    TN_VEC_CLEAR(&f.all, rw->alloc);
    if (status != TN_OK || f.count == 0)
        return status;
    number_again(rw);
    map_stand_ins(rw);
    tn_rw_note(rw, TN_NOTE_SAME, false, TN_NONE,
               "%u functions that are equal to others are stored once: %llu "
               "bytes less",
               f.count, (unsigned long long)f.saved);
    return TN_OK;
}
