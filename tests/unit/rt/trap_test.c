#include "rt_test.h"

TEST(every_kind_has_words)
{
    CHECK_STR("integer divide by zero", tn_trap_text(TN_TRAP_DIVIDE_BY_ZERO));
    CHECK_STR("undefined element", tn_trap_text(TN_TRAP_UNDEFINED_ELEMENT));
    for (int kind = TN_TRAP_NONE; kind <= TN_TRAP_NULL_EXCEPTION; kind++)
        CHECK(strcmp(tn_trap_text((tn_trap_kind)kind), "unknown trap") != 0);
    CHECK_STR("unknown trap",
              tn_trap_text((tn_trap_kind)(TN_TRAP_NULL_EXCEPTION + 1)));
}

TEST(a_new_store_knows_of_no_trap)
{
    struct bench b = bench_with(NULL);
    CHECK_EQ(TN_TRAP_NONE, tn_store_trap_kind(b.store));
    CHECK_EQ(0, tn_store_trap_frame_count(b.store));
    CHECK_EQ(0, tn_store_trap_depth(b.store));
    CHECK_STR("", tn_store_trap_frame(b.store, 0).module);
    CHECK(tn_store_trap_frame(b.store, 0).offset == TN_NO_OFFSET);
    bench_end(&b);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
