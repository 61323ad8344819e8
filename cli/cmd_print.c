/* cmd_print.c - `tenon print`: modules as text. */
#include "files.h"
#include "verbs.h"

#include <stddef.h>
#include <stdlib.h>

struct print_options {
    const char *output;
};

static const struct option options[] = {
    {"output", 'o', OPTION_TEXT, offsetof(struct print_options, output), "FILE",
     "write there instead of standard output"},
    {0},
};

const struct usage usage_print = {
    "print",
    "[options] FILE",
    "Prints a module in the text format (WAT); of a package, each module.\n"
    "Works on modules that do not validate, as long as they can be decoded.",
    options,
    "  tenon print hello.wasm\n"
    "  tenon print -o hello.wat hello.wasm\n"
    "  tenon print app.pmod | less\n",
    false,
};

static bool print_module(const struct report *report, const char *file,
                         const tn_package *package, size_t i, FILE *out)
{
    size_t size;
    const void *bytes = tn_package_module(package, i, &size);
    tn_error err = {0};
    tn_text text = {0};
    if (tn_module_print(bytes, size, &text, &err) != TN_OK) {
        report_failure(report, NULL, file, &err);
        return false;
    }
    if (tn_package_module_count(package) > 1)
        fprintf(out, ";; module %zu\n", i);
    fwrite(text.at, 1, text.size, out);
    if (text.size > 0 && text.at[text.size - 1] != '\n')
        putc('\n', out);
    tn_text_free(&text);
    return true;
}

static int print_file(const struct report *report, const char *file, FILE *out)
{
    tn_package *package;
    if (!open_package(report, file, NULL, &package))
        return STATUS_FAILED;
    bool is_printed = true;
    for (size_t i = 0; i < tn_package_module_count(package); i++)
        is_printed &= print_module(report, file, package, i, out);
    tn_package_free(package);
    return is_printed ? STATUS_OK : STATUS_FAILED;
}

/* Nothing is written unless all of it can be. */
static int print_to(const struct report *report, const char *file,
                    const char *output)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (memory == NULL)
        return report_error(report, "memory", "out of memory");
    int status = print_file(report, file, memory);
    bool is_whole = !ferror(memory);
    if (fclose(memory) != 0 || !is_whole)
        status = report_error(report, "memory", "out of memory");
    if (status == STATUS_OK) {
        FILE *out = fopen(output, "w");
        bool is_written = out != NULL && fwrite(text, 1, size, out) == size;
        if (out == NULL || fclose(out) != 0 || !is_written)
            status =
                report_error(report, "io", "%s: cannot be written", output);
    }
    free(text);
    return status;
}

int cmd_print(struct report *report, char **argv)
{
    struct print_options o = {0};
    struct text_list files;
    enum parsed parsed = parse_options(report, &usage_print, &o, argv, &files);
    if (parsed != PARSED_OK)
        return parsed == PARSED_HELP ? STATUS_OK : STATUS_USAGE;
    if (files.count != 1)
        return report_usage(report, "print takes one FILE; see tenon help "
                                    "print");
    if (o.output == NULL)
        return print_file(report, files.at[0], stdout);
    if (is_same_file(files.at[0], o.output))
        return report_usage(report, "%s would be overwritten by its text",
                            files.at[0]);
    return print_to(report, files.at[0], o.output);
}
