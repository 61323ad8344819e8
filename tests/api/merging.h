/* merging.h - what the tests of merging share: the same modules as instances
 * of their own, and as one.
 *
 * Each has a world with a host in it: host.see writes a number down, host.ask
 * calls the export "answer" of whoever was made so far, and gives -1 if nobody
 * has one. */
#ifndef TN_API_MERGING_H
#define TN_API_MERGING_H

#include "api.h"

enum {
    MAX_PARTS = 4,
    MAX_SEEN = 16
};

/* A module and what it is called. */
struct part {
    const char *name, *text;
};

struct side {
    struct world world;
    tn_instance *instances[MAX_PARTS]; /* apart: of each part; merged: one */
    size_t count;
    int32_t seen[MAX_SEEN];
    size_t seen_count;
    tn_merged *merged; /* null when they are apart */
};

static inline tn_status host_see(tn_call *call, uint64_t *slots, void *env,
                                 tn_error *err)
{
    struct side *side = env;
    (void)call, (void)err;
    if (side->seen_count < MAX_SEEN)
        side->seen[side->seen_count++] = (int32_t)slots[0];
    return TN_OK;
}

static inline tn_status host_ask(tn_call *call, uint64_t *slots, void *env,
                                 tn_error *err)
{
    struct side *side = env;
    tn_func *func;
    (void)call;
    slots[0] = UINT32_MAX;
    for (size_t i = 0; i < side->count; i++)
        if (tn_instance_func(side->instances[i], "answer", &func, NULL) ==
            TN_OK)
            return tn_func_call_raw(func, slots, err);
    return TN_OK;
}

static inline void side_begin(struct side *side)
{
    *side = (struct side){.count = 0};
    world_begin(&side->world, NULL);
    tn_imports *imports = side->world.imports;
    CHECK_EQ(TN_OK, tn_imports_func(imports, "host", "see", "(i32) -> ()",
                                    host_see, side, &side->world.err));
    CHECK_EQ(TN_OK, tn_imports_func(imports, "host", "ask", "() -> (i32)",
                                    host_ask, side, &side->world.err));
}

static inline void side_end(struct side *side)
{
    world_end(&side->world);
    if (side->merged != NULL)
        tn_merged_free(side->merged);
}

/* One more instance, whose exports the next ones import under `name`. */
static inline tn_status side_add(struct side *side, const char *name,
                                 tn_bytes bytes)
{
    struct world *world = &side->world;
    tn_module *module;
    world->err = (tn_error){0};
    if (tn_module_new_copy(world->engine, bytes.at, bytes.size, &module,
                           &world->err) != TN_OK)
        FAIL("%s: %s", name, world->err.text);
    tn_status status =
        tn_instance_new(world->store, module, world->imports,
                        &side->instances[side->count], &world->err);
    tn_module_free(module);
    if (status != TN_OK)
        return status;
    side->count++;
    return tn_imports_instance(world->imports, name,
                               side->instances[side->count - 1], &world->err);
}

/* An instance of each, in order, up to the first that fails. */
static inline tn_status make_apart(struct side *side, const struct part *parts,
                                   size_t count)
{
    tn_status status = TN_OK;
    for (size_t i = 0; i < count && status == TN_OK; i++)
        status = side_add(side, parts[i].name, wat(parts[i].text));
    return status;
}

/* Merges them; the error is the side's. */
static inline tn_status merge(struct side *side, const struct part *parts,
                              size_t count, const tn_merge_options *options)
{
    tn_merge_input inputs[MAX_PARTS];
    for (size_t i = 0; i < count; i++) {
        inputs[i].name = parts[i].name;
        inputs[i].module = wat(parts[i].text);
    }
    side->world.err = (tn_error){0};
    return tn_merge(inputs, count, options, &side->merged, &side->world.err);
}

/* Merges them, which must work, and makes the instance. */
static inline tn_status make_merged(struct side *side, const struct part *parts,
                                    size_t count,
                                    const tn_merge_options *options)
{
    if (merge(side, parts, count, options) != TN_OK)
        FAIL("not merged: %s", side->world.err.text);
    tn_bytes bytes = tn_merged_module(side->merged);
    if (tn_validate(bytes.at, bytes.size, tn_merged_features(side->merged),
                    &side->world.err) != TN_OK)
        FAIL("the result is not valid: %s", side->world.err.text);
    return side_add(side, "merged", bytes);
}

/* Calls an export () -> i32, whoever has it. */
static inline int32_t side_get(struct side *side, const char *name)
{
    tn_func *func;
    for (size_t i = 0; i < side->count; i++)
        if (tn_instance_func(side->instances[i], name, &func, NULL) == TN_OK)
            return get_i32(&side->world, side->instances[i], name);
    FAIL("nobody exports %s", name);
    return 0;
}

/* The byte of a memory that is exported as `name`. */
static inline int side_byte(struct side *side, const char *name, uint64_t at)
{
    tn_memory *memory;
    for (size_t i = 0; i < side->count; i++)
        if (tn_instance_memory(side->instances[i], name, &memory, NULL) ==
            TN_OK)
            return *(uint8_t *)tn_memory_span(memory, at, 1);
    FAIL("nobody exports %s", name);
    return 0;
}

static inline bool side_has(struct side *side, const char *name)
{
    tn_extern item;
    for (size_t i = 0; i < side->count; i++)
        if (tn_instance_export(side->instances[i], name, &item, NULL) == TN_OK)
            return true;
    return false;
}

static inline size_t difference_count(const struct side *side)
{
    size_t count = 0;
    for (size_t i = 0; i < tn_merged_note_count(side->merged); i++)
        count += tn_merged_note(side->merged, i)->is_difference;
    return count;
}

static inline const tn_merge_note *
find_note(const struct side *side, tn_merge_note_kind kind, const char *module)
{
    for (size_t i = 0; i < tn_merged_note_count(side->merged); i++) {
        const tn_merge_note *note = tn_merged_note(side->merged, i);
        if (note->kind == kind && strcmp(note->module, module) == 0)
            return note;
    }
    return NULL;
}

static inline bool has_note(const struct side *side, tn_merge_note_kind kind,
                            const char *module)
{
    return find_note(side, kind, module) != NULL;
}

/* Is a difference of this kind told, about this module? */
static inline bool tells(const struct side *side, tn_merge_note_kind kind,
                         const char *module)
{
    const tn_merge_note *note = find_note(side, kind, module);
    return note != NULL && note->is_difference && note->text[0] != 0;
}

static inline void check_says(const struct side *side, const char *words)
{
    if (strstr(side->world.err.text, words) == NULL)
        FAIL("\"%s\" does not say \"%s\"", side->world.err.text, words);
}

/* They cannot be merged: the status, and words of why. */
static inline void check_refused(tn_status want, const char *words,
                                 const struct part *parts, size_t count)
{
    struct side side;
    side_begin(&side);
    tn_status got = merge(&side, parts, count, NULL);
    if (got != want)
        FAIL("%s (%s), not %s", tn_status_text(got), side.world.err.text,
             tn_status_text(want));
    check_says(&side, words);
    side_end(&side);
}

/* What an engine says to them as instances. */
static inline void check_apart(tn_status want, const struct part *parts,
                               size_t count)
{
    struct side side;
    side_begin(&side);
    tn_status got = make_apart(&side, parts, count);
    if (got != want)
        FAIL("%s (%s), not %s", tn_status_text(got), side.world.err.text,
             tn_status_text(want));
    side_end(&side);
}

/* Made in both ways, to be looked at. */
struct both {
    struct side apart, one;
    tn_status apart_status, one_status;
};

static inline void both_begin(struct both *both, const struct part *parts,
                              size_t count, const tn_merge_options *options)
{
    side_begin(&both->apart), side_begin(&both->one);
    both->apart_status = make_apart(&both->apart, parts, count);
    both->one_status = make_merged(&both->one, parts, count, options);
}

static inline void both_end(struct both *both)
{
    side_end(&both->apart), side_end(&both->one);
}

/* Both ways must see the same numbers and give the same for `name`. */
static inline void check_same(const struct part *parts, size_t count,
                              const char *name)
{
    struct side apart, one;
    side_begin(&apart), side_begin(&one);
    CHECK_EQ(TN_OK, make_apart(&apart, parts, count));
    if (make_merged(&one, parts, count, NULL) != TN_OK)
        FAIL("merged: %s", one.world.err.text);
    CHECK_EQ(apart.seen_count, one.seen_count);
    for (size_t i = 0; i < apart.seen_count; i++)
        CHECK_EQ(apart.seen[i], one.seen[i]);
    if (name != NULL)
        CHECK_EQ(side_get(&apart, name), side_get(&one, name));
    CHECK_EQ(0, difference_count(&one));
    side_end(&apart), side_end(&one);
}

#endif
