/* liba.h - a library with one of each kind of symbol. */
#ifndef LIBA_H
#define LIBA_H

#include <stdarg.h>

typedef int (*binop)(int, int);
struct vec {
    int x, y;
};

extern int a_counter;           /* defined in liba, used by all */
extern const char *a_name;      /* its value is an address */
extern struct vec a_origin;     /* constant expressions in its value */
extern binop a_ops[3];          /* of functions, one of them libb's */
extern _Thread_local int a_tls; /* defined in liba, used by libb */

int a_add(int, int);
int a_inc(void);
int a_sum(int n, ...); /* varargs from library to library */
int a_vsum(int n, va_list ap);
int a_apply(binop f, int x, int y); /* calls back, through the one table */
binop a_get_add(void);
struct vec a_mkvec(int x, int y); /* a structure returned through memory */
int a_calls_b(int);               /* liba and libb need each other */
int a_weak_default(void);         /* weak in liba, strong in the program */
int a_call_weak_default(void);
int a_has_optional(void); /* undefined weak references */
int a_tls_get(void);
void a_tls_set(int);
__attribute__((visibility("hidden"))) int a_hidden(void);

#endif
