/* show.c - all that advice says of some modules, a line each: for the tests of
 * tests/rewrite/advise, by the public header alone.
 *
 *   show [-t TARGET] [-q] NAME=FILE...
 *
 * -q: the way, the rule, and of each way its verdict and first reason. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon.h>

static void *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    *size = 0;
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    for (size_t cap = 1 << 16, got = 1; got != 0; *size += got) {
        if (bytes == NULL || *size == cap) {
            cap *= 2;
            bytes = realloc(bytes, cap);
        }
        if (bytes == NULL)
            exit(2);
        got = fread(bytes + *size, 1, cap - *size, file);
    }
    fclose(file);
    return bytes;
}

static void show_uses(const tn_func_fact *fact)
{
    printf("func %s", fact->name);
    for (uint32_t i = 0; i < fact->param_count; i++)
        printf(" %c", "spf"[fact->uses[i]]);
    printf("%s\n", fact->returns_pointer ? " -> p" : "");
}

static void show_module(const tn_module_facts *m)
{
    printf("module %s level %c:", m->name, "ABCDEF"[m->level]);
    for (size_t i = 0; i < m->level_evidence_count; i++) {
        const tn_evidence *e = &m->level_evidence[i];
        printf("%s %s", i == 0 ? "" : ";", e->text);
        if (e->offset != TN_NO_OFFSET)
            printf(" at 0x%llx", (unsigned long long)e->offset);
    }
    printf("\n  sites %llu %llu, stack pointer %d top 0x%llx%s, allocator %s,",
           (unsigned long long)m->code_site_count,
           (unsigned long long)m->data_site_count, (int)m->stack_pointer,
           (unsigned long long)m->stack_top, m->is_stack_first ? " first" : "",
           m->allocator);
    printf("%s%s%s%s%s%s\n", m->is_command ? " command" : "",
           m->is_reactor ? " reactor" : "", m->has_start ? " start" : "",
           m->has_wasi ? " wasi" : "", m->has_threads ? " threads" : "",
           m->is_object ? " object" : "");
    for (uint32_t i = 0; i < m->memory_count; i++)
        printf("  memory %u: %llu.., %llu accesses, %u grows\n", i,
               (unsigned long long)m->memories[i].min,
               (unsigned long long)m->memories[i].access_count,
               m->memories[i].grow_count);
    for (size_t i = 0; i < m->region_count; i++)
        printf("  0x%llx..0x%llx %s\n", (unsigned long long)m->regions[i].begin,
               (unsigned long long)m->regions[i].end, m->regions[i].text);
    for (size_t i = 0; i < m->func_fact_count; i++) {
        printf("  ");
        show_uses(&m->func_facts[i]);
    }
}

static void show_edge(const tn_advice *advice, const tn_edge *edge)
{
    static const char *const states[] = {"found",  "host",     "wasi",
                                         "linker", "missing",  "kind",
                                         "type",   "ambiguous"};
    printf("edge %s %s.%s %s", tn_advice_module(advice, edge->from)->name,
           edge->module, edge->name, states[edge->state]);
    if (edge->to != UINT32_MAX)
        printf(" -> %s", tn_advice_module(advice, edge->to)->name);
    printf("%s%s%s%s%s\n", edge->passes_pointer ? " pointer" : "",
           edge->passes_funcref ? " funcref" : "",
           edge->is_by_export ? " by export" : "", edge->why[0] ? ": " : "",
           edge->why);
}

static void show_verdict(const tn_verdict *v, bool is_quick)
{
    static const char *const kinds[] = {"sound", "unsound", "unknown"};
    printf("%s: %s%s%s", tn_way_name(v->way), kinds[v->kind],
           v->in_build ? "" : ", not in this build",
           v->runs_on_target ? "" : ", not on the target");
    for (size_t i = 0; i < v->reason_count && (!is_quick || i == 0); i++) {
        printf("%s%s", i == 0 ? ": " : "; ", v->reasons[i].text);
        if (v->reasons[i].offset != TN_NO_OFFSET && !is_quick)
            printf(" at 0x%llx", (unsigned long long)v->reasons[i].offset);
    }
    printf("\n");
    if (v->command != NULL)
        printf("  $ %s\n", v->command);
    if (is_quick)
        return;
    printf("  needs %s\n", v->needs);
    if (v->remedy != NULL)
        printf("  remedy: %s\n", v->remedy);
}

static void show(const tn_advice *advice, bool is_quick)
{
    const char *why;
    tn_way way = tn_advice_way(advice, &why);
    for (size_t i = 0; !is_quick && tn_advice_module(advice, i) != NULL; i++)
        show_module(tn_advice_module(advice, i));
    for (size_t i = 0; !is_quick && tn_advice_edge(advice, i) != NULL; i++)
        show_edge(advice, tn_advice_edge(advice, i));
    for (size_t i = 0; !is_quick && tn_advice_shared(advice, i) != NULL; i++) {
        const tn_shared_code *s = tn_advice_shared(advice, i);
        printf("shared %u has %llu bytes of %u, %.1f %%\n", s->a,
               (unsigned long long)s->bytes, s->b, s->fraction * 100);
    }
    size_t count;
    for (size_t i = 0; tn_advice_ring(advice, i, &count) != NULL; i++)
        printf("ring of %zu\n", count);
    printf("way %s: %s\n", tn_way_name(way), why);
    for (int i = 0; i < TN_WAY_COUNT; i++)
        show_verdict(tn_advice_verdict(advice, (tn_way)i), is_quick);
}

int main(int argc, char **argv)
{
    tn_advise_options options = TN_ADVISE_OPTIONS_INIT;
    tn_merge_input inputs[64] = {{0}};
    const char *paths[64] = {0};
    size_t count = 0;
    bool is_quick = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-t") == 0) {
            options.target = argv[++i];
        } else if (strcmp(argv[i], "-q") == 0) {
            is_quick = true;
        } else {
            char *equals = strchr(argv[i], '=');
            if (equals == NULL || count == 64)
                return 2;
            *equals = '\0';
            size_t size;
            void *bytes = read_file(equals + 1, &size);
            inputs[count] = (tn_merge_input){argv[i], {bytes, size}};
            paths[count++] = equals + 1;
        }
    }
    options.paths = paths;
    tn_advice *advice;
    tn_error err = {0};
    if (tn_advise(inputs, count, &options, &advice, &err) != TN_OK) {
        printf("error: %s\n", err.text);
        return 1;
    }
    show(advice, is_quick);
    tn_advice_free(advice);
    for (size_t i = 0; i < count; i++)
        free((void *)inputs[i].module.at);
    return 0;
}
