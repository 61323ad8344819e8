/* except.c - throwing, and the blocks that catch.
 *
 * A try is a block that remembers where its code begins; when that code ends,
 * a row for each of its clauses goes into the function's table (unwind.h).
 * Inner blocks end first, so the rows stand in the order of a search.
 *
 * A clause of try_table goes on where a branch to its label would, with its
 * values where the branch would have put them. Until the label's block ends,
 * `handler` of such rows links them to a list of that block. */
#include "ir/translate.h"

static struct tn_block *enclosing(struct tn_translator *t, uint32_t depth)
{
    return &t->blocks.at[t->blocks.count - 1 - depth];
}

static const struct tn_type_def *tag_type(const struct tn_translator *t,
                                          uint32_t tag)
{
    return &t->mod->type_defs[t->mod->tags[tag].type_index];
}

static uint32_t value_slots(const struct tn_translator *t, uint32_t tag)
{
    uint32_t slots = 0;
    const struct tn_type_def *type = tag_type(t, tag);
    for (uint32_t i = 0; i < type->param_count; i++)
        slots += tn_slots_of(type->params[i]);
    return slots;
}

/* ------------------------------------------------------------- throwing */

void tn_tr_throw(struct tn_translator *t, uint32_t tag)
{
    uint32_t first = t->sp - tag_type(t, tag)->param_count;
    tn_tr_settle(t, first);
    tn_tr_spill_both(t);
    tn_tr_safepoint(t);
    uint32_t slot = first < t->sp ? t->entries[first].home : tn_tr_next_home(t);
    uint8_t *code = tn_tr_emit(t, TN_FORM_throw);
    tn_tr_put16(code, 4, slot);
    tn_tr_put32(code, 8, tag);
}

void tn_tr_throw_ref(struct tn_translator *t)
{
    struct tn_entry e = tn_tr_pop(t);
    (void)tn_tr_to_slot(t, &e);
    tn_tr_put16(tn_tr_emit(t, TN_FORM_throw_ref), 4, e.slot);
}

void tn_tr_rethrow(struct tn_translator *t, uint32_t depth)
{
    uint16_t slot = enclosing(t, depth)->base;
    tn_tr_put16(tn_tr_emit(t, TN_FORM_throw_ref), 4, slot);
}

/* ------------------------------------------------------------ try_table */

void tn_tr_try(struct tn_translator *t, const struct tn_instr *instr)
{
    tn_tr_block(t, TN_BLOCK_TRY, &instr->block);
    struct tn_block *b = enclosing(t, 0);
    b->guarded = t->size;
    if (instr->op == TN_OP_try_table) {
        b->clause_count = instr->count;
        b->rest = instr->rest;
    }
}

/* A clause of the block at hand; the caller knows where it goes on. */
static struct tn_clause new_clause(struct tn_translator *t)
{
    return (struct tn_clause){.begin = enclosing(t, 0)->guarded,
                              .end = enclosing(t, 0)->guarded_end,
                              .depth = (uint32_t)t->blocks.count - 1,
                              .tag = TN_NONE,
                              .handler = TN_NONE,
                              .target = TN_NONE,
                              .ref = TN_NO_REF};
}

static void push_clause(struct tn_translator *t, struct tn_clause clause)
{
    if (clause.begin < clause.end &&
        !TN_VEC_PUSH(&t->clauses, t->alloc, clause))
        t->failed = true;
}

/* `depth` counts from the try itself. */
static void add_catch(struct tn_translator *t, struct tn_catch c,
                      uint32_t depth)
{
    struct tn_block *to = enclosing(t, depth);
    struct tn_clause clause = new_clause(t);
    bool is_body = depth == t->blocks.count - 1;
    bool has_tag = c.kind < 2, has_ref = (c.kind & 1) != 0;
    clause.values = is_body ? 0 : to->base;
    if (has_tag)
        clause.tag = c.tag;
    if (has_ref)
        clause.ref =
            (uint16_t)(clause.values + (has_tag ? value_slots(t, c.tag) : 0));
    clause.handler = to->kind == TN_BLOCK_LOOP ? to->start : to->clauses;
    size_t count = t->clauses.count;
    push_clause(t, clause);
    if (to->kind != TN_BLOCK_LOOP && t->clauses.count > count)
        to->clauses = (uint32_t)count;
}

void tn_tr_end_guarded(struct tn_translator *t)
{
    struct tn_block *b = enclosing(t, 0);
    b->guarded_end = t->size;
    struct tn_cursor rest = b->rest;
    for (uint32_t i = 0; i < b->clause_count; i++) {
        struct tn_catch c = tn_instr_catch(&rest);
        add_catch(t, c, c.label + 1);
    }
}

void tn_tr_land(struct tn_translator *t, uint32_t list)
{
    while (list != TN_NONE && !t->failed) {
        struct tn_clause *clause = &t->clauses.at[list];
        list = clause->handler;
        clause->handler = t->size;
    }
}

/* The results lie in the frame's first slots already. */
void tn_tr_land_at_body(struct tn_translator *t, uint32_t list)
{
    if (list == TN_NONE)
        return;
    tn_tr_drop_to(t, 0);
    tn_tr_label(t);
    tn_tr_land(t, list);
    uint32_t slot = 0;
    for (uint32_t i = 0; i < t->type->result_count; i++) {
        struct tn_entry *e = &t->entries[t->sp];
        tn_tr_push_slot(t, (uint8_t)tn_vt_of(t->type->results[i]));
        e->home = e->slot = (uint16_t)slot;
        slot += tn_slots_of(e->vt);
    }
    tn_tr_return(t);
}

/* --------------------------------------------------------------- legacy */

void tn_tr_catch(struct tn_translator *t, uint32_t tag, bool is_dead)
{
    struct tn_block *b = enclosing(t, 0);
    if (!is_dead) {
        tn_tr_finish_arm(t);
        tn_tr_jump_to(t, 0);
        b = enclosing(t, 0);
    }
    if (b->kind == TN_BLOCK_TRY)
        b->guarded_end = t->size;
    b->kind = TN_BLOCK_CATCH;
    tn_tr_begin_arm(t);
    struct tn_clause clause = new_clause(t);
    clause.tag = tag;
    clause.handler = t->size;
    clause.ref = tn_tr_next_home(t);
    tn_tr_push_slot(t, TN_VT_REF);
    clause.values = tn_tr_next_home(t);
    push_clause(t, clause);
    if (tag == TN_NONE)
        return;
    const struct tn_type_def *type = tag_type(t, tag);
    for (uint32_t i = 0; i < type->param_count; i++)
        tn_tr_push_slot(t, (uint8_t)tn_vt_of(type->params[i]));
}

/* The label counts from outside of the try. What reaches the row goes on to
 * the handlers of that block, and of those around it. */
void tn_tr_delegate(struct tn_translator *t, uint32_t depth, bool is_dead)
{
    if (!is_dead)
        tn_tr_finish_arm(t);
    enclosing(t, 0)->guarded_end = t->size;
    struct tn_clause clause = new_clause(t);
    clause.target = clause.depth - 1 - depth;
    push_clause(t, clause);
    tn_tr_end(t, true); /* its arm is finished */
}
