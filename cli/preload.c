/* preload.c - further modules, as --preload names them. */
#include "preload.h"

#include "files.h"

#include <stdlib.h>
#include <string.h>

/* NAME=PATH, or PATH under the name of its file. */
static int open_one(struct report *report, const char *text,
                    struct preloads *out)
{
    size_t i = out->count;
    const char *equals = strchr(text, '=');
    const char *path = equals != NULL ? equals + 1 : text;
    if (*path == '\0' || equals == text)
        return report_usage(report, "--preload %s: say NAME=PATH", text);
    out->names[i] = equals != NULL ? strndup(text, (size_t)(equals - text))
                                   : strdup(base_name(text));
    if (out->names[i] == NULL)
        return report_error(report, "memory", "out of memory");
    out->count++;
    tn_package *package;
    if (!open_package(report, path, NULL, &package))
        return STATUS_FAILED;
    out->packages[i] = package;
    if (tn_package_module_count(package) != 1)
        return report_error(report, "format",
                            "%s: one module can be preloaded, not a package "
                            "of several",
                            path);
    tn_bytes bytes;
    bytes.at = tn_package_module(package, 0, &bytes.size);
    out->at[i] = (tn_named_module){out->names[i], bytes};
    return STATUS_OK;
}

int preloads_open(struct report *report, const struct text_list *given,
                  struct preloads *out)
{
    *out = (struct preloads){
        .at = calloc(given->count + 1, sizeof(out->at[0])),
        .names = calloc(given->count + 1, sizeof(char *)),
        .packages = calloc(given->count + 1, sizeof(tn_package *)),
    };
    if (!out->at || !out->names || !out->packages)
        return report_error(report, "memory", "out of memory");
    int status = STATUS_OK;
    for (size_t i = 0; i < given->count && status == STATUS_OK; i++)
        status = open_one(report, given->at[i], out);
    return status;
}

void preloads_close(struct preloads *preloads)
{
    for (size_t i = 0; i < preloads->count; i++) {
        tn_package_free(preloads->packages[i]);
        free(preloads->names[i]);
    }
    free(preloads->packages);
    free(preloads->names);
    free(preloads->at);
    *preloads = (struct preloads){0};
}
