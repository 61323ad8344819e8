/* script.c - a script becomes a list of commands.
 *
 * Each command is read with an error of its own. When that fails, the lexer
 * as it was at the command's "(" steps over the whole of it: so one command
 * that nobody understands costs one command. */
#include "text/script.h"

#include "text/wat.h"

struct script_reader {
    struct tn_lexer l;
    struct tn_script *script;
    const tn_allocator *alloc;
    struct tn_str source;
    uint32_t line; /* of `line_at`, an offset that only grows */
    size_t line_at;
    bool in_thread; /* behind "(thread", whose ")" is still to come */
};

static uint32_t line_of(struct script_reader *r, size_t offset)
{
    for (; r->line_at < offset; r->line_at++)
        r->line += tn_lex_ends_line(r->source, r->line_at);
    return r->line;
}

static bool out_of_memory(struct script_reader *r)
{
    (void)tn_no_memory(r->l.err);
    tn_lex_next(&r->l);
    return false;
}

/* A copy on the script's arena. */
static bool keep_bytes(struct script_reader *r, const void *at, size_t size,
                       tn_bytes *out)
{
    *out = (tn_bytes){NULL, 0};
    uint8_t *copy = TN_NEW_ARRAY(&r->script->arena, uint8_t, size);
    if (copy == NULL)
        return out_of_memory(r);
    if (size > 0)
        memcpy(copy, at, size);
    *out = (tn_bytes){copy, size};
    return true;
}

static bool take_optional_id(struct script_reader *r, tn_bytes *out)
{
    struct tn_str text = r->l.token.text;
    if (r->l.token.kind != TN_TOKEN_ID)
        return true;
    if (!keep_bytes(r, text.at, text.size, out))
        return false;
    tn_lex_next(&r->l);
    return true;
}

static bool take_string(struct script_reader *r, tn_bytes *out)
{
    struct tn_str text = r->l.token.text;
    if (r->l.token.kind != TN_TOKEN_STRING)
        return tn_lex_unexpected(&r->l, "a string");
    if (!keep_bytes(r, text.at, text.size, out))
        return false;
    tn_lex_next(&r->l);
    return true;
}

/* -------------------------------------------------------------- modules */

static bool take_strings(struct script_reader *r, struct tn_buf *out)
{
    for (; r->l.token.kind == TN_TOKEN_STRING; tn_lex_next(&r->l))
        tn_buf_str(out, r->l.token.text);
    return !tn_lex_failed(&r->l);
}

/* The text between "(module" and its ")". Its failure is the command's, but
 * for that of memory; then the lexer goes on behind the module. */
static bool take_module_text(struct script_reader *r, tn_command *c,
                             struct tn_buf *out)
{
    struct tn_lexer start = r->l, inner = r->l;
    struct tn_str name = {c->id.at, c->id.size};
    inner.err = &c->error;
    tn_status status = tn_text_parse_fields(&inner, name, r->alloc, out);
    if (status == TN_OK) {
        inner.annotations = start.annotations;
        inner.err = start.err;
        r->l = inner;
        return tn_lex_expect(&r->l, TN_TOKEN_CLOSE, "\")\"");
    }
    return status == TN_E_NOMEM ? out_of_memory(r) : tn_lex_skip_rest(&r->l);
}

/* `(module quote "..")`: the strings are the source. */
static bool take_module_quote(struct script_reader *r, tn_command *c,
                              struct tn_buf *out)
{
    struct tn_buf text;
    tn_buf_init(&text, r->alloc);
    c->is_quoted = true;
    bool ok =
        take_strings(r, &text) && tn_lex_expect(&r->l, TN_TOKEN_CLOSE, "\")\"");
    tn_status status = TN_E_NOMEM;
    if (ok && !text.failed)
        status = tn_text_parse((const char *)text.at, text.size, r->alloc, out,
                               &c->error);
    tn_buf_clear(&text);
    return ok && status == TN_E_NOMEM ? out_of_memory(r) : ok;
}

static bool take_module_body(struct script_reader *r, tn_command *c,
                             struct tn_buf *out)
{
    if (tn_lex_take_keyword(&r->l, "quote"))
        return take_module_quote(r, c, out);
    if (!tn_lex_take_keyword(&r->l, "binary"))
        return take_module_text(r, c, out);
    c->is_binary = true;
    return take_strings(r, out) &&
           tn_lex_expect(&r->l, TN_TOKEN_CLOSE, "\")\"");
}

/* Behind "(module" and what may stand before its body. */
static bool take_module(struct script_reader *r, tn_command *c)
{
    struct tn_buf bytes;
    tn_buf_init(&bytes, r->alloc);
    bool ok = take_optional_id(r, &c->id) && take_module_body(r, c, &bytes);
    if (ok && bytes.failed)
        ok = out_of_memory(r);
    if (ok && c->error.status == TN_OK)
        ok = keep_bytes(r, bytes.at, bytes.size, &c->module);
    tn_buf_clear(&bytes);
    return ok;
}

static bool read_module(struct script_reader *r, tn_command *c)
{
    if (tn_lex_take_keyword(&r->l, "instance")) {
        c->kind = TN_COMMAND_INSTANCE;
        return take_optional_id(r, &c->id) && take_optional_id(r, &c->of) &&
               tn_lex_expect(&r->l, TN_TOKEN_CLOSE, "\")\"");
    }
    if (tn_lex_take_keyword(&r->l, "definition"))
        c->kind = TN_COMMAND_DEFINITION;
    return take_module(r, c);
}

static bool read_register(struct script_reader *r, tn_command *c)
{
    return take_string(r, &c->name) && take_optional_id(r, &c->of) &&
           tn_lex_expect(&r->l, TN_TOKEN_CLOSE, "\")\"");
}

/* -------------------------------------------------------------- actions */

/* Patterns up to the next ")", which stays. */
static bool take_patterns(struct script_reader *r, bool is_result,
                          const tn_pattern **out, size_t *count)
{
    struct tn_vec(tn_pattern) list = {0};
    tn_pattern pattern;
    bool ok = true;
    while (ok && r->l.token.kind == TN_TOKEN_OPEN) {
        ok = tn_text_pattern(&r->l, is_result, &pattern);
        if (ok && !TN_VEC_PUSH(&list, r->alloc, pattern))
            ok = out_of_memory(r);
    }
    tn_bytes kept = {NULL, 0};
    if (ok)
        ok = keep_bytes(r, list.at, list.count * sizeof *list.at, &kept);
    *out = kept.at;
    *count = list.count;
    TN_VEC_CLEAR(&list, r->alloc);
    return ok;
}

/* Behind "(invoke" or "(get". */
static bool take_action(struct script_reader *r, tn_action_kind kind,
                        tn_command *c)
{
    c->action = kind;
    if (!take_optional_id(r, &c->of) || !take_string(r, &c->name))
        return false;
    if (kind == TN_ACTION_INVOKE &&
        !take_patterns(r, false, &c->args, &c->arg_count))
        return false;
    return tn_lex_expect(&r->l, TN_TOKEN_CLOSE, "\")\"");
}

static bool read_invoke(struct script_reader *r, tn_command *c)
{
    return take_action(r, TN_ACTION_INVOKE, c);
}

static bool read_get(struct script_reader *r, tn_command *c)
{
    return take_action(r, TN_ACTION_GET, c);
}

static bool take_action_form(struct script_reader *r, tn_command *c)
{
    if (tn_lex_take_form(&r->l, "invoke"))
        return read_invoke(r, c);
    if (tn_lex_take_form(&r->l, "get"))
        return read_get(r, c);
    return tn_lex_unexpected(&r->l, "an action");
}

/* ----------------------------------------------------------- assertions */

static bool take_words(struct script_reader *r, tn_command *c)
{
    return take_string(r, &c->words) &&
           tn_lex_expect(&r->l, TN_TOKEN_CLOSE, "\")\"");
}

static bool read_assert_return(struct script_reader *r, tn_command *c)
{
    return take_action_form(r, c) &&
           take_patterns(r, true, &c->results, &c->result_count) &&
           tn_lex_expect(&r->l, TN_TOKEN_CLOSE, "\")\"");
}

static bool read_assert_module(struct script_reader *r, tn_command *c)
{
    if (!tn_lex_take_form(&r->l, "module"))
        return tn_lex_unexpected(&r->l, "a module");
    (void)tn_lex_take_keyword(&r->l, "definition");
    return take_module(r, c) && take_words(r, c);
}

static bool read_assert_trap(struct script_reader *r, tn_command *c)
{
    if (tn_lex_is_form(&r->l, "module"))
        return read_assert_module(r, c);
    return take_action_form(r, c) && take_words(r, c);
}

static bool read_assert_exception(struct script_reader *r, tn_command *c)
{
    return take_action_form(r, c) &&
           tn_lex_expect(&r->l, TN_TOKEN_CLOSE, "\")\"");
}

/* -------------------------------------------------------------- threads */

/* "(shared (module $m))" */
static bool take_shared(struct script_reader *r, tn_bytes *out)
{
    if (!tn_lex_take_form(&r->l, "module"))
        return tn_lex_unexpected(&r->l, "(module");
    if (r->l.token.kind != TN_TOKEN_ID)
        return tn_lex_unexpected(&r->l, "an identifier");
    return take_optional_id(r, out) &&
           tn_lex_expect(&r->l, TN_TOKEN_CLOSE, "\")\"") &&
           tn_lex_expect(&r->l, TN_TOKEN_CLOSE, "\")\"");
}

/* Up to its first command: those of a thread stand in the list like others,
 * marked, so that commands hold no commands. */
static bool read_thread(struct script_reader *r, tn_command *c)
{
    struct tn_vec(tn_bytes) list = {0};
    tn_bytes id = {NULL, 0}, kept = {NULL, 0};
    if (r->in_thread)
        return tn_lex_fail(&r->l, "a thread in a thread");
    bool ok = take_optional_id(r, &c->id);
    while (ok && tn_lex_take_form(&r->l, "shared")) {
        ok = take_shared(r, &id);
        if (ok && !TN_VEC_PUSH(&list, r->alloc, id))
            ok = out_of_memory(r);
    }
    ok = ok && keep_bytes(r, list.at, list.count * sizeof *list.at, &kept);
    c->shared = kept.at;
    c->shared_count = list.count;
    TN_VEC_CLEAR(&list, r->alloc);
    r->in_thread = ok;
    return ok;
}

static bool read_wait(struct script_reader *r, tn_command *c)
{
    if (r->l.token.kind != TN_TOKEN_ID)
        return tn_lex_unexpected(&r->l, "an identifier");
    return take_optional_id(r, &c->of) &&
           tn_lex_expect(&r->l, TN_TOKEN_CLOSE, "\")\"");
}

static const struct {
    const char *word;
    tn_command_kind kind;
    bool (*read)(struct script_reader *, tn_command *);
} command_forms[] = {
    {"module", TN_COMMAND_MODULE, read_module},
    {"register", TN_COMMAND_REGISTER, read_register},
    {"invoke", TN_COMMAND_ACTION, read_invoke},
    {"get", TN_COMMAND_ACTION, read_get},
    {"assert_return", TN_COMMAND_ASSERT_RETURN, read_assert_return},
    {"assert_trap", TN_COMMAND_ASSERT_TRAP, read_assert_trap},
    {"assert_exhaustion", TN_COMMAND_ASSERT_EXHAUSTION, read_assert_trap},
    {"assert_exception", TN_COMMAND_ASSERT_EXCEPTION, read_assert_exception},
    {"assert_malformed", TN_COMMAND_ASSERT_MALFORMED, read_assert_module},
    {"assert_invalid", TN_COMMAND_ASSERT_INVALID, read_assert_module},
    {"assert_malformed_custom", TN_COMMAND_ASSERT_MALFORMED_CUSTOM,
     read_assert_module},
    {"assert_invalid_custom", TN_COMMAND_ASSERT_INVALID_CUSTOM,
     read_assert_module},
    {"assert_unlinkable", TN_COMMAND_ASSERT_UNLINKABLE, read_assert_module},
    {"thread", TN_COMMAND_THREAD, read_thread},
    {"wait", TN_COMMAND_WAIT, read_wait},
};

enum {
    COMMAND_FORM_COUNT = sizeof command_forms / sizeof command_forms[0]
};

const char *tn_command_name(tn_command_kind kind)
{
    if (kind == TN_COMMAND_DEFINITION)
        return "module definition";
    if (kind == TN_COMMAND_INSTANCE)
        return "module instance";
    if (kind == TN_COMMAND_ACTION)
        return "action";
    for (size_t i = 0; i < COMMAND_FORM_COUNT; i++)
        if (command_forms[i].kind == kind)
            return command_forms[i].word;
    return "unknown command";
}

/* -------------------------------------------------------------- scripts */

static bool read_form(struct script_reader *r, tn_command *c)
{
    if (!tn_lex_expect(&r->l, TN_TOKEN_OPEN, "\"(\""))
        return false;
    for (size_t i = 0; i < COMMAND_FORM_COUNT; i++) {
        if (!tn_lex_take_keyword(&r->l, command_forms[i].word))
            continue;
        c->kind = command_forms[i].kind;
        return command_forms[i].read(r, c);
    }
    return tn_lex_unexpected(&r->l, "a command");
}

static tn_status read_command(struct script_reader *r, tn_error *err)
{
    struct tn_lexer start = r->l;
    tn_error why = {0};
    tn_command c = {.line = line_of(r, r->l.token.offset),
                    .in_thread = r->in_thread};
    r->l.err = &why;
    if (!read_form(r, &c)) {
        r->l = start;
        if (why.status != TN_E_MALFORMED)
            return tn_fail(err, why.status, why.offset, "%s", why.text);
        if (r->l.token.kind != TN_TOKEN_OPEN)
            (void)tn_lex_unexpected(&r->l, "a command");
        else
            (void)tn_lex_skip_form(&r->l);
        if (tn_lex_failed(&r->l))
            return err->status;
        c = (tn_command){
            .line = c.line, .error = why, .in_thread = c.in_thread};
    }
    /* Behind the ")" another token is current, and may have failed. */
    r->l.err = err;
    if (why.status != TN_OK && c.kind != TN_COMMAND_UNKNOWN)
        return tn_fail(err, why.status, why.offset, "%s", why.text);
    if (!TN_VEC_PUSH(&r->script->commands, r->alloc, c))
        return tn_no_memory(err);
    return TN_OK;
}

/* Does the source hold the fields of one module, without "(module"? */
static bool is_inline_module(const struct tn_lexer *l)
{
    static const char *const fields[] = {
        "type",   "rec",    "import", "func", "table", "memory",
        "global", "export", "start",  "elem", "data",  "tag",
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (tn_lex_is_form(l, fields[i]))
            return true;
    return false;
}

static tn_status read_inline_module(struct script_reader *r, tn_error *err)
{
    struct tn_buf bytes;
    tn_command c = {.kind = TN_COMMAND_MODULE, .line = 1};
    tn_buf_init(&bytes, r->alloc);
    tn_status status =
        tn_text_parse(r->source.at, r->source.size, r->alloc, &bytes, &c.error);
    if (status == TN_OK && !keep_bytes(r, bytes.at, bytes.size, &c.module))
        status = TN_E_NOMEM;
    tn_buf_clear(&bytes);
    if (status == TN_E_NOMEM || !TN_VEC_PUSH(&r->script->commands, r->alloc, c))
        return tn_no_memory(err);
    return TN_OK;
}

static tn_status read_script(struct script_reader *r, tn_error *err)
{
    tn_lex_init(&r->l, r->source.at, r->source.size, &r->script->arena, err);
    if (is_inline_module(&r->l))
        return read_inline_module(r, err);
    while (r->l.token.kind != TN_TOKEN_END) {
        if (r->in_thread && r->l.token.kind == TN_TOKEN_CLOSE) {
            r->in_thread = false;
            tn_lex_next(&r->l);
            continue;
        }
        TN_TRY(read_command(r, err));
    }
    if (r->in_thread && err->status == TN_OK)
        (void)tn_lex_unexpected(&r->l, "\")\"");
    return err->status;
}

tn_status tn_text_script_read(struct tn_str source, const tn_allocator *alloc,
                              struct tn_script **out, tn_error *err)
{
    tn_error own = {0};
    *out = NULL;
    struct tn_script *script = TN_ALLOC(alloc, struct tn_script);
    if (script == NULL)
        return tn_no_memory(err);
    tn_arena_init(&script->arena, alloc);
    struct script_reader r = {
        .script = script, .alloc = alloc, .source = source, .line = 1};
    tn_status status = read_script(&r, &own);
    if (status == TN_OK) {
        *out = script;
        return TN_OK;
    }
    tn_text_script_free(script);
    return tn_fail(err, status, own.offset, "%s", own.text);
}

void tn_text_script_free(struct tn_script *script)
{
    const tn_allocator *alloc = script->arena.alloc;
    TN_VEC_CLEAR(&script->commands, alloc);
    tn_arena_clear(&script->arena);
    tn_alloc_free(alloc, script, sizeof *script);
}
