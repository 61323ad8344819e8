/* libb.h - a library that points into liba. */
#ifndef LIBB_H
#define LIBB_H

#include "liba.h"

extern int b_log[16]; /* in which order constructors ran */
extern int b_nlog;
extern int *b_ptr_to_a; /* &a_counter: data of another library */
extern binop b_fp_to_a; /* a_add: a function of another library */
int b_mul(int, int);
int b_twice(int);
int b_touch_a(void);
int b_tls_of_a(void);
int *b_tls_addr(void);
void b_logctor(int);
binop b_get_add(void); /* a_add seen from here: the same pointer as there */

#endif
