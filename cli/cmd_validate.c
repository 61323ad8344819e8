/* cmd_validate.c - `tenon validate`: silent when all is well. */
#include "files.h"
#include "proposals.h"
#include "verbs.h"

#include <stddef.h>

struct validate_options {
    const char *features;
};

static const struct option options[] = {
    {"features", 'f', OPTION_TEXT, offsetof(struct validate_options, features),
     "LIST", "proposals allowed: wasm2, all, NAME, -NAME"},
    {0},
};

const struct usage usage_validate = {
    "validate",
    "[options] FILE...",
    "Checks modules, and each module of packages. Says nothing when all are\n"
    "valid; else names file, module, function and offset, and exits with 1.",
    options,
    "  tenon validate a.wasm b.wasm app.pmod\n"
    "  tenon validate --features wasm2,-simd a.wasm\n"
    "  tenon validate --features all,-threads - < a.wasm\n",
    false,
};

static bool check_file(const struct report *report, const char *file,
                       uint64_t features)
{
    tn_package *package;
    bool is_valid = true;
    if (!open_package(report, file, NULL, &package))
        return false;
    size_t count = tn_package_module_count(package);
    for (size_t i = 0; i < count; i++) {
        size_t size;
        const void *bytes = tn_package_module(package, i, &size);
        tn_error err = {0};
        char subject[4096];
        if (tn_validate(bytes, size, features, &err) == TN_OK)
            continue;
        if (count > 1)
            snprintf(subject, sizeof(subject), "%s: module %zu", file, i);
        else
            snprintf(subject, sizeof(subject), "%s", file);
        report_failure(report, NULL, subject, &err);
        is_valid = false;
    }
    tn_package_free(package);
    return is_valid;
}

int cmd_validate(struct report *report, char **argv)
{
    struct validate_options o = {0};
    struct text_list files;
    uint64_t features;
    enum parsed parsed =
        parse_options(report, &usage_validate, &o, argv, &files);
    if (parsed != PARSED_OK)
        return parsed == PARSED_HELP ? STATUS_OK : STATUS_USAGE;
    if (files.count == 0)
        return report_usage(report, "validate needs a FILE; see tenon help "
                                    "validate");
    if (!parse_features(report, o.features ? o.features : "", &features))
        return STATUS_USAGE;
    bool is_valid = true;
    for (size_t i = 0; i < files.count; i++)
        is_valid &= check_file(report, files.at[i], features);
    return is_valid ? STATUS_OK : STATUS_FAILED;
}
