/* build_module.h - modules for tests, one line each.
 *
 *   build_module("1:01 60 00 00;3:01 00;10:01 (00 0b)")
 *
 * A section is its id in decimal and its contents in hexadecimal; its size is
 * put in, and so is the size of what stands in parentheses: a body. */
#ifndef TN_BUILD_MODULE_H
#define TN_BUILD_MODULE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct built_module {
    uint8_t bytes[2048];
    size_t size;
};

/* Puts the size of what follows `at` before it. */
static void build_close(struct built_module *m, size_t at)
{
    size_t size = m->size - at;
    size_t width = size < 128 ? 1 : 2;
    memmove(&m->bytes[at + width], &m->bytes[at], size);
    m->bytes[at] = (uint8_t)(width == 1 ? size : (size & 127) | 128);
    if (width == 2)
        m->bytes[at + 1] = (uint8_t)(size >> 7);
    m->size += width;
}

static struct built_module build_module(const char *s)
{
    struct built_module m = {{0, 'a', 's', 'm', 1, 0, 0, 0}, 8};
    size_t section = 0, body = 0;
    while (*s != '\0') {
        char *next = (char *)s + 1;
        unsigned long number = strtoul(s, &next, section == 0 ? 10 : 16);
        if (section == 0) {
            m.bytes[m.size++] = (uint8_t)number;
            section = m.size;
            next++; /* the colon */
        } else if (*s == '(') {
            body = m.size;
            next = (char *)s + 1;
        } else if (*s == ')') {
            build_close(&m, body);
            next = (char *)s + 1;
        } else if (*s == ';') {
            build_close(&m, section);
            section = 0;
            next = (char *)s + 1;
        } else if (*s == ' ') {
            next = (char *)s + 1;
        } else {
            m.bytes[m.size++] = (uint8_t)number;
        }
        s = next;
    }
    build_close(&m, section);
    return m;
}

#endif
