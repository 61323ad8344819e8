#include "rt/place.h"
#include "rt_test.h"

#define PAGE 65536

static bool is_zero(const uint8_t *at, uint64_t size)
{
    for (uint64_t i = 0; i < size; i++)
        if (at[i] != 0)
            return false;
    return true;
}

TEST(the_class_follows_from_the_declared_maximum)
{
    ONLY_IF(sizeof(void *) == 8); /* else nothing so large is reserved */
    tn_engine *engine = engine_with(NULL, TN_PLACE_AUTO);
    struct tn_places places;
    struct tn_place small, large, open;
    tn_places_init(&places, engine);
    CHECK(tn_place_new(&places, PAGE, 16 << 20, &small));
    CHECK(tn_place_new(&places, PAGE, (16 << 20) + PAGE, &large));
    CHECK(tn_place_new(&places, 0, UINT64_MAX, &open));
    CHECK_EQ(TN_PLACE_SLOT, small.kind);
    CHECK_EQ(TN_PLACE_RESERVED, large.kind);
    CHECK_EQ(TN_PLACE_RESERVED, open.kind);
    CHECK_EQ(2, engine->reservation_count);
    tn_place_free(&places, &small, PAGE);
    tn_place_free(&places, &large, PAGE);
    tn_place_free(&places, &open, 0);
    CHECK_EQ(0, engine->reservation_count);
    tn_places_clear(&places);
    tn_engine_free(engine);
}

TEST(a_slot_that_is_taken_again_is_zero)
{
    tn_engine *engine = engine_with(NULL, TN_PLACE_AUTO);
    struct tn_places places;
    tn_places_init(&places, engine);
    for (uint64_t size = PAGE; size <= 32 * PAGE; size *= 2) {
        struct tn_place first, again;
        CHECK(tn_place_new(&places, size, size, &first));
        uint8_t *base = first.base;
        memset(base, 0xff, (size_t)size);
        tn_place_free(&places, &first, size);
        CHECK(tn_place_new(&places, size, size, &again));
        CHECK(again.base == base);
        CHECK(is_zero(again.base, size));
        tn_place_free(&places, &again, size);
    }
    tn_places_clear(&places);
    tn_engine_free(engine);
}

TEST(slots_do_not_overlap_and_grow_in_place)
{
    tn_engine *engine = engine_with(NULL, TN_PLACE_AUTO);
    struct tn_places places;
    struct tn_place all[200];
    tn_places_init(&places, engine);
    for (size_t i = 0; i < 200; i++) {
        CHECK(tn_place_new(&places, 100, 256, &all[i]));
        memset(all[i].base, (int)i, 100);
    }
    for (size_t i = 0; i < 200; i++) {
        CHECK(tn_place_grow(&places, &all[i], 100, 256));
        CHECK(is_zero(all[i].base + 100, 156));
        memset(all[i].base + 100, (int)i, 156);
    }
    for (size_t i = 0; i < 200; i++) {
        CHECK_EQ((uint8_t)i, all[i].base[0]);
        CHECK_EQ((uint8_t)i, all[i].base[255]);
        tn_place_free(&places, &all[i], 256);
    }
    tn_places_clear(&places);
    tn_engine_free(engine);
}

TEST(a_memory_that_outgrows_its_slot_moves)
{
    tn_engine *engine = engine_with(NULL, TN_PLACE_SLOT);
    struct tn_places places;
    struct tn_place place;
    tn_places_init(&places, engine);
    CHECK(tn_place_new(&places, PAGE, UINT64_MAX, &place));
    CHECK_EQ(TN_PLACE_SLOT, place.kind);
    place.base[PAGE - 1] = 42;
    CHECK(tn_place_grow(&places, &place, PAGE, 17 << 20));
    CHECK_EQ(TN_PLACE_MOVING, place.kind);
    CHECK_EQ(42, place.base[PAGE - 1]);
    CHECK(is_zero(place.base + PAGE, (17 << 20) - PAGE));
    tn_place_free(&places, &place, 17 << 20);
    CHECK_EQ(1, places.classes[TN_SLOT_CLASSES - 1].free.count);
    tn_places_clear(&places);
    tn_engine_free(engine);
}

TEST(growth_moves_only_what_may_move)
{
    static const tn_placement kinds[] = {TN_PLACE_SLOT, TN_PLACE_RESERVED,
                                         TN_PLACE_MOVING};
    for (size_t i = 0; i < 3; i++) {
        tn_engine *engine = engine_with(NULL, kinds[i]);
        struct tn_places places;
        struct tn_place place;
        tn_places_init(&places, engine);
        CHECK(tn_place_new(&places, PAGE, 64 * PAGE, &place));
        CHECK_EQ(kinds[i], place.kind);
        uint8_t *base = place.base;
        base[PAGE - 1] = 42;
        CHECK(tn_place_grow(&places, &place, PAGE, 64 * PAGE));
        CHECK(kinds[i] == TN_PLACE_MOVING || base == place.base);
        CHECK_EQ(42, place.base[PAGE - 1]);
        CHECK(is_zero(place.base + PAGE, 63 * PAGE));
        tn_place_free(&places, &place, 64 * PAGE);
        tn_places_clear(&places);
        tn_engine_free(engine);
    }
}

TEST(a_memory_that_is_too_large_is_refused)
{
    for (int kind = TN_PLACE_AUTO; kind <= TN_PLACE_MOVING; kind++) {
        tn_engine *engine = engine_with(NULL, (tn_placement)kind);
        struct tn_places places;
        struct tn_place place;
        tn_places_init(&places, engine);
        CHECK(!tn_place_new(&places, UINT64_MAX - PAGE, UINT64_MAX, &place));
        CHECK_EQ(0, engine->reservation_count);
        tn_places_clear(&places);
        tn_engine_free(engine);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
