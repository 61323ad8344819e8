/* api_proposals.c - proposals that must be asked for: wide arithmetic, and
 * custom page sizes. */
#include "api.h"
#include "build_module.h"

struct asked {
    tn_engine *engine;
    tn_store *store;
    tn_error err;
};

static void asked_begin(struct asked *a, tn_placement placement)
{
    tn_config config = TN_CONFIG_INIT;
    config.features = tn_features_all();
    config.placement = placement;
    *a = (struct asked){0};
    CHECK_EQ(TN_OK, tn_engine_new(&config, &a->engine, &a->err));
    CHECK_EQ(TN_OK, tn_store_new(a->engine, NULL, &a->store, &a->err));
}

static void asked_end(struct asked *a)
{
    tn_store_free(a->store);
    tn_engine_free(a->engine);
}

static tn_status asked_try(struct asked *a, const char *sections,
                           tn_imports *imports, tn_instance **out)
{
    struct built_module m = build_module(sections);
    tn_module *module;
    *out = NULL;
    tn_status status =
        tn_module_new_copy(a->engine, m.bytes, m.size, &module, &a->err);
    if (status == TN_OK)
        status = tn_instance_new(a->store, module, imports, out, &a->err);
    tn_module_free(module);
    return status;
}

static tn_instance *asked_instance(struct asked *a, const char *sections)
{
    tn_instance *instance;
    if (asked_try(a, sections, NULL, &instance) != TN_OK)
        FAIL("%s", a->err.text);
    return instance;
}

static tn_status ask(tn_instance *instance, const char *name, uint64_t *slots)
{
    tn_func *func;
    CHECK_EQ(TN_OK, tn_instance_func(instance, name, &func, NULL));
    return tn_func_call_raw(func, slots, NULL);
}

/* --- Wide arithmetic ---------------------------------------------------------- */

/* a add128, s sub128, m mul_wide_s, u mul_wide_u, on parameters; x: an
 * add128 of what is computed just before, a constant and a local, whose halves
 * are added. */
#define WIDE                                                              \
    "1:03 60 04 7e 7e 7e 7e 02 7e 7e 60 02 7e 7e 02 7e 7e 60 02 7e 7e "   \
    "01 7e;3:05 00 00 01 01 02;7:05 01 61 00 00 01 73 00 01 01 6d 00 02 " \
    "01 75 00 03 01 78 00 04;10:05 "                                      \
    "(00 20 00 20 01 20 02 20 03 fc 13 0b)"                               \
    "(00 20 00 20 01 20 02 20 03 fc 14 0b)"                               \
    "(00 20 00 20 01 fc 15 0b)(00 20 00 20 01 fc 16 0b)"                  \
    "(00 20 00 20 01 7e 42 05 20 01 20 00 20 01 7d fc 13 7c 0b)"

/* Bit by bit, the factors being 128 bits wide. */
static void multiply(uint64_t a, uint64_t b, bool is_signed, uint64_t out[2])
{
    uint64_t a1 = is_signed && a >> 63 ? UINT64_MAX : 0;
    uint64_t b1 = is_signed && b >> 63 ? UINT64_MAX : 0;
    out[0] = out[1] = 0;
    for (int i = 0; i < 128; i++) {
        if ((i < 64 ? b >> i : b1 >> (i - 64)) & 1) {
            uint64_t low = out[0] + a;
            out[1] += a1 + (low < a);
            out[0] = low;
        }
        a1 = a1 << 1 | a >> 63;
        a <<= 1;
    }
}

static const uint64_t samples[] = {0,
                                   1,
                                   2,
                                   UINT64_MAX,
                                   UINT64_MAX - 1,
                                   (uint64_t)1 << 63,
                                   ((uint64_t)1 << 63) - 1,
                                   0x123456789abcdef0,
                                   0xfedcba9876543210,
                                   0xffffffff,
                                   (uint64_t)1 << 32};
enum {
    SAMPLES = sizeof samples / sizeof *samples
};

TEST(products_are_whole)
{
    struct asked a;
    asked_begin(&a, TN_PLACE_AUTO);
    tn_instance *wide = asked_instance(&a, WIDE);
    for (int i = 0; i < SAMPLES * SAMPLES; i++) {
        uint64_t x = samples[i % SAMPLES], y = samples[i / SAMPLES], want[2];
        uint64_t slots[2] = {x, y};
        multiply(x, y, true, want);
        CHECK_EQ(TN_OK, ask(wide, "m", slots));
        CHECK(slots[0] == want[0] && slots[1] == want[1]);
        uint64_t again[2] = {x, y};
        multiply(x, y, false, want);
        CHECK_EQ(TN_OK, ask(wide, "u", again));
        CHECK(again[0] == want[0] && again[1] == want[1]);
    }
    asked_end(&a);
}

TEST(carries_go_into_the_upper_half)
{
    struct asked a;
    asked_begin(&a, TN_PLACE_AUTO);
    tn_instance *wide = asked_instance(&a, WIDE);
    uint64_t sum[4] = {UINT64_MAX, 5, 1, UINT64_MAX};
    CHECK_EQ(TN_OK, ask(wide, "a", sum));
    CHECK(sum[0] == 0 && sum[1] == 5);
    uint64_t difference[4] = {0, 5, 1, 2};
    CHECK_EQ(TN_OK, ask(wide, "s", difference));
    CHECK(difference[0] == UINT64_MAX && difference[1] == 2);
    for (int i = 0; i < SAMPLES * SAMPLES; i++) {
        uint64_t x = samples[i % SAMPLES], y = samples[i / SAMPLES];
        uint64_t there[4] = {x, y, y, x};
        CHECK_EQ(TN_OK, ask(wide, "a", there));
        uint64_t back[4] = {there[0], there[1], y, x};
        CHECK_EQ(TN_OK, ask(wide, "s", back));
        CHECK(back[0] == x && back[1] == y);
    }
    asked_end(&a);
}

TEST(operands_may_come_from_anywhere)
{
    struct asked a;
    asked_begin(&a, TN_PLACE_AUTO);
    tn_instance *wide = asked_instance(&a, WIDE);
    uint64_t slots[2] = {3, 4};
    CHECK_EQ(TN_OK, ask(wide, "x", slots));
    CHECK(slots[0] == 3 * 4 + 4 + 5 - 1);
    asked_end(&a);
}

TEST(proposals_that_nobody_asked_for_are_refused)
{
    struct built_module m = build_module(WIDE);
    struct built_module p = build_module("5:01 08 01 00");
    tn_error err = {0};
    CHECK_EQ(TN_E_FEATURE,
             tn_validate(m.bytes, m.size, tn_features_default(), &err));
    CHECK_EQ(TN_E_FEATURE,
             tn_validate(p.bytes, p.size, tn_features_default(), NULL));
    CHECK_EQ(TN_OK, tn_validate(p.bytes, p.size, tn_features_all(), NULL));
}

/* --- Custom page sizes --------------------------------------------------------- */

/* A memory "m" of 3 to 70000 pages of a byte, the last of which hold "xyz"; z
 * its size, g grows, l loads a byte, w a word. */
#define TINY                                                                \
    "1:02 60 00 01 7f 60 01 7f 01 7f;3:04 00 01 01 01;"                     \
    "5:01 09 03 f0 a2 04 00;7:05 01 6d 02 00 01 7a 00 00 01 67 00 01 01 "   \
    "6c 00 02 01 77 00 03;10:04 (00 3f 00 0b)(00 20 00 40 00 0b)"           \
    "(00 20 00 2d 00 00 0b)(00 20 00 28 00 00 0b);11:01 00 41 00 0b 03 78 " \
    "79 7a"

static uint32_t tiny(struct asked *a, tn_instance *instance, const char *name,
                     uint32_t arg)
{
    uint64_t slots[1] = {arg};
    if (ask(instance, name, slots) == TN_OK)
        return (uint32_t)slots[0];
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS, tn_store_trap_kind(a->store));
    return 0xbad;
}

TEST(a_memory_may_have_as_many_bytes_as_it_needs)
{
    for (int place = TN_PLACE_AUTO; place <= TN_PLACE_MOVING; place++) {
        struct asked a;
        asked_begin(&a, (tn_placement)place);
        tn_instance *in = asked_instance(&a, TINY);
        CHECK_EQ(3, tiny(&a, in, "z", 0));
        CHECK_EQ('z', tiny(&a, in, "l", 2));
        CHECK_EQ(0xbad, tiny(&a, in, "l", 3));
        CHECK_EQ(0xbad, tiny(&a, in, "w", 0));
        CHECK_EQ(3, tiny(&a, in, "g", 1));
        CHECK_EQ(0x7a7978, tiny(&a, in, "w", 0));
        CHECK_EQ(0xbad, tiny(&a, in, "w", 1));
        CHECK_EQ(4, tiny(&a, in, "g", 69996));
        CHECK_EQ(UINT32_MAX, tiny(&a, in, "g", 1));
        CHECK_EQ(70000, tiny(&a, in, "z", 0));
        CHECK_EQ(0, tiny(&a, in, "l", 69999));
        CHECK_EQ(0xbad, tiny(&a, in, "l", 70000));
        asked_end(&a);
    }
}

/* (import "o" "m" (memory 3 70000 (pagesize ..))) */
#define WANTS(page_log2) "2:01 01 6f 01 6d 02 09 03 f0 a2 04 " page_log2

TEST(page_sizes_of_imports_must_be_equal)
{
    struct asked a;
    tn_imports *imports;
    tn_instance *user;
    asked_begin(&a, TN_PLACE_AUTO);
    CHECK_EQ(TN_OK, tn_imports_new(a.store, &imports, &a.err));
    CHECK_EQ(TN_OK, tn_imports_instance(imports, "o", asked_instance(&a, TINY),
                                        &a.err));
    CHECK_EQ(TN_OK, asked_try(&a, WANTS("00"), imports, &user));
    tn_memory *large;
    tn_limits_info limits = {3, 60000, false, false, 16};
    CHECK_EQ(TN_OK, tn_memory_new(a.store, limits, &large, &a.err));
    tn_extern item = {TN_EXTERN_MEMORY, {.memory = large}};
    CHECK_EQ(TN_OK, tn_imports_define(imports, "o", "m", item, &a.err));
    CHECK_EQ(TN_E_TYPE, asked_try(&a, WANTS("00"), imports, &user));
    tn_imports_free(imports);
    asked_end(&a);
}

TEST(the_embedder_makes_memories_of_bytes_too)
{
    struct asked a;
    tn_memory *memory;
    asked_begin(&a, TN_PLACE_AUTO);
    tn_limits_info limits = {5, UINT64_MAX, false, false, 0};
    CHECK_EQ(TN_OK, tn_memory_new(a.store, limits, &memory, &a.err));
    CHECK_EQ(5, tn_memory_size(memory));
    CHECK_EQ(5, tn_memory_grow(memory, 2));
    CHECK_EQ(7, tn_memory_pages(memory));
    CHECK(tn_memory_span(memory, 6, 1) != NULL);
    CHECK(tn_memory_span(memory, 6, 2) == NULL);
    CHECK(tn_memory_grow(memory, UINT32_MAX) == UINT64_MAX);
    asked_end(&a);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
