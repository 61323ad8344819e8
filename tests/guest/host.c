/* host.c - host MODULE SCRIPT: calls a guest's functions as a script says, and
 * says which calls did otherwise. host.mjs is the same for another engine.
 *
 * host MODULE random SEED STEPS: has memories_memories_random.c do that many steps beside its
 * model, and prints its digest. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon.h>

struct host {
    tn_engine *engine;
    tn_module *module;
    tn_store *store;
    tn_imports *imports;
    tn_instance *instance;
    tn_error err;
};

enum outcome {
    RETURNED,
    TRAPPED,
    WRONG
};

static void end_instance(struct host *h)
{
    tn_imports_free(h->imports);
    tn_store_free(h->store);
    h->imports = NULL;
    h->store = NULL;
}

static bool new_instance(struct host *h)
{
    end_instance(h);
    return tn_store_new(h->engine, NULL, &h->store, &h->err) == TN_OK &&
           tn_imports_new(h->store, &h->imports, &h->err) == TN_OK &&
           tn_instance_new(h->store, h->module, h->imports, &h->instance,
                           &h->err) == TN_OK;
}

static enum outcome call(struct host *h, const char *name, const tn_val *args,
                         size_t count, int32_t *result)
{
    tn_func *func = NULL;
    tn_val value = {TN_I32, {0}};
    h->err = (tn_error){0};
    if (tn_instance_func(h->instance, name, &func, &h->err) != TN_OK)
        return WRONG;
    size_t result_count = tn_func_result_count(func);
    tn_status status =
        tn_func_call(func, args, count, &value, result_count, &h->err);
    *result = value.of.i32;
    if (status == TN_E_TRAP)
        return strstr(h->err.text, "out of bounds memory access") ? TRAPPED
                                                                  : WRONG;
    return status == TN_OK ? RETURNED : WRONG;
}

static int32_t number(struct host *h, const char *name)
{
    int32_t result = 0;
    if (call(h, name, NULL, 0, &result) == RETURNED)
        return result;
    fprintf(stderr, "%s: %s\n", name, h->err.text);
    exit(1);
}

/* ----------------------------------------------------------------- scripts */

struct kept {
    char name[32];
    int32_t value;
};

static int32_t *kept_place(struct kept *kept, const char *name)
{
    while (kept->name[0] != '\0' && strcmp(kept->name, name) != 0)
        kept++;
    (void)snprintf(kept->name, sizeof kept->name, "%s", name);
    return &kept->value;
}

/* Did the line do what it says? */
static bool run_line(struct host *h, char *line, struct kept *kept)
{
    tn_val args[8];
    size_t count = 0;
    int32_t result = 0;
    char *name = strtok(line, " \n");
    if (strcmp(name, "new") == 0)
        return new_instance(h);
    char *word = strtok(NULL, " \n");
    for (; word != NULL && strchr("-0123456789", *word) && count < 8;
         word = strtok(NULL, " \n"))
        args[count++] = (tn_val){TN_I32, {(int32_t)strtol(word, NULL, 10)}};
    enum outcome outcome = call(h, name, args, count, &result);
    if (word != NULL && strcmp(word, "traps") == 0)
        return outcome == TRAPPED;
    if (outcome != RETURNED)
        return false;
    if (word != NULL && strcmp(word, "keep") == 0)
        *kept_place(kept, name) = result;
    if (word == NULL || *word != '=')
        return true;
    word = strtok(NULL, " \n");
    int32_t want = strcmp(word, "same") == 0 ? *kept_place(kept, name)
                                             : (int32_t)strtol(word, NULL, 10);
    (void)snprintf(h->err.text, sizeof h->err.text, "%" PRId32, result);
    return want == result;
}

static int run_script(struct host *h, const char *path)
{
    char line[200], copy[200];
    struct kept kept[32] = {0};
    int passed = 0, failed = 0;
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (line[0] == '\n' || line[0] == '#')
            continue;
        memcpy(copy, line, sizeof copy);
        bool is_so = run_line(h, line, kept);
        passed += is_so;
        failed += !is_so;
        if (!is_so)
            printf("not so: %.*s: %s\n", (int)strcspn(copy, "\n"), copy,
                   h->err.text);
    }
    if (file != NULL)
        fclose(file);
    printf("%d calls as they should be, %d not\n", passed, failed);
    return failed != 0 || passed == 0;
}

/* ------------------------------------------------------------------ random */

static int run_random(struct host *h, int32_t seed, int steps)
{
    tn_val arg = {TN_I32, {seed}};
    int32_t none;
    int traps = 0;
    if (!new_instance(h) || call(h, "seed", &arg, 1, &none) != RETURNED)
        return 1;
    for (int i = 1; i <= steps; i++) {
        bool must_trap = number(h, "plan") != 0;
        enum outcome outcome = call(h, "perform", NULL, 0, &none);
        traps += outcome == TRAPPED;
        if (outcome != (must_trap ? TRAPPED : RETURNED) ||
            number(h, "follow") != 1 ||
            ((i % 64 == 0 || i == steps) && number(h, "compare") != 0)) {
            printf("not as the model, step %d of seed %d\n", i, (int)seed);
            return 1;
        }
    }
    printf("%d steps, %d traps, digest %d\n", steps, traps,
           (int)number(h, "digest"));
    return 0;
}

static bool read_module(struct host *h, const char *path)
{
    static uint8_t bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return tn_engine_new(NULL, &h->engine, &h->err) == TN_OK &&
           tn_module_new_copy(h->engine, bytes, size, &h->module, &h->err) ==
               TN_OK;
}

int main(int argc, char **argv)
{
    struct host h = {0};
    int status = 2;
    if (argc != 3 && argc != 5)
        fprintf(stderr, "usage: host MODULE (SCRIPT | random SEED STEPS)\n");
    else if (!read_module(&h, argv[1]))
        fprintf(stderr, "%s: %s\n", argv[1], h.err.text);
    else if (argc == 3)
        status = run_script(&h, argv[2]);
    else
        status = run_random(&h, atoi(argv[3]), atoi(argv[4]));
    end_instance(&h);
    tn_module_free(h.module);
    tn_engine_free(h.engine);
    return status;
}
