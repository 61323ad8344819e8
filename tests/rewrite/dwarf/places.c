/* places MODULE - each address of code that means something, a line each:
 * where it is in the contents of the code section, as a hexadecimal number,
 * and the function's name with the number of the instruction: `run+7`. Where a
 * body begins and ends has a word for it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "mod/instr.h"
#include "mod/module.h"

static void fail(const char *what)
{
    fprintf(stderr, "places: %s\n", what);
    exit(2);
}

static void say(const struct tn_mod *mod, uint32_t func, uint32_t offset,
                const char *place)
{
    struct tn_str name = tn_mod_func_name(mod, func);
    printf("%" PRIx32 " %.*s+%s\n", offset, TN_STR(name), place);
}

static void say_body(const struct tn_mod *mod, uint32_t index, uint32_t code)
{
    const struct tn_body *body = &mod->bodies[index];
    const uint8_t *at = mod->bytes + body->code.offset;
    struct tn_cursor c = {mod->bytes, at, at + body->code.size, NULL, false};
    uint32_t func = index + mod->func_import_count;
    struct tn_instr in;
    char number[16];
    say(mod, func, body->range.offset - code, "begin");
    for (int i = 0; c.at != c.end; i++) {
        (void)snprintf(number, sizeof number, "%d", i);
        say(mod, func, (uint32_t)tn_cursor_offset(&c) - code, number);
        if (!tn_instr_read(&c, &in))
            fail("an instruction cannot be read");
    }
    say(mod, func, (uint32_t)tn_cursor_offset(&c) - code, "end");
}

int main(int argc, char **argv)
{
    static uint8_t bytes[1 << 22];
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    struct tn_mod *mod;
    if (file == NULL)
        fail("usage: places MODULE");
    size_t size = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    if (tn_mod_decode(bytes, size, tn_features_all(), &tn_alloc_libc, &mod,
                      NULL) != TN_OK)
        fail("no module");
    for (uint32_t s = 0; s < mod->section_count; s++)
        for (uint32_t i = 0; mod->sections[s].id == TN_SECTION_CODE &&
                             i < mod->func_count - mod->func_import_count;
             i++)
            say_body(mod, i, mod->sections[s].contents.offset);
    tn_mod_free(mod);
    return 0;
}
