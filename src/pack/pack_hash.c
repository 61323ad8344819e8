/* pack_hash.c - SHA-256 by libcrypto, which uses what the processor has. */
#include <openssl/evp.h>

#include "pack/codec.h"

tn_status tn_pack_sha256(const void *bytes, size_t size,
                         char out[TN_SHA256_HEX], tn_error *err)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned int sum_size = 0;
    if (EVP_Digest(bytes, size, sum, &sum_size, EVP_sha256(), NULL) != 1 ||
        sum_size != 32)
        return tn_fail(err, TN_E_UNSUPPORTED, TN_NO_OFFSET,
                       "libcrypto does not compute sha256");
    for (size_t i = 0; i < sum_size; i++) {
        out[2 * i] = digits[sum[i] >> 4];
        out[2 * i + 1] = digits[sum[i] & 15];
    }
    out[TN_SHA256_HEX - 1] = '\0';
    return TN_OK;
}
