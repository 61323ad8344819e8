/* map.h - names to numbers: open addressing, keys borrowed, never removed.
 *
 * Lookups are about a hundred times more common than inserts (a module's
 * exports are asked for by each of its importers). */
#ifndef TN_BASE_MAP_H
#define TN_BASE_MAP_H

#include "base/alloc.h"
#include "base/str.h"

struct tn_map_entry {
    struct tn_str key; /* key.at is null in an empty place */
    uint32_t hash, value;
};

struct tn_map {
    struct tn_map_entry *entries;
    size_t count, cap; /* cap is 0 or a power of two, at most 3/4 full */
};

#define TN_MAP_NONE UINT32_MAX

/* The value of `key`, or TN_MAP_NONE. */
uint32_t tn_map_get(const struct tn_map *map, struct tn_str key);

enum tn_map_put {
    TN_MAP_ADDED,
    TN_MAP_PRESENT,
    TN_MAP_NO_MEMORY
};

/* Adds `key`, whose bytes the map borrows; one that is present keeps its old
 * value. */
enum tn_map_put tn_map_put(struct tn_map *map, const tn_allocator *alloc,
                           struct tn_str key, uint32_t value);

void tn_map_clear(struct tn_map *map, const tn_allocator *alloc);

#endif
