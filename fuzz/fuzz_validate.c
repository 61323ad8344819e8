/* fuzz_validate.c - any bytes as a module: decode, validate, print, look at.
 * What is valid must be so again after it was encoded. */
#include <stdint.h>
#include <stdlib.h>
#include <tenon.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    tn_error err = {0};
    tn_text text;
    tn_info *info;
    tn_status valid = tn_validate(bytes, size, UINT64_MAX, &err);
    if (valid != err.status)
        abort();
    if (tn_validate(bytes, size, 1, NULL) == TN_OK && valid != TN_OK)
        abort();
    if (tn_module_print(bytes, size, &text, NULL) == TN_OK)
        tn_text_free(&text);
    else if (valid == TN_OK)
        abort();
    if (tn_info_read(bytes, size, &info, NULL) == TN_OK)
        tn_info_free(info);
    if (tn_module_encode(bytes, size, &text, NULL) == TN_OK) {
        if (valid == TN_OK &&
            tn_validate(text.at, text.size, UINT64_MAX, NULL) != TN_OK)
            abort();
        tn_text_free(&text);
    } else if (valid == TN_OK) {
        abort();
    }
    return 0;
}
