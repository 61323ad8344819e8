/* cmd_parse.c - `tenon parse`: a module in the text format becomes a binary. */
#include "files.h"
#include "verbs.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct parse_arguments {
    const char *output;
};

static const struct option options[] = {
    {"output", 'o', OPTION_TEXT, offsetof(struct parse_arguments, output),
     "FILE", "write there instead of standard output"},
    {0},
};

const struct usage usage_parse = {
    "parse",
    "-o OUT.wasm FILE.wat",
    "Makes a binary of a module in the text format (WAT), names included. It\n"
    "is not validated: tenon validate reads text as well.",
    options,
    "  tenon parse -o hello.wasm hello.wat\n"
    "  tenon print old.wasm | tenon parse -o new.wasm -\n",
    false,
};

static int write_binary(const struct report *report, const char *output,
                        const tn_text *binary)
{
    if (output != NULL && strcmp(output, "-") != 0)
        return write_file(report, output, binary->at, binary->size)
                   ? STATUS_OK
                   : STATUS_FAILED;
    if (isatty(STDOUT_FILENO))
        return report_usage(report, "a binary is not for a terminal: say -o "
                                    "OUT.wasm");
    fwrite(binary->at, 1, binary->size, stdout);
    return STATUS_OK;
}

static int parse_file(const struct report *report, const char *file,
                      const char *output)
{
    struct file_bytes source;
    tn_error err = {0};
    tn_text binary;
    int status;
    if (!read_bytes(report, file, &source))
        return STATUS_FAILED;
    if (tn_module_parse(source.at, source.size, &binary, &err) == TN_OK)
        status = write_binary(report, output, &binary);
    else
        status = report_source(report, shown_path(file), source.at, source.size,
                               &err);
    tn_text_free(&binary);
    free(source.at);
    return status;
}

int cmd_parse(struct report *report, char **argv)
{
    struct parse_arguments a = {0};
    struct text_list files;
    enum parsed parsed = parse_options(report, &usage_parse, &a, argv, &files);
    if (parsed != PARSED_OK)
        return parsed == PARSED_HELP ? STATUS_OK : STATUS_USAGE;
    if (files.count != 1)
        return report_usage(report, "parse takes one FILE; see tenon help "
                                    "parse");
    if (a.output != NULL && is_same_file(files.at[0], a.output))
        return report_usage(report, "%s would be overwritten by its binary",
                            files.at[0]);
    return parse_file(report, files.at[0], a.output);
}
