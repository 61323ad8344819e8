/* tenon.c - all of tenon, lowest part first. This list is the build's only
 * list of sources, and compiling just this file compiles the library:
 *
 *   cc -std=c17 -O2 -ffp-contract=off -fno-math-errno -fno-strict-aliasing -Iinclude -Isrc -c src/tenon.c
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
/* On machines of 32 bits too, files are long and time does not end in 2038. */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif
#ifndef _TIME_BITS
#define _TIME_BITS 64
#endif

/* The order is the ladder of parts, not the alphabet. */
/* clang-format off */

/* base: memory, text, failure */
#include "base/alloc.c"
#include "base/arena.c"
#include "base/buf.c"
#include "base/error.c"
#include "base/map.c"
#include "base/utf8.c"
#include "base/vec.c"
/* os: pages, locks, files, clocks */
#include "os/clock.c"
#include "os/file.c"
#include "os/random.c"
#include "os/ready.c"
#include "os/slurp.c"
#include "os/pages_posix.c"
#include "os/sync_posix.c"
#include "os/wake_posix.c"
/* mod: modules as data */
#include "mod/features.c"
#include "mod/cursor.c"
#include "mod/opcode.c"
#include "mod/validate.c"
#include "mod/validate_const.c"
#include "mod/validate_control.c"
#include "mod/validate_func.c"
#include "mod/validate_ops.c"
#include "mod/validate_except.c"
#include "mod/validate_gc.c"
#include "mod/validate_cast.c"
#include "mod/validate_fail.c"
#include "mod/instr.c"
#include "mod/valtype.c"
#include "mod/match.c"
#include "mod/types.c"
#include "mod/names.c"
#include "mod/hints.c"
#include "mod/decode_read.c"
#include "mod/decode_types.c"
#include "mod/decode_defs.c"
#include "mod/decode_segments.c"
#include "mod/decode_code.c"
#include "mod/decode.c"
#include "mod/encode_defs.c"
#include "mod/encode_code.c"
#include "mod/encode_hints.c"
#include "mod/encode.c"
/* text: reading and printing */
#include "text/lex.c"
#include "text/number.c"
#include "text/pattern.c"
#include "text/script.c"
#include "text/wat_token.c"
#include "text/wat_names.c"
#include "text/wat_types.c"
#include "text/wat_imm.c"
#include "text/wat_expr.c"
#include "text/wat_segments.c"
#include "text/wat_defs.c"
#include "text/wat_custom.c"
#include "text/wat_scan.c"
#include "text/wat.c"
#include "text/print_module.c"
#include "text/print_inst.c"
/* ir: register code */
#include "ir/form.c"
#include "ir/emit.c"
#include "ir/entry.c"
#include "ir/arith.c"
#include "ir/access.c"
#include "ir/atomics.c"
#include "ir/branch.c"
#include "ir/calls.c"
#include "ir/live.c"
#include "ir/refs.c"
#include "ir/translate.c"
#include "ir/ir_print.c"
#include "ir/ir_check.c"
#include "ir/code.c"
/* pack: packages; which of two files is an option of the build */
#include "pack/pack_read.c"
#include "pack/pack_write.c"
#include "pack/package.c"
#ifdef TENON_CODECS
#include "pack/pack_hash.c"
#include "pack/pack_brotli.c"
#else
#include "pack/pack_no_codecs.c"
#endif
/* rt: what runs */
#include "rt/engine.c"
#include "rt/module.c"
#include "rt/image.c"
#include "rt/place.c"
#include "rt/shared.c"
#include "rt/park.c"
#include "rt/memory.c"
#include "rt/table.c"
#include "rt/global.c"
#include "rt/func.c"
#include "rt/trap.c"
#include "rt/trace.c"
#include "rt/interrupt.c"
#include "rt/call.c"
#include "rt/instance.c"
#include "rt/constant.c"
#include "rt/segment.c"
#include "rt/imports.c"
#include "rt/link.c"
#include "rt/instantiate.c"
#include "rt/sweep.c"
#include "rt/store.c"
#include "rt/help.c"
/* objects */
#include "rt/gc_heap.c"
#include "rt/gc_mark.c"
#include "rt/gc_roots.c"
#include "rt/gc.c"
#include "rt/gc_help.c"
/* interp: the interpreter */
#include "interp/tail.c"
#include "interp/loop.c"
/* wasi: WASI preview 1 */
#include "wasi/errnos.c"
#include "wasi/paths.c"
#include "wasi/listing.c"
#include "wasi/fds.c"
#include "wasi/waits.c"
#include "wasi/wasi.c"
#include "wasi/p1.c"
#include "wasi/p1_args.c"
#include "wasi/p1_clock.c"
#include "wasi/p1_dir.c"
#include "wasi/p1_fd.c"
#include "wasi/p1_file.c"
#include "wasi/p1_io.c"
#include "wasi/p1_open.c"
#include "wasi/p1_path.c"
#include "wasi/p1_poll.c"
#include "wasi/p1_proc.c"
#include "wasi/p1_sock.c"
/* prog: sets of modules */
#include "prog/fault.c"
#include "prog/prog_set.c"
#include "prog/resolve.c"
#include "prog/start_order.c"
#include "prog/load.c"
#include "prog/wasi_each.c"
#include "prog/cross.c"
#include "prog/bytes_call.c"
#include "prog/chain.c"
#include "prog/service.c"
#include "prog/find.c"
#include "prog/program.c"
/* api: the border */
#include "api/parts.c"
#include "api/tn_engine.c"
#include "api/tn_info.c"
#include "api/tn_tools.c"
#include "api/tn_script.c"
/* clang-format on */
