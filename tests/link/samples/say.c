/* say.c - a few lines of output, for programs without a libc. */
#include "sample.h"

#include <stdarg.h>

static int broken;

static size_t length_of(const char *text)
{
    size_t length = 0;
    while (text[length] != '\0')
        length++;
    return length;
}

static void put_number(int n)
{
    char digits[12];
    size_t at = sizeof digits;
    unsigned rest = n < 0 ? 0u - (unsigned)n : (unsigned)n;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (n < 0)
        digits[--at] = '-';
    put(digits + at, sizeof digits - at);
}

void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    for (const char *p = format; *p != '\0'; p++) {
        if (*p != '%') {
            put(p, 1);
        } else if (*++p == 'd') {
            put_number(va_arg(arguments, int));
        } else {
            const char *text = va_arg(arguments, const char *);
            put(text, length_of(text));
        }
    }
    va_end(arguments);
}

void claim(const char *text, int holds)
{
    if (holds)
        return;
    say("does not hold: %s\n", text);
    broken++;
}

int broken_claims(void)
{
    return broken;
}

int has(const char *text, const char *part)
{
    if (text == NULL)
        return 0;
    for (; *text != '\0'; text++) {
        size_t i = 0;
        while (part[i] != '\0' && text[i] == part[i])
            i++;
        if (part[i] == '\0')
            return 1;
    }
    return 0;
}
