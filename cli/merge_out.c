/* merge_out.c - what a merge made, and what there is to say of it. */
#include "merge.h"

#include <stdlib.h>
#include <string.h>

#include "json_out.h"

char *merge_keep(struct merge_run *m, const char *text)
{
    size_t size = strlen(text) + 1;
    struct merge_kept *kept = malloc(sizeof *kept + size);
    if (kept == NULL)
        return NULL;
    memcpy(kept->text, text, size);
    kept->next = m->kept;
    m->kept = kept;
    return kept->text;
}

static const char *kind_word(tn_externkind kind)
{
    static const char *const words[] = {"func", "table", "memory", "global",
                                        "tag"};
    return words[kind];
}

static void tell_links(const struct merge_run *m)
{
    for (size_t i = 0; i < tn_merged_link_count(m->merged); i++) {
        const tn_merge_link *link = tn_merged_link(m->merged, i);
        report_note(m->report, "%s: %s \"%.*s\" \"%.*s\" is %s%s", link->module,
                    kind_word(link->kind), (int)link->import_module.size,
                    (const char *)link->import_module.at, (int)link->name.size,
                    (const char *)link->name.at,
                    link->target != NULL ? "of " : "the host's",
                    link->target != NULL ? link->target : "");
    }
}

static void tell_features(const struct merge_run *m)
{
    uint64_t features = tn_merged_features(m->merged);
    char text[512] = "";
    for (int i = 1; i < TN_FEATURE_COUNT; i++)
        if ((features & TN_FEATURE_BIT(i)) != 0) {
            size_t used = strlen(text);
            snprintf(text + used, sizeof text - used, "%s%s",
                     used > 0 ? ", " : "", tn_feature_name((tn_feature)i));
        }
    report_note(m->report, "the result needs: %s",
                text[0] != 0 ? text : "nothing but WebAssembly 1.0");
}

/* Two libraries of one origin may have a thousand names in common: a few of them
 * tell as much. */
static void tell_notes(const struct merge_run *m)
{
    enum {
        MOST = 12
    };
    bool is_explaining = m->arguments.is_explaining;
    size_t export_count = 0;
    for (size_t i = 0; i < tn_merged_note_count(m->merged); i++) {
        const tn_merge_note *note = tn_merged_note(m->merged, i);
        bool is_lost = note->is_difference || note->kind == TN_NOTE_CUSTOM;
        if (!is_lost && !is_explaining)
            continue;
        export_count += note->kind == TN_NOTE_EXPORT;
        if (note->kind != TN_NOTE_EXPORT || export_count <= MOST ||
            is_explaining)
            report_note(m->report, "%s%s%s", note->module,
                        note->module[0] != 0 ? ": " : "", note->text);
    }
    if (export_count > MOST && !is_explaining)
        report_note(m->report,
                    "and so on, for %zu exports more (--explain shows them)",
                    export_count - MOST);
}

void merge_tell(const struct merge_run *m)
{
    if (m->arguments.is_quiet)
        return;
    if (m->arguments.is_explaining)
        tell_links(m);
    tell_notes(m);
    if (m->arguments.is_explaining)
        tell_features(m);
}

/* --- Files --------------------------------------------------------------- */

bool merge_is_stdout(const char *path)
{
    return path == NULL || strcmp(path, "-") == 0;
}

static void put_bytes(struct json *json, const char *key, tn_bytes text)
{
    char *copy = malloc(text.size + 1);
    if (copy == NULL)
        return;
    if (text.size > 0)
        memcpy(copy, text.at, text.size);
    copy[text.size] = 0;
    json_string(json, key, copy);
    free(copy);
}

/* {"version": 1, "imports": [{"module", "import", "name", "kind", "from"}]};
 * "from" is "" for the host. */
static void put_map(const struct merge_run *m, FILE *out)
{
    struct json json = {.out = out};
    json_open(&json, NULL, '{');
    json_number(&json, "version", 1);
    json_open(&json, "imports", '[');
    for (size_t i = 0; i < tn_merged_link_count(m->merged); i++) {
        const tn_merge_link *link = tn_merged_link(m->merged, i);
        json_open(&json, NULL, '{');
        json_string(&json, "module", link->module);
        put_bytes(&json, "import", link->import_module);
        put_bytes(&json, "name", link->name);
        json_string(&json, "kind", kind_word(link->kind));
        json_string(&json, "from", link->target != NULL ? link->target : "");
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
}

/* On success `*out` is to be freed. */
static bool make_map(const struct merge_run *m, char **out, size_t *size)
{
    FILE *stream = open_memstream(out, size);
    if (stream != NULL) {
        put_map(m, stream);
        if (fclose(stream) == 0)
            return true;
    }
    report_error(m->report, "memory", "out of memory");
    return false;
}

/* Staged, if it goes to a file; else `*staged` is null. */
static bool stage_output(const struct merge_run *m, const char *path,
                         tn_bytes bytes, char **staged)
{
    *staged = NULL;
    return merge_is_stdout(path) ||
           stage_file(m->report, path, bytes.at, bytes.size, staged);
}

static bool place_output(const struct merge_run *m, const char *path,
                         tn_bytes bytes, const char *staged)
{
    if (staged == NULL) {
        fwrite(bytes.at, 1, bytes.size, stdout);
        return true;
    }
    if (!place_file(m->report, staged, path))
        return false;
    sync_directory(path);
    return true;
}

/* The result and its map are both written before the first is in its place. */
static bool write_both(const struct merge_run *m, tn_bytes module, tn_bytes map)
{
    const char *output = m->arguments.output;
    const char *map_path = m->arguments.import_map;
    char *staged = NULL, *staged_map = NULL;
    bool is_written =
        stage_output(m, output, module, &staged) &&
        (map_path == NULL || stage_output(m, map_path, map, &staged_map)) &&
        place_output(m, output, module, staged) &&
        (map_path == NULL || place_output(m, map_path, map, staged_map));
    drop_staged(staged);
    drop_staged(staged_map);
    return is_written;
}

int merge_write(const struct merge_run *m)
{
    tn_bytes module = tn_merged_module(m->merged);
    tn_text text = {NULL, 0};
    tn_error err = {0};
    char *map = NULL;
    size_t map_size = 0;
    if (m->arguments.is_text) {
        if (tn_module_print(module.at, module.size, &text, &err) != TN_OK)
            return report_failure(m->report, NULL, "result", &err);
        module = (tn_bytes){text.at, text.size};
    }
    bool is_written =
        (m->arguments.import_map == NULL || make_map(m, &map, &map_size)) &&
        write_both(m, module, (tn_bytes){map, map_size});
    tn_text_free(&text);
    free(map);
    return is_written ? STATUS_OK : STATUS_FAILED;
}
