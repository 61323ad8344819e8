/* imports.h - what a store's modules may import, by name. */
#ifndef TN_RT_IMPORTS_H
#define TN_RT_IMPORTS_H

#include "base/map.h"
#include "rt/store.h"

struct tn_pin {
    struct tn_host_func *host;
};

struct tn_imports {
    struct tn_store *store; /* null: the store has been freed */
    const tn_allocator *alloc;
    struct tn_imports *next, **link; /* the store's list */
    struct tn_arena keys;
    struct tn_map map; /* key -> index into items */
    struct tn_buf key; /* of the name at hand */
    struct tn_vec(tn_extern) items;
    struct tn_vec(struct tn_pin) pins; /* host functions made here */
    bool traps_unknown;
};

/* Null when nobody defined it. `imports` may be null. */
const tn_extern *tn_rt_imports_find(struct tn_imports *imports,
                                    struct tn_str module, struct tn_str name);

/* As tn_imports_define, of an item of this store; names may hold zeros. */
tn_status tn_rt_imports_define(struct tn_imports *imports, struct tn_str module,
                               struct tn_str name, tn_extern item,
                               tn_error *err);

/* The store goes before its imports. */
void tn_rt_imports_orphan(struct tn_store *store);

#endif
