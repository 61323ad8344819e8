/* dso_look.c - what spaces and objects tell of themselves. */
#include "link/space.h"

#include "rt/func.h"

/* --- Spaces and objects --------------------------------------------------------------- */

tn_space_info tn_space_look(const tn_space *space)
{
    return (tn_space_info){
        .is_64 = space->is_64,
        .stack_low = space->stack_low,
        .stack_high = space->stack_high,
        .heap_base = space->heap_base,
        .heap_end = space->heap_end,
        .images_end = space->images_end,
        .elements_end = space->elements_end,
    };
}

size_t tn_space_dso_count(const tn_space *space)
{
    return space->objects.count;
}

tn_dso *tn_space_dso(const tn_space *space, size_t i)
{
    return space->objects.at[i];
}

tn_dso_info tn_dso_look(const tn_dso *dso)
{
    const struct tn_dyn_image *image = dso->lib->image;
    return (tn_dso_info){
        .name = dso->name,
        .path = dso->lib->path,
        .memory_base = dso->memory_base,
        .memory_bytes = image->dylink.memory_size,
        .memory_align = (uint64_t)1 << image->dylink.memory_align_log2,
        .table_base = dso->table_base,
        .table_elements = image->dylink.table_size,
        .table_align = (uint64_t)1 << image->dylink.table_align_log2,
        .tls_base = dso->tls_base,
        .tls_bytes = dso->tls_base != 0 ? image->tls_size : 0,
        .open_count = dso->open_count + dso->guest_count,
        .is_position_independent = image->is_pic,
        .is_global = dso->is_global,
        .is_ready = dso->state == TN_LINK_READY,
        .need_count = image->dylink.needed_count,
    };
}

tn_dso *tn_dso_need(const tn_dso *dso, size_t i)
{
    return dso->needs[i];
}

const char *tn_dso_need_name(const tn_dso *dso, size_t i, size_t *size)
{
    struct tn_str name = dso->lib->image->dylink.needed[i];
    *size = name.size;
    return name.at;
}

tn_instance *tn_dso_instance(tn_dso *dso)
{
    return dso->instance;
}

/* --- Bindings ------------------------------------------------------------------------- */

size_t tn_dso_binding_count(const tn_dso *dso)
{
    return dso->bounds != NULL ? tn_link_mod(dso)->import_count : 0;
}

/* Texts of one answer stand in one buffer, one behind the other. */
static const char *text_from(tn_dso *dso, size_t at)
{
    return dso->type_text.failed ? "" : (const char *)dso->type_text.at + at;
}

static tn_binding_kind binding_kind(const struct tn_dyn_ref *ref,
                                    tn_externkind item)
{
    switch ((enum tn_dyn_ref_kind)ref->kind) {
    case TN_DYN_REF_FUNC:
        return TN_BINDING_FUNC;
    case TN_DYN_REF_GOT_FUNC:
        return TN_BINDING_POINTER;
    case TN_DYN_REF_GOT_MEM:
        return TN_BINDING_DATA;
    case TN_DYN_REF_TAG:
        return TN_BINDING_TAG;
    case TN_DYN_REF_HOST:
        return item == TN_EXTERN_FUNC ? TN_BINDING_FUNC : TN_BINDING_OTHER;
    case TN_DYN_REF_MEMORY:
    case TN_DYN_REF_TABLE:
    case TN_DYN_REF_STACK_POINTER:
    case TN_DYN_REF_MEMORY_BASE:
    case TN_DYN_REF_TABLE_BASE:
        break;
    }
    return TN_BINDING_SPACE;
}

static tn_binding_kind definition_kind(enum tn_dyn_kind kind)
{
    return kind == TN_DYN_FUNC   ? TN_BINDING_FUNC
           : kind == TN_DYN_DATA ? TN_BINDING_DATA
                                 : TN_BINDING_TAG;
}

static void print_other_type(tn_dso *dso, const struct tn_link_fault *fault)
{
    const struct tn_type *type = fault->host_type;
    if (fault->other_dso != NULL)
        tn_link_print_def_type(&dso->type_text, fault->other_dso,
                               &fault->other);
    else if (type != NULL)
        tn_functype_print(&dso->type_text, type->params, type->param_count,
                          type->results, type->result_count);
}

static void tell_types(tn_dso *dso, uint32_t import, tn_binding *out)
{
    dso->type_text.size = 0;
    tn_link_print_import_type(&dso->type_text, dso, import);
    tn_buf_byte(&dso->type_text, 0);
    size_t other = dso->type_text.size;
    print_other_type(dso, &dso->faults[import]);
    tn_buf_byte(&dso->type_text, 0);
    out->type = text_from(dso, 0);
    out->other_type = text_from(dso, other);
}

tn_binding tn_dso_binding(tn_dso *dso, size_t i)
{
    const struct tn_import *import = &tn_link_mod(dso)->imports[i];
    const struct tn_dyn_ref *ref = &dso->lib->image->refs[i];
    const struct tn_link_bound *bound = &dso->bounds[i];
    const struct tn_link_fault *fault = &dso->faults[i];
    uint64_t ignored;
    tn_binding out = {
        .kind = binding_kind(ref, import->kind),
        .module = import->module.at,
        .module_size = import->module.size,
        .name = import->name.at,
        .name_size = import->name.size,
        .by = bound->dso,
        .is_host = bound->is_host || bound->interposed != NULL,
        .is_weak = ref->is_weak,
        .fault = fault->fault,
        .is_fatal = fault->is_fatal,
        .other = fault->other_dso,
        .other_kind = fault->other_dso != NULL
                          ? definition_kind(fault->other.kind)
                          : binding_kind(ref, import->kind),
    };
    if (ref->kind == TN_DYN_REF_GOT_MEM &&
        tn_link_layout_address(dso->space, import->name, &ignored))
        out.kind = TN_BINDING_SPACE;
    tell_types(dso, (uint32_t)i, &out);
    out.is_defined =
        out.fault == TN_FAULT_NONE &&
        (out.by != NULL || out.is_host || out.kind == TN_BINDING_SPACE ||
         out.kind == TN_BINDING_TAG);
    return out;
}

/* --- Definitions ---------------------------------------------------------------------- */

size_t tn_dso_definition_count(const tn_dso *dso)
{
    return dso->lib->image->def_count;
}

bool tn_dso_definition(tn_dso *dso, size_t i, tn_definition *out)
{
    const struct tn_dyn_image *image = dso->lib->image;
    struct tn_str name = image->mod->exports[image->export_of[i]].name;
    struct tn_dyn_def def;
    if (!tn_dyn_find(image, name, image->hashes[i], &def))
        return false;
    dso->type_text.size = 0;
    tn_link_print_def_type(&dso->type_text, dso, &def);
    tn_buf_byte(&dso->type_text, 0);
    *out = (tn_definition){
        .kind = definition_kind(def.kind),
        .name = name.at,
        .name_size = name.size,
        .type = text_from(dso, 0),
        .address = def.kind == TN_DYN_DATA ? tn_link_address(dso, &def) : 0,
    };
    return true;
}
