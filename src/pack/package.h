/* package.h - a package in memory: its raw bytes and where its modules are. */
#ifndef TN_PACK_PACKAGE_H
#define TN_PACK_PACKAGE_H

#include "base/buf.h"
#include "pack/format.h"

struct tn_package {
    const tn_allocator *alloc;
    struct tn_buf raw; /* not compressed */
    bool is_verified;
    struct tn_pack_layout layout;
};

/* As tn_package_read and tn_package_read_file, with memory by `alloc`. */
tn_status tn_pack_read(const tn_allocator *alloc, tn_bytes in,
                       const tn_package_config *given, tn_package **out,
                       tn_error *err);
tn_status tn_pack_read_file(const tn_allocator *alloc, const char *path,
                            const tn_package_config *given, tn_package **out,
                            tn_error *err);

/* As tn_package_write: adds the file's bytes to `out`. */
tn_status tn_pack_write(const tn_bytes *modules, size_t count, bool brotli,
                        struct tn_buf *out, char sha256[TN_SHA256_HEX],
                        tn_error *err);

#endif
