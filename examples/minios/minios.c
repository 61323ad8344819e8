/* minios.c - the program: gives what one application made to the other.
 *
 * run() answers 43: 40 that app1 made, and 1 and 2 from its counter. */
#include "os.h"

int *app1_make(int value);
int app2_use(int *object);

int run(void)
{
    size_t before = os_live();
    int sum = app2_use(app1_make(40));
    if (os_live() != before)
        return -2; /* the heap is one, so all of it came back */
    if (os_log_lines() != 3)
        return -3;
    return sum;
}
