/* dlfcn.c - dlopen, dlsym, dlclose, dlerror and dladdr, as wasi-libc's
 * dlfcn.h has them, for guests.
 *
 * They come before any definition: the ones in wasi-libc's libdl only say that
 * they are not implemented. Handles are numbers that are never used twice. */
#include "link/space.h"

#include "rt/func.h"

#define RTLD_NEXT_HANDLE 0xffffffff
#define TEXT_MAX         65536

static tn_space *space_of(void *env)
{
    return ((struct tn_link_stub *)env)->space;
}

/* --- Texts ------------------------------------------------------------------------------- */

/* A zero-terminated text of the guest's; false if it has no end. */
static bool guest_text(const tn_space *space, uint64_t at, struct tn_str *out)
{
    uint64_t size = tn_memory_size(space->memory);
    if (at >= size)
        return false;
    uint64_t most = size - at < TEXT_MAX ? size - at : TEXT_MAX;
    const char *text = tn_memory_span(space->memory, at, most);
    const char *end = memchr(text, 0, (size_t)most);
    *out = (struct tn_str){text, end != NULL ? (size_t)(end - text) : 0};
    return end != NULL;
}

/* A copy of the library's own: guest code may run before it is used up. */
static tn_status take_text(const tn_space *space, uint64_t at, char **out,
                           size_t *size, tn_error *err)
{
    struct tn_str text;
    if (!guest_text(space, at, &text))
        return tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                       "a name that is no text at 0x%llx",
                       (unsigned long long)at);
    *out = TN_ALLOC_ARRAY(space->alloc, char, text.size + 1);
    *size = text.size + 1;
    if (*out == NULL)
        return tn_no_memory(err);
    memcpy(*out, text.at, text.size);
    return TN_OK;
}

/* Where the guest reads `text`; 0: no memory. The same place, if it is large
 * enough. */
static uint64_t show_text(tn_space *space, struct tn_str text, uint64_t *at,
                          uint64_t *cap)
{
    if (text.size >= TEXT_MAX)
        return 0;
    if (*cap < text.size + 1) {
        uint64_t larger;
        uint64_t bytes = (text.size + 64) & ~(uint64_t)63;
        if (tn_link_take_bytes(space, bytes, 4, &larger, NULL) != TN_OK)
            return 0;
        if (*cap != 0)
            tn_link_give_bytes(space, *at, *cap);
        *at = larger;
        *cap = bytes;
    }
    char *to = tn_memory_span(space->memory, *at, text.size + 1);
    if (to == NULL)
        return 0;
    memcpy(to, text.at, text.size);
    to[text.size] = 0;
    return *at;
}

static void set_error(tn_space *space, const tn_error *why)
{
    space->error = *why;
    if (space->error.text[0] == 0)
        (void)tn_fail(&space->error, why->status, TN_NO_OFFSET, "%s",
                      tn_status_text(why->status));
    space->has_error = true;
}

static bool is_poisoned(const tn_dso *dso)
{
    return dso->instance != NULL &&
           dso->instance->state == TN_INSTANCE_POISONED;
}

/* Before a call that may trap: those that are down already stay so. */
static void note_poisoned(tn_space *space)
{
    for (size_t i = 0; i < space->objects.count; i++)
        space->objects.at[i]->was_poisoned = is_poisoned(space->objects.at[i]);
}

/* A trap that dlerror tells is over: objects that it passed through go on. */
static void forgive(tn_space *space)
{
    for (size_t i = 0; i < space->objects.count; i++) {
        tn_dso *dso = space->objects.at[i];
        if (is_poisoned(dso) && !dso->was_poisoned)
            tn_rt_instance_set_state(dso->instance, TN_INSTANCE_LIVE, "");
    }
}

/* What a call of the guest's comes to: what ends the run goes on; the rest is
 * told by dlerror. */
static tn_status answer(tn_space *space, tn_status status, const tn_error *why,
                        tn_error *err)
{
    if (status == TN_E_EXIT)
        return status;
    if (status == TN_E_TRAP &&
        tn_store_trap_kind(space->store) == TN_TRAP_INTERRUPT)
        return tn_fail(err, status, TN_NO_OFFSET, "%s", why->text);
    if (status == TN_E_TRAP)
        forgive(space);
    if (status != TN_OK)
        set_error(space, why);
    return TN_OK;
}

/* Of what guests have open: other numbers are no handles, though an object may
 * get them. */
static tn_dso *dso_of_handle(tn_space *space, uint64_t handle, tn_error *err)
{
    for (size_t i = 0; i < space->objects.count; i++)
        if (space->objects.at[i]->id == handle &&
            space->objects.at[i]->guest_count != 0)
            return space->objects.at[i];
    (void)tn_fail(err, TN_E_MISUSE, TN_NO_OFFSET,
                  "0x%llx is no handle of an open object",
                  (unsigned long long)handle);
    return NULL;
}

/* --- The calls ------------------------------------------------------------------------------ */

static tn_status guest_dlopen(tn_call *call, uint64_t *slots, void *env,
                              tn_error *err)
{
    tn_space *space = space_of(env);
    tn_dso *caller = tn_link_dso_of_instance(space, tn_call_instance(call));
    int flags = (int)(uint32_t)slots[1];
    tn_error why = {0};
    tn_dso *dso = NULL;
    char *name = NULL;
    size_t size = 0;
    tn_status status = TN_OK;
    if (slots[0] != 0)
        status = take_text(space, slots[0], &name, &size, &why);
    slots[0] = 0;
    note_poisoned(space);
    if (status == TN_OK && name == NULL) {
        dso = space->main;
        dso->guest_count++;
    } else if (status == TN_OK) {
        struct tn_link_wanted wanted = {{name, size - 1},
                                        NULL,
                                        caller != NULL ? caller->lib : NULL,
                                        true,
                                        true};
        status = tn_link_open(space, &wanted, flags, &dso, &why);
    }
    tn_alloc_free(space->alloc, name, size);
    if (status == TN_OK)
        slots[0] = dso->id;
    return answer(space, status, &why, err);
}

static tn_status guest_dlclose(tn_call *call, uint64_t *slots, void *env,
                               tn_error *err)
{
    tn_space *space = space_of(env);
    tn_error why = {0};
    (void)call;
    tn_dso *dso = dso_of_handle(space, slots[0], &why);
    note_poisoned(space);
    tn_status status =
        dso != NULL ? tn_link_close(dso, true, &why) : TN_E_MISUSE;
    slots[0] = status == TN_OK ? 0 : (uint32_t)-1;
    return answer(space, status, &why, err);
}

static tn_status guest_dlerror(tn_call *call, uint64_t *slots, void *env,
                               tn_error *err)
{
    tn_space *space = space_of(env);
    (void)call, (void)err;
    slots[0] = 0;
    if (space->has_error)
        slots[0] = show_text(space, tn_str_of(space->error.text),
                             &space->error_at, &space->error_cap);
    space->has_error = false;
    return TN_OK;
}

/* Which definition a guest's dlsym means. */
static struct tn_link_found guest_look(tn_space *space, tn_dso *caller,
                                       uint64_t handle, struct tn_str name,
                                       tn_error *err)
{
    uint32_t hash = tn_dyn_hash(name);
    uint64_t next = space->is_64 ? UINT64_MAX : RTLD_NEXT_HANDLE;
    struct tn_link_found none = {NULL, {0}};
    if (handle == 0)
        return tn_link_look(space, caller, name, hash);
    if (handle == next)
        return caller != NULL ? tn_link_look_behind(space, caller, name, hash)
                              : none;
    tn_dso *dso = dso_of_handle(space, handle, err);
    return dso != NULL ? tn_link_look_from(dso, name, hash, err) : none;
}

static tn_status guest_dlsym(tn_call *call, uint64_t *slots, void *env,
                             tn_error *err)
{
    tn_space *space = space_of(env);
    tn_dso *caller = tn_link_dso_of_instance(space, tn_call_instance(call));
    tn_error why = {0};
    struct tn_str name;
    uint64_t handle = slots[0], value = 0;
    tn_status status = TN_OK;
    if (!guest_text(space, slots[1], &name)) {
        status = tn_fail(&why, TN_E_MISUSE, TN_NO_OFFSET,
                         "a name that is no text at 0x%llx",
                         (unsigned long long)slots[1]);
    } else {
        struct tn_link_found found =
            guest_look(space, caller, handle, name, &why);
        if (found.dso == NULL || found.def.kind == TN_DYN_TAG)
            status = tn_fail(&why, TN_E_NOT_FOUND, TN_NO_OFFSET,
                             "undefined symbol \"%.*s\"", TN_STR(name));
        else if (found.def.kind == TN_DYN_DATA)
            value = tn_link_address(found.dso, &found.def);
        else
            status = tn_link_slot_of(found.dso, found.def.index, &value, &why);
    }
    slots[0] = status == TN_OK ? value : 0;
    return answer(space, status == TN_OK ? TN_OK : why.status, &why, err);
}

/* --- dladdr ----------------------------------------------------------------------------------- */

/* Texts that the guest gets to keep: they live as long as the space, each
 * once. */
static uint64_t lasting_text(tn_space *space, struct tn_str text)
{
    uint32_t known = tn_map_get(&space->texts, text);
    if (known != TN_MAP_NONE)
        return space->text_at.at[known];
    uint64_t at = 0, cap = 0;
    uint32_t next = (uint32_t)space->text_at.count;
    if (show_text(space, text, &at, &cap) == 0)
        return 0;
    if (TN_VEC_PUSH(&space->text_at, space->alloc, at)) {
        if (tn_map_put(&space->texts, space->alloc, text, next) !=
            TN_MAP_NO_MEMORY)
            return at;
        space->text_at.count--;
    }
    tn_link_give_bytes(space, at, cap);
    return 0;
}

/* Dl_info: fname, fbase, sname, saddr. */
static tn_status guest_dladdr(tn_call *call, uint64_t *slots, void *env,
                              tn_error *err)
{
    tn_space *space = space_of(env);
    tn_symbol symbol;
    uint64_t address = slots[0], to = slots[1];
    uint32_t width = space->is_64 ? 8 : 4;
    (void)err;
    bool is_data = tn_link_dso_at(space, address) != NULL;
    slots[0] = 0;
    if (tn_memory_span(space->memory, to, (uint64_t)4 * width) == NULL)
        return tn_call_trap(call, TN_TRAP_MEMORY_BOUNDS);
    if (tn_dladdr(space, address, !is_data, &symbol, NULL) != TN_OK ||
        symbol.dso == NULL)
        return TN_OK;
    /* A guest's malloc may run, and close the object: not its library. */
    struct tn_str name = {symbol.name, symbol.name_size};
    struct tn_str path = tn_str_of(symbol.dso->lib->path);
    uint64_t words[4] = {0, symbol.dso->memory_base, 0, 0};
    words[0] = lasting_text(space, path);
    if (name.size != 0) {
        words[2] = lasting_text(space, name);
        words[3] = symbol.address;
    }
    uint8_t *out = tn_memory_span(space->memory, to, (uint64_t)4 * width);
    for (uint32_t i = 0; i < 4 * width; i++)
        out[i] = (uint8_t)(words[i / width] >> 8 * (i % width));
    slots[0] = 1;
    return TN_OK;
}

/* --- By name ------------------------------------------------------------------------------------ */

struct service {
    const char *name, *type32, *type64;
    tn_host_fn *fn;
};

static const struct service *find_service(struct tn_str name)
{
    static const struct service all[] = {
        {"dlopen", "(i32, i32) -> i32", "(i64, i32) -> i64", guest_dlopen},
        {"dlsym", "(i32, i32) -> i32", "(i64, i64) -> i64", guest_dlsym},
        {"dlclose", "(i32) -> i32", "(i64) -> i32", guest_dlclose},
        {"dlerror", "() -> i32", "() -> i64", guest_dlerror},
        {"dladdr", "(i32, i32) -> i32", "(i64, i64) -> i32", guest_dladdr},
        {"__cxa_atexit", "(i32, i32, i32) -> i32", "(i64, i64, i64) -> i32",
         tn_link_cxa_atexit},
    };
    if (!tn_str_starts(name, "dl") && !tn_str_starts(name, "__cxa_at"))
        return NULL;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (tn_str_is(name, all[i].name))
            return &all[i];
    return NULL;
}

tn_host_fn *tn_link_service(struct tn_str name)
{
    const struct service *service = find_service(name);
    return service != NULL ? service->fn : NULL;
}

tn_status tn_link_interposed_slot(tn_space *space, struct tn_str name,
                                  uint64_t *slot, tn_error *err)
{
    const struct service *service = find_service(name);
    return tn_link_stub_slot(space, tn_str_of(service->name),
                             space->is_64 ? service->type64 : service->type32,
                             service->fn, slot, err);
}

tn_status tn_link_interposed(const tn_dso *dso, uint32_t import,
                             tn_host_fn **fn, tn_error *err)
{
    const struct tn_import *i = &tn_link_mod(dso)->imports[import];
    const struct service *service = find_service(i->name);
    struct tn_buf type;
    *fn = NULL;
    if (service == NULL)
        return TN_OK;
    const char *want =
        dso->lib->image->is_64 ? service->type64 : service->type32;
    tn_buf_init(&type, dso->space->alloc);
    tn_link_print_import_type(&type, dso, import);
    bool fits =
        tn_str_is((struct tn_str){(const char *)type.at, type.size}, want);
    tn_status status = TN_OK;
    if (type.failed)
        status = tn_no_memory(err);
    else if (!fits)
        status =
            tn_fail(err, TN_E_TYPE, TN_NO_OFFSET,
                    "\"%s\" is called as %.*s, but the linker has it as "
                    "%s",
                    service->name, (int)type.size, (const char *)type.at, want);
    tn_buf_clear(&type);
    *fn = fits ? service->fn : NULL;
    return status;
}

#undef RTLD_NEXT_HANDLE
#undef TEXT_MAX
