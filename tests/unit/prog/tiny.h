/* tiny.h - modules of a few imports and exports, for tests of sets of them.
 * Nothing in them is ever run: every body is `unreachable`. Imports come
 * before what is defined. */
#ifndef TN_TEST_TINY_H
#define TN_TEST_TINY_H

#include "mod/module.h"
#include "prog/prog_set.h"

/* Types that every tiny module has, by index. */
enum tiny_type {
    TINY_TO_I32,  /* () -> i32 */
    TINY_I32_I32, /* (i32) -> i32 */
    TINY_I32,     /* (i32) -> () */
    TINY_BYTES,   /* (i32, i32) -> i64 */
    TINY_NONE,    /* () -> () */
    TINY_TYPES,
};

struct tiny {
    const char *name; /* null: none */
    struct tn_buf imports, funcs, memories, globals, exports;
    uint32_t import_count, func_count, memory_count, global_count, export_count;
    uint32_t next_func, next_memory, next_global; /* index spaces */
};

static inline void tiny_begin(struct tiny *t, const char *name)
{
    *t = (struct tiny){.name = name};
    tn_buf_init(&t->imports, &tn_alloc_libc);
    tn_buf_init(&t->funcs, &tn_alloc_libc);
    tn_buf_init(&t->memories, &tn_alloc_libc);
    tn_buf_init(&t->globals, &tn_alloc_libc);
    tn_buf_init(&t->exports, &tn_alloc_libc);
}

static inline void tiny_text(struct tn_buf *out, const char *text)
{
    tn_buf_uleb(out, strlen(text));
    tn_buf_str(out, tn_str_of(text));
}

static inline void tiny_import(struct tiny *t, const char *module,
                               const char *name, const char *how, size_t size)
{
    tiny_text(&t->imports, module);
    tiny_text(&t->imports, name);
    tn_buf_put(&t->imports, how, size);
    t->import_count++;
}

static inline uint32_t tiny_import_func(struct tiny *t, const char *module,
                                        const char *name, enum tiny_type type)
{
    char how[] = {0, (char)type};
    tiny_import(t, module, name, how, 2);
    return t->next_func++;
}

static inline uint32_t tiny_import_memory(struct tiny *t, const char *module,
                                          const char *name)
{
    tiny_import(t, module, name, "\2\0\1", 3);
    return t->next_memory++;
}

static inline uint32_t tiny_import_global(struct tiny *t, const char *module,
                                          const char *name)
{
    tiny_import(t, module, name, "\3\x7f\0", 3); /* i32, constant */
    return t->next_global++;
}

static inline void tiny_export(struct tiny *t, const char *name,
                               tn_externkind kind, uint32_t index)
{
    tiny_text(&t->exports, name);
    tn_buf_byte(&t->exports, (uint8_t)kind);
    tn_buf_uleb(&t->exports, index);
    t->export_count++;
}

/* Defined and exported. */
static inline void tiny_func(struct tiny *t, const char *name,
                             enum tiny_type type)
{
    tn_buf_byte(&t->funcs, (uint8_t)type);
    t->func_count++;
    tiny_export(t, name, TN_EXTERN_FUNC, t->next_func++);
}

/* `flags`: 0, or 4 for 64 bits. One page. */
static inline void tiny_memory(struct tiny *t, const char *name, uint8_t flags)
{
    tn_buf_byte(&t->memories, flags);
    tn_buf_byte(&t->memories, 1);
    t->memory_count++;
    tiny_export(t, name, TN_EXTERN_MEMORY, t->next_memory++);
}

static inline void tiny_global(struct tiny *t, const char *name)
{
    tn_buf_put(&t->globals, "\x7f\0\x41\0\x0b", 5); /* i32 = 0 */
    t->global_count++;
    tiny_export(t, name, TN_EXTERN_GLOBAL, t->next_global++);
}

static inline void tiny_section(struct tn_buf *out, uint8_t id, uint32_t count,
                                const struct tn_buf *entries)
{
    struct tn_buf head;
    if (count == 0)
        return;
    tn_buf_init(&head, &tn_alloc_libc);
    tn_buf_uleb(&head, count);
    tn_buf_byte(out, id);
    tn_buf_uleb(out, head.size + entries->size);
    tn_buf_put(out, head.at, head.size);
    tn_buf_put(out, entries->at, entries->size);
    tn_buf_clear(&head);
}

static inline void tiny_name_section(struct tn_buf *out, const char *name)
{
    struct tn_buf text, all;
    tn_buf_init(&text, &tn_alloc_libc);
    tn_buf_init(&all, &tn_alloc_libc);
    tiny_text(&text, name);
    tiny_text(&all, "name");
    tn_buf_byte(&all, 0);
    tn_buf_uleb(&all, text.size);
    tn_buf_put(&all, text.at, text.size);
    tn_buf_byte(out, 0);
    tn_buf_uleb(out, all.size);
    tn_buf_put(out, all.at, all.size);
    tn_buf_clear(&text);
    tn_buf_clear(&all);
}

/* The module's bytes; clears the description. */
static inline void tiny_end(struct tiny *t, struct tn_buf *out)
{
    static const char types[] = "\x60\0\1\x7f"
                                "\x60\1\x7f\1\x7f"
                                "\x60\1\x7f\0"
                                "\x60\2\x7f\x7f\1\x7e"
                                "\x60\0\0";
    struct tn_buf part;
    tn_buf_init(out, &tn_alloc_libc);
    tn_buf_init(&part, &tn_alloc_libc);
    tn_buf_put(out, "\0asm\1\0\0\0", 8);
    tn_buf_put(&part, types, sizeof types - 1);
    tiny_section(out, 1, TINY_TYPES, &part);
    tiny_section(out, 2, t->import_count, &t->imports);
    tiny_section(out, 3, t->func_count, &t->funcs);
    tiny_section(out, 5, t->memory_count, &t->memories);
    tiny_section(out, 6, t->global_count, &t->globals);
    tiny_section(out, 7, t->export_count, &t->exports);
    part.size = 0;
    for (uint32_t i = 0; i < t->func_count; i++)
        tn_buf_put(&part, "\3\0\0\x0b", 4); /* unreachable */
    tiny_section(out, 10, t->func_count, &part);
    if (t->name != NULL)
        tiny_name_section(out, t->name);
    tn_buf_clear(&part);
    tn_buf_clear(&t->imports);
    tn_buf_clear(&t->funcs);
    tn_buf_clear(&t->memories);
    tn_buf_clear(&t->globals);
    tn_buf_clear(&t->exports);
}

/* --- sets of them ---------------------------------------------------------- */

enum {
    TINY_MOST = 8
};

struct tiny_set {
    struct tn_prog_set set;
    struct tn_types *types;
    struct tn_mod *mods[TINY_MOST];
    struct tn_buf bytes[TINY_MOST];
    uint32_t count;
};

/* Adds what `t` describes; false when it does not decode. */
static inline bool tiny_add(struct tiny_set *s, struct tiny *t)
{
    if (s->types == NULL)
        s->types = tn_types_new(&tn_alloc_libc);
    struct tn_buf *bytes = &s->bytes[s->count];
    tiny_end(t, bytes);
    struct tn_mod **mod = &s->mods[s->count++];
    return tn_mod_decode(bytes->at, bytes->size, UINT64_MAX, &tn_alloc_libc,
                         mod, NULL) == TN_OK &&
           tn_types_intern(s->types, *mod, NULL) == TN_OK;
}

static inline bool tiny_name_all(struct tiny_set *s)
{
    tn_prog_set_init(&s->set, &tn_alloc_libc);
    if (tn_prog_set_alloc(&s->set, s->count, NULL) != TN_OK)
        return false;
    for (uint32_t i = 0; i < s->count; i++)
        s->set.parts[i].mod = s->mods[i];
    return tn_prog_set_names(&s->set, NULL) == TN_OK;
}

static inline void tiny_clear(struct tiny_set *s)
{
    tn_prog_set_clear(&s->set);
    for (uint32_t i = 0; i < s->count; i++) {
        tn_mod_free(s->mods[i]);
        tn_buf_clear(&s->bytes[i]);
    }
    tn_types_free(s->types);
    *s = (struct tiny_set){.count = 0};
}

#endif
