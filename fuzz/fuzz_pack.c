/* fuzz_pack.c - any bytes as a package. What is accepted must come out the
 * same when its modules are packed again. The input is tried as it is, and as
 * a brotli stream. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <tenon.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

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
