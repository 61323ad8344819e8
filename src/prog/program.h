/* program.h - a set of modules, running.
 *
 * Each module has one instance; what it calls of another goes through a
 * route. A route begins as a host function (cross.c), which looks at the other
 * module's service at each call; while that module is in service, and nobody
 * wants calls counted or traced, the importer calls its function directly.
 * A module that stops serving gets its routes back. So the interpreter needs
 * to know nothing of service, and a ring of modules needs no order.
 *
 * All of it belongs to one thread at a time, as its store does. */
#ifndef TN_PROG_PROGRAM_H
#define TN_PROG_PROGRAM_H

#include "base/map.h"
#include "link/space.h"
#include "prog/prog_set.h"

enum tn_prog_state {
    TN_PROG_NEW,      /* made, or not yet; may not be called */
    TN_PROG_STARTING, /* in its _initialize; may be called back */
    TN_PROG_LIVE,
    TN_PROG_DOWN, /* out of service; `cause` says why */
};

struct tn_prog_route;

struct tn_prog_module {
    struct tn_program *program;
    uint32_t id;
    enum tn_prog_state state;
    struct tn_prog_fault cause;
    bool is_reported; /* as out of service while it started: stays so */
    bool is_healing;
    uint32_t heal_count;
    uint64_t file_bytes;
    tn_module *module;
    tn_instance *instance;    /* null: not made */
    tn_wasi *wasi;            /* null: imports none of it */
    tn_wasi_threads *threads; /* null: it makes none */
    tn_imports *wasi_items;
    bool is_linked;   /* a part of the space, or to be opened there */
    bool is_needed;   /* by another that is linked */
    bool is_imported; /* by one that is not */
    _Atomic uint64_t wasi_calls;  /* counted if asked for */
    struct tn_prog_route *routes; /* one for each import of mod */
};

/* From an import to the function that meets it. */
struct tn_prog_route {
    struct tn_prog_module *from, *to; /* to: null for unknown imports */
    uint32_t import_index, export_index;
    bool is_bytes;
    bool is_kept;  /* its function may be in a table: always through `host` */
    tn_func *host; /* null: not a route */
    uint64_t calls, bytes_in, bytes_out;
};

/* A line of statistics: of a route, or of a module's calls of WASI. */
struct tn_prog_row {
    const char *label;                 /* "main -> db:exec" */
    const struct tn_prog_route *route; /* or null: then of `module` */
    const struct tn_prog_module *module;
};

/* The way out of a trap, innermost first: "a:leaf <- b:mid <- a:top". */
enum {
    TN_PROG_CHAIN_SHOWN = 6
};
struct tn_prog_chain {
    uint64_t serial; /* of the trap that it describes */
    uint32_t seen;   /* frames of that trap that are in it already */
    uint64_t count;  /* of names; those shown and the last one are kept */
    struct tn_prog_name {
        struct tn_str module, function;
    } names[TN_PROG_CHAIN_SHOWN], last;
};

struct tn_program {
    tn_engine *engine;
    tn_store *store;
    tn_program_config config; /* without what it points to */
    void (*wasi_trace)(void *ctx, const char *text); /* the embedder's */
    void *wasi_trace_ctx;
    struct tn_prog_set set;
    struct tn_prog_module *modules;
    bool is_started;            /* the primary's _start has run */
    bool has_exited;            /* a constructor called proc_exit */
    struct tn_prog_fault fault; /* of the last outermost call */
    struct tn_prog_chain chain;
    struct tn_buf chain_text;
    struct tn_map warned; /* export names with several answers */
    struct tn_prog_row *rows;
    uint32_t row_count;
    uint32_t *queue; /* of modules; for tn_prog_take_down */

    /* Position-independent modules: linked.c. */
    uint32_t packed; /* modules of the package; the others were preloaded */
    uint32_t root;   /* the main one of the space; TN_NONE: there is no space */
    char *main_path; /* null: it has none of its own */
    tn_linker *linker;
    tn_imports *link_items; /* what the host and other modules give it */
    tn_space *space;
    tn_find_fn *find; /* the embedder's */
    void *find_ctx;
};

static inline const struct tn_prog_part *
tn_prog_part(const struct tn_prog_module *m)
{
    return &m->program->set.parts[m->id];
}

/* Writes a line to the embedder, if it listens. */
void tn_prog_report(const struct tn_program *p, const char *kind,
                    const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void tn_prog_trace(const struct tn_program *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* --- load.c: from bytes to a linked set ---------------------------------- */

tn_status tn_prog_load(struct tn_program *p, const tn_package *package,
                       const tn_program_config *config, tn_error *err);
tn_status tn_prog_link(struct tn_program *p, tn_error *err);

/* --- linked.c: modules that share one space ------------------------------- */

/* Which are position independent, and the one that is main among them. */
tn_status tn_prog_find_linked(struct tn_program *p,
                              const tn_program_config *config, tn_error *err);
/* All of them, as instances; and their constructors. */
tn_status tn_prog_make_space(struct tn_program *p, tn_error *err);
tn_status tn_prog_init_space(struct tn_program *p, tn_error *err);
/* When main's _start has returned. */
tn_status tn_prog_finish_space(struct tn_program *p, tn_error *err);
void tn_prog_end_space(struct tn_program *p);

/* --- wasi_each.c --------------------------------------------------------- */

/* A WASI for each module that imports it. */
tn_status tn_prog_make_wasi(struct tn_program *p, const tn_wasi_config *given,
                            tn_error *err);
/* The function of that name, or null. */
tn_func *tn_prog_wasi_func(const struct tn_prog_module *m, struct tn_str module,
                           struct tn_str name);
/* The memory that threads of `m` share, which its import `i` asks for. */
tn_status tn_prog_thread_memory(const struct tn_prog_module *m, uint32_t i,
                                tn_memory **out, tn_error *err);

/* --- cross.c: calls from one module to another ---------------------------- */

/* Routes for every import of another module's function. */
tn_status tn_prog_make_routes(struct tn_program *p, tn_error *err);
/* Lets importers call the module directly, where they may; or no longer. */
void tn_prog_open_routes(struct tn_prog_module *to);
void tn_prog_close_routes(struct tn_prog_module *to);
/* Lets a new instance of `m` call those directly that are in service. */
void tn_prog_open_own_routes(struct tn_prog_module *m);

/* The first fault of the running call is kept. Returns a status for a host
 * function to end the guest's call with. */
tn_status tn_prog_raise(struct tn_program *p, tn_error *err, const char *kind,
                        const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Calls a function of `m` that is exported as `name`: every call of the
 * program into an instance passes here. `slots` as in tn_func_call_raw.
 * TN_E_EXCEPTION may pass to other modules. */
tn_status tn_prog_enter(struct tn_prog_module *m, tn_func *func,
                        struct tn_str name, uint64_t *slots, tn_error *err);

/* The exported function, of a module that has an instance; null for none. */
tn_func *tn_prog_export_func(const struct tn_prog_module *m,
                             struct tn_str name);

/* --- bytes_call.c ---------------------------------------------------------- */

/* Who asks: a module with the input in its memory, or (module null) the
 * embedder with bytes of its own, and a buffer for the answer. */
struct tn_prog_asker {
    struct tn_prog_module *module;
    uint32_t at;
    tn_bytes in;
    struct tn_buf *out;
    uint64_t answer; /* module: pointer << 32 | size in its own memory */
};

/* One call of a (ptr, len) -> i64 function, with copied buffers. */
tn_status tn_prog_call_bytes(struct tn_prog_module *to, struct tn_str name,
                             struct tn_prog_asker *asker, bool *has_value,
                             tn_error *err);

/* --- service.c -------------------------------------------------------------- */

/* Out of service before it could run, and all that import from it. */
void tn_prog_take_down(struct tn_prog_module *m,
                       const struct tn_prog_fault *cause);
/* Out of service because it broke something, or a trap passed through it. */
void tn_prog_poison(struct tn_prog_module *m,
                    const struct tn_prog_fault *cause);
/* Learns from the store which instances a trap has poisoned. */
void tn_prog_see_poisoned(struct tn_program *p);

/* Instantiates all, then initializes all, in order. */
tn_status tn_prog_start(struct tn_program *p, tn_error *err);
/* Makes poisoned modules anew that may still be. */
tn_status tn_prog_heal(struct tn_program *p, tn_error *err);

/* --- find.c ------------------------------------------------------------------ */

/* "name", "module:name", "#1:name": TN_E_NOT_FOUND. */
tn_status tn_prog_find(struct tn_program *p, struct tn_str route,
                       struct tn_prog_module **module, struct tn_str *name,
                       tn_error *err);

/* --- chain.c ------------------------------------------------------------------ */

/* A call of `name` in `m` has ended with TN_E_TRAP. */
void tn_prog_chain_add(struct tn_prog_module *m, struct tn_str name);
void tn_prog_chain_print(const struct tn_prog_chain *chain, struct tn_buf *out);

#endif
