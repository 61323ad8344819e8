/* resolve.c - which export meets an import.
 *
 *   (1) wasi_snapshot_preview1 is the host's, and nobody shadows it; so is
 *       "wasi" "thread-spawn", and the shared memory of a module that imports
 *       that, unless a module has it
 *   (2) a module of the import's name must have it, with its type
 *   (3) without such a module: by export name, among all modules if the
 *       import names "env" or nothing, else among those without a name;
 *       exactly one must fit
 *
 * "bytes:M" resolves as M. An export that is itself an import is followed to
 * where it is defined. */
#include "prog/prog_set.h"

/* A longer chain of re-exports than this is taken for a circle. */
#define MAX_REEXPORTS 1000

/* One import being resolved. */
struct resolution {
    struct tn_prog_set *set;
    uint32_t user, import_index;
    const struct tn_import *import;
    struct tn_str from; /* the module it names, without "bytes:" */
    bool is_bytes;
    struct tn_prog_fault *fault;
};

static const struct tn_prog_part *part_at(const struct resolution *r,
                                          uint32_t i)
{
    return &r->set->parts[i];
}

static const struct tn_mod *user_mod(const struct resolution *r)
{
    return r->set->parts[r->user].mod;
}

/* --- failing ------------------------------------------------------------- */

/* `main imports "env" "f" (i32) -> (): ` and then why. */
static bool unresolved(const struct resolution *r, const char *kind,
                       struct tn_buf *why)
{
    struct tn_buf type;
    tn_buf_init(&type, why->alloc);
    tn_prog_print_type(&type, user_mod(r), r->import->kind, r->import->index);
    tn_prog_fault_set(
        r->fault, kind, "%.*s imports \"%.*s\" \"%.*s\" %.*s: %.*s",
        TN_STR(part_at(r, r->user)->name), TN_STR(r->import->module),
        TN_STR(r->import->name),
        TN_STR(((struct tn_str){(const char *)type.at, type.size})),
        TN_STR(((struct tn_str){(const char *)why->at, why->size})));
    tn_buf_clear(&type);
    tn_buf_clear(why);
    return false;
}

static bool unresolved_as(const struct resolution *r, const char *kind,
                          const char *why)
{
    struct tn_buf text;
    tn_buf_init(&text, r->set->arena.alloc);
    tn_buf_str(&text, tn_str_of(why));
    return unresolved(r, kind, &text);
}

static bool unresolved_part(const struct resolution *r, const char *kind,
                            uint32_t part, const char *why)
{
    struct tn_buf text;
    tn_buf_init(&text, r->set->arena.alloc);
    tn_buf_str(&text, part_at(r, part)->name);
    tn_buf_str(&text, tn_str_of(why));
    return unresolved(r, kind, &text);
}

/* The provider's export of the wanted name and type, or null. */
static const struct tn_export *fitting(const struct resolution *r,
                                       uint32_t provider)
{
    const struct tn_prog_part *part = part_at(r, provider);
    const struct tn_export *e = tn_prog_find_export(part, r->import->name);
    if (e == NULL || e->kind != r->import->kind ||
        !tn_mod_fits(part->mod, e->index, user_mod(r), r->import->index,
                     e->kind))
        return NULL;
    return e;
}

/* --- near misses ---------------------------------------------------------- */

static uint8_t ascii_lower(uint8_t c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

static bool alike(struct tn_str a, struct tn_str b)
{
    if (a.size != b.size || tn_mod_is_own_name(a))
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (ascii_lower((uint8_t)a.at[i]) != ascii_lower((uint8_t)b.at[i]))
            return false;
    return true;
}

static void put_near_misses(const struct resolution *r, struct tn_buf *out)
{
    for (uint32_t i = 0; i < r->set->count; i++) {
        const struct tn_prog_part *part = part_at(r, i);
        for (uint32_t k = 0; i != r->user && k < part->mod->export_count; k++) {
            const struct tn_export *e = &part->mod->exports[k];
            if (r->set->near_budget == 0)
                return;
            r->set->near_budget--;
            if (!alike(e->name, r->import->name))
                continue;
            tn_buf_print(out, "; %.*s has \"%.*s\" ", TN_STR(part->name),
                         TN_STR(e->name));
            tn_prog_print_type(out, part->mod, e->kind, e->index);
        }
    }
}

/* Nobody fits. `named`: the one module of the wanted name, or TN_NONE. */
static bool nobody(const struct resolution *r, uint32_t named)
{
    bool has_other_type = false;
    for (uint32_t i = 0; i < r->set->count; i++)
        if (i != r->user && (named == TN_NONE || i == named) &&
            tn_prog_find_export(part_at(r, i), r->import->name) != NULL &&
            fitting(r, i) == NULL)
            has_other_type = true;
    if (tn_mod_is_own_name(r->import->name))
        has_other_type = false;
    struct tn_buf why;
    tn_buf_init(&why, r->set->arena.alloc);
    if (named == TN_NONE)
        tn_buf_print(&why, "exported by no module");
    else
        tn_buf_print(&why, "not exported by %.*s", TN_STR(r->from));
    if (has_other_type)
        tn_buf_print(&why, " with this type");
    put_near_misses(r, &why);
    return unresolved(r, has_other_type ? "link.type" : "link.missing", &why);
}

/* --- the three rules ------------------------------------------------------ */

static bool resolve_wasi(const struct resolution *r, struct tn_prog_need *need)
{
    if (tn_str_starts(r->import->module, "wasi_") &&
        !tn_str_is(r->import->module, "wasi_snapshot_preview1"))
        return unresolved_as(r, "link.missing",
                             "the host has wasi_snapshot_preview1 only");
    const struct tn_type *have = NULL;
    if (r->set->wasi != NULL && r->import->kind == TN_EXTERN_FUNC)
        have =
            r->set->wasi(r->set->wasi_ctx, r->import->module, r->import->name);
    if (have == NULL)
        return unresolved_as(r, "link.missing",
                             "the host has no such function");
    const struct tn_mod *mod = user_mod(r);
    if (have != mod->types[mod->funcs[r->import->index]]) {
        struct tn_buf why;
        tn_buf_init(&why, r->set->arena.alloc);
        tn_buf_print(&why, "the host has ");
        tn_functype_print(&why, have->params, have->param_count, have->results,
                          have->result_count);
        return unresolved(r, "link.type", &why);
    }
    *need = (struct tn_prog_need){TN_PROG_BY_HOST, false, TN_NONE, 0};
    return true;
}

/* The only module named r->from; TN_NONE when there is none. False: two. */
static bool find_named(const struct resolution *r, uint32_t *out)
{
    *out = TN_NONE;
    for (uint32_t i = 0; i < r->set->count; i++) {
        if (i == r->user || !tn_str_equal(part_at(r, i)->name, r->from))
            continue;
        if (*out != TN_NONE) {
            struct tn_buf why;
            tn_buf_init(&why, r->set->arena.alloc);
            tn_buf_print(&why, "modules #%u and #%u are both named %.*s", *out,
                         i, TN_STR(r->from));
            return unresolved(r, "link.ambiguous", &why);
        }
        *out = i;
    }
    return true;
}

/* The only module that exports it, of those that may be asked; TN_NONE when
 * there is none. False: two. */
static bool find_exporter(const struct resolution *r, uint32_t *out)
{
    *out = TN_NONE;
    bool anyone = r->from.size == 0 || tn_str_is(r->from, "env");
    if (tn_mod_is_own_name(r->import->name))
        return true;
    for (uint32_t i = 0; i < r->set->count; i++) {
        if (i == r->user || !(anyone || part_at(r, i)->is_unnamed) ||
            fitting(r, i) == NULL)
            continue;
        if (*out != TN_NONE) {
            struct tn_buf why;
            tn_buf_init(&why, r->set->arena.alloc);
            tn_buf_print(&why, "exported by %.*s and %.*s; name one of them",
                         TN_STR(part_at(r, *out)->name),
                         TN_STR(part_at(r, i)->name));
            return unresolved(r, "link.ambiguous", &why);
        }
        *out = i;
    }
    return true;
}

/* Both ends of a bytes: import must be able to make buffers. */
static bool check_allocator(const struct resolution *r, uint32_t side)
{
    const struct tn_prog_part *part = part_at(r, side);
    if (!tn_prog_exports_i32(part, "patch_malloc", 1, 1))
        return unresolved_part(r, "link.allocator", side,
                               " does not export patch_malloc (i32) -> i32");
    if (tn_prog_find_export(part, tn_str_of("patch_free")) != NULL &&
        !tn_prog_exports_i32(part, "patch_free", 1, 0))
        return unresolved_part(r, "link.allocator", side,
                               "'s patch_free is not (i32) -> ()");
    if (part->mod->memory_count == 0 || part->mod->memories[0].limits.is_64 ||
        part->mod->memories[0].limits.is_shared)
        return unresolved_part(r, "link.allocator", side,
                               " has no 32-bit memory 0");
    return true;
}

static bool is_spawn(const struct tn_import *import)
{
    return tn_str_is(import->module, "wasi") &&
           tn_str_is(import->name, "thread-spawn");
}

/* Is it the memory of threads that the module will make? */
static bool is_thread_memory(const struct resolution *r)
{
    const struct tn_mod *mod = user_mod(r);
    if (r->import->kind != TN_EXTERN_MEMORY ||
        !mod->memories[r->import->index].limits.is_shared)
        return false;
    for (uint32_t i = 0; i < mod->import_count; i++)
        if (is_spawn(&mod->imports[i]))
            return true;
    return false;
}

static bool resolve_in_set(const struct resolution *r,
                           struct tn_prog_need *need)
{
    uint32_t named, to;
    enum tn_prog_by by = TN_PROG_BY_MODULE_NAME;
    const struct tn_mod *mod = user_mod(r);
    if (r->is_bytes &&
        !tn_prog_is_bytes_type(mod->types[mod->funcs[r->import->index]]))
        return unresolved_as(r, "link.type",
                             "a bytes: import must be (i32, i32) -> i64");
    if (!find_named(r, &named))
        return false;
    to = named;
    if (named == TN_NONE) {
        by = TN_PROG_BY_EXPORT_NAME;
        if (!find_exporter(r, &to))
            return false;
    }
    if (to == TN_NONE && is_thread_memory(r)) {
        *need = (struct tn_prog_need){TN_PROG_BY_HOST, false, TN_NONE, 0};
        return true;
    }
    const struct tn_export *e = to == TN_NONE ? NULL : fitting(r, to);
    if (e == NULL)
        return nobody(r, named);
    if (e->kind == TN_EXTERN_FUNC && to != 0 &&
        tn_prog_is_command(part_at(r, to)))
        return unresolved_part(r, "link.command", to,
                               " is a command; build it as a reactor");
    if (r->is_bytes && !(check_allocator(r, to) && check_allocator(r, r->user)))
        return false;
    uint32_t index = (uint32_t)(e - part_at(r, to)->mod->exports);
    *need = (struct tn_prog_need){by, r->is_bytes, to, index};
    return true;
}

static void begin_import(struct resolution *r, uint32_t user,
                         uint32_t import_index)
{
    r->user = user;
    r->import_index = import_index;
    r->import = &r->set->parts[user].mod->imports[import_index];
    r->from = r->import->module;
    r->is_bytes =
        r->import->kind == TN_EXTERN_FUNC && tn_str_starts(r->from, "bytes:");
    if (r->is_bytes)
        r->from = (struct tn_str){r->from.at + 6, r->from.size - 6};
}

static bool resolve_once(const struct resolution *r, struct tn_prog_need *need)
{
    bool is_host =
        tn_str_starts(r->import->module, "wasi_") || is_spawn(r->import);
    return is_host ? resolve_wasi(r, need) : resolve_in_set(r, need);
}

/* --- re-exports ------------------------------------------------------------ */

/* The import that stands behind an item of `mod`, or TN_NONE: its own. */
static uint32_t import_behind(const struct tn_mod *mod, tn_externkind kind,
                              uint32_t index)
{
    /* At least `index` imports stand before it. */
    for (uint32_t i = index; i < mod->import_count; i++)
        if (mod->imports[i].kind == kind && mod->imports[i].index == index)
            return i;
    return TN_NONE;
}

/* Follows an export that is an import of its module, as far as the definition.
 * It stops before a bytes: import and before the host: what is re-exported
 * there is the re-exporting module's own way to it. */
static bool follow(struct resolution *r, struct tn_prog_need *need)
{
    const uint32_t user = r->user, import_index = r->import_index;
    for (uint32_t steps = 0;; steps++) {
        const struct tn_mod *mod = part_at(r, need->to)->mod;
        const struct tn_export *e = &mod->exports[need->export_index];
        uint32_t behind = import_behind(mod, e->kind, e->index);
        if (behind == TN_NONE)
            return true;
        struct tn_prog_need next = {TN_PROG_BY_NONE, false, TN_NONE, 0};
        begin_import(r, steps < MAX_REEXPORTS ? need->to : user,
                     steps < MAX_REEXPORTS ? behind : import_index);
        if (steps == MAX_REEXPORTS)
            return unresolved_as(r, "link.cycle",
                                 "re-exported in a circle, defined nowhere");
        if (r->is_bytes)
            return true;
        if (!resolve_once(r, &next))
            return false;
        if (next.to == TN_NONE)
            return true;
        need->to = next.to;
        need->export_index = next.export_index;
    }
}

bool tn_prog_resolve(struct tn_prog_set *set, uint32_t user,
                     uint32_t import_index, struct tn_prog_fault *fault)
{
    struct tn_prog_need need = {TN_PROG_BY_NONE, false, TN_NONE, 0};
    struct resolution r = {.set = set, .fault = fault};
    begin_import(&r, user, import_index);
    bool found = resolve_once(&r, &need);
    if (!found && set->trap_unknown && r.import->kind == TN_EXTERN_FUNC &&
        strcmp(fault->kind, "link.missing") == 0) {
        need.by = TN_PROG_BY_TRAP;
        found = true;
    }
    if (found && need.to != TN_NONE && !need.is_bytes)
        found = follow(&r, &need);
    if (!found)
        need = (struct tn_prog_need){TN_PROG_BY_NONE, false, TN_NONE, 0};
    set->parts[user].needs[import_index] = need;
    return found;
}

#undef MAX_REEXPORTS
