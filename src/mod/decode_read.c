/* decode_read.c - what several sections are made of. */
#include <stdarg.h>
#include <stdio.h>

#include "mod/decode.h"
#include "mod/features.h"

void tn_mod_decode_fail(struct tn_decoder *d, tn_status status,
                        const uint8_t *at, const char *format, ...)
{
    if (d->c.failed)
        return;
    char text[sizeof((tn_error *)NULL)->text];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    d->status =
        tn_fail(d->c.err, status, (uint64_t)(at - d->c.base), "%s", text);
    d->c.failed = true;
    d->c.at = d->c.end;
}

void tn_mod_decode_need(struct tn_decoder *d, enum tn_feature feature,
                        const uint8_t *at, const char *what)
{
    if ((d->mod->features & TN_FEATURE_BIT(feature)) == 0)
        tn_mod_decode_fail(d, TN_E_FEATURE, at, "%s is not enabled (%s)",
                           tn_feature_name(feature), what);
    d->mod->features_used |= TN_FEATURE_BIT(feature);
}

uint32_t tn_mod_decode_count(struct tn_decoder *d, uint32_t min_bytes,
                             uint32_t have, uint32_t limit, const char *what)
{
    const uint8_t *at = d->c.at;
    uint32_t count = tn_cursor_u32(&d->c);
    size_t most = tn_cursor_left(&d->c) / min_bytes;
    if (count > limit - have)
        tn_mod_decode_fail(d, TN_E_LIMIT, at, "%llu %s, at most %u are allowed",
                           (unsigned long long)count + have, what,
                           (unsigned)limit);
    if (d->c.failed)
        return 0;
    return count <= most ? count : (uint32_t)most + 1;
}

void *tn_mod_decode_array(struct tn_decoder *d, size_t count, size_t size)
{
    if (d->c.failed)
        return NULL;
    void *array = tn_arena_take(&d->mod->arena, count, size);
    if (array == NULL)
        tn_mod_decode_fail(d, tn_no_memory(d->c.err), d->c.at, "out of memory");
    return array;
}

void *tn_mod_decode_grown(struct tn_decoder *d, const void *old,
                          size_t old_count, size_t count, size_t size)
{
    void *array = tn_mod_decode_array(d, count, size);
    if (array != NULL && old_count > 0)
        memcpy(array, old, old_count * size);
    return array;
}

struct tn_range tn_mod_decode_range(const struct tn_decoder *d,
                                    const uint8_t *at)
{
    if (d->c.failed)
        return (struct tn_range){0, 0};
    return (struct tn_range){(uint32_t)(at - d->c.base),
                             (uint32_t)(d->c.at - at)};
}

void tn_mod_decode_type_need(struct tn_decoder *d, tn_valtype type,
                             const uint8_t *at)
{
    enum tn_feature feature = tn_valtype_feature(type);
    if ((d->mod->features_used & TN_FEATURE_BIT(feature)) != 0)
        return;
    tn_mod_decode_need(d, feature, at,
                       tn_is_ref(type) ? "a reference type" : "a v128 type");
}

tn_valtype tn_mod_decode_valtype(struct tn_decoder *d)
{
    const uint8_t *at = d->c.at;
    tn_valtype type = tn_read_valtype(&d->c);
    tn_mod_decode_type_need(d, type, at);
    return type;
}

/* Of a table or its segments, where funcref has been from the first. */
tn_valtype tn_mod_decode_reftype(struct tn_decoder *d)
{
    const uint8_t *at = d->c.at;
    tn_valtype type = tn_read_reftype(&d->c);
    if (type != TN_FUNCREF_TYPE)
        tn_mod_decode_type_need(d, type, at);
    return type;
}

uint32_t tn_mod_decode_functype(struct tn_decoder *d)
{
    const uint8_t *at = d->c.at;
    uint32_t index = tn_cursor_u32(&d->c);
    if (d->c.failed)
        return 0;
    if (index >= d->mod->type_count)
        tn_mod_decode_fail(d, TN_E_INVALID, at, "unknown type %u",
                           (unsigned)index);
    else if (d->mod->type_defs[index].comp != TN_COMP_FUNC)
        tn_mod_decode_fail(d, TN_E_INVALID, at,
                           "type %u is not a function type", (unsigned)index);
    return d->c.failed ? 0 : index;
}

bool tn_mod_decode_mutability(struct tn_decoder *d)
{
    const uint8_t *at = d->c.at;
    uint8_t byte = tn_cursor_byte(&d->c);
    if (byte > 1)
        tn_cursor_fail_at(&d->c, at, "malformed mutability");
    return byte == 1;
}

void tn_mod_decode_reference(struct tn_decoder *d, uint32_t func_index)
{
    struct tn_mod *mod = d->mod;
    if (func_index < mod->func_count && mod->is_referenced != NULL)
        mod->is_referenced[func_index / 8] |= (uint8_t)(1u << func_index % 8);
}

/* expr ::= instr* 0x0b. Blocks are not constant, but it takes validation to
 * say so: here they only hide their `end`. */
struct tn_range tn_mod_decode_expr(struct tn_decoder *d)
{
    const uint8_t *begin = d->c.at;
    uint32_t depth = 1;
    struct tn_instr instr;
    while (depth > 0 && tn_instr_read(&d->c, &instr)) {
        enum tn_imm imm = (enum tn_imm)tn_mod_opcodes[instr.op].imm;
        if (imm == TN_IMM_BLOCK || imm == TN_IMM_TRY_TABLE)
            depth++;
        else if (instr.op == TN_OP_end || instr.op == TN_OP_delegate)
            depth--;
        else if (instr.op == TN_OP_ref_func)
            tn_mod_decode_reference(d, instr.a);
    }
    return tn_mod_decode_range(d, begin);
}
