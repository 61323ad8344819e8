/* weak_main.c - weak or strong, the first definition counts; a weak reference
 * to nothing is null. */
#include "sample.h"

#include <dlfcn.h>

extern int both_data;
int both_function(void);
int *first_data(void);
int *second_data(void);
int first_calls(void);
int first_sees_absent(void);
extern int second_only(void) __attribute__((weak));
extern int absent_data __attribute__((weak));

int run(void)
{
    CLAIM(both_data == 1);
    CLAIM(both_function() == 1 && first_calls() == 1);
    CLAIM(&both_data == first_data() && &both_data == second_data());
    CLAIM(second_only && second_only() == 22);
    CLAIM(!first_sees_absent());
    CLAIM(&absent_data == NULL);

    /* Who is bound stays so; who asks now finds it. */
    CLAIM(dlopen("libthird.so", RTLD_NOW | RTLD_GLOBAL) != NULL);
    CLAIM(!first_sees_absent());
    CLAIM(&absent_data == NULL);
    CLAIM(*(int *)dlsym(RTLD_DEFAULT, "absent_data") == 3);
    return broken_claims();
}
