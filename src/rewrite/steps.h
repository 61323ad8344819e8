/* steps.h - the steps of a merge, in the order in which they are taken. Each
 * leaves what it found in struct tn_rw; each may fail. */
#ifndef TN_REWRITE_STEPS_H
#define TN_REWRITE_STEPS_H

#include "rewrite/rewrite.h"
#include "rewrite/walk.h"

/* merge.c: tn_merge with an allocator. */
tn_status tn_rw_merge(const tn_merge_input *inputs, size_t count,
                      const tn_merge_options *options,
                      const tn_allocator *alloc, tn_merged **out,
                      tn_error *err);

/* inputs.c: decoded, their memories declared, types interned; validated
 * unless they are trusted. `from` first, shims for WASI behind them. */
tn_status tn_rw_read_inputs(struct tn_rw *rw, const tn_merge_input *from,
                            size_t count);
void tn_rw_free_inputs(struct tn_rw *rw);
/* The input of this name; TN_NONE for none. */
uint32_t tn_rw_find_input(const struct tn_rw *rw, struct tn_str name);
/* The input that imports of `module` by `input` mean; TN_NONE: the host. */
uint32_t tn_rw_target(const struct tn_rw *rw, uint32_t input,
                      struct tn_str module);

/* Fails for what failed in the input, with its name before it. */
tn_status tn_rw_fail_input(struct tn_rw *rw, const struct tn_rw_input *input,
                           const tn_error *why);

/* wasi_join.c: shims for all inputs that use WASI with a memory that the host
 * would not look at. */
tn_status tn_rw_add_shims(struct tn_rw *rw);
/* Their memory becomes the result's "memory". */
tn_status tn_rw_export_wasi_memory(struct tn_rw *rw);
/* Does the host look at the memory of each input that uses it? */
tn_status tn_rw_check_wasi(struct tn_rw *rw);
/* One more input, the merger's own; `bytes` live as long as the inputs. */
tn_status tn_rw_add_input(struct tn_rw *rw, struct tn_str name, tn_bytes bytes,
                          bool is_own);

/* mem_imports.c: which imports are instructions on memories; functions for
 * those of them that are more than called. Until all functions have their
 * indices, such imports have some that no function has. */
tn_status tn_rw_find_mem_imports(struct tn_rw *rw);
void tn_rw_hold_mem_funcs(struct tn_rw *rw);
tn_status tn_rw_add_mem_funcs(struct tn_rw *rw);

/* links.c: what each import means. All that an engine would check when it
 * links is checked here. */
tn_status tn_rw_resolve(struct tn_rw *rw);
/* Does the item come from the host? */
bool tn_rw_is_host(const struct tn_rw *rw, struct tn_rw_link item,
                   tn_externkind kind);

/* input_order.c: rw->order, by which segments and start functions come. */
tn_status tn_rw_order_inputs(struct tn_rw *rw);

/* spaces.c: what each index becomes, and the types and definitions of the
 * result but for what is written as an expression. */
tn_status tn_rw_lay_out(struct tn_rw *rw);
/* The type () -> () in the result. */
uint32_t tn_rw_plain_type(struct tn_rw *rw);

/* constants.c: the order of globals (called by spaces.c), and expressions. */
tn_status tn_rw_order_globals(struct tn_rw *rw);
/* The values of globals and tables, then segments with their offsets, into
 * rw->exprs. */
tn_status tn_rw_join_values(struct tn_rw *rw);
tn_status tn_rw_join_segments(struct tn_rw *rw);
/* Appends what a constant expression of `input` becomes, without its `end`. */
tn_status tn_rw_put_constant(struct tn_rw *rw, uint32_t input,
                             struct tn_range range, struct tn_buf *out);
/* Is it a number, in the result? Values of globals must be there. */
bool tn_rw_number(const struct tn_rw *rw, uint32_t input, struct tn_range range,
                  uint64_t *out);

/* start_func.c: what runs when: which segments are put in place by the start
 * function, and that function. After spaces.c, before constants.c writes the
 * segments; values of globals must be there. */
tn_status tn_rw_order_start(struct tn_rw *rw);
void tn_rw_put_call(struct tn_buf *code, uint32_t func);
/* A function () -> () of the merger's own, behind all others; its index in the
 * result. `code` is what comes before its `end`; `name` lives as long as the
 * result. */
tn_status tn_rw_add_func(struct tn_rw *rw, const char *name,
                         const struct tn_buf *code, uint32_t *out);
/* The same of a type of the result. */
tn_status tn_rw_add_typed_func(struct tn_rw *rw, struct tn_str name,
                               uint32_t type, const struct tn_buf *code,
                               uint32_t *out);
/* No more than these are added, besides one for each import. */
size_t tn_rw_most_own_funcs(const struct tn_rw *rw);

/* func_refs.c: functions that code refers to, and that an export declared which the
 * result has not. After the names of exports and the segments. */
tn_status tn_rw_declare_refs(struct tn_rw *rw);

/* exports.c: what is exported, then under which names; entries.c comes between:
 * one _start and one _initialize for all that have them. */
tn_status tn_rw_choose_exports(struct tn_rw *rw);
tn_status tn_rw_join_entries(struct tn_rw *rw);
tn_status tn_rw_name_exports(struct tn_rw *rw);
/* The export of `input` with this name, those of declared memories among
 * them; null for none. */
const struct tn_export *tn_rw_find_export(const struct tn_rw_input *input,
                                          struct tn_str name);
/* "lib.add" */
struct tn_str tn_rw_join_name(struct tn_rw *rw, struct tn_str module,
                              struct tn_str name);

/* same.c: functions that are equal are stored once; called by spaces.c when
 * all maps are made, of which it changes those of functions. */
tn_status tn_rw_fold(struct tn_rw *rw);

/* sections.c: the result's bytes. */
tn_status tn_rw_write(struct tn_rw *rw);

#endif
