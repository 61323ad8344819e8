/* wat.h - a module in the text format becomes its binary form.
 *
 * The parser writes sections, which decoding reads like any other module's:
 * there is one model of a module, and it is `mod`'s. Identifiers are resolved
 * as the specification's abbreviations ask (6.1 to 6.6); those of functions,
 * locals, types and so on go to a name section, if there are any. Nothing is
 * validated here but what the text format itself forbids: unknown
 * identifiers, doubled ones, mismatched labels and inline types.
 *
 * What the printer (print.h) relies on to give back the same bytes:
 *  - the name section made of identifiers and (@name "...") annotations (which
 *    win over identifiers) has its subsections and entries in rising order and
 *    leaves empty ones out; it stands behind the last known section and what is
 *    placed (after that section), before what is placed (after last). It is not
 *    made when the source has (@custom "name" ...) itself.
 *  - branch hints stand directly before the code section.
 *  - custom sections of one place keep the order of the source.
 *  - an element segment that says (table x) is encoded with that index, also
 *    if it is 0; (rec ...) of one type stays a group; (type x) of a block stays
 *    an index; instructions are in shortest form.
 *  - there is a data count section exactly if code names a data segment. */
#ifndef TN_TEXT_WAT_H
#define TN_TEXT_WAT_H

#include "base/buf.h"
#include "text/lex.h"

/* The whole of a source: one (module ...), or module fields alone. `source`
 * may also hold (module binary "...") or (module quote "..."). Appends to
 * `out`, or leaves it as it was. err->offset is in the source. */
tn_status tn_text_parse(const char *source, size_t size,
                        const tn_allocator *alloc, struct tn_buf *out,
                        tn_error *err);

/* The fields of a module, from the current token to the ")" that closes the
 * module (not taken) or the end. `name` is the module's identifier, or empty.
 * The lexer's annotations do not matter, and are after what they were before.
 * Appends to `out`; on failure that is as it was, and the lexer at its end. */
tn_status tn_text_parse_fields(struct tn_lexer *l, struct tn_str name,
                               const tn_allocator *alloc, struct tn_buf *out);

#endif
