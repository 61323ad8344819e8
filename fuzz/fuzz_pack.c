/* fuzz_pack.c - any bytes as a package. What is accepted must come out the
 * same when its modules are packed again. The input is tried as it is, and as
 * a brotli stream. */
#include "target.h"

#include <stdlib.h>
#include <string.h>
#include <tenon.h>

static void pack_again(tn_package *package)
{
    static tn_bytes modules[255];
    tn_package *again;
    tn_text file;
    size_t count = tn_package_module_count(package);
    for (size_t i = 0; i < count; i++)
        modules[i].at = tn_package_module(package, i, &modules[i].size);
    /* A single module is not looked at before it is decoded. */
    if (tn_package_write(modules, count, false, &file, NULL, NULL) != TN_OK) {
        if (count != 1)
            abort();
        return;
    }
    if (tn_package_read(file.at, file.size, NULL, &again, NULL) != TN_OK)
        abort();
    for (size_t i = 0; i < count; i++) {
        size_t n;
        const void *at = tn_package_module(again, i, &n);
        if (n != modules[i].size || memcmp(at, modules[i].at, n) != 0)
            abort();
    }
    tn_package_free(again);
    tn_text_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    tn_package_config config = TN_PACKAGE_CONFIG_INIT;
    config.max_raw_bytes = 1 << 20;
    for (int i = 0; i < 2; i++) {
        tn_package *package;
        tn_error err = {0};
        config.is_brotli = i != 0;
        if (tn_package_read(bytes, size, &config, &package, &err) != TN_OK)
            continue;
        pack_again(package);
        tn_package_free(package);
    }
    return 0;
}

static uint64_t next_choice(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return *state >> 33;
}

/* A package of up to four empty modules, perhaps compressed, with up to three
 * bytes changed and perhaps cut short. */
size_t target_make_input(uint64_t seed, uint8_t **out)
{
    static const uint8_t empty[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 0, 2, 1, 'x'};
    tn_bytes modules[4];
    tn_text file;
    uint64_t state = seed;
    size_t count = 1 + next_choice(&state) % 4;
    for (size_t i = 0; i < count; i++)
        modules[i] = (tn_bytes){empty, next_choice(&state) % 2 ? 8 : 12};
    bool brotli = next_choice(&state) % 4 == 0;
    if (tn_package_write(modules, count, brotli, &file, NULL, NULL) != TN_OK &&
        tn_package_write(modules, count, false, &file, NULL, NULL) != TN_OK)
        return 0;
    size_t changes = next_choice(&state) % 4, size = file.size;
    for (size_t i = 0; i < changes; i++)
        file.at[(size_t)next_choice(&state) % size] = (char)next_choice(&state);
    if (next_choice(&state) % 4 == 0)
        size = (size_t)next_choice(&state) % size;
    *out = malloc(size + 1);
    if (*out == NULL)
        abort();
    memcpy(*out, file.at, size);
    tn_text_free(&file);
    return size;
}
