/* fuzz_module.c - any bytes through all that reads modules: validating,
 * encoding, printing, inspecting. None may fault; what decodes must encode to
 * something that decodes and encodes to itself; what validates must print,
 * read back as it was printed, and validate as it was encoded too. */
#include "journal.h"
#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon.h>

static void fault(const char *what, const tn_error *err)
{
    fprintf(stderr, "fuzz_module: %s: %s\n", what, err->text);
    abort();
}

static void check_encoding(const uint8_t *data, size_t size)
{
    tn_text once, twice;
    tn_error err = {0};
    if (tn_module_encode(data, size, &once, &err) != TN_OK)
        return;
    if (tn_module_encode(once.at, once.size, &twice, &err) != TN_OK)
        fault("our own encoding is refused", &err);
    if (once.size != twice.size || memcmp(once.at, twice.at, once.size) != 0)
        fault("encoding twice gives other bytes", &err);
    tn_text_free(&once);
    tn_text_free(&twice);
}

/* What is printed reads back to a module that is printed the same, and is as
 * valid. It need not be the same bytes: the text does not tell of sections
 * that hold nothing, nor of a count of data that no code needs. */
static void check_text(const uint8_t *data, size_t size)
{
    tn_text once, bytes, twice;
    tn_error err = {0};
    if (tn_module_print(data, size, &once, NULL) != TN_OK)
        return;
    bool is_valid = tn_validate(data, size, tn_features_all(), NULL) == TN_OK;
    if (tn_module_parse(once.at, once.size, &bytes, &err) != TN_OK) {
        if (is_valid)
            fault("what was printed does not parse", &err);
        tn_text_free(&once);
        return;
    }
    if (is_valid &&
        tn_validate(bytes.at, bytes.size, tn_features_all(), &err) != TN_OK)
        fault("what was printed is not valid any more", &err);
    if (tn_module_print(bytes.at, bytes.size, &twice, &err) != TN_OK)
        fault("what was read back does not print", &err);
    if (is_valid &&
        (once.size != twice.size || memcmp(once.at, twice.at, once.size) != 0))
        fault("printing what was read back gives another text", &err);
    tn_text_free(&once);
    tn_text_free(&bytes);
    tn_text_free(&twice);
}

/* With every proposal asked for, to see that what is not known is refused. */
static void check_validity(const uint8_t *data, size_t size)
{
    tn_text text;
    tn_error err = {0};
    tn_status valid = tn_validate(data, size, tn_features_all(), &err);
    if (valid != err.status)
        fault("the status is not the error's", &err);
    if (valid != TN_OK)
        return;
    if (tn_module_encode(data, size, &text, &err) != TN_OK ||
        tn_validate(text.at, text.size, tn_features_all(), &err) != TN_OK)
        fault("the encoding of a valid module is not", &err);
    tn_text_free(&text);
}

static void check_tools(const uint8_t *data, size_t size)
{
    tn_text text;
    tn_info *info;
    tn_error err = {0};
    tn_status valid = tn_validate(data, size, tn_features_default(), &err);
    tn_status printed = tn_module_print(data, size, &text, NULL);
    if (valid != err.status)
        fault("the error tells another status", &err);
    if (valid != TN_OK && tn_validate(data, size, 1, NULL) == TN_OK)
        fault("fewer proposals make it valid", &err);
    if (printed == TN_OK)
        tn_text_free(&text);
    else if (valid == TN_OK)
        fault("a valid module does not print", &err);
    if (tn_info_read(data, size, &info, NULL) == TN_OK)
        tn_info_free(info);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_encoding(data, size);
    check_text(data, size);
    (void)tn_validate_customs(data, size, NULL);
    check_validity(data, size);
    check_tools(data, size);
    return 0;
}

/* A valid module, and but for every eighth some damage: bytes changed, cut
 * out, doubled. */
size_t target_make_input(uint64_t seed, uint8_t **out)
{
    struct gen_options options = {
        .function_count = 3,
        .body_size = 40,
        .with = journal_with(tn_features_default(), false)};
    struct gen_bytes bytes =
        gen_module((uint8_t *)&seed, sizeof seed, &options);
    uint64_t state = seed * 0x9e3779b97f4a7c15 | 1;
    for (uint64_t i = 0; i < seed % 8; i++) {
        state = state * 6364136223846793005 + 1442695040888963407;
        size_t at = (size_t)(state >> 33) % bytes.size, left = bytes.size - at;
        size_t count = left < 9 ? 1 : (size_t)(state >> 20) % 8 + 1;
        switch (state >> 61) {
        case 0:
            memmove(bytes.at + at, bytes.at + at + count, left - count);
            bytes.size -= bytes.size > 8 + count ? count : 0;
            break;
        case 1:
            memmove(bytes.at + at, bytes.at + at / 2, count);
            break;
        default:
            bytes.at[at] = (uint8_t)(state >> 40);
            break;
        }
    }
    *out = bytes.at;
    return bytes.size;
}
