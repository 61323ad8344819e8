/* link_test.h - spaces of modules written as text.
 *
 *   struct scene s = scene_of("main", PIC(MAIN, "(func (export \"f\"))"));
 *   give(&s, "liba.so", PIC(NEEDS_B, ...));
 *   CHECK_STR("", load(&s));        the error, or nothing
 *   CHECK_EQ(42, call(&s, "f"));
 *   end(&s);
 *
 * Modules are found by name in the scene. Each step that the linker tells is a
 * line of s.told; what guests say by env.say is in s.said. */
#ifndef TN_LINK_TEST_H
#define TN_LINK_TEST_H

#include "fault_alloc.h"
#include "link/space.h"
#include "text/wat.h"
#include "tn_test.h"

/* --- Texts ----------------------------------------------------------------------- */

/* Sections of dylink.0. MEM: bytes and elements, each one LEB byte (below 128)
 * written as two hex digits, aligned to 2^4 and 2^0. */
#define DYLINK(bytes)       "(@custom \"dylink.0\" (before first) \"" bytes "\")"
#define MEM(size, elements) "\\01\\04\\" size "\\04\\" elements "\\00"
/* Of names of four letters: "a.so". */
#define NEED1(a)            "\\02\\06\\01\\04" a
#define NEED2(a, b)         "\\02\\0b\\02\\04" a "\\04" b
#define WEAK1(a)            "\\04\\08\\01\\03env\\01" a "\\11" /* one letter */
#define BASES                                                          \
    "(import \"env\" \"memory\" (memory 0))"                           \
    "(import \"env\" \"__indirect_function_table\" (table 0 funcref))" \
    "(import \"env\" \"__stack_pointer\" (global $sp (mut i32)))"      \
    "(import \"env\" \"__memory_base\" (global $mb i32))"              \
    "(import \"env\" \"__table_base\" (global $tb i32))"
/* A module that calls itself `name`, so that no two are the same bytes. */
#define PIC(name, sections, fields) \
    "(module $" name " " DYLINK(sections) BASES fields ")"
#define SAY         "(import \"env\" \"say\" (func $say (param i32)))"
#define FUNC(f, n)  "(func (export \"" f "\") (result i32) (i32.const " n "))"
#define ASK(id, f)  "(import \"env\" \"" f "\" (func $" id " (result i32)))"
#define DATA(x, at) "(global (export \"" x "\") i32 (i32.const " at "))"
#define GOT(id, kind, x) \
    "(import \"GOT." kind "\" \"" x "\" (global $" id " (mut i32)))"
#define CALLS(f, id) "(func (export \"" f "\") (result i32) (call $" id "))"
#define SHOWS(f, id) \
    "(func (export \"" f "\") (result i32) (global.get $" id "))"
#define CTOR(body) "(func (export \"__wasm_call_ctors\") " body ")"
#define DTOR(body) "(func (export \"__wasm_call_dtors\") " body ")"
#define SAYS(n)    "(call $say (i32.const " n "))"
#define DL                                                      \
    "(import \"env\" \"dlopen\" (func $dlopen (param i32 i32) " \
    "(result i32)))"                                            \
    "(import \"env\" \"dlclose\" (func $dlclose (param i32) "   \
    "(result i32)))"                                            \
    "(import \"env\" \"dlsym\" (func $dlsym (param i32 i32) "   \
    "(result i32)))"                                            \
    "(import \"env\" \"dlerror\" (func $dlerror (result i32)))"

/* --- A scene ------------------------------------------------------------------------ */

enum {
    SCENE_MOST = 24
};

struct scene_module {
    const char *name;
    struct tn_buf bytes;
};

struct scene {
    struct fault fault;
    tn_allocator alloc;
    tn_engine *engine;
    tn_store *store;
    tn_imports *imports;
    tn_linker *linker;
    tn_space *space;
    tn_space_config config;
    tn_error err;
    struct scene_module modules[SCENE_MOST];
    size_t count;
    char told[16384], said[512];
};

static inline void tell(void *ctx, const char *text)
{
    struct scene *s = ctx;
    size_t used = strlen(s->told);
    (void)snprintf(s->told + used, sizeof s->told - used, "%s\n", text);
}

static inline tn_status hear(tn_call *call, uint64_t *slots, void *env,
                             tn_error *err)
{
    struct scene *s = env;
    size_t used = strlen(s->said);
    (void)call, (void)err;
    (void)snprintf(s->said + used, sizeof s->said - used, "%s%u",
                   used != 0 ? " " : "", (unsigned)slots[0]);
    return TN_OK;
}

static inline tn_status find_in_scene(void *ctx, const char *name,
                                      const char *needed_by, tn_bytes *out,
                                      tn_error *err)
{
    const struct scene *s = ctx;
    (void)needed_by, (void)err;
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->modules[i].name, name) == 0) {
            *out = (tn_bytes){s->modules[i].bytes.at, s->modules[i].bytes.size};
            return TN_OK;
        }
    return TN_E_NOT_FOUND;
}

/* The end of the form or text that begins at `at`. */
static inline const char *form_end(const char *at)
{
    int depth = 0;
    bool is_string = false;
    do {
        if (is_string && *at == '\\')
            at++;
        else if (*at == '"')
            is_string = !is_string;
        else if (!is_string)
            depth += (*at == '(') - (*at == ')');
        at++;
    } while (depth > 0 || is_string);
    return at;
}

static inline bool is_early(const char *form, int pass)
{
    static const char *const heads[] = {"(@", "(type", "(import"};
    int rank = 3;
    for (int i = 0; i < 3; i++)
        if (strncmp(form, heads[i], strlen(heads[i])) == 0)
            rank = i;
    return rank == pass;
}

/* "(module $name fields)" with types and imports before all others, so that
 * fields may be put together in any order. */
static inline void put_in_order(struct tn_buf *out, const char *text)
{
    const char *fields = strchr(text + 1, '(');
    if (fields == NULL)
        fields = text + strlen(text) - 1;
    tn_buf_str(out, (struct tn_str){text, (size_t)(fields - text)});
    for (int pass = 0; pass < 4; pass++)
        for (const char *at = fields, *next; *at != '\0'; at = next) {
            next = at + 1;
            if (*at != '(')
                continue;
            next = form_end(at);
            if (is_early(at, pass))
                tn_buf_str(out, (struct tn_str){at, (size_t)(next - at)});
        }
    tn_buf_byte(out, ')');
}

static inline void give(struct scene *s, const char *name, const char *text)
{
    struct scene_module *m = NULL;
    tn_error err = {0};
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->modules[i].name, name) == 0)
            m = &s->modules[i];
    if (m == NULL)
        m = &s->modules[s->count++];
    m->name = name;
    struct tn_buf ordered;
    tn_buf_init(&ordered, &tn_alloc_libc);
    put_in_order(&ordered, text);
    tn_buf_clear(&m->bytes);
    tn_buf_init(&m->bytes, &tn_alloc_libc);
    tn_status status = tn_text_parse((const char *)ordered.at, ordered.size,
                                     &tn_alloc_libc, &m->bytes, &err);
    tn_buf_clear(&ordered);
    if (status != TN_OK)
        FAIL("%s: %s\n%s", name, err.text, text);
}

/* All but the modules; also what fails for want of memory. */
static inline tn_status open_scene(struct scene *s)
{
    tn_config config = TN_CONFIG_INIT;
    tn_linker_config linking = TN_LINKER_CONFIG_INIT;
    tn_func *say = NULL;
    s->alloc = fault_allocator(&s->fault);
    config.allocator = &s->alloc;
    config.features = tn_features_all();
    config.placement = TN_PLACE_MOVING; /* of thousands: fast, also emulated */
    linking.find = find_in_scene;
    linking.ctx = s;
    linking.no_files = true;
    TN_TRY(tn_engine_new(&config, &s->engine, &s->err));
    TN_TRY(tn_store_new(s->engine, NULL, &s->store, &s->err));
    TN_TRY(tn_imports_new(s->store, &s->imports, &s->err));
    TN_TRY(tn_func_new(s->store, "(i32) -> ()", hear, s, &say, &s->err));
    TN_TRY(tn_imports_define(s->imports, "env", "say",
                             (tn_extern){TN_EXTERN_FUNC, {.func = say}},
                             &s->err));
    return tn_linker_new(s->engine, &linking, &s->linker, &s->err);
}

static inline void close_scene(struct scene *s)
{
    tn_space_free(s->space);
    tn_linker_free(s->linker);
    tn_imports_free(s->imports);
    tn_store_free(s->store);
    tn_engine_free(s->engine);
    s->space = NULL;
    s->linker = NULL;
    s->imports = NULL;
    s->store = NULL;
    s->engine = NULL;
}

/* `s` is not moved afterwards. */
static inline void begin(struct scene *s, const char *main)
{
    *s = (struct scene){.fault = fault_never(), .config = TN_SPACE_CONFIG_INIT};
    if (main != NULL)
        give(s, "main", main);
    CHECK_EQ(TN_OK, open_scene(s));
    s->config.imports = s->imports;
    s->config.stack_bytes = 4096;
    s->config.trace = tell;
    s->config.ctx = s;
}

/* Nothing is left of it. */
static inline void end(struct scene *s)
{
    close_scene(s);
    for (size_t i = 0; i < s->count; i++)
        tn_buf_clear(&s->modules[i].bytes);
    CHECK_EQ(0, s->fault.live);
    CHECK_EQ(0, s->fault.wrong_size);
}

static inline tn_status make_space(struct scene *s)
{
    tn_named_module main = {"main",
                            {s->modules[0].bytes.at, s->modules[0].bytes.size}};
    s->err = (tn_error){0};
    return tn_space_new(s->linker, s->store, &main, &s->config, &s->space,
                        &s->err);
}

/* What is wrong; "" for nothing. The error's status is the call's. */
static inline const char *words_of(struct scene *s, tn_status status)
{
    if (status != s->err.status)
        FAIL("status %d, but its error is %d: %s", status, s->err.status,
             s->err.text);
    return s->err.text;
}

static inline const char *load(struct scene *s)
{
    return words_of(s, make_space(s));
}

static inline const char *init(struct scene *s)
{
    s->err = (tn_error){0};
    return words_of(s, tn_space_init(s->space, &s->err));
}

static inline tn_dso *open_as(struct scene *s, const char *name, int flags)
{
    tn_dso *dso = NULL;
    s->err = (tn_error){0};
    tn_status status = tn_dlopen(s->space, name, NULL, flags, &dso, &s->err);
    (void)words_of(s, status);
    CHECK((status == TN_OK) == (dso != NULL));
    return dso;
}

static inline const char *shut(struct scene *s, tn_dso *dso)
{
    s->err = (tn_error){0};
    return words_of(s, tn_dlclose(dso, &s->err));
}

static inline tn_dso *dso_named(const struct scene *s, const char *name)
{
    return tn_link_dso_named(s->space, tn_str_of(name));
}

static inline tn_symbol sym(struct scene *s, tn_dso *dso, const char *name)
{
    tn_symbol symbol;
    s->err = (tn_error){0};
    (void)words_of(s, tn_dlsym(s->space, dso, name, &symbol, &s->err));
    return symbol;
}

/* Of a function of that object (null: of any) that gives a number. */
static inline long long ask_in(struct scene *s, tn_dso *dso, const char *name)
{
    tn_symbol symbol = sym(s, dso, name);
    uint64_t slots[4] = {0};
    if (symbol.func == NULL)
        FAIL("%s: %s", name, s->err.text);
    s->err = (tn_error){0};
    tn_status status = tn_func_call_raw(symbol.func, slots, &s->err);
    if (status != TN_OK)
        FAIL("%s: %s", name, s->err.text);
    return (long long)slots[0];
}

static inline long long ask(struct scene *s, const char *name)
{
    return ask_in(s, NULL, name);
}

/* How such a call fails. */
static inline const char *fails(struct scene *s, const char *name)
{
    tn_symbol symbol = sym(s, NULL, name);
    uint64_t slots[4] = {0};
    CHECK(symbol.func != NULL);
    s->err = (tn_error){0};
    return words_of(s, tn_func_call_raw(symbol.func, slots, &s->err));
}

/* Which objects there are: "main a.so b.so". */
static inline const char *names_of(const struct scene *s)
{
    static char text[512];
    text[0] = 0;
    for (size_t i = 0; i < tn_space_dso_count(s->space); i++) {
        size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s%s",
                       used != 0 ? " " : "",
                       tn_dso_look(tn_space_dso(s->space, i)).name);
    }
    return text;
}

/* What a failed load must leave as it was. */
struct scene_mark {
    uint64_t memory, table, memory_free, table_free, grave_bytes;
    size_t graves, objects, global;
};

static inline struct scene_mark mark_of(const struct scene *s)
{
    const tn_space *space = s->space;
    return (struct scene_mark){tn_memory_size(space->memory),
                               space->table->size,
                               space->memory_room.free_size,
                               space->table_room.free_size,
                               space->grave_bytes,
                               space->graves.count,
                               space->objects.count,
                               space->global->objects.count};
}

static inline bool same_mark(struct scene_mark a, struct scene_mark b)
{
    return a.memory == b.memory && a.table == b.table &&
           a.memory_free == b.memory_free && a.table_free == b.table_free &&
           a.grave_bytes == b.grave_bytes && a.graves == b.graves &&
           a.objects == b.objects && a.global == b.global;
}

#endif
