/* wake.h - a descriptor that becomes readable when someone says so. */
#ifndef TN_OS_WAKE_H
#define TN_OS_WAKE_H

#include <stdbool.h>

/* Both -1 when it failed; the functions below then do nothing. */
bool tn_os_wake_new(int wake[2]);
void tn_os_wake_free(int wake[2]);

/* Makes wake[0] readable. Any thread, but one at a time. */
void tn_os_wake_raise(const int wake[2]);
void tn_os_wake_lower(const int wake[2]);

#endif
