/* by_advice.h - modules in text, and what is advised about them.
 *
 *   struct advised s = {0};
 *   advised_add(&s, "a", "(func (export \"f\"))");
 *   advised_end(&s, NULL);
 *   ... s.advice, s.err ...
 *   advised_clear(&s);
 */
#ifndef TN_BY_ADVICE_H
#define TN_BY_ADVICE_H

#include "fault_alloc.h"
#include "mod/features.h"
#include "rewrite/advise.h"
#include "text/wat.h"
#include "tn_test.h"

struct advised {
    tn_merge_input inputs[8];
    struct tn_buf bytes[8];
    size_t count;
    tn_advise_options options; /* if its size is set */
    tn_advice *advice;
    tn_error err;
    tn_status status;
};

static inline void advised_add(struct advised *s, const char *name,
                               const char *text)
{
    struct tn_buf *bytes = &s->bytes[s->count];
    tn_error err = {0};
    tn_buf_init(bytes, &tn_alloc_libc);
    if (tn_text_parse(text, strlen(text), &tn_alloc_libc, bytes, &err) != TN_OK)
        FAIL("%s: %s", name, err.text);
    s->inputs[s->count++] = (tn_merge_input){name, {bytes->at, bytes->size}};
}

static inline void advised_end(struct advised *s, const tn_allocator *alloc)
{
    s->status = tn_rw_advise(
        s->inputs, s->count, s->options.size != 0 ? &s->options : NULL,
        alloc != NULL ? alloc : &tn_alloc_libc, &s->advice, &s->err);
}

static inline void advised_clear(struct advised *s)
{
    tn_advice_free(s->advice);
    for (size_t i = 0; i < s->count; i++)
        tn_buf_clear(&s->bytes[i]);
    *s = (struct advised){0};
}

static inline const tn_module_facts *facts_at(const struct advised *s, size_t i)
{
    if (s->status != TN_OK)
        FAIL("%s", s->err.text);
    return tn_advice_module(s->advice, i);
}

/* "p s f": what the function's parameters are; " -> p" if its result is an
 * address. */
static inline const char *uses_text(const struct advised *s, const char *name)
{
    static char text[200];
    const tn_module_facts *m = facts_at(s, 0);
    for (size_t i = 0; i < m->func_fact_count; i++) {
        const tn_func_fact *fact = &m->func_facts[i];
        if (strcmp(fact->name, name) != 0)
            continue;
        size_t n = 0;
        for (uint32_t k = 0; k < fact->param_count && k < 64; k++) {
            if (k != 0)
                text[n++] = ' ';
            text[n++] = "spf"[fact->uses[k]];
        }
        (void)strcpy(text + n, fact->returns_pointer ? " -> p" : "");
        return text;
    }
    return "none such";
}

/* Of one function $f, exported as "f". */
static inline const char *uses_of(const char *text)
{
    struct advised s = {0};
    advised_add(&s, "m", text);
    advised_end(&s, NULL);
    const char *uses = uses_text(&s, "f");
    advised_clear(&s);
    return uses;
}

static inline char level_of(const char *text)
{
    struct advised s = {0};
    advised_add(&s, "m", text);
    advised_end(&s, NULL);
    char level = "ABCDEF"[facts_at(&s, 0)->level];
    advised_clear(&s);
    return level;
}

#endif
