/* plugin_host.c - an application and its plug-in, two modules with a memory
 * each; the first calls the second through the host.
 *
 *   tenon parse -o app.wasm app.wat && tenon parse -o pricing.wasm pricing.wat
 *   plugin_host app.wasm pricing.wasm
 *
 * The application's import "pricing" is whichever module has that name. */
#include <stdio.h>
#include <stdlib.h>
#include <tenon.h>

struct file {
    char bytes[1 << 16];
    size_t size;
};

static tn_bytes read_file(const char *path, struct file *into)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    into->size = fread(into->bytes, 1, sizeof into->bytes, file);
    fclose(file);
    return (tn_bytes){into->bytes, into->size};
}

static void report(void *ctx, const char *kind, const char *text)
{
    (void)ctx;
    fprintf(stderr, "%s: %s\n", kind, text);
}

static tn_status ask(tn_program *program, tn_error *err)
{
    tn_val pieces = {.kind = TN_I32, .of.i32 = 5}, total, asked;
    tn_status status =
        tn_program_call(program, "app:total", &pieces, 1, &total, 1, err);
    if (status == TN_OK)
        status =
            tn_program_call(program, "pricing:asked", NULL, 0, &asked, 1, err);
    if (status == TN_OK)
        printf("%d pieces cost %d; the plug-in was asked %d times\n",
               (int)pieces.of.i32, (int)total.of.i32, (int)asked.of.i32);
    return status;
}

int main(int argc, char **argv)
{
    static struct file files[2];
    tn_engine *engine = NULL;
    tn_package *package = NULL;
    tn_program *program = NULL;
    tn_program_config config = TN_PROGRAM_CONFIG_INIT;
    tn_error err = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: plugin_host APP.wasm PRICING.wasm\n");
        return 2;
    }
    tn_bytes app = read_file(argv[1], &files[0]);
    tn_named_module plugin = {"pricing", read_file(argv[2], &files[1])};
    config.preload = &plugin;
    config.preload_count = 1;
    config.report = report;

    if (tn_engine_new(NULL, &engine, &err) != TN_OK ||
        tn_package_read(app.at, app.size, NULL, &package, &err) != TN_OK ||
        tn_program_new(engine, package, &config, &program, &err) != TN_OK ||
        ask(program, &err) != TN_OK)
        fprintf(stderr, "plugin_host: %s\n", err.text);

    tn_program_free(program);
    tn_package_free(package);
    tn_engine_free(engine);
    return err.status != TN_OK;
}
