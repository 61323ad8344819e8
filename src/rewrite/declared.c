/* declared.c - memories that a module asks for without defining them.
 *
 * Linkers make one memory, memory 0. The code that was compiled with
 * tenon/guest/memory.h names others, which the header declares beside it:
 *
 *   tenon.memories ::= record*
 *   record ::= version:u8 = 1
 *              flags:u8            1 exported, 2 shared, 4 64-bit addresses
 *              index:u16 min:u64 max:u64      little-endian; max all ones: none
 *              name:byte* 0
 *
 * Each file that was compiled brings its records, and linkers put them one
 * behind the other: equal ones are one. Together they are the memories behind
 * those which the module has, without a gap. */
#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "mod/decode.h"
#include "rewrite/rewrite.h"

enum {
    DECLARED_VERSION = 1,
    DECLARED_EXPORTED = 1,
    DECLARED_SHARED = 2,
    DECLARED_64 = 4,
};

struct declared_memory {
    struct tn_str name;
    uint32_t index;
    struct tn_limits limits;
    bool is_exported, is_there;
    uint64_t offset; /* of its record; TN_NO_OFFSET for one of the options */
};

struct declared {
    struct tn_rw *rw;
    struct tn_rw_input *input;
    struct tn_mod *mod;
    uint32_t begin, end;           /* of their indices */
    struct declared_memory *found; /* by index, less `begin` */
};

static tn_status fail_declared(const struct declared *d,
                               const struct declared_memory *memory,
                               tn_status status, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static tn_status fail_declared(const struct declared *d,
                               const struct declared_memory *memory,
                               tn_status status, const char *format, ...)
{
    char why[200];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(why, sizeof why, format, args);
    va_end(args);
    return tn_fail(d->rw->err, status, memory->offset,
                   "%.*s: memory %u \"%.*s\", which %s: %s",
                   TN_STR(d->input->name), memory->index, TN_STR(memory->name),
                   memory->offset == TN_NO_OFFSET
                       ? "is to be added"
                       : "its section tenon.memories declares",
                   why);
}

/* -------------------------------------------------------------- the section */

static uint64_t read_word(struct tn_cursor *c, unsigned bytes)
{
    const uint8_t *at = tn_cursor_take(c, bytes);
    uint64_t word = 0;
    for (unsigned i = bytes; i > 0 && at != NULL; i--)
        word = word << 8 | at[i - 1];
    return word;
}

static struct tn_str read_zero_ended(struct tn_cursor *c)
{
    size_t left = tn_cursor_left(c);
    const uint8_t *zero = left == 0 ? NULL : memchr(c->at, 0, left);
    if (zero == NULL) {
        tn_cursor_fail(c, "a name without an end");
        return (struct tn_str){0};
    }
    struct tn_str name = {(const char *)c->at, (size_t)(zero - c->at)};
    if (name.size == 0)
        tn_cursor_fail(c, "a memory without a name");
    else if (!tn_utf8_valid(name))
        tn_cursor_fail(c, "a name that is not UTF-8");
    if (!c->failed)
        c->at = zero + 1;
    return name;
}

static struct declared_memory read_record(struct tn_cursor *c)
{
    struct declared_memory memory = {.is_there = true,
                                     .offset = tn_cursor_offset(c)};
    if (tn_cursor_byte(c) != DECLARED_VERSION)
        tn_cursor_fail_at(c, c->at - 1, "a version that is not known");
    uint8_t flags = tn_cursor_byte(c);
    if (flags > (DECLARED_EXPORTED | DECLARED_SHARED | DECLARED_64))
        tn_cursor_fail_at(c, c->at - 1, "unknown flags");
    memory.is_exported = (flags & DECLARED_EXPORTED) != 0;
    memory.index = (uint32_t)read_word(c, 2);
    memory.limits = (struct tn_limits){
        .is_shared = (flags & DECLARED_SHARED) != 0,
        .is_64 = (flags & DECLARED_64) != 0,
        .page_log2 = 16,
    };
    memory.limits.min = read_word(c, 8);
    memory.limits.max = read_word(c, 8);
    memory.limits.has_max = memory.limits.max != UINT64_MAX;
    memory.name = read_zero_ended(c);
    return memory;
}

static bool is_same_declaration(const struct declared_memory *a,
                                const struct declared_memory *b)
{
    return a->limits.min == b->limits.min && a->limits.max == b->limits.max &&
           a->limits.is_64 == b->limits.is_64 &&
           a->limits.is_shared == b->limits.is_shared &&
           a->is_exported == b->is_exported && tn_str_equal(a->name, b->name);
}

static tn_status enter_declared(struct declared *d,
                                const struct declared_memory *memory)
{
    if (memory->index < d->begin)
        return fail_declared(d, memory, TN_E_AMBIGUOUS,
                             "the module has a memory of this index already");
    if (memory->index >= TN_MAX_MEMORIES)
        return fail_declared(d, memory, TN_E_LIMIT,
                             "at most %d memories are allowed",
                             TN_MAX_MEMORIES);
    struct declared_memory *place = &d->found[memory->index - d->begin];
    if (place->is_there && !is_same_declaration(place, memory))
        return fail_declared(
            d, memory, TN_E_AMBIGUOUS, "at 0x%llx it is another, \"%.*s\"",
            (unsigned long long)place->offset, TN_STR(place->name));
    if (!place->is_there)
        *place = *memory;
    if (memory->index >= d->end)
        d->end = memory->index + 1;
    return TN_OK;
}

static tn_status read_declared(struct declared *d, struct tn_range range)
{
    tn_error why = {0};
    struct tn_cursor c = {.base = d->mod->bytes,
                          .at = d->mod->bytes + range.offset,
                          .end = d->mod->bytes + range.offset + range.size,
                          .err = &why};
    while (c.at != c.end) {
        struct declared_memory memory = read_record(&c);
        if (c.failed)
            return tn_fail(d->rw->err, TN_E_MALFORMED, why.offset,
                           "%.*s: tenon.memories: %s", TN_STR(d->input->name),
                           why.text);
        TN_TRY(enter_declared(d, &memory));
    }
    return TN_OK;
}

/* -------------------------------------------------------------- the options */

/* Addresses as in the memory that is there, which is what code of one compiler
 * has for all. */
static tn_status add_chosen(struct declared *d, const tn_merge_memory *chosen)
{
    struct tn_mod *mod = d->mod;
    struct declared_memory memory = {
        .name = tn_str_of(chosen->name),
        .index = d->end,
        .limits = {.min = chosen->min,
                   .max = chosen->max,
                   .has_max = chosen->max != UINT64_MAX,
                   .is_64 =
                       mod->memory_count > 0 && mod->memories[0].limits.is_64,
                   .page_log2 = 16},
        .is_exported = chosen->name != NULL,
        .is_there = true,
        .offset = TN_NO_OFFSET,
    };
    return enter_declared(d, &memory);
}

/* --------------------------------------------------------------- the result */

static tn_status need_feature(const struct declared *d,
                              const struct declared_memory *memory,
                              enum tn_feature feature)
{
    if ((d->mod->features & TN_FEATURE_BIT(feature)) == 0)
        return fail_declared(d, memory, TN_E_FEATURE, "%s is not enabled",
                             tn_feature_name(feature));
    d->mod->features_used |= TN_FEATURE_BIT(feature);
    return TN_OK;
}

static tn_status check_declared(const struct declared *d,
                                const struct declared_memory *memory)
{
    const struct tn_limits *limits = &memory->limits;
    uint64_t most = (uint64_t)1 << (limits->is_64 ? 48 : 16);
    if (limits->min > limits->max)
        return fail_declared(d, memory, TN_E_INVALID,
                             "its minimum %llu is above its maximum %llu",
                             (unsigned long long)limits->min,
                             (unsigned long long)limits->max);
    if (limits->min > most || (limits->has_max && limits->max > most))
        return fail_declared(
            d, memory, TN_E_INVALID,
            "%llu pages, but at most %llu can be addressed",
            (unsigned long long)(limits->has_max ? limits->max : limits->min),
            (unsigned long long)most);
    if (limits->is_shared && !limits->has_max)
        return fail_declared(d, memory, TN_E_INVALID,
                             "it is shared, so it must have a maximum");
    if (memory->index > 0)
        TN_TRY(need_feature(d, memory, TN_FEATURE_MULTI_MEMORY));
    if (limits->is_64)
        TN_TRY(need_feature(d, memory, TN_FEATURE_MEMORY64));
    if (limits->is_shared)
        TN_TRY(need_feature(d, memory, TN_FEATURE_THREADS));
    return TN_OK;
}

static tn_status export_declared(struct declared *d,
                                 const struct declared_memory *memory)
{
    struct tn_rw_input *input = d->input;
    bool is_taken = tn_mod_find_export(d->mod, memory->name) != TN_NONE;
    for (uint32_t i = 0; i < input->more_export_count; i++)
        is_taken |= tn_str_equal(input->more_exports[i].name, memory->name);
    if (is_taken)
        return fail_declared(d, memory, TN_E_AMBIGUOUS,
                             "the module exports something else so");
    input->more_exports[input->more_export_count++] =
        (struct tn_export){memory->name, TN_EXTERN_MEMORY, memory->index};
    return TN_OK;
}

static tn_status define_declared(struct declared *d)
{
    struct tn_mod *mod = d->mod;
    struct tn_memory_def *memories =
        TN_NEW_ARRAY(&mod->arena, struct tn_memory_def, d->end);
    d->input->more_exports =
        TN_NEW_ARRAY(&mod->arena, struct tn_export, d->end - d->begin);
    d->input->memory_names = TN_NEW_ARRAY(&mod->arena, struct tn_str, d->end);
    if (memories == NULL || d->input->more_exports == NULL ||
        d->input->memory_names == NULL)
        return tn_no_memory(d->rw->err);
    for (uint32_t i = 0; i < d->begin; i++)
        memories[i] = mod->memories[i];
    for (uint32_t i = d->begin; i < d->end; i++) {
        const struct declared_memory *memory = &d->found[i - d->begin];
        if (!memory->is_there)
            return tn_fail(d->rw->err, TN_E_MISSING, TN_NO_OFFSET,
                           "%.*s: its section tenon.memories declares memory "
                           "%u, but none of index %u",
                           TN_STR(d->input->name), d->end - 1, i);
        TN_TRY(check_declared(d, memory));
        if (memory->is_exported)
            TN_TRY(export_declared(d, memory));
        memories[i].limits = memory->limits;
        d->input->memory_names[i] = memory->name;
    }
    mod->memories = memories;
    mod->memory_count = d->end;
    return TN_OK;
}

static bool is_declaration(const struct tn_custom *custom)
{
    return tn_str_is(custom->name, "tenon.memories");
}

tn_status tn_rw_declare_memories(struct tn_rw *rw, uint32_t input)
{
    struct tn_mod *mod = rw->inputs[input].mod;
    struct declared d = {.rw = rw,
                         .input = &rw->inputs[input],
                         .mod = mod,
                         .begin = mod->memory_count,
                         .end = mod->memory_count};
    size_t chosen_count = input == 0 ? rw->options->memory_count : 0;
    size_t byte_count = 0;
    for (uint32_t i = 0; i < mod->custom_count; i++)
        if (is_declaration(&mod->customs[i]))
            byte_count += mod->customs[i].bytes.size;
    if (byte_count == 0 && chosen_count == 0)
        return TN_OK;
    d.found = TN_NEW_ARRAY(&mod->arena, struct declared_memory,
                           TN_MAX_MEMORIES - d.begin);
    if (d.found == NULL)
        return tn_no_memory(rw->err);
    for (uint32_t i = 0; i < mod->custom_count; i++)
        if (is_declaration(&mod->customs[i]))
            TN_TRY(read_declared(&d, mod->customs[i].bytes));
    for (size_t i = 0; i < chosen_count; i++)
        TN_TRY(add_chosen(&d, &rw->options->memories[i]));
    return define_declared(&d);
}
