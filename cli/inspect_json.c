/* inspect_json.c - an inspection for programs.
 *
 *   {"version": 1, "file": .., "size": .., "sha256": .., "verified": ..,
 *    "modules": [{"index", "name", "named", "kind": "command"|"reactor",
 *      "size", "features": [..], "producers": [..], "sections": [..],
 *      "memories": [..], "tables": [..],
 *      "imports": [{"module", "name", "kind", "type", "origin", "from"}],
 *      "exports": [{"name", "kind", "type", "index"}]}]}
 *
 * New fields may come; the version grows only when one changes its meaning. */
#include "inspect.h"
#include "json_out.h"

static const char *origin_name(enum origin origin)
{
    static const char *const names[] = {"host", "module",    "missing",
                                        "type", "ambiguous", "command"};
    return names[origin];
}

static void put_features(struct json *json, const tn_info *info)
{
    json_open(json, "features", '[');
    for (unsigned i = 0; i < TN_FEATURE_COUNT; i++)
        if (tn_info_features(info) & TN_FEATURE_BIT(i))
            json_string(json, NULL, tn_feature_name((tn_feature)i));
    json_close(json, ']');
}

static void put_producers(struct json *json, const tn_info *info)
{
    json_open(json, "producers", '[');
    for (size_t i = 0; i < tn_info_producer_count(info); i++)
        json_string(json, NULL, tn_info_producer(info, i));
    json_close(json, ']');
}

static void put_sections(struct json *json, const struct inspection *inspection,
                         const tn_info *info)
{
    json_open(json, "sections", '[');
    for (size_t i = 0; i < tn_info_section_count(info); i++) {
        tn_section_info section = tn_info_section(info, i);
        if (!is_section_shown(inspection, &section))
            continue;
        json_open(json, NULL, '{');
        json_number(json, "id", section.id);
        json_string(json, "name", section.name);
        json_number(json, "offset", section.offset);
        json_number(json, "size", section.size);
        if (section.id != 0)
            json_number(json, "count", section.count);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_limits(struct json *json, const tn_item_info *item)
{
    json_open(json, NULL, '{');
    json_number(json, "index", item->index);
    json_string(json, "name", item->name);
    json_string(json, "type", item->type);
    json_number(json, "min", item->limits.min);
    if (item->limits.max != UINT64_MAX)
        json_number(json, "max", item->limits.max);
    json_bool(json, "is64", item->limits.is_64);
    json_bool(json, "shared", item->limits.is_shared);
    json_close(json, '}');
}

static void put_memories(struct json *json, const tn_info *info)
{
    json_open(json, "memories", '[');
    for (size_t i = 0; i < tn_info_memory_count(info); i++) {
        tn_item_info item = tn_info_memory(info, i);
        put_limits(json, &item);
    }
    json_close(json, ']');
    json_open(json, "tables", '[');
    for (size_t i = 0; i < tn_info_table_count(info); i++) {
        tn_item_info item = tn_info_table(info, i);
        put_limits(json, &item);
    }
    json_close(json, ']');
}

static void put_imports(struct json *json, const struct set *set, size_t module)
{
    const tn_info *info = set->modules[module].info;
    json_open(json, "imports", '[');
    for (size_t i = 0; i < tn_info_import_count(info); i++) {
        tn_item_info item = tn_info_import(info, i);
        struct resolution found = set_resolve(set, module, &item);
        json_open(json, NULL, '{');
        json_string(json, "module", item.module);
        json_string(json, "name", item.name);
        json_string(json, "kind", kind_name(item.kind));
        json_string(json, "type", item.type);
        json_string(json, "origin", origin_name(found.origin));
        if (found.origin == ORIGIN_MODULE)
            json_number(json, "from", found.module);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_exports(struct json *json, const tn_info *info)
{
    json_open(json, "exports", '[');
    for (size_t i = 0; i < tn_info_export_count(info); i++) {
        tn_item_info item = tn_info_export(info, i);
        json_open(json, NULL, '{');
        json_string(json, "name", item.name);
        json_string(json, "kind", kind_name(item.kind));
        json_string(json, "type", item.type);
        json_number(json, "index", item.index);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_module(struct json *json, const struct inspection *inspection,
                       size_t i)
{
    const struct set_module *module = &inspection->set->modules[i];
    unsigned views = inspection->views;
    json_open(json, NULL, '{');
    json_number(json, "index", i);
    json_string(json, "name", module->name);
    json_bool(json, "named", !module->is_unnamed);
    json_string(json, "kind", module->is_command ? "command" : "reactor");
    json_number(json, "size", module->size);
    if (views & VIEW_FEATURES)
        put_features(json, module->info);
    if (views & VIEW_PRODUCERS)
        put_producers(json, module->info);
    if (views & VIEW_SECTIONS)
        put_sections(json, inspection, module->info);
    if (views & VIEW_MEMORIES)
        put_memories(json, module->info);
    if (views & VIEW_IMPORTS)
        put_imports(json, inspection->set, i);
    if (views & VIEW_EXPORTS)
        put_exports(json, module->info);
    json_close(json, '}');
}

void inspect_as_json(const struct inspection *inspection)
{
    struct json json = {stdout, 0, false};
    char hash[TN_SHA256_HEX];
    (void)tn_package_sha256(inspection->package, hash, NULL);
    json_open(&json, NULL, '{');
    json_number(&json, "version", 1);
    json_string(&json, "file", inspection->file);
    json_number(&json, "size", tn_package_raw_size(inspection->package));
    json_string(&json, "sha256", hash);
    json_bool(&json, "verified", tn_package_is_verified(inspection->package));
    json_open(&json, "modules", '[');
    for (size_t i = 0; i < inspection->set->count; i++)
        put_module(&json, inspection, i);
    json_close(&json, ']');
    json_close(&json, '}');
}
