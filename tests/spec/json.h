/* json.h - enough of JSON to read what wast2json writes.
 *
 * A text becomes one array of nodes in reading order, so that there is one
 * block to free and nothing recurses: a node's children follow it, and `next`
 * leads over them to its sibling. Strings are decoded in place, with one
 * quirk that is wabt's: it writes each byte of a name outside of ASCII as
 * \u00XX, so such an escape means the byte XX, not the character. */
#ifndef TN_SPEC_JSON_H
#define TN_SPEC_JSON_H

#include <stdbool.h>
#include <stddef.h>

enum json_kind {
    JSON_OBJECT,
    JSON_ARRAY,
    JSON_STRING,
    JSON_WORD
};

/* Bytes of a text; zero-terminated, but may hold zeros. */
struct json_text {
    const char *at;
    size_t size;
};

struct json {
    enum json_kind kind;
    struct json_text key;    /* in an object; else null */
    struct json_text text;   /* of a string or word (number, true, null) */
    size_t children;         /* how many */
    const struct json *next; /* null for the last */
};

/* Reads `text` (`size` bytes, then a zero), which is overwritten and must
 * outlive the nodes. Null when it is not JSON. End with free. */
struct json *json_read(char *text, size_t size);

/* First child; null if there is none. */
const struct json *json_first(const struct json *node);
/* Member of an object; null if it has none of this name. */
const struct json *json_get(const struct json *object, const char *key);
/* Text of a member; "" if it has none of this name. */
const char *json_str(const struct json *object, const char *key);

#endif
