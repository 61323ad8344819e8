/* libreg.c - the registry: a list, on the heap of liballoc. */
#include "os.h"

struct entry {
    const char *name;
    void *service;
    struct entry *next;
};

static struct entry *entries;

static int equal(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b)
        a++, b++;
    return *a == *b;
}

void os_register(const char *name, void *service)
{
    struct entry *entry = os_alloc(sizeof *entry);
    if (entry == NULL)
        return;
    *entry = (struct entry){name, service, entries};
    entries = entry;
    os_log("registry", name);
}

void *os_find(const char *name)
{
    for (struct entry *e = entries; e != NULL; e = e->next)
        if (equal(e->name, name))
            return e->service;
    return NULL;
}
