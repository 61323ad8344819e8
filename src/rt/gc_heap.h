/* gc_heap.h - the memory of a store's objects.
 *
 * Blocks of 64 KiB at addresses that are multiples of that, each cut into
 * cells of one size; an object too large for that has a block of its own. So
 * the block of an object is found by masking its address, and what is known
 * of it is one bit in each of the block's two maps. Sweeping is copying one
 * map over the other; nothing touches dead objects.
 *
 *   block    header, maps | cell 0 | cell 1 | ...
 *
 * An allocation takes a bit from the 64 that its size class has at hand: all
 * free cells of one word of a map, zeroed when they are taken. */
#ifndef TN_RT_GC_HEAP_H
#define TN_RT_GC_HEAP_H

#include "base/vec.h"
#include "rt/gc.h"

#define TN_GC_BLOCK ((size_t)64 << 10)

enum {
    TN_GC_WORDS = 64,    /* of a map: as many bits as there are cells of 16 */
    TN_GC_CLASSES = 40,  /* sizes of cells */
    TN_GC_LARGE = 32224, /* bytes: the largest cell */
    TN_GC_FEW = 64,      /* entries of the mark stack that are always there */
};

struct tn_gc_block {
    struct tn_gc_block *next; /* of the heap's blocks, large or empty ones */
    struct tn_gc_block *next_open; /* of its class */
    uint32_t cell_bytes;           /* 0: one large object */
    uint32_t cell_count;           /* 0: the block is empty, and of no class */
    uint32_t reciprocal; /* of cell_bytes, times 2 to the 32nd, rounded up */
    uint32_t free_count; /* cells, after the last sweep */
    uint8_t size_class;
    void *memory; /* large: what the allocator gave, */
    size_t bytes; /* and how much of it */
    uint64_t used[TN_GC_WORDS], marks[TN_GC_WORDS];
};

/* Where a size class allocates. */
struct tn_gc_cursor {
    uint64_t free;  /* cells of the map's word at hand that nobody has */
    uint8_t *cells; /* the one of bit 0 */
    struct tn_gc_block *block; /* null: none yet */
    struct tn_gc_block *open;  /* further ones with free cells */
    uint32_t word;             /* the next one of block->used */
    uint32_t cell_bytes;
};

/* What fields of this type the collector must see. Kept as long as there are
 * objects of it: it retains the type. */
struct tn_gc_type {
    const struct tn_type *type;
    bool is_live;       /* a marked object has it */
    uint8_t size_class; /* of a struct or exception; TN_GC_CLASSES: large */
    uint8_t element;    /* of an array: enum tn_gc_field */
    size_t bytes;       /* of a struct or exception */
    /* Fields that hold objects, then externs, then functions. */
    uint32_t object_count, extern_count, func_count;
    uint32_t offsets[];
};

enum tn_gc_field {
    TN_GC_PLAIN,
    TN_GC_OBJECT, /* any or exn */
    TN_GC_EXTERN,
    TN_GC_FUNC
};

/* An object that is marked; its elements or fields from `from` on are not. */
struct tn_gc_entry {
    struct tn_object *object;
    uint32_t from;
};

/* A reference that the embedder holds. */
struct tn_gc_pin {
    uint64_t ref, count;
    bool is_func;
};

struct tn_gc_heap {
    /* The last, for large objects, never has a cell at hand. */
    struct tn_gc_cursor cursors[TN_GC_CLASSES + 1];
    struct tn_gc_block *blocks, *large, *empty;
    struct tn_vec(struct tn_gc_chunk {
        void *memory;
        size_t bytes;
    }) chunks;
    /* By address, to tell objects from other words: linear probing. */
    struct tn_gc_block **table;
    size_t table_size, table_count;
    struct tn_vec(struct tn_gc_type *) types; /* by id; null: no objects */
    struct tn_gc_pin *pins; /* by reference: linear probing; count 0: empty */
    size_t pins_size, pins_count;
    uint64_t bytes;           /* taken from the allocator for objects */
    uint64_t live;            /* bytes of cells that the last sweep kept */
    uint64_t fresh, patience; /* given out since; how much until the next */
    uint64_t root_bytes; /* a measure of the work that roots were, this time */
    uint64_t collections;

    /* Marking. */
    struct tn_vec(struct tn_gc_entry) stack;
    struct tn_gc_entry few[TN_GC_FEW]; /* when there is no memory */
    uint32_t few_count;
    bool has_overflowed; /* a marked object is on neither stack */
    /* The instance sweep's list, while it marks; else null. */
    struct tn_instance **todo;
};

/* --- Blocks --------------------------------------------------------------- */

static inline struct tn_gc_block *tn_gc_block_of(const void *object)
{
    uintptr_t into = (uintptr_t)object & (TN_GC_BLOCK - 1);
    return (struct tn_gc_block *)((const char *)object - into);
}

enum {
    TN_GC_CELLS = (sizeof(struct tn_gc_block) + 63) / 64 * 64 /* offset */
};

/* Which cell of its block begins at or before `at`. */
static inline uint32_t tn_gc_cell_of(const struct tn_gc_block *block,
                                     const void *at)
{
    uint64_t into = (uint64_t)((const char *)at - (const char *)block);
    return (uint32_t)((into - TN_GC_CELLS) * block->reciprocal >> 32);
}
static inline struct tn_object *tn_gc_cell_at(struct tn_gc_block *block,
                                              uint32_t i)
{
    return (void *)((char *)block + TN_GC_CELLS +
                    (size_t)i * block->cell_bytes);
}

/* The object whose address is `word`; null if there is none. */
struct tn_object *tn_gc_object_at(const struct tn_gc_heap *heap, uint64_t word);

/* --- The heap ------------------------------------------------------------- */

/* The class of cells for `bytes`; TN_GC_CLASSES when they are large. */
uint8_t tn_gc_class_of(size_t bytes);
/* Zeroed; null: no memory. May collect. `bytes` serves the large ones. */
struct tn_object *tn_gc_take(struct tn_context *context, uint8_t size_class,
                             size_t bytes);
/* One that is at hand; null: ask tn_gc_take. */
static inline struct tn_object *tn_gc_at_hand(struct tn_gc_heap *heap,
                                              uint8_t size_class)
{
    struct tn_gc_cursor *c = &heap->cursors[size_class];
    if (c->free == 0)
        return NULL;
    uint32_t i = (uint32_t)__builtin_ctzll(c->free);
    c->free &= c->free - 1;
    return (void *)(c->cells + (size_t)i * c->cell_bytes);
}
/* Before marking: then `used` is exact. */
void tn_gc_heap_settle(struct tn_gc_heap *heap);
/* Frees what is not marked, and takes the marks away. */
void tn_gc_heap_sweep(struct tn_store *store);
/* Everything. */
void tn_gc_heap_clear(struct tn_store *store);

/* What the collector knows of a type: null if there is no object of it yet. */
static inline struct tn_gc_type *tn_gc_known_type(const struct tn_gc_heap *heap,
                                                  const struct tn_type *type)
{
    return type->id < heap->types.count ? heap->types.at[type->id] : NULL;
}
/* The same, made if need be; null: no memory. */
struct tn_gc_type *tn_gc_type_of(struct tn_store *store,
                                 const struct tn_type *type);
/* Lets go of types that no marked object has; or of all. */
void tn_gc_types_sweep(struct tn_store *store);
void tn_gc_types_clear(struct tn_store *store);
enum tn_gc_field tn_gc_field_of(const struct tn_store *store, tn_valtype type);

/* --- Marking --------------------------------------------------------------- */

/* One collection: begin, mark all there is to mark, end. `todo` collects the
 * instances that functions in objects need; null: nobody asks. */
void tn_gc_begin(struct tn_store *store, struct tn_instance **todo);
void tn_gc_end(struct tn_store *store);

/* Whatever the word is: an object, an extern that holds one, or anything else
 * that a slot or global may hold. */
void tn_gc_mark_word(struct tn_store *store, uint64_t word);
/* Until everything that marked objects refer to is marked. */
void tn_gc_mark_rest(struct tn_store *store);
/* Roots: of the frames, and the embedder's; of one instance's own parts. */
void tn_gc_mark_roots(struct tn_context *context);
void tn_gc_mark_instance(struct tn_store *store,
                         const struct tn_instance *instance);

#endif
