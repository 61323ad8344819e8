/* app1.c - an application that offers a service, and makes an object. */
#include "os.h"

int *app1_make(int value);

static int increment(struct counter *self)
{
    return ++self->count;
}

static struct counter the_counter = {increment, 0};

__attribute__((constructor)) static void offer(void)
{
    os_register("counter", &the_counter);
}

int *app1_make(int value)
{
    int *object = os_alloc(sizeof *object);
    if (object == NULL)
        return NULL;
    *object = value;
    os_log("app1", "made an object");
    return object;
}
