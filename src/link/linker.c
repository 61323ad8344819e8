/* linker.c - where libraries come from, and keeping them. */
#include "link/space.h"

#include "os/file.h"
#include "os/slurp.h"

#define LIBRARY_MAX_BYTES   ((uint64_t)1 << 30)
#define GUEST_LIBRARIES_MAX 1024
/* Which of its symbols come before a library's own may change as long as a
 * guest opens others: beyond these, it is taken as if all did. */
#define MOST_VARIANTS       8

/* --- Making and ending ---------------------------------------------------------- */

static char *copy_text(const tn_allocator *alloc, struct tn_str text)
{
    char *copy = TN_ALLOC_ARRAY(alloc, char, text.size + 1);
    if (copy != NULL && text.size != 0)
        memcpy(copy, text.at, text.size);
    return copy;
}

static void free_text(const tn_allocator *alloc, char *text)
{
    if (text != NULL)
        tn_alloc_free(alloc, text, strlen(text) + 1);
}

static bool copy_paths(tn_linker *linker, const tn_linker_config *config)
{
    const tn_allocator *alloc = &linker->engine->alloc;
    linker->paths = TN_ALLOC_ARRAY(alloc, char *, config->path_count);
    if (linker->paths == NULL)
        return false;
    linker->path_count = config->path_count;
    for (size_t i = 0; i < config->path_count; i++) {
        linker->paths[i] = copy_text(alloc, tn_str_of(config->paths[i]));
        if (linker->paths[i] == NULL)
            return false;
    }
    return true;
}

tn_status tn_linker_new(tn_engine *engine, const tn_linker_config *given,
                        tn_linker **out, tn_error *err)
{
    tn_linker_config config = TN_LINKER_CONFIG_INIT;
    if (given != NULL)
        memcpy(&config, given,
               given->size < sizeof config ? given->size : sizeof config);
    *out = NULL;
    tn_linker *linker = TN_ALLOC(&engine->alloc, tn_linker);
    if (linker == NULL)
        return tn_no_memory(err);
    linker->engine = engine;
    linker->find = config.find;
    linker->find_ctx = config.ctx;
    linker->no_files = config.no_files;
    tn_mutex_init(&linker->lock);
    if (!copy_paths(linker, &config)) {
        tn_linker_free(linker);
        return tn_no_memory(err);
    }
    *out = linker;
    return TN_OK;
}

static void free_library(tn_linker *linker, struct tn_link_lib *lib)
{
    const tn_allocator *alloc = &linker->engine->alloc;
    tn_dyn_image_free(lib->image);
    for (struct tn_link_variant *v = lib->variants, *next; v != NULL;
         v = next) {
        next = v->next;
        tn_module_free(v->module);
        tn_alloc_free(alloc, v, sizeof *v);
    }
    free_text(alloc, lib->path);
    tn_alloc_free(alloc, lib, sizeof *lib);
}

void tn_linker_free(tn_linker *linker)
{
    if (linker == NULL)
        return;
    const tn_allocator *alloc = &linker->engine->alloc;
    for (struct tn_link_lib *lib = linker->libs, *next; lib != NULL;
         lib = next) {
        next = lib->next;
        free_library(linker, lib);
    }
    for (size_t i = 0; i < linker->path_count; i++)
        free_text(alloc, linker->paths[i]);
    tn_alloc_free(alloc, linker->paths,
                  linker->path_count * sizeof *linker->paths);
    tn_mutex_clear(&linker->lock);
    tn_alloc_free(alloc, linker, sizeof *linker);
}

/* --- Libraries -------------------------------------------------------------------- */

static tn_status new_variant(tn_linker *linker, const struct tn_link_lib *lib,
                             tn_bytes bytes, struct tn_link_variant **out,
                             tn_error *err)
{
    const tn_allocator *alloc = &linker->engine->alloc;
    struct tn_link_variant *v = TN_ALLOC(alloc, struct tn_link_variant);
    if (v == NULL)
        return tn_no_memory(err);
    struct tn_rt_module_how how = {
        .is_linked = true, .name = tn_link_last_part(tn_str_of(lib->path))};
    tn_status status = tn_rt_module_new(linker->engine, how, bytes.at,
                                        bytes.size, &v->module, err);
    if (status != TN_OK)
        tn_alloc_free(alloc, v, sizeof *v);
    else
        *out = v;
    return status;
}

static tn_status fill_library(tn_linker *linker, struct tn_link_lib *lib,
                              tn_bytes bytes, tn_error *err)
{
    const tn_allocator *alloc = &linker->engine->alloc;
    TN_TRY(new_variant(linker, lib, bytes, &lib->variants, err));
    lib->size = bytes.size;
    lib->bytes = lib->variants->module->copy;
    return tn_dyn_image_read(lib->variants->module->mod, alloc, &lib->image,
                             err);
}

/* Says in which library it was that something is wrong. */
static tn_status new_library(tn_linker *linker, struct tn_link_key key,
                             struct tn_str path, tn_bytes bytes,
                             struct tn_link_lib **out, tn_error *err)
{
    const tn_allocator *alloc = &linker->engine->alloc;
    struct tn_link_lib *lib = TN_ALLOC(alloc, struct tn_link_lib);
    if (lib == NULL)
        return tn_no_memory(err);
    tn_error why = {0};
    lib->path = copy_text(alloc, path);
    lib->key = key;
    tn_status status = lib->path == NULL
                           ? tn_no_memory(&why)
                           : fill_library(linker, lib, bytes, &why);
    if (status != TN_OK) {
        free_library(linker, lib);
        return tn_fail(err, status, why.offset, "%.*s: %s", TN_STR(path),
                       why.text);
    }
    *out = lib;
    return TN_OK;
}

static bool same_key(const struct tn_link_key *a, const struct tn_link_key *b)
{
    return a->is_file == b->is_file && a->device == b->device &&
           a->inode == b->inode && a->size == b->size &&
           a->modified == b->modified;
}

/* Under the lock. */
static struct tn_link_lib *known_library(const tn_linker *linker,
                                         const struct tn_link_key *key,
                                         tn_bytes bytes)
{
    for (struct tn_link_lib *lib = linker->libs; lib != NULL; lib = lib->next)
        if (same_key(&lib->key, key) &&
            (key->is_file || (lib->size == bytes.size &&
                              memcmp(lib->bytes, bytes.at, bytes.size) == 0)))
            return lib;
    return NULL;
}

static struct tn_link_lib *
find_known(tn_linker *linker, const struct tn_link_key *key, tn_bytes bytes)
{
    tn_mutex_lock(&linker->lock);
    struct tn_link_lib *lib = known_library(linker, key, bytes);
    tn_mutex_unlock(&linker->lock);
    return lib;
}

/* Another thread may have been faster: then its library is the one. */
static struct tn_link_lib *keep_library(tn_linker *linker,
                                        struct tn_link_lib *lib)
{
    tn_mutex_lock(&linker->lock);
    struct tn_link_lib *other =
        known_library(linker, &lib->key, (tn_bytes){lib->bytes, lib->size});
    if (other == NULL) {
        lib->next = linker->libs;
        linker->libs = lib;
    }
    tn_mutex_unlock(&linker->lock);
    if (other == NULL)
        return lib;
    free_library(linker, lib);
    return other;
}

/* What guests can make the linker keep has a limit: they may write a library,
 * open and close it, and write it anew. */
static bool has_room_for(tn_linker *linker, bool is_guests)
{
    tn_mutex_lock(&linker->lock);
    bool has_room = !is_guests || linker->guest_count < GUEST_LIBRARIES_MAX;
    linker->guest_count += is_guests && has_room;
    tn_mutex_unlock(&linker->lock);
    return has_room;
}

static tn_status library_of(tn_linker *linker, struct tn_link_key key,
                            struct tn_str path, tn_bytes bytes,
                            struct tn_link_lib **out, tn_error *err)
{
    *out = find_known(linker, &key, bytes);
    if (*out != NULL)
        return TN_OK;
    struct tn_link_lib *lib = NULL;
    tn_status status = new_library(linker, key, path, bytes, &lib, err);
    if (status == TN_OK && lib != NULL)
        *out = keep_library(linker, lib);
    return status;
}

/* --- Variants ------------------------------------------------------------------------ */

static bool same_aliases(const struct tn_link_variant *v,
                         const uint32_t *aliases)
{
    const uint32_t *have = tn_rt_module_aliases(v->module);
    if (have == NULL || aliases == NULL)
        return have == aliases;
    return memcmp(have, aliases,
                  v->module->mod->func_import_count * sizeof *have) == 0;
}

/* The one with these aliases, or one that has none yet; or null. */
static struct tn_link_variant *find_variant(const struct tn_link_lib *lib,
                                            const uint32_t *aliases,
                                            uint32_t *count)
{
    struct tn_link_variant *v = lib->variants;
    *count = 0;
    for (; v != NULL && v->is_bound && !same_aliases(v, aliases); v = v->next)
        ++*count;
    return v;
}

static tn_status choose_variant(tn_linker *linker, struct tn_link_lib *lib,
                                const uint32_t *aliases,
                                struct tn_link_variant **out, tn_error *err)
{
    uint32_t count;
    struct tn_link_variant *v = find_variant(lib, aliases, &count);
    if (v == NULL && count >= MOST_VARIANTS) {
        aliases = NULL; /* slower, and right for all */
        v = find_variant(lib, aliases, &count);
    }
    if (v == NULL) {
        tn_status status = new_variant(
            linker, lib, (tn_bytes){lib->bytes, lib->size}, &v, err);
        if (status != TN_OK || v == NULL)
            return status;
        v->next = lib->variants; /* the image is of the last one's module */
        lib->variants = v;
    }
    if (!v->is_bound && aliases != NULL &&
        !tn_rt_module_set_aliases(v->module, aliases))
        return tn_no_memory(err);
    v->is_bound = true;
    *out = v;
    return TN_OK;
}

tn_status tn_link_variant(tn_linker *linker, struct tn_link_lib *lib,
                          const uint32_t *aliases, tn_module **out,
                          tn_error *err)
{
    struct tn_link_variant *v = NULL;
    tn_mutex_lock(&linker->lock);
    tn_status status = choose_variant(linker, lib, aliases, &v, err);
    tn_mutex_unlock(&linker->lock);
    *out = status == TN_OK && v != NULL ? v->module : NULL;
    return status;
}

/* --- Files ---------------------------------------------------------------------------- */

struct tn_str tn_link_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return tn_str_of(".");
    return (struct tn_str){path, slash == path ? 1 : (size_t)(slash - path)};
}

/* A name that never leaves the folder in which it is looked for. */
static bool stays_below(struct tn_str name)
{
    size_t depth = 0;
    for (size_t at = 0, end; at <= name.size; at = end + 1) {
        for (end = at; end < name.size && name.at[end] != '/';)
            end++;
        struct tn_str part = {name.at + at, end - at};
        if (part.size == 0 || tn_str_is(part, "."))
            continue;
        if (!tn_str_is(part, ".."))
            depth++;
        else if (depth-- == 0)
            return false;
    }
    return memchr(name.at, 0, name.size) == NULL;
}

/* The library in the file at `path`, if there is one: `*out` null if not. */
static tn_status try_file(tn_linker *linker, const struct tn_link_wanted *w,
                          const struct tn_buf *path, struct tn_link_lib **out,
                          tn_error *err)
{
    struct tn_os_stat stat;
    const char *text = (const char *)path->at;
    *out = NULL;
    if (path->failed)
        return tn_no_memory(err);
    if (tn_os_stat_path(text, &stat) != 0 || stat.type != TN_OS_REGULAR)
        return TN_OK;
    struct tn_link_key key = {true, stat.device, stat.inode, stat.size,
                              stat.modified};
    *out = find_known(linker, &key, (tn_bytes){NULL, 0});
    if (*out != NULL)
        return TN_OK;
    if (!has_room_for(linker, w->is_confined))
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "%s: guests have opened %d libraries, which is the most",
                       text, GUEST_LIBRARIES_MAX);
    struct tn_buf bytes;
    tn_buf_init(&bytes, &linker->engine->alloc);
    tn_status status = tn_os_slurp(text, LIBRARY_MAX_BYTES, &bytes, NULL, err);
    if (status == TN_OK)
        status = library_of(linker, key, tn_str_of(text),
                            (tn_bytes){bytes.at, bytes.size}, out, err);
    tn_buf_clear(&bytes);
    return status;
}

/* FOLDER/NAME, in which "$ORIGIN" and "${ORIGIN}" are `origin`. */
static void put_folder(struct tn_buf *path, struct tn_str folder,
                       struct tn_str origin)
{
    for (size_t i = 0; i < folder.size;) {
        struct tn_str rest = {folder.at + i, folder.size - i};
        size_t skip = tn_str_starts(rest, "$ORIGIN")     ? 7
                      : tn_str_starts(rest, "${ORIGIN}") ? 9
                                                         : 0;
        if (skip != 0)
            tn_buf_str(path, origin);
        else
            tn_buf_byte(path, (uint8_t)folder.at[i]);
        i += skip != 0 ? skip : 1;
    }
    tn_buf_byte(path, '/');
}

/* In a folder; or, if that is null, as the name itself says. */
static tn_status try_in(tn_linker *linker, const struct tn_link_wanted *w,
                        struct tn_str folder, struct tn_str origin,
                        struct tn_link_lib **out, tn_error *err)
{
    struct tn_buf path;
    tn_buf_init(&path, &linker->engine->alloc);
    if (folder.at != NULL)
        put_folder(&path, folder, origin);
    tn_buf_str(&path, w->name);
    tn_buf_byte(&path, 0);
    tn_status status = try_file(linker, w, &path, out, err);
    tn_buf_clear(&path);
    return status;
}

static bool is_below_origin(struct tn_str path)
{
    return (tn_str_starts(path, "$ORIGIN") ||
            tn_str_starts(path, "${ORIGIN}")) &&
           stays_below(path);
}

/* The linker's folders, then the asker's own, then beside it. */
static tn_status search_folders(tn_linker *linker,
                                const struct tn_link_wanted *w,
                                struct tn_link_lib **out, tn_error *err)
{
    *out = NULL;
    for (size_t i = 0; i < linker->path_count && *out == NULL; i++)
        TN_TRY(try_in(linker, w, tn_str_of(linker->paths[i]),
                      (struct tn_str){0}, out, err));
    if (w->by == NULL || *out != NULL)
        return TN_OK;
    struct tn_str origin = tn_link_folder_of(w->by->path);
    const struct tn_dylink *dylink = &w->by->image->dylink;
    for (uint32_t i = 0; i < dylink->path_count && *out == NULL; i++)
        if (!w->is_confined || is_below_origin(dylink->paths[i]))
            TN_TRY(try_in(linker, w, dylink->paths[i], origin, out, err));
    bool has_place = w->by->key.is_file || strchr(w->by->path, '/') != NULL;
    if (*out == NULL && has_place)
        TN_TRY(try_in(linker, w, origin, origin, out, err));
    return TN_OK;
}

static tn_status not_found(const struct tn_link_wanted *w, tn_error *err)
{
    if (w->by == NULL || w->is_guest)
        return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                       "%.*s: library not found", TN_STR(w->name));
    return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                   "%.*s: library not found, needed by %s", TN_STR(w->name),
                   w->by->path);
}

static tn_status find_in_files(tn_linker *linker,
                               const struct tn_link_wanted *w,
                               struct tn_link_lib **out, tn_error *err)
{
    *out = NULL;
    if (linker->no_files || (w->is_confined && !stays_below(w->name)))
        return not_found(w, err);
    if (memchr(w->name.at, '/', w->name.size) != NULL && !w->is_confined)
        TN_TRY(try_in(linker, w, (struct tn_str){0}, (struct tn_str){0}, out,
                      err));
    else
        TN_TRY(search_folders(linker, w, out, err));
    return *out != NULL ? TN_OK : not_found(w, err);
}

static tn_status ask_embedder(tn_linker *linker, const struct tn_link_wanted *w,
                              struct tn_link_lib **out, tn_error *err)
{
    tn_bytes bytes = {NULL, 0};
    tn_error why = {0};
    char *text = copy_text(&linker->engine->alloc, w->name);
    if (text == NULL)
        return tn_no_memory(err);
    tn_status status = linker->find(
        linker->find_ctx, text, w->by != NULL ? w->by->path : "", &bytes, &why);
    if (status == TN_OK)
        status = library_of(linker, (struct tn_link_key){0}, w->name, bytes,
                            out, &why);
    tn_alloc_free(&linker->engine->alloc, text, w->name.size + 1);
    return status == TN_OK
               ? TN_OK
               : tn_fail(err, status, why.offset, "%s",
                         why.text[0] != 0 ? why.text : tn_status_text(status));
}

tn_status tn_link_find(tn_linker *linker, const struct tn_link_wanted *w,
                       struct tn_link_lib **out, tn_error *err)
{
    tn_error why = {0};
    *out = NULL;
    if (w->bytes != NULL)
        return library_of(linker, (struct tn_link_key){0}, w->name, *w->bytes,
                          out, err);
    if (w->name.size == 0 || memchr(w->name.at, 0, w->name.size) != NULL)
        return not_found(w, err);
    if (linker->find == NULL)
        return find_in_files(linker, w, out, err);
    tn_status status = ask_embedder(linker, w, out, &why);
    if (status == TN_E_NOT_FOUND)
        return find_in_files(linker, w, out, err);
    return status == TN_OK ? TN_OK
                           : tn_fail(err, status, why.offset, "%s", why.text);
}

#undef LIBRARY_MAX_BYTES
#undef GUEST_LIBRARIES_MAX
#undef MOST_VARIANTS
