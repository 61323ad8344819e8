/* utf8.h - is this text well-formed? (Unicode 15, table 3-7) */
#ifndef TN_BASE_UTF8_H
#define TN_BASE_UTF8_H

#include "base/str.h"

bool tn_utf8_valid(struct tn_str text);
/* Bytes before the first that is not; text.size if all is well. */
size_t tn_utf8_prefix(struct tn_str text);
/* Writes one character (at most 0x10ffff) as 1 to 4 bytes; how many. */
size_t tn_utf8_put(uint32_t character, char out[4]);

#endif
