/* version.c - which one this is: merged modules say so too. */
#include <tenon.h>

#define WORDS_OF(x) TEXT_OF(x)
#define TEXT_OF(x)  #x

const char *tn_version(void)
{
    return WORDS_OF(TN_VERSION_MAJOR) "." WORDS_OF(
        TN_VERSION_MINOR) "." WORDS_OF(TN_VERSION_PATCH);
}

#undef WORDS_OF
#undef TEXT_OF
