#include "dyn/room.h"

#include "fault_alloc.h"
#include "tn_test.h"

TEST(the_lowest_span_that_fits_is_taken)
{
    struct tn_room room;
    uint64_t at;
    tn_room_init(&room, &tn_alloc_libc);
    CHECK(!tn_room_take(&room, 1, 0, &at));
    CHECK(tn_room_extend(&room, 100, 10));
    CHECK(tn_room_extend(&room, 10, 5));
    CHECK_EQ(15, room.free_size);
    CHECK(tn_room_take(&room, 6, 0, &at));
    CHECK_EQ(100, at);
    CHECK(tn_room_take(&room, 5, 0, &at));
    CHECK_EQ(10, at);
    CHECK(!tn_room_take(&room, 5, 0, &at));
    CHECK(tn_room_take(&room, 4, 0, &at));
    CHECK_EQ(106, at);
    CHECK_EQ(0, room.free_size);
    CHECK_EQ(0, room.free.count);
    tn_room_clear(&room);
}

TEST(what_is_taken_is_aligned_and_the_rest_stays)
{
    struct tn_room room;
    uint64_t at;
    tn_room_init(&room, &tn_alloc_libc);
    CHECK(tn_room_extend(&room, 1, 100));
    CHECK(tn_room_take(&room, 8, 4, &at));
    CHECK_EQ(16, at);
    CHECK_EQ(2, room.free.count);
    CHECK(tn_room_take(&room, 15, 0, &at)); /* exactly what was before it */
    CHECK_EQ(1, at);
    CHECK(!tn_room_take(&room, 1, 7, &at));
    CHECK(!tn_room_take(&room, 1, 63, &at));
    CHECK(!tn_room_take(&room, 1, 64, &at));
    CHECK(tn_room_take(&room, 37, 6, &at)); /* exactly the end */
    CHECK_EQ(64, at);
    CHECK_EQ(40, room.free_size);
    tn_room_clear(&room);
}

TEST(zero_units_are_at_0_and_take_nothing)
{
    struct tn_room room;
    uint64_t at = 7;
    struct fault fault = fault_at(0);
    tn_allocator alloc = fault_allocator(&fault);
    tn_room_init(&room, &alloc);
    CHECK(tn_room_take(&room, 0, 99, &at));
    CHECK_EQ(0, at);
    tn_room_give(&room, 0, 0);
    CHECK(tn_room_extend(&room, 50, 0));
    CHECK_EQ(0, room.taken);
    CHECK_EQ(0, fault.requests);
    tn_room_clear(&room);
}

TEST(what_is_given_back_joins_its_neighbours)
{
    struct tn_room room;
    uint64_t at[4];
    tn_room_init(&room, &tn_alloc_libc);
    CHECK(tn_room_extend(&room, 0, 40));
    for (int i = 0; i < 4; i++)
        CHECK(tn_room_take(&room, 10, 0, &at[i]));
    tn_room_give(&room, 0, 10);
    tn_room_give(&room, 20, 10);
    CHECK_EQ(2, room.free.count);
    tn_room_give(&room, 30, 10); /* behind a free one */
    CHECK_EQ(2, room.free.count);
    tn_room_give(&room, 10, 10); /* between two */
    CHECK_EQ(1, room.free.count);
    CHECK_EQ(40, room.free_size);
    CHECK(tn_room_take(&room, 30, 0, &at[0]));
    tn_room_give(&room, 20, 10); /* before one; 20 units never come back */
    CHECK_EQ(1, room.free.count);
    CHECK_EQ(20, room.free.at[0].at);
    CHECK_EQ(0, room.taken);
    CHECK(tn_room_extend(&room, 40, 60));
    CHECK_EQ(1, room.free.count);
    CHECK_EQ(80, room.free.at[0].size);
    tn_room_clear(&room);
}

TEST(a_room_may_be_all_there_is)
{
    struct tn_room room;
    uint64_t at;
    tn_room_init(&room, &tn_alloc_libc);
    CHECK(tn_room_extend(&room, 1024, UINT64_MAX - 1023));
    CHECK(!tn_room_take(&room, UINT64_MAX - 1022, 0, &at));
    CHECK(tn_room_take(&room, 1, 63, &at));
    CHECK(at == UINT64_C(1) << 63);
    tn_room_give(&room, at, 1);
    CHECK_EQ(1, room.free.count);
    CHECK(tn_room_take(&room, UINT64_MAX - 1023, 10, &at));
    CHECK_EQ(1024, at);
    CHECK_EQ(0, room.free.count);
    tn_room_clear(&room);
}

TEST(no_memory_leaves_the_room_as_it_was)
{
    struct tn_room room;
    uint64_t at;
    struct fault fault = fault_at(0);
    tn_allocator alloc = fault_allocator(&fault);
    tn_room_init(&room, &alloc);
    CHECK(!tn_room_extend(&room, 0, 9));
    CHECK_EQ(0, room.free_size);
    fault.fail_from = SIZE_MAX;
    CHECK(tn_room_extend(&room, 0, 1000));
    fault.fail_from = 0;
    uint64_t count = 0;
    while (tn_room_take(&room, 1, 0, &at))
        CHECK_EQ(count++, at);
    CHECK(count > 0 && count < 20);
    CHECK_EQ(1000 - count, room.free_size);
    CHECK_EQ(1, room.free.count);
    tn_room_clear(&room);
    CHECK_EQ(0, fault.live);
}

/* --- against a map of bytes ------------------------------------------------------ */

#define UNITS 300
#define TAKEN 60

struct byte_map {
    bool is_free[UNITS];
    struct tn_span taken[TAKEN];
    uint32_t count;
    uint64_t state;
};

static uint64_t next_choice(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return *state >> 33;
}

static uint64_t first_fit(const struct byte_map *map, uint64_t size,
                          uint32_t align_log2)
{
    for (uint64_t at = 0; at + size <= UNITS; at += UINT64_C(1) << align_log2) {
        uint64_t n = 0;
        while (n < size && map->is_free[at + n])
            n++;
        if (n == size)
            return at;
    }
    return UINT64_MAX;
}

static void set_free(struct byte_map *map, uint64_t at, uint64_t size, bool to)
{
    for (uint64_t i = 0; i < size; i++)
        map->is_free[at + i] = to;
}

/* The room's spans are the map's, none touch, and there is memory for those
 * that are taken. */
static void check_same(const struct tn_room *room, const struct byte_map *map)
{
    uint64_t i = 0, free_size = 0;
    for (size_t k = 0; k < room->free.count; k++) {
        struct tn_span span = room->free.at[k];
        CHECK(k == 0 || span.at > i);
        for (; i < span.at; i++)
            CHECK(!map->is_free[i]);
        for (; i < span.at + span.size; i++)
            CHECK(map->is_free[i]);
        CHECK(span.size > 0);
        free_size += span.size;
    }
    for (; i < UNITS; i++)
        CHECK(!map->is_free[i]);
    CHECK_EQ(free_size, room->free_size);
    CHECK_EQ(map->count, room->taken);
    CHECK(room->free.cap >= room->free.count + room->taken);
}

static void take_one(struct tn_room *room, struct byte_map *map)
{
    uint64_t size = 1 + next_choice(&map->state) % 12, at;
    uint32_t align_log2 = (uint32_t)next_choice(&map->state) % 5;
    uint64_t want = first_fit(map, size, align_log2);
    bool ok = map->count < TAKEN && tn_room_take(room, size, align_log2, &at);
    if (!ok)
        return;
    CHECK_EQ(want, at);
    set_free(map, at, size, false);
    map->taken[map->count++] = (struct tn_span){at, size};
}

static void give_one(struct tn_room *room, struct byte_map *map)
{
    if (map->count == 0)
        return;
    uint32_t i = (uint32_t)(next_choice(&map->state) % map->count);
    struct tn_span span = map->taken[i];
    map->taken[i] = map->taken[--map->count];
    tn_room_give(room, span.at, span.size);
    set_free(map, span.at, span.size, true);
}

/* Memory is refused at random, but for what comes back. */
TEST(a_room_is_as_a_map_of_its_units)
{
    uint64_t taken = 0, refused = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct byte_map map = {.state = seed};
        struct fault fault = fault_never();
        tn_allocator alloc = fault_allocator(&fault);
        struct tn_room room;
        tn_room_init(&room, &alloc);
        uint64_t end = 0;
        for (int step = 0; step < 400; step++) {
            uint64_t choice = next_choice(&map.state) % 16;
            bool may_fail = next_choice(&map.state) % 2 == 0;
            fault.fail_from = may_fail ? 0 : SIZE_MAX;
            if (choice == 0 && end + 30 <= UNITS) {
                uint64_t at = end + next_choice(&map.state) % 5;
                if (tn_room_extend(&room, at, 20)) {
                    set_free(&map, at, 20, true);
                    end = at + 20;
                }
            } else if (choice < 9) {
                uint32_t before = map.count;
                take_one(&room, &map);
                taken += map.count - before;
                refused += map.count == before;
            } else {
                fault.fail_from = 0;
                give_one(&room, &map);
            }
            check_same(&room, &map);
        }
        while (map.count > 0)
            give_one(&room, &map);
        check_same(&room, &map);
        tn_room_clear(&room);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
    }
    CHECK(taken > 1000 && refused > 1000);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
