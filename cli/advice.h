/* advice.h - between cmd_advise.c, which has advice made, and the ways to show
 * it. Who shows it asks tn_advice_* himself: the library owns the facts. */
#ifndef TN_CLI_ADVICE_H
#define TN_CLI_ADVICE_H

#include "options.h"

struct advise_options {
    const char *target, *html, *svg, *dot, *seed, *way;
    bool is_json, with_sites, is_tried;
};

/* What is joined: modules with the names by which others import from them. */
struct advise_inputs {
    tn_merge_input *at; /* count of them */
    size_t count;
    const char **paths; /* of their files */
    /* A package's modules are files after this command; null: they are. */
    const char *extract;
    /* What those point into. */
    char **texts;
    size_t text_count;
    tn_package **packages;
    size_t package_count;
};

/* Reads `files`: [NAME=]FILE each; or a package, or a folder. STATUS_OK or what
 * was reported; close it in any case. */
int advise_inputs_open(struct report *report, const struct text_list *files,
                       struct advise_inputs *out);
void advise_inputs_close(struct advise_inputs *inputs);

/* What came of joining them and running both. */
enum trial_end {
    TRIAL_AGREES,
    TRIAL_DIFFERS,
    TRIAL_UNKNOWN
};

struct trial {
    tn_way way;
    enum trial_end end;
    uint64_t seed;
    uint64_t call_count; /* compared; of them trapped the same */
    uint64_t trap_count;
    uint64_t skip_count; /* exported functions that were not called, or whose
                          * calls could not be compared */
    uint64_t memory_count, memory_bytes; /* compared */
    uint64_t output_bytes;               /* compared */
    char text[512];                      /* the first difference, or why not */
};

struct advise {
    struct report *report;
    struct advise_options options;
    struct advise_inputs inputs;
    const tn_target *target; /* null: anywhere */
    tn_advice *advice;
    const struct trial *trial; /* null: not asked for */
    const char *graph; /* as SVG, its element alone; null: no Graphviz */
};

/* --- What several ways to show it say alike ------------------------------- */

/* The name of an input; "the host". */
const char *advise_name(const struct advise *advise, uint32_t input);
/* "one address space": what a way is, in words. */
const char *advise_way_title(tn_way way);
/* "sound", "unsound", "unknown". */
const char *advise_verdict_name(tn_verdict_kind kind);
/* 'A' to 'F', and in words. */
char advise_level_letter(tn_reloc_level level);
const char *advise_level_title(tn_reloc_level level);
/* "found", "missing", ... of an import. */
const char *advise_state_name(tn_import_state state);
/* "unused", "stack", "data", "heap", "free". */
const char *advise_region_name(const tn_region *region);
/* What its text says beside that. */
const char *advise_region_note(const tn_region *region);
/* Proposals that what comes of this way uses. */
uint64_t advise_needs(const struct advise *advise, const tn_verdict *verdict);
bool advise_runs_on(const tn_target *target, uint64_t needs);
/* Not a version of the standard. */
bool advise_is_engine(const tn_target *target);
/* "WebAssembly 2.0": the first version that has it all, or "no version
 * of it". */
const char *advise_standard(uint64_t needs);
/* What must be there beside the engine; "" for nothing. */
const char *advise_engine_note(tn_way way);
/* The first of `needs` that the target lacks. */
const char *advise_lack(const tn_target *target, uint64_t needs);
/* "pages 2 to 16, exported": what a memory says of itself. */
void advise_describe_memory(const tn_memory_fact *memory, char *out,
                            size_t room);
/* Another input imports from it. */
bool advise_is_asked(const struct advise *advise, uint32_t input);
/* Calls that pass pointers or functions: "pointers", "functions", "pointers
 * and functions"; null for none. */
const char *advise_passes(const tn_edge *edge);
/* "agrees: 12 calls compared, ...": one line. */
void advise_describe_trial(const struct trial *trial, char *out, size_t room);

/* --- The ways to show it --------------------------------------------------- */

void advise_as_text(const struct advise *advise, FILE *out);
void advise_as_json(const struct advise *advise, FILE *out);
void advise_as_html(const struct advise *advise, FILE *out);
void advise_as_dot(const struct advise *advise, FILE *out);
/* The memories and the graph as one picture. */
void advise_as_svg(const struct advise *advise, FILE *out);
/* One memory's picture as an element; its height is said by the other. */
void advise_put_memory(const struct advise *advise, size_t module, int x, int y,
                       FILE *out);
int advise_memory_height(const tn_module_facts *facts);

/* The graph as an <svg> element, drawn by Graphviz; free it. Null if there is
 * none, or it fails, or takes longer than some seconds. */
char *advise_draw_graph(const char *dot, size_t size);

/* --- Trying ------------------------------------------------------------------ */

/* Joins the inputs in the way out->way, runs that and separate
 * instances, and compares them. */
void advise_try(const struct advise *advise, struct trial *out);

#endif
