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

/* Gives the pages' memory back; they stay committed and read as zero, also
 * where an image was mapped. */
void tn_os_discard(void *at, size_t bytes);

/* Gives back address space and memory; any whole pages of a reservation or
 * mapping may go alone. `at` may be null. */
void tn_os_release(void *at, size_t bytes);

/* Readable, writable, zeroed; memory is taken when touched (a region may be
 * promised that the machine could not fill). Null when the system refuses. */
void *tn_os_map(size_t bytes);

/* An unchangeable copy of bytes that many mappings share, zeros up to the end
 * of its last page; -1 when the system has no such thing, or none left. It is
 * the caller's: end it with tn_os_image_free. What is mapped stays mapped. */
int tn_os_image_new(const void *bytes, size_t size);
void tn_os_image_free(int image);

/* Maps the first `bytes` (whole pages, no more than the image has) over
 * reserved or committed pages, readable and writable: writes stay private. */
bool tn_os_image_map(int image, void *at, size_t bytes);

#endif
