/* pages.h - address space and memory from the system. Any thread. */
#ifndef TN_OS_PAGES_H
#define TN_OS_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

size_t tn_os_page_size(void); /* bytes */

/* Address space without memory behind it: nothing may be touched until it is
 * committed. `bytes` is a multiple of the page size. Null when the system
 * refuses. */
void *tn_os_reserve(size_t bytes);

/* Makes pages readable and writable, zeroed on first touch. */
bool tn_os_commit(void *at, size_t bytes);

/* Gives the pages' memory back; they stay committed and read as zero. */
void tn_os_discard(void *at, size_t bytes);

void tn_os_release(void *at, size_t bytes);

/* Readable, writable, zeroed; memory is taken when touched (a region may be
 * promised that the machine could not fill). Null when the system refuses. */
void *tn_os_map(size_t bytes);

/* A read-only file image in memory that many mappings share; -1 when the
 * system has no such thing. The descriptor is the caller's to close. */
int tn_os_image_new(const void *bytes, size_t size);
void tn_os_image_free(int image);
/* Maps the first `bytes` (whole pages) of an image over committed pages, so
 * that writes stay private. */
bool tn_os_image_map(int image, void *at, size_t bytes);

#endif
