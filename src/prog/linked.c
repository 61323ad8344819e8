/* linked.c - the modules of a program that share one memory: a main one and
 * position-independent libraries, of the package, preloaded, or in files.
 *
 * They are modules of the set like the others, so that routes lead to and from
 * them; but the linker makes their instances, all at once, and binds them to
 * each other before it looks at what the set resolved. What is not needed at
 * the start is there for the guest to open. */
#include "prog/program.h"

/* --- Which they are ------------------------------------------------------------------------ */

static bool is_pic(const struct tn_mod *mod)
{
    return tn_mod_imports(mod, "env", "__memory_base") ||
           tn_mod_imports(mod, "env", "__table_base");
}

/* A main module that lies at a fixed place, and needs libraries. */
static bool needs_libraries(const struct tn_mod *mod, const tn_allocator *alloc)
{
    struct tn_arena arena;
    struct tn_dylink dylink;
    tn_arena_init(&arena, alloc);
    bool needs = tn_dylink_read(mod, &arena, &dylink, NULL) == TN_OK &&
                 dylink.needed_count != 0;
    tn_arena_clear(&arena);
    return needs || tn_mod_imports(mod, "GOT.mem", NULL) ||
           tn_mod_imports(mod, "GOT.func", NULL);
}

static tn_status find_library(void *ctx, const char *name,
                              const char *needed_by, tn_bytes *out,
                              tn_error *err)
{
    const struct tn_program *p = ctx;
    struct tn_str last = tn_link_last_part(tn_str_of(name));
    for (uint32_t i = 0; i < p->set.count; i++) {
        const struct tn_prog_part *part = &p->set.parts[i];
        if (!p->modules[i].is_linked || i == p->root ||
            !(tn_str_equal(part->name, last) ||
              tn_str_equal(part->mod->name, last)))
            continue;
        *out = (tn_bytes){part->mod->bytes, part->mod->size};
        return TN_OK;
    }
    return p->find != NULL ? p->find(p->find_ctx, name, needed_by, out, err)
                           : TN_E_NOT_FOUND;
}

/* The embedder's, with ours before it, and the folder of the program behind
 * its folders. */
static tn_status make_linker(struct tn_program *p,
                             const tn_program_config *given, tn_error *err)
{
    tn_linker_config config = TN_LINKER_CONFIG_INIT;
    const tn_linker_config *own = given->linker;
    if (own != NULL)
        memcpy(&config, own,
               own->size < sizeof config ? own->size : sizeof config);
    p->find = config.find;
    p->find_ctx = config.ctx;
    config.find = find_library;
    config.ctx = p;
    struct tn_str place =
        tn_link_folder_of(given->path != NULL ? given->path : "");
    const char **paths =
        TN_NEW_ARRAY(&p->set.arena, const char *, config.path_count + 1);
    char *folder = TN_NEW_ARRAY(&p->set.arena, char, place.size + 1);
    if (paths == NULL || folder == NULL)
        return tn_no_memory(err);
    if (config.path_count != 0)
        memcpy(paths, config.paths, config.path_count * sizeof *paths);
    memcpy(folder, place.at, place.size);
    paths[config.path_count] = folder;
    config.path_count += given->path != NULL;
    config.paths = paths;
    return tn_linker_new(p->engine, &config, &p->linker, err);
}

/* Marks the libraries that `user` needs. */
static void mark_needed(struct tn_program *p, const struct tn_map *names,
                        uint32_t user)
{
    struct tn_arena arena;
    struct tn_dylink dylink;
    tn_arena_init(&arena, &p->engine->alloc);
    const struct tn_mod *mod = p->modules[user].module->mod;
    if (tn_dylink_read(mod, &arena, &dylink, NULL) == TN_OK)
        for (uint32_t i = 0; i < dylink.needed_count; i++) {
            uint32_t k = tn_map_get(names, dylink.needed[i]);
            if (k != TN_MAP_NONE && k != user)
                p->modules[k].is_needed = true;
        }
    tn_arena_clear(&arena);
}

static tn_status mark_all_needed(struct tn_program *p, tn_error *err)
{
    struct tn_map names = {NULL, 0, 0};
    tn_status status = TN_OK;
    for (uint32_t i = 0; i < p->set.count && status == TN_OK; i++)
        if (p->modules[i].is_linked &&
            tn_map_put(&names, &p->engine->alloc,
                       p->modules[i].module->mod->name, i) == TN_MAP_NO_MEMORY)
            status = tn_no_memory(err);
    for (uint32_t i = 0; i < p->set.count && status == TN_OK; i++)
        if (p->modules[i].is_linked)
            mark_needed(p, &names, i);
    tn_map_clear(&names, &p->engine->alloc);
    return status;
}

/* The main one: the first that no other needs, or else the first; of the
 * package rather than of those that were preloaded. */
static uint32_t find_root(const struct tn_program *p)
{
    uint32_t first = TN_NONE;
    for (uint32_t i = 0; i < p->set.count; i++) {
        if (i == p->packed && first != TN_NONE)
            break;
        if (!p->modules[i].is_linked)
            continue;
        if (!p->modules[i].is_needed)
            return i;
        if (first == TN_NONE)
            first = i;
    }
    return first;
}

tn_status tn_prog_find_linked(struct tn_program *p,
                              const tn_program_config *config, tn_error *err)
{
    for (uint32_t i = 0; i < p->set.count; i++) {
        const struct tn_mod *mod = p->modules[i].module->mod;
        bool is_main_at_a_place =
            i == 0 && needs_libraries(mod, &p->engine->alloc);
        p->modules[i].is_linked = is_pic(mod) || is_main_at_a_place;
    }
    TN_TRY(mark_all_needed(p, err));
    p->root = find_root(p);
    if (p->root == TN_NONE)
        return TN_OK;
    if (p->packed == 1 && p->root == 0 && config->path != NULL) {
        struct tn_str path = tn_str_of(config->path);
        p->main_path = TN_NEW_ARRAY(&p->set.arena, char, path.size + 1);
        if (p->main_path == NULL)
            return tn_no_memory(err);
        memcpy(p->main_path, path.at, path.size);
    }
    return make_linker(p, config, err);
}

/* --- Making them ------------------------------------------------------------------------------ */

/* Under the names by which they import it. */
static tn_status define_items(struct tn_program *p,
                              const struct tn_prog_module *m, tn_error *err)
{
    const struct tn_mod *mod = m->module->mod;
    for (uint32_t i = 0; i < mod->import_count; i++) {
        const struct tn_import *im = &mod->imports[i];
        const struct tn_prog_need *need = &tn_prog_part(m)->needs[i];
        tn_extern item = {.kind = TN_EXTERN_FUNC};
        if (need->by == TN_PROG_BY_NONE || im->kind != TN_EXTERN_FUNC)
            continue;
        item.of.func =
            need->by == TN_PROG_BY_HOST
                ? tn_prog_wasi_func(&p->modules[p->root], im->module, im->name)
                : m->routes[i].host;
        if (item.of.func != NULL)
            TN_TRY(tn_rt_imports_define(p->link_items, im->module, im->name,
                                        item, err));
    }
    return TN_OK;
}

static tn_status define_all_items(struct tn_program *p, tn_error *err)
{
    const struct tn_prog_module *root = &p->modules[p->root];
    TN_TRY(tn_imports_new(p->store, &p->link_items, err));
    /* Libraries of files may ask for any of WASI. */
    if (root->wasi != NULL)
        TN_TRY(tn_imports_wasi(p->link_items, root->wasi, err));
    for (uint32_t i = 0; i < p->set.count; i++)
        if (p->modules[i].is_linked)
            TN_TRY(define_items(p, &p->modules[i], err));
    return TN_OK;
}

/* Of `count` modules the one that an object of the space is; or null. */
static struct tn_prog_module *module_behind(struct tn_prog_module *modules,
                                            uint32_t count, const tn_dso *dso)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct tn_mod *mod = modules[i].module->mod;
        if (modules[i].is_linked && dso->lib->size == mod->size &&
            memcmp(dso->lib->bytes, mod->bytes, mod->size) == 0)
            return &modules[i];
    }
    return NULL;
}

/* What a module outside of the space imports from is there from the start. */
static void mark_imported(struct tn_program *p)
{
    for (uint32_t k = 0; k < p->set.count; k++) {
        const struct tn_prog_part *user = &p->set.parts[k];
        for (uint32_t i = 0; i < user->mod->import_count; i++)
            if (!p->modules[k].is_linked && user->needs[i].to != TN_NONE)
                p->modules[user->needs[i].to].is_imported = true;
    }
}

static tn_status new_space(struct tn_program *p, tn_error *err)
{
    const struct tn_mod *mod = p->modules[p->root].module->mod;
    tn_space_config config = TN_SPACE_CONFIG_INIT;
    tn_named_module *preload =
        TN_ALLOC_ARRAY(&p->engine->alloc, tn_named_module, p->set.count);
    if (preload == NULL)
        return tn_no_memory(err);
    mark_imported(p);
    for (uint32_t i = 0; i < p->set.count; i++)
        if (p->modules[i].is_linked && i != p->root &&
            (i >= p->packed || p->modules[i].is_imported))
            preload[config.preload_count++] = (tn_named_module){
                p->set.parts[i].name.at,
                {p->set.parts[i].mod->bytes, p->set.parts[i].mod->size}};
    config.imports = p->link_items;
    config.preload = preload;
    config.bind_now = p->config.bind_now;
    config.trace = p->config.link_trace;
    config.ctx = p->config.ctx;
    tn_named_module main = {
        p->main_path != NULL ? p->main_path : p->set.parts[p->root].name.at,
        {mod->bytes, mod->size}};
    tn_status status =
        tn_space_new(p->linker, p->store, &main, &config, &p->space, err);
    tn_alloc_free(&p->engine->alloc, preload, p->set.count * sizeof *preload);
    return status;
}

tn_status tn_prog_make_space(struct tn_program *p, tn_error *err)
{
    struct tn_prog_module *modules = p->modules;
    if (p->link_items == NULL)
        TN_TRY(define_all_items(p, err));
    TN_TRY(new_space(p, err));
    for (size_t i = 0; i < tn_space_dso_count(p->space); i++) {
        tn_dso *dso = tn_space_dso(p->space, i);
        struct tn_prog_module *m = module_behind(modules, p->set.count, dso);
        if (m != NULL)
            m->instance = dso->instance;
    }
    return TN_OK;
}

static void set_states(struct tn_program *p, enum tn_prog_state state)
{
    for (uint32_t i = 0; i < p->set.count; i++) {
        struct tn_prog_module *m = &p->modules[i];
        if (!m->is_linked || m->instance == NULL || m->state == TN_PROG_DOWN)
            continue;
        m->state = state;
        tn_prog_open_routes(m);
    }
}

tn_status tn_prog_init_space(struct tn_program *p, tn_error *err)
{
    tn_error why = {0};
    set_states(p, TN_PROG_STARTING);
    tn_status status = tn_space_init(p->space, &why);
    p->has_exited = status == TN_E_EXIT;
    if (status != TN_OK && !p->has_exited)
        return tn_fail(err, status, why.offset, "%s", why.text);
    set_states(p, TN_PROG_LIVE);
    return TN_OK;
}

tn_status tn_prog_finish_space(struct tn_program *p, tn_error *err)
{
    return tn_link_run_atexits(p->space, NULL, err);
}

void tn_prog_end_space(struct tn_program *p)
{
    tn_space_free(p->space);
    p->space = NULL;
    for (uint32_t i = 0; i < p->set.count; i++)
        if (p->modules[i].is_linked)
            p->modules[i].instance = NULL;
}
