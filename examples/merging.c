/* merging.c - two modules become one, and the one runs.
 *
 * Merging needs no engine, and the result nothing of tenon's: any engine with
 * several memories runs it. Here tenon does. */
#include <stdio.h>
#include <string.h>
#include <tenon.h>

static const char game[] =
    "(import \"dice\" \"roll\" (func $roll (result i32)))"
    "(memory (export \"memory\") 1)"
    "(func (export \"play\") (result i32)"
    "  (i32.store (i32.const 0) (call $roll))"
    "  (i32.add (i32.load (i32.const 0)) (call $roll)))";

static const char dice[] =
    "(memory (export \"memory\") 1) (data (i32.const 0) \"\\02\")"
    "(func (export \"roll\") (result i32)"
    "  (i32.store (i32.const 0)"
    "    (i32.mul (i32.load (i32.const 0)) (i32.const 3)))"
    "  (i32.load (i32.const 0)))";

/* Only what `game` exports is exported; what differs from two instances, if
 * anything does, is told. */
static bool merge(const tn_text *a, const tn_text *b, tn_merged **out,
                  tn_error *err)
{
    const tn_merge_input inputs[] = {{"game", {a->at, a->size}},
                                     {"dice", {b->at, b->size}}};
    const char *exports[] = {"game:*"};
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    options.exports = exports;
    options.export_count = 1;
    if (tn_merge(inputs, 2, &options, out, err) != TN_OK)
        return false;
    for (size_t i = 0; i < tn_merged_note_count(*out); i++)
        if (tn_merged_note(*out, i)->is_difference)
            printf("note: %s\n", tn_merged_note(*out, i)->text);
    return true;
}

static bool play(tn_bytes bytes, tn_val *result, tn_error *err)
{
    tn_engine *engine = NULL;
    tn_module *module = NULL;
    tn_store *store = NULL;
    tn_instance *instance = NULL; /* the store's */
    tn_func *func = NULL;         /* the instance's */
    bool ok = tn_engine_new(NULL, &engine, err) == TN_OK &&
              tn_module_new_copy(engine, bytes.at, bytes.size, &module, err) ==
                  TN_OK &&
              tn_store_new(engine, NULL, &store, err) == TN_OK &&
              tn_instance_new(store, module, NULL, &instance, err) == TN_OK &&
              tn_instance_func(instance, "play", &func, err) == TN_OK &&
              tn_func_call(func, NULL, 0, result, 1, err) == TN_OK;
    tn_store_free(store);
    tn_module_free(module);
    tn_engine_free(engine);
    return ok;
}

int main(void)
{
    tn_text a = {NULL, 0}, b = {NULL, 0};
    tn_merged *merged = NULL;
    tn_val result;
    tn_error err = {0};
    bool ok = tn_module_parse(game, strlen(game), &a, &err) == TN_OK &&
              tn_module_parse(dice, strlen(dice), &b, &err) == TN_OK &&
              merge(&a, &b, &merged, &err) &&
              play(tn_merged_module(merged), &result, &err);
    if (ok)
        printf("one module, two memories: %d\n", (int)result.of.i32);
    else
        fprintf(stderr, "merging: %s\n", err.text);
    tn_merged_free(merged);
    tn_text_free(&a);
    tn_text_free(&b);
    return ok ? 0 : 1;
}
