#include "base/error.h"
#include "tn_test.h"

TEST(a_failure_says_what_where_and_returns_its_status)
{
    tn_error err = {0};
    CHECK_EQ(TN_E_INVALID, tn_fail(&err, TN_E_INVALID, 7, "table index %d", 9));
    CHECK_EQ(TN_E_INVALID, err.status);
    CHECK_EQ(7, err.offset);
    CHECK_STR("table index 9", err.text);
}

TEST(the_first_failure_is_kept)
{
    tn_error err = {0};
    (void)tn_fail(&err, TN_E_INVALID, 7, "first");
    CHECK_EQ(TN_E_NOMEM, tn_no_memory(&err));
    CHECK_EQ(TN_E_INVALID, err.status);
    CHECK_EQ(7, err.offset);
    CHECK_STR("first", err.text);
}

TEST(nobody_needs_to_listen)
{
    CHECK_EQ(TN_E_IO, tn_fail(NULL, TN_E_IO, TN_NO_OFFSET, "%s", "x"));
    CHECK_EQ(TN_E_NOMEM, tn_no_memory(NULL));
}

TEST(a_long_text_is_cut)
{
    tn_error err = {0};
    (void)tn_fail(&err, TN_E_IO, TN_NO_OFFSET, "%01000d", 0);
    CHECK_EQ(sizeof err.text - 1, strlen(err.text));
}

static tn_status stop_at(int which, int *reached)
{
    for (int i = 0; i < 3; i++) {
        TN_TRY(i == which ? TN_E_LIMIT : TN_OK);
        ++*reached;
    }
    return TN_OK;
}

TEST(try_passes_a_failure_up)
{
    int reached = 0;
    CHECK_EQ(TN_E_LIMIT, stop_at(1, &reached));
    CHECK_EQ(1, reached);
    CHECK_EQ(TN_OK, stop_at(5, &reached));
    CHECK_EQ(4, reached);
}

TEST(every_status_of_the_public_header_has_its_value_and_a_text)
{
    int count = 0;
#define TN_ERROR(name, value, text)             \
    CHECK_EQ(value, TN_##name);                 \
    CHECK_STR(text, tn_status_text(TN_##name)); \
    count++;
#include "base/errors.def"
#undef TN_ERROR
    CHECK_EQ(21, count);
    CHECK_STR("unknown status", tn_status_text((tn_status)9999));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
