/* pack_no_codecs.c - stands in for pack_hash.c and pack_brotli.c in a build
 * without the libraries behind them. */
#include "pack/codec.h"

tn_status tn_pack_sha256(const void *bytes, size_t size,
                         char out[TN_SHA256_HEX], tn_error *err)
{
    (void)bytes, (void)size;
    out[0] = '\0';
    return tn_fail(err, TN_E_UNSUPPORTED, TN_NO_OFFSET,
                   "sha256: this build has no libcrypto");
}

static tn_status no_brotli(tn_error *err)
{
    return tn_fail(err, TN_E_UNSUPPORTED, TN_NO_OFFSET,
                   "this build has no brotli");
}

tn_status tn_pack_brotli_decode(const void *bytes, size_t size,
                                uint64_t max_bytes, struct tn_buf *out,
                                tn_error *err)
{
    (void)bytes, (void)size, (void)max_bytes, (void)out;
    return no_brotli(err);
}

tn_status tn_pack_brotli_encode(const void *bytes, size_t size,
                                struct tn_buf *out, tn_error *err)
{
    (void)bytes, (void)size, (void)out;
    return no_brotli(err);
}
