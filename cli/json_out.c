/* json_out.c - a small writer of JSON. */
#include "json_out.h"

static void put_quoted(FILE *out, const char *text)
{
    putc('"', out);
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (*at == '"' || *at == '\\')
            fprintf(out, "\\%c", *at);
        else if (*at < 0x20 || *at == 0x7f)
            fprintf(out, "\\u%04x", *at);
        else
            putc(*at, out);
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
