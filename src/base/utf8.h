/* utf8.h - is this text well-formed? (Unicode 15, table 3-7) */
#ifndef TN_BASE_UTF8_H
#define TN_BASE_UTF8_H

#include "base/str.h"

bool tn_utf8_valid(struct tn_str text);

#endif
