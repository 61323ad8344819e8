/* print.h - a module as the text format writes it (WAT).
 *
 * One instruction a line, not folded, blocks indented. Whatever the name
 * section names goes by that name where it is the first of its kind to bear
 * it; other names are told by (@name "..."), which names all the same; what
 * has none goes by index. Custom sections are (@custom ...) annotations with
 * their place, branch hints are annotations of their branches.
 *
 * What is printed reads back (wat.h) to the same bytes, if those are the
 * shortest that say the same. What the text format cannot say: sections that
 * are empty, a data count section that no code needs (or the lack of one), and
 * runs of locals of no length or of the same type. */
#ifndef TN_TEXT_PRINT_H
#define TN_TEXT_PRINT_H

#include "base/buf.h"
#include "mod/hints.h"
#include "mod/instr.h"
#include "mod/module.h"
#include "mod/names.h"

/* Appends `mod`, valid or not, to `out`. Fails when its code cannot be read as
 * instructions and blocks that end, or names data whose number was not told;
 * or out of memory. */
tn_status tn_text_print(const struct tn_mod *mod, struct tn_buf *out,
                        tn_error *err);

/* --------------------------------------------- between the print_*.c */

/* A name, and whether it may be an identifier: not empty, and the first of its
 * kind. `name.at` is null for none. */
struct tn_text_name {
    struct tn_str name;
    bool is_id;
};

/* A part of the name section that reading back would make. */
struct tn_text_names {
    struct tn_buf bytes;
    uint32_t count;
};

struct tn_printer {
    const struct tn_mod *mod;
    struct tn_buf *out;
    tn_error *err;
    struct tn_arena arena, func_arena; /* of all, of the present function */

    struct tn_names names;
    struct tn_text_name *of[TN_NAME_KINDS]; /* by index; null for none */
    struct tn_text_name **fields;           /* by type, or null; each or null */
    struct tn_text_name *locals;            /* of the present function */
    uint32_t local_count;
    struct tn_cursor labels; /* the rest of its names of labels */
    uint32_t label_count;    /* blocks that began in it */
    uint32_t next_label;     /* index of the next name, or TN_NONE */

    /* What was printed as a name, by kind; and inside the present thing. */
    struct tn_text_names printed[TN_NAME_KINDS], inner[TN_NAME_KINDS];

    bool names_data; /* does code that was printed name a data segment? */

    struct tn_hints hints; /* to be printed as annotations */
    uint32_t next_hint;
};

/* Names: reads them, and frees what was read. */
tn_status tn_text_names_begin(struct tn_printer *p);
void tn_text_names_end(struct tn_printer *p);
/* The present function is this, or none is (TN_NONE). */
tn_status tn_text_names_of_func(struct tn_printer *p, uint32_t func_index);
/* What may stand behind the keyword of a definition: " $name", or
 * " (@name "...")", or nothing. */
void tn_text_print_id(struct tn_printer *p, enum tn_name_kind kind,
                      uint32_t index);
void tn_text_print_local_id(struct tn_printer *p, uint32_t local);
void tn_text_print_field_id(struct tn_printer *p, uint32_t type,
                            uint32_t field);
void tn_text_print_label_id(struct tn_printer *p);
/* What has a name goes by it: "$name", or "3". */
void tn_text_print_index(struct tn_printer *p, enum tn_name_kind kind,
                         uint32_t index);
void tn_text_print_local(struct tn_printer *p, uint32_t local);
void tn_text_print_field(struct tn_printer *p, uint32_t type, uint32_t field);
bool tn_text_has_local_name(const struct tn_printer *p, uint32_t local);
/* The fields or locals inside of `outer` are printed. */
void tn_text_names_inside(struct tn_printer *p, enum tn_name_kind kind,
                          uint32_t outer);
/* The name section that reading back would make, if there is any. */
void tn_text_names_write(const struct tn_printer *p, struct tn_buf *out);

/* A string of the text format, any bytes. */
void tn_text_print_string(struct tn_printer *p, const void *bytes, size_t size);

/* Types; heap types and value types with the names of what they name. */
void tn_text_print_valtype(struct tn_printer *p, tn_valtype type);
void tn_text_print_heaptype(struct tn_printer *p, uint32_t heap);
void tn_text_print_types(struct tn_printer *p);
/* " (type 3) (param i32) (result i64)"; with the names of parameters if
 * `has_locals`. */
void tn_text_print_type_use(struct tn_printer *p, uint32_t type_index,
                            bool has_locals);

/* Branch hints go with their branches if reading them back gives the section
 * that there is; called before code is printed. */
tn_status tn_text_hints_begin(struct tn_printer *p);
/* All custom sections but those that names and hints make. */
void tn_text_print_customs(struct tn_printer *p);

/* One instruction, without indentation or line end. */
void tn_text_print_instr(struct tn_printer *p, const struct tn_instr *in);
/* All of a body but its last `end`, each on a line of its own. */
tn_status tn_text_print_code(struct tn_printer *p, const struct tn_body *body,
                             uint32_t func_index);
/* A constant expression: "i32.const 3", or several, a space between. */
tn_status tn_text_print_const(struct tn_printer *p, struct tn_range code);

#endif
