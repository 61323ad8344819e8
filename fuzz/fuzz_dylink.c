/* fuzz_dylink.c - what a dynamic linker knows of a module, of any bytes.
 *
 * The input is a module, if it begins as one; else it is the section dylink.0
 * of a small module, and then the choices by which a module is put together
 * that a toolchain could have made. Whatever is found in its image is compared
 * with a naive look at the module; and once more the image is made with
 * memory failing somewhere. */
#include "choices.h"
#include "dyn/image.h"
#include "gen.h"
#include "mod/features.h"
#include "mod/instr.h"
#include "target.h"
#include "text/wat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fault(const char *what, struct tn_str name)
{
    fprintf(stderr, "fuzz_dylink: %s: %.*s\n", what, TN_STR(name));
    abort();
}

/* ---------------------------------------------------------- the naive look */

enum {
    MOST_DEEP = 16
};

struct naive {
    const struct tn_mod *mod;
    bool is_too_deep; /* gave up */
};

/* A constant expression as its value, and how often each base is in it; false
 * for others. */
struct naive_sum {
    uint64_t value;
    int memory, table;
};

static bool naive_expr(struct naive *n, struct tn_range range, int depth,
                       struct naive_sum *out);

static bool naive_global(struct naive *n, uint32_t index, int depth,
                         struct naive_sum *out)
{
    const struct tn_mod *mod = n->mod;
    *out = (struct naive_sum){0};
    n->is_too_deep |= depth == MOST_DEEP;
    if (index >= mod->global_import_count)
        return !mod->globals[index].is_mutable && depth < MOST_DEEP &&
               naive_expr(n, mod->globals[index].init, depth + 1, out);
    for (uint32_t i = 0; i < mod->import_count; i++) {
        const struct tn_import *import = &mod->imports[i];
        if (import->kind != TN_EXTERN_GLOBAL || import->index != index ||
            mod->globals[index].is_mutable || !tn_str_is(import->module, "env"))
            continue;
        tn_valtype type = mod->globals[index].type;
        out->memory = tn_str_is(import->name, "__memory_base") ||
                      tn_str_is(import->name, "__memory_base32");
        out->table = tn_str_is(import->name, "__table_base") ||
                     tn_str_is(import->name, "__table_base32");
        return out->memory + out->table == 1 &&
               (type == TN_VT_I32 || type == TN_VT_I64);
    }
    return false;
}

static bool naive_instr(struct naive *n, const struct tn_instr *in, int depth,
                        struct naive_sum *stack, int *height)
{
    struct naive_sum *end = stack + *height;
    bool is_32 = in->op == TN_OP_i32_add || in->op == TN_OP_i32_sub ||
                 in->op == TN_OP_i32_mul;
    int sign = 1;
    switch ((int)in->op) {
    case TN_OP_i32_const:
    case TN_OP_i64_const:
        stack[(*height)++] = (struct naive_sum){
            in->op == TN_OP_i32_const ? (uint32_t)in->of.i : (uint64_t)in->of.i,
            0, 0};
        return true;
    case TN_OP_global_get:
        return naive_global(n, in->a, depth, &stack[(*height)++]);
    case TN_OP_i32_mul:
    case TN_OP_i64_mul:
        if (end[-2].memory || end[-2].table || end[-1].memory || end[-1].table)
            return false;
        end[-2].value *= end[-1].value;
        break;
    case TN_OP_i32_sub:
    case TN_OP_i64_sub:
        sign = -1;
        if (end[-1].memory || end[-1].table)
            return false;
        /* fall through */
    case TN_OP_i32_add:
    case TN_OP_i64_add:
        end[-2].value += (uint64_t)sign * end[-1].value;
        end[-2].memory += end[-1].memory;
        end[-2].table += end[-1].table;
        break;
    default:
        return false;
    }
    if (is_32)
        end[-2].value = (uint32_t)end[-2].value;
    (*height)--;
    return true;
}

static bool naive_expr(struct naive *n, struct tn_range range, int depth,
                       struct naive_sum *out)
{
    const uint8_t *at = n->mod->bytes + range.offset;
    struct tn_cursor c = {n->mod->bytes, at, at + range.size, NULL, false};
    struct naive_sum stack[MOST_DEEP];
    struct tn_instr in;
    int height = 0;
    while (tn_instr_read(&c, &in) && in.op != TN_OP_end) {
        n->is_too_deep |= height == MOST_DEEP;
        if (height == MOST_DEEP ||
            !naive_instr(n, &in, depth, stack, &height) ||
            stack[height - 1].memory + stack[height - 1].table > 1)
            return false;
    }
    *out = stack[0];
    return true;
}

/* -------------------------------------------------------------- definitions */

static bool naive_find(struct naive *n, struct tn_str name,
                       struct tn_dyn_def *out)
{
    const struct tn_mod *mod = n->mod;
    struct naive_sum sum;
    for (uint32_t i = 0; i < mod->export_count; i++) {
        const struct tn_export *export = &mod->exports[i];
        if (!tn_str_equal(export->name, name))
            continue;
        *out = (struct tn_dyn_def){.index = export->index};
        switch ((int)export->kind) {
        case TN_EXTERN_FUNC:
            out->kind = TN_DYN_FUNC;
            return export->index >= mod->func_import_count;
        case TN_EXTERN_TAG:
            out->kind = TN_DYN_TAG;
            return export->index >= mod->tag_import_count;
        case TN_EXTERN_GLOBAL:
            out->kind = TN_DYN_DATA;
            if (!naive_global(n, export->index, 0, &sum) || sum.memory ||
                sum.table || mod->globals[export->index].type > TN_VT_I64)
                return false;
            out->value = sum.value;
            return true;
        default:
            return false;
        }
    }
    return false;
}

static void check_name(const struct tn_dyn_image *image, struct tn_str name)
{
    const struct tn_dyn_image *scope[] = {NULL, image};
    struct tn_dyn_def want = {0}, got = {0};
    uint32_t hash = tn_dyn_hash(name);
    struct naive n = {image->mod, false};
    bool is_there = naive_find(&n, name, &want) && !tn_dyn_is_internal(name);
    if (n.is_too_deep)
        return;
    if (tn_dyn_find(image, name, hash, &got) != is_there)
        fault(is_there ? "not found" : "found", name);
    if (tn_dyn_lookup(scope, 2, name, hash, &got) != (is_there ? 1 : TN_NONE))
        fault("another module has it", name);
    if (is_there && (want.kind != got.kind || want.index != got.index ||
                     want.value != got.value))
        fault("it is another", name);
}

static void check_definitions(const struct tn_dyn_image *image)
{
    const struct tn_mod *mod = image->mod;
    for (uint32_t i = 0; i < mod->export_count; i++) {
        struct tn_str name = mod->exports[i].name;
        check_name(image, name);
        if (name.size > 0)
            check_name(image, (struct tn_str){name.at + 1, name.size - 1});
        if (name.size > 0)
            check_name(image, (struct tn_str){name.at, name.size - 1});
    }
    for (uint32_t i = 0; i < mod->import_count; i++)
        check_name(image, mod->imports[i].name);
}

/* ------------------------------------------------------------------ imports */

static bool naive_is_weak(const struct tn_dyn_image *image, struct tn_str name)
{
    for (uint32_t i = 0; i < image->dylink.import_count; i++) {
        const struct tn_dylink_info *info = &image->dylink.imports[i];
        if ((info->flags & 3) == 1 && tn_str_is(info->module, "env") &&
            tn_str_equal(info->name, name))
            return true;
    }
    return false;
}

static void check_imports(const struct tn_dyn_image *image)
{
    for (uint32_t i = 0; i < image->mod->import_count; i++) {
        const struct tn_dyn_ref *ref = &image->refs[i];
        struct tn_str name = image->mod->imports[i].name;
        if (ref->hash != tn_dyn_hash(name))
            fault("a wrong hash", name);
        if (ref->is_weak !=
            (ref->kind <= TN_DYN_REF_GOT_MEM && naive_is_weak(image, name)))
            fault("it is weak, or is not", name);
    }
}

/* ----------------------------------------------------------------- elements */

enum {
    SLOTS = 1024
};

static uint32_t naive_func(const struct tn_mod *mod,
                           const struct tn_elem_def *elem, uint32_t k)
{
    if (elem->funcs != NULL)
        return elem->funcs[k];
    const uint8_t *at = mod->bytes + elem->exprs[k].offset;
    struct tn_cursor c = {mod->bytes, at, at + elem->exprs[k].size, NULL,
                          false};
    struct tn_instr in;
    return tn_instr_read(&c, &in) && in.op == TN_OP_ref_func ? in.a : TN_NONE;
}

/* Fills a table as instantiation does. */
static void check_elements(const struct tn_dyn_image *image)
{
    const struct tn_mod *mod = image->mod;
    struct naive n = {mod, false};
    uint32_t slots[SLOTS], own = mod->func_count - mod->func_import_count;
    for (uint32_t i = 0; i < SLOTS; i++)
        slots[i] = TN_NONE;
    for (uint32_t i = 0; i < mod->elem_count; i++) {
        const struct tn_elem_def *elem = &mod->elems[i];
        struct naive_sum at;
        if (elem->mode != TN_SEGMENT_ACTIVE || elem->table_index != 0)
            continue;
        bool is_known = naive_expr(&n, elem->offset, 0, &at) && !at.memory &&
                        at.table == image->is_pic;
        if (!is_known && !n.is_too_deep && image->is_pic)
            fault("a segment that does not move", (struct tn_str){"", 0});
        if (!is_known)
            return;
        for (uint32_t k = 0; k < elem->count && at.value + k < SLOTS; k++)
            slots[at.value + k] = naive_func(mod, elem, k);
    }
    for (uint32_t i = 0; i < own && image->elem_of != NULL; i++)
        if (image->elem_of[i] < SLOTS &&
            slots[image->elem_of[i]] != i + mod->func_import_count)
            fault("an element that is not the function's",
                  tn_mod_func_name(mod, i + mod->func_import_count));
}

/* ------------------------------------------------------------ one of them all */

struct failing {
    size_t left;
    bool is_hit;
};

static void *failing_realloc(void *ctx, void *block, size_t old_bytes,
                             size_t new_bytes)
{
    struct failing *failing = ctx;
    if (new_bytes != 0 && failing->left == 0) {
        failing->is_hit = true;
        return NULL;
    }
    failing->left -= new_bytes != 0;
    return tn_alloc_libc.realloc(NULL, block, old_bytes, new_bytes);
}

static void check_without_memory(const struct tn_mod *mod, size_t requests,
                                 tn_status expected)
{
    struct failing failing = {requests, false};
    tn_allocator alloc = {failing_realloc, &failing};
    struct tn_dyn_image *image;
    tn_error err = {0};
    tn_status status = tn_dyn_image_read(mod, &alloc, &image, &err);
    if (status != (failing.is_hit ? TN_E_NOMEM : expected) ||
        status != err.status)
        fault("memory failed, and was not missed",
              tn_str_of(tn_status_text(status)));
    tn_dyn_image_free(image);
}

static void look_at(const struct tn_mod *mod, size_t requests)
{
    struct tn_dyn_image *image;
    tn_error err = {0};
    tn_status status = tn_dyn_image_read(mod, &tn_alloc_libc, &image, &err);
    if (status != err.status || (status == TN_OK) != (image != NULL) ||
        (status != TN_OK && err.text[0] == '\0'))
        fault("a failure without words", tn_str_of(err.text));
    if (status == TN_OK) {
        check_imports(image);
        check_definitions(image);
        check_elements(image);
    }
    tn_dyn_image_free(image);
    check_without_memory(mod, requests, status);
}

static void look_at_bytes(const uint8_t *data, size_t size)
{
    struct tn_types *types = tn_types_new(&tn_alloc_libc);
    struct tn_mod *mod = NULL;
    tn_error err = {0};
    if (types == NULL)
        abort();
    if (tn_mod_decode(data, size, tn_features_all(), &tn_alloc_libc, &mod,
                      &err) == TN_OK &&
        tn_types_intern(types, mod, &err) == TN_OK &&
        tn_mod_validate(mod, &err) == TN_OK)
        look_at(mod, size > 0 ? data[size - 1] % 16 : 0);
    tn_mod_free(mod);
    tn_types_free(types);
}

/* -------------------------------------------------------------- making modules */

/* As few lines as are needed to have imports, exports and segments. */
static const char small_module[] =
    "(import \"env\" \"memory\" (memory 1))"
    "(import \"env\" \"__memory_base\" (global $mb i32))"
    "(import \"env\" \"f\" (func))"
    "(import \"GOT.mem\" \"x\" (global (mut i32)))"
    "(func (export \"g\"))"
    "(global (export \"x\") i32 (i32.const 8))"
    "(data (global.get $mb) \"abc\")";

static void put_dylink(struct gen_bytes *out, const uint8_t *dylink,
                       size_t size)
{
    gen_u8(out, 0);
    gen_leb(out, size + 9);
    gen_raw(out, "\10dylink.0", 9);
    gen_raw(out, dylink, size);
}

/* The section is `copies` times before the module's, or once behind them. */
static void look_at_text(const char *text, unsigned copies,
                         const uint8_t *dylink, size_t size)
{
    struct gen_bytes all = {0};
    struct tn_buf module;
    tn_error err = {0};
    tn_buf_init(&module, &tn_alloc_libc);
    if (tn_text_parse(text, strlen(text), &tn_alloc_libc, &module, &err) !=
        TN_OK)
        fault("our own text is refused", tn_str_of(err.text));
    gen_raw(&all, module.at, 8);
    for (unsigned i = 0; i < copies; i++)
        put_dylink(&all, dylink, size);
    gen_raw(&all, module.at + 8, module.size - 8);
    if (copies == 0)
        put_dylink(&all, dylink, size);
    look_at_bytes(all.at, all.size);
    free(all.at);
    tn_buf_clear(&module);
}

/* Pieces of a module, each with a number where it has a %. */
static const char *const import_pieces[] = {
    "(import \"env\" \"n%u\" (func))",
    "(import \"env\" \"n%u\" (tag))",
    "(import \"env\" \"n%u\" (global i32))",
    "(import \"GOT.func\" \"n%u\" (global (mut i32)))",
    "(import \"GOT.mem\" \"n%u\" (global (mut i64)))",
    "(import \"m\" \"n%u\" (func (param i32)))",
    "(import \"env\" \"__stack_pointer\" (global (mut i32)))",
    "(import \"env\" \"memory\" (memory 1))",
};
static const char *const pieces[] = {
    "(func (export \"n%u\"))",
    "(func $h%u (export \"h%u\"))",
    "(tag (export \"t%u\"))",
    "(global (export \"g%u\") i32 (i32.const %u))",
    "(global (export \"l%u\") i64 (i64.const -%u))",
    "(global (export \"b%u\") i32 (global.get $mb))",
    "(global (export \"p%u\") i32 (i32.add (global.get $k) (i32.const %u)))",
    "(global (export \"q%u\") i32 (i32.mul (global.get $k) (global.get $k)))",
    "(global (export \"m%u\") (mut i32) (i32.const %u))",
    "(global (export \"__tls_size%u\") i32 (i32.const %u))",
    "(func (export \"__wasm_apply_%u\") call $own)",
    "(func (export \"i%u\") call_indirect)",
    "(elem (global.get $tb) func $own $f)",
    "(elem (offset (i32.add (global.get $tb) (i32.const %u))) func $f $own)",
    ("(elem (offset (i32.add (i32.const %u) (global.get $tb))) funcref"
     " (ref.null func) (ref.func $own) (ref.func $other))"),
    "(elem (i32.const %u) func $own $other)",
    "(elem (offset (i32.sub (i32.const %u) (i32.const 3))) func $other)",
    "(elem (global.get $tb) func)",
    "(elem (global.get $tb) funcref (ref.func $own) (ref.null func))",
    "(elem (global.get $k) func $own)",
    "(elem func $other)",
    "(global (export \"s%u\") i64 (i64.sub (i64.const %u) (i64.const 9)))",
    "(global (export \"d%u\") i32 (i32.sub (global.get $mb) (i32.const 9)))",
    "(global (export \"f%u\") f32 (f32.const 1))",
    "(global (export \"j%u\") i32 (i32.mul (global.get $mb) (i32.const 1)))",
    "(global (export \"k%u\") i32 (i32.sub (i32.const 1) (global.get $mb)))",
    "(export \"r%u\" (func $f))",
    "(export \"v%u\" (memory 0))",
    "(data \"abc\")",
    "(data (global.get $mb) \"abc\")",
    "(data (offset (i32.add (global.get $mb) (i32.const %u))) \"abc\")",
    "(data (i32.const %u) \"abc\")",
};
/* These have names of their own: at most one of each. */
static const char *const single_pieces[] = {
    "(func (export \"_initialize\"))",
    "(func (export \"__wasm_call_ctors\"))",
    "(func (export \"__wasm_init_tls\") (param i32))",
    "(func (export \"__wasm_call_dtors\") (param f32))",
    "(global (export \"__tls_size\") i32 (i32.const %u))",
    "(global (export \"__tls_align\") i32 (i32.const %u))",
};
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* `index` makes names differ; it is found at the first %u of a piece that
 * names, and a small number at the others. */
static void put_piece(struct tn_buf *out, const char *piece, unsigned index,
                      unsigned number)
{
    bool is_name = strchr(piece, '"') != NULL && strstr(piece, "port") != NULL;
    for (const char *at = piece; *at != '\0'; at++) {
        if (at[0] == '%') {
            tn_buf_print(out, "%u", is_name ? index : number);
            is_name = strncmp(piece, "(func $h", 8) == 0;
            at++;
        } else {
            tn_buf_byte(out, (uint8_t)*at);
        }
    }
}

static void make_text(struct tn_buf *out, struct choices *c)
{
    bool is_pic = choose(c, 4) != 0;
    unsigned imports = choose(c, 8), others = choose(c, 24);
    const char *from = is_pic ? "env" : "m";
    tn_buf_print(out,
                 "(import \"%s\" \"__memory_base\" (global $mb i32))"
                 "(import \"%s\" \"__table_base\" (global $tb i32))"
                 "(import \"env\" \"f\" (func $f))",
                 from, from);
    for (unsigned i = 0; i < imports; i++)
        put_piece(out, import_pieces[choose(c, COUNT_OF(import_pieces))],
                  choose(c, 8), 0);
    static const char *const starts[] = {"f", "other", "third", "fourth"};
    tn_buf_print(out, "(memory 1) (table 64 funcref) (func $own)"
                      "(func $third return_call $f)"
                      "(func $fourth (call_indirect (i32.const 0)))"
                      "(func $other call $own)"
                      "(global $k i32 (i32.const 12))");
    if (choose(c, 2) != 0)
        tn_buf_print(out, "(start $%s)", starts[choose(c, COUNT_OF(starts))]);
    for (unsigned i = 0; i < others; i++)
        put_piece(out, pieces[choose(c, COUNT_OF(pieces))], i, choose(c, 64));
    for (size_t i = 0; i < COUNT_OF(single_pieces); i++)
        if (choose(c, 4) == 1)
            put_piece(out, single_pieces[i], choose(c, 64), 0);
    tn_buf_byte(out, '\0');
}

/* MEM_INFO and flags for some names; or what is left of the choices. */
static void make_dylink(struct gen_bytes *out, struct choices *c)
{
    static const uint8_t given[] = {
        1, 6, 0xe4, 0x80, 1,   4,   64,   0,              /* MEM_INFO */
        3, 9, 2,    2,    'g', '1', 0x80, 6, 1,   'x', 4, /* EXPORT_INFO */
        4, 9, 1,    3,    'e', 'n', 'v',  2, 'n', '1', 1, /* IMPORT_INFO */
    };
    if (choose(c, 8) != 0)
        gen_raw(out, given, sizeof given);
    else
        gen_raw(out, c->at, c->left);
    for (unsigned changes = choose(c, 4); changes > 0 && out->size > 0;
         changes--)
        out->at[choose(c, 255) % out->size] = (uint8_t)choose(c, 255);
}

static void look_at_choices(const uint8_t *data, size_t size)
{
    struct choices c = {data, size};
    struct gen_bytes dylink = {0};
    struct tn_buf text;
    tn_buf_init(&text, &tn_alloc_libc);
    make_text(&text, &c);
    make_dylink(&dylink, &c);
    if (text.failed)
        abort();
    unsigned place = choose(&c, 16); /* most often the right one */
    unsigned copies = place == 14 ? 0 : place == 15 ? 2 : 1;
    look_at_text((const char *)text.at, copies, dylink.at, dylink.size);
    free(dylink.at);
    tn_buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= 4 && memcmp(data, "\0asm", 4) == 0) {
        look_at_bytes(data, size);
        return 0;
    }
    look_at_text(small_module, 1, data, size);
    look_at_choices(data, size);
    return 0;
}

/* Bytes, of which some look like a section's. */
size_t target_make_input(uint64_t seed, uint8_t **out)
{
    uint64_t state = seed * 0x9e3779b97f4a7c15 | 1;
    size_t size = (size_t)(state >> 57);
    *out = malloc(size + 1);
    if (*out == NULL)
        abort();
    for (size_t i = 0; i < size; i++) {
        state = state * 6364136223846793005 + 1442695040888963407;
        (*out)[i] = (uint8_t)(state >> 33);
        if (state >> 62 != 0)
            (*out)[i] %= 6;
    }
    return size;
}
