/* fuzz_text.c - any text as a module. What is accepted must be a module that
 * decodes (or is refused for what it says, not for how it is written), and is
 * written in shortest form already. What is refused must say where. */
#include "gen.h"
#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon.h>

static void fault(const char *what, const tn_error *err)
{
    fprintf(stderr, "fuzz_text: %s: %s\n", what, err->text);
    abort();
}

static bool holds(const uint8_t *data, size_t size, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= size; i++)
        if (memcmp(data + i, word, n) == 0)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_text parsed, encoded;
    tn_error err = {0};
    if (tn_wat_parse((const char *)data, size, &parsed, &err) != TN_OK) {
        if (err.text[0] == '\0' || (err.offset > size && size > 0))
            fault("a failure without words or place", &err);
        return 0;
    }
    /* Bytes of its own, and those of a custom section, may be anything. */
    bool is_free = holds(data, size, "binary") || holds(data, size, "quote") ||
                   holds(data, size, "@custom");
    tn_status status = tn_module_encode(parsed.at, parsed.size, &encoded, &err);
    if (status == TN_E_MALFORMED && !is_free)
        fault("our own module is malformed", &err);
    if (status == TN_OK && !is_free &&
        (encoded.size != parsed.size ||
         memcmp(encoded.at, parsed.at, parsed.size) != 0))
        fault("our own module is not in shortest form", &err);
    if (status == TN_OK)
        tn_text_free(&encoded);
    tn_text_free(&parsed);
    return 0;
}

/* What a change puts in. */
static const char *const words[] = {
    "(",
    ")",
    " (module ",
    " $x ",
    " (func $x",
    " (param $x ",
    " (result i32)",
    " (type $x) ",
    " (rec ",
    " (type $x ",
    " (struct ",
    " (field $x ",
    " (sub final",
    " (import \"\" \"\" ",
    " (export \"\" ",
    " (table 1 funcref",
    " (elem ",
    " (item ",
    " (data ",
    " (memory 1",
    " (global ",
    " (mut ",
    " (tag ",
    " (start $x",
    " i32 ",
    " anyref ",
    " (ref null ",
    " 0 ",
    " -1 ",
    " 0x1p3 ",
    " nan:0x1 ",
    "\"\\u{1F600}\"",
    " block $x ",
    " (if ",
    " (then ",
    " (else ",
    " end ",
    " else ",
    " (try (do ",
    " (catch $x ",
    " delegate 0",
    " br_table 0 0 ",
    " (try_table (catch_all 0) ",
    " v128.const i8x16 ",
    " call_indirect ",
    " select (result i32) ",
    " offset=1 ",
    " align=4 ",
    " (@name \"n\")",
    " (@custom \"c\" ",
    " (before first) ",
    " (@metadata.code.branch_hint \"\\00\") ",
    " (; ",
    " ;) ",
    " ;; ",
    " (pagesize 1) ",
    " shared ",
    " i64 ",
    " array.new_fixed 0 ",
    " memory.init 0 ",
    " br_on_cast 0 ",
};

/* The text of a valid module, and but for every eighth some damage. */
size_t target_make_input(uint64_t seed, uint8_t **out)
{
    struct gen_options options = {
        .function_count = 2, .body_size = 20, .with = 0x1ff};
    struct gen_bytes module =
        gen_module((uint8_t *)&seed, sizeof seed, &options);
    struct gen_bytes text = {NULL, 0, 0};
    tn_text printed;
    tn_error err = {0};
    if (tn_module_print(module.at, module.size, &printed, &err) != TN_OK)
        fault("a valid module does not print", &err);
    free(module.at);
    uint64_t state = seed * 0x9e3779b97f4a7c15 | 1;
    size_t at = 0;
    for (uint64_t i = 0; i < seed % 8; i++) {
        state = state * 6364136223846793005 + 1442695040888963407;
        size_t left = printed.size - at;
        size_t keep = (size_t)((state >> 33) % (left + 1) / (8 - i));
        size_t drop = (size_t)(state >> 20) % 8;
        const char *word =
            words[(state >> 56) % (sizeof words / sizeof *words)];
        gen_raw(&text, printed.at + at, keep);
        at += keep;
        if ((state >> 55 & 1) != 0)
            gen_raw(&text, word, strlen(word));
        else
            at += drop < printed.size - at ? drop : printed.size - at;
    }
    gen_raw(&text, printed.at + at, printed.size - at);
    tn_text_free(&printed);
    *out = text.at;
    return text.size;
}
