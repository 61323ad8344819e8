/* dwarf.h - DWARF of several modules becomes one, patched in place.
 *
 * The sections of all inputs are copied behind each other first. Then those of
 * each input are read where the input has them, and what counts (offsets into
 * other sections, addresses of code, indices of globals) is overwritten in the
 * copy. Nearly all of that has a fixed width, so nothing moves. As reading sees
 * the old bytes only, it does not matter how often something is reached.
 *
 * An address of code is an offset in the contents of the code section. What
 * lies in one body stays as far apart as it was, as long as nothing moved
 * inside of it. Where it did, distances change too, and line tables, which are
 * programs of steps, are written anew.
 *
 * Reading an input's DWARF fails with a reason, and none of it is kept then.
 * Specification: DWARF 4 and 5, "DWARF for WebAssembly". */
#ifndef TN_REWRITE_DWARF_H
#define TN_REWRITE_DWARF_H

#include "rewrite/customs.h"

enum tn_rw_dwarf_section {
#define DWARF_SECTION(id, name, read) TN_RW_DWARF_##id,
#include "rewrite/dwarf_sections.def"
#undef DWARF_SECTION
    TN_RW_DWARF_SECTIONS
};

/* From offset `at` of a body on, all is `by` bytes further. */
struct tn_rw_growth {
    uint32_t at, by;
};
struct tn_rw_grown {
    struct tn_rw_growth *at; /* rising; null: not read yet */
    uint32_t count;
};

/* A line table that was written anew: where it began, and where it begins. */
struct tn_rw_line_unit {
    uint32_t was, now;
};

/* Those of one input. */
struct tn_rw_dwarf {
    struct tn_rw *rw;
    uint32_t input;
    struct tn_range old[TN_RW_DWARF_SECTIONS]; /* in the input; size 0: none */
    size_t now[TN_RW_DWARF_SECTIONS];          /* in the result */
    uint32_t before[TN_RW_DWARF_SECTIONS];     /* what others have there */
    struct tn_arena scratch;
    uint32_t code_contents; /* of the input: where addresses count from */
    uint32_t near;          /* the body that an address was last found in */
    /* Lists that were read: a bit for each byte where an entry begins. And
     * entries of .debug_addr that were said to be of code, or of data. */
    uint8_t *is_read[TN_RW_DWARF_SECTIONS], *is_code, *is_data;
    size_t abbrev_bytes;       /* read in all, of tables that may be shared */
    struct tn_rw_grown *grown; /* of each body; null: none was asked for */
    struct tn_vec(struct tn_rw_line_unit) line_units; /* if it is stretched */
    bool is_stretched; /* code moved inside of a body */
    bool has_dwarf, failed;
    char why[160];
};

/* The first reason counts. */
void tn_rw_dwarf_fail(struct tn_rw_dwarf *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Reads a section of the input. Offsets count from its begin. */
struct tn_rw_reader {
    struct tn_rw_dwarf *d;
    enum tn_rw_dwarf_section section;
    struct tn_cursor c;
    uint8_t address_size; /* 4 or 8, of the unit at hand */
};

/* Of all of the section; from an offset in it. */
struct tn_rw_reader tn_rw_dwarf_reader(struct tn_rw_dwarf *d,
                                       enum tn_rw_dwarf_section section,
                                       uint64_t at);
/* Of the next `size` bytes, which this one skips. */
struct tn_rw_reader tn_rw_dwarf_sub(struct tn_rw_reader *r, uint64_t size);
/* False, and d->failed, if the reader is in a state of failure. */
bool tn_rw_dwarf_ok(struct tn_rw_reader *r);

/* The next `size` bytes, at most 8, as a number. */
uint64_t tn_rw_dwarf_fixed(struct tn_rw_reader *r, unsigned size);
/* Overwrites the `size` bytes that were read last. */
void tn_rw_dwarf_patch(struct tn_rw_reader *r, unsigned size, uint64_t value);
/* Reads an offset into a section, and moves it. */
uint64_t tn_rw_dwarf_offset(struct tn_rw_reader *r,
                            enum tn_rw_dwarf_section to);
/* Where this offset of the input's section is in the section of the result. */
uint64_t tn_rw_dwarf_now_at(struct tn_rw_dwarf *d,
                            enum tn_rw_dwarf_section section, uint64_t offset);
/* Overwrites the LEB128 of `width` bytes that was read last; fails if it has
 * no room. */
void tn_rw_dwarf_patch_leb(struct tn_rw_reader *r, size_t width,
                           uint64_t value);
/* unit_length, and a reader of as many bytes; of 32-bit DWARF only. */
struct tn_rw_reader tn_rw_dwarf_contribution(struct tn_rw_reader *r);
/* An address size; only those of WebAssembly are read. */
void tn_rw_dwarf_address_size(struct tn_rw_reader *r, uint8_t size);

/* Sets bit `i` of a map of `size`, which is made when first asked for. True
 * if it was set, or cannot be. */
bool tn_rw_dwarf_mark(struct tn_rw_dwarf *d, uint8_t **map, uint32_t size,
                      uint64_t i);

/* ------------------------------------------------------ addresses of code */

enum tn_rw_moved {
    TN_RW_MOVED,
    TN_RW_GONE,  /* an equal function stands for its own */
    TN_RW_STAYS, /* is none: linkers write 0, -1 and -2 for dead functions */
    TN_RW_LOST   /* failed */
};

/* Where an address is in the result. */
enum tn_rw_moved tn_rw_dwarf_move(struct tn_rw_reader *r, uint64_t address,
                                  uint64_t *now);
/* How far apart two addresses are then, in bytes. Fails if only one of them is
 * still there. */
uint64_t tn_rw_dwarf_distance(struct tn_rw_reader *r, uint64_t low,
                              uint64_t high);
/* Fails unless they stay as far apart as they are. */
void tn_rw_dwarf_keep(struct tn_rw_reader *r, uint64_t low, uint64_t high);
/* Moves the address that was read last, and gives it as it was. */
uint64_t tn_rw_dwarf_address(struct tn_rw_reader *r);
/* All bits set: the tombstone, of which `less` are taken off. */
uint64_t tn_rw_dwarf_tombstone(const struct tn_rw_reader *r, unsigned less);

/* --------------------------------------------------------------- the parts */

/* A unit of .debug_info or .debug_types. */
struct tn_rw_unit {
    struct tn_rw_reader r;
    unsigned version;
    uint64_t low; /* what lists count from */
    /* Where its tables are; UINT64_MAX: it has none. */
    uint64_t str_base, addr_base, rng_base, loc_base;
};

/* The entry of .debug_addr: code's, which moves, or data's. */
uint64_t tn_rw_dwarf_addrx(struct tn_rw_unit *u, uint64_t index, bool is_code);

/* dwarf_forms.c */
enum tn_rw_form {
    TN_RW_FORM_NOTHING,
    TN_RW_FORM_ADDRESS,
    TN_RW_FORM_BLOCK,
    TN_RW_FORM_CONSTANT,
    TN_RW_FORM_SIGNED,
    TN_RW_FORM_STRING,
    TN_RW_FORM_SKIPPED,
    TN_RW_FORM_OFFSET,
    TN_RW_FORM_SEC_OFFSET,
    TN_RW_FORM_INDIRECT,
    TN_RW_FORM_EXPRESSION,
    TN_RW_FORM_STRX,
    TN_RW_FORM_ADDRX,
    TN_RW_FORM_LOCLISTX,
    TN_RW_FORM_RNGLISTX,
};
struct tn_rw_value {
    enum tn_rw_form form;
    uint64_t number;           /* constant, index, offset, address */
    uint8_t size;              /* of a constant: bytes that it has */
    bool is_leb;               /* and they are LEB128 */
    struct tn_rw_reader inner; /* of an expression */
};
/* Reads a value; offsets whose section the form names are moved. */
struct tn_rw_value tn_rw_dwarf_value(struct tn_rw_reader *r, uint64_t code);

/* dwarf_exprs.c: an expression, to its end. `u` says what its indices mean. */
void tn_rw_dwarf_expr(struct tn_rw_unit *u, struct tn_rw_reader r);

/* dwarf_lists.c: the list at an offset in its section, of ranges or of
 * locations, of version 4 or 5. */
void tn_rw_dwarf_list(struct tn_rw_unit *u, enum tn_rw_dwarf_section section,
                      uint64_t offset);
/* The same, by its index in the table of the unit. */
void tn_rw_dwarf_listx(struct tn_rw_unit *u, enum tn_rw_dwarf_section section,
                       uint64_t index);

/* Each reads all of a section. */
void tn_rw_dwarf_units(struct tn_rw_reader *r);
void tn_rw_dwarf_lines(struct tn_rw_reader *r);
/* Appends the line tables of a stretched input as they must be then. */
void tn_rw_dwarf_rewrite_lines(struct tn_rw_dwarf *d);
void tn_rw_dwarf_str_offsets(struct tn_rw_reader *r);
void tn_rw_dwarf_aranges(struct tn_rw_reader *r);
void tn_rw_dwarf_pubs(struct tn_rw_reader *r);
void tn_rw_dwarf_names(struct tn_rw_reader *r);
void tn_rw_dwarf_macros(struct tn_rw_reader *r);

#endif
