/* liblog.c - the log: what does not fit any more is not kept. */
#include "os.h"

static char text[4096];
static size_t length;
static int lines;

static void add(const char *part)
{
    while (*part != '\0' && length < sizeof text - 1)
        text[length++] = *part++;
}

void os_log(const char *who, const char *what)
{
    add(who);
    add(": ");
    add(what);
    add("\n");
    lines++;
}

int os_log_lines(void)
{
    return lines;
}

const char *os_log_text(void)
{
    return text;
}
