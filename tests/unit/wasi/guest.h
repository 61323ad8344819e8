/* guest.h - a guest that exports each call of preview 1 as it imports it, so
 * that a test can make calls through an instance with a memory of its own:
 *
 *   CHECK_EQ(TN_WASI_SUCCESS, CALL(fd_close, 3));
 *
 * The test sets up `guest` with guest_new and ends it with guest_free. */
#ifndef TN_TEST_GUEST_H
#define TN_TEST_GUEST_H

#include <tenon.h>

#include "base/buf.h"
#include "wasi/p1.h"

/* Who would stand between the guest and its host defines these before. */
#ifndef GUEST_HAS_SHIM
#define GUEST_HAS_SHIM false
#endif
#ifndef GUEST_MEMORY
#define GUEST_MEMORY "any name will do"
#endif
#ifndef GUEST_IMPORTS
#define GUEST_IMPORTS tn_imports_wasi
#endif

enum guest_call {
#define P1(name, type, passes) GUEST_##name,
#include "mod/wasi_p1.def"
#undef P1
    GUEST_CALL_COUNT
};

static const struct guest_row {
    const char *name, *type, *passes;
} guest_rows[] = {
#define P1(name, type, passes) {#name, type, passes},
#include "mod/wasi_p1.def"
#undef P1
};

static struct {
    tn_engine *engine;
    tn_store *store;
    tn_wasi *wasi;
    tn_imports *imports;
    tn_module *module;
    tn_instance *instance;
    tn_memory *memory;
    tn_func *funcs[GUEST_CALL_COUNT];
    tn_error err; /* of the last call */
} guest;

/* -------------------------------------------------------------- its module */

static void put_text(struct tn_buf *out, const char *text)
{
    tn_buf_uleb(out, strlen(text));
    tn_buf_put(out, text, strlen(text));
}

static void put_section(struct tn_buf *out, uint8_t id, struct tn_buf *body)
{
    tn_buf_byte(out, id);
    tn_buf_uleb(out, body->size);
    tn_buf_put(out, body->at, body->size);
    body->size = 0;
}

/* The types between two places, as bytes; their number. */
static uint32_t put_types(struct tn_buf *out, const char *at, const char *end)
{
    struct tn_buf types;
    uint32_t count = 0;
    tn_buf_init(&types, &tn_alloc_libc);
    for (; at < end; at++) {
        if (*at != 'i')
            continue;
        tn_buf_byte(&types, at[1] == '3' ? 0x7f : 0x7e);
        count++;
    }
    tn_buf_uleb(out, count);
    tn_buf_put(out, types.at, types.size);
    tn_buf_clear(&types);
    return count;
}

static void put_body(struct tn_buf *out, uint32_t call)
{
    struct tn_buf body, unused;
    tn_buf_init(&body, &tn_alloc_libc);
    tn_buf_init(&unused, &tn_alloc_libc);
    const char *type = guest_rows[call].type;
    uint32_t params = put_types(&unused, type, strchr(type, '>'));
    tn_buf_byte(&body, 0);
    for (uint32_t i = 0; i < params; i++) {
        tn_buf_byte(&body, 0x20);
        tn_buf_uleb(&body, i);
    }
    tn_buf_byte(&body, 0x10);
    tn_buf_uleb(&body, call);
    tn_buf_byte(&body, 0x0b);
    tn_buf_uleb(out, body.size);
    tn_buf_put(out, body.at, body.size);
    tn_buf_clear(&body);
    tn_buf_clear(&unused);
}

static void put_exports(struct tn_buf *out)
{
    tn_buf_uleb(out, GUEST_CALL_COUNT + 1);
    put_text(out, GUEST_MEMORY);
    tn_buf_byte(out, 2);
    tn_buf_uleb(out, 0);
    for (uint32_t i = 0; i < GUEST_CALL_COUNT; i++) {
        put_text(out, guest_rows[i].name);
        tn_buf_byte(out, 0);
        tn_buf_uleb(out, GUEST_CALL_COUNT + i);
    }
}

static void put_guest(struct tn_buf *out)
{
    struct tn_buf body;
    tn_buf_init(&body, &tn_alloc_libc);
    tn_buf_put(out, "\0asm\1\0\0\0", 8);
    tn_buf_uleb(&body, GUEST_CALL_COUNT);
    for (uint32_t i = 0; i < GUEST_CALL_COUNT; i++) {
        const char *arrow = strchr(guest_rows[i].type, '>');
        tn_buf_byte(&body, 0x60);
        put_types(&body, guest_rows[i].type, arrow);
        put_types(&body, arrow, arrow + strlen(arrow));
    }
    put_section(out, 1, &body);
    tn_buf_uleb(&body, GUEST_CALL_COUNT);
    for (uint32_t i = 0; i < GUEST_CALL_COUNT; i++) {
        put_text(&body, "wasi_snapshot_preview1");
        put_text(&body, guest_rows[i].name);
        tn_buf_byte(&body, 0);
        tn_buf_uleb(&body, i);
    }
    put_section(out, 2, &body);
    tn_buf_uleb(&body, GUEST_CALL_COUNT);
    for (uint32_t i = 0; i < GUEST_CALL_COUNT; i++)
        tn_buf_uleb(&body, i);
    put_section(out, 3, &body);
    tn_buf_put(&body, "\1\0\2", 3);
    put_section(out, 5, &body);
    put_exports(&body);
    put_section(out, 7, &body);
    tn_buf_uleb(&body, GUEST_CALL_COUNT);
    for (uint32_t i = 0; i < GUEST_CALL_COUNT; i++)
        put_body(&body, i);
    put_section(out, 10, &body);
    tn_buf_clear(&body);
}

/* ---------------------------------------------------------------- its life */

static void guest_must(tn_status status)
{
    if (status != TN_OK)
        FAIL("%s", guest.err.text);
}

static void guest_new(const tn_wasi_config *config)
{
    struct tn_buf bytes;
    memset(&guest, 0, sizeof guest);
    tn_error *err = &guest.err;
    tn_buf_init(&bytes, &tn_alloc_libc);
    put_guest(&bytes);
    guest_must(tn_engine_new(NULL, &guest.engine, err));
    guest_must(tn_store_new(guest.engine, NULL, &guest.store, err));
    guest_must(tn_wasi_new(guest.engine, config, &guest.wasi, err));
    guest_must(tn_imports_new(guest.store, &guest.imports, err));
    guest_must(GUEST_IMPORTS(guest.imports, guest.wasi, err));
    guest_must(tn_module_new_copy(guest.engine, bytes.at, bytes.size,
                                  &guest.module, err));
    guest_must(tn_instance_new(guest.store, guest.module, guest.imports,
                               &guest.instance, err));
    guest_must(
        tn_instance_memory(guest.instance, GUEST_MEMORY, &guest.memory, err));
    for (size_t i = 0; i < GUEST_CALL_COUNT; i++)
        guest_must(tn_instance_func(guest.instance, guest_rows[i].name,
                                    &guest.funcs[i], err));
    tn_buf_clear(&bytes);
}

static void guest_free(void)
{
    tn_instance_free(guest.instance);
    tn_imports_free(guest.imports);
    tn_module_free(guest.module);
    tn_wasi_free(guest.wasi);
    tn_store_free(guest.store);
    tn_engine_free(guest.engine);
}

/* The errno; or 1000 and the status that ended the call. */
static int guest_run(enum guest_call call, const uint64_t *args, size_t count)
{
    uint64_t slots[16] = {0};
    memcpy(slots, args, count * sizeof *args);
    guest.err = (tn_error){0};
    tn_status status = tn_func_call_raw(guest.funcs[call], slots, &guest.err);
    return status == TN_OK ? (int)(uint32_t)slots[0] : 1000 + (int)status;
}

#define CALL(name, ...)                                      \
    guest_run(GUEST_##name, (const uint64_t[]){__VA_ARGS__}, \
              sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

/* Its memory. */
static uint8_t *guest_at(uint32_t at)
{
    return tn_memory_span(guest.memory, at, 1);
}

static uint32_t guest_u32(uint32_t at)
{
    return tn_wasi_get_u32(guest_at(at));
}

static inline uint64_t guest_u64(uint32_t at)
{
    return tn_wasi_get_u64(guest_at(at));
}

/* Puts a text at `at`; its size. */
static inline uint32_t guest_text(uint32_t at, const char *text)
{
    memcpy(guest_at(at), text, strlen(text) + 1);
    return (uint32_t)strlen(text);
}

/* One vector of the many at 1024: `size` bytes at `at`. */
static inline void guest_vector(uint32_t index, uint32_t at, uint32_t size)
{
    tn_wasi_set_u32(guest_at(1024 + 8 * index), at);
    tn_wasi_set_u32(guest_at(1024 + 8 * index + 4), size);
}

#endif
