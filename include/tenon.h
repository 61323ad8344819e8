/* tenon.h - everything a program needs of tenon: WebAssembly modules, many
 * of them, joined and run.
 *
 * THE FIVE RULES
 *
 * Ownership   What a `_new` or `_read` call gives is yours; end it with the
 *             `_free` of its noun. What a getter gives is borrowed and lives
 *             as long as what it was asked of. Bytes and texts that you pass
 *             are read during the call only, unless the name says `_borrow`.
 * Failure     A call that can fail returns a tn_status and fills a tn_error
 *             that you place (or pass null). On failure nothing was kept and
 *             `*out` is null.
 * Threads     An engine, a module and a package may be used by any thread at
 *             any time. A store and all that lives in it (instances,
 *             functions, memories, tables, globals, programs) belong to one
 *             thread at a time; they may move between threads between calls.
 *             tn_store_interrupt may be called by any thread.
 * Traps       A trap is a status, TN_E_TRAP; its kind and frames are asked of
 *             the store. No call of this library unwinds over your code.
 * Size        Structs that begin with `size` are set up by their TN_.._INIT;
 *             they grow at the end. Enum values are pinned.
 */
#ifndef TENON_H
#define TENON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef TN_API
#if defined(__GNUC__)
#define TN_API __attribute__((visibility("default")))
#else
#define TN_API
#endif
#endif

#define TN_VERSION_MAJOR 0
#define TN_VERSION_MINOR 1
#define TN_VERSION_PATCH 0

/* "0.1.0", of the library that is linked. */
TN_API const char *tn_version(void);

/* ------------------------------------------------------------- failure */

/* What went wrong, as a number that a program can act on. */
typedef enum tn_status {
    TN_OK = 0,
    TN_E_NOMEM = 1,
    TN_E_MISUSE = 2, /* the embedder broke a rule of this header */
    TN_E_IO = 3,
    TN_E_LIMIT = 4,
    TN_E_UNSUPPORTED = 5, /* this build has no such part */
    TN_E_MALFORMED = 10,  /* the bytes are not a module */
    TN_E_INVALID = 11,    /* they are, but it breaks a validation rule */
    TN_E_FEATURE = 12,    /* it needs a proposal that is not enabled */
    TN_E_UNLINKABLE = 20,
    TN_E_MISSING = 21,
    TN_E_TYPE = 22,
    TN_E_AMBIGUOUS = 23,
    TN_E_CYCLE = 24,
    TN_E_NOT_FOUND = 25,
    TN_E_TRAP = 30,
    TN_E_EXIT = 31,      /* proc_exit; the code: tn_store_exit_code */
    TN_E_DOWN = 32,      /* a module of a program is out of service */
    TN_E_EXCEPTION = 33, /* nobody caught it: tn_store_exception_tag */
    TN_E_FORMAT = 40,
    TN_E_HASH = 41
} tn_status;

#define TN_NO_OFFSET UINT64_MAX

/* What went wrong, for a person. Yours to place, usually on the stack, set to
 * {0} before the call; filling it never allocates. The first failure is kept:
 * an error that is already set stays as it is. */
typedef struct tn_error {
    tn_status status;
    uint64_t offset; /* byte in the input, or TN_NO_OFFSET */
    char text[232];  /* one line, lower case, no full stop */
} tn_error;

/* The words of a status: "out of memory". Never null. */
TN_API const char *tn_status_text(tn_status status);

/* -------------------------------------------------------------- engine */

/* One function for all heap memory. `new_bytes` 0 frees; `block` null
 * allocates; null from it means that there is none, and the old block stays.
 * Called by every thread that uses the engine. */
typedef struct tn_allocator {
    void *(*realloc)(void *ctx, void *block, size_t old_bytes,
                     size_t new_bytes);
    void *ctx;
} tn_allocator;

/* Proposals, as bits of a set. Pinned. */
typedef enum tn_feature {
    TN_FEATURE_MVP = 0,
    TN_FEATURE_MUTABLE_GLOBAL = 1,
    TN_FEATURE_SIGN_EXTENSION = 2,
    TN_FEATURE_SATURATING_FLOAT_TO_INT = 3,
    TN_FEATURE_MULTI_VALUE = 4,
    TN_FEATURE_BULK_MEMORY = 5,
    TN_FEATURE_REFERENCE_TYPES = 6,
    TN_FEATURE_SIMD = 7,
    TN_FEATURE_RELAXED_SIMD = 8,
    TN_FEATURE_MULTI_MEMORY = 9,
    TN_FEATURE_MEMORY64 = 10,
    TN_FEATURE_EXTENDED_CONST = 11,
    TN_FEATURE_TAIL_CALL = 12,
    TN_FEATURE_FUNCTION_REFERENCES = 13,
    TN_FEATURE_GC = 14,
    TN_FEATURE_EXCEPTIONS = 15,
    TN_FEATURE_LEGACY_EXCEPTIONS = 16,
    TN_FEATURE_THREADS = 17,
    TN_FEATURE_WIDE_ARITHMETIC = 18,
    TN_FEATURE_CUSTOM_PAGE_SIZES = 19,
    TN_FEATURE_COUNT = 20
} tn_feature;

#define TN_FEATURE_BIT(feature) ((uint64_t)1 << (feature))

/* Wherever a set is asked for, this stands for tn_features_default(). */
#define TN_FEATURES_DEFAULT UINT64_MAX

/* What is allowed unless a set says otherwise: of WebAssembly 3.0, threads and
 * legacy exceptions, all that this build runs. */
TN_API uint64_t tn_features_default(void);
/* All proposals that this build knows, also those that must be asked for: wide
 * arithmetic and custom page sizes. An engine allows of them what it runs. */
TN_API uint64_t tn_features_all(void);
/* The set with this name: "wasm1", "wasm2" and "wasm3" are all of that version
 * of WebAssembly, whether or not this build runs it; "default" and "all" are
 * the two above; a proposal's own name is that one alone. 0 for others. */
TN_API uint64_t tn_features_of(const char *name);
/* "multi-memory": its key on the command line. Null past the last. */
TN_API const char *tn_feature_name(tn_feature feature);

typedef enum tn_log_level {
    TN_LOG_ERROR,
    TN_LOG_WARNING,
    TN_LOG_INFO
} tn_log_level;

/* `text` is one line without its end; `part` names who speaks. Any thread. */
typedef void tn_log_fn(void *ctx, tn_log_level level, const char *part,
                       const char *text);

/* Where linear memories are put. AUTO chooses for each; the others are for
 * tests and for hosts that know better. See docs/ARCHITECTURE.md. */
typedef enum tn_placement {
    TN_PLACE_AUTO = 0,
    TN_PLACE_SLOT = 1,     /* packed: nothing mapped for one memory */
    TN_PLACE_RESERVED = 2, /* address space reserved, committed as it grows */
    TN_PLACE_MOVING = 3    /* from the allocator; moves when it grows */
} tn_placement;

typedef struct tn_config {
    size_t size;
    const tn_allocator *allocator; /* null: the C library's; copied */
    uint64_t features; /* set of TN_FEATURE_BIT; what cannot run is left out */
    tn_log_fn *log;    /* null: silent */
    void *log_ctx;
    tn_placement placement;
    const char *tier; /* "tail" or "loop"; null: the fastest of this build */
    bool trace_calls; /* log each call and return; slow */
    /* Specification, "Deterministic Profile": every NaN that arithmetic makes
     * is the canonical positive one. (Relaxed vector instructions behave as
     * in this profile always.) */
    bool deterministic;
} tn_config;

/* `tn_config config = TN_CONFIG_INIT;` */
#define TN_CONFIG_INIT                                            \
    {                                                             \
        sizeof(tn_config), NULL, TN_FEATURES_DEFAULT, NULL, NULL, \
            TN_PLACE_AUTO, NULL, false, false                     \
    }

typedef struct tn_engine tn_engine;

/* `config` may be null. Free the engine after all that was made from it. */
TN_API tn_status tn_engine_new(const tn_config *config, tn_engine **out,
                               tn_error *err);
TN_API void tn_engine_free(tn_engine *engine);

/* --------------------------------------------------------------- types */

/* Kinds of value. Pinned. */
typedef enum tn_valkind {
    TN_I32 = 0,
    TN_I64 = 1,
    TN_F32 = 2,
    TN_F64 = 3,
    TN_V128 = 4,
    TN_FUNCREF = 5, /* any reference to a function */
    TN_EXTERNREF = 6,
    TN_ANYREF = 7, /* any other reference */
    TN_EXNREF = 8
} tn_valkind;

typedef struct tn_func tn_func;
typedef struct tn_table tn_table;
typedef struct tn_memory tn_memory;
typedef struct tn_global tn_global;
typedef struct tn_tag tn_tag;

/* A value. Floats are given as they are; their NaN bits survive. */
typedef struct tn_val {
    tn_valkind kind;
    union {
        int32_t i32;
        int64_t i64;
        float f32;
        double f64;
        tn_func *func; /* null: the null reference */
        /* Null: the null reference. Of an externref your own pointer, whatever
         * it is, but that it must not have 0xfff8 in the top 16 of 64 bits;
         * of anyref and exnref, see "objects" below. */
        void *ref;
        uint8_t v128[16];
    } of;
} tn_val;

typedef enum tn_externkind {
    TN_EXTERN_FUNC = 0,
    TN_EXTERN_TABLE = 1,
    TN_EXTERN_MEMORY = 2,
    TN_EXTERN_GLOBAL = 3,
    TN_EXTERN_TAG = 4
} tn_externkind;

/* Something that can be imported or exported. */
typedef struct tn_extern {
    tn_externkind kind;
    union {
        tn_func *func;
        tn_table *table;
        tn_memory *memory;
        tn_global *global;
        tn_tag *tag;
    } of;
} tn_extern;

/* -------------------------------------------------------------- module */

/* Decoded, validated, immutable; shared by any number of stores. */
typedef struct tn_module tn_module;

/* Decodes and validates. Every function is checked now; it is translated when
 * first called. `_copy` keeps a copy of the bytes, `_borrow` keeps the
 * pointer: the bytes must live, unchanged, as long as the module.
 * TN_E_MALFORMED, TN_E_INVALID, TN_E_FEATURE with the offset. */
TN_API tn_status tn_module_new_copy(tn_engine *engine, const void *bytes,
                                    size_t size, tn_module **out,
                                    tn_error *err);
TN_API tn_status tn_module_new_borrow(tn_engine *engine, const void *bytes,
                                      size_t size, tn_module **out,
                                      tn_error *err);
/* One more owner; each ends with tn_module_free. Any thread. */
TN_API tn_module *tn_module_retain(tn_module *module);
TN_API void tn_module_free(tn_module *module);

/* Decodes and validates, and keeps nothing. `features`: a set of bits, or
 * TN_FEATURES_DEFAULT. */
TN_API tn_status tn_validate(const void *bytes, size_t size, uint64_t features,
                             tn_error *err);

/* Asks what no engine asks, of a module that is valid: do the custom sections
 * say what makes sense? Today those are branch hints, each of which must name
 * a branch. TN_E_MALFORMED, TN_E_INVALID with the offset. */
TN_API tn_status tn_validate_customs(const void *bytes, size_t size,
                                     tn_error *err);

/* A text of the library's that you own: `tn_text_free`. Zero-terminated;
 * `size` is without that zero. */
typedef struct tn_text {
    char *at;
    size_t size;
} tn_text;
TN_API void tn_text_free(tn_text *text);

/* The module in the text format (WAT). Bytes that decode but do not validate
 * can be printed too. */
TN_API tn_status tn_module_print(const void *bytes, size_t size, tn_text *out,
                                 tn_error *err);

/* The other way: a module in the text format, (module ...) or its fields
 * alone, becomes its binary form, which the bytes of `out` are; names go to a
 * name section. All of WebAssembly 3.0, threads, legacy exceptions, wide
 * arithmetic and custom page sizes can be said; nothing is validated. On
 * failure err->offset is a byte of `text`. Specification: chapter 6, with
 * annotations. Any thread. */
TN_API tn_status tn_wat_parse(const char *text, size_t size, tn_text *out,
                              tn_error *err);

/* Decodes the module and encodes it again: the same bytes for canonical input
 * (shortest LEB128), shorter ones otherwise. Bytes that decode but do not
 * validate too. `out->at` holds zeros. */
TN_API tn_status tn_module_encode(const void *bytes, size_t size, tn_text *out,
                                  tn_error *err);

/* Facts about a module's bytes, for tools. Works on what decodes, valid or
 * not. Texts and arrays are owned by the info. */
typedef struct tn_info tn_info;

typedef struct tn_limits_info {
    uint64_t min, max; /* pages or elements; max is UINT64_MAX for none */
    bool is_64, is_shared;
    uint8_t page_size_log2; /* memories: 16, or 0 with custom page sizes */
} tn_limits_info;

typedef struct tn_item_info {
    tn_externkind kind;
    const char *module; /* imports only */
    const char *name;   /* of an import or export; the function's own name,
                         * or "", in tn_info_memory and the like */
    const char *type; /* "(i32, i32) -> i64", "memory 1..4", "global mut i32" */
    uint32_t index;   /* in its index space */
    tn_limits_info limits; /* memories and tables */
} tn_item_info;

typedef struct tn_section_info {
    uint8_t id;
    const char *name;      /* "type", "code"; a custom section's own name */
    uint64_t offset, size; /* of the contents; bytes */
    uint32_t count;        /* entries; 0 for custom sections */
} tn_section_info;

TN_API tn_status tn_info_read(const void *bytes, size_t size, tn_info **out,
                              tn_error *err);
TN_API void tn_info_free(tn_info *info);
TN_API const char *tn_info_name(const tn_info *info);  /* "" for none */
TN_API uint64_t tn_info_features(const tn_info *info); /* that it uses */
TN_API size_t tn_info_section_count(const tn_info *info);
TN_API size_t tn_info_import_count(const tn_info *info);
TN_API size_t tn_info_export_count(const tn_info *info);
TN_API size_t tn_info_memory_count(const tn_info *info); /* imported too */
TN_API size_t tn_info_table_count(const tn_info *info);
TN_API size_t tn_info_producer_count(const tn_info *info);
TN_API tn_section_info tn_info_section(const tn_info *info, size_t i);
TN_API tn_item_info tn_info_import(const tn_info *info, size_t i);
TN_API tn_item_info tn_info_export(const tn_info *info, size_t i);
TN_API tn_item_info tn_info_memory(const tn_info *info, size_t i);
TN_API tn_item_info tn_info_table(const tn_info *info, size_t i);
/* "processed-by clang 19.1.7": one entry of the producers section. */
TN_API const char *tn_info_producer(const tn_info *info, size_t i);
/* Of the function with this index, from the name section; "" for none. */
TN_API const char *tn_info_function_name(const tn_info *info, uint32_t index);

/* --------------------------------------------------------------- store */

/* What a trap leaves behind. */
typedef enum tn_trap_policy {
    TN_TRAP_KEEPS = 0,  /* as the specification: instances go on */
    TN_TRAP_POISONS = 1 /* instances with a live frame answer TN_E_DOWN */
} tn_trap_policy;

/* How the collector finds references in the frames of guest code. */
typedef enum tn_gc_mode {
    TN_GC_PRECISE = 0,      /* by lists that say which slots hold some */
    TN_GC_CONSERVATIVE = 1, /* every word that is the address of an object */
    TN_GC_STRESS = 2 /* precise, with a collection at every allocation and
                      * dead objects spoiled; very slow, for tests */
} tn_gc_mode;

typedef struct tn_store_config {
    size_t size;
    uint64_t max_memory_bytes;   /* of all memories together */
    uint64_t stack_bytes;        /* guest stack; rounded up to pages */
    uint64_t max_table_elements; /* of one table */
    uint32_t max_instances;
    tn_trap_policy trap_policy;
    /* For structs, arrays and exceptions together, taken in pieces of 128 KiB
     * and more. What does not fit after a collection is TN_TRAP_NO_MEMORY. */
    uint64_t max_gc_bytes;
    tn_gc_mode gc_mode;
    /* Asked before the heap of objects, which has `now` bytes, takes `wanted`
     * more; false refuses them. On the store's thread; must not use the
     * store. Null: always. */
    bool (*gc_grow)(void *gc_ctx, uint64_t now, uint64_t wanted);
    void *gc_ctx;
} tn_store_config;

#define TN_STORE_CONFIG_INIT                                                \
    {                                                                       \
        sizeof(tn_store_config), UINT64_MAX, 4 << 20, 10000000, UINT32_MAX, \
            TN_TRAP_KEEPS, UINT64_MAX, TN_GC_PRECISE, NULL, NULL            \
    }

typedef struct tn_store tn_store;

/* `config` may be null. Frees with it every instance that is left. */
TN_API tn_status tn_store_new(tn_engine *engine, const tn_store_config *config,
                              tn_store **out, tn_error *err);
TN_API void tn_store_free(tn_store *store);

/* Ends the call that runs in the store now with the trap `interrupt`, also
 * when it waits in a WASI call. Does nothing when no call runs. Any thread. */
TN_API void tn_store_interrupt(tn_store *store);

/* ---------------------------------------------------------------- traps */

/* Kinds of trap. Pinned. The words of each are the test suite's. */
typedef enum tn_trap_kind {
    TN_TRAP_NONE = 0,
    TN_TRAP_UNREACHABLE = 1,
    TN_TRAP_DIVIDE_BY_ZERO = 2,
    TN_TRAP_INTEGER_OVERFLOW = 3,
    TN_TRAP_INVALID_CONVERSION = 4,
    TN_TRAP_MEMORY_BOUNDS = 5,
    TN_TRAP_TABLE_BOUNDS = 6,
    TN_TRAP_UNDEFINED_ELEMENT = 7,
    TN_TRAP_UNINITIALIZED_ELEMENT = 8,
    TN_TRAP_INDIRECT_TYPE = 9,
    TN_TRAP_NULL_REFERENCE = 10,
    TN_TRAP_STACK = 11,
    TN_TRAP_INTERRUPT = 12,
    TN_TRAP_UNLOADED = 13, /* the function's instance was closed */
    TN_TRAP_DOWN = 14,     /* the function's instance is poisoned */
    TN_TRAP_HOST = 15,     /* a host function failed; its words: the error */
    TN_TRAP_NO_MEMORY = 16,
    TN_TRAP_CAST = 17,
    TN_TRAP_ARRAY_BOUNDS = 18,
    TN_TRAP_UNALIGNED_ATOMIC = 19,
    TN_TRAP_EXPECTED_SHARED = 20,
    TN_TRAP_UNCAUGHT_EXCEPTION = 21,
    TN_TRAP_LIMIT = 22,
    TN_TRAP_NULL_STRUCT = 23,
    TN_TRAP_NULL_ARRAY = 24,
    TN_TRAP_NULL_I31 = 25,
    TN_TRAP_NULL_FUNCTION = 26,
    TN_TRAP_NULL_EXCEPTION = 27
} tn_trap_kind;

/* "unreachable", "integer divide by zero". Never null. */
TN_API const char *tn_trap_text(tn_trap_kind kind);

typedef struct tn_frame {
    const char *module;   /* its name, or "" */
    const char *function; /* from the name section, or "" */
    uint32_t function_index;
    uint64_t offset; /* of the instruction in the module's bytes */
} tn_frame;

/* About the last call of the store that returned TN_E_TRAP. Valid until the
 * next call into the store. */
TN_API tn_trap_kind tn_store_trap_kind(const tn_store *store);
/* Frames that can be asked for, innermost first (at most 64), and how deep
 * the stack was. */
TN_API size_t tn_store_trap_frame_count(const tn_store *store);
TN_API size_t tn_store_trap_depth(const tn_store *store);
TN_API tn_frame tn_store_trap_frame(tn_store *store, size_t i);
/* After TN_E_EXIT. */
TN_API uint32_t tn_store_exit_code(const tn_store *store);

/* ----------------------------------------------------------- exceptions */

/* A tag with values of these types: "(i32, i64) -> ()". Which tag it is makes
 * it what it is: another one of the same type catches nothing of its own.
 * Borrowed from the store. TN_E_TYPE. */
TN_API tn_status tn_tag_new(tn_store *store, const char *type, tn_tag **out,
                            tn_error *err);
TN_API size_t tn_tag_param_count(const tn_tag *tag);
TN_API tn_valkind tn_tag_param(const tn_tag *tag, size_t i);

/* A call that an exception left returns TN_E_EXCEPTION. That is no trap: no
 * instance is poisoned, and all can be called again. It is recorded like the
 * trap TN_TRAP_UNCAUGHT_EXCEPTION, so that tn_store_trap_frame tells where it
 * was thrown; and a host function that returns TN_E_TRAP instead makes it one.
 *
 * The store keeps the last exception that left a call, or that a host function
 * threw, until there is another or an outermost call begins. Null, 0 if there
 * is none. */
TN_API tn_tag *tn_store_exception_tag(const tn_store *store);
TN_API size_t tn_store_exception_count(const tn_store *store); /* of values */
TN_API tn_val tn_store_exception_value(const tn_store *store, size_t i);
/* As a value: a TN_EXNREF, null if there is none. */
TN_API tn_val tn_store_exception_ref(const tn_store *store);

/* ------------------------------------------------------- host functions */

/* The call of a host function, as seen from it; valid until it returns. */
typedef struct tn_call tn_call;
typedef struct tn_instance tn_instance;

/* A host function. `slots` holds the arguments, one 8-byte slot each (v128:
 * two): i32 zero-extended, floats as bits, references as pointers. Results
 * are written from slots[0] on; there is room for both. TN_OK returns to the
 * guest; anything else ends the guest's call: TN_E_TRAP from a nested call
 * passes that trap on, TN_E_EXIT (tn_call_exit) ends the run, TN_E_EXCEPTION
 * (tn_call_throw, or from a nested call) goes on to the guest's handlers,
 * others become the trap TN_TRAP_HOST with the words of `err`. */
typedef tn_status tn_host_fn(tn_call *call, uint64_t *slots, void *env,
                             tn_error *err);

TN_API tn_store *tn_call_store(tn_call *call);
/* Whose code called; null when the embedder did. */
TN_API tn_instance *tn_call_instance(tn_call *call);
/* `return tn_call_exit(call, code);` ends the run as proc_exit does. */
TN_API tn_status tn_call_exit(tn_call *call, uint32_t code);
/* `return tn_call_trap(call, kind);` */
TN_API tn_status tn_call_trap(tn_call *call, tn_trap_kind kind);

/* `return tn_call_throw(call, tag, values, count, err);` throws a new
 * exception: TN_E_EXCEPTION, or why it cannot be thrown. */
TN_API tn_status tn_call_throw(tn_call *call, tn_tag *tag, const tn_val *values,
                               size_t count, tn_error *err);
/* The same with an exception that was thrown before: a TN_EXNREF. */
TN_API tn_status tn_call_throw_ref(tn_call *call, tn_val exception,
                                   tn_error *err);

/* The caller's memory 0, whatever its export name: `size` bytes at guest
 * address `at`, or null when that is not wholly inside (then return
 * tn_call_trap(call, TN_TRAP_MEMORY_BOUNDS), or an errno of your own). Stale
 * after anything that runs guest code. */
TN_API void *tn_call_span(tn_call *call, uint64_t at, uint64_t size);

/* -------------------------------------------------------------- imports */

/* Names to what stands behind them, used to make instances of one store. */
typedef struct tn_imports tn_imports;

TN_API tn_status tn_imports_new(tn_store *store, tn_imports **out,
                                tn_error *err);
TN_API void tn_imports_free(tn_imports *imports);
/* Later definitions of a name replace earlier ones. */
TN_API tn_status tn_imports_define(tn_imports *imports, const char *module,
                                   const char *name, tn_extern item,
                                   tn_error *err);
/* `type`: "(i32, i64) -> f64", "() -> ()", "(i32) -> (i32, i32)"; of
 * references "funcref", "externref", "anyref", "eqref", "i31ref", "structref",
 * "arrayref", "exnref", "nullref" ..., "(ref any)". `env` is handed to `fn`. */
TN_API tn_status tn_imports_func(tn_imports *imports, const char *module,
                                 const char *name, const char *type,
                                 tn_host_fn *fn, void *env, tn_error *err);
/* Every export of `instance`, under the module name `module`. */
TN_API tn_status tn_imports_instance(tn_imports *imports, const char *module,
                                     tn_instance *instance, tn_error *err);
/* Imported functions that nobody defined trap when called, instead of making
 * instantiation fail. */
TN_API void tn_imports_trap_unknown(tn_imports *imports);

/* ------------------------------------------------------------ instances */

/* Links, allocates, runs the start function. All imports that are missing or
 * do not fit are told (the first in `err`, each to the log). TN_E_UNLINKABLE,
 * TN_E_MISSING, TN_E_TYPE; TN_E_TRAP when a segment does not fit or the start
 * function traps. Does not call _initialize: tn_instance_initialize. */
TN_API tn_status tn_instance_new(tn_store *store, tn_module *module,
                                 tn_imports *imports, tn_instance **out,
                                 tn_error *err);
/* Calls the export _initialize, if there is one. */
TN_API tn_status tn_instance_initialize(tn_instance *instance, tn_error *err);
/* Gives its memories back at once. Its functions answer TN_TRAP_UNLOADED;
 * handles stay valid until tn_instance_free. */
TN_API void tn_instance_close(tn_instance *instance);
/* Closes, and ends your handle. */
TN_API void tn_instance_free(tn_instance *instance);

/* TN_E_NOT_FOUND. `out` is borrowed from the instance. */
TN_API tn_status tn_instance_export(tn_instance *instance, const char *name,
                                    tn_extern *out, tn_error *err);
TN_API tn_status tn_instance_func(tn_instance *instance, const char *name,
                                  tn_func **out, tn_error *err);
TN_API tn_status tn_instance_memory(tn_instance *instance, const char *name,
                                    tn_memory **out, tn_error *err);
/* Exports by position, in the module's order. `name` is not terminated and
 * may hold zeros, which no name given as text can reach. */
TN_API size_t tn_instance_export_count(const tn_instance *instance);
TN_API tn_extern tn_instance_export_at(tn_instance *instance, size_t i,
                                       const char **name, size_t *name_size);
TN_API tn_store *tn_instance_store(tn_instance *instance);
TN_API tn_module *tn_instance_module(tn_instance *instance);

/* ------------------------------------------------------------ functions */

/* A host function without a name. Borrowed from the store. */
TN_API tn_status tn_func_new(tn_store *store, const char *type, tn_host_fn *fn,
                             void *env, tn_func **out, tn_error *err);

/* Writes "(i32, i64) -> f64" and a zero to `text` of `size` bytes (cut when
 * it does not fit); returns what it would need. */
TN_API size_t tn_func_type(const tn_func *func, char *text, size_t size);
TN_API size_t tn_func_param_count(const tn_func *func);
TN_API size_t tn_func_result_count(const tn_func *func);
TN_API tn_valkind tn_func_param(const tn_func *func, size_t i);
TN_API tn_valkind tn_func_result(const tn_func *func, size_t i);
/* True if the type is exactly `type`: ask once, then call_raw. */
TN_API bool tn_func_is(const tn_func *func, const char *type);

/* Checked: kinds and counts must fit (TN_E_TYPE). */
TN_API tn_status tn_func_call(tn_func *func, const tn_val *args,
                              size_t arg_count, tn_val *results,
                              size_t result_count, tn_error *err);
/* Unboxed: `slots` holds the arguments as a host function sees them, and
 * afterwards the results. It must have room for the larger of the two. */
TN_API tn_status tn_func_call_raw(tn_func *func, uint64_t *slots,
                                  tn_error *err);

/* ------------------------------------------------------------- memories */

/* `max_pages` UINT64_MAX for none. Borrowed from the store. */
TN_API tn_status tn_memory_new(tn_store *store, tn_limits_info limits,
                               tn_memory **out, tn_error *err);
TN_API uint64_t tn_memory_size(const tn_memory *memory); /* bytes */
TN_API uint64_t tn_memory_pages(const tn_memory *memory);
/* Returns the old size in pages, or UINT64_MAX. */
TN_API uint64_t tn_memory_grow(tn_memory *memory, uint64_t pages);
/* `size` bytes at `at`, or null. Stale after anything that runs guest code or
 * grows the memory. */
TN_API void *tn_memory_span(tn_memory *memory, uint64_t at, uint64_t size);

/* ------------------------------------------------------ shared memories */

/* A memory that instances of several stores use at once, each on a thread of
 * its own: counted, its base never moves, any thread. Where the system does
 * not grant address space for its maximum, it cannot grow so far. */
typedef struct tn_shared_memory tn_shared_memory;

/* `limits.max` is needed, `is_shared` is taken for granted. TN_E_NOMEM. */
TN_API tn_status tn_shared_memory_new(tn_engine *engine, tn_limits_info limits,
                                      tn_shared_memory **out, tn_error *err);
/* One more owner; each ends with tn_shared_memory_free. */
TN_API tn_shared_memory *tn_shared_memory_retain(tn_shared_memory *shared);
TN_API void tn_shared_memory_free(tn_shared_memory *shared);
TN_API uint64_t tn_shared_memory_size(const tn_shared_memory *shared);
/* Returns the old size in pages, or UINT64_MAX. */
TN_API uint64_t tn_shared_memory_grow(tn_shared_memory *shared, uint64_t pages);
/* `size` bytes at `at`, or null. Stays good. What guests may be using at the
 * same time is to be read and written by atomic operations. */
TN_API void *tn_shared_memory_span(tn_shared_memory *shared, uint64_t at,
                                   uint64_t size);
/* Wakes at most `count` threads that wait at this address, as
 * memory.atomic.notify does; returns how many. */
TN_API uint32_t tn_shared_memory_notify(tn_shared_memory *shared, uint64_t at,
                                        uint32_t count);

/* A memory of this store that is `shared`, to be imported; the store is one
 * more owner. Borrowed from the store. TN_E_LIMIT. */
TN_API tn_status tn_memory_of_shared(tn_store *store, tn_shared_memory *shared,
                                     tn_memory **out, tn_error *err);
/* What other stores can share, or null for a memory that is not shared.
 * Borrowed from the memory: retain it before it goes to another thread. */
TN_API tn_shared_memory *tn_memory_shared(tn_memory *memory);

/* --------------------------------------------------------------- tables */

/* Of any reference kind. Borrowed from the store. */
TN_API tn_status tn_table_new(tn_store *store, tn_valkind kind,
                              tn_limits_info limits, tn_table **out,
                              tn_error *err);
TN_API uint64_t tn_table_size(const tn_table *table);
TN_API tn_status tn_table_get(tn_table *table, uint64_t index, tn_val *out,
                              tn_error *err);
TN_API tn_status tn_table_set(tn_table *table, uint64_t index, tn_val value,
                              tn_error *err);
/* Returns the old size, or UINT64_MAX. */
TN_API uint64_t tn_table_grow(tn_table *table, uint64_t count, tn_val value);

/* -------------------------------------------------------------- globals */

/* Borrowed from the store. */
TN_API tn_status tn_global_new(tn_store *store, tn_val value, bool is_mutable,
                               tn_global **out, tn_error *err);
TN_API tn_val tn_global_get(const tn_global *global);
/* TN_E_MISUSE when it is constant, TN_E_TYPE. */
TN_API tn_status tn_global_set(tn_global *global, tn_val value, tn_error *err);

/* -------------------------------------------------------------- objects */

/* Structs, arrays, i31 and exceptions (specification 4.2.12, 4.2.14).
 *
 * A reference that a call, a getter or `_new` gives you lives until the store
 * next runs guest code, makes an object, collects, or ends an instance: any of
 * these may free what nothing refers to. To keep it longer, pin it, or put it
 * into a table, a global or another object. What a host function was given
 * lives until it returns. Objects never move: a reference is the same pointer
 * as long as it lives. All of it belongs to the store's thread. */

typedef enum tn_refkind {
    TN_REF_NONE = 0, /* not a reference */
    TN_REF_NULL = 1,
    TN_REF_FUNC = 2,
    TN_REF_EXTERN = 3, /* your pointer, or an `any` that became an extern */
    TN_REF_I31 = 4,
    TN_REF_STRUCT = 5,
    TN_REF_ARRAY = 6,
    TN_REF_HOST = 7, /* an extern that became an `any` */
    TN_REF_EXN = 8
} tn_refkind;

TN_API tn_refkind tn_ref_kind(tn_val value);
/* As ref.eq: the same object, the same i31, both null; of one kind. */
TN_API bool tn_ref_equals(tn_val a, tn_val b);

/* Keeps what the reference names, until it was unpinned as often. Functions
 * too: their instances then stay, closed or not. Null is allowed. TN_E_NOMEM;
 * TN_E_MISUSE for what is no reference of this store. */
TN_API tn_status tn_ref_pin(tn_store *store, tn_val value, tn_error *err);
TN_API void tn_ref_unpin(tn_store *store, tn_val value);

/* The low 31 bits of `value`; and back, sign-extended (0 of others). */
TN_API tn_val tn_i31_new(int32_t value);
TN_API int32_t tn_i31_get(tn_val value);

/* any.convert_extern (allocates) and extern.convert_any. */
TN_API tn_status tn_any_from_extern(tn_store *store, tn_val value, tn_val *out,
                                    tn_error *err);
TN_API tn_val tn_any_to_extern(tn_val value);

/* An object of a type that the module defines, `type_index` in its type index
 * space; the module may be freed before the object. `fields` or `value` null:
 * defaults. TN_E_NOT_FOUND, TN_E_TYPE; TN_E_NOMEM also when the store's limit
 * is reached. */
TN_API tn_status tn_struct_new(tn_store *store, const tn_module *module,
                               uint32_t type_index, const tn_val *fields,
                               size_t field_count, tn_val *out, tn_error *err);
TN_API tn_status tn_array_new(tn_store *store, const tn_module *module,
                              uint32_t type_index, uint32_t length,
                              const tn_val *value, tn_val *out, tn_error *err);

/* Fields of a struct, elements of an array, values of an exception; 0 of
 * others. */
TN_API uint64_t tn_object_count(tn_val object);
/* Packed fields are i32: read zero-extended, written cut. TN_E_NOT_FOUND;
 * TN_E_MISUSE when the item is constant, TN_E_TYPE. */
TN_API tn_status tn_object_get(tn_store *store, tn_val object, uint64_t i,
                               tn_val *out, tn_error *err);
TN_API tn_status tn_object_set(tn_store *store, tn_val object, uint64_t i,
                               tn_val value, tn_error *err);
/* The elements of an array of numbers, `*size` bytes, little-endian; null for
 * others. Valid as long as the array. */
TN_API void *tn_array_bytes(tn_val array, uint64_t *size);

/* Frees now every object, and every closed instance, that nothing needs. */
TN_API tn_status tn_store_collect(tn_store *store, tn_error *err);

typedef struct tn_gc_info {
    uint64_t heap_bytes; /* that the store has for objects */
    uint64_t live_bytes; /* of objects that the last collection kept */
    uint64_t collections;
} tn_gc_info;
TN_API tn_gc_info tn_store_gc_info(const tn_store *store);

/* ----------------------------------------------------------------- WASI */

/* WASI preview 1 for one or several instances: arguments, environment,
 * directories, standard streams, and a table of open files. */
typedef struct tn_wasi tn_wasi;

/* Receives what the guest writes. Returns bytes taken, or -1. */
typedef int64_t tn_write_fn(void *ctx, const void *bytes, size_t size);
/* Fills `bytes`. Returns bytes given, 0 at the end, or -1. */
typedef int64_t tn_read_fn(void *ctx, void *bytes, size_t size);

typedef struct tn_stream {
    tn_read_fn *read;   /* stdin; null: always at its end */
    tn_write_fn *write; /* stdout, stderr; null: writes vanish */
    void *ctx;
    bool is_terminal; /* the guest's libc then flushes each line */
} tn_stream;

typedef struct tn_preopen {
    const char *host;  /* an existing directory */
    const char *guest; /* its name inside; null: the same */
    bool read_only;
} tn_preopen;

typedef struct tn_wasi_config {
    size_t size;
    const char *const *args; /* argv[0] included */
    size_t arg_count;
    const char *const *env; /* "NAME=VALUE" */
    size_t env_count;
    const tn_preopen *preopens;
    size_t preopen_count;
    bool inherit_stdio; /* the process's own; else `stdio` */
    tn_stream stdio[3]; /* in, out, err */
    bool
        stdout_is_terminal; /* what the guest is told of an inherited fd 1 and 2 */
    tn_wasi *share_files_with; /* null: a file table of its own */
    void (*trace)(void *ctx, const char *text); /* a line for each call */
    void *trace_ctx;
} tn_wasi_config;

#define TN_WASI_CONFIG_INIT                                              \
    {                                                                    \
        sizeof(tn_wasi_config), NULL, 0, NULL, 0, NULL, 0, false, {{0}}, \
            false, NULL, NULL, NULL                                      \
    }

/* Everything in `config` is copied but streams' contexts; null stands for
 * TN_WASI_CONFIG_INIT. With `share_files_with`, standard streams and
 * directories are the other's, which may be freed first. Inherited streams are
 * neither closed nor changed. TN_E_IO when a directory cannot be opened. The
 * wasi must outlive the imports' instances, and the engine the wasi. Several
 * threads' stores may use it, and those that share files with it: streams and
 * traces are then called by all of them. */
TN_API tn_status tn_wasi_new(tn_engine *engine, const tn_wasi_config *config,
                             tn_wasi **out, tn_error *err);
TN_API void tn_wasi_free(tn_wasi *wasi);
/* Defines every function of wasi_snapshot_preview1. They read and write the
 * memory that the calling instance exports as "memory", or else its memory 0. */
TN_API tn_status tn_imports_wasi(tn_imports *imports, tn_wasi *wasi,
                                 tn_error *err);

/* Threads of a guest (the proposal wasi-threads): `module` imports its shared
 * memory and "wasi" "thread-spawn", which makes an instance of it in a store of
 * its own, over the same memory, and calls wasi_thread_start there on a thread
 * of its own. What ends one thread early, an exit or a trap, ends them all. */
typedef struct tn_wasi_threads tn_wasi_threads;

/* `store` is the first thread's; `wasi` serves all, and may be null. To be
 * freed, which ends all threads but the first, when no call runs in `store`,
 * and before it. */
TN_API tn_status tn_wasi_threads_new(tn_store *store, tn_module *module,
                                     tn_wasi *wasi, tn_wasi_threads **out,
                                     tn_error *err);
TN_API void tn_wasi_threads_free(tn_wasi_threads *threads);
/* Defines "wasi" "thread-spawn". */
TN_API tn_status tn_imports_wasi_threads(tn_imports *imports,
                                         tn_wasi_threads *threads,
                                         tn_error *err);
/* Ends all threads but the first, whose call has returned `status`. Gives that
 * back; or, if the call was stopped because another thread ended early, how
 * that one ended, in `err` and in the store too. No thread can be made after
 * it. */
TN_API tn_status tn_wasi_threads_end(tn_wasi_threads *threads, tn_status status,
                                     tn_error *err);

/* ------------------------------------------------------------- packages */

/* Several modules in one file: PMOD version 1, perhaps inside POVR, perhaps
 * compressed with brotli; a single module counts as a package of one. */
typedef struct tn_package tn_package;

#define TN_SHA256_HEX 65 /* 64 digits and a zero */

/* Hash of `size` bytes as lower-case digits. TN_E_UNSUPPORTED. */
TN_API tn_status tn_sha256(const void *bytes, size_t size,
                           char out[TN_SHA256_HEX], tn_error *err);

typedef struct tn_package_config {
    size_t size;
    bool is_brotli;         /* the bytes are a brotli stream around it */
    const char *sha256;     /* expected, of the raw bytes; null: unchecked */
    uint64_t max_raw_bytes; /* after decompression */
} tn_package_config;

#define TN_PACKAGE_CONFIG_INIT                                      \
    {                                                               \
        sizeof(tn_package_config), false, NULL, (uint64_t)512 << 20 \
    }

/* Strict. Keeps a copy. TN_E_HASH before anything else is looked at, then
 * TN_E_FORMAT with the offset. Modules are not decoded yet. */
TN_API tn_status tn_package_read(const void *bytes, size_t size,
                                 const tn_package_config *config,
                                 tn_package **out, tn_error *err);
/* Reads a file: `.br` by its name, the hash from `path`.sha256 if that is
 * there and `config` gives none. The hash is of the raw bytes, so without a
 * side file of its own x.pmod.br has that of x.pmod. */
TN_API tn_status tn_package_read_file(const char *path,
                                      const tn_package_config *config,
                                      tn_package **out, tn_error *err);
TN_API void tn_package_free(tn_package *package);
TN_API size_t tn_package_module_count(const tn_package *package);
/* Bytes of module `i`, borrowed. */
TN_API const void *tn_package_module(const tn_package *package, size_t i,
                                     size_t *size);
/* Of the raw bytes; hashes them at each call. "" and TN_E_UNSUPPORTED in a
 * build that has no hash. */
TN_API tn_status tn_package_sha256(const tn_package *package,
                                   char out[TN_SHA256_HEX], tn_error *err);
/* True when the hash was given and is right. */
TN_API bool tn_package_is_verified(const tn_package *package);
TN_API uint64_t tn_package_raw_size(const tn_package *package);

typedef struct tn_bytes {
    const void *at;
    size_t size;
} tn_bytes;

/* PMOD v1 around `count` modules (1..255), each of which must begin as a core
 * module does. With `brotli`, compressed after that; `sha256` (may be null)
 * is of the raw bytes. */
TN_API tn_status tn_package_write(const tn_bytes *modules, size_t count,
                                  bool brotli, tn_text *out,
                                  char sha256[TN_SHA256_HEX], tn_error *err);

typedef struct tn_named_module {
    const char *name; /* null: from the module itself */
    tn_bytes bytes;
} tn_named_module;

/* -------------------------------------------------------------- linking */

/* Position-independent modules (dylink.0; clang -fPIC, wasm-ld -shared and
 * -pie) in one memory, with one table and one stack: what ld.so is to ELF.
 * docs/LINKING.md tells the rules.
 *
 * A linker finds libraries by name, and keeps them decoded. A space is one
 * memory, one table and the objects in them: a main module, the libraries that
 * it needs, and those that are opened later. It lives in a store, whose thread
 * is its own; a linker serves spaces of any thread. */
typedef struct tn_linker tn_linker;
typedef struct tn_space tn_space;
typedef struct tn_dso tn_dso;

/* The bytes of a library that is not in a file: TN_OK and `*out`, which is
 * copied; TN_E_NOT_FOUND to have it searched for in files; else why not.
 * `name` as it was asked for; `needed_by`: the object's path, or "". */
typedef tn_status tn_find_fn(void *ctx, const char *name, const char *needed_by,
                             tn_bytes *out, tn_error *err);

typedef struct tn_linker_config {
    size_t size;
    tn_find_fn *find; /* asked first; null: nobody. Any thread */
    void *ctx;
    /* Directories in which names without a slash are searched, before those of
     * the module's RUNTIME_PATH. Guests reach files below these only. */
    const char *const *paths;
    size_t path_count;
    bool no_files; /* `find` is all there is */
} tn_linker_config;

#define TN_LINKER_CONFIG_INIT                                \
    {                                                        \
        sizeof(tn_linker_config), NULL, NULL, NULL, 0, false \
    }

/* `config` may be null; what it holds is copied. Free it after its spaces,
 * before the engine. */
TN_API tn_status tn_linker_new(tn_engine *engine,
                               const tn_linker_config *config, tn_linker **out,
                               tn_error *err);
TN_API void tn_linker_free(tn_linker *linker);

typedef struct tn_space_config {
    size_t size;
    /* What guests do not define themselves: host functions, as module "env" or
     * any other; WASI. May be null; of the same store; must outlive the space. */
    tn_imports *imports;
    /* Objects right behind the main one in the global scope, in order. */
    const tn_named_module *preload;
    size_t preload_count;
    bool bind_now;        /* a function that nobody defines fails the load;
                           * else its call does */
    uint64_t stack_bytes; /* of the guest's stack in its memory */
    /* Memory and table elements of unloaded objects that are kept from use, so
     * that stale pointers are told from good ones. */
    uint64_t quarantine_bytes;
    /* Each step as a line; null: none. */
    void (*trace)(void *ctx, const char *text);
    void *ctx;
    /* Nothing is instantiated: to ask what would be bound. A needed library
     * that is not there, and symbols that nobody defines or defines otherwise,
     * do not end the plan: tn_dso_need and tn_dso_binding tell of them. */
    bool plan_only;
} tn_space_config;

#define TN_SPACE_CONFIG_INIT                                                   \
    {                                                                          \
        sizeof(tn_space_config), NULL, NULL, 0, false, 1 << 20, 1 << 20, NULL, \
            NULL, false                                                        \
    }

/* Loads `main` and all that it needs: found, placed, bound, instantiated and
 * relocated; start functions that call nobody else have run. `main` is its
 * bytes, under a name that may be a path, from which libraries are searched;
 * bytes null: the file at that path. On failure nothing of it is left.
 * TN_E_NOT_FOUND, TN_E_MISSING, TN_E_TYPE, TN_E_UNLINKABLE ... */
TN_API tn_status tn_space_new(tn_linker *linker, tn_store *store,
                              const tn_named_module *main,
                              const tn_space_config *config, tn_space **out,
                              tn_error *err);
/* Ends all objects, without their destructors; not while one of them opens or
 * closes others, or is started. The memory goes with the store. */
TN_API void tn_space_free(tn_space *space);

/* Runs constructors, libraries before those that need them; not main's if that
 * has a _start, which runs them. Once. */
TN_API tn_status tn_space_init(tn_space *space, tn_error *err);
/* Main's _start, if there is one: TN_E_EXIT when it exits. Then, unless it
 * trapped, destructors of what is still open. */
TN_API tn_status tn_space_start(tn_space *space, tn_error *err);

TN_API tn_memory *tn_space_memory(tn_space *space);
TN_API tn_table *tn_space_table(tn_space *space);
TN_API tn_dso *tn_space_main(tn_space *space);

/* Flags of tn_dlopen, with the values of wasi-libc's dlfcn.h. */
enum {
    TN_RTLD_LAZY = 1,
    TN_RTLD_NOW = 2,
    TN_RTLD_NOLOAD = 4,
    TN_RTLD_LOCAL = 8, /* or 0 */
    TN_RTLD_GLOBAL = 256,
    TN_RTLD_NODELETE = 4096
};

/* As dlopen: the object of that name, loaded with all that it needs unless it
 * is there, its constructors run. `bytes` may be null; a null name is main. On
 * failure everything is as before. TN_E_TRAP, TN_E_EXIT, TN_E_EXCEPTION from a
 * constructor. */
TN_API tn_status tn_dlopen(tn_space *space, const char *name,
                           const tn_bytes *bytes, int flags, tn_dso **out,
                           tn_error *err);
/* One opening less, of those by tn_dlopen: guests close what they opened, and
 * neither what the other did. Objects that are then neither open nor needed
 * nor bound by others are unloaded, the latest first. TN_E_MISUSE. */
TN_API tn_status tn_dlclose(tn_dso *dso, tn_error *err);

typedef struct tn_symbol {
    tn_func *func;    /* null: data, or a tag */
    tn_tag *tag;      /* null: a function, or data */
    uint64_t address; /* of data; of a function its table element */
    tn_dso *dso;      /* that defines it; null: the host */
    const char *name; /* not terminated */
    size_t name_size;
} tn_symbol;

/* In `object` and what it needs; in the global scope when that is null.
 * TN_E_NOT_FOUND. A function gets a table element by this, if it had none. */
TN_API tn_status tn_dlsym(tn_space *space, tn_dso *dso, const char *name,
                          tn_symbol *out, tn_error *err);
/* Which object an address, or with `is_function` a table element, lies in, and
 * the nearest symbol at or before it (func and name null for none).
 * TN_E_NOT_FOUND. */
TN_API tn_status tn_dladdr(tn_space *space, uint64_t address, bool is_function,
                           tn_symbol *out, tn_error *err);

typedef struct tn_space_info {
    bool is_64;
    /* Of a main module that is not position independent as far as it exports
     * __stack_low, __heap_base ...; else 0. */
    uint64_t stack_low, stack_high, heap_base, heap_end;
    uint64_t images_end, elements_end; /* of the objects of the first load */
} tn_space_info;

TN_API tn_space_info tn_space_look(const tn_space *space);

typedef struct tn_dso_info {
    const char *name; /* as it was needed or opened */
    const char *path; /* of its file; or the name */
    uint64_t memory_base, memory_bytes, memory_align;
    uint64_t table_base, table_elements, table_align;
    uint64_t tls_base, tls_bytes; /* of the first thread's; or 0 */
    uint32_t open_count;
    bool is_position_independent, is_global, is_ready;
    size_t need_count;
} tn_dso_info;

/* In the order in which they were loaded. Borrowed until the next tn_dlopen or
 * tn_dlclose, of guests too. */
TN_API size_t tn_space_dso_count(const tn_space *space);
TN_API tn_dso *tn_space_dso(const tn_space *space, size_t i);
TN_API tn_dso_info tn_dso_look(const tn_dso *dso);
/* Null, with plan_only, for one that is not found. */
TN_API tn_dso *tn_dso_need(const tn_dso *dso, size_t i);
/* The name by which it is needed. Not terminated. */
TN_API const char *tn_dso_need_name(const tn_dso *dso, size_t i, size_t *size);
/* Null with plan_only. */
TN_API tn_instance *tn_dso_instance(tn_dso *dso);

typedef enum tn_binding_kind {
    TN_BINDING_FUNC = 0,    /* a call */
    TN_BINDING_POINTER = 1, /* the address of a function */
    TN_BINDING_DATA = 2,
    TN_BINDING_TAG = 3,
    TN_BINDING_SPACE = 4, /* memory, table, where the heap begins ... */
    TN_BINDING_OTHER = 5
} tn_binding_kind;

typedef enum tn_binding_fault {
    TN_FAULT_NONE = 0,
    TN_FAULT_MISSING = 1, /* nobody defines it, and it is not weak */
    TN_FAULT_KIND = 2,    /* `other` does, as something else */
    TN_FAULT_TYPE = 3     /* `other` does, with another type */
} tn_binding_fault;

typedef struct tn_binding {
    tn_binding_kind kind;
    const char *module, *name; /* of the import; not terminated */
    size_t module_size, name_size;
    const char *type; /* "(i32) -> i32" of a call, "(i32) -> ()" of a tag */
    const tn_dso
        *by; /* that defines it; null: the host, the space, or nobody */
    bool is_host, is_weak, is_defined;
    tn_binding_fault fault;
    bool is_fatal; /* by it, the load fails; else a call of it does */
    /* Of faults of kind and type: who has it (null: the host), and as what. */
    const tn_dso *other;
    tn_binding_kind other_kind;
    const char *other_type; /* as `type` */
} tn_binding;

/* What an object imports, in the module's order, and who defines it. Of spaces
 * that were made with plan_only; none of others. What it gives is borrowed until
 * the next call. */
TN_API size_t tn_dso_binding_count(const tn_dso *dso);
TN_API tn_binding tn_dso_binding(tn_dso *dso, size_t i);

typedef struct tn_definition {
    tn_binding_kind kind; /* FUNC, DATA or TAG */
    const char *name;     /* not terminated */
    size_t name_size;
    const char *type; /* as in tn_binding; borrowed until the next call */
    uint64_t address; /* of data */
} tn_definition;

/* What an object defines for others, in no order. False for names that bind
 * nobody, as "_start". */
TN_API size_t tn_dso_definition_count(const tn_dso *dso);
TN_API bool tn_dso_definition(tn_dso *dso, size_t i, tn_definition *out);

/* ------------------------------------------------------------- programs */

/* A set of modules as running instances: names, imports among them, routes,
 * WASI for each, service and healing (docs/PACKAGE.md). */
typedef struct tn_program tn_program;

typedef struct tn_program_config {
    size_t size;
    const tn_wasi_config *wasi;     /* args are the primary's; null: none */
    const tn_named_module *preload; /* further modules, behind the package's */
    size_t preload_count;
    bool strict; /* a module out of service is fatal */
    bool trap_unknown_imports;
    uint32_t max_heal;     /* how often a poisoned module is made anew */
    tn_store_config store; /* trap_policy is TN_TRAP_POISONS throughout */
    /* Told about modules out of service, warnings, healing: one line each.
     * `kind` is "link.missing", "start", "warning" ... */
    void (*report)(void *ctx, const char *kind, const char *text);
    void (*trace)(void *ctx, const char *text); /* each step; null: none */
    /* Given the store before any code of the modules runs, so that a deadline
     * can cover start functions too; given null before that store is freed,
     * also when tn_program_new fails. Null: none. */
    void (*store_ready)(void *ctx, tn_store *store);
    void *ctx;
    bool stats; /* count all calls between modules and to WASI; slower */
    /* Of position-independent modules, which share one space with the main
     * module that needs them: where those are found that are not in the
     * package (null: nowhere but beside `path`), and as in tn_space_config. */
    const tn_linker_config *linker;
    const char *path; /* of the package's file; null: it has none */
    bool bind_now;
    void (*link_trace)(void *ctx, const char *text);
} tn_program_config;

#define TN_PROGRAM_CONFIG_INIT                                               \
    {                                                                        \
        sizeof(tn_program_config), NULL, NULL, 0, false, false, 3,           \
            TN_STORE_CONFIG_INIT, NULL, NULL, NULL, NULL, false, NULL, NULL, \
            false, NULL                                                      \
    }

/* Decodes and validates every module, links all, makes and initializes the
 * instances in order. Fails, with nothing run, when one module is malformed
 * or invalid; fails when the primary is out of service, or any with
 * `strict`. `package` may be freed afterwards. */
TN_API tn_status tn_program_new(tn_engine *engine, const tn_package *package,
                                const tn_program_config *config,
                                tn_program **out, tn_error *err);
TN_API void tn_program_free(tn_program *program);
TN_API tn_store *tn_program_store(tn_program *program);

/* Runs the primary's _start if it is a command; else TN_OK at once. */
TN_API tn_status tn_program_run(tn_program *program, tn_error *err);

/* Finds "name", "module:name" or "#index:name" as 1.11 of docs/PACKAGE.md
 * says. TN_E_NOT_FOUND. */
TN_API tn_status tn_program_func(tn_program *program, const char *route,
                                 tn_func **out, tn_error *err);
/* An outermost call by route; poisoned modules are healed before it. Slots as
 * in tn_func_call_raw. TN_E_DOWN, TN_E_TRAP, TN_E_EXIT; inside of a call, also
 * TN_E_EXCEPTION, which leaves the outermost one as a trap. */
TN_API tn_status tn_program_call(tn_program *program, const char *route,
                                 const tn_val *args, size_t arg_count,
                                 tn_val *results, size_t result_count,
                                 tn_error *err);
/* Calls a (ptr, len) -> i64 export with a buffer. `*has_value` is false for
 * "no value". */
TN_API tn_status tn_program_call_bytes(tn_program *program, const char *route,
                                       tn_bytes in, tn_text *out,
                                       bool *has_value, tn_error *err);
/* After TN_E_TRAP: "a:leaf <- b:mid <- a:top", outermost last, or "". */
TN_API const char *tn_program_trap_chain(const tn_program *program);
/* The kind of the last failure as it is printed: "trap", "down", "bytes",
 * "uninitialized", "link.missing", "start", "route", "usage" ... */
TN_API const char *tn_program_error_kind(const tn_program *program);

typedef struct tn_program_module {
    const char *name;
    uint64_t bytes;        /* of its file */
    uint64_t memory_bytes; /* now, memories that it defines */
    uint32_t function_count;
    bool in_service;
    const char *cause; /* why not; "" */
} tn_program_module;

typedef struct tn_route_stats {
    const char *route; /* "main -> db:exec", "main -> wasi" */
    uint64_t calls, bytes_in, bytes_out;
} tn_route_stats;

TN_API size_t tn_program_module_count(const tn_program *program);
TN_API tn_program_module tn_program_module_at(const tn_program *program,
                                              size_t i);
TN_API size_t tn_program_route_count(const tn_program *program);
TN_API tn_route_stats tn_program_route_at(const tn_program *program, size_t i);

/* --------------------------------------------------------------- merging */

/* Several modules become one file, with all their memories: nothing here runs
 * a module or needs an engine. docs/MERGING.md tells the rules. */

/* What imports of module `name` mean, and how messages call it. */
typedef struct tn_merge_input {
    const char *name;
    tn_bytes module; /* in the binary format; only read */
} tn_merge_input;

/* Imports of `module` (an input's name; null: all of them) that name
 * `import_module` mean the input `target`; null: the host, whoever is called
 * so. */
typedef struct tn_merge_bind {
    const char *module, *import_module, *target;
} tn_merge_bind;

/* A memory of its own for the first input, behind those it has. */
typedef struct tn_merge_memory {
    const char *name;  /* exported under it if it is not null */
    uint64_t min, max; /* pages; max UINT64_MAX for none */
} tn_merge_memory;

/* Two inputs export one name: the later one is `<module>.<name>`, or is not
 * exported (it still binds imports), or that is an error. */
typedef enum tn_merge_conflict {
    TN_CONFLICT_RENAME = 0,
    TN_CONFLICT_SKIP = 1,
    TN_CONFLICT_FAIL = 2
} tn_merge_conflict;

typedef enum tn_merge_dwarf {
    TN_DWARF_REMAP = 0, /* moved; what is not understood is noted, and goes */
    TN_DWARF_DROP = 1
} tn_merge_dwarf;

typedef struct tn_merge_options {
    size_t size;
    uint64_t features; /* inputs may use these */
    bool is_trusted;   /* code of inputs is not validated; the result is */
    bool with_wasi;    /* generate shims for WASI, one _start for all */
    tn_merge_conflict conflict;
    tn_merge_dwarf dwarf;
    const char *const *exports; /* "main:*", "lib:add", "lib:add=plus"; in
                                 * order; none: "*:*" */
    size_t export_count;
    const tn_merge_bind *binds;
    size_t bind_count;
    const tn_merge_memory *memories;
    size_t memory_count;
    const char *target;    /* refused unless it can run there; null: anywhere */
    unsigned thread_count; /* 0: as many as there are processors */
    const char *name;      /* of the result, for its name section; or null */
} tn_merge_options;

#define TN_MERGE_OPTIONS_INIT                                              \
    {                                                                      \
        sizeof(tn_merge_options), TN_FEATURES_DEFAULT, false, false,       \
            TN_CONFLICT_RENAME, TN_DWARF_REMAP, NULL, 0, NULL, 0, NULL, 0, \
            NULL, 0, NULL                                                  \
    }

/* What a merged module does otherwise than instances of the inputs, made in
 * order, would; and what else a person should know. Pinned. */
typedef enum tn_merge_note_kind {
    TN_NOTE_ORDER = 0,  /* when something happens, or whether */
    TN_NOTE_TRAP = 1,   /* what is lost when an instantiation fails */
    TN_NOTE_EXPORT = 2, /* a name changed, or is not there */
    TN_NOTE_IMPORT = 3, /* an import means something else */
    TN_NOTE_WASI = 4,   /* arguments, files and the end are shared */
    TN_NOTE_CUSTOM = 5, /* a custom section was dropped */
    TN_NOTE_SAME = 6    /* something was stored once. No difference */
} tn_merge_note_kind;

typedef struct tn_merge_note {
    tn_merge_note_kind kind;
    bool is_difference; /* from separate instances */
    const char *module; /* the input it is about, or "" */
    const char *text;   /* one line, lower case, no full stop */
} tn_merge_note;

/* How an import of an input was resolved. */
typedef struct tn_merge_link {
    const char *module; /* the input that imports */
    tn_bytes import_module, name;
    tn_externkind kind;
    const char *target; /* the input that exports it; null: the host */
} tn_merge_link;

typedef struct tn_merged tn_merged;

/* Merges `count` inputs, 1 at least, as if an instance of each were made, of
 * those that others import first, else in this order. TN_E_MISSING, TN_E_TYPE, TN_E_CYCLE, TN_E_UNLINKABLE name
 * the import or the cycle; TN_E_FEATURE says what the target lacks. `options`
 * may be null. Any thread; uses others while it runs. */
TN_API tn_status tn_merge(const tn_merge_input *inputs, size_t count,
                          const tn_merge_options *options, tn_merged **out,
                          tn_error *err);
TN_API void tn_merged_free(tn_merged *merged);

/* The module: valid, borrowed. */
TN_API tn_bytes tn_merged_module(const tn_merged *merged);
/* The proposals that it uses. */
TN_API uint64_t tn_merged_features(const tn_merged *merged);
TN_API size_t tn_merged_note_count(const tn_merged *merged);
TN_API const tn_merge_note *tn_merged_note(const tn_merged *merged, size_t i);
TN_API size_t tn_merged_link_count(const tn_merged *merged);
TN_API const tn_merge_link *tn_merged_link(const tn_merged *merged, size_t i);

/* An engine or a version of the standard, of which it is known what it runs.
 * `since`, when it was looked at; `source`, where. */
typedef struct tn_target {
    const char *name, *title, *since, *source;
    uint64_t features;
    bool is_tested; /* by us; else it is what its documents say */
} tn_target;

/* Null past the last; by name ("node-20", "wasm2"), null for none such. */
TN_API const tn_target *tn_target_at(size_t i);
TN_API const tn_target *tn_target_find(const char *name);

/* -------------------------------------------------------------- advising */

/* Which way of joining is right for these modules? Facts are read from their
 * code, each way is judged by them, and the first that fits is advised. */

/* A place in an input that a fact rests on. */
typedef struct tn_evidence {
    uint32_t module;  /* index of the input; UINT32_MAX: of none */
    uint64_t offset;  /* byte in it, or TN_NO_OFFSET */
    const char *text; /* "first absolute address in function 12 `foo`" */
} tn_evidence;

/* How far a module could be moved to other addresses (docs/ADVISE.md). */
typedef enum tn_reloc_level {
    TN_RELOC_PIC = 0,       /* A: dylink.0, addresses from imported bases */
    TN_RELOC_RECORDED = 1,  /* B: linking and reloc.* sections, all match */
    TN_RELOC_CODE_ONLY = 2, /* C: no data; addresses come from outside */
    TN_RELOC_CODE_PIC = 3,  /* D: code of PIC objects, data unknown */
    TN_RELOC_PADDED = 4,  /* E: padded operands tell code's sites, not data's */
    TN_RELOC_ABSOLUTE = 5 /* F: an address is not told from a number */
} tn_reloc_level;

typedef struct tn_memory_fact {
    uint64_t min, max; /* pages; max UINT64_MAX for none */
    bool is_imported, is_exported, is_64, is_shared;
    uint8_t page_log2;
    uint64_t access_count; /* instructions that name it */
    uint32_t grow_count;
} tn_memory_fact;

/* A part of memory 0 and what lies there, in rising order of address. */
typedef struct tn_region {
    enum {
        TN_REGION_UNUSED, /* below all else: what null points to */
        TN_REGION_STACK,
        TN_REGION_DATA,
        TN_REGION_HEAP, /* from where the module gives memory out */
        TN_REGION_FREE  /* grown when it is asked for */
    } kind;
    uint64_t begin, end; /* bytes */
    const char *text;    /* "stack, grows down from 0x10000" */
} tn_region;

/* What an exported function, or one that is imported, does with a parameter. */
typedef enum tn_param_use {
    TN_PARAM_SCALAR = 0,
    TN_PARAM_POINTER = 1, /* it becomes an address of memory 0 */
    TN_PARAM_FUNCREF = 2  /* it becomes an index of a table that is called */
} tn_param_use;

typedef struct tn_func_fact {
    const char *name; /* of the export */
    uint32_t func;    /* index */
    uint32_t param_count;
    const uint8_t *uses;         /* a tn_param_use for each */
    const uint64_t *use_offsets; /* the first such instruction */
    bool returns_pointer;
} tn_func_fact;

typedef struct tn_module_facts {
    const char *name;
    uint64_t size, code_size, data_size; /* bytes */
    uint64_t features;
    uint32_t func_count, table_count, import_count, export_count;
    uint32_t memory_count;
    const tn_memory_fact *memories;
    tn_reloc_level level;
    const tn_evidence *level_evidence; /* why not a better one; or why this */
    size_t level_evidence_count;
    uint64_t code_site_count;   /* relocations of code, recorded or recovered */
    uint64_t data_site_count;   /* of data; candidates at level E */
    const uint64_t *sites;      /* offsets of all of code, if asked for */
    const uint64_t *data_sites; /* and of all of data */
    uint32_t stack_pointer;     /* global index, or UINT32_MAX */
    uint64_t stack_top;         /* its first value */
    bool is_stack_first;        /* an overflow traps, and spoils no data */
    size_t region_count;
    const tn_region *regions;
    const char *allocator; /* "malloc", "cabi_realloc"; "" for none */
    bool is_command, is_reactor, has_start; /* _start, _initialize, start */
    bool is_object;                         /* for a linker: not finished */
    bool has_wasi, has_threads;
    size_t func_fact_count; /* exported functions */
    const tn_func_fact *func_facts;
} tn_module_facts;

typedef enum tn_import_state {
    TN_IMPORT_FOUND = 0, /* an input exports it */
    TN_IMPORT_HOST = 1,  /* no input has this name */
    TN_IMPORT_WASI = 2,
    TN_IMPORT_LINKER = 3,   /* env.__memory_base, GOT.*: a dynamic linker's */
    TN_IMPORT_MISSING = 4,  /* the input exports no such thing */
    TN_IMPORT_KIND = 5,     /* it is something else */
    TN_IMPORT_TYPE = 6,     /* signature or limits do not fit */
    TN_IMPORT_AMBIGUOUS = 7 /* several inputs have this name, or this export */
} tn_import_state;

typedef struct tn_edge {
    uint32_t from, to;         /* inputs; `to` UINT32_MAX for the host */
    const char *module, *name; /* as imported */
    tn_externkind kind;
    tn_import_state state;
    const tn_func_fact *target; /* of the export; null if not a function */
    bool passes_pointer, passes_funcref;
    uint64_t offset; /* of the import */
    /* Found, though no input has the name that the import says: one exports
     * it, and the import says "env" or nothing (docs/PACKAGE.md, section 4),
     * or both are position independent. */
    bool is_by_export;
    const char *why; /* it does not fit: "(i32) -> i32 is wanted, (i64) -> i32
                      * is there"; or "" */
} tn_edge;

typedef enum tn_way {
    TN_WAY_ISOLATED = 0,
    TN_WAY_LINKED = 1,
    TN_WAY_MERGED_MULTI = 2,
    TN_WAY_MERGED_SINGLE = 3,
    TN_WAY_COMPOSED = 4,
    TN_WAY_COUNT = 5
} tn_way;

/* "merged-multi". Never null. */
TN_API const char *tn_way_name(tn_way way);

typedef enum tn_verdict_kind {
    TN_VERDICT_SOUND = 0,
    TN_VERDICT_UNSOUND = 1,
    TN_VERDICT_UNKNOWN = 2
} tn_verdict_kind;

typedef struct tn_verdict {
    tn_way way;
    tn_verdict_kind kind;
    bool in_build;       /* this build can do it */
    bool runs_on_target; /* the result would run there; true without one */
    const char *needs;   /* "multi-memory, reference-types"; "" for none */
    uint64_t features;   /* the same as a set */
    size_t reason_count; /* the first decides */
    const tn_evidence *reasons;
    const char *command; /* ready to be run; null if it cannot be done here */
    const char *remedy;  /* how to build so that it is sound; or null */
} tn_verdict;

/* How much of the code of one input another one has already. */
typedef struct tn_shared_code {
    uint32_t a, b;
    uint64_t bytes;  /* of b's code */
    double fraction; /* of b's code */
} tn_shared_code;

typedef struct tn_advise_options {
    size_t size;
    uint64_t features;
    const char *target;    /* a tn_target's name; or null */
    bool with_sites;       /* list relocation sites */
    unsigned thread_count; /* 0: as many as there are processors */
    /* Of the inputs' files, for commands; null: NAME.wasm. */
    const char *const *paths;
} tn_advise_options;

#define TN_ADVISE_OPTIONS_INIT                                               \
    {                                                                        \
        sizeof(tn_advise_options), TN_FEATURES_DEFAULT, NULL, false, 0, NULL \
    }

typedef struct tn_advice tn_advice;

/* Inputs that are not valid modules fail. `options` may be null. Any thread. */
TN_API tn_status tn_advise(const tn_merge_input *inputs, size_t count,
                           const tn_advise_options *options, tn_advice **out,
                           tn_error *err);
TN_API void tn_advice_free(tn_advice *advice);

/* All borrowed; null past the last. */
TN_API const tn_module_facts *tn_advice_module(const tn_advice *advice,
                                               size_t i);
TN_API const tn_edge *tn_advice_edge(const tn_advice *advice, size_t i);
TN_API const tn_shared_code *tn_advice_shared(const tn_advice *advice,
                                              size_t i);
TN_API const tn_verdict *tn_advice_verdict(const tn_advice *advice, tn_way way);
/* The way that is advised, or TN_WAY_COUNT: none is sound. `*why` (may be
 * null) is the rule that decided. */
TN_API tn_way tn_advice_way(const tn_advice *advice, const char **why);
/* Inputs that need one another in a ring: `*count` of them, ring `i`. */
TN_API const uint32_t *tn_advice_ring(const tn_advice *advice, size_t i,
                                      size_t *count);

/* ------------------------------------------------------------------ text */

/* A module in the text format (WAT) as a binary: `out->at` holds zeros. One
 * (module ...), or the fields of one alone. TN_E_MALFORMED; the error's offset
 * is in `source`: tn_text_position. What the text says may be invalid still. */
TN_API tn_status tn_module_parse(const char *source, size_t size, tn_text *out,
                                 tn_error *err);

/* Where an offset of an error is, for people. `at` is the whole line, borrowed
 * from `source`, without its end; `column` counts characters. */
typedef struct tn_position {
    uint32_t line, column; /* from 1 */
    const char *at;
    size_t size;
} tn_position;

TN_API tn_position tn_text_position(const char *source, size_t size,
                                    uint64_t offset);

/* --------------------------------------------------------------- scripts */

/* A script of the specification's test suite (.wast) as plain data, for test
 * runners: `tenon wast` is one. Everything in it is owned by the script. */
typedef struct tn_script tn_script;

typedef enum tn_command_kind {
    TN_COMMAND_UNKNOWN = 0,    /* it could not be read: `error` says why */
    TN_COMMAND_MODULE = 1,     /* is to become an instance */
    TN_COMMAND_DEFINITION = 2, /* is only to be valid */
    TN_COMMAND_INSTANCE = 3,   /* of the definition `of` */
    TN_COMMAND_REGISTER = 4, /* instance `of` is imported as `name` from now */
    TN_COMMAND_ACTION = 5,
    TN_COMMAND_ASSERT_RETURN = 6,
    TN_COMMAND_ASSERT_TRAP = 7, /* of the action, or of the module's start */
    TN_COMMAND_ASSERT_EXHAUSTION = 8,
    TN_COMMAND_ASSERT_EXCEPTION = 9,
    TN_COMMAND_ASSERT_MALFORMED = 10,
    TN_COMMAND_ASSERT_INVALID = 11,
    TN_COMMAND_ASSERT_MALFORMED_CUSTOM = 12,
    TN_COMMAND_ASSERT_INVALID_CUSTOM = 13,
    TN_COMMAND_ASSERT_UNLINKABLE = 14,
    /* A store of its own for the commands that follow with `in_thread`; it can
     * register, of the instances in `shared`, their shared memories. */
    TN_COMMAND_THREAD = 15,
    TN_COMMAND_WAIT = 16, /* until the thread `of` has ended */
    TN_COMMAND_KIND_COUNT = 17
} tn_command_kind;

/* "assert_return": as scripts write it. Never null. */
TN_API const char *tn_command_name(tn_command_kind kind);

typedef enum tn_action_kind {
    TN_ACTION_NONE = 0,
    TN_ACTION_INVOKE = 1, /* the exported function `name` with `args` */
    TN_ACTION_GET = 2     /* the exported global `name` */
} tn_action_kind;

typedef enum tn_pattern_kind {
    TN_PATTERN_NUMBER =
        0,                /* of type `type`: `bytes`, but for lanes in `nans` */
    TN_PATTERN_NULL = 1,  /* a null reference */
    TN_PATTERN_REF = 2,   /* a reference to a `heap`, not null */
    TN_PATTERN_HOST = 3,  /* the host's object `number`, as a `heap` */
    TN_PATTERN_EITHER = 4 /* one of `choices` */
} tn_pattern_kind;

typedef enum tn_nan {
    TN_NAN_NONE = 0,
    TN_NAN_CANONICAL = 1, /* of its fraction's bits only the highest is set */
    TN_NAN_ARITHMETIC = 2 /* that one, at least */
} tn_nan;

/* An argument, or what a result must be. Arguments are numbers, null
 * references and the host's objects only. */
typedef struct tn_pattern {
    tn_pattern_kind kind;
    tn_valkind type;    /* of numbers: TN_I32 to TN_V128 */
    uint8_t bytes[16];  /* lowest first */
    uint8_t lane_bytes; /* of a vector: 1 to 8; else the number's size */
    bool is_float;      /* its lanes are */
    uint8_t nans[4];    /* a tn_nan for each float lane */
    const char *heap;   /* "extern", "any", "none"; "" when it says nothing */
    uint32_t number;
    const struct tn_pattern *choices;
    size_t choice_count;
} tn_pattern;

/* Names are not terminated, and may hold zeros; identifiers are without the
 * `$`, and empty where the script gives none. */
typedef struct tn_command {
    tn_command_kind kind;
    uint32_t line;
    tn_bytes id;     /* of the module or instance that it makes */
    tn_bytes of;     /* the one that it is about; empty: the latest */
    tn_bytes name;   /* of an export, or under which to register */
    tn_bytes module; /* as a binary; null when there is none, or on `error` */
    bool is_binary;  /* the script gives the binary, so it may be malformed */
    tn_error error;  /* why the module's text is no module. With `is_quoted`
                      * its offset is in the quoted text, else in the source */
    bool is_quoted;
    tn_action_kind action;
    const tn_pattern *args;
    size_t arg_count;
    const tn_pattern *results;
    size_t result_count;
    tn_bytes words; /* of the error that an assertion expects */
    bool in_thread; /* a command of the last TN_COMMAND_THREAD before it */
    const tn_bytes *shared;
    size_t shared_count;
} tn_command;

/* Reads the whole of a script; one that holds a module's fields only is one
 * module. What is wrong inside a command makes that one unknown, or fails its
 * module; TN_E_MALFORMED when the commands cannot even be told apart. */
TN_API tn_status tn_script_read(const char *source, size_t size,
                                tn_script **out, tn_error *err);
TN_API void tn_script_free(tn_script *script);
TN_API size_t tn_script_count(const tn_script *script);
/* Borrowed. */
TN_API const tn_command *tn_script_at(const tn_script *script, size_t i);

/* --------------------------------------------------------------- looking */

/* The register code of one function (or of all, `function` UINT32_MAX) as
 * text, after it was checked. For people and golden tests; not stable. */
TN_API tn_status tn_module_show_ir(tn_module *module, uint32_t function,
                                   tn_text *out, tn_error *err);

#ifdef __cplusplus
}
#endif
#endif
