/* types.c - the registry: equal types of many modules become one.
 *
 * Types are equal if their recursive groups are: the same shapes, the same
 * types outside the group, and inside of it the same positions (iso-recursive
 * equality). So a group is written down as a row of words, its key, in which
 * a type of the group is a position and any other an id. Groups with equal
 * keys are one, and so are their types.
 *
 * A group is a user of each group that it names, which all come before it: so
 * who holds a type holds all that can be reached from it, also when no module
 * does any more. */
#include "mod/types.h"

#include "base/vec.h"
#include "mod/module.h"

enum {
    TYPES_MAX_DEPTH = 63
};

struct tn_type_group {
    struct tn_type_group *next; /* of its bucket */
    uint32_t hash;
    uint32_t users;
    uint32_t count;
    uint32_t key_words;
    size_t bytes; /* of this block, which holds all of the group */
    uint32_t *key;
    struct tn_type *types;
};

/* By id; one that is free names the next that is. They lie in segments, each
 * twice as large as the one before, and never move: a type whose id is held
 * can be looked up while others are registered. */
struct id_slot {
    const struct tn_type *type;
    uint32_t next_free;
};

enum {
    FIRST_SEGMENT = 64, /* slots */
    SEGMENT_COUNT = 22,
    MOST_IDS = (1 << 27) - 1 - TN_HEAP_DEFINED /* that a value type can name */
};

struct type_bucket {
    struct tn_type_group *first;
};

struct tn_types {
    const tn_allocator *alloc;
    struct type_bucket *buckets;
    size_t bucket_count, group_count; /* buckets: 0 or a power of two */
    struct id_slot *segments[SEGMENT_COUNT];
    uint32_t id_count;
    uint32_t first_free;         /* or TN_NONE */
    struct tn_vec(uint32_t) key; /* of the group at hand */
};

static size_t segment_size(uint32_t k)
{
    return (size_t)FIRST_SEGMENT << k;
}

static uint32_t segment_of(uint32_t id)
{
    return 31 - (uint32_t)__builtin_clz(id / FIRST_SEGMENT + 1);
}

static struct id_slot *slot_of(const struct tn_types *types, uint32_t id)
{
    uint32_t k = segment_of(id);
    return &types->segments[k][id + FIRST_SEGMENT - segment_size(k)];
}

struct tn_types *tn_types_new(const tn_allocator *alloc)
{
    struct tn_types *types = TN_ALLOC(alloc, struct tn_types);
    if (types != NULL) {
        types->alloc = alloc;
        types->first_free = TN_NONE;
    }
    return types;
}

void tn_types_free(struct tn_types *types)
{
    if (types == NULL)
        return;
    const tn_allocator *alloc = types->alloc;
    for (size_t i = 0; i < types->bucket_count; i++)
        while (types->buckets[i].first != NULL) {
            struct tn_type_group *group = types->buckets[i].first;
            types->buckets[i].first = group->next;
            tn_alloc_free(alloc, group, group->bytes);
        }
    tn_alloc_free(alloc, types->buckets,
                  types->bucket_count * sizeof *types->buckets);
    for (uint32_t k = 0; k < SEGMENT_COUNT; k++)
        tn_alloc_free(alloc, types->segments[k],
                      segment_size(k) * sizeof(struct id_slot));
    TN_VEC_CLEAR(&types->key, alloc);
    tn_alloc_free(alloc, types, sizeof *types);
}

const struct tn_type *tn_types_at(const struct tn_types *types, uint32_t id)
{
    return slot_of(types, id)->type;
}

/* ----------------------------------------------------------------- keys */

/* A group on its way into the registry. `known` are the registered types of
 * the indices below `first`. */
struct group_source {
    const struct tn_type_def *defs; /* of the whole module */
    const struct tn_type **known;
    uint32_t first, count;
};

/* Kind nibble of a reference into the group itself; no tn_vt is as great. */
enum {
    KEY_INSIDE = 15
};

static tn_valtype value_key(const struct group_source *s, tn_valtype type)
{
    uint32_t heap = tn_heap_of(type);
    if (!tn_is_ref(type) || heap < TN_HEAP_DEFINED)
        return type;
    uint32_t index = heap - TN_HEAP_DEFINED;
    if (index >= s->first)
        return (index - s->first) << 5 | (type & TN_VALTYPE_NULL) | KEY_INSIDE;
    return TN_REF(TN_HEAP_DEFINED + s->known[index]->id, tn_is_nullable(type));
}

static bool push_key(struct tn_types *types, uint32_t word)
{
    return TN_VEC_PUSH(&types->key, types->alloc, word);
}

static bool push_values(struct tn_types *types, const struct group_source *s,
                        const tn_valtype *values, uint32_t count)
{
    bool ok = push_key(types, count);
    for (uint32_t i = 0; i < count && ok; i++)
        ok = push_key(types, value_key(s, values[i]));
    return ok;
}

static bool push_def(struct tn_types *types, const struct group_source *s,
                     const struct tn_type_def *def)
{
    /* The supertype as if it were a value of it, or a number. */
    tn_valtype super = def->super == TN_NONE
                           ? TN_VT_NONE
                           : TN_REF(TN_HEAP_DEFINED + def->super, false);
    bool ok = push_key(types, (uint32_t)def->comp << 1 | def->is_final) &&
              push_key(types, value_key(s, super)) &&
              push_values(types, s, def->params, def->param_count) &&
              push_values(types, s, def->results, def->result_count) &&
              push_key(types, def->field_count);
    for (uint32_t i = 0; i < def->field_count && ok; i++)
        ok = push_key(types, value_key(s, def->fields[i].type)) &&
             push_key(types, def->fields[i].is_mutable);
    return ok;
}

static bool make_key(struct tn_types *types, const struct group_source *s)
{
    types->key.count = 0;
    bool ok = true;
    for (uint32_t i = 0; i < s->count && ok; i++)
        ok = push_def(types, s, &s->defs[s->first + i]);
    return ok;
}

static uint32_t hash_key(const struct tn_types *types)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < types->key.count; i++) {
        hash = (hash ^ types->key.at[i]) * 16777619u;
        hash ^= hash >> 15;
    }
    return hash;
}

static struct tn_type_group *find_group(const struct tn_types *types,
                                        uint32_t hash)
{
    if (types->bucket_count == 0)
        return NULL;
    struct tn_type_group *group =
        types->buckets[hash & (types->bucket_count - 1)].first;
    while (group != NULL &&
           (group->hash != hash || group->key_words != types->key.count ||
            memcmp(group->key, types->key.at,
                   types->key.count * sizeof(uint32_t)) != 0))
        group = group->next;
    return group;
}

static bool grow_buckets(struct tn_types *types)
{
    if (types->group_count < types->bucket_count)
        return true;
    size_t count = types->bucket_count > 0 ? types->bucket_count * 2 : 16;
    struct type_bucket *buckets =
        TN_ALLOC_ARRAY(types->alloc, struct type_bucket, count);
    if (buckets == NULL)
        return false;
    for (size_t i = 0; i < types->bucket_count; i++)
        while (types->buckets[i].first != NULL) {
            struct tn_type_group *group = types->buckets[i].first;
            types->buckets[i].first = group->next;
            struct type_bucket *bucket = &buckets[group->hash & (count - 1)];
            group->next = bucket->first;
            bucket->first = group;
        }
    tn_alloc_free(types->alloc, types->buckets,
                  types->bucket_count * sizeof *types->buckets);
    types->buckets = buckets;
    types->bucket_count = count;
    return true;
}

/* --------------------------------------------------------------- groups */

static bool take_id(struct tn_types *types, struct tn_type *type)
{
    uint32_t id = types->first_free;
    if (id == TN_NONE) {
        uint32_t k = segment_of(types->id_count);
        if (types->id_count >= MOST_IDS)
            return false;
        if (types->segments[k] == NULL)
            types->segments[k] =
                TN_ALLOC_ARRAY(types->alloc, struct id_slot, segment_size(k));
        if (types->segments[k] == NULL)
            return false;
        id = types->id_count++;
    } else {
        types->first_free = slot_of(types, id)->next_free;
    }
    *slot_of(types, id) = (struct id_slot){type, TN_NONE};
    type->id = id;
    return true;
}

/* Frees a group that is in no bucket. Its first `id_count` types have ids. */
static void drop_group(struct tn_types *types, struct tn_type_group *group,
                       uint32_t id_count)
{
    for (uint32_t i = id_count; i > 0; i--) {
        uint32_t id = group->types[i - 1].id;
        *slot_of(types, id) = (struct id_slot){NULL, types->first_free};
        types->first_free = id;
    }
    tn_alloc_free(types->alloc, group, group->bytes);
}

/* How many supertypes the type has. They stand before it, so this ends; and
 * check_indices has seen that it ends soon. */
static uint32_t depth_of(const struct group_source *s, uint32_t index)
{
    uint32_t depth = 0;
    for (;; depth++) {
        uint32_t super = s->defs[index].super;
        if (super == TN_NONE)
            return depth;
        if (super < s->first)
            return depth + s->known[super]->depth + 1;
        index = super;
    }
}

/* One block for the group, its types and what they point to: pointers first,
 * words last, so that nothing needs padding. */
static struct tn_type_group *new_group(struct tn_types *types,
                                       const struct group_source *s)
{
    size_t words = types->key.count, field_count = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct tn_type_def *def = &s->defs[s->first + i];
        words += (size_t)def->param_count + def->result_count;
        words += depth_of(s, s->first + i) + 1;
        field_count += def->field_count;
    }
    size_t bytes =
        sizeof(struct tn_type_group) + s->count * sizeof(struct tn_type) +
        field_count * sizeof(struct tn_field) + words * sizeof(uint32_t);
    struct tn_type_group *group = tn_alloc_new(types->alloc, 1, bytes);
    if (group == NULL)
        return NULL;
    group->bytes = bytes;
    group->count = s->count;
    group->types = (struct tn_type *)(group + 1);
    return group;
}

/* Where the parts of a group's block are taken from, one after the other. */
struct group_room {
    struct tn_field *fields;
    uint32_t *words;
};

static tn_valtype value_in_group(const struct group_source *s,
                                 const struct tn_type_group *group,
                                 tn_valtype type)
{
    uint32_t heap = tn_heap_of(type);
    if (!tn_is_ref(type) || heap < TN_HEAP_DEFINED)
        return type;
    uint32_t index = heap - TN_HEAP_DEFINED;
    uint32_t id = index >= s->first ? group->types[index - s->first].id
                                    : s->known[index]->id;
    return TN_REF(TN_HEAP_DEFINED + id, tn_is_nullable(type));
}

static const tn_valtype *fill_values(const struct group_source *s,
                                     const struct tn_type_group *group,
                                     struct group_room *room,
                                     const tn_valtype *values, uint32_t count,
                                     uint32_t *slots)
{
    tn_valtype *out = room->words;
    room->words += count;
    *slots = 0;
    for (uint32_t i = 0; i < count; i++) {
        out[i] = value_in_group(s, group, values[i]);
        *slots += tn_slots_of(out[i]);
    }
    return out;
}

static const struct tn_type *super_of(const struct group_source *s,
                                      const struct tn_type_group *group,
                                      uint32_t super)
{
    if (super == TN_NONE)
        return NULL;
    return super < s->first ? s->known[super] : &group->types[super - s->first];
}

static void fill_type(const struct group_source *s, struct tn_type_group *group,
                      uint32_t i, struct group_room *room)
{
    const struct tn_type_def *def = &s->defs[s->first + i];
    struct tn_type *type = &group->types[i];
    type->comp = def->comp;
    type->is_final = def->is_final;
    type->group = group;
    type->param_count = def->param_count;
    type->result_count = def->result_count;
    type->params = fill_values(s, group, room, def->params, def->param_count,
                               &type->param_slots);
    type->results = fill_values(s, group, room, def->results, def->result_count,
                                &type->result_slots);
    type->field_count = def->field_count;
    type->fields = room->fields;
    /* In order, aligned, behind a header of 8 bytes: so the fields of a
     * supertype lie where the subtype has them. */
    uint64_t end = 8;
    for (uint32_t k = 0; k < def->field_count; k++) {
        uint32_t bytes = tn_storage_bytes(def->fields[k].type);
        uint32_t align = bytes < 8 ? bytes : 8;
        end = (end + align - 1) / align * align;
        *room->fields++ =
            (struct tn_field){value_in_group(s, group, def->fields[k].type),
                              def->fields[k].is_mutable, (uint32_t)end};
        end += bytes;
    }
    type->object_bytes = (end + 7) / 8 * 8;
    const struct tn_type *super = super_of(s, group, def->super);
    type->depth = super == NULL ? 0 : super->depth + 1;
    type->display = room->words;
    if (super != NULL)
        memcpy(room->words, super->display, type->depth * sizeof(uint32_t));
    room->words += type->depth;
    *room->words++ = type->id;
}

static void fill_group(const struct tn_types *types,
                       const struct group_source *s,
                       struct tn_type_group *group)
{
    struct group_room room;
    room.fields = (struct tn_field *)(group->types + group->count);
    size_t field_count = 0;
    for (uint32_t i = 0; i < group->count; i++)
        field_count += s->defs[s->first + i].field_count;
    room.words = (uint32_t *)(room.fields + field_count);
    for (uint32_t i = 0; i < group->count; i++)
        fill_type(s, group, i, &room);
    group->key = room.words;
    group->key_words = (uint32_t)types->key.count;
    if (types->key.count > 0)
        memcpy(group->key, types->key.at, types->key.count * sizeof(uint32_t));
}

/* Walks over the types outside of a group that it names, each as often as it
 * is named. */
struct mentions {
    const struct tn_type_group *group;
    uint32_t type, item; /* item: supertype, then values, then fields */
};

static struct mentions mentions_of(const struct tn_type_group *group)
{
    return (struct mentions){group, 0, 0};
}

/* The value type at a position in all that `type` names; none: not a
 * reference; false: past the end. */
static bool named_at(const struct tn_type *type, uint32_t item, tn_valtype *out)
{
    uint32_t i = item - 1;
    *out = TN_VT_NONE;
    if (item == 0) {
        if (type->depth > 0)
            *out = TN_REF(TN_HEAP_DEFINED + type->display[type->depth - 1], 0);
    } else if (i < type->param_count) {
        *out = type->params[i];
    } else if ((i -= type->param_count) < type->result_count) {
        *out = type->results[i];
    } else if ((i -= type->result_count) < type->field_count) {
        *out = type->fields[i].type;
    } else {
        return false;
    }
    return true;
}

static const struct tn_type *next_mention(const struct tn_types *types,
                                          struct mentions *m)
{
    while (m->type < m->group->count) {
        tn_valtype value;
        if (!named_at(&m->group->types[m->type], m->item++, &value)) {
            m->type++;
            m->item = 0;
        } else if (tn_is_ref(value) && tn_heap_of(value) >= TN_HEAP_DEFINED) {
            const struct tn_type *type =
                tn_types_at(types, tn_heap_of(value) - TN_HEAP_DEFINED);
            if (type->group != m->group)
                return type;
        }
    }
    return NULL;
}

static void retain_mentioned(const struct tn_types *types,
                             const struct tn_type_group *group)
{
    struct mentions m = mentions_of(group);
    const struct tn_type *type;
    while ((type = next_mention(types, &m)) != NULL)
        type->group->users++;
}

/* The group whose key is in types->key, with one more user: the registered
 * one, or a new one (`*is_new`). Null when there is no memory. */
static struct tn_type_group *
retain_group(struct tn_types *types, const struct group_source *s, bool *is_new)
{
    uint32_t hash = hash_key(types);
    struct tn_type_group *group = find_group(types, hash);
    *is_new = group == NULL;
    if (group != NULL) {
        group->users++;
        return group;
    }
    if (!grow_buckets(types) || (group = new_group(types, s)) == NULL)
        return NULL;
    for (uint32_t i = 0; i < group->count; i++)
        if (!take_id(types, &group->types[i])) {
            drop_group(types, group, i);
            return NULL;
        }
    fill_group(types, s, group);
    retain_mentioned(types, group);
    struct type_bucket *bucket =
        &types->buckets[hash & (types->bucket_count - 1)];
    group->hash = hash;
    group->users = 1;
    group->next = bucket->first;
    bucket->first = group;
    types->group_count++;
    return group;
}

static void unlink_group(struct tn_types *types, struct tn_type_group *group)
{
    struct tn_type_group **link =
        &types->buckets[group->hash & (types->bucket_count - 1)].first;
    while (*link != group)
        link = &(*link)->next;
    *link = group->next;
    types->group_count--;
}

/* `dead` lists groups that have lost their last user, outside the buckets. */
static void release_group_of(struct tn_types *types, const struct tn_type *type,
                             struct tn_type_group **dead)
{
    struct tn_type_group *group = type->group;
    if (--group->users > 0)
        return;
    unlink_group(types, group);
    group->next = *dead;
    *dead = group;
}

static void release_mentioned(struct tn_types *types,
                              const struct tn_type_group *group,
                              struct tn_type_group **dead)
{
    struct mentions m = mentions_of(group);
    const struct tn_type *type;
    while ((type = next_mention(types, &m)) != NULL)
        release_group_of(types, type, dead);
}

static void release_group(struct tn_types *types, struct tn_type_group *group)
{
    struct tn_type_group *dead = NULL;
    release_group_of(types, group->types, &dead);
    while (dead != NULL) {
        group = dead;
        dead = group->next;
        release_mentioned(types, group, &dead);
        drop_group(types, group, group->count);
    }
}

/* -------------------------------------------------------------- modules */

static bool index_exists(const struct group_source *s, tn_valtype type,
                         uint32_t *bad)
{
    uint32_t heap = tn_heap_of(type);
    if (!tn_is_ref(type) || heap < TN_HEAP_DEFINED)
        return true;
    *bad = heap - TN_HEAP_DEFINED;
    return *bad < s->first + s->count;
}

/* Types may name those of their own group and of those before it; as a
 * supertype only one before themselves. */
static tn_status check_indices(const struct group_source *s, uint32_t index,
                               tn_error *err)
{
    const struct tn_type_def *def = &s->defs[index];
    uint32_t bad = def->super;
    bool ok = def->super == TN_NONE || def->super < index;
    for (uint32_t i = 0; i < def->param_count && ok; i++)
        ok = index_exists(s, def->params[i], &bad);
    for (uint32_t i = 0; i < def->result_count && ok; i++)
        ok = index_exists(s, def->results[i], &bad);
    for (uint32_t i = 0; i < def->field_count && ok; i++)
        ok = index_exists(s, def->fields[i].type, &bad);
    if (!ok)
        return tn_fail(err, TN_E_INVALID, TN_NO_OFFSET,
                       "unknown type %u (in type %u)", (unsigned)bad,
                       (unsigned)index);
    if (depth_of(s, index) > TYPES_MAX_DEPTH)
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "type %u: more than %d supertypes", (unsigned)index,
                       (int)TYPES_MAX_DEPTH);
    return TN_OK;
}

static bool values_match(const struct tn_types *types, const tn_valtype *below,
                         const tn_valtype *above, uint32_t count)
{
    bool ok = true;
    for (uint32_t i = 0; i < count && ok; i++)
        ok = tn_type_matches(types, below[i], above[i]);
    return ok;
}

/* A field that can be written must have the same type, not just a lower. */
static bool field_matches(const struct tn_types *types, struct tn_field a,
                          struct tn_field b)
{
    if (a.is_mutable != b.is_mutable)
        return false;
    return a.type == b.type ||
           (!a.is_mutable && tn_type_matches(types, a.type, b.type));
}

/* May a type of the shape of `a` be declared a subtype of `b`? */
static bool shape_matches(const struct tn_types *types, const struct tn_type *a,
                          const struct tn_type *b)
{
    if (b->is_final || a->comp != b->comp)
        return false;
    if (a->comp == TN_COMP_FUNC)
        return a->param_count == b->param_count &&
               a->result_count == b->result_count &&
               values_match(types, b->params, a->params, a->param_count) &&
               values_match(types, a->results, b->results, a->result_count);
    bool ok = a->field_count >= b->field_count;
    for (uint32_t i = 0; i < b->field_count && ok; i++)
        ok = field_matches(types, a->fields[i], b->fields[i]);
    return ok;
}

static tn_status check_supers(const struct tn_types *types,
                              const struct group_source *s,
                              const struct tn_type_group *group, tn_error *err)
{
    for (uint32_t i = 0; i < group->count; i++) {
        uint32_t super = s->defs[s->first + i].super;
        if (super != TN_NONE &&
            !shape_matches(types, &group->types[i], super_of(s, group, super)))
            return tn_fail(err, TN_E_INVALID, TN_NO_OFFSET,
                           "sub type %u does not match super type %u",
                           (unsigned)(s->first + i), (unsigned)super);
    }
    return TN_OK;
}

static tn_status intern_group(struct tn_types *types,
                              const struct group_source *s, tn_error *err)
{
    for (uint32_t i = 0; i < s->count; i++)
        TN_TRY(check_indices(s, s->first + i, err));
    if (!make_key(types, s))
        return tn_no_memory(err);
    bool is_new;
    struct tn_type_group *group = retain_group(types, s, &is_new);
    if (group == NULL)
        return tn_no_memory(err);
    tn_status status = is_new ? check_supers(types, s, group, err) : TN_OK;
    if (status != TN_OK) {
        release_group(types, group);
        return status;
    }
    for (uint32_t i = 0; i < s->count; i++)
        s->known[s->first + i] = &group->types[i];
    return TN_OK;
}

static void release_groups(struct tn_types *types, const struct tn_mod *mod,
                           const struct tn_type **known, uint32_t group_count)
{
    for (uint32_t i = 0; i < group_count; i++)
        if (mod->groups[i].count > 0)
            release_group(types, known[mod->groups[i].first]->group);
}

tn_status tn_types_intern(struct tn_types *types, struct tn_mod *mod,
                          tn_error *err)
{
    const struct tn_type **known =
        TN_NEW_ARRAY(&mod->arena, const struct tn_type *, mod->type_count);
    if (known == NULL)
        return tn_no_memory(err);
    for (uint32_t i = 0; i < mod->group_count; i++) {
        struct tn_rec_group group = mod->groups[i];
        struct group_source s = {mod->type_defs, known, group.first,
                                 group.count};
        tn_status status =
            group.count > 0 ? intern_group(types, &s, err) : TN_OK;
        if (status != TN_OK) {
            release_groups(types, mod, known, i);
            return status;
        }
    }
    mod->types = known;
    mod->registry = types;
    return TN_OK;
}

void tn_types_release(struct tn_types *types, struct tn_mod *mod)
{
    release_groups(types, mod, mod->types, mod->group_count);
    mod->types = NULL;
    mod->registry = NULL;
}

const struct tn_type *tn_types_func(struct tn_types *types,
                                    const tn_valtype *params,
                                    size_t param_count,
                                    const tn_valtype *results,
                                    size_t result_count)
{
    struct tn_type_def def = {
        .comp = TN_COMP_FUNC,
        .is_final = true,
        .super = TN_NONE,
        .param_count = (uint32_t)param_count,
        .result_count = (uint32_t)result_count,
        .params = params,
        .results = results,
    };
    struct group_source s = {&def, NULL, 0, 1};
    bool is_new;
    struct tn_type_group *group =
        make_key(types, &s) ? retain_group(types, &s, &is_new) : NULL;
    return group == NULL ? NULL : group->types;
}

void tn_types_retain_one(struct tn_types *types, const struct tn_type *type)
{
    (void)types;
    type->group->users++;
}

void tn_types_release_one(struct tn_types *types, const struct tn_type *type)
{
    release_group(types, type->group);
}
