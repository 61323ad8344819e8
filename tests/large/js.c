/* js.c - runs JavaScript files with QuickJS: its core, and nothing of an
 * operating system but print().
 *
 *   js FILE...
 *
 * Each file gets a context of its own, and is done when no job is pending. An
 * exception is printed, and the exit status is then 1. */
#include "quickjs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static JSValue print(JSContext *ctx, JSValueConst self, int argc,
                     JSValueConst *argv)
{
    (void)self;
    for (int i = 0; i < argc; i++) {
        const char *text = JS_ToCString(ctx, argv[i]);
        if (text == NULL)
            return JS_EXCEPTION;
        printf("%s%s", i == 0 ? "" : " ", text);
        JS_FreeCString(ctx, text);
    }
    putchar('\n');
    return JS_UNDEFINED;
}

/* What a program may ask of its host here. */
static void add_host(JSContext *ctx)
{
    JSValue global = JS_GetGlobalObject(ctx);
    JSValue console = JS_NewObject(ctx);
    JS_SetPropertyStr(ctx, global, "print",
                      JS_NewCFunction(ctx, print, "print", 1));
    JS_SetPropertyStr(ctx, console, "log",
                      JS_NewCFunction(ctx, print, "log", 1));
    JS_SetPropertyStr(ctx, global, "console", console);
    JS_FreeValue(ctx, global);
}

static int say_exception(JSContext *ctx)
{
    JSValue exception = JS_GetException(ctx);
    JSValue stack = JS_GetPropertyStr(ctx, exception, "stack");
    const char *what = JS_ToCString(ctx, exception);
    const char *where = JS_ToCString(ctx, stack);
    printf("%s\n%s", what ? what : "[exception]", where ? where : "");
    JS_FreeCString(ctx, what);
    JS_FreeCString(ctx, where);
    JS_FreeValue(ctx, stack);
    JS_FreeValue(ctx, exception);
    return 1;
}

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        return NULL;
    *size = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(*size + 1);
    if (text != NULL && fread(text, 1, *size, file) == *size)
        text[*size] = '\0'; /* QuickJS looks one byte past the end */
    fclose(file);
    return text;
}

static int run_jobs(JSRuntime *runtime)
{
    JSContext *ctx;
    int status;
    while ((status = JS_ExecutePendingJob(runtime, &ctx)) > 0)
        continue;
    return status < 0 ? say_exception(ctx) : 0;
}

static int run_file(const char *path)
{
    size_t size = 0;
    char *text = read_file(path, &size);
    if (text == NULL) {
        printf("cannot read %s\n", path);
        return 1;
    }
    JSRuntime *runtime = JS_NewRuntime();
    JSContext *ctx = JS_NewContext(runtime);
    JS_AddIntrinsicBigFloat(ctx);
    JS_AddIntrinsicBigDecimal(ctx);
    JS_AddIntrinsicOperators(ctx);
    JS_EnableBignumExt(ctx, strstr(path, "bignum") != NULL);
    add_host(ctx);
    JSValue value = JS_Eval(ctx, text, size, path, JS_EVAL_TYPE_GLOBAL);
    int failed = JS_IsException(value) ? say_exception(ctx) : run_jobs(runtime);
    JS_FreeValue(ctx, value);
    JS_FreeContext(ctx);
    JS_FreeRuntime(runtime);
    free(text);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        printf("%s\n", argv[i]);
        failed |= run_file(argv[i]);
    }
    return failed;
}
