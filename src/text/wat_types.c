/* wat_types.c - types: of values, of functions by use, and definitions.
 *
 *   valtype  ::= numtype | vectype | reftype
 *   typeuse  ::= (type x)? (param ...)* (result ...)*
 *   typedef  ::= (type id? subtype) | (rec typedef*)
 *   subtype  ::= (sub final? x* comptype) | comptype
 *   comptype ::= (func ...) | (struct (field ...)*) | (array fieldtype)
 *
 * A use without (type x) is of the first type whose binary form is the same,
 * or of a new one behind all that are written out (6.4.8, abbreviations). So
 * binary forms are the keys of a map. */
#include "text/wat_parse.h"

/* ------------------------------------------------------- value types */

/* No module has as many types as a value type can say; a greater index is cut
 * to one that does not exist either. */
static uint32_t heap_of_type(struct tn_wat *p, uint32_t index)
{
    const uint32_t most = (1u << 27) - 1 - TN_HEAP_DEFINED;
    if (p->self != TN_NONE && index >= p->self)
        p->names_itself = true;
    return TN_HEAP_DEFINED + (index < most ? index : most);
}

uint32_t tn_wat_heaptype(struct tn_wat *p)
{
    if (tn_wat_has_index(p))
        return heap_of_type(p, tn_wat_index(p, TN_WAT_TYPE));
    uint32_t heap = TN_NONE;
    if (tn_wat_is(p, TN_TOKEN_KEYWORD))
        heap = tn_heap_named(p->l.token.text);
    if (heap == TN_NONE) {
        tn_wat_unexpected(p, "a heap type");
        return TN_HEAP_FUNC;
    }
    tn_lex_next(&p->l);
    return heap;
}

/* storagetype, whose words are all those of value types and two more. */
static tn_valtype storage_type(struct tn_wat *p)
{
    tn_valtype type = TN_VT_NONE;
    if (tn_wat_is(p, TN_TOKEN_KEYWORD))
        type = tn_valtype_named(p->l.token.text);
    if (type != TN_VT_NONE) {
        tn_lex_next(&p->l);
        return type;
    }
    if (!tn_wat_take_form(p, "ref")) {
        tn_wat_unexpected(p, "a type");
        return TN_VT_I32;
    }
    bool is_nullable = tn_lex_take_keyword(&p->l, "null");
    type = TN_REF(tn_wat_heaptype(p), is_nullable);
    tn_wat_close(p);
    return type;
}

/* After a failure any type will do. */
tn_valtype tn_wat_valtype(struct tn_wat *p)
{
    if (tn_lex_is_keyword(&p->l, "i8") || tn_lex_is_keyword(&p->l, "i16")) {
        tn_wat_unexpected(p, "a value type");
        return TN_VT_I32;
    }
    return storage_type(p);
}

bool tn_wat_has_reftype(struct tn_wat *p)
{
    if (tn_wat_is(p, TN_TOKEN_KEYWORD))
        return tn_is_ref(tn_valtype_named(p->l.token.text));
    return tn_wat_is_form(p, "ref");
}

tn_valtype tn_wat_reftype(struct tn_wat *p)
{
    if (tn_wat_has_reftype(p))
        return storage_type(p);
    tn_wat_unexpected(p, "a reference type");
    return TN_FUNCREF_TYPE;
}

/* ------------------------------------------------------------ type uses */

/* Of (param or (result: its types, to the ")". */
static uint32_t value_types(struct tn_wat *p, struct tn_buf *out,
                            tn_valtype *last)
{
    uint32_t count = 0;
    for (; tn_wat_ok(p) && !tn_wat_is(p, TN_TOKEN_CLOSE); count++) {
        *last = tn_wat_valtype(p);
        tn_write_valtype(out, *last);
    }
    tn_wat_close(p);
    return count;
}

static void read_param(struct tn_wat *p, enum tn_wat_params params,
                       struct tn_wat_use *use)
{
    bool has_name =
        tn_wat_is(p, TN_TOKEN_ID) || tn_wat_is_annotation(p, "name");
    tn_valtype last;
    if (!has_name || params == TN_WAT_UNNAMED) {
        uint32_t count = value_types(p, &p->params, &last);
        use->param_count += count;
        if (params == TN_WAT_LOCALS)
            p->local_count += count;
        return;
    }
    if (params == TN_WAT_LOCALS)
        tn_wat_bind_local(p);
    else if (params == TN_WAT_IMPORTED)
        tn_wat_name_param(p, use->param_count);
    else
        tn_wat_skip_bind(p);
    tn_write_valtype(&p->params, tn_wat_valtype(p));
    use->param_count++;
    tn_wat_close(p);
}

static void read_params_and_results(struct tn_wat *p, enum tn_wat_params params,
                                    struct tn_wat_use *use)
{
    p->params.size = p->results.size = 0;
    while (tn_wat_take_form(p, "param"))
        read_param(p, params, use);
    while (tn_wat_take_form(p, "result"))
        use->result_count += value_types(p, &p->results, &use->result);
}

/* Parameters of (type x) count as locals where none are written out. A type
 * that is not there is left to validation, unless locals have names. */
static void count_params_of_type(struct tn_wat *p, const struct tn_wat_use *use)
{
    if (!use->has_type || use->param_count > 0 || use->result_count > 0)
        return;
    if (use->type_index < p->types.count)
        p->local_count += p->types.at[use->type_index].param_count;
}

void tn_wat_read_use(struct tn_wat *p, enum tn_wat_params params,
                     struct tn_wat_use *use)
{
    *use = (struct tn_wat_use){.has_type = tn_wat_take_form(p, "type")};
    if (use->has_type) {
        use->at = p->l.token.offset;
        use->type_index = tn_wat_index(p, TN_WAT_TYPE);
        tn_wat_close(p);
    }
    read_params_and_results(p, params, use);
    if (params == TN_WAT_LOCALS)
        count_params_of_type(p, use);
}

/* functype ::= 0x60 resulttype resulttype */
static struct tn_str binary_signature(struct tn_wat *p,
                                      const struct tn_wat_use *use)
{
    struct tn_buf *out = &p->signature;
    out->size = 0;
    tn_buf_byte(out, 0x60);
    tn_buf_uleb(out, use->param_count);
    tn_buf_put(out, p->params.at, p->params.size);
    tn_buf_uleb(out, use->result_count);
    tn_buf_put(out, p->results.at, p->results.size);
    return (struct tn_str){(const char *)out->at, out->size};
}

/* A type's definition is known: `signature` if it is a function's. */
static void add_type(struct tn_wat *p, struct tn_str signature,
                     uint32_t param_count, bool is_plain)
{
    struct tn_wat_type type = {{"", 0}, param_count};
    uint32_t index = (uint32_t)p->types.count;
    bool is_good = !p->signature.failed;
    if (is_good && signature.size > 0) {
        char *copy = TN_NEW_ARRAY(p->l.arena, char, signature.size);
        is_good = copy != NULL;
        if (is_good)
            memcpy(copy, signature.at, signature.size);
        type.signature = (struct tn_str){copy, signature.size};
    }
    if (is_good && is_plain)
        is_good = tn_map_put(&p->signatures, p->alloc, type.signature, index) !=
                  TN_MAP_NO_MEMORY;
    if (!is_good || !TN_VEC_PUSH(&p->types, p->alloc, type))
        tn_wat_no_memory(p);
}

static uint32_t implicit_type(struct tn_wat *p, const struct tn_wat_use *use)
{
    struct tn_str signature = binary_signature(p, use);
    uint32_t index = tn_map_get(&p->signatures, signature);
    if (index != TN_MAP_NONE || !tn_wat_ok(p))
        return index;
    index = (uint32_t)p->types.count;
    add_type(p, signature, use->param_count, true);
    struct tn_wat_list *section = &p->sections[TN_SECTION_TYPE];
    tn_buf_str(&section->bytes, signature);
    section->count++;
    return index;
}

/* What is inline is not what (type x) says: because it is out of order? */
static void fail_inline(struct tn_wat *p, const struct tn_wat_use *use)
{
    if (tn_wat_is_form(p, "param") || tn_wat_is_form(p, "type"))
        tn_wat_unexpected(p, "no more of the type");
    else
        tn_wat_fail(p, TN_E_MALFORMED, use->at,
                    "inline function type is not that of type %u",
                    (unsigned)use->type_index);
}

uint32_t tn_wat_type_of(struct tn_wat *p, const struct tn_wat_use *use)
{
    if (!use->has_type)
        return implicit_type(p, use);
    if (use->param_count == 0 && use->result_count == 0)
        return use->type_index;
    if (use->type_index >= p->types.count)
        tn_wat_fail(p, TN_E_MALFORMED, use->at, "unknown type %u",
                    (unsigned)use->type_index);
    else if (!tn_str_equal(p->types.at[use->type_index].signature,
                           binary_signature(p, use)))
        fail_inline(p, use);
    return use->type_index;
}

uint32_t tn_wat_type_use(struct tn_wat *p, enum tn_wat_params params)
{
    struct tn_wat_use use;
    tn_wat_read_use(p, params, &use);
    return tn_wat_type_of(p, &use);
}

/* ---------------------------------------------------------- definitions */

/* fieldtype ::= storagetype | (mut storagetype) */
static void write_field_type(struct tn_wat *p, struct tn_buf *out)
{
    bool is_mutable = tn_wat_take_form(p, "mut");
    tn_write_valtype(out, storage_type(p));
    tn_buf_byte(out, is_mutable);
    if (is_mutable)
        tn_wat_close(p);
}

/* field ::= (field id fieldtype) | (field fieldtype*) */
static void write_struct_type(struct tn_wat *p, struct tn_buf *out)
{
    uint32_t count = 0;
    p->list.size = 0;
    while (tn_wat_take_form(p, "field")) {
        if (tn_wat_is(p, TN_TOKEN_ID) || tn_wat_is_annotation(p, "name")) {
            tn_wat_bind_field(p, count++);
            write_field_type(p, &p->list);
        } else {
            for (; tn_wat_ok(p) && !tn_wat_is(p, TN_TOKEN_CLOSE); count++)
                write_field_type(p, &p->list);
        }
        tn_wat_close(p);
    }
    tn_buf_uleb(out, count);
    tn_buf_put(out, p->list.at, p->list.size);
}

/* Its parentheses included. */
static void write_comp_type(struct tn_wat *p, struct tn_buf *out, bool is_plain)
{
    struct tn_wat_use use = {0};
    struct tn_str signature = {"", 0};
    if (tn_wat_take_form(p, "func")) {
        read_params_and_results(p, TN_WAT_NAMED, &use);
        signature = binary_signature(p, &use);
        tn_buf_str(out, signature);
    } else if (tn_wat_take_form(p, "struct")) {
        tn_buf_byte(out, 0x5f);
        write_struct_type(p, out);
    } else if (tn_wat_take_form(p, "array")) {
        tn_buf_byte(out, 0x5e);
        write_field_type(p, out);
    } else {
        tn_wat_unexpected(p, "(func, (struct or (array");
    }
    tn_wat_close(p);
    add_type(p, signature, use.param_count,
             is_plain && signature.size > 0 && !p->names_itself);
}

/* 0x50 is a type that may have sub types, 0x4f one that is final; a final
 * one without a supertype is neither. */
static void write_sub_type(struct tn_wat *p, struct tn_buf *out, bool is_single)
{
    bool is_sub = tn_wat_take_form(p, "sub");
    bool is_final = !is_sub || tn_lex_take_keyword(&p->l, "final");
    uint32_t super_count = 0;
    p->list.size = 0;
    for (; is_sub && tn_wat_has_index(p); super_count++)
        tn_buf_uleb(&p->list, tn_wat_index(p, TN_WAT_TYPE));
    bool is_plain = is_final && super_count == 0;
    if (!is_plain) {
        tn_buf_byte(out, is_final ? 0x4f : 0x50);
        tn_buf_uleb(out, super_count);
        tn_buf_put(out, p->list.at, p->list.size);
    }
    write_comp_type(p, out, is_plain && is_single);
    if (is_sub)
        tn_wat_close(p);
}

static void write_definition(struct tn_wat *p, bool is_single)
{
    p->self = (uint32_t)p->types.count;
    p->names_itself = false;
    tn_wat_skip_bind(p);
    write_sub_type(p, &p->sections[TN_SECTION_TYPE].bytes, is_single);
    tn_wat_add_names(&p->names[TN_WAT_NAMES_FIELD], p->self, &p->field_names);
    p->self = TN_NONE;
}

void tn_wat_write_type(struct tn_wat *p)
{
    p->sections[TN_SECTION_TYPE].count++;
    write_definition(p, true);
}

/* How many types a group has is known by the scan, but it is as easy to count
 * them here, ahead. */
static uint32_t count_forms(struct tn_wat *p)
{
    struct tn_lexer before = p->l;
    uint32_t count = 0;
    for (; tn_wat_is(p, TN_TOKEN_OPEN); count++)
        (void)tn_lex_skip_form(&p->l);
    if (tn_wat_ok(p))
        p->l = before;
    return count;
}

void tn_wat_write_rec(struct tn_wat *p)
{
    struct tn_wat_list *section = &p->sections[TN_SECTION_TYPE];
    uint32_t count = count_forms(p);
    section->count++;
    tn_buf_byte(&section->bytes, 0x4e);
    tn_buf_uleb(&section->bytes, count);
    while (tn_wat_take_form(p, "type")) {
        write_definition(p, count == 1);
        tn_wat_close(p);
    }
}
