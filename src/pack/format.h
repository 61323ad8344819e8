/* format.h - the bytes of a package, and how they are told apart.
 *
 * A package is a list of core modules in one file. Three forms exist; the
 * first four bytes tell which. All numbers are little-endian, nothing is
 * aligned or padded, and a form ends where the file ends.
 *
 * PMOD version 1: 1 to 255 modules. Module 0 is the primary one.
 *
 *   OFFSET  SIZE  DESCRIPTION
 *        0     4  "PMOD"
 *        4     1  version, 1
 *        5     1  count of modules, 1..255
 *        6     2  reserved, 0
 *        8     *  `count` entries, one after the other:
 *                   +0  4  size of the module, n >= 8
 *                   +4  n  the module, verbatim; it begins with the eight
 *                          bytes 00 61 73 6d 01 00 00 00 ("\0asm", version 1)
 *
 * A single module, "\0asm": the whole file. It counts as a package of one.
 *
 * POVR version 1: data for another host around one of the other two. We skip
 * it. A POVR is never inside a POVR.
 *
 *   OFFSET  SIZE  DESCRIPTION
 *        0     4  "POVR"
 *        4     1  version, 1
 *        5     3  reserved, 0
 *        8     4  size of the overlay, m
 *       12     m  the overlay; of no interest here
 *     12+m     4  size of what is inside, exactly the rest of the file
 *     16+m     *  PMOD or a module
 *
 * The file as a whole may be compressed as one brotli stream (RFC 7932, window
 * up to 2^24, no large windows) with nothing behind it; its name then ends in
 * ".br". A package's hash is SHA-256 over the bytes before compression, POVR
 * included, and travels apart from it.
 *
 * Readers of this format elsewhere are lenient about reserved and trailing
 * bytes. This one is strict, since every known writer is: so a package has
 * one meaning, and no byte of it goes unread. */
#ifndef TN_PACK_FORMAT_H
#define TN_PACK_FORMAT_H

#include "base/error.h"

#define TN_PACK_MAX_MODULES  255
#define TN_PACK_HEADER_BYTES 8
#define TN_PACK_ENTRY_BYTES  4 /* the size before each module */

/* Where the modules lie in the bytes of a package. */
struct tn_pack_layout {
    uint32_t count;
    struct tn_pack_entry {
        size_t offset, size;
    } modules[TN_PACK_MAX_MODULES];
};

/* Finds the modules in `size` raw bytes (not compressed). TN_E_FORMAT with
 * the offset of what is wrong. Takes no memory. Any thread. */
tn_status tn_pack_parse(const uint8_t *bytes, size_t size,
                        struct tn_pack_layout *out, tn_error *err);

/* Do these bytes begin as a core module of version 1? */
bool tn_pack_is_module(const uint8_t *bytes, size_t size);

#endif
