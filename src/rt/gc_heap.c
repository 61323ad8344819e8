/* gc_heap.c - cells, blocks and where they come from.
 *
 * Blocks come in chunks of the allocator's, each as large as all before it,
 * up to 1 MiB. Empty ones serve whichever class asks next; a chunk of empty
 * ones goes back when the heap is more than what it needs to grow again. Large
 * objects go back at once. */
#include "rt/gc_heap.h"

#include "rt/store.h"

enum {
    CHUNK_MOST = 16,          /* blocks */
    PATIENCE_LEAST = 2 << 20, /* bytes between two collections, at least */
    SMALLEST_CELL = 16,
};

/* Multiples of 8; above 128 four to each doubling; at last, what divides a
 * block well. */
static const uint16_t cell_sizes[TN_GC_CLASSES] = {
    16,   24,   32,   40,   48,   56,    64,    80,    96,    112,
    128,  160,  192,  224,  256,  320,   384,   448,   512,   640,
    768,  896,  1024, 1280, 1536, 1792,  2048,  2560,  3072,  3584,
    4096, 5368, 6440, 8056, 9200, 10736, 12888, 16112, 21480, TN_GC_LARGE};

uint8_t tn_gc_class_of(size_t bytes)
{
    if (bytes <= 64)
        return bytes <= SMALLEST_CELL ? 0 : (uint8_t)((bytes - 9) / 8);
    uint8_t i = 7;
    while (i < TN_GC_CLASSES && cell_sizes[i] < bytes)
        i++;
    return i;
}

/* --- By address ------------------------------------------------------------------ */

static size_t home_of(const struct tn_gc_heap *heap, const void *block)
{
    return ((uintptr_t)block / TN_GC_BLOCK) & (heap->table_size - 1);
}

static void enter_block(struct tn_gc_heap *heap, struct tn_gc_block *block)
{
    size_t i = home_of(heap, block);
    while (heap->table[i] != NULL)
        i = (i + 1) & (heap->table_size - 1);
    heap->table[i] = block;
    heap->table_count++;
}

/* Room for `more` blocks, so that entering them cannot fail. */
static bool widen_table(struct tn_store *store, size_t more)
{
    struct tn_gc_heap *heap = &store->gc;
    size_t size = heap->table_size > 0 ? heap->table_size : 32;
    while (size / 2 < heap->table_count + more)
        size *= 2;
    if (size == heap->table_size)
        return true;
    struct tn_gc_heap wide = {.table_size = size};
    wide.table = TN_ALLOC_ARRAY(store->alloc, struct tn_gc_block *, size);
    if (wide.table == NULL)
        return false;
    for (size_t i = 0; i < heap->table_size; i++)
        if (heap->table[i] != NULL)
            enter_block(&wide, heap->table[i]);
    tn_alloc_free(store->alloc, (void *)heap->table,
                  heap->table_size * sizeof *heap->table);
    heap->table = wide.table;
    heap->table_size = size;
    return true;
}

/* Those behind it that were displaced move up. */
static void leave_block(struct tn_gc_heap *heap,
                        const struct tn_gc_block *block)
{
    size_t mask = heap->table_size - 1, hole = home_of(heap, block);
    while (heap->table[hole] != block)
        hole = (hole + 1) & mask;
    for (size_t i = (hole + 1) & mask; heap->table[i] != NULL;
         i = (i + 1) & mask)
        if (((i - home_of(heap, heap->table[i])) & mask) >=
            ((i - hole) & mask)) {
            heap->table[hole] = heap->table[i];
            hole = i;
        }
    heap->table[hole] = NULL;
    heap->table_count--;
}

static struct tn_gc_block *find_block(const struct tn_gc_heap *heap,
                                      uintptr_t address)
{
    size_t mask = heap->table_size - 1;
    size_t i = heap->table_size > 0 ? (address / TN_GC_BLOCK) & mask : 0;
    while (heap->table_size > 0 && heap->table[i] != NULL) {
        if ((uintptr_t)heap->table[i] == address / TN_GC_BLOCK * TN_GC_BLOCK)
            return heap->table[i];
        i = (i + 1) & mask;
    }
    return NULL;
}

struct tn_object *tn_gc_object_at(const struct tn_gc_heap *heap, uint64_t word)
{
    if (word % 8 != 0 || word != (uintptr_t)word)
        return NULL;
    struct tn_gc_block *block = find_block(heap, (uintptr_t)word);
    if (block == NULL || word % TN_GC_BLOCK < TN_GC_CELLS)
        return NULL;
    struct tn_object *at = tn_slot_pointer(word);
    uint32_t cell = tn_gc_cell_of(block, at);
    bool is_object = cell < block->cell_count &&
                     (block->used[cell / 64] >> cell % 64 & 1) != 0 &&
                     tn_gc_cell_at(block, cell) == at;
    return is_object ? at : NULL;
}

/* --- Memory ----------------------------------------------------------------------- */

static bool may_grow(const struct tn_store *store, uint64_t bytes)
{
    const tn_store_config *config = &store->config;
    uint64_t now = store->gc.bytes;
    if (bytes > config->max_gc_bytes || now > config->max_gc_bytes - bytes)
        return false;
    return config->gc_grow == NULL ||
           config->gc_grow(config->gc_ctx, now, bytes);
}

static void *take_memory(struct tn_store *store, size_t bytes)
{
    void *memory = may_grow(store, bytes)
                       ? tn_alloc_resize(store->alloc, NULL, 0, bytes)
                       : NULL;
    if (memory != NULL)
        store->gc.bytes += bytes;
    return memory;
}

static void give_memory(struct tn_store *store, void *memory, size_t bytes)
{
    store->gc.bytes -= bytes;
    tn_alloc_free(store->alloc, memory, bytes);
}

static struct tn_gc_block *aligned(void *memory)
{
    uintptr_t into = (uintptr_t)memory & (TN_GC_BLOCK - 1);
    return (void *)((char *)memory + (into == 0 ? 0 : TN_GC_BLOCK - into));
}

/* More empty blocks. */
static bool take_chunk(struct tn_store *store)
{
    struct tn_gc_heap *heap = &store->gc;
    size_t count =
        heap->table_count < CHUNK_MOST ? heap->table_count + 1 : CHUNK_MOST;
    struct tn_gc_chunk chunk = {NULL, (count + 1) * TN_GC_BLOCK};
    if (!widen_table(store, count + 1))
        return false;
    chunk.memory = take_memory(store, chunk.bytes);
    if (chunk.memory == NULL)
        return false;
    if (!TN_VEC_PUSH(&heap->chunks, store->alloc, chunk)) {
        give_memory(store, chunk.memory, chunk.bytes);
        return false;
    }
    char *end = (char *)chunk.memory + chunk.bytes;
    for (char *at = (char *)aligned(chunk.memory);
         end - at >= (ptrdiff_t)TN_GC_BLOCK; at += TN_GC_BLOCK) {
        struct tn_gc_block *block = (void *)at;
        memset(block, 0, sizeof *block);
        block->next = heap->empty;
        heap->empty = block;
        enter_block(heap, block);
    }
    return true;
}

static struct tn_gc_block *take_free_block(struct tn_store *store,
                                           uint8_t size_class)
{
    struct tn_gc_heap *heap = &store->gc;
    uint32_t bytes = cell_sizes[size_class];
    if (heap->empty == NULL && !take_chunk(store))
        return NULL;
    struct tn_gc_block *block = heap->empty;
    heap->empty = block->next;
    block->next = heap->blocks;
    heap->blocks = block;
    block->size_class = size_class;
    block->cell_bytes = bytes;
    block->cell_count = (uint32_t)(TN_GC_BLOCK - TN_GC_CELLS) / bytes;
    block->reciprocal = UINT32_MAX / bytes + 1;
    block->free_count = block->cell_count;
    return block;
}

/* --- Cells ------------------------------------------------------------------------ */

static void clear_cells(const struct tn_gc_cursor *c)
{
    uint32_t bytes = c->cell_bytes;
    if (c->free == UINT64_MAX) {
        memset(c->cells, 0, (size_t)64 * bytes);
        return;
    }
    for (uint64_t rest = c->free; rest != 0; rest &= rest - 1)
        memset(c->cells + (size_t)__builtin_ctzll(rest) * bytes, 0, bytes);
}

/* The free cells of the next word of the map that has some. They count as used
 * from now on, but for the rest that tn_gc_heap_settle gives back. */
static bool next_word(struct tn_gc_cursor *c)
{
    struct tn_gc_block *block = c->block;
    while (block != NULL && c->word * 64 < block->cell_count) {
        uint32_t first = c->word * 64, count = block->cell_count - first;
        uint64_t all = count < 64 ? ((uint64_t)1 << count) - 1 : UINT64_MAX;
        uint64_t free = all & ~block->used[c->word];
        c->word++;
        if (free == 0)
            continue;
        block->used[c->word - 1] |= free;
        c->free = free;
        c->cells = (uint8_t *)tn_gc_cell_at(block, first);
        clear_cells(c);
        return true;
    }
    return false;
}

static void give_back(struct tn_gc_cursor *c, uint64_t cells)
{
    if (cells == 0)
        return;
    c->block->used[c->word - 1] &= ~cells;
    c->free &= ~cells;
}

static bool next_block(struct tn_store *store, struct tn_gc_cursor *c)
{
    struct tn_gc_block *block = c->open;
    if (block != NULL)
        c->open = block->next_open;
    else
        block = take_free_block(store, (uint8_t)(c - store->gc.cursors));
    if (block == NULL)
        return false;
    c->block = block;
    c->word = 0;
    store->gc.fresh += (uint64_t)block->free_count * block->cell_bytes;
    return true;
}

static bool is_due(const struct tn_store *store)
{
    uint64_t patience = store->gc.patience;
    return store->gc.fresh >=
           (patience > PATIENCE_LEAST ? patience : PATIENCE_LEAST);
}

static bool refill(struct tn_context *context, struct tn_gc_cursor *c)
{
    struct tn_store *store = context->store;
    bool has_collected = store->config.gc_mode == TN_GC_STRESS;
    if (has_collected)
        tn_gc_collect(context);
    while (!next_word(c)) {
        if (is_due(store)) {
            tn_gc_collect(context);
            has_collected = true;
        }
        if (next_block(store, c))
            continue;
        if (has_collected)
            return false;
        tn_gc_collect(context);
        has_collected = true;
    }
    if (store->config.gc_mode == TN_GC_STRESS)
        give_back(c, c->free & (c->free - 1));
    return true;
}

static struct tn_gc_block *new_large(struct tn_store *store, size_t bytes)
{
    size_t whole = bytes + TN_GC_CELLS + TN_GC_BLOCK;
    if (bytes > SIZE_MAX / 2 || !widen_table(store, 1))
        return NULL;
    void *memory = take_memory(store, whole);
    if (memory == NULL)
        return NULL;
    struct tn_gc_block *block = aligned(memory);
    memset(block, 0, TN_GC_CELLS + bytes);
    block->memory = memory;
    block->bytes = whole;
    block->cell_count = 1;
    block->used[0] = 1;
    block->next = store->gc.large;
    store->gc.large = block;
    enter_block(&store->gc, block);
    return block;
}

static struct tn_object *take_large(struct tn_context *context, size_t bytes)
{
    struct tn_store *store = context->store;
    bool has_collected = store->config.gc_mode == TN_GC_STRESS || is_due(store);
    if (has_collected)
        tn_gc_collect(context);
    struct tn_gc_block *block = new_large(store, bytes);
    if (block == NULL && !has_collected) {
        tn_gc_collect(context);
        block = new_large(store, bytes);
    }
    if (block == NULL)
        return NULL;
    store->gc.fresh += bytes;
    return tn_gc_cell_at(block, 0);
}

struct tn_object *tn_gc_take(struct tn_context *context, uint8_t size_class,
                             size_t bytes)
{
    if (size_class == TN_GC_CLASSES)
        return take_large(context, bytes);
    struct tn_gc_heap *heap = &context->store->gc;
    struct tn_gc_cursor *c = &heap->cursors[size_class];
    c->cell_bytes = cell_sizes[size_class];
    if (c->free == 0 && !refill(context, c))
        return NULL;
    return tn_gc_at_hand(heap, size_class);
}

/* --- Sweeping --------------------------------------------------------------------- */

void tn_gc_heap_settle(struct tn_gc_heap *heap)
{
    for (uint32_t i = 0; i < TN_GC_CLASSES; i++) {
        struct tn_gc_cursor *c = &heap->cursors[i];
        give_back(c, c->free);
        c->block = c->open = NULL;
    }
}

/* For tests: what still refers to a dead object shall fall over it. */
static void spoil_dead(struct tn_gc_block *block, uint32_t w)
{
    uint64_t dead = block->used[w] & ~block->marks[w];
    for (; dead != 0; dead &= dead - 1) {
        uint32_t cell = w * 64 + (uint32_t)__builtin_ctzll(dead);
        memset(tn_gc_cell_at(block, cell), 0x6b, block->cell_bytes);
    }
}

/* How many cells stay. */
static uint32_t sweep_block(struct tn_gc_block *block, bool spoils)
{
    uint32_t kept = 0;
    for (uint32_t w = 0; w * 64 < block->cell_count; w++) {
        if (spoils)
            spoil_dead(block, w);
        kept += (uint32_t)__builtin_popcountll(block->marks[w]);
        block->used[w] = block->marks[w];
        block->marks[w] = 0;
    }
    block->free_count = block->cell_count - kept;
    return kept;
}

static void sweep_blocks(struct tn_gc_heap *heap, bool spoils)
{
    struct tn_gc_block *blocks = heap->blocks, *next;
    heap->blocks = NULL;
    for (struct tn_gc_block *block = blocks; block != NULL; block = next) {
        next = block->next;
        uint32_t kept = sweep_block(block, spoils);
        struct tn_gc_block **list = kept > 0 ? &heap->blocks : &heap->empty;
        if (kept == 0)
            block->cell_count = 0;
        block->next = *list;
        *list = block;
        heap->live += (uint64_t)kept * block->cell_bytes;
        if (kept == 0 || block->free_count == 0)
            continue;
        struct tn_gc_cursor *c = &heap->cursors[block->size_class];
        block->next_open = c->open;
        c->open = block;
    }
}

static void free_large(struct tn_store *store, struct tn_gc_block *block)
{
    leave_block(&store->gc, block);
    give_memory(store, block->memory, block->bytes);
}

static void sweep_large(struct tn_store *store)
{
    struct tn_gc_block **link = &store->gc.large;
    while (*link != NULL) {
        struct tn_gc_block *block = *link;
        if (block->marks[0] == 0) {
            *link = block->next;
            free_large(store, block);
            continue;
        }
        block->marks[0] = 0;
        store->gc.live += block->bytes;
        link = &block->next;
    }
}

/* --- Giving back ------------------------------------------------------------------ */

static bool is_empty_chunk(const struct tn_gc_chunk *chunk)
{
    const char *end = (const char *)chunk->memory + chunk->bytes;
    for (const char *at = (const char *)aligned(chunk->memory);
         end - at >= (ptrdiff_t)TN_GC_BLOCK; at += TN_GC_BLOCK)
        if (((const struct tn_gc_block *)(const void *)at)->cell_count != 0)
            return false;
    return true;
}

static bool is_in_chunk(const struct tn_gc_chunk *chunk, const void *at)
{
    uintptr_t into = (uintptr_t)at - (uintptr_t)chunk->memory;
    return into < chunk->bytes;
}

static void free_chunk(struct tn_store *store, const struct tn_gc_chunk *chunk)
{
    struct tn_gc_block **link = &store->gc.empty;
    while (*link != NULL) {
        struct tn_gc_block *block = *link;
        if (is_in_chunk(chunk, block)) {
            *link = block->next;
            leave_block(&store->gc, block);
        } else {
            link = &block->next;
        }
    }
    give_memory(store, chunk->memory, chunk->bytes);
}

/* The newest first, which are the largest. */
static void trim_heap(struct tn_store *store)
{
    struct tn_gc_heap *heap = &store->gc;
    uint64_t enough = heap->live * 2 + (uint64_t)2 * PATIENCE_LEAST;
    for (size_t i = heap->chunks.count; i-- > 0;) {
        struct tn_gc_chunk chunk = heap->chunks.at[i];
        if (heap->bytes < enough + chunk.bytes || !is_empty_chunk(&chunk))
            continue;
        free_chunk(store, &chunk);
        heap->chunks.at[i] = heap->chunks.at[--heap->chunks.count];
    }
}

void tn_gc_heap_sweep(struct tn_store *store)
{
    struct tn_gc_heap *heap = &store->gc;
    heap->live = 0;
    sweep_blocks(heap, store->config.gc_mode == TN_GC_STRESS);
    sweep_large(store);
    trim_heap(store);
    heap->fresh = 0;
    heap->patience = heap->live + heap->root_bytes;
    heap->root_bytes = 0;
    heap->collections++;
}

void tn_gc_heap_clear(struct tn_store *store)
{
    struct tn_gc_heap *heap = &store->gc;
    while (heap->large != NULL) {
        struct tn_gc_block *block = heap->large;
        heap->large = block->next;
        free_large(store, block);
    }
    for (size_t i = 0; i < heap->chunks.count; i++)
        give_memory(store, heap->chunks.at[i].memory, heap->chunks.at[i].bytes);
    TN_VEC_CLEAR(&heap->chunks, store->alloc);
    tn_alloc_free(store->alloc, (void *)heap->table,
                  heap->table_size * sizeof *heap->table);
    tn_alloc_free(store->alloc, heap->pins,
                  heap->pins_size * sizeof *heap->pins);
    TN_VEC_CLEAR(&heap->stack, store->alloc);
    tn_gc_types_clear(store);
}
