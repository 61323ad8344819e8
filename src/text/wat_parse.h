/* wat_parse.h - what the files of the WAT parser share.
 *
 * A module's fields are gone over three times, since they may name what comes
 * later: once for identifiers (wat_scan.c), once for types (wat_types.c), and
 * once to write (wat_defs.c, wat_segments.c, wat_expr.c). Between the passes
 * only the offsets of fields are kept; nothing of a module is held as a tree.
 * What is written goes to one buffer a section, put together at the end.
 *
 * All of it is sticky as the lexer is: after a failure every token is the end,
 * so that functions without a result just run out. */
#ifndef TN_TEXT_WAT_PARSE_H
#define TN_TEXT_WAT_PARSE_H

#include "base/map.h"
#include "base/vec.h"
#include "mod/instr.h"
#include "mod/module.h"
#include "text/lex.h"
#include "text/wat.h"

/* ----------------------------------------------------------- identifiers */

/* Index spaces; the first five in the order of tn_externkind. */
enum tn_wat_space {
    TN_WAT_FUNC,
    TN_WAT_TABLE,
    TN_WAT_MEMORY,
    TN_WAT_GLOBAL,
    TN_WAT_TAG,
    TN_WAT_TYPE,
    TN_WAT_ELEM,
    TN_WAT_DATA,
    TN_WAT_LOCAL,
    TN_WAT_LABEL,
    TN_WAT_SPACES
};

/* An identifier, whatever it names: once for the module, so that to look one
 * up is to look up its symbol, and locals and labels come and go without
 * maps of their own. */
struct tn_wat_symbol {
    struct tn_str name;
    uint32_t index[TN_WAT_SPACES]; /* plus one; 0 where it names nothing. Of
                                    * a label: how deep it is, from 1 */
    uint32_t local_of; /* the number of the function whose local it is */
};

/* Subsections of the name section; those of index spaces are in a table of
 * wat_names.c. */
enum {
    TN_WAT_NAMES_MODULE = 0,
    TN_WAT_NAMES_LOCAL = 2,
    TN_WAT_NAMES_LABEL = 3,
    TN_WAT_NAMES_FIELD = 10,
    TN_WAT_NAMES = 12
};

/* Bytes that are written entry by entry, their number in front at last. */
struct tn_wat_list {
    struct tn_buf bytes;
    uint32_t count;
};

/* ----------------------------------------------------------------- types */

struct tn_wat_type {
    struct tn_str signature; /* a function's type in binary; else empty */
    uint32_t param_count;
};

/* A type use: (type x)? (param ...)* (result ...)*. What is inline is in
 * p->params and p->results, in binary. */
struct tn_wat_use {
    bool has_type;
    uint32_t type_index, at; /* of (type x), and where that is written */
    uint32_t param_count, result_count;
    tn_valtype result; /* the last */
};

/* ----------------------------------------------------------- expressions */

/* An instruction that is open: a block, or a folded one. */
struct tn_wat_frame {
    uint8_t kind, state; /* of wat_expr.c */
    uint8_t hint;        /* branch hint plus one, or 0 */
    bool has_label;      /* its label is in scope */
    uint32_t symbol;     /* of its label, plus one, or 0 */
    uint32_t shadowed;   /* what the symbol's label index was */
    size_t pending;      /* its bytes in p->pending start here */
    enum tn_opcode op;
};

struct tn_wat_custom {
    uint32_t place; /* of wat_custom.c */
    size_t begin, size;
};

struct tn_wat_field {
    uint32_t row; /* of the table in wat_scan.c */
    uint32_t at;  /* behind its keyword, in the source */
};

struct tn_wat {
    struct tn_lexer l;
    const tn_allocator *alloc;

    struct tn_map symbol_map; /* name -> index into symbols */
    struct tn_vec(struct tn_wat_symbol) symbols;
    uint32_t counts[TN_WAT_SPACES]; /* so far, in the first pass */
    uint32_t defined; /* the space of the first definition, plus one: behind
                       * it no import may follow */
    struct tn_map field_map; /* (type, symbol) -> field */
    struct tn_vec(struct tn_wat_field) fields;

    struct tn_vec(struct tn_wat_type) types;
    struct tn_map signatures; /* of types by themselves, final, no super */
    struct tn_buf params, results, signature; /* of the use at hand */
    uint32_t self;     /* the type being defined; TN_NONE else */
    bool names_itself; /* it has an index not less than its own */

    /* How many of each were written: what the next one's index is. */
    uint32_t written[TN_WAT_SPACES];
    struct tn_wat_list sections[TN_SECTION_COUNT];
    bool needs_data_count;

    /* The expression at hand goes to `out`; a function's into `body`. */
    struct tn_buf *out, body, pending, list, bytes;
    struct tn_vec(struct tn_wat_frame) frames;
    uint16_t *op_slots;   /* hash table of names; null until the first */
    uint32_t label_depth; /* labels in scope, the function's not counted */
    uint32_t label_count; /* of the function, so far */
    uint32_t local_count; /* of the function; parameters first */
    uint32_t func_number; /* of the function, from 1; 0 outside */
    uint8_t hint;         /* for the next instruction, plus one */
    struct tn_wat_list hints, func_hints; /* of all functions; of this one */

    struct tn_str module_name;
    struct tn_wat_list names[TN_WAT_NAMES];
    struct tn_wat_list local_names, label_names, field_names;

    struct tn_buf custom_bytes;
    bool has_own_names; /* one of them is a name section */
    struct tn_vec(struct tn_wat_custom) customs;
};

static inline bool tn_wat_ok(const struct tn_wat *p)
{
    return !tn_lex_failed(&p->l);
}

/* ---------------------------------------------------------- wat_token.c */

/* At an offset of the source; the lexer stops. */
void tn_wat_fail(struct tn_wat *p, tn_status status, uint32_t offset,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));
void tn_wat_no_memory(struct tn_wat *p);
/* "unexpected token", "unknown operator" or "misplaced annotation", as the
 * current token is one that could stand elsewhere or not. */
void tn_wat_unexpected(struct tn_wat *p, const char *wanted);
/* Takes "(" and the keyword, if they are current; or only says if they are. */
bool tn_wat_is_form(struct tn_wat *p, const char *word);
bool tn_wat_take_form(struct tn_wat *p, const char *word);
void tn_wat_close(struct tn_wat *p); /* takes ")" */
bool tn_wat_is(const struct tn_wat *p, enum tn_token_kind kind);
bool tn_wat_is_annotation(const struct tn_wat *p, const char *name);
/* A string that is UTF-8. */
struct tn_str tn_wat_name(struct tn_wat *p);
/* Strings as long as there are some, appended. */
void tn_wat_strings(struct tn_wat *p, struct tn_buf *out);
/* Numbers, taken. 0 after a failure. */
uint64_t tn_wat_u(struct tn_wat *p, unsigned bits);
uint64_t tn_wat_i(struct tn_wat *p, unsigned bits);
uint64_t tn_wat_f(struct tn_wat *p, unsigned bits);
/* The number of "offset=8", whose key was seen. */
uint64_t tn_wat_assigned(struct tn_wat *p, const char *key);

/* ---------------------------------------------------------- wat_names.c */

/* "func", "elem segment": in "unknown ..." and "duplicate ...". */
const char *tn_wat_space_text(enum tn_wat_space space);
/* An identifier if there is one; its symbol plus one, or 0. `name` is the
 * name for people: it, or what (@name) says behind it, or null. */
uint32_t tn_wat_take_id(struct tn_wat *p, struct tn_str *name);
/* id? and (@name "...")?: of the next of `space` (not of locals, labels). */
void tn_wat_bind(struct tn_wat *p, enum tn_wat_space space);
/* The same, taken only: they were bound before. */
void tn_wat_skip_bind(struct tn_wat *p);
void tn_wat_bind_local(struct tn_wat *p);
/* Of a parameter of an import: nothing can refer to it. */
void tn_wat_name_param(struct tn_wat *p, uint32_t param);
/* Of a field of the type being defined. */
void tn_wat_bind_field(struct tn_wat *p, uint32_t field);
/* An index or an identifier: is there one? Taken; 0 if it may be missing. */
bool tn_wat_has_index(const struct tn_wat *p);
uint32_t tn_wat_index(struct tn_wat *p, enum tn_wat_space space);
uint32_t tn_wat_optional_index(struct tn_wat *p, enum tn_wat_space space);
uint32_t tn_wat_field_index(struct tn_wat *p, uint32_t type_index);
/* An entry of a name map. */
void tn_wat_add_name(struct tn_wat_list *list, uint32_t index,
                     struct tn_str name);
/* What was gathered in `inner` becomes the entry of `index`; `inner` is empty
 * after. */
void tn_wat_add_names(struct tn_wat_list *list, uint32_t index,
                      struct tn_wat_list *inner);
/* vec(byte) */
void tn_wat_put_bytes(struct tn_buf *out, const void *at, size_t size);
/* The name section's contents. */
void tn_wat_write_names(struct tn_wat *p, struct tn_buf *out);

/* ---------------------------------------------------------- wat_types.c */

tn_valtype tn_wat_valtype(struct tn_wat *p);
bool tn_wat_has_reftype(struct tn_wat *p);
tn_valtype tn_wat_reftype(struct tn_wat *p);
uint32_t tn_wat_heaptype(struct tn_wat *p);
/* Parameters of a type use: without identifiers; with some, which mean
 * nothing; of an import, where they are names for people; or locals. */
enum tn_wat_params {
    TN_WAT_UNNAMED,
    TN_WAT_NAMED,
    TN_WAT_IMPORTED,
    TN_WAT_LOCALS
};
void tn_wat_read_use(struct tn_wat *p, enum tn_wat_params params,
                     struct tn_wat_use *use);
/* Its type's index; appends the type if it has none yet. */
uint32_t tn_wat_type_of(struct tn_wat *p, const struct tn_wat_use *use);
/* Both at once. */
uint32_t tn_wat_type_use(struct tn_wat *p, enum tn_wat_params params);

/* ------------------------------------------------------------ wat_imm.c */

/* The immediates of in->op, which select and the casts change. Lists stay in
 * p->list until the next instruction. */
void tn_wat_immediates(struct tn_wat *p, struct tn_instr *in);

/* ----------------------------------------------------------- wat_expr.c */

/* Instructions up to a ")" that closes none of them; without `end`. */
void tn_wat_instrs(struct tn_wat *p, struct tn_buf *out);
/* One folded instruction. */
void tn_wat_folded(struct tn_wat *p, struct tn_buf *out);
/* The row of an instruction's name; TN_OP_COUNT if there is none. */
enum tn_opcode tn_wat_op(struct tn_wat *p, struct tn_str name);

/* ------------------------------ fields: wat_types.c, wat_defs.c and others */

/* The current token behind the field's keyword, to its ")". */
void tn_wat_write_type(struct tn_wat *p);
void tn_wat_write_rec(struct tn_wat *p);
void tn_wat_write_import(struct tn_wat *p);
void tn_wat_write_func(struct tn_wat *p);
void tn_wat_write_table(struct tn_wat *p);
void tn_wat_write_memory(struct tn_wat *p);
void tn_wat_write_global(struct tn_wat *p);
void tn_wat_write_tag(struct tn_wat *p);
void tn_wat_write_export(struct tn_wat *p);
void tn_wat_write_start(struct tn_wat *p);
void tn_wat_write_elem(struct tn_wat *p);
void tn_wat_write_data(struct tn_wat *p);
void tn_wat_write_custom(struct tn_wat *p);

/* A constant expression, `end` included. */
void tn_wat_put_const(struct tn_buf *out, bool is_64, uint64_t value);
/* Behind (elem of a table without limits: its segment, to the ")". How many
 * elements there are. */
uint32_t tn_wat_table_elems(struct tn_wat *p, uint32_t table, bool is_64,
                            tn_valtype type);

/* ------------------------------------------ wat_scan.c and wat_custom.c */

/* All fields of the module: their identifiers, and where they are. */
void tn_wat_scan(struct tn_wat *p);
/* Types, then the rest. */
void tn_wat_write_fields(struct tn_wat *p);
/* (@metadata.code.branch_hint ...) before an instruction. */
void tn_wat_read_hint(struct tn_wat *p);
/* The instruction that is written next to p->out has one. */
void tn_wat_put_hint(struct tn_wat *p, uint8_t hint);
/* Everything, in order, behind what is in `out`. */
void tn_wat_assemble(struct tn_wat *p, struct tn_buf *out);

#endif
