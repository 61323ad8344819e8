/* loop_test.c - the cases of every interpreter, in loop.c. */
#define TIER "loop"
#include "ref_cases.h"
#include "tier_cases.h"

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
