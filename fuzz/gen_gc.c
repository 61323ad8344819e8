/* gen_gc.c - steps with structs, arrays, i31, casts, and references that are
 * followed. */
#include "gen_inside.h"

#include <string.h>

enum {
    PACKED_8 = 1,
    PACKED_16 = 2,
    FIXED = 4 /* never set */
};

struct gen_field {
    char type;
    uint8_t flags;
};

/* Those of S, and behind them what T has more. */
static const struct gen_field gen_fields[] = {
    {'i', 0}, {'I', 0},         {'i', PACKED_8}, {'a', 0},     {'I', FIXED},
    {'F', 0}, {'i', PACKED_16}, {'S', 0},        {'f', FIXED},
};
enum {
    S_FIELDS = 5,
    T_FIELDS = 9
};

static uint32_t field_count(char type)
{
    return type == 'S' ? S_FIELDS : T_FIELDS;
}

static void put_field(struct gen_bytes *out, char type, unsigned flags)
{
    if ((flags & (PACKED_8 | PACKED_16)) != 0)
        gen_u8(out, (flags & PACKED_8) != 0 ? 0x78 : 0x77);
    else
        gen_put_type(out, type);
    gen_u8(out, (flags & FIXED) == 0);
}

static void put_struct(struct gen_bytes *out, char type)
{
    gen_u8(out, 0x5f);
    gen_leb(out, field_count(type));
    for (uint32_t i = 0; i < field_count(type); i++)
        put_field(out, gen_fields[i].type, gen_fields[i].flags);
}

/* One recursive group, which comes first. */
void gen_gc_put_types(struct gen_plan *plan, struct gen_bytes *out)
{
    gen_u8(out, 0x4e), gen_leb(out, GEN_GC_TYPES);
    gen_raw(out, "\x50\0", 2), put_struct(out, 'S');
    gen_raw(out, "\x50\1\0", 3), put_struct(out, 'T');
    gen_u8(out, 0x5e), put_field(out, 'i', PACKED_8);
    gen_u8(out, 0x5e), put_field(out, plan->element, 0);
    gen_u8(out, 0x5e), put_field(out, 'a', 0);
    gen_u8(out, 0x5e), put_field(out, 'r', 0);
}

static void op_fb(struct gen_maker *m, uint32_t opcode)
{
    gen_op_index(m, 0xfb, opcode);
}

/* `opcode`, and the index of a struct or array type. */
static void op_type(struct gen_maker *m, uint32_t opcode, char type)
{
    op_fb(m, opcode);
    gen_put_heap_type(m->out, type);
}

static char element_of(struct gen_maker *m, char array)
{
    switch (array) {
    case 'A':
        return 'i';
    case 'B':
        return m->plan->element;
    case 'C':
        return 'a';
    default:
        return 'r';
    }
}

static char some_array(struct gen_maker *m)
{
    return "ABCD"[gen_pick(m, 4)];
}

static void push_value(struct gen_maker *m, char type)
{
    gen_push_some(m, type);
    gen_tame(m);
}

static void need_object(struct gen_maker *m, char type)
{
    gen_need(m, (char[]){type, 0}, false);
}

/* ----------------------------------------------------------------- structs */

static void struct_new(struct gen_maker *m)
{
    char type = gen_one_of(m, 2) ? 'S' : 'T';
    if (gen_one_of(m, 4)) {
        op_type(m, 1, type);
    } else {
        for (uint32_t i = 0; i < field_count(type); i++)
            push_value(m, gen_fields[i].type);
        op_type(m, 0, type);
        m->height -= field_count(type);
    }
    gen_push(m, type, false);
}

static void struct_get(struct gen_maker *m)
{
    char type = gen_one_of(m, 2) ? 'S' : 'T';
    uint32_t i = gen_pick(m, field_count(type));
    bool is_packed = (gen_fields[i].flags & (PACKED_8 | PACKED_16)) != 0;
    need_object(m, type);
    op_type(m, is_packed ? 3 + gen_pick(m, 2) : 2, type);
    gen_leb(m->out, i);
    m->height--;
    gen_push(m, gen_fields[i].type, false);
}

static void struct_set(struct gen_maker *m)
{
    char type = gen_one_of(m, 2) ? 'S' : 'T';
    uint32_t i = gen_pick(m, field_count(type));
    if ((gen_fields[i].flags & FIXED) != 0)
        return;
    need_object(m, type);
    push_value(m, gen_fields[i].type);
    op_type(m, 5, type);
    gen_leb(m->out, i);
    m->height -= 2;
}

/* ------------------------------------------------------------------ arrays */

static bool can_be_data(struct gen_maker *m, char array)
{
    return strchr("iIfF", element_of(m, array)) != NULL;
}

/* An integer below `reach`, a power of two, without exception: engines differ
 * in how large an array may be, and in which of two mistakes they see first. */
static void push_small(struct gen_maker *m, int32_t reach)
{
    gen_push_some(m, 'i');
    gen_i32_const(m, reach - 1);
    gen_op(m, 0x71);
}

static void array_from_segment(struct gen_maker *m, char type)
{
    bool is_data = can_be_data(m, type);
    gen_push_index(m, false, 16), push_small(m, 16);
    op_type(m, is_data ? 9 : 10, type);
    gen_leb(m->out, is_data ? gen_pick(m, GEN_SEGMENTS) : 1);
    m->height -= 2;
    gen_push(m, type, false);
}

static void array_new(struct gen_maker *m)
{
    char type = some_array(m), element = element_of(m, type);
    uint32_t count = gen_pick(m, 4);
    bool has_segment = can_be_data(m, type) || type == 'D';
    switch (gen_pick(m, has_segment ? 4 : 3)) {
    case 0:
        push_value(m, element), push_small(m, 32);
        op_type(m, 6, type);
        m->height -= 2;
        break;
    case 1:
        push_small(m, 32);
        op_type(m, 7, type);
        m->height--;
        break;
    case 2:
        for (uint32_t i = 0; i < count; i++)
            push_value(m, element);
        op_type(m, 8, type), gen_leb(m->out, count);
        m->height -= count;
        break;
    default:
        array_from_segment(m, type);
        return;
    }
    gen_push(m, type, false);
}

static void array_get(struct gen_maker *m)
{
    char type = some_array(m);
    need_object(m, type);
    if (gen_one_of(m, 3)) {
        op_fb(m, 15);
        m->height--;
        gen_push(m, 'i', false);
        return;
    }
    gen_push_index(m, false, 8);
    op_type(m, type == 'A' ? 12 + gen_pick(m, 2) : 11, type);
    m->height -= 2;
    gen_push(m, element_of(m, type), false);
}

static void array_set(struct gen_maker *m)
{
    char type = some_array(m);
    need_object(m, type);
    gen_push_index(m, false, 8);
    push_value(m, element_of(m, type));
    op_type(m, 14, type);
    m->height -= 3;
}

static void array_bulk(struct gen_maker *m)
{
    char type = some_array(m);
    bool is_data = can_be_data(m, type);
    need_object(m, type);
    gen_push_index(m, false, 8);
    switch (gen_pick(m, is_data || type == 'D' ? 3 : 2)) {
    case 0:
        push_value(m, element_of(m, type)), gen_push_index(m, false, 8);
        op_type(m, 16, type);
        m->height -= 4;
        return;
    case 1:
        gen_push_some(m, type), gen_push_index(m, false, 8),
            gen_push_index(m, false, 8);
        op_type(m, 17, type), gen_put_heap_type(m->out, type);
        m->height -= 5;
        return;
    default:
        push_small(m, 8), push_small(m, 4);
        op_type(m, is_data ? 18 : 19, type);
        gen_leb(m->out, is_data ? gen_pick(m, GEN_SEGMENTS) : 1);
        m->height -= 4;
        return;
    }
}

/* ------------------------------------------------------- i31, casts, extern */

static void i31(struct gen_maker *m)
{
    bool makes = gen_one_of(m, 2);
    gen_need(m, makes ? "i" : "j", false);
    op_fb(m, makes ? 28 : 29 + gen_pick(m, 2));
    m->height--;
    gen_push(m, makes ? 'j' : 'i', false);
}

static void convert(struct gen_maker *m)
{
    bool to_any = gen_one_of(m, 2);
    gen_need(m, to_any ? "x" : "a", false);
    op_fb(m, to_any ? 26 : 27);
    m->height--;
    gen_push(m, to_any ? 'a' : 'x', false);
}

/* A reference counts as one of a type above its own from now on. */
static void go_up(struct gen_maker *m)
{
    if (gen_room(m) == 0)
        return;
    struct gen_value *top = &m->stack[m->height - 1];
    if (!gen_is_any(top->type))
        return;
    if (top->type == 'T' && gen_one_of(m, 2))
        top->type = 'S';
    else if (top->type != 'a' && top->type != 'q' && gen_one_of(m, 2))
        top->type = 'q';
    else
        top->type = 'a';
}

static void equal(struct gen_maker *m)
{
    gen_need(m, "qq", false);
    gen_op(m, 0xd3);
    m->height -= 2;
    gen_push(m, 'i', false);
}

static void test_or_cast(struct gen_maker *m)
{
    char target = "jqSTABCD"[gen_pick(m, 8)];
    bool casts = gen_one_of(m, 4);
    gen_need(m, "a", false);
    op_type(m, casts ? 22 + gen_pick(m, 2) : 20 + gen_pick(m, 2), target);
    m->height--;
    gen_push(m, casts ? target : 'i', false);
}

/* The type that a branch to a label brings last, `depth` by chance. */
static char last_of(struct gen_maker *m, uint32_t depth, char *rest)
{
    strcpy(rest, gen_label_of(&m->blocks[m->depth - 1 - depth]));
    size_t count = strlen(rest);
    char last = count > 0 ? rest[count - 1] : 0;
    if (count > 0)
        rest[count - 1] = 0;
    return last;
}

/* (br_on_cast $l (ref null any) (ref null X)), or its opposite. */
static void branch_on_cast(struct gen_maker *m)
{
    char rest[GEN_MAX_LIST + 1], target;
    uint32_t depth = gen_pick_label(m);
    char last = last_of(m, depth, rest);
    if (last == 0 || !gen_is_any(last))
        return;
    bool is_fail = last == 'a' && gen_one_of(m, 2);
    target = is_fail ? "jqSTABCD"[gen_pick(m, 8)] : last;
    gen_need(m, rest, true);
    gen_push_some(m, 'a');
    op_fb(m, is_fail ? 25 : 24);
    gen_u8(m->out, 3);
    gen_leb(m->out, depth);
    gen_put_heap_type(m->out, 'a'), gen_put_heap_type(m->out, target);
    m->stack[m->height - 1].type = is_fail ? target : 'a';
}

void gen_step_gc(struct gen_maker *m)
{
    static void (*const steps[])(struct gen_maker *) = {
        struct_new, struct_new, struct_get,   struct_get,    struct_set,
        array_new,  array_new,  array_get,    array_get,     array_set,
        array_bulk, i31,        convert,      go_up,         equal,
        go_up,      go_up,      test_or_cast, branch_on_cast};
    if ((m->plan->with & GEN_GC) != 0)
        steps[gen_pick(m, sizeof steps / sizeof *steps)](m);
}

/* -------------------------------------------------- references to functions */

static void branch_on_null(struct gen_maker *m)
{
    uint32_t depth = gen_pick_label(m);
    const char *label = gen_label_of(&m->blocks[m->depth - 1 - depth]);
    gen_need(m, label, true);
    gen_push_some(m, gen_one_of(m, 2) ? 'r' : 'x');
    gen_op_index(m, 0xd5, depth);
}

static void branch_on_non_null(struct gen_maker *m)
{
    char rest[GEN_MAX_LIST + 1];
    uint32_t depth = gen_pick_label(m);
    char last = last_of(m, depth, rest);
    if (last == 0 || !gen_is_ref(last))
        return;
    gen_need(m, rest, true);
    gen_push_some(m, last);
    gen_op_index(m, 0xd6, depth);
    m->height--;
}

static void call_ref(struct gen_maker *m)
{
    uint32_t func = gen_pick(m, m->plan->func_count);
    uint32_t index = m->plan->func_types[func];
    const struct gen_type *type = &m->plan->types[index];
    bool is_tail =
        strcmp(type->results, m->type->results) == 0 && gen_one_of(m, 3);
    gen_need(m, type->params, true);
    if ((m->plan->with & GEN_GC) != 0 && gen_one_of(m, 8)) {
        gen_push_some(m, 'r');
        m->height--;
        op_fb(m, 23);
        gen_sleb(m->out, gen_type_index(m->plan, index));
    } else {
        gen_op_index(m, 0xd2, func);
    }
    gen_op_index(m, is_tail ? 0x15 : 0x14, gen_type_index(m->plan, index));
    gen_take(m, type->params);
    if (is_tail)
        gen_cut(m);
    else
        gen_give(m, type->results, false);
}

void gen_step_ref(struct gen_maker *m)
{
    if ((m->plan->with & GEN_REFS) == 0)
        return;
    switch (gen_pick(m, 6)) {
    case 0:
        branch_on_null(m);
        break;
    case 1:
        branch_on_non_null(m);
        break;
    case 2:
        if (gen_room(m) > 0 && gen_is_ref(m->stack[m->height - 1].type))
            gen_op(m, 0xd4);
        break;
    default:
        call_ref(m);
        break;
    }
}
