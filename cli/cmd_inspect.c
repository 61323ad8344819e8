/* cmd_inspect.c - `tenon inspect`: what modules and packages are made of. */
#include "files.h"
#include "inspect.h"
#include "verbs.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

struct inspect_options {
    bool is_json, is_headers, is_details, is_features, is_raw;
    const char *section;
};

static const struct option options[] = {
    {"json", 0, OPTION_FLAG, offsetof(struct inspect_options, is_json), NULL,
     "as JSON, for programs"},
    {"headers", 'h', OPTION_FLAG, offsetof(struct inspect_options, is_headers),
     NULL, "sections: name, offset, size, entries"},
    {"details", 'x', OPTION_FLAG, offsetof(struct inspect_options, is_details),
     NULL, "everything"},
    {"section", 'j', OPTION_TEXT, offsetof(struct inspect_options, section),
     "SECTION", "only this section, in upper or lower case"},
    {"full-contents", 's', OPTION_FLAG,
     offsetof(struct inspect_options, is_raw), NULL,
     "with -j or -h: the bytes too"},
    {"features", 0, OPTION_FLAG, offsetof(struct inspect_options, is_features),
     NULL, "only the proposals that are used"},
    {0},
};

const struct usage usage_inspect = {
    "inspect",
    "[options] [exports|imports|memories|producers] FILE",
    "Shows features used, toolchain, memories, tables, imports and exports\n"
    "with their types; of a package, each module and who resolves what.\n"
    "FILE - is standard input.",
    options,
    "  tenon inspect app.pmod\n"
    "  tenon inspect exports math.wasm\n"
    "  tenon inspect --json - < app.pmod\n"
    "  tenon inspect -s -j producers math.wasm\n",
    false,
};

bool is_section_shown(const struct inspection *inspection,
                      const tn_section_info *section)
{
    return inspection->section == NULL ||
           strcasecmp(inspection->section, section->name) == 0;
}

static bool has_section(const struct inspection *inspection)
{
    for (size_t m = 0; m < inspection->set->count; m++) {
        const tn_info *info = inspection->set->modules[m].info;
        for (size_t i = 0; i < tn_info_section_count(info); i++) {
            tn_section_info section = tn_info_section(info, i);
            if (is_section_shown(inspection, &section))
                return true;
        }
    }
    return inspection->section == NULL;
}

static bool find_view(const char *word, unsigned *views)
{
    static const struct {
        const char *name;
        unsigned views;
    } known[] = {
        {"exports", VIEW_EXPORTS},
        {"imports", VIEW_IMPORTS},
        {"memories", VIEW_MEMORIES},
        {"producers", VIEW_PRODUCERS},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i].name, word) == 0) {
            *views = known[i].views;
            return true;
        }
    }
    return false;
}

/* Sections whose entries have a view show them without -x. */
static unsigned view_of_section(const char *section)
{
    static const struct {
        const char *name;
        unsigned views;
    } known[] = {
        {"import", VIEW_IMPORTS},      {"export", VIEW_EXPORTS},
        {"memory", VIEW_MEMORIES},     {"table", VIEW_MEMORIES},
        {"producers", VIEW_PRODUCERS},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcasecmp(known[i].name, section) == 0)
            return VIEW_SECTIONS | known[i].views;
    return VIEW_SECTIONS;
}

static unsigned choose_views(const struct inspect_options *o, unsigned views)
{
    if (o->section != NULL)
        return view_of_section(o->section);
    if (o->is_features)
        views |= VIEW_FEATURES;
    if (o->is_headers)
        views |= VIEW_SECTIONS | VIEW_HEAD;
    if (o->is_details)
        return VIEW_ALL;
    if (o->is_json && views == 0)
        return VIEW_ALL;
    return views ? views : VIEW_ALL & ~(unsigned)VIEW_SECTIONS;
}

static int inspect(const struct report *report, const struct inspect_options *o,
                   struct inspection *inspection)
{
    tn_package *package;
    struct set set;
    if (!open_package(report, inspection->file, NULL, &package))
        return STATUS_FAILED;
    int status = STATUS_FAILED;
    if (set_of_package(report, inspection->file, package, &set)) {
        inspection->package = package;
        inspection->set = &set;
        if (o->is_json)
            inspect_as_json(inspection);
        else
            inspect_as_text(inspection);
        status = has_section(inspection)
                     ? STATUS_OK
                     : report_error(report, "section", "%s: no section %s",
                                    inspection->file, inspection->section);
        inspection->set = NULL;
        set_free(&set);
    }
    tn_package_free(package);
    return status;
}

int cmd_inspect(struct report *report, char **argv)
{
    struct inspect_options o = {0};
    struct text_list words;
    unsigned views = 0;
    enum parsed parsed =
        parse_options(report, &usage_inspect, &o, argv, &words);
    if (parsed != PARSED_OK)
        return parsed == PARSED_HELP ? STATUS_OK : STATUS_USAGE;
    if (words.count == 2 && !find_view(words.at[0], &views))
        return report_usage(report,
                            "no view %s; exports, imports, memories "
                            "or producers",
                            words.at[0]);
    if (words.count < 1 || words.count > 2)
        return report_usage(report, "inspect takes one FILE; see tenon help "
                                    "inspect");
    struct inspection inspection = {.file = words.at[words.count - 1],
                                    .views = choose_views(&o, views),
                                    .section = o.section,
                                    .is_raw = o.is_raw};
    return inspect(report, &o, &inspection);
}
