/* json_out.c - a small writer of JSON. */
#include "json_out.h"

size_t utf8_size(const unsigned char *at)
{
    size_t size = at[0] < 0x80                    ? 1
                  : at[0] >= 0xc2 && at[0] < 0xe0 ? 2
                  : at[0] >= 0xe0 && at[0] < 0xf0 ? 3
                  : at[0] >= 0xf0 && at[0] < 0xf5 ? 4
                                                  : 0;
    for (size_t i = 1; i < size; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    bool is_wrong = (at[0] == 0xe0 && at[1] < 0xa0) ||  /* too long */
                    (at[0] == 0xed && at[1] >= 0xa0) || /* a surrogate */
                    (at[0] == 0xf0 && at[1] < 0x90) ||  /* too long */
                    (at[0] == 0xf4 && at[1] >= 0x90);   /* beyond Unicode */
    return is_wrong ? 0 : size;
}

/* JSON is UTF-8, the names of files are not: a byte that is none of a
 * character is written as U+FFFD. */
static void put_quoted(FILE *out, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    putc('"', out);
    while (*at) {
        size_t size = utf8_size(at);
        if (*at == '"' || *at == '\\')
            fprintf(out, "\\%c", *at);
        else if (*at < 0x20 || *at == 0x7f)
            fprintf(out, "\\u%04x", *at);
        else if (size == 0)
            fputs("\\ufffd", out);
        else
            fwrite(at, 1, size, out);
        at += size ? size : 1;
    }
    putc('"', out);
}

static void new_line(const struct json *json)
{
    fprintf(json->out, "\n%*s", (int)(2 * json->depth), "");
}

static void begin_item(struct json *json, const char *key)
{
    if (json->has_items)
        putc(',', json->out);
    if (json->depth > 0)
        new_line(json);
    if (key != NULL) {
        put_quoted(json->out, key);
        fputs(": ", json->out);
    }
    json->has_items = true;
}

void json_open(struct json *json, const char *key, char bracket)
{
    begin_item(json, key);
    putc(bracket, json->out);
    json->depth++;
    json->has_items = false;
}

void json_close(struct json *json, char bracket)
{
    json->depth--;
    if (json->has_items)
        new_line(json);
    putc(bracket, json->out);
    json->has_items = true;
    if (json->depth == 0)
        putc('\n', json->out);
}

void json_string(struct json *json, const char *key, const char *text)
{
    begin_item(json, key);
    put_quoted(json->out, text);
}

void json_number(struct json *json, const char *key, uint64_t number)
{
    begin_item(json, key);
    fprintf(json->out, "%llu", (unsigned long long)number);
}

void json_bool(struct json *json, const char *key, bool value)
{
    begin_item(json, key);
    fputs(value ? "true" : "false", json->out);
}
