/* print_names.c - names as the printer uses them.
 *
 * What is printed as a name is noted, in the form of the name section: when
 * all is printed, it shows whether the names in the text say all that the
 * module's own section does. If not, that is printed too (print_custom.c). */
#include "text/print.h"

#include "base/map.h"

/* ---------------------------------------------------------------- reading */

/* Which names may be identifiers. */
static bool choose_ids(struct tn_printer *p, struct tn_text_name *names,
                       uint32_t count)
{
    const tn_allocator *alloc = p->mod->alloc;
    struct tn_map seen = {0};
    bool ok = true;
    for (uint32_t i = 0; i < count && ok; i++) {
        if (names[i].name.size == 0)
            continue;
        enum tn_map_put put = tn_map_put(&seen, alloc, names[i].name, i);
        names[i].is_id = put == TN_MAP_ADDED;
        ok = put != TN_MAP_NO_MEMORY;
    }
    tn_map_clear(&seen, alloc);
    return ok;
}

static struct tn_text_name *with_ids(struct tn_printer *p,
                                     struct tn_arena *arena,
                                     const struct tn_str *names, uint32_t count)
{
    struct tn_text_name *out = TN_NEW_ARRAY(arena, struct tn_text_name, count);
    if (names == NULL || out == NULL)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        out[i].name = names[i];
    return choose_ids(p, out, count) ? out : NULL;
}

/* The names inside of one function or type; null for no memory. */
static struct tn_text_name *names_inside(struct tn_printer *p,
                                         struct tn_arena *arena,
                                         enum tn_name_kind kind, uint32_t outer,
                                         uint32_t count)
{
    struct tn_str *names = TN_NEW_ARRAY(arena, struct tn_str, count);
    if (names == NULL)
        return NULL;
    tn_names_inside(p->mod, &p->names, kind, outer, names, count);
    return with_ids(p, arena, names, count);
}

static tn_status begin_fields(struct tn_printer *p)
{
    const struct tn_mod *mod = p->mod;
    const struct tn_range *inside = p->names.inside[TN_NAME_FIELD];
    if (inside == NULL)
        return TN_OK;
    p->fields = TN_NEW_ARRAY(&p->arena, struct tn_text_name *, mod->type_count);
    if (p->fields == NULL)
        return tn_no_memory(p->err);
    for (uint32_t i = 0; i < mod->type_count; i++) {
        if (inside[i].size == 0 || mod->type_defs[i].comp != TN_COMP_STRUCT)
            continue;
        p->fields[i] = names_inside(p, &p->arena, TN_NAME_FIELD, i,
                                    mod->type_defs[i].field_count);
        if (p->fields[i] == NULL)
            return tn_no_memory(p->err);
    }
    return TN_OK;
}

tn_status tn_text_names_begin(struct tn_printer *p)
{
    tn_arena_init(&p->arena, p->mod->alloc);
    tn_arena_init(&p->func_arena, p->mod->alloc);
    for (int kind = 0; kind < TN_NAME_KINDS; kind++) {
        tn_buf_init(&p->printed[kind].bytes, p->mod->alloc);
        tn_buf_init(&p->inner[kind].bytes, p->mod->alloc);
    }
    p->next_label = TN_NONE;
    if (!tn_names_read(p->mod, &p->arena, &p->names))
        return tn_no_memory(p->err);
    for (int kind = 0; kind < TN_NAME_KINDS; kind++) {
        if (p->names.of[kind] == NULL)
            continue;
        p->of[kind] =
            with_ids(p, &p->arena, p->names.of[kind], p->names.counts[kind]);
        if (p->of[kind] == NULL)
            return tn_no_memory(p->err);
    }
    return begin_fields(p);
}

void tn_text_names_end(struct tn_printer *p)
{
    for (int kind = 0; kind < TN_NAME_KINDS; kind++) {
        tn_buf_clear(&p->printed[kind].bytes);
        tn_buf_clear(&p->inner[kind].bytes);
    }
    tn_arena_clear(&p->arena);
    tn_arena_clear(&p->func_arena);
}

/* Reads the index of the next label's name; its name is left to be read. */
static void next_label(struct tn_printer *p)
{
    p->next_label = TN_NONE;
    if (p->labels.at != p->labels.end)
        p->next_label = tn_cursor_u32(&p->labels);
}

static void begin_labels(struct tn_printer *p, uint32_t func_index)
{
    struct tn_range range = {0, 0};
    if (p->names.inside[TN_NAME_LABEL] != NULL)
        range = p->names.inside[TN_NAME_LABEL][func_index];
    const uint8_t *at = p->mod->bytes + range.offset;
    p->labels =
        (struct tn_cursor){p->mod->bytes, at, at + range.size, NULL, false};
    p->label_count = 0;
    p->next_label = TN_NONE;
    if (range.size > 0) {
        (void)tn_cursor_u32(&p->labels); /* how many: up to the end */
        next_label(p);
    }
}

tn_status tn_text_names_of_func(struct tn_printer *p, uint32_t func_index)
{
    const struct tn_mod *mod = p->mod;
    const struct tn_range *inside = p->names.inside[TN_NAME_LOCAL];
    p->locals = NULL;
    p->next_label = TN_NONE;
    tn_arena_reset(&p->func_arena);
    if (func_index == TN_NONE)
        return TN_OK;
    begin_labels(p, func_index);
    if (inside == NULL || inside[func_index].size == 0)
        return TN_OK;
    p->local_count = tn_mod_func_type(mod, func_index)->param_count;
    if (func_index >= mod->func_import_count)
        p->local_count +=
            mod->bodies[func_index - mod->func_import_count].local_count;
    p->locals = names_inside(p, &p->func_arena, TN_NAME_LOCAL, func_index,
                             p->local_count);
    return p->locals == NULL ? tn_no_memory(p->err) : TN_OK;
}

/* --------------------------------------------------------------- printing */

/* idchar of the text format. */
static bool is_idchar(char c)
{
    return c > ' ' && c < 0x7f && strchr("\"(),;[]{}", c) == NULL;
}

static bool is_plain_id(struct tn_str name)
{
    for (size_t i = 0; i < name.size; i++)
        if (!is_idchar(name.at[i]))
            return false;
    return name.size > 0;
}

void tn_text_print_string(struct tn_printer *p, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    tn_buf_byte(p->out, '"');
    for (size_t i = 0; i < size; i++) {
        if (at[i] >= ' ' && at[i] < 0x7f && at[i] != '"' && at[i] != '\\')
            tn_buf_byte(p->out, at[i]);
        else
            tn_buf_print(p->out, "\\%02x", at[i]);
    }
    tn_buf_byte(p->out, '"');
}

static void print_identifier(struct tn_printer *p, struct tn_str name)
{
    tn_buf_byte(p->out, '$');
    if (is_plain_id(name))
        tn_buf_str(p->out, name);
    else
        tn_text_print_string(p, name.at, name.size);
}

static void note_name(struct tn_text_names *list, uint32_t index,
                      struct tn_str name)
{
    tn_buf_uleb(&list->bytes, index);
    tn_buf_uleb(&list->bytes, name.size);
    tn_buf_str(&list->bytes, name);
    list->count++;
}

static void print_definition_of(struct tn_printer *p,
                                const struct tn_text_name *name)
{
    tn_buf_byte(p->out, ' ');
    if (name->is_id) {
        print_identifier(p, name->name);
        return;
    }
    tn_buf_print(p->out, "(@name ");
    tn_text_print_string(p, name->name.at, name->name.size);
    tn_buf_byte(p->out, ')');
}

void tn_text_print_id(struct tn_printer *p, enum tn_name_kind kind,
                      uint32_t index)
{
    if (p->of[kind] == NULL || p->of[kind][index].name.at == NULL)
        return;
    print_definition_of(p, &p->of[kind][index]);
    if (kind == TN_NAME_MODULE) /* its name alone, without a list */
        p->printed[kind].count = 1;
    else
        note_name(&p->printed[kind], index, p->of[kind][index].name);
}

static void print_inner_id(struct tn_printer *p, enum tn_name_kind kind,
                           uint32_t index, const struct tn_text_name *name)
{
    print_definition_of(p, name);
    note_name(&p->inner[kind], index, name->name);
}

bool tn_text_has_local_name(const struct tn_printer *p, uint32_t local)
{
    return p->locals != NULL && p->locals[local].name.at != NULL;
}

void tn_text_print_local_id(struct tn_printer *p, uint32_t local)
{
    if (tn_text_has_local_name(p, local))
        print_inner_id(p, TN_NAME_LOCAL, local, &p->locals[local]);
}

void tn_text_print_field_id(struct tn_printer *p, uint32_t type, uint32_t field)
{
    struct tn_text_name *names = p->fields != NULL ? p->fields[type] : NULL;
    if (names != NULL && names[field].name.at != NULL)
        print_inner_id(p, TN_NAME_FIELD, field, &names[field]);
}

/* A label may hide another of its name: it is never an index. */
void tn_text_print_label_id(struct tn_printer *p)
{
    uint32_t index = p->label_count++;
    if (index != p->next_label)
        return;
    struct tn_text_name label = {tn_cursor_name(&p->labels), false};
    label.is_id = label.name.size > 0;
    if (label.name.at != NULL)
        print_inner_id(p, TN_NAME_LABEL, index, &label);
    next_label(p);
}

static void print_name_or_index(struct tn_printer *p,
                                const struct tn_text_name *name, uint32_t index)
{
    if (name != NULL && name->is_id)
        print_identifier(p, name->name);
    else
        tn_buf_print(p->out, "%u", (unsigned)index);
}

void tn_text_print_index(struct tn_printer *p, enum tn_name_kind kind,
                         uint32_t index)
{
    bool is_named = p->of[kind] != NULL && index < p->names.counts[kind];
    print_name_or_index(p, is_named ? &p->of[kind][index] : NULL, index);
}

/* An index of code that is not valid may be that of no local. */
void tn_text_print_local(struct tn_printer *p, uint32_t local)
{
    bool is_named = p->locals != NULL && local < p->local_count;
    print_name_or_index(p, is_named ? &p->locals[local] : NULL, local);
}

void tn_text_print_field(struct tn_printer *p, uint32_t type, uint32_t field)
{
    bool is_named = p->fields != NULL && type < p->mod->type_count &&
                    p->fields[type] != NULL &&
                    field < p->mod->type_defs[type].field_count;
    print_name_or_index(p, is_named ? &p->fields[type][field] : NULL, field);
}

/* ----------------------------------------------------- what reading makes */

void tn_text_names_inside(struct tn_printer *p, enum tn_name_kind kind,
                          uint32_t outer)
{
    struct tn_text_names *inner = &p->inner[kind], *list = &p->printed[kind];
    if (inner->count == 0)
        return;
    tn_buf_uleb(&list->bytes, outer);
    tn_buf_uleb(&list->bytes, inner->count);
    tn_buf_put(&list->bytes, inner->bytes.at, inner->bytes.size);
    list->count++;
    list->bytes.failed |= inner->bytes.failed;
    inner->bytes.size = 0;
    inner->count = 0;
}

static size_t uleb_size(uint64_t value)
{
    size_t size = 1;
    while (value >>= 7)
        size++;
    return size;
}

void tn_text_names_write(const struct tn_printer *p, struct tn_buf *out)
{
    for (int kind = 0; kind < TN_NAME_KINDS; kind++) {
        const struct tn_text_names *list = &p->printed[kind];
        out->failed |= list->bytes.failed;
        if (list->count == 0)
            continue;
        tn_buf_byte(out, (uint8_t)kind);
        if (kind == TN_NAME_MODULE) {
            struct tn_str name = p->of[kind]->name;
            tn_buf_uleb(out, uleb_size(name.size) + name.size);
            tn_buf_uleb(out, name.size);
            tn_buf_str(out, name);
        } else {
            tn_buf_uleb(out, uleb_size(list->count) + list->bytes.size);
            tn_buf_uleb(out, list->count);
            tn_buf_put(out, list->bytes.at, list->bytes.size);
        }
    }
}
