/* image.h - what a dynamic linker knows of a module, before any space has it.
 *
 * Its definitions, in a hash table of the form that ELF's GNU hash has (a Bloom
 * filter, buckets, chains that are slices of one array); its references, one
 * for each import, with their hashes; and which of its exports are the
 * linker's own business. Pure data, made once for a module, read by any
 * thread. */
#ifndef TN_DYN_IMAGE_H
#define TN_DYN_IMAGE_H

#include "dyn/dylink.h"

enum tn_dyn_kind {
    TN_DYN_FUNC,
    TN_DYN_DATA,
    TN_DYN_TAG
};

/* "function", "data", "tag". */
const char *tn_dyn_kind_text(enum tn_dyn_kind kind);

/* A symbol that a module defines: an export that is a function, a tag, or a
 * constant global of type i32 or i64 whose value is a constant. What it
 * imports and exports again is no definition. */
struct tn_dyn_def {
    enum tn_dyn_kind kind;
    bool is_absolute; /* data: the value is the address: by its flag, or
                       * because the module is not position independent */
    bool is_tls;      /* data: the value counts from the thread's block, and
                       * so is no address */
    uint32_t index;   /* in the kind's index space; of data, a global's */
    uint64_t value;   /* of data */
};

enum tn_dyn_ref_kind {
    TN_DYN_REF_FUNC,          /* env.f */
    TN_DYN_REF_TAG,           /* env.t */
    TN_DYN_REF_GOT_FUNC,      /* GOT.func.f: its table slot */
    TN_DYN_REF_GOT_MEM,       /* GOT.mem.x: its address */
    TN_DYN_REF_MEMORY,        /* env.memory */
    TN_DYN_REF_TABLE,         /* env.__indirect_function_table */
    TN_DYN_REF_STACK_POINTER, /* env.__stack_pointer */
    TN_DYN_REF_MEMORY_BASE,   /* env.__memory_base, __memory_base32 */
    TN_DYN_REF_TABLE_BASE,    /* env.__table_base, __table_base32 */
    TN_DYN_REF_HOST           /* anything else: another module's, or of a type
                               * that none of these has */
};

/* An import. */
struct tn_dyn_ref {
    uint32_t hash; /* of its name */
    uint8_t kind;  /* enum tn_dyn_ref_kind */
    bool is_weak;  /* may stay undefined */
};

struct tn_dyn_image {
    const struct tn_mod *mod; /* borrowed */
    struct tn_arena arena;
    struct tn_dylink dylink;
    bool is_pic; /* imports env.__memory_base or env.__table_base */
    bool is_64;  /* its memory 0 has 64-bit addresses */

    struct tn_dyn_ref *refs; /* one for each of mod->imports */

    /* Definitions, by bucket; also those that are internal. */
    uint32_t def_count, bucket_count, bloom_mask;
    uint64_t *bloom;   /* bloom_mask + 1 words */
    uint32_t *buckets; /* bucket_count + 1 of them: where each begins */
    uint32_t *hashes, *export_of;
    uint32_t *values, *high_values; /* two halves; null when all are 0 */
    uint8_t *flags;

    /* For each own function, the element that an active segment of table 0
     * gives it: the first, counted from __table_base, or absolute if the
     * module is not position independent. TN_NONE for none. Null when none
     * has one. An element that a later segment may overwrite does not count. */
    uint32_t *elem_of;

    /* Own functions of type () -> () among the exports; or TN_NONE. */
    uint32_t apply_data_relocs;  /* __wasm_apply_data_relocs */
    uint32_t initialize;         /* _initialize, or else __wasm_call_ctors */
    uint32_t call_dtors;         /* __wasm_call_dtors; a symbol too, which
                                  * libc has for main's crt */
    uint32_t start;              /* _start */
    const char *initialize_name; /* null for none */

    uint32_t init_tls; /* __wasm_init_tls, (i32) or (i64) -> (); or TN_NONE */
    uint64_t tls_size, tls_align; /* bytes; the latter a power of two */

    /* The start function, if there is one, calls nothing but functions of the
     * module itself: it can run before other modules do. */
    bool start_is_local;
};

/* `mod` is valid and outlives the image. TN_E_MALFORMED for its dylink.0
 * section. TN_E_UNLINKABLE when it is position independent, and the memory or
 * table that it shares is not its first, or a segment of that is not at its
 * base plus a constant, or reaches beyond what dylink.0 asks for; also for an
 * alignment of thread-local data that is none. */
tn_status tn_dyn_image_read(const struct tn_mod *mod, const tn_allocator *alloc,
                            struct tn_dyn_image **out, tn_error *err);
void tn_dyn_image_free(struct tn_dyn_image *image);

/* DJB's hash, as ELF's GNU hash has it. */
uint32_t tn_dyn_hash(struct tn_str name);

/* Names that never bind two modules: "memory", "__wasm_call_ctors" ... */
bool tn_dyn_is_internal(struct tn_str name);

/* The definition with this name and its hash; false for none, and for names
 * that are internal. */
bool tn_dyn_find(const struct tn_dyn_image *image, struct tn_str name,
                 uint32_t hash, struct tn_dyn_def *out);

/* The same, for the linker itself: internal names too, as the __heap_base of
 * a module that is not position independent. */
bool tn_dyn_find_any(const struct tn_dyn_image *image, const char *name,
                     struct tn_dyn_def *out);

/* Can definition `i`, of the image's def_count, be found, or is it internal? */
bool tn_dyn_is_symbol(const struct tn_dyn_image *image, uint32_t i);

/* The first of `count` images that defines it: first wins, weak or not.
 * TN_NONE for none. Null entries are passed over. */
uint32_t tn_dyn_lookup(const struct tn_dyn_image *const *scope, uint32_t count,
                       struct tn_str name, uint32_t hash,
                       struct tn_dyn_def *out);

#endif
