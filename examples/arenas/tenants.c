/* tenants.c - several customers in one module, each in a memory of its own.
 *
 * Which memory an instruction means is in the code, so there are functions for
 * each tenant, made of one text; a table has them by name. Who holds a row of
 * it can reach that tenant and no other: `spoil` does its worst with one, and
 * the others do not notice. (Many tenants, or small steps: an instance each is
 * faster. docs/MEMORIES.md tells what the choice costs.)
 *
 *   NAME put TEXT    notes a line        NAME spoil     overwrites every byte
 *   NAME list        tells all of them   NAME forget    begins anew */
#include <stdio.h>
#include <string.h>
#include <tenon/guest/memory.h>

#define TENANTS(ROW) ROW(red, 1) ROW(green, 2) ROW(blue, 3)

struct tenant {
    const char *name;
    int (*put)(const char *text, size_t size);
    void (*list)(void);
    void (*spoil)(void);
    void (*forget)(void);
};

/* A note is its size and its text, at a multiple of 16. */
#define DEFINE(name, index)                                        \
    TN_ARENA(name, index, 1, 16)                                   \
    static int name##_put(const char *text, size_t size)           \
    {                                                              \
        name##_ref note = name##_alloc(4 + size);                  \
        if (name##_is_null(note))                                  \
            return 0;                                              \
        name##_store_u32(note, 0, (uint32_t)size);                 \
        name##_write(name##_add(note, 4), text, size);             \
        return 1;                                                  \
    }                                                              \
    static void name##_list(void)                                  \
    {                                                              \
        char text[256];                                            \
        name##_ref note = {16};                                    \
        while (note.at < name##_used()) {                          \
            uint32_t size = name##_load_u32(note, 0);              \
            if (size > sizeof text)                                \
                break;                                             \
            name##_read(text, name##_add(note, 4), size);          \
            printf(#name ": %.*s\n", (int)size, text);             \
            note.at = (note.at + 4 + size + 15) & ~(tn_address)15; \
        }                                                          \
    }                                                              \
    static void name##_spoil(void)                                 \
    {                                                              \
        name##_memory_fill(0, 0xff, name##_memory_size() * 65536); \
    }
TENANTS(DEFINE)

static const struct tenant tenants[] = {
#define ROW(name, index) \
    {#name, name##_put, name##_list, name##_spoil, name##_destroy},
    TENANTS(ROW)
#undef ROW
};

static const struct tenant *find(const char *name)
{
    for (size_t i = 0; i < sizeof tenants / sizeof *tenants; i++)
        if (strcmp(tenants[i].name, name) == 0)
            return &tenants[i];
    return NULL;
}

static void serve(const struct tenant *tenant, const char *what,
                  const char *text)
{
    if (strcmp(what, "put") == 0 && !tenant->put(text, strlen(text)))
        printf("%s: no room\n", tenant->name);
    if (strcmp(what, "list") == 0)
        tenant->list();
    if (strcmp(what, "spoil") == 0)
        tenant->spoil();
    if (strcmp(what, "forget") == 0)
        tenant->forget();
}

int main(void)
{
    char name[16], what[16], text[200];
    char line[256];
    while (fgets(line, sizeof line, stdin) != NULL) {
        text[0] = '\0';
        if (sscanf(line, "%15s %15s %199[^\n]", name, what, text) < 2)
            continue;
        const struct tenant *tenant = find(name);
        if (tenant != NULL)
            serve(tenant, what, text);
    }
    return 0;
}
