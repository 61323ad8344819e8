/* codec.h - what packages need of other libraries: SHA-256 and brotli.
 *
 * pack_hash.c and pack_brotli.c do it with libcrypto and libbrotli; a build
 * without these libraries has pack_no_codecs.c in their place, which answers
 * TN_E_UNSUPPORTED. Which of them is built is src/tenon.c's choice. */
#ifndef TN_PACK_CODEC_H
#define TN_PACK_CODEC_H

#include "base/buf.h"
#include "base/error.h"

/* Lower-case digits and a zero. */
tn_status tn_pack_sha256(const void *bytes, size_t size,
                         char out[TN_SHA256_HEX], tn_error *err);

/* Adds what the brotli stream holds to `out`: at most `max_bytes`
 * (TN_E_LIMIT; no more than that is ever decoded). TN_E_FORMAT when it is no
 * stream, is cut short, or has bytes after its end. Memory by out->alloc. */
tn_status tn_pack_brotli_decode(const void *bytes, size_t size,
                                uint64_t max_bytes, struct tn_buf *out,
                                tn_error *err);

/* Adds `size` bytes compressed at quality 11. */
tn_status tn_pack_brotli_encode(const void *bytes, size_t size,
                                struct tn_buf *out, tn_error *err);

#endif
