/* pages_posix.c - pages by mmap.
 *
 * One kind of mapping serves all: private, anonymous, and never counted
 * against swap, so that neighbours may merge and a large promise costs
 * nothing until it is touched. */
#include "os/pages.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

#define FRESH      (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)
#define READ_WRITE (PROT_READ | PROT_WRITE)

size_t tn_os_page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static void *map_fresh(size_t bytes, int access)
{
    void *at = mmap(NULL, bytes, access, FRESH, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

void *tn_os_reserve(size_t bytes)
{
    return map_fresh(bytes, PROT_NONE);
}

bool tn_os_commit(void *at, size_t bytes)
{
    return mprotect(at, bytes, READ_WRITE) == 0;
}

/* Mapped anew rather than advised away: MADV_DONTNEED on pages of an image
 * would bring the image back, not zeros. When the system has no mapping left
 * to give, zeros at least are owed. */
void tn_os_discard(void *at, size_t bytes)
{
    if (bytes == 0)
        return;
    if (mmap(at, bytes, READ_WRITE, FRESH | MAP_FIXED, -1, 0) == MAP_FAILED)
        memset(at, 0, bytes);
}

void tn_os_release(void *at, size_t bytes)
{
    if (at != NULL)
        (void)munmap(at, bytes);
}

void *tn_os_map(size_t bytes)
{
    return map_fresh(bytes, READ_WRITE);
}

#ifdef __linux__
#include <errno.h>
#include <fcntl.h>

static bool write_all(int file, const char *bytes, size_t size)
{
    while (size != 0) {
        ssize_t wrote = write(file, bytes, size);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        bytes += wrote;
        size -= (size_t)wrote;
    }
    return true;
}

/* Whole pages, so that no mapping of it can reach past its end; sealed, so
 * that what many instances share cannot change or shrink. */
int tn_os_image_new(const void *bytes, size_t size)
{
    size_t page = tn_os_page_size();
    if (size > PTRDIFF_MAX - page)
        return -1;
    size_t whole = (size + page - 1) / page * page;
    int image = memfd_create("tenon-image", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (image < 0)
        return -1;
    if (ftruncate(image, (off_t)whole) != 0 || !write_all(image, bytes, size) ||
        fcntl(image, F_ADD_SEALS,
              F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
        (void)close(image);
        return -1;
    }
    return image;
}
#else
int tn_os_image_new(const void *bytes, size_t size)
{
    (void)bytes, (void)size;
    return -1;
}
#endif

void tn_os_image_free(int image)
{
    if (image >= 0)
        (void)close(image);
}

bool tn_os_image_map(int image, void *at, size_t bytes)
{
    return bytes == 0 || mmap(at, bytes, READ_WRITE, MAP_PRIVATE | MAP_FIXED,
                              image, 0) != MAP_FAILED;
}

#undef FRESH
#undef READ_WRITE
