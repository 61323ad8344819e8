/* rates.c - how often is a pointer missed, and how often is there none?
 *
 *   rates NAME=FILE...
 *
 * The modules are built from labelled functions (labels.h). For each NAME, as
 * often as it stands, a line with the rates over all its files; and what was
 * wrong, on standard error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon.h>

struct rates {
    unsigned functions, pointers, missed, others, false_ones;
    unsigned results, results_missed, results_false;
};

static void *read_all(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(1 << 20);
    if (file == NULL || bytes == NULL) {
        perror(path);
        exit(2);
    }
    *size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static void judge_param(const tn_func_fact *fact, uint32_t i, char label,
                        struct rates *r)
{
    char found = "spf"[fact->uses[i]];
    if (label == 'n')
        return;
    bool is_one = label == 'p' || label == 'f';
    r->pointers += is_one;
    r->others += !is_one;
    r->missed += is_one && found != label;
    r->false_ones += !is_one && found != 's';
    if (is_one ? found != label : found != 's')
        fprintf(stderr, "  %s: parameter %u is %c\n", fact->name, i, found);
}

static void judge(const tn_func_fact *fact, struct rates *r)
{
    const char *label = strchr(fact->name, ':');
    if (label == NULL)
        return;
    label++;
    bool returns = strchr(label, '>') != NULL;
    r->functions++;
    for (uint32_t i = 0; i < fact->param_count; i++)
        judge_param(fact, i, label[i], r);
    r->results += returns;
    r->results_missed += returns && !fact->returns_pointer;
    r->results_false += !returns && fact->returns_pointer;
    if (returns != fact->returns_pointer)
        fprintf(stderr, "  %s: its result is %s\n", fact->name,
                fact->returns_pointer ? "p" : "s");
}

static void judge_file(const char *path, struct rates *r)
{
    size_t size;
    void *bytes = read_all(path, &size);
    tn_merge_input input = {"m", {bytes, size}};
    tn_advice *advice;
    tn_error err = {0};
    if (tn_advise(&input, 1, NULL, &advice, &err) != TN_OK) {
        fprintf(stderr, "%s: %s\n", path, err.text);
        exit(1);
    }
    const tn_module_facts *facts = tn_advice_module(advice, 0);
    for (size_t i = 0; i < facts->func_fact_count; i++)
        judge(&facts->func_facts[i], r);
    tn_advice_free(advice);
    free(bytes);
}

static void tell(const char *name, size_t size, const struct rates *r)
{
    printf("%.*s: %u functions; of %u pointers and functions %u missed (%.1f "
           "%%), of %u others %u taken for one (%.1f %%); of %u addresses "
           "returned %u missed, %u false\n",
           (int)size, name, r->functions, r->pointers, r->missed,
           100.0 * r->missed / r->pointers, r->others, r->false_ones,
           100.0 * r->false_ones / r->others, r->results, r->results_missed,
           r->results_false);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc;) {
        struct rates r = {0};
        size_t size = strcspn(argv[i], "=") + 1;
        const char *name = argv[i];
        fprintf(stderr, "%.*s\n", (int)size - 1, name);
        for (; i < argc && strncmp(argv[i], name, size) == 0; i++)
            judge_file(argv[i] + size, &r);
        tell(name, size - 1, &r);
    }
    return 0;
}
