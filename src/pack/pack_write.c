/* pack_write.c - modules into the bytes of format.h. Only what the strict
 * reader accepts is written. */
#include "pack/codec.h"
#include "pack/package.h"

static tn_status check_pack_modules(const tn_bytes *modules, size_t count,
                                    tn_error *err)
{
    if (count == 0 || count > TN_PACK_MAX_MODULES)
        return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                       "a package has 1 to %d modules, not %zu",
                       TN_PACK_MAX_MODULES, count);
    for (size_t i = 0; i < count; i++) {
        if (!tn_pack_is_module(modules[i].at, modules[i].size))
            return tn_fail(err, TN_E_FORMAT, TN_NO_OFFSET,
                           "module %zu is not a core module", i);
        if (modules[i].size > UINT32_MAX)
            return tn_fail(err, TN_E_LIMIT, TN_NO_OFFSET,
                           "module %zu has 4 GiB or more", i);
    }
    return TN_OK;
}

static void put_package(const tn_bytes *modules, size_t count,
                        struct tn_buf *out)
{
    tn_buf_put(out, "PMOD\1", 5);
    tn_buf_byte(out, (uint8_t)count);
    tn_buf_put(out, "\0\0", 2);
    for (size_t i = 0; i < count; i++) {
        tn_buf_u32(out, (uint32_t)modules[i].size);
        tn_buf_put(out, modules[i].at, modules[i].size);
    }
}

static tn_status hash_and_compress(const struct tn_buf *raw, bool brotli,
                                   struct tn_buf *out,
                                   char sha256[TN_SHA256_HEX], tn_error *err)
{
    if (raw->failed)
        return tn_no_memory(err);
    if (sha256 != NULL)
        TN_TRY(tn_pack_sha256(raw->at, raw->size, sha256, err));
    if (brotli)
        return tn_pack_brotli_encode(raw->at, raw->size, out, err);
    tn_buf_put(out, raw->at, raw->size);
    return out->failed ? tn_no_memory(err) : TN_OK;
}

tn_status tn_pack_write(const tn_bytes *modules, size_t count, bool brotli,
                        struct tn_buf *out, char sha256[TN_SHA256_HEX],
                        tn_error *err)
{
    TN_TRY(check_pack_modules(modules, count, err));
    struct tn_buf raw;
    tn_buf_init(&raw, out->alloc);
    put_package(modules, count, &raw);
    tn_status status = hash_and_compress(&raw, brotli, out, sha256, err);
    tn_buf_clear(&raw);
    return status;
}
