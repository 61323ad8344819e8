/* package.c - from a file to a package whose bytes are known to be right.
 *
 * The order is the promise: decompress (with a limit), hash, compare, and
 * only then look at the bytes. */
#include "pack/package.h"

#include "os/slurp.h"
#include "pack/codec.h"

#define SIDE_FILE_BYTES 4096

/* A config of an older header is shorter: what it lacks has its default. */
static tn_package_config package_config_of(const tn_package_config *given)
{
    tn_package_config config = TN_PACKAGE_CONFIG_INIT;
    if (given != NULL)
        memcpy(&config, given,
               given->size < sizeof config ? given->size : sizeof config);
    return config;
}

static uint8_t hex_lower(uint8_t c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* Two hashes in hexadecimal, in either case. */
static bool same_hash(const char *a, const char *b)
{
    size_t i = 0;
    while (a[i] != '\0' && hex_lower((uint8_t)a[i]) == hex_lower((uint8_t)b[i]))
        i++;
    return a[i] == '\0' && b[i] == '\0' && i == TN_SHA256_HEX - 1;
}

static tn_status check_hash(tn_package *package, const char *expected,
                            tn_error *err)
{
    char hash[TN_SHA256_HEX];
    if (expected == NULL) /* the library's first hash takes a millisecond */
        return TN_OK;
    TN_TRY(tn_package_sha256(package, hash, err));
    if (!same_hash(expected, hash))
        return tn_fail(err, TN_E_HASH, TN_NO_OFFSET,
                       "sha256 is %s, expected %.64s", hash, expected);
    package->is_verified = true;
    return TN_OK;
}

/* The raw bytes are there: is it what it should be, and what is in it? */
static tn_status finish_package(tn_package *package, const char *expected,
                                tn_error *err)
{
    TN_TRY(check_hash(package, expected, err));
    return tn_pack_parse(package->raw.at, package->raw.size, &package->layout,
                         err);
}

static tn_status take_raw(tn_package *package, tn_bytes in,
                          const tn_package_config *config, tn_error *err)
{
    if (config->is_brotli)
        return tn_pack_brotli_decode(in.at, in.size, config->max_raw_bytes,
                                     &package->raw, err);
    if (in.size > config->max_raw_bytes)
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "the package has %zu bytes, more than %llu", in.size,
                       (unsigned long long)config->max_raw_bytes);
    tn_buf_put(&package->raw, in.at, in.size);
    return package->raw.failed ? tn_no_memory(err) : TN_OK;
}

static void free_package(tn_package *package)
{
    tn_buf_clear(&package->raw);
    tn_alloc_free(package->alloc, package, sizeof *package);
}

static tn_package *new_package(const tn_allocator *alloc)
{
    tn_package *package = TN_ALLOC(alloc, tn_package);
    if (package != NULL) {
        package->alloc = alloc;
        tn_buf_init(&package->raw, alloc);
    }
    return package;
}

tn_status tn_pack_read(const tn_allocator *alloc, tn_bytes in,
                       const tn_package_config *given, tn_package **out,
                       tn_error *err)
{
    tn_package_config config = package_config_of(given);
    *out = NULL;
    tn_package *package = new_package(alloc);
    if (package == NULL)
        return tn_no_memory(err);
    tn_status status = take_raw(package, in, &config, err);
    if (status == TN_OK)
        status = finish_package(package, config.sha256, err);
    if (status != TN_OK) {
        free_package(package);
        return status;
    }
    *out = package;
    return TN_OK;
}

/* --- files ------------------------------------------------------------ */

static bool path_ends_in(const char *path, const char *tail)
{
    size_t n = strlen(path), m = strlen(tail);
    return n >= m && strcmp(path + n - m, tail) == 0;
}

/* The first word of PATH.sha256, where PATH is the first `size` bytes of
 * `path`; `out` is "" when there is no such file.
 * One that is there but holds no hash is not taken for a missing one: then
 * nothing would be checked that somebody wanted checked. */
static tn_status read_side_file(const tn_allocator *alloc, const char *path,
                                size_t size, char out[TN_SHA256_HEX],
                                tn_error *err)
{
    out[0] = '\0';
    struct tn_buf name, text;
    tn_buf_init(&name, alloc);
    tn_buf_init(&text, alloc);
    tn_buf_print(&name, "%.*s.sha256", (int)size, path);
    tn_buf_byte(&name, 0);
    bool is_missing = false;
    tn_status status = tn_no_memory(NULL);
    if (!name.failed)
        status = tn_os_slurp((const char *)name.at, SIDE_FILE_BYTES, &text,
                             &is_missing, NULL);
    if (status == TN_OK) {
        size_t n = 0;
        while (n < text.size && n < TN_SHA256_HEX && text.at[n] > ' ')
            n++;
        if (n == TN_SHA256_HEX - 1)
            memcpy(out, text.at, n), out[n] = '\0';
        else
            status = tn_fail(err, TN_E_HASH, TN_NO_OFFSET,
                             "%.*s.sha256 does not begin with a sha256",
                             (int)size, path);
    } else if (is_missing) {
        status = TN_OK;
    } else if (status == TN_E_NOMEM) {
        status = tn_no_memory(err);
    } else {
        status = tn_fail(err, status, TN_NO_OFFSET,
                         "%.*s.sha256 cannot be read", (int)size, path);
    }
    tn_buf_clear(&text);
    tn_buf_clear(&name);
    return status;
}

static tn_status read_and_check(const tn_allocator *alloc, struct tn_buf *file,
                                const tn_package_config *config,
                                tn_package **out, tn_error *err)
{
    if (config->is_brotli)
        return tn_pack_read(alloc, (tn_bytes){file->at, file->size}, config,
                            out, err);
    /* Not compressed: the package takes over the bytes as they were read. */
    tn_package *package = new_package(alloc);
    if (package == NULL)
        return tn_no_memory(err);
    package->raw = *file;
    tn_buf_init(file, alloc);
    tn_status status = finish_package(package, config->sha256, err);
    if (status != TN_OK)
        free_package(package);
    else
        *out = package;
    return status;
}

tn_status tn_pack_read_file(const tn_allocator *alloc, const char *path,
                            const tn_package_config *given, tn_package **out,
                            tn_error *err)
{
    tn_package_config config = package_config_of(given);
    char sha256[TN_SHA256_HEX];
    *out = NULL;
    if (path_ends_in(path, ".br"))
        config.is_brotli = true;
    if (config.sha256 == NULL) {
        size_t size = strlen(path);
        TN_TRY(read_side_file(alloc, path, size, sha256, err));
        /* The hash is of the raw bytes: that of `x` is also that of `x.br`. */
        if (sha256[0] == '\0' && path_ends_in(path, ".br"))
            TN_TRY(read_side_file(alloc, path, size - 3, sha256, err));
        config.sha256 = sha256[0] != '\0' ? sha256 : NULL;
    }
    struct tn_buf file;
    tn_buf_init(&file, alloc);
    tn_status status =
        tn_os_slurp(path, config.max_raw_bytes, &file, NULL, err);
    if (status == TN_OK)
        status = read_and_check(alloc, &file, &config, out, err);
    tn_buf_clear(&file);
    return status;
}

/* --- the border -------------------------------------------------------- */

tn_status tn_package_read(const void *bytes, size_t size,
                          const tn_package_config *config, tn_package **out,
                          tn_error *err)
{
    return tn_pack_read(&tn_alloc_libc, (tn_bytes){bytes, size}, config, out,
                        err);
}

tn_status tn_package_read_file(const char *path,
                               const tn_package_config *config,
                               tn_package **out, tn_error *err)
{
    return tn_pack_read_file(&tn_alloc_libc, path, config, out, err);
}

void tn_package_free(tn_package *package)
{
    if (package != NULL)
        free_package(package);
}

size_t tn_package_module_count(const tn_package *package)
{
    return package->layout.count;
}

const void *tn_package_module(const tn_package *package, size_t i, size_t *size)
{
    const struct tn_pack_entry *entry = &package->layout.modules[i];
    *size = entry->size;
    return package->raw.at + entry->offset;
}

tn_status tn_package_sha256(const tn_package *package, char out[TN_SHA256_HEX],
                            tn_error *err)
{
    out[0] = '\0';
    return tn_pack_sha256(package->raw.at, package->raw.size, out, err);
}

bool tn_package_is_verified(const tn_package *package)
{
    return package->is_verified;
}

uint64_t tn_package_raw_size(const tn_package *package)
{
    return package->raw.size;
}

tn_status tn_sha256(const void *bytes, size_t size, char out[TN_SHA256_HEX],
                    tn_error *err)
{
    return tn_pack_sha256(bytes, size, out, err);
}

tn_status tn_package_write(const tn_bytes *modules, size_t count, bool brotli,
                           tn_text *out, char sha256[TN_SHA256_HEX],
                           tn_error *err)
{
    struct tn_buf buf;
    tn_buf_init(&buf, &tn_alloc_libc);
    *out = (tn_text){NULL, 0};
    tn_status status = tn_pack_write(modules, count, brotli, &buf, sha256, err);
    if (status == TN_OK)
        return tn_buf_to_text(&buf, out, err);
    tn_buf_clear(&buf);
    return status;
}

#undef SIDE_FILE_BYTES
