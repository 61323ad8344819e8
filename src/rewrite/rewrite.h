/* rewrite.h - modules in, one module out: what the files of the rewriter share.
 *
 * The inputs stay as they are decoded. For each there is a map: where its
 * functions, memories and so on are in the result. What the result defines is
 * built as data (`joined`) and written by the encoder; bodies and the bytes of
 * segments, which are nearly all of a module, are copied from where they lie,
 * bodies in spans from one index that changes to the next (walk.h).
 * docs/design/008-rewriting.md tells why. */
#ifndef TN_REWRITE_REWRITE_H
#define TN_REWRITE_REWRITE_H

#include "base/vec.h"
#include "mod/module.h"

enum {
    TN_RW_KINDS = 5 /* tn_externkind has as many */
};

/* Of one input: what its indices are in the result, for each index space
 * (imports too); segments that are gone have TN_NONE. */
struct tn_rw_map {
    uint32_t *types, *funcs, *tables, *memories, *globals, *tags;
    uint32_t *elems, *datas;
};

/* What an import means in the end: an item of some input, which defines it or
 * has it from the host. */
struct tn_rw_link {
    uint32_t input, index;
};

/* An instruction that is imported as a function (mem_imports.c). */
struct tn_rw_mem_call {
    uint8_t prefix, opcode; /* prefix 0: none. opcode 0: it is no such import */
    uint8_t memarg;         /* its flags, or 0: it has none */
    uint8_t memory_count;
    uint32_t memories[2]; /* of the input */
};

struct tn_rw_input {
    struct tn_str name;
    struct tn_mod *mod; /* decoded, its types interned in the one registry */
    bool is_own;        /* generated here: not an input of the caller's */
    struct tn_rw_map map;
    struct tn_rw_link *links; /* one for each import */
    /* Of memories that were declared (declared.c), beside mod->exports. */
    struct tn_export *more_exports;
    uint32_t more_export_count;
    /* What declared memories are called, by index; null: none was declared. */
    struct tn_str *memory_names;
    /* By index, for each imported function; null: none is an instruction. */
    struct tn_rw_mem_call *mem_calls;

    /* Of each kind, the import that gives the item of that index. */
    uint32_t *import_at[TN_RW_KINDS];
    /* The value of each global as a constant expression without its `end`, in
     * rw->exprs: of size 0 where an expression cannot stand for the global. */
    struct tn_range *folded;
    /* Segments that the start function puts in place. A bit each. */
    uint8_t *is_late_elem, *is_late_data;

    /* For each function that it defines: where its body begins (behind its
     * size) in the contents of the result's code section, or TN_NONE when an
     * equal one stands for it. */
    uint32_t *body_at;
    /* And did anything move inside of it? If not, each byte of its code is as
     * far from body_at as it was from the body's begin. */
    bool *is_stretched;
    /* The function that stands for it, which is equal; its input is TN_NONE
     * when it stands for itself. Null: all do. */
    struct tn_rw_link *stand_ins;
};

/* tn_merge_bind, looked up. */
struct tn_rw_bind {
    uint32_t input; /* TN_NONE: all but own ones */
    struct tn_str module;
    uint32_t target; /* TN_NONE: the host */
};

/* An export of the result, before names that clash are settled. */
struct tn_rw_chosen {
    uint32_t input;     /* TN_NONE: the merger's own, which goes first */
    struct tn_str name; /* as the input, or --export, calls it */
    bool is_renamed;    /* --export calls it so */
    bool is_dropped;    /* something else does what it did */
    tn_externkind kind;
    uint32_t index; /* in the result */
};

/* A function that the merger makes: () -> (), its code at hand. */
struct tn_rw_own_func {
    struct tn_str name; /* for the name section */
    struct tn_buf code; /* locals and instructions, `end` included */
};

struct tn_rw {
    const tn_allocator *alloc;
    const tn_merge_options *options;
    tn_error *err;
    struct tn_arena arena; /* lives as long as the result */
    struct tn_types *types;
    struct tn_rw_input *inputs;
    uint32_t input_count;

    struct tn_vec(struct tn_rw_bind) binds;
    uint32_t *order; /* indices of inputs, as instances would be made */

    /* The definitions of the result. Its expressions are ranges of `exprs`;
     * it has neither bodies nor bytes of segments. */
    struct tn_mod joined;
    struct tn_buf exprs;
    /* Where each defined global of the result comes from, in their order. */
    struct tn_rw_link *global_order;
    uint32_t global_order_count;

    struct tn_vec(struct tn_rw_chosen) chosen;

    struct tn_vec(struct tn_rw_own_func) own_funcs;
    uint32_t first_own_func; /* index in the result of own_funcs.at[0] */

    uint32_t code_contents; /* offset in the result of its code section */
    struct tn_buf out;      /* the result */
    struct tn_vec(tn_merge_note) notes;
    struct tn_vec(tn_merge_link) links;
};

/* May a function of this type be given an address of a 32-bit memory? */
static inline bool tn_rw_may_take_address(const struct tn_type_def *type)
{
    for (uint32_t i = 0; i < type->param_count; i++)
        if (type->params[i] == TN_VT_I32)
            return true;
    return false;
}

static inline bool tn_rw_has_bit(const uint8_t *bits, uint32_t i)
{
    return (bits[i / 8] >> i % 8 & 1) != 0;
}
static inline void tn_rw_set_bit(uint8_t *bits, uint32_t i)
{
    bits[i / 8] |= (uint8_t)(1u << i % 8);
}

/* A copy with a zero behind it, which lives as long as the result; null when
 * there is no memory, which is seen in rw->out.failed too. */
tn_bytes tn_rw_keep(struct tn_rw *rw, struct tn_str text);

/* Adds a note, its text made on the arena. `input` TN_NONE: about none. Out of
 * memory is seen in rw->out.failed. */
void tn_rw_note(struct tn_rw *rw, tn_merge_note_kind kind, bool is_difference,
                uint32_t input, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* declared.c: memories that an input asks for in its custom section
 * `tenon.memories` (tenon/guest/memory.h writes it), and those of
 * options->memories if it is the first input. Called between decoding and
 * validation: the module then has them, as if it had defined them itself. */
tn_status tn_rw_declare_memories(struct tn_rw *rw, uint32_t input);

/* customs.c: appends to rw->out what the custom sections of the inputs become:
 * names remapped, producers joined, target_features as `features` (what the
 * result uses), branch hints and DWARF where they can be remapped; the rest
 * as docs/MERGING.md says. Called last, when all bodies are in rw->out. */
tn_status tn_rw_customs(struct tn_rw *rw, uint64_t features);

/* A module that calls WASI, and the memory that it means: what a module that
 * wants it imports it as, and its limits; null when no other could have it. */
struct tn_rw_program {
    const struct tn_mod *mod;
    struct tn_str module, memory;
    const struct tn_limits *limits;
};

/* wasi_shim.c: a module that stands between a program, which imports functions
 * of wasi_snapshot_preview1, and the host, which reads and writes only the
 * memory of `tenon.wasi`. It imports
 *   (import "tenon.wasi" "memory" (memory 1)), its memory 0,
 *   (import MODULE "memory" (memory 0)), as the program's is named,
 * if any of these functions has a pointer, and from wasi_snapshot_preview1
 * each function that the program imports, and for args_get and environ_get
 * those that tell the sizes. It exports a function for each that the program
 * imports, of the same name and type, that copies what its pointers point to
 * into the host's memory and back; those without pointers are the host's own.
 * Fails, naming the function, when one is not of preview 1 or has another
 * type; and when the program has threads or 64-bit addresses. Does not name
 * the program: the caller does. */
tn_status tn_rw_wasi_shim(const struct tn_rw_program *program,
                          struct tn_buf *out, tn_error *err);
/* The module `tenon.wasi`: exports "memory", of a page, which shims grow. */
void tn_rw_wasi_memory(struct tn_buf *out);

#endif
