/* bind.c - how the imports of libraries are bound, and how long that takes.
 *
 *     bind plan FOLDER MAIN LIBRARY...    who defines what, for each library
 *     bind load FOLDER MAIN LIBRARY...    opens them, one after the other
 *
 * MAIN is a file; the libraries are in FOLDER, and in the global scope. A name
 * that nobody defines is no failure before it is called. */
#include "drive.h"

#include <time.h>

static double now_ms(void) /* of the processor */
{
    return 1e3 * (double)clock() / CLOCKS_PER_SEC;
}

static const char *const kinds[] = {
    [TN_BINDING_FUNC] = "calls",
    [TN_BINDING_POINTER] = "pointers",
    [TN_BINDING_DATA] = "data",
};
#define KINDS (sizeof kinds / sizeof kinds[0])

/* "libx.so: 4 calls, 0 pointers, 1 data; itself 1, 0, 0; nobody 1, 0, 0: f" */
static void show(tn_dso *dso)
{
    unsigned all[KINDS] = {0}, own[KINDS] = {0}, nobody[KINDS] = {0};
    char names[65536];
    size_t used = 0;
    for (size_t i = 0; i < tn_dso_binding_count(dso); i++) {
        tn_binding binding = tn_dso_binding(dso, i);
        if ((size_t)binding.kind >= KINDS)
            continue;
        all[binding.kind]++;
        own[binding.kind] += binding.by == dso;
        if (binding.is_defined)
            continue;
        nobody[binding.kind]++;
        int more = snprintf(names + used, sizeof names - used, " %.*s",
                            (int)binding.name_size, binding.name);
        if (more > 0 && (size_t)more < sizeof names - used)
            used += (size_t)more;
    }
    names[used] = '\0';
    printf("%s:", tn_dso_look(dso).name);
    for (size_t kind = 0; kind < KINDS; kind++)
        printf("%s %u %s", kind > 0 ? "," : "", all[kind], kinds[kind]);
    printf("; itself %u, %u, %u", own[0], own[1], own[2]);
    printf("; nobody %u, %u, %u:%s\n", nobody[0], nobody[1], nobody[2], names);
}

static void plan(struct drive *drive, const char *folder, char **names,
                 size_t count)
{
    tn_named_module main = {names[0], {NULL, 0}};
    tn_named_module *libraries = calloc(count, sizeof *libraries);
    if (libraries == NULL)
        exit(1);
    for (size_t i = 0; i + 1 < count; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, names[i + 1]);
        libraries[i].name = names[i + 1];
        libraries[i].bytes.at = read_file(path, &libraries[i].bytes.size);
    }
    tn_space_config config = TN_SPACE_CONFIG_INIT;
    config.preload = libraries;
    config.preload_count = count - 1;
    config.plan_only = true;
    begin_store(drive);
    double began = now_ms();
    check(tn_space_new(drive->linker, drive->store, &main, &config,
                       &drive->space, &error),
          names[0]);
    fprintf(stderr, "planned: %.1f ms\n", now_ms() - began);
    for (size_t i = 1; i < tn_space_dso_count(drive->space); i++)
        show(tn_space_dso(drive->space, i));
    end_store(drive);
    for (size_t i = 0; i + 1 < count; i++)
        free((void *)(uintptr_t)libraries[i].bytes.at);
    free(libraries);
}

static void load(struct drive *drive, char **names, size_t count)
{
    begin_store(drive);
    begin_space(drive, names[0]);
    for (size_t i = 1; i < count; i++) {
        tn_dso *dso;
        double began = now_ms();
        check(tn_dlopen(drive->space, names[i], NULL,
                        TN_RTLD_LAZY | TN_RTLD_GLOBAL, &dso, &error),
              names[i]);
        double took = now_ms() - began;
        tn_dso_info info = tn_dso_look(dso);
        fprintf(stderr, "%s: %.2f ms\n", info.name, took);
        printf("%s: %llu bytes, %llu table elements, %s\n", info.name,
               (unsigned long long)info.memory_bytes,
               (unsigned long long)info.table_elements,
               info.is_ready ? "ready" : "not ready");
    }
    end_store(drive);
}

int main(int argc, char **argv)
{
    if (argc < 5 ||
        (strcmp(argv[1], "plan") != 0 && strcmp(argv[1], "load") != 0)) {
        fprintf(stderr, "usage: bind plan|load FOLDER MAIN LIBRARY...\n");
        return 2;
    }
    const char *folder = argv[2];
    struct drive drive;
    begin_engine(&drive, &folder);
    if (strcmp(argv[1], "plan") == 0) {
        plan(&drive, folder, argv + 3, (size_t)argc - 3);
    } else {
        /* Decoded modules stay with the linker: what the second space takes is
         * placing, binding, instantiating and constructors. */
        load(&drive, argv + 3, (size_t)argc - 3);
        fprintf(stderr, "again:\n");
        load(&drive, argv + 3, (size_t)argc - 3);
    }
    end_engine(&drive);
    return 0;
}
