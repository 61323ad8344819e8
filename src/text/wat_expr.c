/* wat_expr.c - instructions, plain and folded, without recursion.
 *
 * What is open lies on a stack of frames: blocks up to their `end`, folded
 * instructions up to their ")". A folded instruction is written when it is
 * closed, behind its operands; until then its bytes wait in p->pending. A
 * folded `if` waits for (then, where its label begins. */
#include "mod/opcode.h"
#include "text/wat_parse.h"

enum frame_kind {
    FRAME_PLAIN,  /* a block up to its `end`, or `delegate` */
    FRAME_FOLDED, /* (block ...), (loop ...), (try_table ...) */
    FRAME_OP,     /* (i32.add ...): folded instructions only */
    FRAME_IF,     /* (if ... (then ...) (else ...)) */
    FRAME_TRY,    /* (try (do ...) (catch ...) ...) */
    FRAME_ARM,    /* what these two hold: (then ...) */
};

/* How far a block with arms has come. */
enum frame_state {
    STATE_BEGUN, /* no arm yet, but of a plain one the first */
    STATE_FIRST, /* behind, or in, (then or (do */
    STATE_CATCH, /* a catch was there */
    STATE_LAST,  /* else, catch_all or delegate was there */
};

/* ---------------------------------------------------------------- names */

/* Open addressing: rows plus one, by their text. Made when the first
 * instruction is met: most modules of a script are small, some have none. */
#define OP_SLOTS 2048u

_Static_assert(TN_OP_COUNT < OP_SLOTS / 2, "the table must stay half empty");

static uint16_t *find_op_slot(uint16_t *slots, struct tn_str name)
{
    for (uint32_t i = tn_str_hash(name);; i++) {
        uint16_t *slot = &slots[i % OP_SLOTS];
        if (*slot == 0 || tn_str_is(name, tn_mod_opcodes[*slot - 1].text))
            return slot;
    }
}

static bool make_op_slots(struct tn_wat *p)
{
    uint16_t *slots = TN_NEW_ARRAY(p->l.arena, uint16_t, OP_SLOTS);
    for (uint32_t i = 0; slots != NULL && i < TN_OP_COUNT; i++) {
        uint16_t *slot = find_op_slot(slots, tn_str_of(tn_mod_opcodes[i].text));
        if (*slot == 0) /* of rows with one name the first */
            *slot = (uint16_t)(i + 1);
    }
    p->op_slots = slots;
    return slots != NULL;
}

enum tn_opcode tn_wat_op(struct tn_wat *p, struct tn_str name)
{
    if (p->op_slots == NULL && !make_op_slots(p)) {
        tn_wat_no_memory(p);
        return TN_OP_COUNT;
    }
    uint16_t row = *find_op_slot(p->op_slots, name);
    return row == 0 ? TN_OP_COUNT : (enum tn_opcode)(row - 1);
}

#undef OP_SLOTS

/* --------------------------------------------------------------- frames */

static struct tn_wat_frame *top_frame(struct tn_wat *p)
{
    return p->frames.count == 0 ? NULL : &p->frames.at[p->frames.count - 1];
}

static void open_frame(struct tn_wat *p, struct tn_wat_frame frame)
{
    if (!TN_VEC_PUSH(&p->frames, p->alloc, frame))
        tn_wat_no_memory(p);
}

/* The frame's label comes into scope, and hides another of its name. */
static void enter_label(struct tn_wat *p, struct tn_wat_frame *frame)
{
    frame->has_label = true;
    p->label_depth++;
    if (frame->symbol == 0)
        return;
    uint32_t *depth = &p->symbols.at[frame->symbol - 1].index[TN_WAT_LABEL];
    frame->shadowed = *depth;
    *depth = p->label_depth;
}

static void leave_label(struct tn_wat *p, struct tn_wat_frame *frame)
{
    if (!frame->has_label)
        return;
    frame->has_label = false;
    p->label_depth--;
    if (frame->symbol != 0)
        p->symbols.at[frame->symbol - 1].index[TN_WAT_LABEL] = frame->shadowed;
}

static void close_frame(struct tn_wat *p)
{
    leave_label(p, top_frame(p));
    p->frames.count--;
}

static void push_arm(struct tn_wat *p)
{
    open_frame(p, (struct tn_wat_frame){.kind = FRAME_ARM});
}

/* What waited is written. */
static void write_pending(struct tn_wat *p, const struct tn_wat_frame *frame)
{
    if (frame->hint != 0)
        tn_wat_put_hint(p, frame->hint);
    size_t size = p->pending.size - frame->pending;
    if (size > 0)
        tn_buf_put(p->out, p->pending.at + frame->pending, size);
    p->pending.size = frame->pending;
}

static void write_op(struct tn_wat *p, enum tn_opcode op)
{
    tn_buf_byte(p->out, (uint8_t)tn_mod_opcodes[op].code);
}

/* Is an instruction without parentheses allowed here? */
static bool takes_plain(struct tn_wat *p)
{
    const struct tn_wat_frame *frame = top_frame(p);
    return frame == NULL || frame->kind == FRAME_PLAIN ||
           frame->kind == FRAME_FOLDED || frame->kind == FRAME_ARM;
}

/* --------------------------------------------------------- instructions */

static void check_hint(struct tn_wat *p, enum tn_opcode op, uint32_t at)
{
    if (op != TN_OP_if_ && op != TN_OP_br_if)
        tn_wat_fail(p, TN_E_INVALID, at,
                    "@metadata.code.branch_hint annotation: invalid target");
}

static void write_instr(struct tn_wat *p, const struct tn_instr *in,
                        bool is_pending, uint8_t hint)
{
    if (hint != 0 && !is_pending)
        tn_wat_put_hint(p, hint);
    tn_instr_write(is_pending ? &p->pending : p->out, in);
}

/* A block's label, its type, its catch clauses (whose labels are those around
 * it), and its frame. */
static void begin_block(struct tn_wat *p, struct tn_instr *in, bool is_folded,
                        uint8_t hint)
{
    struct tn_str name;
    struct tn_wat_frame frame = {
        .kind = FRAME_PLAIN, .op = in->op, .hint = hint};
    frame.symbol = tn_wat_take_id(p, &name);
    if (name.at != NULL)
        tn_wat_add_name(&p->label_names, p->label_count, name);
    p->label_count++;
    frame.pending = p->pending.size;
    tn_wat_immediates(p, in);
    if (!tn_wat_ok(p))
        return;
    bool waits = is_folded && in->op == TN_OP_if_;
    if (is_folded)
        frame.kind = in->op == TN_OP_if_   ? FRAME_IF
                     : in->op == TN_OP_try ? FRAME_TRY
                                           : FRAME_FOLDED;
    write_instr(p, in, waits, hint);
    if (!waits)
        enter_label(p, &frame);
    open_frame(p, frame);
}

/* An instruction with its immediates. A folded one without operands is
 * written at once. */
static void begin_op(struct tn_wat *p, struct tn_instr *in, bool is_folded,
                     uint8_t hint)
{
    struct tn_wat_frame frame = {.kind = FRAME_OP, .op = in->op, .hint = hint};
    frame.pending = p->pending.size;
    tn_wat_immediates(p, in);
    if (!tn_wat_ok(p))
        return;
    bool is_leaf = is_folded && tn_wat_is(p, TN_TOKEN_CLOSE);
    write_instr(p, in, is_folded && !is_leaf, hint);
    if (is_leaf)
        tn_lex_next(&p->l);
    else if (is_folded)
        open_frame(p, frame);
}

/* An identifier behind `end` or `else` must be the block's. */
static void check_label(struct tn_wat *p, const struct tn_wat_frame *frame)
{
    if (!tn_wat_is(p, TN_TOKEN_ID))
        return;
    if (frame->symbol == 0 ||
        !tn_str_equal(p->symbols.at[frame->symbol - 1].name, p->l.token.text))
        tn_wat_fail(p, TN_E_MALFORMED, p->l.token.offset,
                    "mismatching label $%.*s", TN_STR(p->l.token.text));
    else
        tn_lex_next(&p->l);
}

static void write_delegate(struct tn_wat *p, struct tn_wat_frame *frame)
{
    leave_label(p, frame); /* it goes to those around the block */
    write_op(p, TN_OP_delegate);
    tn_buf_uleb(p->out, tn_wat_index(p, TN_WAT_LABEL));
}

static void write_catch(struct tn_wat *p, enum tn_opcode op)
{
    write_op(p, op);
    if (op == TN_OP_catch)
        tn_buf_uleb(p->out, tn_wat_index(p, TN_WAT_TAG));
}

/* May `op` follow what there was of the block? It says how far it then is. */
static bool advance(struct tn_wat_frame *frame, enum tn_opcode op)
{
    enum frame_state state = (enum frame_state)frame->state, next = STATE_LAST;
    bool is_good = state <= STATE_FIRST;
    if (op == TN_OP_else_) {
        is_good = is_good && frame->op == TN_OP_if_;
    } else {
        is_good = is_good && frame->op == TN_OP_try;
        if (op == TN_OP_catch || op == TN_OP_catch_all)
            is_good = frame->op == TN_OP_try && state <= STATE_CATCH;
        if (op == TN_OP_catch)
            next = STATE_CATCH;
    }
    if (is_good)
        frame->state = (uint8_t)next;
    return is_good;
}

/* `end`, `else`, `catch` ...: of the plain block on top. */
static void continue_block(struct tn_wat *p, enum tn_opcode op)
{
    struct tn_wat_frame *frame = top_frame(p);
    if (frame == NULL || frame->kind != FRAME_PLAIN ||
        (op != TN_OP_end && !advance(frame, op))) {
        tn_wat_unexpected(p, "an instruction");
        return;
    }
    tn_lex_next(&p->l);
    if (op == TN_OP_delegate) {
        write_delegate(p, frame);
        close_frame(p);
        return;
    }
    if (op == TN_OP_end || op == TN_OP_else_)
        check_label(p, frame);
    write_catch(p, op);
    if (op == TN_OP_end)
        close_frame(p);
}

static bool is_continuation(enum tn_opcode op)
{
    return op == TN_OP_end || op == TN_OP_else_ || op == TN_OP_catch ||
           op == TN_OP_catch_all || op == TN_OP_delegate;
}

/* At the keyword. */
static void read_instr(struct tn_wat *p, bool is_folded)
{
    struct tn_instr in;
    uint8_t hint = p->hint;
    in.op = TN_OP_COUNT;
    if (tn_wat_is(p, TN_TOKEN_KEYWORD))
        in.op = tn_wat_op(p, p->l.token.text);
    if (in.op == TN_OP_COUNT || (is_folded && is_continuation(in.op))) {
        tn_wat_unexpected(p, "an instruction");
        return;
    }
    p->hint = 0;
    if (hint != 0)
        check_hint(p, in.op, p->l.token.offset);
    if (is_continuation(in.op)) {
        continue_block(p, in.op);
        return;
    }
    tn_lex_next(&p->l);
    enum tn_imm imm = (enum tn_imm)tn_mod_opcodes[in.op].imm;
    if (imm == TN_IMM_BLOCK || imm == TN_IMM_TRY_TABLE)
        begin_block(p, &in, is_folded, hint);
    else
        begin_op(p, &in, is_folded, hint);
}

/* ---------------------------------------------------------------- arms */

/* (then or (else of a folded if: true if it was one. */
static bool open_if_arm(struct tn_wat *p, struct tn_wat_frame *frame)
{
    if (frame->state == STATE_BEGUN && tn_lex_take_keyword(&p->l, "then")) {
        write_pending(p, frame);
        enter_label(p, frame);
        frame->state = STATE_FIRST;
    } else if (frame->state == STATE_FIRST &&
               tn_lex_take_keyword(&p->l, "else")) {
        write_op(p, TN_OP_else_);
        frame->state = STATE_LAST;
    } else {
        return false;
    }
    push_arm(p);
    return true;
}

static bool open_try_arm(struct tn_wat *p, struct tn_wat_frame *frame)
{
    if (frame->state == STATE_BEGUN) {
        if (!tn_lex_take_keyword(&p->l, "do"))
            return false;
        frame->state = STATE_FIRST;
        push_arm(p);
        return true;
    }
    enum tn_opcode op = TN_OP_COUNT;
    if (tn_wat_is(p, TN_TOKEN_KEYWORD))
        op = tn_wat_op(p, p->l.token.text);
    if (!is_continuation(op) || op == TN_OP_end || !advance(frame, op))
        return false;
    tn_lex_next(&p->l);
    if (op == TN_OP_delegate) {
        write_delegate(p, frame);
        tn_wat_close(p);
        return true;
    }
    write_catch(p, op);
    push_arm(p);
    return true;
}

/* Behind "(". */
static void open_form(struct tn_wat *p)
{
    struct tn_wat_frame *frame = top_frame(p);
    enum frame_kind kind =
        frame == NULL ? FRAME_ARM : (enum frame_kind)frame->kind;
    bool is_arm = (kind == FRAME_IF && open_if_arm(p, frame)) ||
                  (kind == FRAME_TRY && open_try_arm(p, frame));
    if (is_arm)
        return;
    if (kind == FRAME_TRY || (kind == FRAME_IF && frame->state != STATE_BEGUN))
        tn_wat_unexpected(p, "\")\" or what may follow in the block");
    else
        read_instr(p, true);
}

/* At ")". */
static void close_form(struct tn_wat *p)
{
    struct tn_wat_frame *frame = top_frame(p);
    bool has_arms = frame->kind == FRAME_IF || frame->kind == FRAME_TRY;
    if (frame->kind == FRAME_PLAIN ||
        (has_arms && frame->state == STATE_BEGUN)) {
        tn_wat_unexpected(p, frame->kind == FRAME_PLAIN ? "end"
                             : frame->kind == FRAME_IF  ? "(then"
                                                        : "(do");
        return;
    }
    tn_lex_next(&p->l);
    if (frame->kind == FRAME_OP)
        write_pending(p, frame);
    else if (frame->kind != FRAME_ARM && frame->has_label)
        write_op(p, TN_OP_end); /* else it was a delegate */
    close_frame(p);
}

/* ---------------------------------------------------------- expressions */

/* One step; false where it cannot go on: at a ")" around it all, or the end. */
static bool read_step(struct tn_wat *p)
{
    switch (p->l.token.kind) {
    case TN_TOKEN_CLOSE:
        if (p->frames.count == 0)
            return false;
        close_form(p);
        return true;
    case TN_TOKEN_OPEN:
        tn_lex_next(&p->l);
        open_form(p);
        return true;
    case TN_TOKEN_KEYWORD:
        if (takes_plain(p))
            read_instr(p, false);
        else
            tn_wat_unexpected(p, "\"(\" or \")\"");
        return true;
    case TN_TOKEN_ANNOTATION:
        tn_wat_read_hint(p);
        return true;
    default:
        tn_wat_unexpected(p, "an instruction");
        return true;
    }
}

static void begin_expr(struct tn_wat *p, struct tn_buf *out)
{
    p->out = out;
    p->pending.size = 0;
    p->hint = 0;
}

void tn_wat_instrs(struct tn_wat *p, struct tn_buf *out)
{
    begin_expr(p, out);
    while (tn_wat_ok(p) && read_step(p))
        continue;
    if (p->hint != 0)
        check_hint(p, TN_OP_end, p->l.token.offset);
}

void tn_wat_folded(struct tn_wat *p, struct tn_buf *out)
{
    begin_expr(p, out);
    if (!tn_wat_is(p, TN_TOKEN_OPEN)) {
        tn_wat_unexpected(p, "\"(\"");
        return;
    }
    do
        (void)read_step(p);
    while (tn_wat_ok(p) && p->frames.count > 0);
}
