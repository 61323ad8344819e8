/* command.c - the command `tenon`: finds the verb and leaves the rest to it. */
#include "files.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

struct verb {
    const char *name; /* first: nearest_name looks here */
    const char *help;
    const struct usage *usage;
    int (*run)(struct report *report, char **argv);
};

static const struct verb verbs[] = {
#define TN_VERB(name, help) {#name, help, &usage_##name, cmd_##name},
#include "verbs.def"
#undef TN_VERB
};
enum {
    VERB_COUNT = sizeof(verbs) / sizeof(verbs[0])
};

static const struct verb *find_verb(const struct report *report,
                                    const char *name)
{
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    const char *near = nearest_name(name, verbs, VERB_COUNT, sizeof(verbs[0]));
    if (ends_with(name, ".wasm") || ends_with(name, ".pmod"))
        report_usage(report, "no verb %s; to run it: tenon run %s", name, name);
    else if (near != NULL)
        report_usage(report, "no verb %s; did you mean %s?", name, near);
    else
        report_usage(report, "no verb %s; see tenon help", name);
    return NULL;
}

static void print_overview(FILE *out)
{
    fprintf(out,
            "tenon %s: WebAssembly programs made of many modules\n\n"
            "usage: tenon VERB [options] ...\n\n",
            tn_version());
    for (size_t i = 0; i < VERB_COUNT; i++)
        fprintf(out, "  %-10s %s\n", verbs[i].name, verbs[i].help);
    fputs("  help       about a verb: tenon help run\n"
          "\n"
          "examples:\n"
          "  tenon run hello.wasm                   its _start, as a program\n"
          "  tenon run --invoke add math.wasm 2 3   one exported function\n"
          "  tenon pack -o app.pmod main.wasm db.wasm\n"
          "  tenon run app.pmod                     modules that call each "
          "other\n"
          "  tenon inspect app.pmod                 who imports what from "
          "whom\n",
          out);
}

static int help(struct report *report, char **argv)
{
    const struct verb *verb;
    if (argv[0] == NULL || strcmp(argv[0], "help") == 0) {
        print_overview(stdout);
        return STATUS_OK;
    }
    verb = find_verb(report, argv[0]);
    if (verb == NULL)
        return STATUS_USAGE;
    print_usage(stdout, verb->usage);
    return STATUS_OK;
}

static int dispatch(struct report *report, char **argv)
{
    const char *word = argv[0];
    if (word == NULL) {
        print_overview(stderr);
        return STATUS_USAGE;
    }
    if (strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 ||
        strcmp(word, "-h") == 0)
        return help(report, argv + 1);
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        printf("tenon %s\n", tn_version());
        return STATUS_OK;
    }
    if (word[0] == '-')
        return report_usage(report,
                            "no option %s here: the verb comes first, as in "
                            "tenon run %s ...",
                            word, word);
    const struct verb *verb = find_verb(report, word);
    return verb == NULL ? STATUS_USAGE : verb->run(report, argv + 1);
}

/* A standard stream that is closed would be the next file that is opened, and
 * what is said on it would go into that. What stands there instead cannot be
 * read or written, as if it were closed. */
static void occupy_streams(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
    occupy_streams();
    struct report report = {false};
    report_color(&report, "auto");
    int status = dispatch(&report, argc > 0 ? argv + 1 : argv);
    errno = 0;
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == STATUS_OK)
        status =
            report_error(&report, "io", "standard output: %s", strerror(errno));
    return status;
}
