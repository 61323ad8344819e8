/* ldd.h - between cmd_ldd.c, which has a plan made, ldd_plan.c, which takes it
 * down as facts, and the three ways to show them. */
#ifndef TN_CLI_LDD_H
#define TN_CLI_LDD_H

#include "module_set.h"
#include "options.h"
#include "preload.h"

struct ldd_options {
    struct text_list dyld_paths, preload;
    const char *format;
    bool is_bind_now, is_verbose;
};

#define LDD_NONE ((size_t)-1)

/* What a module of the set is to the space. */
enum ldd_member {
    LDD_ISOLATED,
    LDD_OPENABLE, /* a library that nobody needs at the start */
    LDD_LOADED
};

/* Who an import is bound to. */
enum ldd_source {
    LDD_OBJECT, /* `to`; the importer itself too */
    LDD_HOST,   /* WASI, and dlopen with its family */
    LDD_MODULE, /* an isolated module of the set, `to`: a route */
    LDD_SPACE,  /* what all share: memory, table, where the heap begins */
    LDD_NOBODY
};

struct ldd_import {
    tn_binding_kind kind, other_kind;
    tn_binding_fault fault;
    bool is_weak, is_fatal;
    enum ldd_source source;
    size_t to, other; /* `other`: the object that has it otherwise */
    char *module, *name, *type, *other_type; /* owned */
};

struct ldd_need {
    char *name;    /* owned */
    size_t object; /* LDD_NONE: not found */
};

struct ldd_object {
    tn_dso *dso;
    tn_dso_info info;
    bool is_preloaded;
    struct ldd_need *needs; /* info.need_count of them */
    struct ldd_import *imports;
    size_t import_count;
};

/* What one object has of one other, by kind. */
struct ldd_pair {
    size_t from;
    enum ldd_source source;
    size_t to;
    const char *module; /* of the host's; else null. Borrowed */
    uint64_t counts[TN_BINDING_OTHER + 1];
};

struct ldd_region {
    uint64_t at, size;
    const char *what; /* "guard", "stack", "image", "tls", "heap" */
    size_t object;    /* of "image" and "tls" */
};

/* A definition of an object's, by its number there. */
struct ldd_definition {
    size_t object, index;
    const char *name; /* not terminated; borrowed */
    size_t size;
    uint64_t letters; /* ldd_letters of the name */
};

/* A definition whose name is like another's. */
struct ldd_miss {
    size_t object;
    tn_binding_kind kind;
    char *name, *type; /* owned */
};

enum {
    LDD_MISSES = 3
};

struct ldd_plan {
    const char *file;
    bool is_linked; /* else the rest is empty: no linker is needed */
    bool is_verbose;
    const struct set *set;    /* of the file and what is preloaded */
    size_t root;              /* of the set: what object 0 is */
    enum ldd_member *members; /* of each of the set */
    tn_space *space;
    tn_space_info info;
    struct ldd_object *objects;
    size_t object_count;
    struct ldd_pair *pairs; /* in the order of the imports */
    size_t pair_count;
    struct ldd_region *regions; /* by address */
    size_t region_count;
    struct ldd_definition *definitions; /* of all; none if all is defined */
    size_t definition_count;
    size_t fatal_count, missing_count; /* bindings; libraries */
};

/* Fills what is behind `space`. False without memory; free it in any case. */
bool ldd_plan_read(struct ldd_plan *plan, const struct preloads *preloads);
void ldd_plan_free(struct ldd_plan *plan);

/* True for the imports that a pair counts. */
bool ldd_is_of_pair(const struct ldd_pair *pair,
                    const struct ldd_import *import);
/* "liba.so", "itself", "the host's wasi_snapshot_preview1" ... */
void ldd_put_target(FILE *out, const struct ldd_plan *plan,
                    const struct ldd_pair *pair);
/* "3 calls, 1 pointer". */
void ldd_put_counts(FILE *out, const struct ldd_pair *pair);
/* "function", "data", "tag" ... */
const char *ldd_kind_name(tn_binding_kind kind);
/* "call", "pointer", "data", "tag", "space", "other": what is made of it. */
const char *ldd_use_name(tn_binding_kind kind);

/* Which letters a name has, as a set of bits, in either case. */
uint64_t ldd_letters(const char *name, size_t size);
/* Definitions of all objects whose name is that of the import, in another case,
 * or with at most two letters changed; the nearest first. The count; they are
 * to be dropped one by one. */
size_t ldd_misses(const struct ldd_plan *plan, const struct ldd_import *import,
                  struct ldd_miss out[LDD_MISSES]);
void ldd_miss_drop(struct ldd_miss *miss);

/* False without memory. */
bool ldd_as_text(const struct ldd_plan *plan);
void ldd_as_json(const struct ldd_plan *plan);
void ldd_as_dot(const struct ldd_plan *plan);

#endif
