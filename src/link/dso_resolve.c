/* dso_resolve.c - who defines what an object imports.
 *
 * One name has one meaning in a scope, whatever kind it is of: that of the
 * first object that defines it, weak or not. Nothing is placed or made here. */
#include "link/space.h"

#include <stdarg.h>
#include <stdio.h>

#include "rt/func.h"

struct resolving {
    tn_dso *dso;
    const struct tn_mod *mod;
    uint32_t import; /* at hand */
    bool is_now;
    uint32_t wrong_count;
    struct tn_buf others; /* names of further ones that are wrong */
    tn_status status;     /* of the first */
    tn_error *err;
    struct tn_link_fault unasked; /* of what is not planned */
};

static const struct tn_import *import_of(const struct resolving *r)
{
    return &r->mod->imports[r->import];
}

static const struct tn_dyn_ref *ref_of(const struct resolving *r)
{
    return &r->dso->lib->image->refs[r->import];
}

static struct tn_link_bound *bound_of(const struct resolving *r)
{
    return &r->dso->bounds[r->import];
}

static struct tn_link_fault *fault_of(struct resolving *r)
{
    return r->dso->faults != NULL ? &r->dso->faults[r->import] : &r->unasked;
}

/* --- Telling what is wrong ---------------------------------------------------------- */

static void name_another(struct resolving *r, struct tn_str name)
{
    if (r->others.size < sizeof r->err->text)
        tn_buf_print(&r->others, "%s%.*s", r->others.size == 0 ? "" : ", ",
                     TN_STR(name));
}

static void wrong(struct resolving *r, tn_status status, const char *format,
                  ...) __attribute__((format(printf, 3, 4)));

static void wrong(struct resolving *r, tn_status status, const char *format,
                  ...)
{
    char line[sizeof r->err->text];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    fault_of(r)->is_fatal = true;
    if (r->dso->space->config.plan_only)
        return;
    tn_rt_log(r->dso->space->linker->engine, TN_LOG_ERROR, "link", "%s: %s",
              r->dso->name, line);
    if (r->wrong_count++ != 0)
        name_another(r, import_of(r)->name);
    else
        r->status =
            tn_fail(r->err, status, TN_NO_OFFSET, "%s: %s", r->dso->name, line);
}

static void print_type_of(struct tn_buf *out, const struct tn_mod *mod,
                          bool is_func, uint32_t index)
{
    const struct tn_type *type =
        mod->types[is_func ? mod->funcs[index] : mod->tags[index].type_index];
    tn_functype_print(out, type->params, type->param_count, type->results,
                      type->result_count);
}

void tn_link_print_import_type(struct tn_buf *out, const tn_dso *dso,
                               uint32_t import)
{
    const struct tn_import *i = &tn_link_mod(dso)->imports[import];
    if (i->kind == TN_EXTERN_FUNC || i->kind == TN_EXTERN_TAG)
        print_type_of(out, tn_link_mod(dso), i->kind == TN_EXTERN_FUNC,
                      i->index);
}

void tn_link_print_def_type(struct tn_buf *out, const tn_dso *dso,
                            const struct tn_dyn_def *def)
{
    if (def->kind != TN_DYN_DATA)
        print_type_of(out, tn_link_mod(dso), def->kind == TN_DYN_FUNC,
                      def->index);
}

/* A type as text for one message. */
static void type_text(const tn_dso *dso, const struct tn_type *type,
                      char text[96])
{
    struct tn_buf buf;
    tn_buf_init(&buf, dso->space->alloc);
    tn_functype_print(&buf, type->params, type->param_count, type->results,
                      type->result_count);
    size_t size = buf.failed ? 0 : buf.size < 95 ? buf.size : 95;
    if (size != 0)
        memcpy(text, buf.at, size);
    text[size] = 0;
    tn_buf_clear(&buf);
}

static const struct tn_type *import_type(const struct resolving *r)
{
    return r->mod->types[r->mod->funcs[import_of(r)->index]];
}

static void note_fault(struct resolving *r, tn_binding_fault fault,
                       const struct tn_link_found *found)
{
    fault_of(r)->fault = fault;
    fault_of(r)->other_dso = found->dso;
    fault_of(r)->other = found->def;
}

static void wrong_kind(struct resolving *r, const struct tn_link_found *found,
                       enum tn_dyn_kind wanted)
{
    struct tn_str name = import_of(r)->name;
    note_fault(r, TN_FAULT_KIND, found);
    wrong(r, TN_E_TYPE, "\"%.*s\" is wanted as a %s, but %s defines it as a %s",
          TN_STR(name), tn_dyn_kind_text(wanted), found->dso->name,
          tn_dyn_kind_text(found->def.kind));
}

/* Of a function; which its first call will tell, unless it is now. */
static void wrong_type(struct resolving *r, const struct tn_type *have,
                       const char *owner)
{
    char want_text[96], have_text[96];
    if (!r->is_now)
        return;
    type_text(r->dso, import_type(r), want_text);
    type_text(r->dso, have, have_text);
    wrong(r, TN_E_TYPE, "\"%.*s\" is called as %s, but %s defines it as %s",
          TN_STR(import_of(r)->name), want_text, owner, have_text);
}

static void undefined(struct resolving *r, const char *what)
{
    struct tn_str module = import_of(r)->module, name = import_of(r)->name;
    fault_of(r)->fault = TN_FAULT_MISSING;
    bool is_env = tn_str_is(module, "env") || tn_str_starts(module, "GOT.");
    if (is_env)
        wrong(r, TN_E_MISSING, "undefined %s \"%.*s\"", what, TN_STR(name));
    else
        wrong(r, TN_E_MISSING, "undefined %s \"%.*s\" of \"%.*s\"", what,
              TN_STR(name), TN_STR(module));
}

/* --- Definitions --------------------------------------------------------------------- */

static const struct tn_type *def_type(const struct tn_link_found *found)
{
    const struct tn_mod *mod = tn_link_mod(found->dso);
    return mod->types[mod->funcs[found->def.index]];
}

bool tn_link_func_fits(const struct tn_link_found *found, const tn_dso *user,
                       uint32_t import)
{
    const struct tn_mod *mod = tn_link_mod(user);
    return found->dso != NULL && found->def.kind == TN_DYN_FUNC &&
           tn_type_is_below(def_type(found),
                            mod->types[mod->funcs[mod->imports[import].index]]);
}

static struct tn_link_found look_up(const struct resolving *r)
{
    return tn_link_look(r->dso->space, r->dso, import_of(r)->name,
                        ref_of(r)->hash);
}

/* clang calls a program's main by either of two names. */
static struct tn_link_found look_for_main(const struct resolving *r)
{
    struct tn_str other = tn_str_of(
        tn_str_is(import_of(r)->name, "main") ? "__main_argc_argv" : "main");
    struct tn_link_found found =
        tn_link_look(r->dso->space, r->dso, other, tn_dyn_hash(other));
    if (!tn_link_func_fits(&found, r->dso, r->import))
        found.dso = NULL;
    return found;
}

static void bind_to(const struct resolving *r,
                    const struct tn_link_found *found)
{
    bound_of(r)->dso = found->dso;
    bound_of(r)->def = found->def;
}

static bool bind_to_host(const struct resolving *r, tn_externkind kind)
{
    const tn_extern *item = tn_rt_imports_find(
        r->dso->space->config.imports,
        ref_of(r)->kind == TN_DYN_REF_GOT_FUNC ? tn_str_of("env")
                                               : import_of(r)->module,
        import_of(r)->name);
    if (item == NULL || item->kind != kind)
        return false;
    bound_of(r)->is_host = true;
    bound_of(r)->host = *item;
    return true;
}

/* --- One kind after the other --------------------------------------------------------- */

static bool is_main_name(struct tn_str name)
{
    return tn_str_is(name, "main") || tn_str_is(name, "__main_argc_argv");
}

static void refuse_func(struct resolving *r, const struct tn_link_found *found)
{
    note_fault(r, TN_FAULT_TYPE, found);
    wrong_type(r, def_type(found), found->dso->name);
}

/* The first call tells, unless all must be there now. */
static void undefined_func(struct resolving *r)
{
    if (ref_of(r)->is_weak)
        return;
    fault_of(r)->fault = TN_FAULT_MISSING;
    if (r->is_now)
        undefined(r, "function");
}

/* True if it has been answered, rightly or not. */
static bool resolve_to_guest_func(struct resolving *r)
{
    struct tn_link_found found = look_up(r);
    if (is_main_name(import_of(r)->name) &&
        !tn_link_func_fits(&found, r->dso, r->import))
        found = look_for_main(r);
    if (found.dso == NULL)
        return false;
    if (found.def.kind != TN_DYN_FUNC)
        wrong_kind(r, &found, TN_DYN_FUNC);
    else if (tn_link_func_fits(&found, r->dso, r->import))
        bind_to(r, &found);
    else
        refuse_func(r, &found);
    return true;
}

static void resolve_to_host_func(struct resolving *r)
{
    if (!bind_to_host(r, TN_EXTERN_FUNC)) {
        undefined_func(r);
        return;
    }
    const tn_func *func = bound_of(r)->host.of.func;
    if (tn_type_is_below(func->type, import_type(r)))
        return;
    bound_of(r)->is_host = false;
    fault_of(r)->fault = TN_FAULT_TYPE;
    fault_of(r)->host_type = func->type;
    wrong_type(r, func->type, "the host");
}

static void resolve_func(struct resolving *r)
{
    tn_host_fn *fn = NULL;
    tn_error why = {0};
    bool is_env = ref_of(r)->kind == TN_DYN_REF_FUNC;
    if (is_env && tn_link_interposed(r->dso, r->import, &fn, &why) != TN_OK) {
        fault_of(r)->fault = TN_FAULT_TYPE;
        wrong(r, why.status, "%s", why.text);
        return;
    }
    bound_of(r)->interposed = fn;
    if (fn == NULL && !(is_env && resolve_to_guest_func(r)))
        resolve_to_host_func(r);
}

static void resolve_got_func(struct resolving *r)
{
    bound_of(r)->interposed = tn_link_service(import_of(r)->name);
    if (bound_of(r)->interposed != NULL)
        return;
    struct tn_link_found found = look_up(r);
    if (found.dso != NULL && found.def.kind != TN_DYN_FUNC)
        wrong_kind(r, &found, TN_DYN_FUNC);
    else if (found.dso != NULL)
        bind_to(r, &found);
    else if (!bind_to_host(r, TN_EXTERN_FUNC))
        undefined_func(r);
}

bool tn_link_layout_address(const tn_space *space, struct tn_str name,
                            uint64_t *out)
{
    const struct {
        const char *name;
        uint64_t at;
    } known[] = {{"__heap_base", space->heap_base},
                 {"__heap_end", space->heap_end},
                 {"__stack_low", space->stack_low},
                 {"__stack_high", space->stack_high}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (tn_str_is(name, known[i].name)) {
            *out = known[i].at;
            return true;
        }
    return false;
}

static void resolve_got_mem(struct resolving *r)
{
    uint64_t ignored;
    if (tn_link_layout_address(r->dso->space, import_of(r)->name, &ignored))
        return;
    struct tn_link_found found = look_up(r);
    if (found.dso != NULL && found.def.kind != TN_DYN_DATA)
        wrong_kind(r, &found, TN_DYN_DATA);
    else if (found.dso != NULL)
        bind_to(r, &found);
    else if (!ref_of(r)->is_weak)
        undefined(r, "data");
}

static void resolve_tag(struct resolving *r)
{
    struct tn_link_found found = look_up(r);
    const struct tn_type *want =
        r->mod->types[r->mod->tags[import_of(r)->index].type_index];
    if (found.dso == NULL) {
        if (bind_to_host(r, TN_EXTERN_TAG) &&
            bound_of(r)->host.of.tag->type != want) {
            bound_of(r)->is_host = false;
            fault_of(r)->fault = TN_FAULT_TYPE;
            fault_of(r)->host_type = bound_of(r)->host.of.tag->type;
            wrong(r, TN_E_TYPE, "tag \"%.*s\" is of another type in the host",
                  TN_STR(import_of(r)->name));
        }
        return;
    }
    const struct tn_mod *mod = tn_link_mod(found.dso);
    if (found.def.kind != TN_DYN_TAG)
        wrong_kind(r, &found, TN_DYN_TAG);
    else if (mod->types[mod->tags[found.def.index].type_index] != want) {
        note_fault(r, TN_FAULT_TYPE, &found);
        wrong(r, TN_E_TYPE, "tag \"%.*s\" is of another type in %s",
              TN_STR(import_of(r)->name), found.dso->name);
    } else {
        bind_to(r, &found);
    }
}

/* What the linker has no rule for: the embedder's, by module and name. */
static void resolve_other(struct resolving *r)
{
    if (import_of(r)->kind == TN_EXTERN_FUNC)
        resolve_func(r);
    else if (!bind_to_host(r, import_of(r)->kind))
        undefined(r, "import");
}

static void resolve_one(struct resolving *r)
{
    switch ((enum tn_dyn_ref_kind)ref_of(r)->kind) {
    case TN_DYN_REF_FUNC:
        resolve_func(r);
        break;
    case TN_DYN_REF_TAG:
        resolve_tag(r);
        break;
    case TN_DYN_REF_GOT_FUNC:
        resolve_got_func(r);
        break;
    case TN_DYN_REF_GOT_MEM:
        resolve_got_mem(r);
        break;
    case TN_DYN_REF_MEMORY:
    case TN_DYN_REF_TABLE:
    case TN_DYN_REF_STACK_POINTER:
    case TN_DYN_REF_MEMORY_BASE:
    case TN_DYN_REF_TABLE_BASE:
        break;
    case TN_DYN_REF_HOST:
        resolve_other(r);
        break;
    }
}

/* --- All --------------------------------------------------------------------------------- */

/* The first in full, and which others. */
static void tell_all(struct resolving *r, const tn_error *first)
{
    if (r->wrong_count == 1 || r->others.failed)
        (void)tn_fail(r->err, first->status, TN_NO_OFFSET, "%s", first->text);
    else
        (void)tn_fail(r->err, first->status, TN_NO_OFFSET,
                      "%s; and %u more: %.*s", first->text, r->wrong_count - 1,
                      TN_STR(((struct tn_str){(const char *)r->others.at,
                                              r->others.size})));
}

tn_status tn_link_resolve(tn_dso *dso, bool is_now, tn_error *err)
{
    tn_error first = {0};
    struct resolving r = {
        .dso = dso, .mod = tn_link_mod(dso), .is_now = is_now, .err = &first};
    dso->bounds = TN_ALLOC_ARRAY(dso->space->alloc, struct tn_link_bound,
                                 r.mod->import_count);
    if (dso->space->config.plan_only)
        dso->faults = TN_ALLOC_ARRAY(dso->space->alloc, struct tn_link_fault,
                                     r.mod->import_count);
    if (dso->bounds == NULL ||
        (dso->space->config.plan_only && dso->faults == NULL))
        return tn_no_memory(err);
    tn_buf_init(&r.others, dso->space->alloc);
    for (; r.import < r.mod->import_count; r.import++)
        resolve_one(&r);
    if (r.wrong_count != 0) {
        r.err = err;
        tell_all(&r, &first);
    }
    tn_buf_clear(&r.others);
    return r.status;
}

void tn_link_drop_bounds(tn_dso *dso)
{
    uint32_t count = tn_link_mod(dso)->import_count;
    tn_alloc_free(dso->space->alloc, dso->bounds, count * sizeof *dso->bounds);
    tn_alloc_free(dso->space->alloc, dso->faults, count * sizeof *dso->faults);
    dso->bounds = NULL;
    dso->faults = NULL;
}
