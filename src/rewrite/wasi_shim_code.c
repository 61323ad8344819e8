/* wasi_shim_code.c - the code of a shim: what its functions call, and how one
 * is made of the letters of wasi_p1.def.
 *
 * In H are, at 0, eight bytes for what a call needs itself, and from PLACE on
 * what it was given, one behind the other, at multiples of 8. */
#include "mod/instr.h"
#include "rewrite/wasi_shim.h"

enum shim_global {
    SHIM_TOP,   /* i64: where in H the next thing goes */
    SHIM_WRONG, /* i32: an errno, why the host is not called; or 0 */
    SHIM_PAGE   /* i64: bytes of a page of the program's memory. Not mutable */
};

/* An instruction: its indices, a and b, in the order of the binary format, or
 * its number a; of memory accesses the offset a and the memory b. `call` names
 * one of the functions below. */
struct shim_instr {
    enum tn_opcode op;
    uint32_t b;
    int64_t a;
};

enum {
    SHIM_PLACE = 8,
    WASI_FAULT = 21,
    WASI_NOMEM = 48
};

/* clang-format off */
#define I(op)       {TN_OP_##op, 0, 0}
#define A(op, a)    {TN_OP_##op, 0, a}
#define B(op, a, b) {TN_OP_##op, b, a}

/* (): nothing is in H, and nothing is wrong. */
static const struct shim_instr shim_begin_code[] = {
    A(i64_const, SHIM_PLACE), A(global_set, SHIM_TOP),
    A(i32_const, 0), A(global_set, SHIM_WRONG),
    I(end),
};

/* (address, size): WRONG becomes fault unless that is in the program's. */
static const struct shim_instr shim_check_code[] = {
    A(local_get, 0), I(i64_extend_i32_u), A(local_get, 1), I(i64_add),
    A(memory_size, SHIM_PROGRAM), I(i64_extend_i32_u), A(global_get, SHIM_PAGE),
    I(i64_mul), I(i64_gt_u),
    I(if_), A(i32_const, WASI_FAULT), A(global_set, SHIM_WRONG), I(end),
    I(end),
};

/* (end): does H reach to it, or could it be made to? */
static const struct shim_instr shim_grow_code[] = {
    A(local_get, 0), A(i64_const, 65535), I(i64_add), A(i64_const, 16),
    I(i64_shr_u), A(memory_size, SHIM_H), I(i64_extend_i32_u), I(i64_sub),
    A(local_tee, 0), A(i64_const, 0), I(i64_le_s),
    I(if_), A(i32_const, 1), I(return_), I(end),
    A(local_get, 0), I(i32_wrap_i64), A(memory_grow, SHIM_H),
    A(i32_const, -1), I(i32_ne),
    I(end),
};

/* (address, size): a copy of it in H, where it is; or 0, WRONG being why. */
static const struct shim_instr shim_in_code[] = { /* locals: 2 at, 3 end */
    A(local_get, 0), A(local_get, 1), A(call, SHIM_CHECK),
    A(global_get, SHIM_WRONG), I(if_), A(i32_const, 0), I(return_), I(end),
    A(global_get, SHIM_TOP), I(i32_wrap_i64), A(local_set, 2),
    A(global_get, SHIM_TOP), A(local_get, 1), I(i64_add), A(i64_const, 7),
    I(i64_add), A(i64_const, -8), I(i64_and), A(local_tee, 3),
    A(call, SHIM_GROW), I(i32_eqz),
    I(if_), A(i32_const, WASI_NOMEM), A(global_set, SHIM_WRONG),
        A(i32_const, 0), I(return_), I(end),
    A(local_get, 3), A(global_set, SHIM_TOP),
    A(local_get, 2), A(local_get, 0), A(local_get, 1), I(i32_wrap_i64),
    B(memory_copy, SHIM_H, SHIM_PROGRAM),
    A(local_get, 2),
    I(end),
};

/* (vectors, count, writes): a copy of the vectors in H, where it is. At 0 will
 * be the one that stands for them: at TOP, of as many bytes as there is room
 * for, which are there already if they are to be written. */
static const struct shim_instr shim_vector_code[] = {
    /* locals: 3 vector, 4 left, 5 total */
    A(local_get, 0), A(local_get, 1), I(i64_extend_i32_u), A(i64_const, 8),
    I(i64_mul), A(call, SHIM_IN), A(local_tee, 0), A(local_set, 3),
    A(global_get, SHIM_WRONG), I(if_), A(i32_const, 0), I(return_), I(end),
    A(local_get, 1), A(local_set, 4),
    I(loop), A(local_get, 4),
        I(if_),
            A(local_get, 3), B(i32_load, 0, SHIM_H),
            A(local_get, 3), B(i64_load32_u, 4, SHIM_H), A(call, SHIM_CHECK),
            A(local_get, 5), A(local_get, 3), B(i64_load32_u, 4, SHIM_H),
            I(i64_add), A(local_set, 5),
            A(local_get, 3), A(i32_const, 8), I(i32_add), A(local_set, 3),
            A(local_get, 4), A(i32_const, 1), I(i32_sub), A(local_set, 4),
            A(br, 1),
        I(end),
    I(end),
    A(global_get, SHIM_WRONG), I(if_), A(i32_const, 0), I(return_), I(end),
    /* Four GiB and more: less will be moved, for H is no larger. */
    A(local_get, 5), A(i64_const, UINT32_MAX), A(local_get, 5),
    A(i64_const, UINT32_MAX), I(i64_lt_u), I(select), A(local_tee, 5),
    A(global_get, SHIM_TOP), I(i64_add), A(call, SHIM_GROW), I(i32_eqz),
    I(if_),
        A(memory_size, SHIM_H), I(i64_extend_i32_u), A(i64_const, 16),
        I(i64_shl),
        A(global_get, SHIM_TOP), I(i64_sub), A(local_tee, 5), I(i64_eqz),
        I(if_), A(i32_const, WASI_NOMEM), A(global_set, SHIM_WRONG), I(end),
    I(end),
    A(i32_const, 0), A(global_get, SHIM_TOP), B(i64_store32, 0, SHIM_H),
    A(i32_const, 0), A(local_get, 5), B(i64_store32, 4, SHIM_H),
    A(local_get, 2),
    I(if_),
        A(local_get, 0), A(local_get, 1), A(i32_const, -1), A(i32_const, 0),
        A(call, SHIM_MOVE),
    I(end),
    A(local_get, 0),
    I(end),
};

/* (vectors, count, most, reads): moves bytes between the vectors and the one
 * that stands for them, no more than `most`. */
static const struct shim_instr shim_move_code[] = { /* locals: 4 at, 5 size */
    A(i32_const, 0), B(i32_load, 0, SHIM_H), A(local_set, 4),
    A(local_get, 2), A(i32_const, 0), B(i32_load, 4, SHIM_H),
    A(local_get, 2), A(i32_const, 0), B(i32_load, 4, SHIM_H),
    I(i32_lt_u), I(select), A(local_set, 2),
    I(loop), A(local_get, 1), I(i32_eqz), A(local_get, 2), I(i32_eqz),
        I(i32_or), I(i32_eqz),
        I(if_),
            A(local_get, 0), B(i32_load, 4, SHIM_H), A(local_tee, 5),
            A(local_get, 2), A(local_get, 5), A(local_get, 2), I(i32_lt_u),
            I(select), A(local_set, 5),
            A(local_get, 3),
            I(if_),
                A(local_get, 0), B(i32_load, 0, SHIM_H), A(local_get, 4),
                A(local_get, 5), B(memory_copy, SHIM_PROGRAM, SHIM_H),
            I(else_),
                A(local_get, 4), A(local_get, 0), B(i32_load, 0, SHIM_H),
                A(local_get, 5), B(memory_copy, SHIM_H, SHIM_PROGRAM),
            I(end),
            A(local_get, 4), A(local_get, 5), I(i32_add), A(local_set, 4),
            A(local_get, 2), A(local_get, 5), I(i32_sub), A(local_set, 2),
            A(local_get, 0), A(i32_const, 8), I(i32_add), A(local_set, 0),
            A(local_get, 1), A(i32_const, 1), I(i32_sub), A(local_set, 1),
            A(br, 1),
        I(end),
    I(end),
    I(end),
};

/* (pointers, count, by): adds `by` to each, in H. */
static const struct shim_instr shim_rebase_code[] = {
    I(loop), A(local_get, 1),
        I(if_),
            A(local_get, 0), A(local_get, 0), B(i32_load, 0, SHIM_H),
            A(local_get, 2), I(i32_add), B(i32_store, 0, SHIM_H),
            A(local_get, 0), A(i32_const, 4), I(i32_add), A(local_set, 0),
            A(local_get, 1), A(i32_const, 1), I(i32_sub), A(local_set, 1),
            A(br, 1),
        I(end),
    I(end),
    I(end),
};

/* Locals are given as they are encoded. */
static const struct shim_helper {
    const char *type, *locals;
    size_t count;
    const struct shim_instr *code;
} shim_helpers[TN_RW_SHIM_HELPS] = {
#define HELPER(type, locals, code) \
    {type, locals, sizeof (code) / sizeof *(code), code}
    HELPER("() -> ()", "", shim_begin_code),
    HELPER("(i32, i64) -> ()", "", shim_check_code),
    HELPER("(i64) -> i32", "", shim_grow_code),
    HELPER("(i32, i64) -> i32", "\1\x7f\1\x7e", shim_in_code),
    HELPER("(i32, i32, i32) -> i32", "\2\x7f\1\x7e", shim_vector_code),
    HELPER("(i32, i32, i32, i32) -> ()", "\2\x7f", shim_move_code),
    HELPER("(i32, i32, i32) -> ()", "", shim_rebase_code),
#undef HELPER
};
/* clang-format on */

/* What a helper needs: those that it calls, and itself. */
enum {
    SHIM_NEEDS_IN =
        1 << SHIM_BEGIN | 1 << SHIM_CHECK | 1 << SHIM_GROW | 1 << SHIM_IN,
    SHIM_NEEDS_VECTOR = SHIM_NEEDS_IN | 1 << SHIM_VECTOR | 1 << SHIM_MOVE,
    SHIM_NEEDS_REBASE = SHIM_NEEDS_IN | 1 << SHIM_REBASE
};

unsigned tn_rw_shim_needs(const struct tn_rw_shim_row *row)
{
    if (strspn(row->passes, "vn") == strlen(row->passes))
        return 0;
    if (row->passes[0] == 'p')
        return SHIM_NEEDS_REBASE;
    bool has_vectors = strpbrk(row->passes, "rw") != NULL;
    return has_vectors ? SHIM_NEEDS_VECTOR : SHIM_NEEDS_IN;
}

const char *tn_rw_shim_help_type(size_t help)
{
    return shim_helpers[help].type;
}

static void put_shim_instr(struct tn_rw_shim *s, struct shim_instr from)
{
    struct tn_instr to = {.op = from.op, .a = (uint32_t)from.a, .b = from.b};
    const struct tn_opcode_info *info = &tn_mod_opcodes[from.op];
    if (info->form == TN_FORM_MEMARG)
        to.memarg =
            (struct tn_memarg){tn_imm_align_log2((enum tn_imm)info->imm),
                               from.b, (uint64_t)from.a};
    else if (info->form == TN_FORM_S32 || info->form == TN_FORM_S64)
        to.of.i = from.a;
    tn_instr_write(&s->body, &to);
}

static void put_shim_code(struct tn_rw_shim *s, const struct shim_instr *code,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct shim_instr instr = code[i];
        if (instr.op == TN_OP_call)
            instr.a = s->help[instr.a];
        put_shim_instr(s, instr);
    }
}

/* Instructions in a row; `call` is of a helper. */
#define PUT(s, ...)                                                  \
    put_shim_code(s, (const struct shim_instr[]){__VA_ARGS__},       \
                  sizeof((const struct shim_instr[]){__VA_ARGS__}) / \
                      sizeof(struct shim_instr))

/* Calls the host; what it answers, if not 0, is the answer. */
static void call_shim_host(struct tn_rw_shim *s, size_t row, uint32_t answer)
{
    put_shim_instr(s, (struct shim_instr)A(call, s->host[row]));
    PUT(s, A(local_tee, answer), I(if_), A(local_get, answer), I(return_),
        I(end));
}

static void check_shim_wrong(struct tn_rw_shim *s)
{
    PUT(s, A(global_get, SHIM_WRONG), I(if_), A(global_get, SHIM_WRONG),
        I(return_), I(end));
}

/* One parameter of the function that is being made. Locals: the parameters,
 * for each its place in H, then these two. */
struct shim_param {
    uint32_t local, place;
    char passes;
    uint32_t count; /* its `n`; or none */
};

struct shim_func {
    size_t row;
    struct shim_param params[9];
    uint32_t count;
    uint32_t vectors; /* where they are in H */
    uint32_t answer;
};

static struct shim_func shim_func_of(size_t row)
{
    struct shim_func f = {.row = row};
    const char *passes = tn_rw_shim_rows[row].passes;
    f.count = (uint32_t)strlen(passes);
    for (uint32_t i = 0; i < f.count; i++) {
        const char *n = strchr(passes + i, 'n');
        f.params[i] = (struct shim_param){
            i, f.count + i, passes[i], n == NULL ? i : (uint32_t)(n - passes)};
    }
    f.vectors = 2 * f.count;
    f.answer = f.vectors + 1;
    return f;
}

/* Bytes of each of what it points to: 0 of numbers. */
static unsigned shim_unit(char passes)
{
    switch (passes) {
    case '<':
    case '>':
        return 1;
    case 'r':
    case 'w':
        return 8;
    case 's':
        return 48;
    case 'e':
        return 32;
    case '2':
    case '4':
    case '8':
        return (unsigned)(passes - '0');
    case 'F':
        return 24;
    case 'S':
        return 64;
    default:
        return 0;
    }
}

static bool shim_is_counted(char passes)
{
    return strchr("<>rwse", passes) != NULL;
}

static bool shim_is_vectors(char passes)
{
    return passes == 'r' || passes == 'w';
}

/* Is it copied back as it is? */
static bool shim_is_result(char passes)
{
    return strchr(">e248FS", passes) != NULL;
}

/* Copies what it points to into H. */
static void put_shim_in(struct tn_rw_shim *s, const struct shim_param *p)
{
    int64_t unit = shim_unit(p->passes);
    PUT(s, A(local_get, p->local));
    if (shim_is_counted(p->passes))
        PUT(s, A(local_get, p->count), I(i64_extend_i32_u));
    if (shim_is_counted(p->passes) && unit > 1)
        PUT(s, A(i64_const, unit), I(i64_mul));
    if (!shim_is_counted(p->passes))
        PUT(s, A(i64_const, unit));
    PUT(s, A(call, SHIM_IN), A(local_set, p->place));
}

static void put_shim_out(struct tn_rw_shim *s, const struct shim_param *p)
{
    int32_t unit = (int32_t)shim_unit(p->passes);
    PUT(s, A(local_get, p->local), A(local_get, p->place));
    if (shim_is_counted(p->passes))
        PUT(s, A(local_get, p->count));
    if (shim_is_counted(p->passes) && unit > 1)
        PUT(s, A(i32_const, unit), I(i32_mul));
    if (!shim_is_counted(p->passes))
        PUT(s, A(i32_const, unit));
    PUT(s, B(memory_copy, SHIM_PROGRAM, SHIM_H));
}

/* Vectors come last: their bytes take what room there is. */
static void put_shim_ins(struct tn_rw_shim *s, const struct shim_func *f)
{
    for (uint32_t i = 0; i < f->count; i++)
        if (shim_unit(f->params[i].passes) != 0 &&
            !shim_is_vectors(f->params[i].passes))
            put_shim_in(s, &f->params[i]);
    for (uint32_t i = 0; i < f->count; i++) {
        const struct shim_param *p = &f->params[i];
        if (!shim_is_vectors(p->passes))
            continue;
        PUT(s, A(local_get, p->local), A(local_get, p->count),
            A(i32_const, p->passes == 'w'), A(call, SHIM_VECTOR),
            A(local_set, f->vectors));
    }
    check_shim_wrong(s);
}

/* Numbers as they are, pointers as places in H; vectors as the one at 0, or
 * none of none. */
static void put_shim_arguments(struct tn_rw_shim *s, const struct shim_func *f)
{
    bool is_vectors = false;
    for (uint32_t i = 0; i < f->count; i++) {
        const struct shim_param *p = &f->params[i];
        if (shim_is_vectors(p->passes))
            PUT(s, A(i32_const, 0));
        else if (shim_unit(p->passes) != 0)
            PUT(s, A(local_get, p->place));
        else
            PUT(s, A(local_get, p->local));
        if (p->passes == 'n' && is_vectors)
            PUT(s, A(i32_const, 0), I(i32_ne));
        is_vectors = shim_is_vectors(p->passes);
    }
}

static void put_shim_outs(struct tn_rw_shim *s, const struct shim_func *f)
{
    uint32_t told = (uint32_t)strcspn(tn_rw_shim_rows[f->row].passes, "4");
    for (uint32_t i = 0; i < f->count; i++) {
        const struct shim_param *p = &f->params[i];
        if (p->passes == 'r')
            PUT(s, A(local_get, f->vectors), A(local_get, p->count),
                A(local_get, f->count + told), B(i32_load, 0, SHIM_H),
                A(i32_const, 1), A(call, SHIM_MOVE));
        if (shim_is_result(p->passes))
            put_shim_out(s, p);
    }
}

static void begin_shim_func(struct tn_rw_shim *s, const struct shim_func *f)
{
    tn_buf_byte(&s->body, 1); /* locals: a run of i32 */
    tn_buf_uleb(&s->body, f->answer + 1 - f->count);
    tn_write_valtype(&s->body, TN_VT_I32);
    PUT(s, A(call, SHIM_BEGIN));
}

/* args_get and environ_get: the row behind tells how many pointers and bytes
 * there are; the host puts those of H, of which the program's are made. */
static void make_shim_texts(struct tn_rw_shim *s, const struct shim_func *f)
{
    uint32_t pointers = f->params[0].place, texts = f->params[1].place;
    begin_shim_func(s, f);
    PUT(s, A(i32_const, 0), A(i32_const, 4));
    call_shim_host(s, f->row + 1, f->answer);
    PUT(s, A(local_get, 0), A(i32_const, 0), B(i64_load32_u, 0, SHIM_H),
        A(i64_const, 4), I(i64_mul), A(call, SHIM_IN), A(local_set, pointers));
    PUT(s, A(local_get, 1), A(i32_const, 0), B(i64_load32_u, 4, SHIM_H),
        A(call, SHIM_IN), A(local_set, texts));
    check_shim_wrong(s);
    PUT(s, A(local_get, pointers), A(local_get, texts));
    call_shim_host(s, f->row, f->answer);
    PUT(s, A(local_get, pointers), A(i32_const, 0), B(i32_load, 0, SHIM_H),
        A(local_get, 1), A(local_get, texts), I(i32_sub), A(call, SHIM_REBASE));
    PUT(s, A(local_get, 0), A(local_get, pointers), A(i32_const, 0),
        B(i32_load, 0, SHIM_H), A(i32_const, 4), I(i32_mul),
        B(memory_copy, SHIM_PROGRAM, SHIM_H));
    PUT(s, A(local_get, 1), A(local_get, texts), A(i32_const, 0),
        B(i32_load, 4, SHIM_H), B(memory_copy, SHIM_PROGRAM, SHIM_H));
}

/* In the order of enum shim_global: expressions into s->body. */
void tn_rw_shim_globals(struct tn_rw_shim *s, uint8_t page_log2)
{
    const struct shim_instr values[] = {A(i64_const, 0), A(i32_const, 0),
                                        A(i64_const, (int64_t)1 << page_log2)};
    tn_buf_uleb(&s->body, 3);
    for (uint32_t i = 0; i < 3; i++) {
        bool is_32 = values[i].op == TN_OP_i32_const;
        tn_write_valtype(&s->body, is_32 ? TN_VT_I32 : TN_VT_I64);
        tn_buf_byte(&s->body, i != SHIM_PAGE);
        PUT(s, values[i], I(end));
    }
}

void tn_rw_shim_func(struct tn_rw_shim *s, size_t row)
{
    struct shim_func f = shim_func_of(row);
    if (f.params[0].passes == 'p') {
        make_shim_texts(s, &f);
    } else {
        begin_shim_func(s, &f);
        put_shim_ins(s, &f);
        put_shim_arguments(s, &f);
        call_shim_host(s, row, f.answer);
        put_shim_outs(s, &f);
    }
    PUT(s, A(i32_const, 0), I(end));
}

void tn_rw_shim_helper(struct tn_rw_shim *s, size_t help)
{
    const struct shim_helper *helper = &shim_helpers[help];
    tn_buf_uleb(&s->body, strlen(helper->locals) / 2);
    tn_buf_put(&s->body, helper->locals, strlen(helper->locals));
    put_shim_code(s, helper->code, helper->count);
}

#undef I
#undef A
#undef B
#undef PUT
