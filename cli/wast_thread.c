/* wast_thread.c - threads of a script: each runs its commands in a store of
 * its own, counts for itself, and shares memories by their handles. */
#include "wast.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct wast_thread {
    struct wast_thread *next; /* started before this one */
    tn_bytes id;              /* borrowed from the script */
    bool is_running;
    pthread_t thread;
    struct wast_run run; /* as that of the script, counts from 0 */
    struct wast_part part;
    struct wast_share *shares;
};

static void *run_thread(void *ctx)
{
    struct wast_thread *t = ctx;
    wast_commands(&t->run, t->part);
    return NULL;
}

/* -------------------------------------------------------------- sharing */

/* The shared memories that an instance exports, behind those in `out`. */
static bool add_shares(tn_bytes id, tn_instance *instance,
                       struct wast_thread *t)
{
    size_t count = tn_instance_export_count(instance);
    struct wast_share *grown =
        realloc(t->shares, (t->part.share_count + count + 1) * sizeof *grown);
    if (grown == NULL)
        return false;
    t->shares = grown;
    for (size_t i = 0; i < count; i++) {
        struct wast_share *share = &grown[t->part.share_count];
        const char *name;
        tn_bytes text;
        tn_extern item = tn_instance_export_at(instance, i, &name, &text.size);
        if (item.kind != TN_EXTERN_MEMORY ||
            tn_memory_shared(item.of.memory) == NULL)
            continue;
        text.at = name;
        *share = (struct wast_share){id, text, NULL};
        share->memory =
            tn_shared_memory_retain(tn_memory_shared(item.of.memory));
        t->part.share_count++;
    }
    return true;
}

static bool is_bytes(tn_bytes a, tn_bytes b)
{
    return a.size == b.size && memcmp(a.at, b.at, a.size) == 0;
}

static bool define_share(struct wast_state *s, const struct wast_share *share,
                         const char *module)
{
    char name[256];
    tn_error err = {0};
    tn_extern item = {.kind = TN_EXTERN_MEMORY};
    if (share->name.size >= sizeof name)
        return because(s, "no name that imports can be given");
    memcpy(name, share->name.at, share->name.size);
    name[share->name.size] = 0;
    return (tn_memory_of_shared(s->store, share->memory, &item.of.memory,
                                &err) == TN_OK &&
            tn_imports_define(s->imports, module, name, item, &err) == TN_OK) ||
           because(s, "%s", err.text);
}

bool wast_register_shared(struct wast_state *s, tn_bytes id, const char *name)
{
    bool is_there = false;
    for (size_t i = 0; i < s->part.share_count; i++) {
        const struct wast_share *share = &s->part.shares[i];
        if (!is_bytes(share->id, id))
            continue;
        is_there = true;
        if (!define_share(s, share, name))
            return false;
    }
    return is_there || because(s, "no such instance");
}

/* -------------------------------------------------------------- threads */

static void free_thread(struct wast_thread *t)
{
    for (size_t i = 0; i < t->part.share_count; i++)
        tn_shared_memory_free(t->shares[i].memory);
    free(t->shares);
    free(t);
}

/* A thread that is ready to start, or null after because(). */
static struct wast_thread *make_thread(struct wast_state *s,
                                       const tn_command *c)
{
    struct wast_thread *t = calloc(1, sizeof *t);
    if (t == NULL) {
        (void)because(s, "out of memory");
        return NULL;
    }
    t->id = c->id;
    t->run = (struct wast_run){.options = s->run->options,
                               .engine = s->run->engine,
                               .json = s->run->json,
                               .source = s->run->source};
    t->part = (struct wast_part){s->part.path, s->part.script, s->at + 1,
                                 s->at + 1,    NULL,           0};
    while (t->part.end < s->part.end &&
           tn_script_at(t->part.script, t->part.end)->in_thread)
        t->part.end++;
    for (size_t i = 0; i < c->shared_count; i++) {
        tn_instance *instance = wast_instance(s, c->shared[i]).instance;
        if (instance != NULL && add_shares(c->shared[i], instance, t))
            continue;
        (void)because(s, "no such instance to share, or no memory for it");
        free_thread(t);
        return NULL;
    }
    t->part.shares = t->shares;
    return t;
}

bool wast_start_thread(struct wast_state *s, const tn_command *c)
{
    struct wast_thread *t = make_thread(s, c);
    if (t == NULL)
        return false;
    if (pthread_create(&t->thread, NULL, run_thread, t) != 0) {
        free_thread(t);
        return because(s, "no thread can be started");
    }
    t->is_running = true;
    t->next = s->threads;
    s->threads = t;
    return true;
}

static void join(struct wast_state *s, struct wast_thread *t)
{
    if (!t->is_running)
        return;
    pthread_join(t->thread, NULL);
    t->is_running = false;
    for (size_t i = 0; i < TN_COMMAND_KIND_COUNT; i++) {
        s->run->passed[i] += t->run.passed[i];
        s->run->failed[i] += t->run.failed[i];
    }
    s->run->other_words += t->run.other_words;
}

bool wast_wait(struct wast_state *s, const tn_command *c)
{
    for (struct wast_thread *t = s->threads; t != NULL; t = t->next) {
        if (!is_bytes(t->id, c->of))
            continue;
        join(s, t);
        return true;
    }
    return because(s, "no such thread");
}

void wast_end_threads(struct wast_state *s)
{
    while (s->threads != NULL) {
        struct wast_thread *t = s->threads;
        s->threads = t->next;
        join(s, t);
        free_thread(t);
    }
}
