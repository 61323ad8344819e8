/* options.c - argv against a verb's table. */
#include "options.h"

#include <stdlib.h>
#include <string.h>

/* One run of the parser over argv. */
struct parser {
    struct report *report;
    const struct usage *usage;
    char **at; /* the next argument */
    char *out;
    bool is_help;
};

/* What every verb knows; their offsets are not used. */
static const struct option common[] = {
    {"color", 0, OPTION_TEXT, 0, "WHEN", "auto, always or never"},
    {"help", 'h', OPTION_FLAG, 0, NULL, "show this"},
};
enum {
    COMMON_COUNT = sizeof(common) / sizeof(common[0])
};

bool list_add(struct text_list *list, const char *text)
{
    const char **at =
        realloc(list->at, (list->count + 1) * sizeof(list->at[0]));
    if (at == NULL)
        return false;
    at[list->count++] = text;
    list->at = at;
    return true;
}

void free_options(const struct usage *usage, void *out)
{
    for (const struct option *o = usage->options; o->name || o->letter; o++)
        if (o->kind == OPTION_LIST)
            free(((struct text_list *)((char *)out + o->offset))->at);
}

static const struct option *find_option(const struct usage *usage,
                                        const char *name, size_t size)
{
    for (const struct option *o = usage->options; o->name || o->letter; o++)
        if (o->name && strlen(o->name) == size &&
            memcmp(o->name, name, size) == 0)
            return o;
    for (size_t i = 0; i < COMMON_COUNT; i++)
        if (strlen(common[i].name) == size &&
            memcmp(common[i].name, name, size) == 0)
            return &common[i];
    return NULL;
}

/* A verb may have another use for a common letter: inspect -h. */
static const struct option *find_letter(const struct usage *usage, char letter)
{
    for (const struct option *o = usage->options; o->name || o->letter; o++)
        if (letter && o->letter == letter)
            return o;
    for (size_t i = 0; i < COMMON_COUNT; i++)
        if (letter && common[i].letter == letter)
            return &common[i];
    return NULL;
}

static enum parsed unknown_option(struct parser *p, const char *argument)
{
    const struct usage *usage = p->usage;
    size_t count = 0, size = strcspn(argument + 2, "=");
    char word[48];
    while (usage->options[count].name || usage->options[count].letter)
        count++;
    const char *near = NULL;
    if (argument[1] == '-' && size < sizeof(word)) {
        memcpy(word, argument + 2, size);
        word[size] = '\0';
        near = nearest_name(word, usage->options, count, sizeof(struct option));
    }
    if (near != NULL)
        report_usage(p->report, "no option %s; did you mean --%s?", argument,
                     near);
    else
        report_usage(p->report, "no option %s; see tenon help %s", argument,
                     usage->verb);
    return PARSED_WRONG;
}

static enum parsed set_common(struct parser *p, const struct option *option,
                              const char *value)
{
    if (option->kind == OPTION_FLAG) {
        p->is_help = true;
        return PARSED_OK;
    }
    if (report_color(p->report, value))
        return PARSED_OK;
    report_usage(p->report, "--color is auto, always or never, not %s", value);
    return PARSED_WRONG;
}

static enum parsed set_option(struct parser *p, const struct option *option,
                              const char *value)
{
    if (option >= common && option < common + COMMON_COUNT)
        return set_common(p, option, value);
    void *field = p->out + option->offset;
    if (option->kind == OPTION_FLAG)
        *(bool *)field = true;
    else if (option->kind == OPTION_TEXT)
        *(const char **)field = value;
    else if (!list_add(field, value)) {
        report_error(p->report, "memory", "out of memory");
        return PARSED_WRONG;
    }
    return PARSED_OK;
}

/* -hx is -h -x: sets the flags before the last letter, and returns that. */
static const char *take_flags(struct parser *p, const char *letters)
{
    for (; letters[0] && letters[1]; letters++) {
        const struct option *option = find_letter(p->usage, letters[0]);
        if (option == NULL || option->kind != OPTION_FLAG)
            break;
        set_option(p, option, NULL);
    }
    return letters;
}

/* Takes the option at p->at, and its value. */
static enum parsed take_option(struct parser *p)
{
    const char *argument = *p->at++, *value = NULL;
    const struct option *option;
    if (argument[1] == '-') {
        size_t size = strcspn(argument + 2, "=");
        option = find_option(p->usage, argument + 2, size);
        value = argument[2 + size] ? argument + 3 + size : NULL;
    } else {
        const char *letters = take_flags(p, argument + 1);
        option = find_letter(p->usage, letters[0]);
        value = letters[1] ? letters + 1 : NULL;
    }
    if (option == NULL)
        return unknown_option(p, argument);
    if (option->kind == OPTION_FLAG && value != NULL) {
        report_usage(p->report, "%s: this option takes no value", argument);
        return PARSED_WRONG;
    }
    if (option->kind != OPTION_FLAG && value == NULL)
        value = *p->at ? *p->at++ : NULL;
    if (option->kind != OPTION_FLAG && value == NULL) {
        report_usage(p->report, "%s needs a value: %s", argument,
                     option->value);
        return PARSED_WRONG;
    }
    return set_option(p, option, value);
}

enum parsed parse_options(struct report *report, const struct usage *usage,
                          void *out, char **argv, struct text_list *operands)
{
    struct parser p = {report, usage, argv, out, false};
    char **kept = argv;
    bool is_over = false;
    while (*p.at != NULL) {
        const char *argument = *p.at;
        if (is_over || argument[0] != '-' || argument[1] == '\0') {
            *kept++ = *p.at++;
            is_over |= usage->ends_at_file;
            continue;
        }
        if (strcmp(argument, "--") == 0) {
            is_over = true;
            p.at++;
            continue;
        }
        enum parsed parsed = take_option(&p);
        if (parsed != PARSED_OK)
            return parsed;
    }
    operands->at = (const char **)argv;
    operands->count = (size_t)(kept - argv);
    if (p.is_help)
        print_usage(stdout, usage);
    return p.is_help ? PARSED_HELP : PARSED_OK;
}

static void print_option(FILE *out, const struct option *option)
{
    enum {
        COLUMN = 27
    };
    int size = 0;
    if (option->help == NULL)
        return;
    size += fprintf(out, "  ");
    if (option->letter)
        size += fprintf(out, "-%c", option->letter);
    if (option->letter && option->name)
        size += fprintf(out, ", ");
    if (option->name)
        size += fprintf(out, "--%s", option->name);
    if (option->value)
        size += fprintf(out, " %s", option->value);
    if (size >= COLUMN) {
        fputc('\n', out);
        size = 0;
    }
    fprintf(out, "%*s%s\n", COLUMN - size, "", option->help);
}

void print_usage(FILE *out, const struct usage *usage)
{
    fprintf(out, "usage: tenon %s %s\n\n%s\n\n", usage->verb, usage->synopsis,
            usage->about);
    for (const struct option *o = usage->options; o->name || o->letter; o++)
        print_option(out, o);
    for (size_t i = 0; i < COMMON_COUNT; i++) {
        struct option shown = common[i];
        if (find_letter(usage, shown.letter) != &common[i])
            shown.letter = 0;
        print_option(out, &shown);
    }
    fprintf(out, "\nexamples:\n%s", usage->examples);
}
