/* buf.h - bytes that grow, for encoders and printers.
 *
 * A buffer is sticky as a cursor is: when memory runs out it says so once, in
 * `failed`, and what is put after that is dropped. So a writer writes plainly
 * and asks at its end. */
#ifndef TN_BASE_BUF_H
#define TN_BASE_BUF_H

#include <stdbool.h>

#include "base/alloc.h"
#include "base/str.h"

struct tn_buf {
    const tn_allocator *alloc;
    uint8_t *at;
    size_t size, cap; /* bytes */
    bool failed;
};

void tn_buf_init(struct tn_buf *buf, const tn_allocator *alloc);
void tn_buf_clear(struct tn_buf *buf);

/* Room for `bytes` more at buf->at + buf->size; null when it failed. */
uint8_t *tn_buf_room(struct tn_buf *buf, size_t bytes);

void tn_buf_put(struct tn_buf *buf, const void *bytes, size_t size);
void tn_buf_byte(struct tn_buf *buf, uint8_t byte);
void tn_buf_str(struct tn_buf *buf, struct tn_str text);
void tn_buf_print(struct tn_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What was put, with a zero behind it, as a text of the embedder's; `buf` is
 * empty after, whether there was the memory for it or not. The allocator must
 * be tn_alloc_libc, which tn_text_free gives back to. */
tn_status tn_buf_to_text(struct tn_buf *buf, tn_text *out, tn_error *err);

/* LEB128, shortest form. */
void tn_buf_uleb(struct tn_buf *buf, uint64_t value);
void tn_buf_sleb(struct tn_buf *buf, int64_t value);

/* Little-endian words. */
void tn_buf_u32(struct tn_buf *buf, uint32_t value);
void tn_buf_u64(struct tn_buf *buf, uint64_t value);

#endif
