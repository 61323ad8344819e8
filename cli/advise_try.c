/* advise_try.c - is it so? The inputs are joined in one of the ways, and
 * each function that takes numbers only is called there, and in instances apart.
 *
 * Everything runs three times: apart, apart once more, and joined. Where the
 * two that should be alike are not (a clock, a random number), nothing is
 * compared. After a trap or an exit all three are made anew, so that what is
 * left behind by one cannot count as a difference of another. */
#include "trial.h"

#include "deadline.h"

#include <stdarg.h>
#include <string.h>

enum {
    APART = 0,
    AGAIN = 1,
    JOINED = 2,
    SIDES = 3,
    ROUNDS = 8,       /* calls of each function */
    MOST_PARAMS = 16, /* of a function that is called */
    MOST_RESULTS = 16,
    MOST_ANEW = 2000 /* how often all sides are made */
};
#define CALL_NS ((uint64_t)2000000000)
#define ALL_NS  ((uint64_t)60000000000)

/* How a call ended. */
struct outcome {
    tn_status status;
    tn_trap_kind trap;
    uint32_t exit_code;
    size_t result_count;
    tn_val results[MOST_RESULTS];
};

struct trial_run {
    const struct advise *advise;
    struct trial *trial;
    enum side_kind kinds[SIDES];
    struct side sides[SIDES];
    bool is_made;
    unsigned made_count;
    uint64_t random;
    struct deadline all; /* all time that there is */
};

/* --- Saying it ------------------------------------------------------------------------ */

static void say(struct trial_run *run, enum trial_end end, const char *format,
                ...) __attribute__((format(printf, 3, 4)));

/* The first that is said stays. */
static void say(struct trial_run *run, enum trial_end end, const char *format,
                ...)
{
    va_list args;
    if (run->trial->text[0] != '\0')
        return;
    run->trial->end = end;
    va_start(args, format);
    vsnprintf(run->trial->text, sizeof(run->trial->text), format, args);
    va_end(args);
}

static void describe_value(tn_val value, char *out, size_t room)
{
    switch (value.kind) {
    case TN_I32:
        snprintf(out, room, "%d", (int)value.of.i32);
        break;
    case TN_I64:
        snprintf(out, room, "%lld", (long long)value.of.i64);
        break;
    case TN_F32:
        snprintf(out, room, "%a", (double)value.of.f32);
        break;
    case TN_F64:
        snprintf(out, room, "%a", value.of.f64);
        break;
    default:
        snprintf(out, room, "?");
    }
}

/* "(1, -5)". */
static void describe_values(const tn_val *values, size_t count, char *out,
                            size_t room)
{
    size_t at = (size_t)snprintf(out, room, "(");
    for (size_t i = 0; i < count && at < room; i++) {
        char text[64];
        describe_value(values[i], text, sizeof(text));
        at += (size_t)snprintf(out + at, room - at, "%s%s", i > 0 ? ", " : "",
                               text);
    }
    if (at < room)
        snprintf(out + at, room - at, ")");
}

static void describe_outcome(const struct outcome *outcome, char *out,
                             size_t room)
{
    if (outcome->status == TN_OK)
        describe_values(outcome->results, outcome->result_count, out, room);
    else if (outcome->status == TN_E_TRAP)
        snprintf(out, room, "the trap \"%s\"", tn_trap_text(outcome->trap));
    else if (outcome->status == TN_E_EXIT)
        snprintf(out, room, "exit %u", (unsigned)outcome->exit_code);
    else
        snprintf(out, room, "\"%s\"", tn_status_text(outcome->status));
}

/* --- Sides ---------------------------------------------------------------------------- */

static void drop_sides(struct trial_run *run)
{
    for (int i = 0; i < SIDES; i++)
        side_drop(&run->sides[i]);
    run->is_made = false;
}

/* As the command line that is advised has it: a command that nobody imports
 * from, else a command, else one that nobody imports from. */
static size_t primary_of(const struct advise *advise)
{
    size_t count = advise->inputs.count, command = count, free = count;
    for (uint32_t i = 0; i < count; i++) {
        bool is_command = tn_advice_module(advise->advice, i)->is_command;
        bool is_free = !advise_is_asked(advise, i);
        if (is_command && is_free)
            return i;
        if (is_command && command == count)
            command = i;
        if (is_free && free == count)
            free = i;
    }
    return command != count ? command : free != count ? free : 0;
}

/* Makes all three, unless they are there. False: it was said why not. */
static bool make_sides(struct trial_run *run, bool is_for_start)
{
    bool is_like_program = run->kinds[JOINED] == SIDE_PROGRAM;
    if (run->is_made)
        return true;
    if (run->made_count++ >= MOST_ANEW)
        return false;
    run->is_made = true;
    for (int i = 0; i < SIDES; i++) {
        run->sides[i] = (struct side){.advise = run->advise,
                                      .kind = run->kinds[i],
                                      .is_like_program = is_like_program,
                                      .primary = primary_of(run->advise),
                                      .is_for_start = is_for_start};
        if (side_make(&run->sides[i]) == TN_OK)
            continue;
        const tn_error *err = &run->sides[i].err;
        bool is_ours =
            err->status == TN_E_NOMEM || err->status == TN_E_UNSUPPORTED;
        say(run, i == JOINED && !is_ours ? TRIAL_DIFFERS : TRIAL_UNKNOWN,
            "%s they cannot be started: %s", i == JOINED ? "joined" : "apart",
            run->sides[i].cause[0] != '\0' ? run->sides[i].cause
            : err->text[0] != '\0'         ? err->text
                                           : tn_status_text(err->status));
        drop_sides(run);
        return false;
    }
    return true;
}

/* --- Numbers ---------------------------------------------------------------------------- */

/* splitmix64: the same numbers for the same seed, everywhere. */
static uint64_t next_random(struct trial_run *run)
{
    uint64_t z = run->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Small ones and those at the edges more often than others. */
static uint64_t some_bits(struct trial_run *run)
{
    static const uint64_t edges[] = {
        0, 1, 2, UINT64_MAX, 0x7fffffff, 0x80000000, UINT64_C(1) << 63, 0xffff};
    uint64_t random = next_random(run);
    switch (random % 4) {
    case 0:
        return edges[(random >> 8) % (sizeof(edges) / sizeof(edges[0]))];
    case 1:
    case 2:
        return (random >> 8) % 100;
    default:
        return next_random(run);
    }
}

static tn_val some_value(struct trial_run *run, tn_valkind kind)
{
    uint64_t bits = some_bits(run);
    tn_val value = {.kind = kind};
    if (kind == TN_I32)
        value.of.i32 = (int32_t)(uint32_t)bits;
    else if (kind == TN_I64)
        value.of.i64 = (int64_t)bits;
    else if (kind == TN_F32)
        value.of.f32 = (float)(int64_t)bits / 4;
    else
        value.of.f64 = (double)(int64_t)bits / 4;
    return value;
}

/* --- One call, three times ---------------------------------------------------------------- */

static bool is_number(tn_valkind kind)
{
    return kind == TN_I32 || kind == TN_I64 || kind == TN_F32 || kind == TN_F64;
}

static bool takes_numbers(const tn_func *func)
{
    size_t params = tn_func_param_count(func);
    size_t results = tn_func_result_count(func);
    if (params > MOST_PARAMS || results > MOST_RESULTS)
        return false;
    for (size_t i = 0; i < params; i++)
        if (!is_number(tn_func_param(func, i)))
            return false;
    for (size_t i = 0; i < results; i++)
        if (!is_number(tn_func_result(func, i)))
            return false;
    return true;
}

static tn_store *store_of(const struct side *side)
{
    return side->program != NULL ? tn_program_store(side->program)
                                 : side->store;
}

/* False when the time was up. */
static bool call_side(struct side *side, tn_func *func, const tn_val *args,
                      struct outcome *out)
{
    struct deadline deadline;
    tn_error err;
    tn_store *store = store_of(side);
    *out = (struct outcome){.result_count = tn_func_result_count(func)};
    if (!deadline_start(&deadline, CALL_NS))
        return false;
    deadline_watch(&deadline, store);
    out->status = tn_func_call(func, args, tn_func_param_count(func),
                               out->results, out->result_count, &err);
    bool is_over = deadline_is_over(&deadline);
    deadline_watch(&deadline, NULL);
    deadline_stop(&deadline);
    if (out->status == TN_E_TRAP)
        out->trap = tn_store_trap_kind(store);
    if (out->status == TN_E_EXIT)
        out->exit_code = tn_store_exit_code(store);
    return !is_over;
}

static bool is_same_value(tn_val a, tn_val b)
{
    if (a.kind == TN_I32 || a.kind == TN_F32)
        return a.of.i32 == b.of.i32; /* bits of either */
    return a.of.i64 == b.of.i64;
}

static bool is_same_outcome(const struct outcome *a, const struct outcome *b)
{
    if (a->status != b->status || a->trap != b->trap ||
        a->exit_code != b->exit_code || a->result_count != b->result_count)
        return false;
    for (size_t i = 0; i < a->result_count && a->status == TN_OK; i++)
        if (!is_same_value(a->results[i], b->results[i]))
            return false;
    return true;
}

static bool is_same_output(const struct output *a, const struct output *b)
{
    return a->size == b->size &&
           (a->size == 0 || memcmp(a->at, b->at, a->size) == 0);
}

/* A call of `input`'s function `name`, told to people. */
struct named_call {
    size_t input;
    const char *name;
    const tn_val *args;
    size_t arg_count;
};

static void say_call(struct trial_run *run, const struct named_call *call,
                     const struct outcome *apart, const struct outcome *joined)
{
    char args[160], one[160], other[160];
    describe_values(call->args, call->arg_count, args, sizeof(args));
    describe_outcome(apart, one, sizeof(one));
    describe_outcome(joined, other, sizeof(other));
    say(run, TRIAL_DIFFERS, "%s.%s%s: %s apart, %s joined",
        run->advise->inputs.at[call->input].name, call->name, args, one, other);
}

/* Compares outcomes and what was written; false to make all anew. */
static bool compare(struct trial_run *run, const struct named_call *call,
                    const struct outcome outcomes[SIDES])
{
    struct trial *trial = run->trial;
    const struct output *apart = &run->sides[APART].output;
    if (!is_same_outcome(&outcomes[APART], &outcomes[AGAIN]) ||
        !is_same_output(apart, &run->sides[AGAIN].output)) {
        trial->skip_count++;
        return false;
    }
    trial->call_count++;
    if (!is_same_outcome(&outcomes[APART], &outcomes[JOINED])) {
        say_call(run, call, &outcomes[APART], &outcomes[JOINED]);
        return false;
    }
    if (!is_same_output(apart, &run->sides[JOINED].output)) {
        say(run, TRIAL_DIFFERS, "%s.%s writes something else when joined",
            run->advise->inputs.at[call->input].name, call->name);
        return false;
    }
    trial->trap_count += outcomes[APART].status == TN_E_TRAP;
    return outcomes[APART].status == TN_OK;
}

/* Every side has it. */
static bool can_call(struct trial_run *run, size_t input, const char *name)
{
    for (int i = 0; i < SIDES; i++) {
        const tn_func *func = side_func(&run->sides[i], input, name);
        if (func == NULL || !takes_numbers(func))
            return false;
    }
    return true;
}

/* False when all must be made anew. */
static bool call_all(struct trial_run *run, size_t input, const char *name)
{
    struct outcome outcomes[SIDES];
    tn_func *funcs[SIDES];
    tn_val args[MOST_PARAMS];
    for (int i = 0; i < SIDES; i++)
        funcs[i] = side_func(&run->sides[i], input, name);
    size_t count = tn_func_param_count(funcs[APART]);
    for (size_t i = 0; i < count; i++)
        args[i] = some_value(run, tn_func_param(funcs[APART], i));
    for (int i = 0; i < SIDES; i++) {
        if (!call_side(&run->sides[i], funcs[i], args, &outcomes[i])) {
            run->trial->skip_count++;
            return false;
        }
    }
    struct named_call call = {input, name, args, count};
    return compare(run, &call, outcomes);
}

/* --- Memories ---------------------------------------------------------------------------- */

/* A memory of an input, by its name there. */
struct named_memory {
    size_t input;
    const char *name;
};

static bool is_same_span(struct trial_run *run, int side,
                         const struct named_memory *memory, struct span span)
{
    return side_memory_sum(&run->sides[APART], memory->input, memory->name,
                           span) == side_memory_sum(&run->sides[side],
                                                    memory->input, memory->name,
                                                    span);
}

/* The address of the first word that differs, of a span in which one does. */
static uint64_t first_difference(struct trial_run *run,
                                 const struct named_memory *memory,
                                 uint64_t size)
{
    struct span span = {0, size};
    while (span.size > 8) {
        struct span half = {span.at, span.size / 16 * 8};
        if (is_same_span(run, JOINED, memory, half))
            span = (struct span){half.at + half.size, span.size - half.size};
        else
            span = half;
    }
    return span.at;
}

static void compare_memory(struct trial_run *run,
                           const struct named_memory *memory)
{
    const char *owner = run->advise->inputs.at[memory->input].name;
    uint64_t sizes[SIDES];
    for (int i = 0; i < SIDES; i++)
        if (!side_memory_size(&run->sides[i], memory->input, memory->name,
                              &sizes[i]))
            return;
    struct span all = {0, sizes[APART]};
    if (sizes[AGAIN] != all.size || !is_same_span(run, AGAIN, memory, all))
        return;
    run->trial->memory_count++;
    run->trial->memory_bytes += all.size;
    if (sizes[JOINED] != all.size)
        say(run, TRIAL_DIFFERS, "%s.%s has %llu bytes apart, %llu bytes joined",
            owner, memory->name, (unsigned long long)all.size,
            (unsigned long long)sizes[JOINED]);
    else if (!is_same_span(run, JOINED, memory, all))
        say(run, TRIAL_DIFFERS, "%s.%s differs at 0x%llx", owner, memory->name,
            (unsigned long long)first_difference(run, memory, all.size));
}

/* Those that are exported, of all inputs. */
static void compare_memories(struct trial_run *run)
{
    for (size_t i = 0; i < run->advise->inputs.count; i++) {
        tn_bytes bytes = run->advise->inputs.at[i].module;
        tn_info *info;
        tn_error err;
        if (tn_info_read(bytes.at, bytes.size, &info, &err) != TN_OK)
            continue;
        for (size_t k = 0; k < tn_info_export_count(info); k++) {
            tn_item_info item = tn_info_export(info, k);
            if (item.kind == TN_EXTERN_MEMORY)
                compare_memory(run, &(struct named_memory){i, item.name});
        }
        tn_info_free(info);
    }
}

/* --- All calls --------------------------------------------------------------------------- */

static bool is_done(struct trial_run *run)
{
    return run->trial->text[0] != '\0' || deadline_is_over(&run->all);
}

/* Ends with all sides as they must be for the next. */
static void settle(struct trial_run *run, bool goes_on)
{
    compare_memories(run);
    run->trial->output_bytes += run->sides[JOINED].output.size;
    for (int i = 0; i < SIDES; i++)
        run->sides[i].output.size = 0;
    if (!goes_on)
        drop_sides(run);
}

/* Functions that are not for others to call by hand. */
static bool is_for_hosts(const char *name)
{
    return strcmp(name, "_start") == 0 || strcmp(name, "_initialize") == 0 ||
           strncmp(name, "__wasm_", 7) == 0;
}

static bool is_scalar(const tn_func_fact *func)
{
    for (uint32_t i = 0; i < func->param_count; i++)
        if (func->uses[i] != TN_PARAM_SCALAR)
            return false;
    return true;
}

static void try_func(struct trial_run *run, size_t input, const char *name,
                     int rounds)
{
    bool goes_on = true;
    if (!make_sides(run, strcmp(name, "_start") == 0))
        return;
    if (!can_call(run, input, name)) {
        run->trial->skip_count++;
        return;
    }
    for (int i = 0; i < rounds && goes_on && !is_done(run); i++)
        goes_on = call_all(run, input, name);
    settle(run, goes_on);
}

static void try_input(struct trial_run *run, size_t input)
{
    const tn_module_facts *facts = tn_advice_module(run->advise->advice, input);
    if (facts->is_command) {
        drop_sides(run);
        try_func(run, input, "_start", 1);
        drop_sides(run);
    }
    for (size_t i = 0; i < facts->func_fact_count && !is_done(run); i++) {
        const tn_func_fact *func = &facts->func_facts[i];
        if (is_for_hosts(func->name))
            continue;
        if (is_scalar(func))
            try_func(run, input, func->name, ROUNDS);
        else
            run->trial->skip_count++;
    }
}

/* Which sides show whether the way does what it should. False: it was said why
 * there are none. */
static bool choose_sides(struct trial_run *run)
{
    run->kinds[APART] = run->kinds[AGAIN] = SIDE_APART;
    for (size_t i = 0; i < run->advise->inputs.count; i++) {
        const tn_module_facts *facts = tn_advice_module(run->advise->advice, i);
        if (facts->is_object || facts->has_threads) {
            say(run, TRIAL_UNKNOWN, "%s %s, which is not tried", facts->name,
                facts->is_object ? "is an object for a linker"
                                 : "makes threads");
            return false;
        }
    }
    if (run->trial->way == TN_WAY_COUNT) {
        say(run, TRIAL_UNKNOWN, "no way is advised");
        return false;
    }
    switch (run->trial->way) {
    case TN_WAY_ISOLATED:
        run->kinds[JOINED] = SIDE_PROGRAM;
        return true;
    case TN_WAY_LINKED:
        run->kinds[APART] = SIDE_APART_LINKED;
        run->kinds[AGAIN] = SIDE_SHIFTED_LINKED;
        run->kinds[JOINED] = SIDE_LINKED;
        return true;
    case TN_WAY_MERGED_MULTI:
        run->kinds[JOINED] = SIDE_MERGED;
        return true;
    default:
        say(run, TRIAL_UNKNOWN, "this build does not join them so");
        return false;
    }
}

void advise_try(const struct advise *advise, struct trial *out)
{
    struct trial_run run = {
        .advise = advise, .trial = out, .random = out->seed};
    out->end = TRIAL_AGREES;
    if (!choose_sides(&run))
        return;
    if (!deadline_start(&run.all, ALL_NS)) {
        say(&run, TRIAL_UNKNOWN, "no thread is to be had");
        return;
    }
    for (size_t i = 0; i < advise->inputs.count && !is_done(&run); i++)
        try_input(&run, i);
    if (deadline_is_over(&run.all))
        say(&run, out->call_count > 0 ? TRIAL_AGREES : TRIAL_UNKNOWN,
            "the time was up");
    else if (out->call_count == 0)
        say(&run, TRIAL_UNKNOWN, "no call could be compared%s",
            out->way == TN_WAY_LINKED && advise->inputs.count > 1
                ? ": of linked modules only those that others neither need nor "
                  "use have instances apart"
                : "");
    deadline_stop(&run.all);
    drop_sides(&run);
}
