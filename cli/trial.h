/* trial.h - one side of a comparison: the inputs, joined in one way or not at
 * all, running in a store of their own. Calls, memories and output are asked
 * for by the input they belong to, whatever became of it. */
#ifndef TN_CLI_TRIAL_H
#define TN_CLI_TRIAL_H

#include "advice.h"

/* How they run. */
enum side_kind {
    SIDE_APART,          /* an instance for each */
    SIDE_APART_LINKED,   /* a space for each */
    SIDE_SHIFTED_LINKED, /* the same, with something before it */
    SIDE_PROGRAM,        /* as a package is run */
    SIDE_LINKED,         /* all in one space */
    SIDE_MERGED          /* one module */
};

/* What guests wrote. */
struct output {
    char *at;
    size_t size;
    bool is_cut; /* more than is kept */
};

/* A module that looks into an exported memory of a program's. */
struct peek {
    size_t input;
    char *memory; /* its name */
    char name[32];
    tn_text module;
};

/* Something of the host's. */
struct stand_in {
    char *module, *name;
    tn_extern item;
};

struct side {
    const struct advise *advise;
    enum side_kind kind;
    bool is_like_program; /* WASI is as a program's modules see it */
    size_t primary;       /* the one to start */
    bool is_for_start;    /* the first call is a _start */
    tn_engine *engine;
    tn_store *store;
    tn_wasi **wasi; /* for each input */
    tn_imports **imports;
    tn_module **modules;
    tn_instance **instances; /* null: this input does not run by itself */
    tn_linker *linker;
    tn_space **spaces;
    size_t space_count;
    tn_program *program;
    struct stand_in *stand_ins;
    size_t stand_in_count;
    struct peek *peeks; /* of a program */
    size_t peek_count;
    tn_merged *merged;
    tn_module *merged_module;
    tn_instance *merged_instance;
    struct output output;
    tn_error err;    /* why an input does not run */
    char cause[256]; /* the same of a program, or "" */
};

/* Makes instances and initializes reactors; no _start runs. advise, kind,
 * is_like_program, primary and is_for_start say how. TN_OK, or why not in side->err;
 * drop it in any case. */
tn_status side_make(struct side *side);
void side_drop(struct side *side);

tn_named_module side_module(const struct side *side, size_t input);

/* Null if there is none to be called. */
tn_func *side_func(struct side *side, size_t input, const char *name);
tn_memory *side_memory(struct side *side, size_t input, const char *name);

/* trial_memory.c. False if this memory cannot be seen. */
bool side_memory_size(struct side *side, size_t input, const char *name,
                      uint64_t *out);
/* Whole words of eight bytes. */
struct span {
    uint64_t at, size;
};
/* The same for the same contents; of a memory that can be seen. */
uint64_t side_memory_sum(struct side *side, size_t input, const char *name,
                         struct span span);
/* Before the program is made; false without memory. */
bool side_make_peeks(struct side *side);
void side_drop_peeks(struct side *side);

/* trial_host.c: defines what `input` imports of the host but functions, as far
 * as that can be made. */
void side_stand_in(struct side *side, size_t input, tn_imports *imports);
void side_drop_stand_ins(struct side *side);

/* trial_linked.c: one of the three in spaces, whose store is there. */
tn_status side_make_linked(struct side *side);

/* trial_merged.c: the same of SIDE_MERGED, whose store is there. */
tn_status side_make_merged(struct side *side);
tn_func *side_merged_func(struct side *side, size_t input, const char *name);
tn_memory *side_merged_memory(struct side *side, size_t input,
                              const char *name);

#endif
