/* advise_dot.c - who imports from whom, for Graphviz: a box for each module, a
 * diamond for the host. Arrows are labelled with how many; red is what does not
 * fit, orange what passes pointers, and each says so in words too. */
#include "advice.h"
#include "json_out.h"

/* As a label in quotes may hold it: \N and \G would be replaced, so a
 * backslash is doubled. */
static void put_label(FILE *out, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        size_t size = utf8_size(at);
        if (*at == '"' || *at == '\\')
            fprintf(out, "\\%c", *at);
        else if (*at < 0x20 || *at == 0x7f)
            fprintf(out, "\\\\%02x", *at);
        else if (*at == '&') /* Graphviz reads entities */
            fputs("&amp;", out);
        else if (size == 0)
            fputs("\xef\xbf\xbd", out);
        else
            fwrite(at, 1, size, out);
        at += size ? size : 1;
    }
}

static void put_node(const struct advise *advise, uint32_t input, FILE *out)
{
    if (input < advise->inputs.count)
        fprintf(out, "m%u", (unsigned)input);
    else
        fputs("host", out);
}

static void put_module(const tn_module_facts *facts, size_t index, FILE *out)
{
    fprintf(out, "  m%zu [label=\"", index);
    put_label(out, facts->name);
    fprintf(out, "\\n%u functions, %u %s\\nlevel %c%s%s\"];\n",
            (unsigned)facts->func_count, (unsigned)facts->memory_count,
            facts->memory_count == 1 ? "memory" : "memories",
            advise_level_letter(facts->level),
            facts->is_command ? ", command" : "",
            facts->is_reactor ? ", reactor" : "");
}

/* What goes from one to another, as one arrow. */
struct arrow {
    uint32_t from, to;
    size_t count, wrong, pointers, functions;
};

static struct arrow gather(const struct advise *advise, uint32_t from,
                           uint32_t to)
{
    struct arrow arrow = {.from = from, .to = to};
    const tn_edge *edge;
    for (size_t i = 0; (edge = tn_advice_edge(advise->advice, i)) != NULL;
         i++) {
        if (edge->from != from || edge->to != to)
            continue;
        arrow.count++;
        arrow.wrong += edge->state >= TN_IMPORT_MISSING;
        arrow.pointers += edge->passes_pointer;
        arrow.functions += edge->passes_funcref;
    }
    return arrow;
}

static void put_arrow(const struct advise *advise, struct arrow arrow,
                      FILE *out)
{
    if (arrow.count == 0)
        return;
    fputs("  ", out);
    put_node(advise, arrow.from, out);
    fputs(" -> ", out);
    put_node(advise, arrow.to, out);
    fprintf(out, " [label=\"%zu %s", arrow.count,
            arrow.count == 1 ? "import" : "imports");
    if (arrow.wrong > 0)
        fprintf(out, "\\n%zu %s not fit", arrow.wrong,
                arrow.wrong == 1 ? "does" : "do");
    if (arrow.pointers > 0)
        fprintf(out, "\\n%zu with pointers", arrow.pointers);
    if (arrow.functions > 0)
        fprintf(out, "\\n%zu with functions", arrow.functions);
    fputs("\"", out);
    if (arrow.wrong > 0)
        fputs(", color=\"#b00020\"", out);
    else if (arrow.to != UINT32_MAX && arrow.pointers + arrow.functions > 0)
        fputs(", color=\"#b35900\"", out);
    fputs("];\n", out);
}

void advise_as_dot(const struct advise *advise, FILE *out)
{
    const tn_module_facts *facts;
    uint32_t count = (uint32_t)advise->inputs.count;
    fputs("digraph advise {\n  rankdir=LR;\n"
          "  node [shape=box, fontname=\"sans-serif\"];\n"
          "  edge [fontname=\"sans-serif\", fontsize=11];\n"
          "  host [label=\"the host\", shape=diamond];\n",
          out);
    for (size_t i = 0; (facts = tn_advice_module(advise->advice, i)) != NULL;
         i++)
        put_module(facts, i, out);
    for (uint32_t from = 0; from < count; from++) {
        for (uint32_t to = 0; to < count; to++)
            put_arrow(advise, gather(advise, from, to), out);
        put_arrow(advise, gather(advise, from, UINT32_MAX), out);
    }
    fputs("}\n", out);
}
