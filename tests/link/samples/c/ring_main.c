/* ring_main.c - asks liba and libb for everything that they share. */
#include "libb.h"

/* Overrides the weak one in liba. */
int a_weak_default(void)
{
    return 2;
}

static int callback(int x, int y)
{
    return x * 100 + y;
}

__attribute__((constructor)) static void logged(void)
{
    b_logctor('M');
}

/* 0, or the number of the first check that fails. */
#define CHECK(n, e)   \
    do {              \
        if (!(e))     \
            return n; \
    } while (0)

static int check_data(void)
{
    CHECK(2, a_inc() == 41 && a_counter == 41);
    CHECK(3, b_touch_a() == 141 && a_counter == 141);
    CHECK(4, b_ptr_to_a == &a_counter);
    CHECK(12, a_name[0] == 'l' && a_name[3] == 'a');
    CHECK(16, a_tls == 7 && b_tls_of_a() == 7 && b_tls_addr() == &a_tls);
    a_tls_set(55);
    CHECK(17, a_tls == 55 && b_tls_of_a() == 55 && a_tls_get() == 110);
    return 0;
}

static int check_calls(void)
{
    CHECK(1, a_add(2, 3) == 5);
    CHECK(5,
          b_fp_to_a == a_add && a_get_add() == a_add && b_get_add() == a_add);
    CHECK(6,
          a_ops[0](7, 8) == 15 && a_ops[1](7, 8) == -1 && a_ops[2](7, 8) == 56);
    CHECK(7, a_ops[0] == a_add && a_ops[2] == b_mul);
    CHECK(8, a_apply(callback, 3, 4) == 304);
    CHECK(9, a_sum(4, 1, 2, 3, 4) == 10);
    struct vec v = a_mkvec(9, 10);
    CHECK(10, v.x == 9 && v.y == 10 && a_origin.x == 3);
    CHECK(11, a_calls_b(7) == 7 + (2 * 6) + (4 + 2 * 3) + 1);
    return 0;
}

static int check_weak(void)
{
    CHECK(13, a_weak_default() == 2);
    CHECK(14, a_call_weak_default() == 2);
    CHECK(15, a_has_optional() == 0);
    return 0;
}

/* libb first: it is done before liba in a walk from the program, for liba is
 * entered first and needs it. Early constructors before the others. */
static int check_order(void)
{
    static const char expected[] = "BaAM";
    CHECK(18, b_nlog == 4);
    for (int i = 0; i < 4; i++)
        CHECK(19, b_log[i] == expected[i]);
    return 0;
}

int run(void)
{
    int (*const checks[])(void) = {check_calls, check_data, check_weak,
                                   check_order};
    for (int i = 0; i < 4; i++) {
        int failed = checks[i]();
        if (failed != 0)
            return failed;
    }
    return 0;
}
