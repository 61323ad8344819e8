/* read_back.h - text that is parsed, printed and parsed again. */
#ifndef TN_READ_BACK_H
#define TN_READ_BACK_H

#include <tenon.h>

#include "tn_test.h"

/* Bytes that are printed and read back are the same. */
static inline void check_bytes_back(const char *bytes, size_t size)
{
    tn_text printed = {0}, again = {0};
    tn_error err = {0};
    (void)tn_module_print(bytes, size, &printed, &err);
    CHECK_STR("", err.text);
    (void)tn_module_parse(printed.at, printed.size, &again, &err);
    bool is_same = again.size == size && memcmp(again.at, bytes, size) == 0;
    if (!is_same)
        printf("%s\n", printed.at);
    tn_text_free(&printed);
    tn_text_free(&again);
    CHECK_STR("", err.text);
    CHECK(is_same);
}

static inline void check_text_back(const char *text)
{
    tn_text bytes = {0};
    tn_error err = {0};
    (void)tn_module_parse(text, strlen(text), &bytes, &err);
    CHECK_STR("", err.text);
    check_bytes_back(bytes.at, bytes.size);
    tn_text_free(&bytes);
}

#endif
