/* notes.c - what a person should know of a merge, a line each. */
#include <stdarg.h>
#include <stdio.h>

#include "rewrite/rewrite.h"

/* The parts of a note may be names out of an input: one line they stay. */
static void make_one_line(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = '?';
}

static char *copy_name(struct tn_rw *rw, uint32_t input)
{
    struct tn_str name = {"", 0};
    if (input != TN_NONE)
        name = rw->inputs[input].name;
    char *copy = TN_NEW_ARRAY(&rw->arena, char, name.size + 1);
    if (copy != NULL && name.size > 0)
        memcpy(copy, name.at, name.size);
    return copy;
}

static char *print_text(struct tn_rw *rw, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    char *text = NULL;
    if (size >= 0)
        text = TN_NEW_ARRAY(&rw->arena, char, (size_t)size + 1);
    if (text != NULL) {
        (void)vsnprintf(text, (size_t)size + 1, format, again);
        make_one_line(text);
    }
    va_end(again);
    return text;
}

void tn_rw_note(struct tn_rw *rw, tn_merge_note_kind kind, bool is_difference,
                uint32_t input, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *module = copy_name(rw, input);
    const char *text = print_text(rw, format, args);
    va_end(args);
    tn_merge_note note = {kind, is_difference, module, text};
    if (module == NULL || text == NULL ||
        !TN_VEC_PUSH(&rw->notes, rw->alloc, note))
        rw->out.failed = true;
}
