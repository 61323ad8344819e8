/* inspect_text.c - an inspection for people. */
#include "inspect.h"

#include <ctype.h>
#include <string.h>

/* 1234567 as 1,234,567. */
static void put_count(uint64_t count)
{
    char digits[24];
    int size =
        snprintf(digits, sizeof(digits), "%llu", (unsigned long long)count);
    for (int i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0)
            putchar(',');
        putchar(digits[i]);
    }
}

static void put_quoted(const char *text)
{
    putchar('"');
    put_text(stdout, text);
    putchar('"');
}

static void put_features(const tn_info *info)
{
    uint64_t features = tn_info_features(info);
    const char *comma = "  features    ";
    for (unsigned i = 0; i < TN_FEATURE_COUNT; i++) {
        if (features & TN_FEATURE_BIT(i)) {
            printf("%s%s", comma, tn_feature_name((tn_feature)i));
            comma = ", ";
        }
    }
    if (comma[0] == ',')
        putchar('\n');
}

static void put_producers(const tn_info *info)
{
    for (size_t i = 0; i < tn_info_producer_count(info); i++) {
        fputs(i == 0 ? "  toolchain   " : "              ", stdout);
        put_text(stdout, tn_info_producer(info, i));
        putchar('\n');
    }
}

/* The type of a memory or table names its kind: that becomes the label. */
static void put_item(const tn_item_info *item, size_t index)
{
    const char *kind = kind_name(item->kind), *type = item->type;
    size_t size = strlen(kind);
    if (strncmp(type, kind, size) == 0 && type[size] == ' ')
        type += size + 1;
    printf("  %-11s %zu: ", kind, index);
    put_text(stdout, type);
    if (item->name[0]) {
        putchar(' ');
        put_quoted(item->name);
    }
    putchar('\n');
}

static void put_memories(const tn_info *info)
{
    for (size_t i = 0; i < tn_info_memory_count(info); i++) {
        tn_item_info item = tn_info_memory(info, i);
        put_item(&item, i);
    }
    for (size_t i = 0; i < tn_info_table_count(info); i++) {
        tn_item_info item = tn_info_table(info, i);
        put_item(&item, i);
    }
}

/* Behind an import: where it comes from in this set. */
static void put_origin(const struct set *set, struct resolution found)
{
    const char *name = set->modules[found.module].name;
    switch (found.origin) {
    case ORIGIN_HOST:
        fputs("  <- the host", stdout);
        break;
    case ORIGIN_MODULE:
        fputs("  <- ", stdout);
        put_text(stdout, name);
        if (found.is_bytes)
            fputs(", copied", stdout);
        break;
    case ORIGIN_MISSING:
        if (set->count > 1)
            fputs("  <- nobody", stdout);
        break;
    case ORIGIN_TYPE:
        fputs("  <- nobody; of another type in ", stdout);
        put_text(stdout, name);
        break;
    case ORIGIN_AMBIGUOUS:
        fputs("  <- several modules: ambiguous", stdout);
        break;
    case ORIGIN_COMMAND:
        fputs("  <- a command: ", stdout);
        put_text(stdout, name);
        break;
    }
}

static void put_imports(const struct set *set, size_t module)
{
    const tn_info *info = set->modules[module].info;
    for (size_t i = 0; i < tn_info_import_count(info); i++) {
        tn_item_info item = tn_info_import(info, i);
        fputs("  import      ", stdout);
        put_quoted(item.module);
        putchar(' ');
        put_quoted(item.name);
        putchar(' ');
        put_text(stdout, item.type);
        put_origin(set, set_resolve(set, module, &item));
        putchar('\n');
    }
}

static void put_exports(const tn_info *info)
{
    for (size_t i = 0; i < tn_info_export_count(info); i++) {
        tn_item_info item = tn_info_export(info, i);
        fputs("  export      ", stdout);
        put_quoted(item.name);
        putchar(' ');
        put_text(stdout, item.type);
        putchar('\n');
    }
}

static void put_bytes(const unsigned char *bytes, uint64_t offset,
                      uint64_t size)
{
    for (uint64_t row = 0; row < size; row += 16) {
        printf("    %07llx:", (unsigned long long)offset + row);
        for (uint64_t i = row; i < row + 16; i++) {
            if (i < size)
                printf("%s%02x", i % 2 ? "" : " ", bytes[offset + i]);
            else
                printf("%s  ", i % 2 ? "" : " ");
        }
        fputs("  ", stdout);
        for (uint64_t i = row; i < row + 16 && i < size; i++) {
            unsigned char c = bytes[offset + i];
            putchar(c < 0x80 && isprint(c) ? c : '.');
        }
        putchar('\n');
    }
}

static void put_sections(const struct inspection *inspection, size_t module)
{
    const struct set_module *m = &inspection->set->modules[module];
    for (size_t i = 0; i < tn_info_section_count(m->info); i++) {
        tn_section_info section = tn_info_section(m->info, i);
        if (!is_section_shown(inspection, &section))
            continue;
        printf("  section     %s", section.id == 0 ? "custom " : "");
        if (section.id == 0)
            put_quoted(section.name);
        else
            fputs(section.name, stdout);
        printf(" at 0x%llx, ", (unsigned long long)section.offset);
        put_count(section.size);
        fputs(" bytes", stdout);
        if (section.id != 0) {
            fputs(", ", stdout);
            put_count(section.count);
            fputs(section.count == 1 ? " entry" : " entries", stdout);
        }
        putchar('\n');
        if (inspection->is_raw)
            put_bytes(m->bytes, section.offset, section.size);
    }
}

static void put_module(const struct inspection *inspection, size_t i)
{
    const struct set_module *module = &inspection->set->modules[i];
    unsigned views = inspection->views;
    if (views & VIEW_HEAD || inspection->set->count > 1) {
        printf("module %zu ", i);
        put_text(stdout, module->name);
        printf(": %s%s, ", module->is_unnamed ? "unnamed " : "",
               module->is_command ? "command" : "reactor");
        put_count(module->size);
        puts(" bytes");
    }
    if (views & VIEW_FEATURES)
        put_features(module->info);
    if (views & VIEW_PRODUCERS)
        put_producers(module->info);
    if (views & VIEW_SECTIONS)
        put_sections(inspection, i);
    if (views & VIEW_MEMORIES)
        put_memories(module->info);
    if (views & VIEW_IMPORTS)
        put_imports(inspection->set, i);
    if (views & VIEW_EXPORTS)
        put_exports(module->info);
}

void inspect_as_text(const struct inspection *inspection)
{
    const tn_package *package = inspection->package;
    size_t count = inspection->set->count;
    if (inspection->views & VIEW_HEAD) {
        put_text(stdout, inspection->file);
        printf(": %zu module%s, ", count, count == 1 ? "" : "s");
        put_count(tn_package_raw_size(package));
        char hash[TN_SHA256_HEX];
        (void)tn_package_sha256(package, hash, NULL);
        printf(" bytes, sha256 %s%s\n", hash,
               tn_package_is_verified(package) ? " (verified)" : "");
    }
    for (size_t i = 0; i < count; i++)
        put_module(inspection, i);
}
