#include "base/map.h"
#include "fault_alloc.h"
#include "tn_test.h"

TEST(an_empty_map_knows_no_name)
{
    struct tn_map map = {0};
    CHECK_EQ(TN_MAP_NONE, tn_map_get(&map, tn_str_of("a")));
    CHECK_EQ(TN_MAP_NONE, tn_map_get(&map, tn_str_of("")));
    tn_map_clear(&map, &tn_alloc_libc);
}

TEST(the_first_value_of_a_name_stays)
{
    struct tn_map map = {0};
    struct tn_str name = tn_str_of("memory");
    CHECK_EQ(TN_MAP_ADDED, tn_map_put(&map, &tn_alloc_libc, name, 1));
    CHECK_EQ(TN_MAP_PRESENT, tn_map_put(&map, &tn_alloc_libc, name, 2));
    CHECK_EQ(1, tn_map_get(&map, name));
    CHECK_EQ(1, map.count);
    tn_map_clear(&map, &tn_alloc_libc);
}

TEST(the_empty_name_and_names_with_zeros_are_names)
{
    struct tn_map map = {0};
    struct tn_str none = {NULL, 0}, zero = {"\0", 1}, two = {"\0\0", 2};
    CHECK_EQ(TN_MAP_ADDED, tn_map_put(&map, &tn_alloc_libc, none, 1));
    CHECK_EQ(TN_MAP_ADDED, tn_map_put(&map, &tn_alloc_libc, zero, 2));
    CHECK_EQ(TN_MAP_ADDED, tn_map_put(&map, &tn_alloc_libc, two, 3));
    CHECK_EQ(TN_MAP_PRESENT,
             tn_map_put(&map, &tn_alloc_libc, tn_str_of(""), 4));
    CHECK_EQ(1, tn_map_get(&map, tn_str_of("")));
    CHECK_EQ(2, tn_map_get(&map, zero));
    CHECK_EQ(3, tn_map_get(&map, two));
    tn_map_clear(&map, &tn_alloc_libc);
}

#define NAMES 5000
static char names[NAMES][8];

static struct tn_str name_of(int i)
{
    (void)snprintf(names[i], sizeof names[i], "f%d", i);
    return tn_str_of(names[i]);
}

TEST(many_names_are_found_again)
{
    struct tn_map map = {0};
    for (int i = 0; i < NAMES; i++)
        CHECK_EQ(TN_MAP_ADDED,
                 tn_map_put(&map, &tn_alloc_libc, name_of(i), (uint32_t)i));
    for (int i = 0; i < NAMES; i++)
        CHECK_EQ(i, tn_map_get(&map, name_of(i)));
    CHECK_EQ(TN_MAP_NONE, tn_map_get(&map, tn_str_of("f5000")));
    CHECK(map.count * 4 <= map.cap * 3);
    tn_map_clear(&map, &tn_alloc_libc);
}

TEST(a_put_without_memory_changes_nothing)
{
    struct fault fault = fault_at(1);
    tn_allocator alloc = fault_allocator(&fault);
    struct tn_map map = {0};
    for (int i = 0; i < 6; i++)
        CHECK_EQ(TN_MAP_ADDED,
                 tn_map_put(&map, &alloc, name_of(i), (uint32_t)i));
    CHECK_EQ(TN_MAP_NO_MEMORY, tn_map_put(&map, &alloc, name_of(6), 6));
    CHECK_EQ(6, map.count);
    for (int i = 0; i < 6; i++)
        CHECK_EQ(i, tn_map_get(&map, name_of(i)));
    CHECK_EQ(TN_MAP_NONE, tn_map_get(&map, name_of(6)));
    tn_map_clear(&map, &alloc);
    CHECK_EQ(0, fault.live);
    CHECK_EQ(0, fault.wrong_size);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
