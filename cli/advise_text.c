/* advise_text.c - advice for people: the verdict first, then what it rests on. */
#include "advice.h"
#include "xml_out.h"

#include <string.h>

/* `text at 0x3f4`. */
static void put_place(FILE *out, const char *text, uint64_t offset)
{
    put_text(out, text);
    if (offset != TN_NO_OFFSET)
        fprintf(out, " at 0x%llx", (unsigned long long)offset);
}

/* Of what module it is said, unless the text says that itself. */
static void put_evidence(const struct advise *advise,
                         const tn_evidence *evidence, FILE *out)
{
    const char *name = advise_name(advise, evidence->module);
    if (evidence->module != UINT32_MAX &&
        strstr(evidence->text, name) == NULL) {
        put_text(out, name);
        fputs(": ", out);
    }
    put_place(out, evidence->text, evidence->offset);
    putc('\n', out);
}

/* --- The ways ------------------------------------------------------------------ */

static void put_verdict_head(const struct advise *advise,
                             const tn_verdict *verdict, FILE *out)
{
    fprintf(out, "  %-14s%s", tn_way_name(verdict->way),
            advise_verdict_name(verdict->kind));
    if (!verdict->in_build)
        fputs(", not in this build", out);
    if (advise->target != NULL && !verdict->runs_on_target)
        fprintf(out, ", does not run in %s", advise->target->name);
}

static void put_verdict(const struct advise *advise, const tn_verdict *verdict,
                        FILE *out)
{
    put_verdict_head(advise, verdict, out);
    for (size_t i = 0; i < verdict->reason_count; i++) {
        fputs(i == 0 ? ": " : "                ", out);
        put_evidence(advise, &verdict->reasons[i], out);
    }
    if (verdict->reason_count == 0)
        putc('\n', out);
    if (verdict->needs[0] != '\0')
        fprintf(out, "                needs %s\n", verdict->needs);
    if (verdict->command != NULL) {
        fputs("                $ ", out);
        put_text(out, verdict->command);
        putc('\n', out);
    }
    if (verdict->remedy != NULL) {
        fputs("                to make it sound: ", out);
        put_text(out, verdict->remedy);
        putc('\n', out);
    }
}

static void put_command(const char *command, FILE *out)
{
    fputs("  $ ", out);
    put_text(out, command);
    putc('\n', out);
}

static void put_ways(const struct advise *advise, FILE *out)
{
    const char *why = "";
    tn_way way = tn_advice_way(advise->advice, &why);
    fprintf(out,
            "advice: %s: ", way == TN_WAY_COUNT ? "none" : tn_way_name(way));
    put_text(out, why == NULL ? "" : why);
    putc('\n', out);
    if (way != TN_WAY_COUNT) {
        const tn_verdict *verdict = tn_advice_verdict(advise->advice, way);
        if (verdict->command != NULL && advise->inputs.extract != NULL)
            put_command(advise->inputs.extract, out);
        if (verdict->command != NULL)
            put_command(verdict->command, out);
    }
    if (advise->trial != NULL) {
        char text[1024];
        advise_describe_trial(advise->trial, text, sizeof(text));
        fputs("tried: ", out);
        put_text(out, text);
        putc('\n', out);
    }
    fputs("\nways\n", out);
    for (int i = 0; i < TN_WAY_COUNT; i++)
        put_verdict(advise, tn_advice_verdict(advise->advice, (tn_way)i), out);
}

/* --- The engines ---------------------------------------------------------------- */

enum engine_group {
    ENGINES_TESTED,
    ENGINES_DOCUMENTED,
    ENGINES_NOT
};

static bool is_in_group(const tn_target *target, uint64_t needs,
                        enum engine_group group)
{
    if (!advise_is_engine(target))
        return false;
    if (!advise_runs_on(target, needs))
        return group == ENGINES_NOT;
    return group == (target->is_tested ? ENGINES_TESTED : ENGINES_DOCUMENTED);
}

/* Names after names, in lines of less than 80 columns behind `head`. */
static void put_group(uint64_t needs, enum engine_group group, const char *head,
                      FILE *out)
{
    const tn_target *target;
    size_t column = 0;
    for (size_t i = 0; (target = tn_target_at(i)) != NULL; i++) {
        char name[96];
        if (!is_in_group(target, needs, group))
            continue;
        int size = group == ENGINES_NOT
                       ? snprintf(name, sizeof(name), "%s (no %s)",
                                  target->name, advise_lack(target, needs))
                       : snprintf(name, sizeof(name), "%s", target->name);
        if (column == 0 || column + (size_t)size > 74) {
            fputs(column == 0 ? head : ",\n                ", out);
            column = 16;
        } else {
            column += (size_t)fprintf(out, ", ");
        }
        column += (size_t)fprintf(out, "%s", name);
    }
    if (column != 0)
        putc('\n', out);
}

/* The earliest and the latest day on which they were looked at. */
static void put_days(FILE *out)
{
    const tn_target *target;
    const char *first = "9", *last = "";
    for (size_t i = 0; (target = tn_target_at(i)) != NULL; i++) {
        if (strcmp(target->since, first) < 0)
            first = target->since;
        if (strcmp(target->since, last) > 0)
            last = target->since;
    }
    if (strcmp(first, last) == 0)
        fprintf(out, "as of %s", first);
    else
        fprintf(out, "as of %s to %s", first, last);
}

static void put_engines(const struct advise *advise, FILE *out)
{
    tn_way way = tn_advice_way(advise->advice, NULL);
    if (way == TN_WAY_COUNT)
        return;
    uint64_t needs =
        advise_needs(advise, tn_advice_verdict(advise->advice, way));
    fprintf(out, "\nengines for %s, ", tn_way_name(way));
    put_days(out);
    fputs(" (tenon advise --target help)\n", out);
    if (advise_engine_note(way)[0] != '\0')
        fprintf(out, "  %s\n", advise_engine_note(way));
    fprintf(out, "  standard      %s\n", advise_standard(needs));
    put_group(needs, ENGINES_TESTED, "  tested        ", out);
    put_group(needs, ENGINES_DOCUMENTED, "  as documented ", out);
    put_group(needs, ENGINES_NOT, "  not           ", out);
}

/* --- Who imports what ------------------------------------------------------------ */

/* What is not found, or passes what only its own memory makes sense of. */
static bool is_told(const tn_edge *edge)
{
    return edge->state >= TN_IMPORT_MISSING ||
           (edge->state != TN_IMPORT_WASI && edge->to != UINT32_MAX &&
            advise_passes(edge) != NULL);
}

static void put_edge(const struct advise *advise, const tn_edge *edge,
                     FILE *out)
{
    const char *passes = advise_passes(edge);
    fputs("  ", out);
    put_text(out, advise_name(advise, edge->from));
    fputs(" -> ", out);
    put_text(out, edge->module);
    putc('.', out);
    put_text(out, edge->name);
    if (edge->state >= TN_IMPORT_MISSING)
        fprintf(out, ": %s", advise_state_name(edge->state));
    if (edge->why[0] != '\0') {
        fputs(": ", out);
        put_text(out, edge->why);
    }
    if (passes != NULL)
        fprintf(out, ": passes %s", passes);
    fprintf(out, " (import at 0x%llx)\n", (unsigned long long)edge->offset);
}

/* How many imports of `from` each other one answers: a line for each pair. */
static void put_pair(const struct advise *advise, uint32_t from, uint32_t to,
                     FILE *out)
{
    const tn_edge *edge;
    size_t found = 0, wasi = 0, pointers = 0;
    for (size_t i = 0; (edge = tn_advice_edge(advise->advice, i)) != NULL;
         i++) {
        if (edge->from != from || edge->to != to)
            continue;
        found++;
        wasi += edge->state == TN_IMPORT_WASI;
        pointers += advise_passes(edge) != NULL;
    }
    if (found == 0)
        return;
    fputs("  ", out);
    put_text(out, advise_name(advise, from));
    fputs(" -> ", out);
    put_text(out, advise_name(advise, to));
    fprintf(out, ": %zu", found);
    if (wasi > 0)
        fprintf(out, ", %zu of them WASI", wasi);
    if (pointers > 0)
        fprintf(out, ", %zu with pointers or functions", pointers);
    putc('\n', out);
}

static void put_rings(const struct advise *advise, FILE *out)
{
    size_t count;
    const uint32_t *ring;
    for (size_t i = 0;
         (ring = tn_advice_ring(advise->advice, i, &count)) != NULL; i++) {
        fputs("  a ring: ", out);
        for (size_t k = 0; k < count; k++) {
            put_text(out, advise_name(advise, ring[k]));
            fputs(" -> ", out);
        }
        put_text(out, advise_name(advise, ring[0]));
        putc('\n', out);
    }
}

static void put_imports(const struct advise *advise, FILE *out)
{
    const tn_edge *edge;
    if (tn_advice_edge(advise->advice, 0) == NULL)
        return;
    fputs("\nimports\n", out);
    for (uint32_t from = 0; from < advise->inputs.count; from++) {
        for (uint32_t to = 0; to < advise->inputs.count; to++)
            put_pair(advise, from, to, out);
        put_pair(advise, from, UINT32_MAX, out);
    }
    put_rings(advise, out);
    for (size_t i = 0; (edge = tn_advice_edge(advise->advice, i)) != NULL; i++)
        if (is_told(edge))
            put_edge(advise, edge, out);
}

/* --- Code that is there twice ---------------------------------------------------- */

static void put_shared(const struct advise *advise, FILE *out)
{
    const tn_shared_code *shared;
    for (size_t i = 0; (shared = tn_advice_shared(advise->advice, i)) != NULL;
         i++) {
        char bytes[48];
        if (i == 0)
            fputs("\nduplicated code\n", out);
        describe_bytes(shared->bytes, bytes, sizeof(bytes));
        fputs("  ", out);
        put_text(out, advise_name(advise, shared->a));
        fprintf(out, " has %.1f %% of the code of ", 100 * shared->fraction);
        put_text(out, advise_name(advise, shared->b));
        fprintf(out, " (%s)\n", bytes);
    }
}

/* --- The memories ------------------------------------------------------------------ */

/* A box for each region, its addresses at its edges. */
static void put_regions(const tn_module_facts *facts, FILE *out)
{
    for (size_t i = 0; i < facts->region_count; i++) {
        const tn_region *region = &facts->regions[i];
        char bytes[48];
        describe_bytes(region->end - region->begin, bytes, sizeof(bytes));
        fprintf(out, "  0x%08llx +----------+\n",
                (unsigned long long)region->begin);
        fprintf(out, "             | %-8s | %s", advise_region_name(region),
                bytes);
        if (advise_region_note(region)[0] != '\0') {
            fputs(": ", out);
            put_text(out, advise_region_note(region));
        }
        putc('\n', out);
    }
    if (facts->region_count > 0)
        fprintf(
            out, "  0x%08llx +----------+\n",
            (unsigned long long)facts->regions[facts->region_count - 1].end);
}

static void put_memories(const tn_module_facts *facts, FILE *out)
{
    for (uint32_t i = 0; i < facts->memory_count; i++) {
        char what[160];
        advise_describe_memory(&facts->memories[i], what, sizeof(what));
        fputs("\nmemory ", out);
        if (i > 0)
            fprintf(out, "%u ", (unsigned)i);
        fputs("of ", out);
        put_text(out, facts->name);
        fprintf(out, ": %s\n", what);
        if (i == 0)
            put_regions(facts, out);
    }
}

/* --- How far a module can be moved --------------------------------------------------- */

static void put_sites(const char *head, const uint64_t *sites, uint64_t count,
                      FILE *out)
{
    fprintf(out, "    %llu sites of %s\n", (unsigned long long)count, head);
    if (sites == NULL)
        return;
    for (uint64_t i = 0; i < count; i++)
        fprintf(out, "%s0x%llx%s", i % 8 == 0 ? "      " : " ",
                (unsigned long long)sites[i],
                i % 8 == 7 || i + 1 == count ? "\n" : "");
}

static void put_level(const struct advise *advise, const tn_module_facts *facts,
                      FILE *out)
{
    fputs("  ", out);
    put_text(out, facts->name);
    fprintf(out, ": %c, %s\n", advise_level_letter(facts->level),
            advise_level_title(facts->level));
    for (size_t i = 0; i < facts->level_evidence_count; i++) {
        fputs("    ", out);
        put_place(out, facts->level_evidence[i].text,
                  facts->level_evidence[i].offset);
        putc('\n', out);
    }
    if (!advise->options.with_sites)
        return;
    put_sites("code", facts->sites, facts->code_site_count, out);
    put_sites("data", facts->data_sites, facts->data_site_count, out);
}

void advise_as_text(const struct advise *advise, FILE *out)
{
    const tn_module_facts *facts;
    put_ways(advise, out);
    put_engines(advise, out);
    put_imports(advise, out);
    put_shared(advise, out);
    fputs("\nto other addresses\n", out);
    for (size_t i = 0; (facts = tn_advice_module(advise->advice, i)) != NULL;
         i++)
        put_level(advise, facts, out);
    for (size_t i = 0; (facts = tn_advice_module(advise->advice, i)) != NULL;
         i++)
        put_memories(facts, out);
}
