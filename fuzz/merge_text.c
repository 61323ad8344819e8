/* merge_text.c - small modules that import from each other: first what each
 * defines, then what it imports of all that, then their texts.
 *
 * Forms of a kind:   functions   0 () -> i32, 1 (i32) -> i32
 *                    tables      0 of functions, 1 of externs, 2 with i64
 *                    memories    0 and 1 plain, 2 with i64, 3 shared
 *                    globals     0 i32, 1 mutable, 2 i64, 3 anyref
 *                    tags        0 without, 1 with a value */
#include "merge_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(struct merge_module *m, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(struct merge_module *m, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(m->text + m->text_size, MERGE_TEXT - m->text_size,
                         format, args);
    va_end(args);
    m->text_size += size > 0 ? (size_t)size : 0;
    if (m->text_size >= MERGE_TEXT)
        abort(); /* it is too small */
}

static const unsigned form_counts[] = {2, 3, 4, 4, 2};
static const char *const kind_words[] = {"func", "table", "memory", "global",
                                         "tag"};

/* A type, as an import or a definition has it; `which`, of several limits. */
static const char *type_text(tn_externkind kind, unsigned form, unsigned which)
{
    static const char *const types[5][4][2] = {
        {{"(result i32)", "(result i32)"},
         {"(param i32) (result i32)", "(param i32) (result i32)"}},
        {{"2 funcref", "1 funcref"},
         {"2 externref", "2 3 externref"},
         {"i64 2 4 funcref", "i64 2 5 funcref"}},
        {{"1", "0"},
         {"1 3", "1 4"},
         {"i64 1", "i64 1"},
         {"1 2 shared", "1 3 shared"}},
        {{"i32", "i32"},
         {"(mut i32)", "(mut i32)"},
         {"i64", "i64"},
         {"anyref", "anyref"}},
        {{"", ""}, {"(param i32)", "(param i32)"}},
    };
    return types[kind][form][which];
}

/* ------------------------------------------------------------------- planning */

static struct merge_item *add_item(struct merge_module *m, tn_externkind kind,
                                   unsigned form)
{
    struct merge_item *item = &m->items[m->item_count++];
    *item = (struct merge_item){kind, form, false, UINT32_MAX};
    return item;
}

static void plan_definitions(struct choices *c, struct merge_module *m)
{
    unsigned exports = 0;
    for (unsigned n = 1 + choose(c, 7); n > 0; n--) {
        tn_externkind kind = (tn_externkind)choose(c, 5);
        struct merge_item *item =
            add_item(m, kind, choose(c, form_counts[kind]));
        if (choose(c, 4) != 3)
            item->export = exports++;
    }
}

static unsigned next_export(const struct merge_module *m)
{
    unsigned next = 0;
    for (size_t i = 0; i < m->item_count; i++)
        if (m->items[i].export != UINT32_MAX && m->items[i].export >= next)
            next = m->items[i].export + 1;
    return next;
}

static const struct merge_item *pick_export(struct choices *c,
                                            const struct merge_module *m)
{
    unsigned count = next_export(m), export = count > 0 ? choose(c, count) : 0;
    for (size_t i = 0; i < m->item_count; i++)
        if (m->items[i].export == export)
            return &m->items[i];
    return NULL;
}

/* Of the host, or of a module; mostly what is there, of an earlier one. */
static void add_import(struct merge_texts *t, unsigned self)
{
    struct choices *c = &t->choices;
    struct merge_module *m = &t->modules[self];
    static const struct {
        const char *name, *type;
        tn_externkind kind;
    } hosts[] = {{"m", "1 2", TN_EXTERN_MEMORY},
                 {"t", "8 funcref", TN_EXTERN_TABLE},
                 {"g", "i32", TN_EXTERN_GLOBAL}};
    unsigned from = choose(c, 16), host = choose(c, 3);
    size_t id = m->item_count;
    if (from > 12 || (from > 1 && self == 0)) {
        say(m, "(import \"env\" \"%s\" (%s $i%zu %s))", hosts[host].name,
            kind_words[hosts[host].kind], id, hosts[host].type);
        add_item(m, hosts[host].kind, 0)->is_import = true;
        return;
    }
    from = from > 1    ? from % self
           : from == 0 ? choose(c, (unsigned)t->count)
                       : self - (self > 0);
    const struct merge_item *there = pick_export(c, &t->modules[from]);
    bool is_right = there != NULL && choose(c, 16) != 15;
    tn_externkind kind = is_right ? there->kind : (tn_externkind)choose(c, 5);
    unsigned form = is_right ? there->form : choose(c, form_counts[kind]);
    unsigned name = is_right ? there->export : choose(c, 5);
    t->has_forward |= from >= self;
    say(m, "(import \"m%u\" \"x%u\" (%s $i%zu %s))", from, name,
        kind_words[kind], id, type_text(kind, form, choose(c, 8) == 7));
    struct merge_item *item = add_item(m, kind, form);
    item->is_import = true;
    if (choose(c, 6) == 5)
        item->export = next_export(m);
}

/* -------------------------------------------------------------------- texts */

/* A statement of type i32 that looks at an item. */
static void put_look(struct choices *c, struct merge_module *m, size_t i)
{
    static const char *const looks[5][4] = {
        {"(call $i%zu)", "(call $i%zu (i32.const 5))", "", ""},
        {"(ref.is_null (table.get $i%zu (i32.const 1)))", "(table.size $i%zu)",
         "(i32.wrap_i64 (table.size $i%zu))", ""},
        {"(i32.load8_u $i%zu (i32.const 1))", "(memory.size $i%zu)",
         "(i32.load16_u $i%zu (i64.const 2))",
         "(i32.atomic.rmw.add $i%zu (i32.const 0) (i32.const 1))"},
        {"(global.get $i%zu)", "(global.get $i%zu)",
         "(i32.wrap_i64 (global.get $i%zu))",
         "(ref.is_null (global.get $i%zu))"},
        {"(block $b (try_table (catch $i%zu $b) (nop)) (nop)) (i32.const 2)",
         "(block $b (result i32) (try_table (catch $i%zu $b) "
         "(throw $i%zu (i32.const 6))) (i32.const 3))",
         "", ""},
    };
    char text[256];
    const char *look = looks[m->items[i].kind][m->items[i].form];
    /* An export declares it. */
    if (m->items[i].kind == TN_EXTERN_FUNC &&
        m->items[i].export != UINT32_MAX && choose(c, 4) == 3)
        look = "(ref.is_null (ref.func $i%zu))";
    bool is_plain = m->items[i].kind == TN_EXTERN_TABLE ||
                    m->items[i].kind == TN_EXTERN_MEMORY;
    size_t used = 0;
    /* The only conversion of these texts is the item's number. */
    for (const char *p = look; *p != 0 && used < sizeof text - 8; p++)
        if (p[0] == '%')
            used += (size_t)snprintf(text + used, sizeof text - used, "%zu", i),
                p += 2;
        else
            text[used++] = *p;
    text[used] = 0;
    if (!is_plain && choose(c, 8) == 7)
        say(m,
            "(if (result i32) (i32.const 1) (then %s)"
            "(else (i32.const 9)))",
            text);
    else
        say(m, "%s", text);
}

/* Adds up what some of the items before `end`, and of the imports, give. */
static void put_sum(struct choices *c, struct merge_module *m, size_t end)
{
    say(m, "(i32.const %u)", choose(c, 100));
    for (unsigned n = choose(c, 5); n > 0; n--) {
        size_t i = choose(c, (unsigned)m->item_count);
        if (i < end || m->items[i].is_import ||
            m->items[i].kind != TN_EXTERN_FUNC) {
            put_look(c, m, i);
            say(m, "(i32.add)");
        }
    }
}

/* An item of this kind and form; m->item_count if there is none. */
static size_t find_item(struct choices *c, const struct merge_module *m,
                        tn_externkind kind, unsigned form, bool must_import)
{
    unsigned begin = choose(c, (unsigned)m->item_count);
    for (size_t k = 0; k < m->item_count; k++) {
        size_t i = (begin + k) % m->item_count;
        const struct merge_item *item = &m->items[i];
        if (item->kind == kind && item->form == form &&
            (item->is_import || !must_import))
            return i;
    }
    return m->item_count;
}

/* Its first value: a constant, or an imported one. */
static void put_value(struct choices *c, struct merge_module *m, unsigned form)
{
    static const char *const values[] = {"(i32.const 2)", "(i32.const 4)",
                                         "(i64.const 5)"};
    size_t i = find_item(c, m, TN_EXTERN_GLOBAL, form == 1 ? 0 : form, true);
    if (i < m->item_count && choose(c, 4) != 3)
        say(m, "(global.get $i%zu)", i);
    else if (form < 3)
        say(m, "%s", values[form]);
    else
        say(m, "%s",
            choose(c, 2) == 0 ? "(ref.i31 (i32.const 3))"
                              : "(struct.new_default $s)");
}

static void put_definition(struct choices *c, struct merge_module *m, size_t i)
{
    const struct merge_item *item = &m->items[i];
    say(m, "(%s $i%zu ", kind_words[item->kind], i);
    if (item->export != UINT32_MAX)
        say(m, "(export \"x%u\") ", item->export);
    say(m, "%s ", type_text(item->kind, item->form, 0));
    if (item->kind == TN_EXTERN_GLOBAL)
        put_value(c, m, item->form);
    if (item->kind == TN_EXTERN_FUNC)
        put_sum(c, m, i);
    say(m, ")");
}

static void put_offset(struct choices *c, struct merge_module *m, bool is_64)
{
    static const unsigned offsets[] = {0, 1, 0, 1, 0, 2, 3, 65535};
    size_t i = find_item(c, m, TN_EXTERN_GLOBAL, is_64 ? 2 : 0, true);
    const char *type = is_64 ? "i64" : "i32";
    bool is_named = i < m->item_count && choose(c, 2) == 0;
    say(m, "(offset ");
    if (is_named)
        say(m, "(global.get $i%zu)", i);
    if (is_named && choose(c, 4) == 0)
        say(m, "(%s.const 1) (%s.add)", type, type);
    if (!is_named)
        say(m, "(%s.const %u)", type, offsets[choose(c, 8)]);
    say(m, ")");
}

static void put_segments(struct choices *c, struct merge_module *m)
{
    for (unsigned n = choose(c, 4); n > 0; n--) {
        unsigned form = choose(c, 3);
        size_t i = find_item(c, m, TN_EXTERN_MEMORY, form, false);
        if (i == m->item_count)
            continue;
        say(m, "(data (memory $i%zu) ", i);
        put_offset(c, m, form == 2);
        say(m, " \"%c%c\")", 'a' + (char)choose(c, 26),
            'a' + (char)choose(c, 26));
    }
    for (unsigned n = choose(c, 4); n > 0; n--) {
        unsigned form = choose(c, 2) * 2;
        size_t i = find_item(c, m, TN_EXTERN_TABLE, form, false);
        if (i == m->item_count)
            continue;
        size_t func = find_item(c, m, TN_EXTERN_FUNC, choose(c, 2), false);
        say(m, "(elem (table $i%zu) ", i);
        put_offset(c, m, form == 2);
        if (func < m->item_count)
            say(m, " func $i%zu)", func);
        else
            say(m, " funcref (ref.null func))");
    }
}

/* What a start function changes. */
static void put_changes(struct choices *c, struct merge_module *m)
{
    for (unsigned n = choose(c, 5); n > 0; n--) {
        size_t i = choose(c, (unsigned)m->item_count);
        const struct merge_item *item = &m->items[i];
        if (item->kind == TN_EXTERN_MEMORY && item->form < 2)
            say(m, "(i32.store8 $i%zu (i32.const %u) (i32.const %u))", i,
                choose(c, 4), choose(c, 256));
        else if (item->kind == TN_EXTERN_GLOBAL && item->form == 1)
            say(m, "(global.set $i%zu (i32.const %u))", i, choose(c, 256));
        else if (item->kind == TN_EXTERN_TABLE && item->form == 0)
            say(m, "(table.set $i%zu (i32.const %u) (ref.func $start))", i,
                choose(c, 3));
        else if (choose(c, 8) == 7)
            say(m, "(if (i32.const %u) (then (unreachable)))", choose(c, 2));
    }
}

static void put_start(struct choices *c, struct merge_module *m)
{
    if (choose(c, 2) == 0)
        return;
    say(m, "(start $start) (elem declare func $start) (func $start ");
    put_changes(c, m);
    for (unsigned n = 1 + choose(c, 3); n > 0; n--) {
        put_sum(c, m, m->item_count);
        say(m, "(call $see)");
    }
    say(m, ")");
}

static void put_customs(struct choices *c, struct merge_module *m)
{
    static const char hinted[] = "(func (@metadata.code.branch_hint \"\\00\")"
                                 " (if (i32.const 0) (then)))";
    static const char *const customs[] = {
        "(@custom \"target_features\" \"\\01+\\04simd\")",
        "(@custom \"producers\" \"\\01\\08language\\01\\01C\\0217\")",
        "(@custom \".debug_line\" \"not\")",
        "(@custom \"other\" \"thing\")",
        hinted,
    };
    unsigned set = choose(c, 256) & choose(c, 256);
    for (unsigned i = 0; i < sizeof customs / sizeof *customs; i++)
        if ((set >> i & 1) != 0)
            say(m, "%s", customs[i]);
}

static void put_exports(struct merge_module *m)
{
    for (size_t i = 0; i < m->item_count; i++)
        if (m->items[i].is_import && m->items[i].export != UINT32_MAX)
            say(m, "(export \"x%u\" (%s $i%zu))", m->items[i].export,
                kind_words[m->items[i].kind], i);
}

static void make_module(struct merge_texts *t, unsigned self)
{
    struct choices *c = &t->choices;
    struct merge_module *m = &t->modules[self];
    size_t own = m->item_count;
    tn_error err = {0};
    say(m,
        "(module $%s (type $s (struct (field i32)))"
        "(import \"env\" \"see\" (func $see (param i32)))",
        m->name);
    for (unsigned n = choose(c, 6); n > 0; n--)
        add_import(t, self);
    if (choose(c, 32) == 31)
        say(m, "(import \"wasi_snapshot_preview1\" \"sched_yield\""
               " (func (result i32)))");
    for (size_t i = 0; i < own; i++)
        put_definition(c, m, i);
    put_exports(m);
    put_segments(c, m);
    put_start(c, m);
    put_customs(c, m);
    say(m, ")");
    if (tn_module_parse(m->text, m->text_size, &m->binary, &err) != TN_OK) {
        fprintf(stderr, "merge_text: %s\n%s\n", err.text, m->text);
        abort();
    }
}

void merge_texts_make(struct merge_texts *t, const uint8_t *data, size_t size)
{
    *t = (struct merge_texts){.choices = {data, size}};
    t->count = 1 + choose(&t->choices, MERGE_MODULES);
    for (unsigned i = 0; i < t->count; i++) {
        snprintf(t->modules[i].name, sizeof t->modules[i].name, "m%u", i);
        plan_definitions(&t->choices, &t->modules[i]);
    }
    for (unsigned i = 0; i < t->count; i++)
        make_module(t, i);
}

void merge_texts_end(struct merge_texts *t)
{
    for (size_t i = 0; i < t->count; i++)
        tn_text_free(&t->modules[i].binary);
}

/* ------------------------------------------------------------------- options */

void merge_wishes_make(struct merge_texts *texts, struct merge_wishes *w,
                       tn_merge_options *options)
{
    static const char *const patterns[] = {"*:*",  "m0:*",    "m1:x0", "*:x0",
                                           "m0:*", "m0:x1=y", "m9:*",  "what"};
    static const char *const names[] = {NULL, "m0", "m1", "m2"};
    static const char *const asked[] = {"env", "m0", "m1", "m9"};
    static const char *const targets[] = {NULL,    NULL,      NULL,    "wasm1",
                                          "wasm3", "node-20", "wasm2", "none"};
    struct choices *c = &texts->choices;
    options->conflict = (tn_merge_conflict)choose(c, 3);
    options->dwarf = (tn_merge_dwarf)choose(c, 2);
    options->with_wasi = choose(c, 4) == 3;
    options->is_trusted = choose(c, 4) == 3;
    options->target = targets[choose(c, 8)];
    options->name = choose(c, 2) == 0 ? NULL : "result";
    options->export_count = choose(c, 4);
    for (size_t i = 0; i < options->export_count; i++)
        w->exports[i] = patterns[choose(c, 8)];
    options->exports = w->exports;
    options->bind_count = choose(c, 3);
    for (size_t i = 0; i < options->bind_count; i++)
        w->binds[i] = (tn_merge_bind){names[choose(c, 4)], asked[choose(c, 4)],
                                      names[choose(c, 4)]};
    options->binds = w->binds;
    options->memory_count = choose(c, 3);
    for (size_t i = 0; i < options->memory_count; i++) {
        unsigned min = choose(c, 3), more = choose(c, 3);
        w->memories[i] =
            (tn_merge_memory){choose(c, 2) == 0 ? NULL : "more", min,
                              more == 0 ? UINT64_MAX : min + more};
    }
    options->memories = w->memories;
    w->fail_at = choose(c, 256) * 4 + choose(c, 4);
}
