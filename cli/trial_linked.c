/* trial_linked.c - linked modules: all in one space, or each in one of its own.
 *
 * What depends on where a module lies is no difference between the two. So each
 * is also put behind a module that takes room: what is not alike there, a
 * pointer or the index of a function, is not compared. */
#include "trial.h"

#include <stdlib.h>
#include <string.h>

/* dylink.0: 4,112 bytes, aligned to 16; 7 elements. */
static const char room_text[] =
    "(@custom \"dylink.0\" (before first) \"\\01\\05\\90\\20\\04\\07\\00\")"
    "(import \"env\" \"memory\" (memory 0))"
    "(import \"env\" \"__indirect_function_table\" (table 0 funcref))"
    "(import \"env\" \"__memory_base\" (global i32))"
    "(import \"env\" \"__table_base\" (global i32))";

static tn_status add_space(struct side *side, const tn_named_module *main,
                           const tn_space_config *config)
{
    tn_space *space = NULL;
    tn_status status = tn_space_new(side->linker, side->store, main, config,
                                    &space, &side->err);
    if (status != TN_OK)
        return status;
    side->spaces[side->space_count++] = space;
    return tn_space_init(space, &side->err);
}

/* One input by itself: what it needs of others is not there. */
static tn_status make_alone(struct side *side, size_t input)
{
    tn_space_config config = TN_SPACE_CONFIG_INIT;
    tn_named_module module = side_module(side, input);
    config.imports = side->imports[input];
    config.bind_now = true;
    return add_space(side, &module, &config);
}

static tn_status make_shifted(struct side *side, size_t input)
{
    tn_space_config config = TN_SPACE_CONFIG_INIT;
    tn_named_module module = side_module(side, input);
    tn_text room;
    tn_status status =
        tn_wat_parse(room_text, sizeof(room_text) - 1, &room, &side->err);
    if (status != TN_OK)
        return status;
    tn_named_module first = {"tenon.room", {room.at, room.size}};
    config.imports = side->imports[input];
    config.bind_now = true;
    config.preload = &module;
    config.preload_count = 1;
    status = add_space(side, &first, &config);
    tn_text_free(&room);
    return status;
}

/* The primary, and all others behind it. */
static tn_status make_together(struct side *side)
{
    size_t count = side->advise->inputs.count;
    tn_space_config config = TN_SPACE_CONFIG_INIT;
    tn_named_module *modules = calloc(count, sizeof(modules[0]));
    if (modules == NULL)
        return side->err.status = TN_E_NOMEM;
    for (size_t i = 0; i < count; i++)
        if (i != side->primary)
            modules[config.preload_count++] = side_module(side, i);
    tn_named_module first = side_module(side, side->primary);
    config.imports = side->imports[side->primary];
    config.preload = modules;
    tn_status status = add_space(side, &first, &config);
    free(modules);
    return status;
}

static void take_instances(struct side *side, tn_space *space)
{
    for (size_t k = 0; k < tn_space_dso_count(space); k++) {
        tn_dso *dso = tn_space_dso(space, k);
        tn_dso_info info = tn_dso_look(dso);
        for (size_t i = 0; i < side->advise->inputs.count; i++)
            if (strcmp(info.name, side->advise->inputs.at[i].name) == 0)
                side->instances[i] = tn_dso_instance(dso);
    }
}

/* A library that needs others does not run by itself, and one that others use
 * holds what they left there: the rest has instances apart. */
static tn_status make_each(struct side *side)
{
    for (uint32_t i = 0; i < side->advise->inputs.count; i++) {
        if (advise_is_asked(side->advise, i))
            continue;
        tn_status made = side->kind == SIDE_APART_LINKED
                             ? make_alone(side, i)
                             : make_shifted(side, i);
        if (made == TN_E_NOMEM)
            return made;
    }
    return TN_OK;
}

tn_status side_make_linked(struct side *side)
{
    tn_linker_config config = TN_LINKER_CONFIG_INIT;
    config.no_files = true;
    tn_status status =
        tn_linker_new(side->engine, &config, &side->linker, &side->err);
    if (status == TN_OK)
        status =
            side->kind == SIDE_LINKED ? make_together(side) : make_each(side);
    for (size_t i = 0; i < side->space_count && status == TN_OK; i++)
        take_instances(side, side->spaces[i]);
    return status;
}
