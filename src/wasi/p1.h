/* p1.h - how a call of preview 1 is written.
 *
 *   enum tn_wasi_errno tn_wasi_p1_fd_tell(struct tn_wasi_p1 *p1,
 *                                         const uint64_t *args);
 *
 * It gets the arguments, one a slot, and returns the errno for the guest.
 * What is to end the guest's call instead goes into p1->status. Everything in
 * the guest's memory is little-endian and is reached through the functions
 * below: a bad address answers FAULT, and nothing has been done by then. */
#ifndef TN_WASI_P1_H
#define TN_WASI_P1_H

#include "wasi/wasi.h"

struct tn_wasi_p1 {
    tn_call *call;
    tn_wasi *wasi;
    tn_status status; /* not TN_OK: the guest's call ends with it */
};

typedef enum tn_wasi_errno tn_wasi_p1_fn(struct tn_wasi_p1 *p1,
                                         const uint64_t *args);

#define P1(name, type, passes) tn_wasi_p1_fn tn_wasi_p1_##name;
#include "mod/wasi_p1.def"
#undef P1

/* All calls, each with `wasi` beside it; null without memory. */
struct tn_wasi_p1_bound *tn_wasi_p1_bind(tn_wasi *wasi);
void tn_wasi_p1_unbind(tn_wasi *wasi);

/* --- The guest's memory: what the calling instance exports as "memory", or its
 * memory 0. Null or false when it is not wholly inside. Stale after anything that runs guest code or calls
 * the embedder. ------------------------------------------------------------- */

void *tn_wasi_p1_span(struct tn_wasi_p1 *p1, uint64_t at, uint64_t size);
bool tn_wasi_p1_put_u32(struct tn_wasi_p1 *p1, uint64_t at, uint32_t value);
bool tn_wasi_p1_put_u64(struct tn_wasi_p1 *p1, uint64_t at, uint64_t value);
bool tn_wasi_p1_str(struct tn_wasi_p1 *p1, uint64_t at, uint64_t size,
                    struct tn_str *out);

static inline uint16_t tn_wasi_get_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t tn_wasi_get_u32(const uint8_t *at)
{
    return tn_wasi_get_u16(at) | (uint32_t)tn_wasi_get_u16(at + 2) << 16;
}

static inline uint64_t tn_wasi_get_u64(const uint8_t *at)
{
    return tn_wasi_get_u32(at) | (uint64_t)tn_wasi_get_u32(at + 4) << 32;
}

static inline void tn_wasi_set_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static inline void tn_wasi_set_u32(uint8_t *at, uint32_t value)
{
    tn_wasi_set_u16(at, (uint16_t)value);
    tn_wasi_set_u16(at + 2, (uint16_t)(value >> 16));
}

static inline void tn_wasi_set_u64(uint8_t *at, uint64_t value)
{
    tn_wasi_set_u32(at, (uint32_t)value);
    tn_wasi_set_u32(at + 4, (uint32_t)(value >> 32));
}

/* --- What several calls need ------------------------------------------------ */

/* The file `fd`, if it has all of `rights`: else BADF or NOTCAPABLE. */
enum tn_wasi_errno tn_wasi_p1_file(struct tn_wasi_p1 *p1, uint64_t fd,
                                   uint64_t rights, struct tn_wasi_file **out);
/* The same for a directory: NOTDIR. */
enum tn_wasi_errno tn_wasi_p1_dir(struct tn_wasi_p1 *p1, uint64_t fd,
                                  uint64_t rights, struct tn_wasi_file **out);

/* A filestat; FAULT. */
enum tn_wasi_errno tn_wasi_p1_put_stat(struct tn_wasi_p1 *p1, uint64_t at,
                                       const struct tn_os_stat *stat);

/* Two times and the flags that say what to do with them; INVAL. */
struct tn_wasi_p1_times {
    struct tn_os_time accessed, modified;
};
enum tn_wasi_errno tn_wasi_p1_times(const uint64_t *args,
                                    struct tn_wasi_p1_times *out);

/* Ends the guest's call with the trap `interrupt`. */
enum tn_wasi_errno tn_wasi_p1_interrupt(struct tn_wasi_p1 *p1);

#endif
