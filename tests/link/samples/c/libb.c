/* libb.c - the other half. */
#include "libb.h"

int b_log[16];
int b_nlog;
int *b_ptr_to_a = &a_counter;
binop b_fp_to_a = a_add;

int b_mul(int x, int y)
{
    return x * y;
}

int b_twice(int n)
{
    return 2 * n + a_calls_b(n - 2);
}

int b_touch_a(void)
{
    a_counter += 100;
    return *b_ptr_to_a;
}

int b_tls_of_a(void)
{
    return a_tls;
}

int *b_tls_addr(void)
{
    return &a_tls;
}

void b_logctor(int c)
{
    b_log[b_nlog++] = c;
}

binop b_get_add(void)
{
    return a_add;
}

__attribute__((constructor)) static void logged(void)
{
    b_logctor('B');
}
