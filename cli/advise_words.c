/* advise_words.c - what the ways to show advice say alike. */
#include "advice.h"

#include <string.h>

const char *advise_name(const struct advise *advise, uint32_t input)
{
    return input < advise->inputs.count ? advise->inputs.at[input].name
                                        : "the host";
}

const char *advise_way_title(tn_way way)
{
    static const char *const titles[TN_WAY_COUNT] = {
        "an instance and a memory for each", "one address space",
        "one module with several memories", "one module with one memory",
        "components"};
    return way < TN_WAY_COUNT ? titles[way] : "no way";
}

const char *advise_verdict_name(tn_verdict_kind kind)
{
    static const char *const names[] = {"sound", "unsound", "unknown"};
    return names[kind];
}

char advise_level_letter(tn_reloc_level level)
{
    return (char)('A' + (int)level);
}

const char *advise_level_title(tn_reloc_level level)
{
    static const char *const titles[] = {
        "position independent",
        "relocations are recorded",
        "code without data: addresses come from outside",
        "code is position independent, data unknown",
        "padded operands tell the sites of code, not of data",
        "absolute: an address is not told from a number"};
    return titles[level];
}

const char *advise_state_name(tn_import_state state)
{
    static const char *const names[] = {"found",    "host",     "wasi",
                                        "linker",   "missing",  "other kind",
                                        "no match", "ambiguous"};
    return names[state];
}

const char *advise_region_name(const tn_region *region)
{
    static const char *const names[] = {"unused", "stack", "data", "heap",
                                        "free"};
    return names[region->kind];
}

const char *advise_region_note(const tn_region *region)
{
    const char *name = advise_region_name(region);
    const char *text = region->text;
    if (strncmp(text, name, strlen(name)) != 0)
        return text;
    text += strlen(name);
    return text + strspn(text, ":, ");
}

uint64_t advise_needs(const struct advise *advise, const tn_verdict *verdict)
{
    uint64_t needs = verdict->features;
    const tn_module_facts *facts;
    for (size_t i = 0; (facts = tn_advice_module(advise->advice, i)) != NULL &&
                       verdict->way != TN_WAY_MERGED_SINGLE;
         i++)
        needs |= facts->features;
    return needs;
}

bool advise_runs_on(const tn_target *target, uint64_t needs)
{
    return (needs & ~target->features) == 0;
}

bool advise_is_engine(const tn_target *target)
{
    return strncmp(target->title, "WebAssembly ", 12) != 0;
}

const char *advise_standard(uint64_t needs)
{
    const tn_target *target;
    for (size_t i = 0; (target = tn_target_at(i)) != NULL; i++)
        if (!advise_is_engine(target) && advise_runs_on(target, needs))
            return target->title;
    return "no version of it";
}

const char *advise_engine_note(tn_way way)
{
    switch (way) {
    case TN_WAY_ISOLATED:
        return "each module by itself; a host must wire them, as tenon does";
    case TN_WAY_LINKED:
        return "with a dynamic linker for dylink.0, which tenon has";
    case TN_WAY_COMPOSED:
        return "within a runtime for components";
    default:
        return "";
    }
}

const char *advise_lack(const tn_target *target, uint64_t needs)
{
    for (int i = 0; i < TN_FEATURE_COUNT; i++)
        if (needs & ~target->features & TN_FEATURE_BIT(i))
            return tn_feature_name((tn_feature)i);
    return "";
}

void advise_describe_memory(const tn_memory_fact *memory, char *out,
                            size_t room)
{
    char most[32] = "";
    char page[32] = "";
    if (memory->max != UINT64_MAX)
        snprintf(most, sizeof(most), " to %llu",
                 (unsigned long long)memory->max);
    if (memory->page_log2 != 16)
        snprintf(page, sizeof(page), " of %llu bytes",
                 (unsigned long long)1 << memory->page_log2);
    snprintf(out, room, "%llu%s page%s%s%s%s%s%s, %s",
             (unsigned long long)memory->min, most,
             memory->min == 1 && most[0] == '\0' ? "" : "s", page,
             memory->is_imported ? ", imported" : "",
             memory->is_exported ? ", exported" : "",
             memory->is_64 ? ", 64-bit" : "",
             memory->is_shared ? ", shared" : "",
             memory->grow_count > 0 ? "grows" : "never grows");
}

bool advise_is_asked(const struct advise *advise, uint32_t input)
{
    const tn_edge *edge;
    for (size_t i = 0; (edge = tn_advice_edge(advise->advice, i)) != NULL; i++)
        if (edge->to == input && edge->from != input)
            return true;
    return false;
}

const char *advise_passes(const tn_edge *edge)
{
    if (edge->passes_pointer && edge->passes_funcref)
        return "pointers and functions";
    return edge->passes_pointer   ? "pointers"
           : edge->passes_funcref ? "functions"
                                  : NULL;
}

void advise_describe_trial(const struct trial *trial, char *out, size_t room)
{
    static const char *const ends[] = {"agrees", "differs", "unknown"};
    char what[256];
    snprintf(what, sizeof(what),
             "%llu calls compared, %llu of them trapped; %llu calls or "
             "functions not; %llu memories (%llu bytes); %llu bytes of output; "
             "seed %llu",
             (unsigned long long)trial->call_count,
             (unsigned long long)trial->trap_count,
             (unsigned long long)trial->skip_count,
             (unsigned long long)trial->memory_count,
             (unsigned long long)trial->memory_bytes,
             (unsigned long long)trial->output_bytes,
             (unsigned long long)trial->seed);
    snprintf(out, room, "%s: %s%s%s", ends[trial->end], trial->text,
             trial->text[0] != '\0' ? "; " : "", what);
}
