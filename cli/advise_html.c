/* advise_html.c - advice as one page that needs nothing else: no script, no
 * file beside it, nothing from the net. Headings, captions and scopes are there
 * for those who do not see it; what a colour says, a word says too. */
#include "advice.h"
#include "xml_out.h"

#include <stdlib.h>
#include <string.h>

static const char style[] =
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;"
    "padding:1rem}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}"
    "caption{text-align:left;font-weight:bold;padding:.3rem 0}"
    "th,td{border:1px solid #888;padding:.3rem .5rem;text-align:left;"
    "vertical-align:top}"
    "code,pre{font-family:ui-monospace,monospace;font-size:.9em}"
    "pre{overflow-x:auto;border:1px solid #888;padding:.5rem}"
    ".verdict{font-weight:bold;border:2px solid;padding:0 .4em;"
    "border-radius:.3em;white-space:nowrap}"
    ".advice{border-left:.4rem solid #06c;padding:.2rem 1rem}"
    "figure{margin:1rem 0;overflow-x:auto;background:#fff;color:#111;"
    "border:1px solid #888}"
    "figure text{font-family:sans-serif;font-size:13px;fill:#111}"
    "figure text.title{font-weight:bold;font-size:15px}"
    "figure text.at{font-family:monospace;font-size:12px}"
    "figcaption{padding:.3rem .5rem;color:#111;background:#fff}"
    ".wide{overflow-x:auto}"
    ".day{white-space:nowrap}";

static void put_element(FILE *out, const char *element, const char *text)
{
    fprintf(out, "<%s>", element);
    xml_text(out, text);
    fprintf(out, "</%s>", element);
}

static void put_evidence(const struct advise *advise,
                         const tn_evidence *evidence, size_t count, FILE *out)
{
    if (count > 0)
        fputs("<ul>", out);
    for (size_t i = 0; i < count; i++) {
        fputs("<li>", out);
        const char *name = advise_name(advise, evidence[i].module);
        if (evidence[i].module != UINT32_MAX &&
            strstr(evidence[i].text, name) == NULL) {
            put_element(out, "code", name);
            fputs(": ", out);
        }
        xml_text(out, evidence[i].text);
        if (evidence[i].offset != TN_NO_OFFSET)
            fprintf(out, " at <code>0x%llx</code>",
                    (unsigned long long)evidence[i].offset);
        fputs("</li>", out);
    }
    if (count > 0)
        fputs("</ul>", out);
}

/* A table's head: names of columns, parted by '|'. */
static void put_head(FILE *out, const char *id, const char *caption,
                     const char *columns)
{
    fprintf(out,
            "<div class=\"wide\" role=\"region\" aria-labelledby=\"%s\" "
            "tabindex=\"0\"><table><caption id=\"%s\">%s</caption>"
            "<thead><tr><th scope=\"col\">",
            id, id, caption);
    for (; *columns != '\0'; columns++)
        if (*columns == '|')
            fputs("</th><th scope=\"col\">", out);
        else
            putc(*columns, out);
    fputs("</th></tr></thead><tbody>\n", out);
}

static void put_foot(FILE *out)
{
    fputs("</tbody></table></div>\n", out);
}

/* --- The verdicts ------------------------------------------------------------------ */

static void put_advice(const struct advise *advise, FILE *out)
{
    const char *why = "";
    tn_way way = tn_advice_way(advise->advice, &why);
    fputs("<section aria-labelledby=\"advice\"><h2 id=\"advice\">Advice</h2>"
          "<div class=\"advice\"><p><strong>",
          out);
    fputs(way == TN_WAY_COUNT ? "none" : tn_way_name(way), out);
    fputs("</strong>: ", out);
    xml_text(out, why == NULL ? "" : why);
    fputs("</p>", out);
    if (way != TN_WAY_COUNT) {
        const char *command = tn_advice_verdict(advise->advice, way)->command;
        if (command != NULL && advise->inputs.extract != NULL)
            put_element(out, "pre", advise->inputs.extract);
        if (command != NULL)
            put_element(out, "pre", command);
    }
    if (advise->trial != NULL) {
        char text[1024];
        advise_describe_trial(advise->trial, text, sizeof(text));
        fputs("<p>Tried: ", out);
        xml_text(out, text);
        fputs("</p>", out);
    }
    fputs("</div></section>\n", out);
}

static void put_verdict(const struct advise *advise, const tn_verdict *verdict,
                        FILE *out)
{
    fprintf(out,
            "<tr><th scope=\"row\">%s<br>%s</th><td><span class=\"verdict\">"
            "%s</span>%s%s</td><td>",
            tn_way_name(verdict->way), advise_way_title(verdict->way),
            advise_verdict_name(verdict->kind),
            verdict->in_build ? "" : "<br>not in this build",
            verdict->runs_on_target ? "" : "<br>does not run on the target");
    put_evidence(advise, verdict->reasons, verdict->reason_count, out);
    if (verdict->remedy != NULL) {
        fputs("<p>To make it sound: ", out);
        xml_text(out, verdict->remedy);
        fputs("</p>", out);
    }
    fputs("</td><td>", out);
    xml_text(out, verdict->needs[0] == '\0' ? "nothing more" : verdict->needs);
    fputs("</td><td>", out);
    if (verdict->command != NULL)
        put_element(out, "code", verdict->command);
    fputs("</td></tr>\n", out);
}

static void put_ways(const struct advise *advise, FILE *out)
{
    fputs("<h2>Ways</h2>", out);
    put_head(out, "ways", "Each way of joining, judged",
             "Way|Verdict|Because|Needs|Command");
    for (int i = 0; i < TN_WAY_COUNT; i++)
        put_verdict(advise, tn_advice_verdict(advise->advice, (tn_way)i), out);
    put_foot(out);
}

static void put_engines(const struct advise *advise, FILE *out)
{
    const tn_target *target;
    tn_way way = tn_advice_way(advise->advice, NULL);
    if (way == TN_WAY_COUNT)
        return;
    uint64_t needs =
        advise_needs(advise, tn_advice_verdict(advise->advice, way));
    fputs("<h2>Engines</h2>", out);
    if (advise_engine_note(way)[0] != '\0')
        put_element(out, "p", advise_engine_note(way));
    put_head(out, "engines", "Who runs what comes of it",
             "Engine|Runs it|As of|Source");
    for (size_t i = 0; (target = tn_target_at(i)) != NULL; i++) {
        bool runs = advise_runs_on(target, needs);
        if (!advise_is_engine(target))
            continue;
        fputs("<tr><th scope=\"row\">", out);
        xml_text(out, target->title);
        fprintf(out, "</th><td>%s%s</td><td class=\"day\">%s</td><td>",
                runs ? "yes" : "no: lacks ",
                runs ? "" : advise_lack(target, needs), target->since);
        xml_text(out, target->source);
        fputs("</td></tr>\n", out);
    }
    put_foot(out);
}

/* --- The modules --------------------------------------------------------------------- */

static void put_module(const struct advise *advise,
                       const tn_module_facts *facts, FILE *out)
{
    char size[48];
    describe_bytes(facts->size, size, sizeof(size));
    fputs("<tr><th scope=\"row\">", out);
    xml_text(out, facts->name);
    fprintf(out, "</th><td>%s</td><td>%u</td><td>%u</td><td>%c: %s", size,
            (unsigned)facts->func_count, (unsigned)facts->memory_count,
            advise_level_letter(facts->level),
            advise_level_title(facts->level));
    put_evidence(advise, facts->level_evidence, facts->level_evidence_count,
                 out);
    fputs("</td><td>", out);
    if (facts->is_object)
        fputs("an object, for a linker ", out);
    fputs(facts->is_command   ? "a command"
          : facts->is_reactor ? "a reactor"
                              : "a library",
          out);
    if (facts->has_wasi)
        fputs(", uses WASI", out);
    if (facts->has_threads)
        fputs(", uses threads", out);
    if (facts->allocator[0] != '\0') {
        fputs(", allocates by ", out);
        put_element(out, "code", facts->allocator);
    }
    fputs("</td></tr>\n", out);
}

static void put_modules(const struct advise *advise, FILE *out)
{
    const tn_module_facts *facts;
    fputs("<h2>Modules</h2>", out);
    put_head(out, "modules", "What is joined",
             "Module|Size|Functions|Memories|To other addresses|It is");
    for (size_t i = 0; (facts = tn_advice_module(advise->advice, i)) != NULL;
         i++)
        put_module(advise, facts, out);
    put_foot(out);
}

static void put_memories(const struct advise *advise, FILE *out)
{
    const tn_module_facts *facts;
    fputs("<h2>Memories</h2>\n", out);
    for (size_t i = 0; (facts = tn_advice_module(advise->advice, i)) != NULL;
         i++) {
        if (facts->memory_count == 0)
            continue;
        int height = advise_memory_height(facts);
        fprintf(out,
                "<figure><svg xmlns=\"http://www.w3.org/2000/svg\" "
                "width=\"760\" height=\"%d\" viewBox=\"0 0 760 %d\" "
                "role=\"img\" aria-label=\"memory of ",
                height, height);
        xml_text(out, facts->name);
        fputs("\">\n", out);
        advise_put_memory(advise, i, 0, 0, out);
        fputs("</svg><figcaption>", out);
        for (size_t k = 0; k < facts->region_count; k++)
            fprintf(out, "%s%s from 0x%llx to 0x%llx", k > 0 ? ", " : "",
                    advise_region_name(&facts->regions[k]),
                    (unsigned long long)facts->regions[k].begin,
                    (unsigned long long)facts->regions[k].end);
        fputs("</figcaption></figure>\n", out);
    }
}

/* --- Between them ---------------------------------------------------------------------- */

static void put_edge(const struct advise *advise, const tn_edge *edge,
                     FILE *out)
{
    const char *passes = advise_passes(edge);
    fputs("<tr><th scope=\"row\">", out);
    xml_text(out, advise_name(advise, edge->from));
    fputs("</th><td><code>", out);
    xml_text(out, edge->module);
    fputs("</code>.<code>", out);
    xml_text(out, edge->name);
    fputs("</code></td><td>", out);
    xml_text(out, advise_name(advise, edge->to));
    fprintf(out, "</td><td>%s", advise_state_name(edge->state));
    if (edge->why[0] != '\0') {
        fputs(": ", out);
        xml_text(out, edge->why);
    }
    fprintf(out, "</td><td>%s</td></tr>\n",
            passes == NULL ? "numbers" : passes);
}

/* `text` as it stands, in its lines. It is cut into them. */
static void put_lines(FILE *out, char *text)
{
    fputs("<pre>", out);
    for (char *line = text; *line != '\0';) {
        size_t size = strcspn(line, "\n");
        bool is_last = line[size] == '\0';
        line[size] = '\0';
        xml_text(out, line);
        putc('\n', out);
        line += size + !is_last;
    }
    fputs("</pre>", out);
}

static void put_graph(const struct advise *advise, FILE *out)
{
    if (advise->graph != NULL) {
        fprintf(out,
                "<figure>%s<figcaption>Who imports from whom; the table below "
                "says the same.</figcaption></figure>\n",
                advise->graph);
        return;
    }
    fputs("<p>The graph is not drawn: Graphviz's dot was not there. This is "
          "what it reads:</p>",
          out);
    char *text = NULL;
    size_t size = 0;
    FILE *dot = open_memstream(&text, &size);
    if (dot == NULL)
        return;
    advise_as_dot(advise, dot);
    if (fclose(dot) == 0)
        put_lines(out, text);
    free(text);
}

static void put_imports(const struct advise *advise, FILE *out)
{
    const tn_edge *edge;
    fputs("<h2>Imports</h2>\n", out);
    put_graph(advise, out);
    if (tn_advice_edge(advise->advice, 0) == NULL)
        return;
    put_head(out, "imports", "Who imports what",
             "Module|Import|From|State|Passes");
    for (size_t i = 0; (edge = tn_advice_edge(advise->advice, i)) != NULL; i++)
        put_edge(advise, edge, out);
    put_foot(out);
}

static void put_shared(const struct advise *advise, FILE *out)
{
    const tn_shared_code *shared;
    if (tn_advice_shared(advise->advice, 0) == NULL)
        return;
    fputs("<h2>Duplicated code</h2>\n", out);
    put_head(out, "duplicated", "Code that one has and another too",
             "Of|Is in|Bytes|Part of its code");
    for (size_t i = 0; (shared = tn_advice_shared(advise->advice, i)) != NULL;
         i++) {
        fputs("<tr><th scope=\"row\">", out);
        xml_text(out, advise_name(advise, shared->b));
        fputs("</th><td>", out);
        xml_text(out, advise_name(advise, shared->a));
        fprintf(out, "</td><td>%llu</td><td>%.1f %%</td></tr>\n",
                (unsigned long long)shared->bytes, 100 * shared->fraction);
    }
    put_foot(out);
}

void advise_as_html(const struct advise *advise, FILE *out)
{
    fprintf(out,
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
            "<meta name=\"viewport\" content=\"width=device-width\">"
            "<meta http-equiv=\"Content-Security-Policy\" content=\""
            "default-src 'none'; style-src 'unsafe-inline'\">"
            "<title>tenon advise</title><style>%s</style></head><body>\n"
            "<header><h1>Which way of joining is right</h1><p>",
            style);
    for (size_t i = 0; i < advise->inputs.count; i++) {
        if (i > 0)
            fputs(", ", out);
        put_element(out, "code", advise->inputs.at[i].name);
    }
    if (advise->target != NULL) {
        fputs(", for ", out);
        xml_text(out, advise->target->title);
    }
    fprintf(out, "; by tenon %s</p></header>\n<main>\n", tn_version());
    put_advice(advise, out);
    put_ways(advise, out);
    put_engines(advise, out);
    put_modules(advise, out);
    put_memories(advise, out);
    put_imports(advise, out);
    put_shared(advise, out);
    fputs("</main></body></html>\n", out);
}
