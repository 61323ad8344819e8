/* markdown.c - md4c as a module: Markdown in, HTML out. */
#include <string.h>

#include "bytes.h"
#include "md4c-html.h"

BYTES_ALLOCATOR

struct text {
    char *at;
    size_t size, cap;
};

static void append(const MD_CHAR *piece, MD_SIZE size, void *user)
{
    struct text *t = user;
    if (t->size + size > t->cap) {
        t->cap = (t->size + size) * 2 + 256;
        t->at = realloc(t->at, t->cap);
        if (t->at == NULL)
            abort();
    }
    memcpy(t->at + t->size, piece, size);
    t->size += size;
}

void to_html(const uint8_t *in, size_t len, uint8_t **out, size_t *out_len)
{
    struct text t = {0};
    append("", 0, &t);
    if (md_html((const MD_CHAR *)in, (MD_SIZE)len, append, &t,
                MD_DIALECT_COMMONMARK, 0) != 0) {
        free(t.at);
        return;
    }
    *out = (uint8_t *)t.at;
    *out_len = t.size;
}
BYTES_SERVICE("to_html", to_html)

#ifdef __wasm__
/* A mistake on purpose, for the demo to make. */
EXPORT("fail") int fail(void)
{
    __builtin_trap();
}
#endif
