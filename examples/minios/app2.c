/* app2.c - an application that has never heard of app1: it finds a service by
 * its name, calls it through a pointer, and frees what another has made. */
#include "os.h"

int app2_use(int *object);

int app2_use(int *object)
{
    struct counter *counter = os_find("counter");
    if (counter == NULL)
        return -1;
    int sum = *object + counter->increment(counter);
    sum += counter->increment(counter);
    os_free(object);
    os_log("app2", "used and freed it");
    return sum;
}
