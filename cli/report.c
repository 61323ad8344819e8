/* report.c - lines on standard error. */
#include "report.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool report_color(struct report *report, const char *mode)
{
    const char *no_color = getenv("NO_COLOR");
    bool is_wanted = no_color == NULL || no_color[0] == '\0';
    if (strcmp(mode, "auto") == 0)
        report->is_coloured = is_wanted && isatty(STDERR_FILENO);
    else if (strcmp(mode, "always") == 0)
        report->is_coloured = true;
    else if (strcmp(mode, "never") == 0)
        report->is_coloured = false;
    else
        return false;
    return true;
}

/* True for C0, DEL, and C1 (which begins with 0xc2 in UTF-8). */
static bool is_control(const unsigned char *at)
{
    return at[0] < 0x20 || at[0] == 0x7f ||
           (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0);
}

void put_text(FILE *out, const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (is_control(at) && *at == 0xc2)
            fprintf(out, "\\%02x", *++at);
        else if (is_control(at))
            fprintf(out, "\\%02x", *at);
        else
            putc(*at, out);
    }
}

static void put_label(const struct report *report, const char *label)
{
    bool is_error = strncmp(label, "error", 5) == 0;
    fflush(stdout);
    if (report->is_coloured)
        fputs(is_error ? "\033[1;31m" : "\033[1;33m", stderr);
    put_text(stderr, label);
    fputs(report->is_coloured ? ":\033[0m " : ": ", stderr);
}

void report_line(const struct report *report, const char *label,
                 const char *text)
{
    put_label(report, label);
    put_text(stderr, text);
    putc('\n', stderr);
}

static void put_line(const struct report *report, const char *label,
                     const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = size < 0 ? NULL : malloc((size_t)size + 1);
    if (text == NULL) {
        report_line(report, label, "out of memory while this was told");
        return;
    }
    vsnprintf(text, (size_t)size + 1, format, args);
    report_line(report, label, text);
    free(text);
}

int report_error(const struct report *report, const char *kind,
                 const char *format, ...)
{
    char label[64];
    va_list args;
    snprintf(label, sizeof(label), "error[%s]", kind);
    va_start(args, format);
    put_line(report, label, format, args);
    va_end(args);
    return STATUS_FAILED;
}

int report_usage(const struct report *report, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_line(report, "error[usage]", format, args);
    va_end(args);
    return STATUS_USAGE;
}

void report_warning(const struct report *report, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_line(report, "warning", format, args);
    va_end(args);
}

void report_note(const struct report *report, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_line(report, "note", format, args);
    va_end(args);
}

const char *report_kind(tn_status status)
{
    static const struct {
        tn_status status;
        const char *kind;
    } kinds[] = {
        {TN_E_NOMEM, "memory"},
        {TN_E_MISUSE, "misuse"},
        {TN_E_IO, "io"},
        {TN_E_LIMIT, "limit"},
        {TN_E_UNSUPPORTED, "build"},
        {TN_E_MALFORMED, "malformed"},
        {TN_E_INVALID, "invalid"},
        {TN_E_FEATURE, "feature"},
        {TN_E_MISSING, "link.missing"},
        {TN_E_TYPE, "link.type"},
        {TN_E_AMBIGUOUS, "link.ambiguous"},
        {TN_E_CYCLE, "link.cycle"},
        {TN_E_NOT_FOUND, "route"},
        {TN_E_TRAP, "trap"},
        {TN_E_DOWN, "down"},
        {TN_E_FORMAT, "format"},
        {TN_E_HASH, "hash"},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (kinds[i].status == status)
            return kinds[i].kind;
    return "link";
}

int report_failure(const struct report *report, const char *kind,
                   const char *subject, const tn_error *err)
{
    const char *text = err->text[0] ? err->text : tn_status_text(err->status);
    size_t size = strlen(subject);
    bool is_named = strncmp(text, subject, size) == 0 && text[size] == ':';
    if (kind == NULL)
        kind = report_kind(err->status);
    if (err->offset == TN_NO_OFFSET)
        return report_error(report, kind, "%s%s%s", is_named ? "" : subject,
                            is_named ? "" : ": ", text);
    return report_error(report, kind, "%s%soffset 0x%llx: %s",
                        is_named ? "" : subject, is_named ? "" : ": ",
                        (unsigned long long)err->offset, text);
}

/* The part of a line that is shown, with a caret under character `column`.
 * Characters are whole, and one column each; what is no character is a blank.
 */
static void put_source_line(const struct report *report, tn_position at)
{
    enum {
        SHOWN = 100
    };
    uint32_t first = at.column > SHOWN * 3 / 4 ? at.column - SHOWN * 3 / 4 : 1;
    uint32_t column = 0;
    fputs("    ", stderr);
    for (size_t i = 0; i < at.size; i++) {
        unsigned char c = (unsigned char)at.at[i];
        column += (c & 0xc0) != 0x80;
        if (column >= first + SHOWN)
            break;
        if (column >= first)
            putc(c < ' ' || c == 0x7f ? ' ' : c, stderr);
    }
    fprintf(stderr, "\n    %*s%s\n", (int)(at.column - first), "",
            report->is_coloured ? "\033[1;32m^\033[0m" : "^");
}

int report_source(const struct report *report, const char *file,
                  const char *source, size_t size, const tn_error *err)
{
    if (err->offset == TN_NO_OFFSET)
        return report_failure(report, NULL, file, err);
    tn_position at = tn_text_position(source, size, err->offset);
    fflush(stdout);
    put_text(stderr, file);
    fprintf(stderr, ":%u:%u: ", (unsigned)at.line, (unsigned)at.column);
    int status =
        report_error(report, report_kind(err->status), "%s", err->text);
    put_source_line(report, at);
    return status;
}

static void put_frame(size_t i, tn_frame frame)
{
    fprintf(stderr, "  %zu: ", i);
    put_text(stderr, frame.module[0] ? frame.module : "?");
    if (frame.function[0]) {
        putc('!', stderr);
        put_text(stderr, frame.function);
    } else {
        fprintf(stderr, "!function[%u]", (unsigned)frame.function_index);
    }
    if (frame.offset != TN_NO_OFFSET)
        fprintf(stderr, " @ 0x%llx", (unsigned long long)frame.offset);
    putc('\n', stderr);
}

void report_backtrace(const struct report *report, tn_store *store)
{
    enum {
        SHOWN = 20
    };
    size_t count = tn_store_trap_frame_count(store);
    size_t depth = tn_store_trap_depth(store);
    (void)report;
    if (count > SHOWN)
        count = SHOWN;
    for (size_t i = 0; i < count; i++)
        put_frame(i, tn_store_trap_frame(store, i));
    if (depth > count)
        fprintf(stderr, "  ... and %zu more\n", depth - count);
}

size_t edit_distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST_NEAR + 1], n = strlen(a), m = strlen(b);
    if (n > LONGEST_NEAR || m > LONGEST_NEAR)
        return LONGEST_NEAR;
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *row = rows[i % 3], *last = rows[(i + 2) % 3];
        const size_t *older = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                a[i - 2] == b[j - 1] && older[j - 2] + 1 < best)
                best = older[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[n % 3][m];
}

const char *nearest_name(const char *word, const void *names, size_t count,
                         size_t stride)
{
    const char *best = NULL;
    size_t best_distance = strlen(word) / 3 + 2;
    for (size_t i = 0; i < count; i++) {
        const char *name;
        memcpy(&name, (const char *)names + i * stride, sizeof(name));
        if (name == NULL)
            continue;
        size_t far = strncmp(name, word, strlen(word)) == 0 && word[0]
                         ? 1
                         : edit_distance(word, name);
        if (far < best_distance) {
            best_distance = far;
            best = name;
        }
    }
    return best;
}
