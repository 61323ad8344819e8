/* labels.h - a function and what its parameters are, in the name of its export.
 *
 * F(name, "ps>p"): a pointer and a number, and the result is an address of the
 * module's own; f is a function that is called. What a label says is the
 * meaning in C: what the pointer types of the source say, whether or not the
 * code below makes an address of it. A pointer that is compared only, and
 * never followed, is n: neither answer is wrong. */
#include <stddef.h>
#include <stdint.h>

#define F(name, uses) __attribute__((export_name(#name ":" uses), noinline))
