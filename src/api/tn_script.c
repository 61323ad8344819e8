/* tn_script.c - the text format at the border: modules and scripts. */
#include "text/script.h"
#include "text/wat.h"

tn_status tn_module_parse(const char *source, size_t size, tn_text *out,
                          tn_error *err)
{
    struct tn_buf buf;
    *out = (tn_text){NULL, 0};
    tn_buf_init(&buf, &tn_alloc_libc);
    tn_status status = tn_text_parse(source, size, &tn_alloc_libc, &buf, err);
    if (status == TN_OK)
        return tn_buf_to_text(&buf, out, err);
    tn_buf_clear(&buf);
    return status;
}

tn_position tn_text_position(const char *source, size_t size, uint64_t offset)
{
    struct tn_place_in_text place = tn_lex_place(source, size, offset);
    return (tn_position){place.line, place.column, place.text.at,
                         place.text.size};
}

tn_status tn_script_read(const char *source, size_t size, tn_script **out,
                         tn_error *err)
{
    return tn_text_script_read((struct tn_str){source, size}, &tn_alloc_libc,
                               out, err);
}

void tn_script_free(tn_script *script)
{
    if (script != NULL)
        tn_text_script_free(script);
}

size_t tn_script_count(const tn_script *script)
{
    return script->commands.count;
}

const tn_command *tn_script_at(const tn_script *script, size_t i)
{
    return &script->commands.at[i];
}
