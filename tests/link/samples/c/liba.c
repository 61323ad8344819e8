/* liba.c - one half of a ring of two libraries. */
#include "liba.h"
#include "libb.h"

static const char hello[] = "liba";

int a_counter = 40;
const char *a_name = hello;
struct vec a_origin = {3, 4};
_Thread_local int a_tls = 7;
static _Thread_local int a_tls_private = 100;
static _Thread_local int *a_tls_ptr = &a_counter; /* relocated, in TLS */

static int local_sub(int x, int y)
{
    return x - y;
}

int a_add(int x, int y)
{
    return x + y;
}

binop a_ops[3] = {a_add, local_sub, b_mul};

int a_inc(void)
{
    return ++a_counter;
}

int a_vsum(int n, va_list ap)
{
    int s = 0;
    while (n--)
        s += va_arg(ap, int);
    return s;
}

int a_sum(int n, ...)
{
    va_list ap;
    va_start(ap, n);
    int s = a_vsum(n, ap);
    va_end(ap);
    return s;
}

int a_apply(binop f, int x, int y)
{
    return f(x, y);
}

binop a_get_add(void)
{
    return a_add;
}

struct vec a_mkvec(int x, int y)
{
    return (struct vec){x, y};
}

int a_calls_b(int n)
{
    return n <= 0 ? 0 : n + b_twice(n - 1);
}

__attribute__((weak)) int a_weak_default(void)
{
    return 1;
}

int a_call_weak_default(void)
{
    return a_weak_default();
}

extern int optional_hook(int) __attribute__((weak));
extern int optional_data __attribute__((weak));

int a_has_optional(void)
{
    return (optional_hook ? 1 : 0) | (&optional_data ? 2 : 0);
}

int a_hidden(void)
{
    return 5;
}

int a_tls_get(void)
{
    return a_tls + a_tls_private + *a_tls_ptr * 0;
}

void a_tls_set(int v)
{
    a_tls = v;
    a_tls_private = v;
}

__attribute__((constructor)) static void late(void)
{
    b_logctor('A');
}

__attribute__((constructor(101))) static void early(void)
{
    b_logctor('a');
}
