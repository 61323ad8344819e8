/* space.h - one memory, one table, and the objects in them.
 *
 * A library is a module as a linker keeps it: decoded once, with what dyn
 * knows of it. An object (tn_dso) is a library in a space: it has a place in memory and
 * table, an instance, and edges to what it needs and what its symbols were
 * bound to. Objects go when no opening reaches them over these edges.
 *
 * A load is one transaction: objects are collected, every import is resolved,
 * and only then is anything placed. docs/design/007-linking.md. */
#ifndef TN_LINK_SPACE_H
#define TN_LINK_SPACE_H

#include "base/buf.h"
#include "base/map.h"
#include "dyn/merged.h"
#include "dyn/room.h"
#include "rt/imports.h"
#include "rt/link.h"

/* --- Linkers and their libraries: linker.c -------------------------------- */

/* What makes two libraries the same one: a file's identity; of others, whose
 * key is all zeros, their bytes. A name does not: it may be one of several. */
struct tn_link_key {
    bool is_file;
    uint64_t device, inode, size, modified;
};

/* A module as code that is shared: one for each set of aliases (tn_code). */
struct tn_link_variant {
    struct tn_link_variant *next;
    tn_module *module;
    bool is_bound; /* its aliases have been chosen */
};

struct tn_link_lib {
    struct tn_link_lib *next;
    struct tn_link_key key;
    char *path;           /* owned, terminated; of the file, or the name */
    const uint8_t *bytes; /* of the first variant's module, which owns them:
                           * it may outlive the linker, in closed instances */
    size_t size;
    struct tn_link_variant *variants; /* at least one */
    struct tn_dyn_image *image;       /* of the first variant's module */
};

struct tn_linker {
    tn_engine *engine;
    tn_find_fn *find;
    void *find_ctx;
    bool no_files;
    char **paths;
    size_t path_count;
    struct tn_mutex lock; /* of libs and their variants */
    struct tn_link_lib *libs;
    uint32_t guest_count; /* that guests opened; those that failed too */
};

/* A library that is wanted: names are searched as those of whoever asks. */
struct tn_link_wanted {
    struct tn_str name;
    const tn_bytes *bytes;        /* null: to be found */
    const struct tn_link_lib *by; /* that needs it; null: nobody */
    bool is_guest;                /* a name from a guest's memory */
    bool is_confined; /* needed by what a guest opened: of names, only what
                       * lies below the folders counts, as with is_guest */
};

/* TN_E_NOT_FOUND. */
tn_status tn_link_find(struct tn_linker *linker,
                       const struct tn_link_wanted *wanted,
                       struct tn_link_lib **out, tn_error *err);
/* The module whose calls of imported functions are calls of its own ones where
 * `aliases` says so (null: nowhere). Borrowed from the library. */
tn_status tn_link_variant(struct tn_linker *linker, struct tn_link_lib *lib,
                          const uint32_t *aliases, tn_module **out,
                          tn_error *err);

/* --- Spaces ----------------------------------------------------------------- */

enum tn_link_state {
    TN_LINK_NEW,      /* of a load that has not succeeded yet */
    TN_LINK_LOADED,   /* relocated; may be called */
    TN_LINK_STARTING, /* its constructors run */
    TN_LINK_READY,
    TN_LINK_ENDING, /* its destructors run */
    TN_LINK_ENDED   /* they have */
};

/* What one import is bound to. Kept from resolving to binding, and by spaces
 * that only plan. */
struct tn_link_bound {
    tn_dso *dso;           /* that defines it; null: see host */
    struct tn_dyn_def def; /* there */
    bool is_host;          /* `host` is its item */
    tn_extern host;
    tn_host_fn *interposed; /* the space's own function; or null */
};

/* Why an import is not bound. */
struct tn_link_fault {
    tn_binding_fault fault;
    bool is_fatal; /* the load fails by it */
    struct tn_dyn_def other;
    tn_dso *other_dso;               /* that has `other`; null: the host */
    const struct tn_type *host_type; /* of what the host has; null: untold */
};

/* A function at its own table element, which no segment gives it. */
struct tn_link_slot {
    uint32_t func; /* index in the module */
    uint64_t slot;
};

/* What runs when the object goes: __cxa_atexit. */
struct tn_link_atexit {
    uint64_t func, arg;
    uint32_t id; /* grows */
};

struct tn_dso {
    tn_space *space;
    struct tn_link_lib *lib;
    char *name;         /* as it was asked for; owned, terminated */
    uint32_t name_size; /* for who frees it */
    uint32_t id;        /* of its handle for guests; never used again */
    enum tn_link_state state;
    tn_instance *instance;

    uint64_t memory_base, table_base;
    uint64_t tls_base;          /* 0: none */
    bool has_memory, has_table; /* places that were taken */
    struct tn_vec(struct tn_link_slot) slots;
    uint32_t
        *slot_of; /* of each own function, 0 for none; null: none has one */

    tn_dso **needs; /* lib->image->dylink.needed_count of them; null, in
                     * plans, those that are not found */
    struct tn_vec(tn_global *) cells; /* that are not near: see put_number */
    struct tn_vec(tn_dso *) bound;    /* each once: whose symbols it uses */
    struct tn_link_group *group;      /* where its names are looked for too */
    struct tn_link_bound *bounds;     /* of each import; or null */
    struct tn_link_fault *faults;     /* the same, in spaces that only plan */

    /* Openings of the embedder's, and of guests: neither closes the other's. */
    uint32_t open_count, guest_count;
    bool is_main, is_startup; /* of the first load: never goes */
    bool is_global, is_nodelete, is_marked;
    bool is_broken;       /* its constructors failed */
    bool is_risen;        /* its places are those of an earlier life */
    bool is_going;        /* ended: tn_link_purge takes it */
    bool was_poisoned;    /* before a guest's call that may trap */
    bool imports_table;   /* as its first: its segments write elements of it */
    uint32_t load;        /* whose it is, while that runs; else 0 */
    uint32_t promoted_by; /* the load that made it global, while that runs */
    uint32_t number;      /* among those to be started, while they are sorted */
    uint64_t stamp;       /* of the last walk that saw it */
    tn_dso *next_marked;
    struct tn_link_stub *stubs;                   /* its own */
    struct tn_vec(struct tn_link_atexit) atexits; /* the latest last */
    uint32_t ends_in;        /* the collection, by its depth */
    uint64_t init_serial;    /* grows with each that was initialized */
    struct tn_buf type_text; /* of the last binding that was asked for */
};

/* The objects of one load, breadth first from the one that was opened. */
struct tn_link_group {
    uint32_t refs;  /* objects whose group it is */
    uint64_t stamp; /* of the last walk that saw it */
    struct tn_vec(tn_dso *) objects;
    /* The same as dyn looks them up. */
    struct tn_vec(const struct tn_dyn_image *) images;
    struct tn_dyn_merged *merged; /* while many names are resolved */
};

/* A function of the host's that stands for one that nobody defines, or that
 * serves a guest's dlopen and the like. */
struct tn_link_stub {
    struct tn_link_stub *next;
    struct tn_host_func *host;
    tn_space *space;
    tn_dso *dso; /* whose import it is; null: of no one object */
    uint32_t import;
    struct tn_str name;
};

/* A tag of the space's own, for a name that nobody defines. */
struct tn_link_tag {
    struct tn_str name;
    tn_tag *tag;
};

struct tn_link_grave { /* places of an object that is no more */
    struct tn_link_lib *lib;
    uint64_t memory_base, memory_size, table_base, table_size;
    struct tn_link_slot *slots;
    size_t slot_count, slot_cap;
};

/* An element that was promised before there was a table. */
struct tn_link_late {
    uint64_t slot;
    const struct tn_func *func;
};

/* Objects in the order in which they start. */
struct tn_link_order {
    tn_dso **at;
    uint32_t count, cap;
};

struct tn_space {
    struct tn_linker *linker;
    tn_store *store;
    const tn_allocator *alloc;
    tn_space_config config; /* without what preload points to */
    bool is_64;
    /* The guest's sbrk takes all that memory grows by. */
    bool is_heap_contiguous;
    bool is_memory_mains, is_table_mains; /* they go with its instance */
    bool is_loaded, is_initialized, is_started;
    bool is_broken;  /* a constructor of the first load failed */
    bool is_loading; /* objects are there that are not whole yet */
    bool has_error;  /* for dlerror */
    uint32_t next_id, next_atexit, next_load;
    uint32_t preloaded; /* objects right behind main */
    uint32_t collect_depth;
    uint64_t init_serial;
    uint64_t stamp; /* of the last walk over objects or groups */

    tn_memory *memory;
    tn_table *table;
    tn_global *stack_pointer;
    uint64_t stack_low, stack_high, heap_base, heap_end;
    uint64_t images_end, elements_end; /* of the first load */
    uint64_t pages_least; /* of memory, as the objects of the first load ask */
    uint64_t main_end;    /* of a main module that lies at a fixed place */
    struct tn_room memory_room, table_room;
    struct tn_vec(struct tn_span) given;     /* by the guest's allocator */
    struct tn_vec(struct tn_link_late) late; /* until there is a table */

    tn_dso *main;
    struct tn_vec(tn_dso *) objects; /* in load order */
    struct tn_link_group *global; /* main, what it needs, and promoted ones */
    struct tn_link_order startup; /* till they are started */

    struct tn_map undefined; /* name -> index into undefined_slots */
    struct tn_vec(uint64_t) undefined_slots;
    struct tn_link_stub *stubs; /* of no one object */
    struct tn_vec(struct tn_link_tag) tags;
    struct tn_vec(tn_global *) free_cells; /* of objects that are gone */
    uint64_t atexit_slot; /* of the function that exit() calls; 0: none yet */
    struct tn_vec(struct tn_link_grave) graves; /* the oldest first */
    uint64_t grave_bytes;

    /* dlerror: what it will say, and where in the memory it says it. */
    uint64_t error_at, error_cap;
    /* Of dladdr: text, borrowed from a library -> index of its address. */
    struct tn_map texts;
    struct tn_vec(uint64_t) text_at;
    tn_error error;
};

/* Of a path: what its file is called. */
struct tn_str tn_link_last_part(struct tn_str name);
/* And where it lies: "." if no folder is named. */
struct tn_str tn_link_folder_of(const char *path);

/* --- Objects and scopes: dso.c --------------------------------------------- */

tn_status tn_link_dso_new(tn_space *space, struct tn_link_lib *lib,
                          struct tn_str name, tn_dso **out, tn_error *err);
/* Takes those that are going out of the space and of all that knows them, and
 * frees them; their instances have been ended. */
void tn_link_purge(tn_space *space);
/* The one that is there under this name, which is what it was asked for as or
 * what the module calls itself, or its path; or null. Not one that ends: it is
 * as good as gone. */
tn_dso *tn_link_dso_named(const tn_space *space, struct tn_str name);
tn_dso *tn_link_dso_of(const tn_space *space, const struct tn_link_lib *lib);
/* Whose code an instance is; null for none of the space. */
tn_dso *tn_link_dso_of_instance(const tn_space *space,
                                const tn_instance *instance);
/* In whose image an address lies; or null. */
tn_dso *tn_link_dso_at(const tn_space *space, uint64_t address);

/* `object` and what it needs, breadth first, as a new group with one ref. */
tn_status tn_link_group_new(tn_dso *dso, struct tn_link_group **out,
                            tn_error *err);
/* Null is allowed. */
void tn_link_group_release(const tn_space *space, struct tn_link_group *group);
/* The next `lookups` in it are fast, if there are so many that it pays; until
 * it is released or changed, unmerge it. */
void tn_link_group_merge(const tn_space *space, struct tn_link_group *group,
                         uint64_t lookups);
void tn_link_group_unmerge(struct tn_link_group *group);
/* Adds those of the group that are not there yet to the global scope, as
 * `load` does (0: for good). All, or none: TN_E_NOMEM. */
tn_status tn_link_promote(tn_space *space, const struct tn_link_group *group,
                          uint32_t load, tn_error *err);
/* Takes out what `load` promoted. */
void tn_link_demote(tn_space *space, uint32_t load);

/* A definition and who has it. */
struct tn_link_found {
    tn_dso *dso; /* null: nobody */
    struct tn_dyn_def def;
};
/* In a group, from its place `from` on, as `user` sees it: what is being loaded
 * is seen from within its load only, and what ends by what ends too. Null:
 * nobody of the space. */
struct tn_link_found tn_link_look_in(const struct tn_link_group *group,
                                     const tn_dso *user, uint32_t from,
                                     struct tn_str name, uint32_t hash);
/* As `object` sees it: the global scope, then its group. Null: the global
 * scope alone. */
struct tn_link_found tn_link_look(const tn_space *space, const tn_dso *dso,
                                  struct tn_str name, uint32_t hash);

/* In an object and what it needs; nobody has it after TN_E_NOMEM too. */
struct tn_link_found tn_link_look_from(tn_dso *dso, struct tn_str name,
                                       uint32_t hash, tn_error *err);
/* Behind the object, in the scope that it is in: RTLD_NEXT. */
struct tn_link_found tn_link_look_behind(const tn_space *space,
                                         const tn_dso *dso, struct tn_str name,
                                         uint32_t hash);

/* A function of the global scope, if it is of this type: the one of the two
 * that the space's pointers have. Null: there is none. */
tn_func *tn_link_global_func(const tn_space *space, const char *name,
                             const char *type32, const char *type64);

/* --- Resolving: dso_resolve.c ----------------------------------------------------- */

/* Fills object->bounds. All that is wrong is told in one error, each to the
 * log. */
tn_status tn_link_resolve(tn_dso *dso, bool is_now, tn_error *err);
void tn_link_drop_bounds(tn_dso *dso);
/* Does the definition fit a function import of this type? */
bool tn_link_func_fits(const struct tn_link_found *found, const tn_dso *user,
                       uint32_t import);
/* "(i32) -> i32" of an import that is a function or a tag; "" of others. */
void tn_link_print_import_type(struct tn_buf *out, const tn_dso *dso,
                               uint32_t import);
/* The same of a definition. */
void tn_link_print_def_type(struct tn_buf *out, const tn_dso *dso,
                            const struct tn_dyn_def *def);
/* True for names by which the space itself answers GOT.mem. */
bool tn_link_layout_address(const tn_space *space, struct tn_str name,
                            uint64_t *out);

/* --- Places: dso_place.c ----------------------------------------------------------- */

/* Makes memory, table and stack pointer, and places all objects of the first
 * load. */
tn_status tn_link_place_first(tn_space *space,
                              const struct tn_link_group *group, tn_error *err);
/* Does main define what the others share? Then it is bound before them. */
bool tn_link_is_adopting(const tn_space *space);
/* Takes memory and table from main's instance, if it defines them, and gives
 * them the sizes that all together ask for. */
tn_status tn_link_adopt(tn_space *space, tn_error *err);
/* After a failed load: the memory and table that the store has are empty. */
void tn_link_drop_storage(tn_space *space);
/* Places one that is opened later. */
tn_status tn_link_place_more(tn_dso *dso, tn_error *err);
/* Gives its places back; with `is_quiet` to a grave, from which the same
 * library gets them back. */
void tn_link_unplace(tn_dso *dso, bool is_quiet);
/* Ends all graves. */
void tn_link_end_graves(tn_space *space);
/* `size` bytes of the guest's memory; TN_E_NOMEM. */
tn_status tn_link_take_bytes(tn_space *space, uint64_t size,
                             uint32_t align_log2, uint64_t *at, tn_error *err);
void tn_link_give_bytes(tn_space *space, uint64_t at, uint64_t size);
/* A table element for a function that no segment gives one. */
tn_status tn_link_take_slot(tn_space *space, const struct tn_func *func,
                            uint64_t *slot, tn_error *err);
void tn_link_put_slot(const tn_space *space, uint64_t slot,
                      const struct tn_func *func);
/* Takes it back. */
void tn_link_give_slot(tn_space *space, uint64_t slot);

/* --- Binding: dso_bind.c ---------------------------------------------------------- */

/* The element of a function: its definer's own, or one that is taken now. */
tn_status tn_link_slot_of(tn_dso *dso, uint32_t func, uint64_t *slot,
                          tn_error *err);
/* The address of a definition of data. */
uint64_t tn_link_address(const tn_dso *dso, const struct tn_dyn_def *def);
/* An instance whose functions others can be bound to. */
tn_status tn_link_prepare(tn_dso *dso, tn_error *err);
/* Its imports, from object->bounds; then what it defines. */
tn_status tn_link_bind(tn_dso *dso, tn_error *err);
/* One's symbols are used by another: it stays as long. */
tn_status tn_link_note_use(tn_dso *user, tn_dso *used, tn_error *err);

/* --- Functions that nobody defines: lazy.c ------------------------------------ */

/* A stub for function import `import`; looks again when it is called. */
tn_status tn_link_lazy_func(tn_dso *dso, uint32_t import, tn_func **out,
                            tn_error *err);
/* The element of one that stands for `name` wherever its address is taken. */
tn_status tn_link_lazy_slot(tn_dso *dso, struct tn_str name, uint64_t *slot,
                            tn_error *err);
/* The element of a host function that goes by this name. `func` is pinned, or
 * the space's own. */
tn_status tn_link_host_slot(tn_space *space, const tn_func *func,
                            struct tn_str name, uint64_t *slot, tn_error *err);
/* The element of a function of the space's own that goes by this name, made by
 * whoever is the first to ask. */
tn_status tn_link_stub_slot(tn_space *space, struct tn_str name,
                            const char *type, tn_host_fn *fn, uint64_t *slot,
                            tn_error *err);
/* The tag that all share who import one of this name and type. */
tn_status tn_link_own_tag(tn_dso *dso, uint32_t import, tn_tag **out,
                          tn_error *err);
/* A host function of the space's, of the type that an import has. */
tn_status tn_link_stub(tn_dso *dso, uint32_t import, tn_host_fn *fn,
                       struct tn_link_stub **out, tn_error *err);
/* The same of a type that is given as text. */
tn_status tn_link_typed_stub(tn_space *space, const char *type, tn_host_fn *fn,
                             struct tn_link_stub **out, tn_error *err);
/* These go; called still, they say so. */
void tn_link_end_stubs(tn_space *space, struct tn_link_stub **list);

/* --- Loading: dso_load.c ----------------------------------------------------------- */

tn_status tn_link_load_first(tn_space *space, const tn_named_module *main,
                             const tn_space_config *config, tn_error *err);
/* As tn_dlopen. */
tn_status tn_link_open(tn_space *space, const struct tn_link_wanted *wanted,
                       int flags, tn_dso **out, tn_error *err);
/* One opening less; ends what nobody reaches then. TN_E_MISUSE. */
tn_status tn_link_close(tn_dso *dso, bool is_guest, tn_error *err);
/* Runs constructors. */
tn_status tn_link_start_all(struct tn_link_order *order, tn_error *err);
void tn_link_drop_order(const tn_space *space, struct tn_link_order *order);

/* --- Unloading: dso_unload.c ------------------------------------------------------- */

/* Ends what nobody reaches any more; without its destructors if the guest has
 * exited. The first failure of a destructor. */
tn_status tn_link_collect(tn_space *space, bool has_exited, tn_error *err);
/* Ends one, without its destructors: tn_link_purge takes it then. */
void tn_link_end(tn_dso *dso, bool is_quiet);

/* --- For guests: dlfcn.c, atexit.c --------------------------------------------- */

/* The function by which the space answers an import of this name itself, before
 * any definition; `*fn` null if it does not. */
tn_status tn_link_interposed(const tn_dso *dso, uint32_t import,
                             tn_host_fn **fn, tn_error *err);
/* The same where its address is taken; and its element. */
tn_host_fn *tn_link_service(struct tn_str name);
tn_status tn_link_interposed_slot(tn_space *space, struct tn_str name,
                                  uint64_t *slot, tn_error *err);
tn_host_fn tn_link_cxa_atexit;
/* Runs what was registered for an object (null: all), the latest first. */
tn_status tn_link_run_atexits(tn_space *space, tn_dso *dso, tn_error *err);

void tn_link_trace(const tn_space *space, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline const struct tn_mod *tn_link_mod(const tn_dso *dso)
{
    return dso->lib->image->mod;
}

/* A value of the guest's, as wide as its pointers. */
static inline tn_valtype tn_link_pointer_type(const tn_space *space)
{
    return space->is_64 ? TN_VT_I64 : TN_VT_I32;
}

#endif
