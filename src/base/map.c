#include "base/map.h"

static const char EMPTY_KEY[1] = "";

static struct tn_map_entry *place(const struct tn_map *map, struct tn_str key,
                                  uint32_t hash)
{
    for (size_t i = hash;; i++) {
        struct tn_map_entry *e = &map->entries[i & (map->cap - 1)];
        if (e->key.at == NULL || (e->hash == hash && tn_str_equal(e->key, key)))
            return e;
    }
}

uint32_t tn_map_get(const struct tn_map *map, struct tn_str key)
{
    if (map->cap == 0)
        return TN_MAP_NONE;
    const struct tn_map_entry *e = place(map, key, tn_str_hash(key));
    return e->key.at == NULL ? TN_MAP_NONE : e->value;
}

static bool grow(struct tn_map *map, const tn_allocator *alloc)
{
    size_t cap = map->cap ? map->cap * 2 : 8;
    struct tn_map bigger = {TN_ALLOC_ARRAY(alloc, struct tn_map_entry, cap),
                            map->count, cap};
    if (bigger.entries == NULL)
        return false;
    for (size_t i = 0; i < map->cap; i++) {
        const struct tn_map_entry *e = &map->entries[i];
        if (e->key.at != NULL)
            *place(&bigger, e->key, e->hash) = *e;
    }
    tn_map_clear(map, alloc);
    *map = bigger;
    return true;
}

enum tn_map_put tn_map_put(struct tn_map *map, const tn_allocator *alloc,
                           struct tn_str key, uint32_t value)
{
    if ((map->count + 1) * 4 > map->cap * 3 && !grow(map, alloc))
        return TN_MAP_NO_MEMORY;
    if (key.at == NULL)
        key = (struct tn_str){EMPTY_KEY, 0};
    uint32_t hash = tn_str_hash(key);
    struct tn_map_entry *e = place(map, key, hash);
    if (e->key.at != NULL)
        return TN_MAP_PRESENT;
    *e = (struct tn_map_entry){key, hash, value};
    map->count++;
    return TN_MAP_ADDED;
}

void tn_map_clear(struct tn_map *map, const tn_allocator *alloc)
{
    tn_alloc_free(alloc, map->entries, map->cap * sizeof(struct tn_map_entry));
    *map = (struct tn_map){0};
}
