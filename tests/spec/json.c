/* json.c - reading JSON into one array of nodes. */
#include "json.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_DEPTH = 32
};

/* The reader's place: in the text, in the nodes, in the nesting. */
struct reader {
    char *at;
    struct json *nodes;
    size_t count;
    struct json *open[MAX_DEPTH]; /* objects and arrays not yet closed */
    struct json *last[MAX_DEPTH]; /* the latest child of each */
    size_t depth;
};

/* A node begins after one of these, so they bound the number of nodes. */
static size_t count_nodes(const char *text, size_t size)
{
    size_t count = 1;
    for (size_t i = 0; i < size; i++)
        count += strchr("{[,:", text[i]) != NULL;
    return count;
}

static void skip_space(struct reader *r)
{
    r->at += strspn(r->at, " \t\r\n");
}

static char unescape(char **from)
{
    static const char plain[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    char c = *(*from)++;
    const char *found = c != 0 ? strchr(plain, c) : NULL;
    if (found != NULL)
        return meant[found - plain];
    char digits[5] = {0};
    for (size_t i = 0; i < 4 && **from != 0; i++)
        digits[i] = *(*from)++;
    return (char)strtoul(digits, NULL, 16);
}

/* Reads the string whose opening quote is at r->at; null at the text's end. */
static struct json_text read_string(struct reader *r)
{
    char *from = r->at + 1, *to = from, *start = from;
    while (*from != '"') {
        if (*from == 0)
            return (struct json_text){NULL, 0};
        char c = *from++;
        *to++ = c == '\\' ? unescape(&from) : c;
    }
    r->at = from + 1;
    *to = 0;
    return (struct json_text){start, (size_t)(to - start)};
}

static struct json *add_node(struct reader *r, enum json_kind kind)
{
    struct json *node = &r->nodes[r->count++];
    *node = (struct json){.kind = kind};
    if (r->depth > 0) {
        size_t top = r->depth - 1;
        if (r->last[top] != NULL)
            r->last[top]->next = node;
        r->last[top] = node;
        r->open[top]->children++;
    }
    return node;
}

/* Numbers and words end where the next mark stands. That mark is needed, so
 * the zero behind the word is put there later, when the mark has been read. */
static bool read_word(struct reader *r, struct json *node)
{
    size_t size = strcspn(r->at, ",]} \t\r\n");
    node->text = (struct json_text){r->at, size};
    r->at += size;
    return size > 0;
}

static bool read_value(struct reader *r, struct json_text key)
{
    bool is_list = *r->at == '{' || *r->at == '[';
    struct json *node = add_node(r, *r->at == '{'   ? JSON_OBJECT
                                    : *r->at == '[' ? JSON_ARRAY
                                    : *r->at == '"' ? JSON_STRING
                                                    : JSON_WORD);
    node->key = key;
    if (is_list) {
        if (r->depth == MAX_DEPTH)
            return false;
        r->open[r->depth] = node;
        r->last[r->depth++] = NULL;
        r->at++;
        return true;
    }
    if (node->kind == JSON_WORD)
        return read_word(r, node);
    node->text = read_string(r);
    return node->text.at != NULL;
}

/* Closes lists and steps over commas, up to the next value or the end. */
static bool read_marks(struct reader *r)
{
    for (;;) {
        skip_space(r);
        char c = *r->at;
        bool closes =
            r->depth > 0 &&
            c == (r->open[r->depth - 1]->kind == JSON_OBJECT ? '}' : ']');
        if (!closes && c != ',')
            return true;
        r->depth -= closes;
        *r->at++ = 0;
    }
}

static bool read_member(struct reader *r)
{
    struct json_text key = {NULL, 0};
    if (r->depth > 0 && r->open[r->depth - 1]->kind == JSON_OBJECT) {
        if (*r->at != '"')
            return false;
        key = read_string(r);
        skip_space(r);
        if (key.at == NULL || *r->at++ != ':')
            return false;
        skip_space(r);
    }
    return read_value(r, key);
}

static bool read_all(struct reader *r)
{
    do {
        skip_space(r);
        if (!read_member(r) || !read_marks(r))
            return false;
    } while (r->depth > 0);
    return *r->at == 0;
}

struct json *json_read(char *text, size_t size)
{
    struct reader r = {.at = text};
    r.nodes = malloc(count_nodes(text, size) * sizeof *r.nodes);
    if (r.nodes != NULL && !read_all(&r)) {
        free(r.nodes);
        return NULL;
    }
    return r.nodes;
}

const struct json *json_first(const struct json *node)
{
    return node->children > 0 ? node + 1 : NULL;
}

const struct json *json_get(const struct json *object, const char *key)
{
    const struct json *node = json_first(object);
    while (node != NULL && strcmp(node->key.at, key) != 0)
        node = node->next;
    return node;
}

const char *json_str(const struct json *object, const char *key)
{
    const struct json *node = json_get(object, key);
    return node != NULL ? node->text.at : "";
}
