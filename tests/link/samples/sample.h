/* sample.h - what every sample without a libc may use.
 *
 * A sample's program is `int run(void)`, which answers 0 if all is well. What
 * is linked into it, say.c and a file for the system, its libraries find
 * there by name. The same sources compile natively: the natural linker of the
 * machine is the judge of what they must print. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stddef.h>

int run(void);

/* Prints `format`, where %s is a string and %d an int. */
void say(const char *format, ...);

/* Says which claim does not hold; how many did not. */
void claim(const char *text, int holds);
int broken_claims(void);
#define CLAIM(condition) claim(#condition, !!(condition))

/* How large the address space is. Natively both are always 0. */
size_t memory_pages(void);
size_t table_slots(void);

/* Is `part` in `text`? A null text has no parts. */
int has(const char *text, const char *part);

/* The way out of say.c, one for each system. */
void put(const char *bytes, size_t length);

#endif
