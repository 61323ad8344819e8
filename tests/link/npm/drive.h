/* drive.h - what the drivers here have in common: one engine, store, linker and
 * space, and an end with a message when anything fails. */
#ifndef LINK_NPM_DRIVE_H
#define LINK_NPM_DRIVE_H

#include <tenon.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct drive {
    tn_engine *engine;
    tn_linker *linker;
    tn_wasi *wasi;
    tn_store *store;
    tn_imports *imports; /* WASI, until more is defined */
    tn_space *space;
};

static tn_error error;

static inline void check(tn_status status, const char *what)
{
    if (status == TN_OK)
        return;
    fprintf(stderr, "%s: %s: %s\n", what, tn_status_text(status), error.text);
    exit(1);
}

/* Libraries are found in `folder`, which must stay. */
static inline void begin_engine(struct drive *drive, const char *const *folder)
{
    tn_linker_config config = TN_LINKER_CONFIG_INIT;
    config.paths = folder;
    config.path_count = 1;
    check(tn_engine_new(NULL, &drive->engine, &error), "engine");
    check(tn_wasi_new(drive->engine, NULL, &drive->wasi, &error), "wasi");
    check(tn_linker_new(drive->engine, &config, &drive->linker, &error),
          "linker");
}

static inline void begin_store(struct drive *drive)
{
    check(tn_store_new(drive->engine, NULL, &drive->store, &error), "store");
    check(tn_imports_new(drive->store, &drive->imports, &error), "imports");
    check(tn_imports_wasi(drive->imports, drive->wasi, &error), "wasi");
}

/* The space of the program in the file `path`, initialized. */
static inline void begin_space(struct drive *drive, const char *path)
{
    tn_named_module program = {path, {NULL, 0}};
    tn_space_config config = TN_SPACE_CONFIG_INIT;
    config.imports = drive->imports;
    check(tn_space_new(drive->linker, drive->store, &program, &config,
                       &drive->space, &error),
          path);
    check(tn_space_init(drive->space, &error), path);
}

static inline void end_store(struct drive *drive)
{
    tn_space_free(drive->space);
    tn_imports_free(drive->imports);
    tn_store_free(drive->store);
}

static inline void end_engine(struct drive *drive)
{
    tn_linker_free(drive->linker);
    tn_wasi_free(drive->wasi);
    tn_engine_free(drive->engine);
}

static inline void define(struct drive *drive, const char *name,
                          const char *type, tn_host_fn *fn, void *env)
{
    check(tn_imports_func(drive->imports, "env", name, type, fn, env, &error),
          name);
}

/* The function of that name in `dso`, or where that is null in the program, of
 * 32-bit numbers. */
static inline uint32_t call(struct drive *drive, tn_dso *dso, const char *name,
                            const uint32_t *args, size_t count)
{
    tn_symbol symbol;
    uint64_t slots[8] = {0};
    for (size_t i = 0; i < count; i++)
        slots[i] = args[i];
    if (dso == NULL)
        dso = tn_space_main(drive->space);
    check(tn_dlsym(drive->space, dso, name, &symbol, &error), name);
    check(tn_func_call_raw(symbol.func, slots, &error), name);
    return (uint32_t)slots[0];
}

/* CALL(&drive, NULL, "malloc", 5); a function of no argument is given a 0. */
#define CALL(drive, dso, name, ...)                         \
    call(drive, dso, name, (const uint32_t[]){__VA_ARGS__}, \
         sizeof(uint32_t[]){__VA_ARGS__} / sizeof(uint32_t))

/* `size` bytes of the guest's memory. */
static inline void *guest(struct drive *drive, uint32_t at, size_t size)
{
    void *bytes = tn_memory_span(tn_space_memory(drive->space), at, size);
    if (bytes == NULL) {
        fprintf(stderr, "address %u is not in the memory\n", at);
        exit(1);
    }
    return bytes;
}

static inline uint32_t word_at(struct drive *drive, uint32_t at)
{
    uint32_t word;
    memcpy(&word, guest(drive, at, sizeof word), sizeof word);
    return word;
}

/* Yours to free. */
static inline uint8_t *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    long end = -1;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0)
        end = ftell(file);
    uint8_t *bytes = end < 0 ? NULL : malloc((size_t)end + 1);
    if (bytes == NULL || fseek(file, 0, SEEK_SET) != 0 ||
        fread(bytes, 1, (size_t)end, file) != (size_t)end) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    fclose(file);
    *size = (size_t)end;
    return bytes;
}

#endif
