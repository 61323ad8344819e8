/* advise_svg.c - memories as pictures, and the graph of imports below them.
 *
 * A memory is a pile of boxes, lowest address at the top. What a box is stands
 * in it: its colour says nothing that its words do not. Heights grow with the
 * logarithm of the size, so that 1 KiB and 1 GiB can be seen beside another. */
#include "advice.h"
#include "xml_out.h"

#include <stdlib.h>
#include <string.h>

enum {
    WIDTH = 760,
    LEFT = 110,    /* of boxes; addresses stand before them */
    BOX = 230,     /* how wide they are */
    HEAD = 34,     /* for a memory's title */
    FOOT = 26,     /* below a memory */
    LOWEST = 24,   /* a box */
    A_DOUBLING = 2 /* how much higher a box is for twice the bytes */
};

static int region_height(const tn_region *region)
{
    int height = LOWEST;
    for (uint64_t size = region->end - region->begin; size > 1; size /= 2)
        height += A_DOUBLING;
    return height;
}

int advise_memory_height(const tn_module_facts *facts)
{
    int height = HEAD + FOOT;
    for (size_t i = 0; i < facts->region_count; i++)
        height += region_height(&facts->regions[i]);
    return height;
}

static void put_address(uint64_t address, int x, int y, FILE *out)
{
    fprintf(out,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" "
            "class=\"at\">0x%08llx</text>\n",
            x + LEFT - 8, y + 4, (unsigned long long)address);
}

static void put_region(const tn_region *region, int x, int y, FILE *out)
{
    static const char *const fills[] = {"#e4e4e4", "#ffd9a8", "#b9d8ff",
                                        "#c6eec2", "#ffffff"};
    int height = region_height(region);
    char bytes[48];
    describe_bytes(region->end - region->begin, bytes, sizeof(bytes));
    put_address(region->begin, x, y, out);
    fprintf(out,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" "
            "stroke=\"#333\"%s/>\n",
            x + LEFT, y, BOX, height, fills[region->kind],
            region->kind == TN_REGION_FREE ? " stroke-dasharray=\"4 3\"" : "");
    fprintf(out,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" "
            "class=\"box\">%s, %s</text>\n",
            x + LEFT + BOX / 2, y + height / 2 + 5, advise_region_name(region),
            bytes);
    fprintf(out, "<text x=\"%d\" y=\"%d\" class=\"note\">", x + LEFT + BOX + 10,
            y + height / 2 + 5);
    xml_text(out, advise_region_note(region));
    fputs("</text>\n", out);
}

void advise_put_memory(const struct advise *advise, size_t module, int x, int y,
                       FILE *out)
{
    const tn_module_facts *facts = tn_advice_module(advise->advice, module);
    char what[160];
    advise_describe_memory(&facts->memories[0], what, sizeof(what));
    fprintf(out, "<text x=\"%d\" y=\"%d\" class=\"title\">memory of ", x + 4,
            y + 18);
    xml_text(out, facts->name);
    fprintf(out, ": %s</text>\n", what);
    y += HEAD;
    for (size_t i = 0; i < facts->region_count; i++) {
        put_region(&facts->regions[i], x, y, out);
        y += region_height(&facts->regions[i]);
    }
    if (facts->region_count > 0)
        put_address(facts->regions[facts->region_count - 1].end, x, y, out);
}

/* --- The whole -------------------------------------------------------------------- */

/* `width="123pt"` of the drawing, in pixels; 0 if it does not say. */
static int drawn_size(const char *graph, const char *attribute)
{
    const char *at = strstr(graph, attribute);
    const char *end = strchr(graph, '>');
    if (at == NULL || end == NULL || at > end)
        return 0;
    double points = strtod(at + strlen(attribute), NULL);
    return points > 0 && points < 100000 ? (int)(points * 4 / 3) + 1 : 0;
}

static void put_graph(const struct advise *advise, int y, FILE *out)
{
    fprintf(out, "<text x=\"4\" y=\"%d\" class=\"title\">imports</text>\n",
            y + 18);
    if (advise->graph == NULL) {
        fprintf(out,
                "<text x=\"4\" y=\"%d\" class=\"note\">not drawn: Graphviz's "
                "dot was not there; tenon advise --dot has the graph</text>\n",
                y + 44);
        return;
    }
    fprintf(out, "<g transform=\"translate(4 %d)\">\n%s</g>\n", y + HEAD,
            advise->graph);
}

static void put_memories(const struct advise *advise, FILE *out)
{
    const tn_module_facts *facts;
    int y = 0;
    for (size_t i = 0; (facts = tn_advice_module(advise->advice, i)) != NULL;
         i++) {
        if (facts->memory_count == 0)
            continue;
        advise_put_memory(advise, i, 0, y, out);
        y += advise_memory_height(facts);
    }
}

void advise_as_svg(const struct advise *advise, FILE *out)
{
    const tn_module_facts *facts;
    int memories = 0, width = WIDTH, graph = HEAD + FOOT;
    for (size_t i = 0; (facts = tn_advice_module(advise->advice, i)) != NULL;
         i++)
        memories += facts->memory_count > 0 ? advise_memory_height(facts) : 0;
    if (advise->graph != NULL) {
        graph += drawn_size(advise->graph, " height=\"");
        int wide = drawn_size(advise->graph, " width=\"") + 8;
        width = wide > width ? wide : width;
    }
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" "
            "xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"%d\" "
            "height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n"
            "<title>memories and imports</title>\n"
            "<style>text{font-family:sans-serif;font-size:13px;fill:#111}"
            ".title{font-weight:bold;font-size:15px}"
            ".at{font-family:monospace;font-size:12px}</style>\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
            width, memories + graph, width, memories + graph);
    put_memories(advise, out);
    put_graph(advise, memories, out);
    fputs("</svg>\n", out);
}
