/* decode_types.c - the type section.
 *
 *   typesec  ::= vec(rectype)
 *   rectype  ::= 0x4e vec(subtype) | subtype
 *   subtype  ::= 0x50 vec(typeidx) comptype    may have subtypes
 *              | 0x4f vec(typeidx) comptype    final
 *              | comptype                      final, without a supertype
 *   comptype ::= 0x5e fieldtype | 0x5f vec(fieldtype)
 *              | 0x60 resulttype resulttype
 *
 * Which indices exist, and whether subtypes fit their supertypes, is asked
 * when the types are interned. */
#include "mod/decode.h"

/* Of a function's type, the last of those that were begun. Before GC it can
 * refer only to those before it. */
static tn_valtype decode_component(struct tn_decoder *d)
{
    const uint8_t *at = d->c.at;
    tn_valtype type = tn_mod_decode_valtype(d);
    if (tn_is_ref(type) &&
        tn_heap_of(type) == TN_HEAP_DEFINED + d->mod->type_count - 1)
        tn_mod_decode_need(d, TN_FEATURE_GC, at, "a type that names itself");
    return type;
}

static const tn_valtype *decode_result_type(struct tn_decoder *d,
                                            uint32_t *count, const char *what)
{
    *count = tn_mod_decode_count(d, 1, 0, TN_MAX_PARAMS, what);
    tn_valtype *types = tn_mod_decode_array(d, *count, sizeof *types);
    for (uint32_t i = 0; i < *count && !d->c.failed; i++)
        types[i] = decode_component(d);
    return types;
}

static struct tn_field decode_field(struct tn_decoder *d)
{
    struct tn_field field;
    const uint8_t *at = d->c.at;
    field.type = tn_read_storage(&d->c);
    if (tn_vt_of(field.type) != TN_VT_I8 && tn_vt_of(field.type) != TN_VT_I16)
        tn_mod_decode_type_need(d, field.type, at);
    field.is_mutable = tn_mod_decode_mutability(d);
    field.offset = 0;
    return field;
}

static void decode_fields(struct tn_decoder *d, struct tn_type_def *def)
{
    def->field_count =
        def->comp == TN_COMP_ARRAY
            ? 1
            : tn_mod_decode_count(d, 2, 0, TN_MAX_FIELDS, "fields");
    struct tn_field *fields =
        tn_mod_decode_array(d, def->field_count, sizeof *fields);
    for (uint32_t i = 0; i < def->field_count && !d->c.failed; i++)
        fields[i] = decode_field(d);
    def->fields = fields;
}

static void decode_comp_type(struct tn_decoder *d, struct tn_type_def *def)
{
    const uint8_t *at = d->c.at;
    uint8_t form = tn_cursor_byte(&d->c);
    if (form == 0x60) {
        def->comp = TN_COMP_FUNC;
        def->params = decode_result_type(d, &def->param_count, "parameters");
        at = d->c.at;
        def->results = decode_result_type(d, &def->result_count, "results");
        if (def->result_count > 1)
            tn_mod_decode_need(d, TN_FEATURE_MULTI_VALUE, at,
                               "several results");
    } else if (form == 0x5e || form == 0x5f) {
        def->comp = form == 0x5e ? TN_COMP_ARRAY : TN_COMP_STRUCT;
        decode_fields(d, def);
        tn_mod_decode_need(d, TN_FEATURE_GC, at,
                           form == 0x5e ? "an array type" : "a struct type");
    } else {
        /* The form is a signed number, and one byte of it is all it may be. */
        tn_cursor_fail_at(&d->c, at,
                          form >= 0x80 ? "integer representation too long"
                                       : "malformed type");
    }
}

static void decode_sub_type(struct tn_decoder *d, struct tn_type_def *def)
{
    const uint8_t *at = d->c.at;
    def->super = TN_NONE;
    def->is_final = true;
    if (at != d->c.end && (*at == 0x50 || *at == 0x4f)) {
        tn_mod_decode_need(d, TN_FEATURE_GC, at, "a subtype");
        def->is_final = tn_cursor_byte(&d->c) == 0x4f;
        uint32_t super_count = tn_cursor_u32(&d->c);
        if (super_count > 1)
            tn_mod_decode_fail(d, TN_E_INVALID, at,
                               "a sub type with several supertypes");
        if (super_count == 1)
            def->super = tn_cursor_u32(&d->c);
    }
    decode_comp_type(d, def);
}

/* Room for `count` types. Most modules have as many types as groups, and so
 * never come here twice. */
static void reserve_types(struct tn_decoder *d, uint32_t count, uint32_t *cap)
{
    struct tn_mod *mod = d->mod;
    if (count <= *cap)
        return;
    uint32_t more = *cap + *cap / 2;
    *cap = more > count ? more : count;
    mod->type_defs = tn_mod_decode_grown(d, mod->type_defs, mod->type_count,
                                         *cap, sizeof *mod->type_defs);
}

void tn_mod_decode_types(struct tn_decoder *d)
{
    struct tn_mod *mod = d->mod;
    uint32_t cap = 0;
    uint32_t group_count = tn_mod_decode_count(d, 2, 0, TN_MAX_TYPES, "types");
    mod->groups = tn_mod_decode_array(d, group_count, sizeof *mod->groups);
    reserve_types(d, group_count, &cap);
    while (mod->group_count < group_count && !d->c.failed) {
        struct tn_rec_group group = {mod->type_count, 1, false};
        const uint8_t *at = d->c.at;
        if (at != d->c.end && *at == 0x4e) {
            tn_mod_decode_need(d, TN_FEATURE_GC, at, "a recursive group");
            (void)tn_cursor_byte(&d->c);
            group.is_explicit = true;
            group.count = tn_mod_decode_count(d, 2, mod->type_count,
                                              TN_MAX_TYPES, "types");
        }
        uint32_t groups_left = group_count - mod->group_count - 1;
        reserve_types(d, group.first + group.count + groups_left, &cap);
        for (uint32_t i = 0; i < group.count && !d->c.failed; i++) {
            struct tn_type_def *def = &mod->type_defs[mod->type_count++];
            def->group = mod->group_count;
            decode_sub_type(d, def);
        }
        mod->groups[mod->group_count++] = group;
    }
}
