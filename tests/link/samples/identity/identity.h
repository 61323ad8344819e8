/* identity.h - one function and one object, and who says where they are. */
#ifndef IDENTITY_H
#define IDENTITY_H

typedef int (*unary)(int);

extern int shared_data;
int shared_function(int x);
int program_function(int x); /* the program's own */

/* libid.so, which defines the first two. */
unary id_function(void);        /* by the symbol */
unary id_hidden_function(void); /* by a name that nobody else sees */
int *id_data(void);
unary id_program_function(void);

/* libother.so, which only uses them. */
extern unary other_table[2];
unary other_function(void);
int *other_data(void);

#endif
