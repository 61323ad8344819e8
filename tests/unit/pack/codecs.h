/* codecs.h - is libcrypto, and so libbrotli, in this build? */
#ifndef TN_TEST_CODECS_H
#define TN_TEST_CODECS_H

#include <tenon.h>

static inline bool has_codecs(void)
{
    char digits[TN_SHA256_HEX];
    return tn_sha256("", 0, digits, NULL) == TN_OK;
}

#endif
