/* script.h - scripts of the test suite (.wast) as lists of commands.
 *
 * A script is modules and what should be true of them. Reading parses every
 * module that is given as text; a failure of that is part of the command, as
 * scripts also assert failures. Specification: interpreter/README.md,
 * "Scripts". */
#ifndef TN_TEXT_SCRIPT_H
#define TN_TEXT_SCRIPT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"
#include "text/lex.h"

struct tn_script {
    struct tn_arena arena; /* of everything that commands point at */
    struct tn_vec(tn_command) commands;
};

/* tn_script_read with any allocator, which must outlive the script. */
tn_status tn_text_script_read(struct tn_str source, const tn_allocator *alloc,
                              struct tn_script **out, tn_error *err);
/* One argument, or, with `is_result`, one expected result: "(i32.const 1)",
 * "(ref.null)", "(either ...)". Takes it from its "(" to its ")". */
bool tn_text_pattern(struct tn_lexer *l, bool is_result, tn_pattern *out);

void tn_text_script_free(struct tn_script *script);

#endif
