/* print.h - a module as the text format writes it (WAT).
 *
 * One instruction a line, not folded, blocks indented. Functions go by their
 * name where the name section gives them one of their own that the format
 * allows as an identifier; all else goes by index. Custom sections are told of
 * in comments. */
#ifndef TN_TEXT_PRINT_H
#define TN_TEXT_PRINT_H

#include "base/buf.h"
#include "mod/instr.h"
#include "mod/module.h"

/* Appends `mod`, valid or not, to `out`. Fails when its code cannot be read as
 * instructions, or out of memory. */
tn_status tn_text_print(const struct tn_mod *mod, struct tn_buf *out,
                        tn_error *err);

/* ----------------------------- between print_module.c and print_inst.c */

struct tn_printer {
    const struct tn_mod *mod;
    struct tn_buf *out;
    tn_error *err;
    struct tn_map func_names; /* name -> the function that may bear it */
};

/* "$name", or the index. */
void tn_text_print_func(struct tn_printer *p, uint32_t func_index);
/* " (type 3) (param i32) (result i64)". */
void tn_text_print_type_use(struct tn_printer *p, uint32_t type_index);

/* One instruction, without indentation or line end. */
void tn_text_print_instr(struct tn_printer *p, const struct tn_instr *in);
/* All of a body but its last `end`, each on a line of its own. */
tn_status tn_text_print_code(struct tn_printer *p, struct tn_range code);
/* A constant expression: "i32.const 3", or several, a space between. */
tn_status tn_text_print_const(struct tn_printer *p, struct tn_range code);

#endif
