/* wasi_shim.c - what stands between a WASI program in a merged module and the
 * host.
 *
 * A host of WASI reads and writes the one memory that is exported as "memory".
 * Programs that were merged have a memory each, so that one is none of theirs:
 * it is the host's own, H, of the module `tenon.wasi`. A shim exports the
 * functions of preview 1 that its program imports. Each copies what its
 * pointers point to from the program's memory to H, calls the host with the
 * addresses in H, and copies back what came.
 *
 * No function of preview 1 calls the guest, so no call begins before another
 * one has ended: each call, of whichever shim, uses H from its beginning, and
 * nothing in H outlives it. That is also why threads are refused, and why a host
 * in JavaScript must not let a second call in while one of WASI is suspended.
 *
 * H grows when it is too small. If it cannot, reads and writes move what there
 * is room for, as any system may; all else answers `nomem`. What lies outside
 * of the program's memory answers `fault`, before the host is called.
 *
 * Vectors become one vector: the bytes of all of them, one behind the other.
 * What the host writes is copied to H before as well: what it leaves alone is
 * then left alone in the program's memory too.
 *
 * H is memory 0 of the shim: hosts that go by their caller's memory, not by
 * what is exported, find it too when a shim is an instance of its own. */
#include "rewrite/wasi_shim.h"

#include "mod/encode.h"
#include "mod/instr.h"

#define SHIM_WASI "wasi_snapshot_preview1"

const struct tn_rw_shim_row tn_rw_shim_rows[TN_RW_SHIM_ROWS] = {
#define P1(name, type, passes) {#name, type, passes},
#include "mod/wasi_p1.def"
#undef P1
};

static bool shim_has(uint64_t set, size_t i)
{
    return (set >> i & 1) != 0;
}

static uint32_t shim_size_of_set(uint64_t set)
{
    uint32_t count = 0;
    for (; set != 0; set &= set - 1)
        count++;
    return count;
}

/* Its index; a new one when there is no such type yet. */
static uint32_t shim_type(struct tn_rw_shim *s, const char *type)
{
    uint32_t i = 0;
    while (i < s->type_count && strcmp(s->types[i], type) != 0)
        i++;
    if (i == s->type_count)
        s->types[s->type_count++] = type;
    return i;
}

/* --- Sections ----------------------------------------------------------- */

static void put_shim_name(struct tn_buf *out, struct tn_str name)
{
    tn_mod_encode_bytes(out, name.at, name.size);
}

static void end_shim_section(struct tn_rw_shim *s, enum tn_section_id id)
{
    tn_buf_byte(s->out, (uint8_t)id);
    tn_mod_encode_bytes(s->out, s->section.at, s->section.size);
    s->section.size = 0;
}

/* The value types that stand in a part of a type's text: each has one `i`. */
static void put_shim_values(struct tn_buf *out, const char *from,
                            const char *to)
{
    uint32_t count = 0;
    for (const char *at = from; at < to; at++)
        count += *at == 'i';
    tn_buf_uleb(out, count);
    for (const char *at = from; at < to; at++)
        if (*at == 'i')
            tn_write_valtype(out, at[1] == '3' ? TN_VT_I32 : TN_VT_I64);
}

static void put_shim_types(struct tn_rw_shim *s)
{
    tn_buf_uleb(&s->section, s->type_count);
    for (uint32_t i = 0; i < s->type_count; i++) {
        const char *params = s->types[i], *results = strchr(params, ')');
        tn_buf_byte(&s->section, 0x60);
        put_shim_values(&s->section, params, results);
        put_shim_values(&s->section, results, results + strlen(results));
    }
    end_shim_section(s, TN_SECTION_TYPE);
}

static void put_shim_memory(struct tn_buf *out, struct tn_str module,
                            struct tn_str name, uint32_t min, uint8_t page_log2)
{
    put_shim_name(out, module);
    put_shim_name(out, name);
    tn_buf_byte(out, TN_EXTERN_MEMORY);
    tn_buf_byte(out, page_log2 != 16 ? 0x08 : 0);
    tn_buf_uleb(out, min);
    if (page_log2 != 16)
        tn_buf_uleb(out, page_log2);
}

static void put_shim_imports(struct tn_rw_shim *s,
                             const struct tn_rw_program *program)
{
    uint32_t memories = s->made != 0 ? 2 : 0;
    tn_buf_uleb(&s->section, memories + shim_size_of_set(s->imported));
    if (memories != 0) {
        put_shim_memory(&s->section, tn_str_of("tenon.wasi"),
                        tn_str_of("memory"), 1, 16);
        put_shim_memory(&s->section, program->module, program->memory, 0,
                        program->limits->page_log2);
    }
    for (size_t i = 0; i < TN_RW_SHIM_ROWS; i++) {
        if (!shim_has(s->imported, i))
            continue;
        put_shim_name(&s->section, tn_str_of(SHIM_WASI));
        put_shim_name(&s->section, tn_str_of(tn_rw_shim_rows[i].name));
        tn_buf_byte(&s->section, TN_EXTERN_FUNC);
        tn_buf_uleb(&s->section, shim_type(s, tn_rw_shim_rows[i].type));
    }
    end_shim_section(s, TN_SECTION_IMPORT);
}

static void put_shim_functions(struct tn_rw_shim *s)
{
    tn_buf_uleb(&s->section,
                shim_size_of_set(s->made) + shim_size_of_set(s->helps));
    for (size_t i = 0; i < TN_RW_SHIM_ROWS; i++)
        if (shim_has(s->made, i))
            tn_buf_uleb(&s->section, shim_type(s, tn_rw_shim_rows[i].type));
    for (size_t i = 0; i < TN_RW_SHIM_HELPS; i++)
        if (shim_has(s->helps, i))
            tn_buf_uleb(&s->section, shim_type(s, tn_rw_shim_help_type(i)));
    end_shim_section(s, TN_SECTION_FUNCTION);
}

static void put_shim_exports(struct tn_rw_shim *s)
{
    tn_buf_uleb(&s->section, shim_size_of_set(s->exported));
    for (size_t i = 0; i < TN_RW_SHIM_ROWS; i++) {
        if (!shim_has(s->exported, i))
            continue;
        put_shim_name(&s->section, tn_str_of(tn_rw_shim_rows[i].name));
        tn_buf_byte(&s->section, TN_EXTERN_FUNC);
        tn_buf_uleb(&s->section, s->own[i]);
    }
    end_shim_section(s, TN_SECTION_EXPORT);
}

static void put_shim_globals(struct tn_rw_shim *s, uint8_t page_log2)
{
    s->body.size = 0;
    tn_rw_shim_globals(s, page_log2);
    tn_buf_put(&s->section, s->body.at, s->body.size);
    end_shim_section(s, TN_SECTION_GLOBAL);
}

static void end_shim_body(struct tn_rw_shim *s)
{
    tn_mod_encode_bytes(&s->section, s->body.at, s->body.size);
    s->body.size = 0;
}

static void put_shim_bodies(struct tn_rw_shim *s)
{
    tn_buf_uleb(&s->section,
                shim_size_of_set(s->made) + shim_size_of_set(s->helps));
    s->body.size = 0;
    for (size_t i = 0; i < TN_RW_SHIM_ROWS; i++) {
        if (!shim_has(s->made, i))
            continue;
        tn_rw_shim_func(s, i);
        end_shim_body(s);
    }
    for (size_t i = 0; i < TN_RW_SHIM_HELPS; i++) {
        if (!shim_has(s->helps, i))
            continue;
        tn_rw_shim_helper(s, i);
        end_shim_body(s);
    }
    end_shim_section(s, TN_SECTION_CODE);
}

/* --- What is wanted ----------------------------------------------------- */

static size_t shim_row_named(struct tn_str name)
{
    size_t i = 0;
    while (i < TN_RW_SHIM_ROWS && !tn_str_is(name, tn_rw_shim_rows[i].name))
        i++;
    return i;
}

bool tn_rw_wasi_has_pointers(struct tn_str name)
{
    size_t i = shim_row_named(name);
    return i == TN_RW_SHIM_ROWS || tn_rw_shim_needs(&tn_rw_shim_rows[i]) != 0;
}

/* Compared as text, which for numbers is exact. */
static tn_status check_shim_type(struct tn_rw_shim *s,
                                 const struct tn_mod *program,
                                 const struct tn_import *import,
                                 const struct tn_rw_shim_row *row,
                                 tn_error *err)
{
    const struct tn_type_def *type = tn_mod_func_type(program, import->index);
    struct tn_buf *text = &s->body;
    text->size = 0;
    tn_functype_print(text, type->params, type->param_count, type->results,
                      type->result_count);
    tn_buf_byte(text, 0);
    if (text->failed)
        return tn_no_memory(err);
    if (strcmp((const char *)text->at, row->type) == 0)
        return TN_OK;
    return tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                   SHIM_WASI ".%s is imported as %.200s, but is %s", row->name,
                   (const char *)text->at, row->type);
}

static tn_status want_shim_row(struct tn_rw_shim *s,
                               const struct tn_mod *program,
                               const struct tn_import *import, tn_error *err)
{
    size_t i = shim_row_named(import->name);
    if (i == TN_RW_SHIM_ROWS || import->kind != TN_EXTERN_FUNC)
        return tn_fail(err, TN_E_MISSING, TN_NO_OFFSET,
                       "preview 1 of WASI has no function \"%.*s\"",
                       TN_STR(import->name));
    TN_TRY(check_shim_type(s, program, import, &tn_rw_shim_rows[i], err));
    unsigned needs = tn_rw_shim_needs(&tn_rw_shim_rows[i]);
    s->exported |= (uint64_t)1 << i;
    s->imported |= (uint64_t)1 << i;
    s->helps |= needs;
    if (needs != 0)
        s->made |= (uint64_t)1 << i;
    if (tn_rw_shim_rows[i].passes[0] == 'p') /* it asks for the sizes before */
        s->imported |= (uint64_t)1 << (i + 1);
    return TN_OK;
}

static tn_status want_shim_rows(struct tn_rw_shim *s,
                                const struct tn_mod *program, tn_error *err)
{
    for (uint32_t i = 0; i < program->import_count; i++) {
        const struct tn_import *import = &program->imports[i];
        if (tn_str_is(import->module, SHIM_WASI))
            TN_TRY(want_shim_row(s, program, import, err));
    }
    return TN_OK;
}

static tn_status check_shim_memory(const struct tn_limits *limits,
                                   tn_error *err)
{
    if (limits == NULL)
        return tn_fail(err, TN_E_MISSING, TN_NO_OFFSET,
                       "it exports no memory \"memory\" for WASI to read");
    if (limits->is_64)
        return tn_fail(err, TN_E_UNLINKABLE, TN_NO_OFFSET,
                       "its memory has 64-bit addresses, which preview 1 of "
                       "WASI does not have");
    if (limits->is_shared)
        return tn_fail(err, TN_E_UNLINKABLE, TN_NO_OFFSET,
                       "its memory is shared: threads could call WASI at once, "
                       "and the host's memory holds one call");
    return TN_OK;
}

/* Function indices: the host's, then the exported ones, then helpers. */
static void number_shim(struct tn_rw_shim *s)
{
    uint32_t next = 0;
    for (size_t i = 0; i < TN_RW_SHIM_ROWS; i++) {
        if (shim_has(s->imported, i))
            s->own[i] = s->host[i] = next++;
        if (shim_has(s->imported | s->made, i))
            shim_type(s, tn_rw_shim_rows[i].type);
    }
    for (size_t i = 0; i < TN_RW_SHIM_ROWS; i++)
        if (shim_has(s->made, i))
            s->own[i] = next++;
    for (size_t i = 0; i < TN_RW_SHIM_HELPS; i++) {
        if (!shim_has(s->helps, i))
            continue;
        s->help[i] = next++;
        shim_type(s, tn_rw_shim_help_type(i));
    }
}

static tn_status make_shim(struct tn_rw_shim *s,
                           const struct tn_rw_program *program, tn_error *err)
{
    if (tn_mod_imports(program->mod, "wasi", "thread-spawn"))
        return tn_fail(err, TN_E_UNLINKABLE, TN_NO_OFFSET,
                       "it starts threads (wasi.thread-spawn), which could "
                       "call WASI at once");
    TN_TRY(want_shim_rows(s, program->mod, err));
    if (s->made != 0)
        TN_TRY(check_shim_memory(program->limits, err));
    number_shim(s);
    tn_buf_put(s->out, "\0asm\1\0\0", 8);
    put_shim_types(s);
    put_shim_imports(s, program);
    put_shim_functions(s);
    if (s->made != 0)
        put_shim_globals(s, program->limits->page_log2);
    put_shim_exports(s);
    put_shim_bodies(s);
    bool failed = s->out->failed || s->section.failed || s->body.failed;
    return failed ? tn_no_memory(err) : TN_OK;
}

tn_status tn_rw_wasi_shim(const struct tn_rw_program *program,
                          struct tn_buf *out, tn_error *err)
{
    struct tn_rw_shim s = {.out = out};
    tn_buf_init(&s.section, out->alloc);
    tn_buf_init(&s.body, out->alloc);
    tn_status status = make_shim(&s, program, err);
    tn_buf_clear(&s.section);
    tn_buf_clear(&s.body);
    return status;
}

void tn_rw_wasi_memory(struct tn_buf *out)
{
    /* (module (memory (export "memory") 1)) */
    static const char bytes[] = "\0asm\1\0\0\0"
                                "\5\3\1\0\1"
                                "\7\12\1\6memory\2\0";
    tn_buf_put(out, bytes, sizeof bytes - 1);
}
