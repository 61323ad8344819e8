/* random.h - bytes that nobody can foresee. */
#ifndef TN_OS_RANDOM_H
#define TN_OS_RANDOM_H

#include <stddef.h>

/* Fills `bytes`; 0 or the system's errno. Any thread. */
int tn_os_random(void *bytes, size_t size);

#endif
