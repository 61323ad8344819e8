#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"

void tn_buf_init(struct tn_buf *buf, const tn_allocator *alloc)
{
    *buf = (struct tn_buf){.alloc = alloc};
}

void tn_buf_clear(struct tn_buf *buf)
{
    tn_alloc_free(buf->alloc, buf->at, buf->cap);
    tn_buf_init(buf, buf->alloc);
}

uint8_t *tn_buf_room(struct tn_buf *buf, size_t bytes)
{
    if (buf->failed)
        return NULL;
    if (buf->at != NULL && bytes <= buf->cap - buf->size)
        return buf->at + buf->size;
    size_t cap = buf->cap + buf->cap / 2 + 64;
    if (bytes > SIZE_MAX / 2 - buf->size) {
        buf->failed = true;
        return NULL;
    }
    if (cap < buf->size + bytes)
        cap = buf->size + bytes;
    uint8_t *at = tn_alloc_resize(buf->alloc, buf->at, buf->cap, cap);
    if (at == NULL) {
        buf->failed = true;
        return NULL;
    }
    buf->at = at;
    buf->cap = cap;
    return at + buf->size;
}

void tn_buf_put(struct tn_buf *buf, const void *bytes, size_t size)
{
    if (size == 0)
        return;
    uint8_t *at = tn_buf_room(buf, size);
    if (at == NULL)
        return;
    memcpy(at, bytes, size);
    buf->size += size;
}

void tn_buf_byte(struct tn_buf *buf, uint8_t byte)
{
    tn_buf_put(buf, &byte, 1);
}

void tn_buf_str(struct tn_buf *buf, struct tn_str text)
{
    tn_buf_put(buf, text.at, text.size);
}

void tn_buf_print(struct tn_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    uint8_t *at = size < 0 ? NULL : tn_buf_room(buf, (size_t)size + 1);
    if (at == NULL)
        return;
    va_start(args, format);
    (void)vsnprintf((char *)at, (size_t)size + 1, format, args);
    va_end(args);
    buf->size += (size_t)size;
}

/* Cut to size, since a text does not remember how much it was given. */
tn_status tn_buf_to_text(struct tn_buf *buf, tn_text *out, tn_error *err)
{
    *out = (tn_text){NULL, 0};
    tn_buf_byte(buf, 0);
    char *at = buf->failed
                   ? NULL
                   : tn_alloc_resize(buf->alloc, buf->at, buf->cap, buf->size);
    if (at == NULL) {
        tn_buf_clear(buf);
        return tn_no_memory(err);
    }
    *out = (tn_text){at, buf->size - 1};
    tn_buf_init(buf, buf->alloc);
    return TN_OK;
}

void tn_text_free(tn_text *text)
{
    if (text == NULL || text->at == NULL)
        return;
    tn_alloc_free(&tn_alloc_libc, text->at, text->size + 1);
    *text = (tn_text){NULL, 0};
}

void tn_buf_uleb(struct tn_buf *buf, uint64_t value)
{
    uint8_t bytes[10];
    size_t n = 0;
    do {
        uint8_t low = value & 0x7f;
        value >>= 7;
        bytes[n++] = (uint8_t)(low | (value ? 0x80 : 0));
    } while (value != 0);
    tn_buf_put(buf, bytes, n);
}

void tn_buf_sleb(struct tn_buf *buf, int64_t value)
{
    for (;;) {
        uint8_t low = value & 0x7f;
        value >>= 7;
        bool last =
            (value == 0 && !(low & 0x40)) || (value == -1 && (low & 0x40) != 0);
        tn_buf_byte(buf, (uint8_t)(low | (last ? 0 : 0x80)));
        if (last)
            return;
    }
}

void tn_buf_u32(struct tn_buf *buf, uint32_t value)
{
    uint8_t bytes[4];
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
    tn_buf_put(buf, bytes, sizeof bytes);
}

void tn_buf_u64(struct tn_buf *buf, uint64_t value)
{
    tn_buf_u32(buf, (uint32_t)value);
    tn_buf_u32(buf, (uint32_t)(value >> 32));
}
