/* wat_test.h - what a text becomes, as one line to compare.
 *
 *   CHECK_STR("1:01 60 00 00;3:01 00;10:01 02 00 0b", parsed("(func)"))
 *
 * Sections are their id and their bytes; a failure is its words, an `@`, and
 * its offset. */
#ifndef TN_WAT_TEST_H
#define TN_WAT_TEST_H

#include "mod/module.h"
#include "text/wat.h"
#include "tn_test.h"

static char parsed_line[8000];

static void parsed_print(const struct tn_mod *mod)
{
    size_t n = 0;
    parsed_line[0] = '\0';
    for (uint32_t i = 0; i < mod->section_count; i++) {
        struct tn_range range = mod->sections[i].contents;
        n += (size_t)snprintf(parsed_line + n, sizeof parsed_line - n,
                              "%s%u:", i > 0 ? ";" : "", mod->sections[i].id);
        for (uint32_t k = 0; k < range.size; k++)
            n += (size_t)snprintf(parsed_line + n, sizeof parsed_line - n,
                                  "%s%02x", k > 0 ? " " : "",
                                  mod->bytes[range.offset + k]);
    }
}

static const char *parsed_n(const char *text, size_t size)
{
    struct tn_mod *mod;
    struct tn_buf out;
    tn_error err = {0};
    tn_buf_init(&out, &tn_alloc_libc);
    tn_status status = tn_text_parse(text, size, &tn_alloc_libc, &out, &err);
    if (status == TN_OK)
        status = tn_mod_decode(out.at, out.size, UINT64_MAX, &tn_alloc_libc,
                               &mod, &err);
    if (status == TN_OK) {
        parsed_print(mod);
        tn_mod_free(mod);
    } else {
        (void)snprintf(parsed_line, sizeof parsed_line, "%s@%d", err.text,
                       (int)err.offset);
    }
    tn_buf_clear(&out);
    return parsed_line;
}

static const char *parsed(const char *text)
{
    return parsed_n(text, strlen(text));
}

/* The code of the only function, after its locals; `text` is what it holds. */
__attribute__((unused)) static const char *code_of(const char *text)
{
    char source[2000];
    (void)snprintf(source, sizeof source, "(func %s)", text);
    const char *line = parsed(source), *code = strstr(line, "10:01 ");
    return code == NULL ? line : code + 12;
}

#endif
