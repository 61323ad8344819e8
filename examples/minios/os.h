/* os.h - all that the modules of this small operating system know of one
 * another. Every service is an ordinary shared library in the same memory. */
#ifndef OS_H
#define OS_H

#include <stddef.h>

/* liballoc.so: one heap for all modules. A null answer: memory is full. */
void *os_alloc(size_t size);
void os_free(void *object);
size_t os_live(void); /* bytes that are allocated now */

/* liblog.so: lines, kept until somebody reads them. */
void os_log(const char *who, const char *what);
int os_log_lines(void);
const char *os_log_text(void);

/* libreg.so: services by name. `name` and `service` stay the caller's. */
void os_register(const char *name, void *service);
void *os_find(const char *name); /* null if there is none */

/* The service that app1 registers as "counter", and app2 uses. */
struct counter {
    int (*increment)(struct counter *self); /* answers the new count */
    int count;
};

#endif
