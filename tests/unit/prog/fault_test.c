/* What is told of a failure. */
#include "prog/fault.h"
#include "tn_test.h"

TEST(a_fault_may_be_made_from_itself)
{
    struct tn_prog_fault fault;
    tn_prog_fault_set(&fault, "trap", "%s", "unreachable");
    tn_prog_fault_set(&fault, "start", "m: %s", fault.text);
    CHECK_STR("start", fault.kind);
    CHECK_STR("m: unreachable", fault.text);
}

TEST(a_long_text_is_cut_and_fills_an_error)
{
    struct tn_prog_fault fault;
    tn_error err = {0};
    tn_prog_fault_set(&fault, "trap", "%0600d", 1);
    CHECK_EQ(sizeof fault.text - 1, strlen(fault.text));
    CHECK_EQ(TN_E_TRAP, tn_prog_fault_fail(&fault, TN_E_TRAP, &err));
    CHECK_EQ(sizeof err.text - 1, strlen(err.text));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
