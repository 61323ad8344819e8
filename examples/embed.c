/* embed.c - a program that runs a WebAssembly module and lends it a function.
 *
 * The module, in the text format:
 *
 *   (module
 *     (import "host" "twice" (func (param i32) (result i32)))
 *     (func (export "twice_and_add") (param i32 i32) (result i32)
 *       (i32.add (call 0 (local.get 0)) (local.get 1))))
 */
#include <inttypes.h>
#include <stdio.h>
#include <tenon.h>

static const unsigned char bytes[] =
    "\0asm\1\0\0\0"
    "\1\14\2\140\1\177\1\177\140\2\177\177\1\177" /* two types */
    "\2\16\1\4host\5twice\0\0"                    /* an import */
    "\3\2\1\1"                                    /* a function, */
    "\7\21\1\15twice_and_add\0\1"                 /* its export */
    "\12\13\1\11\0\40\0\20\0\40\1\152\13";        /* and its code */

/* Arguments come in slots of 8 bytes, and the results go there. */
static tn_status twice(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    (void)call, (void)env, (void)err;
    slots[0] = (uint32_t)(slots[0] * 2);
    return TN_OK;
}

int main(void)
{
    tn_engine *engine = NULL;
    tn_module *module = NULL;
    tn_store *store = NULL;
    tn_imports *imports = NULL;
    tn_instance *instance = NULL; /* the store's */
    tn_func *func = NULL;         /* the instance's */
    tn_val args[2] = {{TN_I32, {20}}, {TN_I32, {2}}}, result;
    tn_error err = {0};

    bool ok =
        tn_engine_new(NULL, &engine, &err) == TN_OK &&
        tn_module_new_copy(engine, bytes, sizeof bytes - 1, &module, &err) ==
            TN_OK &&
        tn_store_new(engine, NULL, &store, &err) == TN_OK &&
        tn_imports_new(store, &imports, &err) == TN_OK &&
        tn_imports_func(imports, "host", "twice", "(i32) -> i32", twice, NULL,
                        &err) == TN_OK &&
        tn_instance_new(store, module, imports, &instance, &err) == TN_OK &&
        tn_instance_func(instance, "twice_and_add", &func, &err) == TN_OK &&
        tn_func_call(func, args, 2, &result, 1, &err) == TN_OK;
    if (ok)
        printf("twice 20 and 2 is %" PRId32 "\n", result.of.i32);
    else
        fprintf(stderr, "embed: %s\n", err.text);

    tn_imports_free(imports);
    tn_store_free(store);
    tn_module_free(module);
    tn_engine_free(engine);
    return ok ? 0 : 1;
}
