/* json_out.h - writes JSON to a stream, commas and line breaks by itself. */
#ifndef TN_CLI_JSON_OUT_H
#define TN_CLI_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
    FILE *out;
    unsigned depth;
    bool has_items; /* a comma is due before the next one */
};

/* `key` null: an item of an array (or the whole). `bracket`: '{' or '['. */
void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket); /* '}' or ']' */
void json_string(struct json *json, const char *key, const char *text);
void json_number(struct json *json, const char *key, uint64_t number);
void json_bool(struct json *json, const char *key, bool value);

/* The size of the character of UTF-8 at `at`, 0 if there is none. */
size_t utf8_size(const unsigned char *at);

#endif
