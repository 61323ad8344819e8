#include "dyn/order.h"

#include "fault_alloc.h"
#include "tn_test.h"

#define NODES 12
#define EDGES 64
#define FAR   1000u

/* A graph as a text: "0:1 2;1:3;" - nodes are one digit. */
struct small_graph {
    struct tn_dyn_graph graph;
    uint32_t starts[NODES + 1], edges[EDGES];
};

static void parse_graph(struct small_graph *g, uint32_t count, const char *text)
{
    uint32_t edge_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        char head[] = {(char)('0' + i), ':', '\0'};
        const char *at = strstr(text, head);
        g->starts[i] = edge_count;
        for (at = at == NULL ? ";" : at + 2; *at != ';'; at++)
            if (*at != ' ')
                g->edges[edge_count++] = (uint32_t)(*at - '0');
    }
    g->starts[count] = edge_count;
    g->graph = (struct tn_dyn_graph){count, g->starts, g->edges};
}

typedef bool walk_fn(const struct tn_dyn_graph *graph, uint32_t root,
                     struct tn_arena *scratch, uint32_t *out,
                     uint32_t *out_count);

static const char *walked(walk_fn *walk, const struct tn_dyn_graph *graph)
{
    static char line[NODES + 1];
    struct tn_arena scratch;
    uint32_t out[NODES], count = 0;
    tn_arena_init(&scratch, &tn_alloc_libc);
    CHECK(walk(graph, 0, &scratch, out, &count));
    tn_arena_clear(&scratch);
    for (uint32_t i = 0; i < count; i++)
        line[i] = (char)('0' + out[i]);
    line[count] = '\0';
    return line;
}

static void check_walks(const char *breadth, const char *needed, uint32_t count,
                        const char *text)
{
    struct small_graph g;
    parse_graph(&g, count, text);
    CHECK_STR(breadth, walked(tn_dyn_breadth_first, &g.graph));
    CHECK_STR(needed, walked(tn_dyn_needed_first, &g.graph));
}

TEST(modules_are_walked_as_a_loader_does)
{
    check_walks("0", "0", 1, "");
    check_walks("0", "0", 3, "1:2;"); /* others are not needed */
    check_walks("012", "210", 3, "0:1;1:2;");
    check_walks("0123", "3120", 4, "0:1 2;1:3;2:3;"); /* one that two need */
    check_walks("021", "210", 3, "0:2 1;");
    check_walks("01234", "34120", 5, "0:1 2;1:3 4;");
    check_walks("012", "120", 3, "0:1 1 2 1 2;"); /* said more than once */
}

/* In a cycle, the one that was met first comes last. */
TEST(circles_end)
{
    check_walks("0", "0", 1, "0:0;");
    check_walks("01", "10", 2, "0:1;1:0;");
    check_walks("012", "210", 3, "0:1 2;1:2;2:1;");
    check_walks("0123", "3210", 4, "0:1;1:2;2:3 0;3:1;");
}

/* --- against the definitions, by recursion ------------------------------------- */

struct naive {
    const struct tn_dyn_graph *graph;
    bool seen[NODES];
    uint32_t out[NODES], count;
};

static void visit_naively(struct naive *n, uint32_t node)
{
    n->seen[node] = true;
    for (uint32_t e = n->graph->starts[node]; e < n->graph->starts[node + 1];
         e++)
        if (!n->seen[n->graph->edges[e]])
            visit_naively(n, n->graph->edges[e]);
    n->out[n->count++] = node;
}

/* The distance of each from the root, by adding edges until nothing changes. */
static void find_distances(const struct tn_dyn_graph *graph, uint32_t *distance)
{
    for (uint32_t i = 0; i < graph->count; i++)
        distance[i] = i == 0 ? 0 : FAR;
    for (uint32_t round = 0; round < graph->count; round++)
        for (uint32_t i = 0; i < graph->count; i++)
            for (uint32_t e = graph->starts[i]; e < graph->starts[i + 1]; e++)
                if (distance[i] + 1 < distance[graph->edges[e]])
                    distance[graph->edges[e]] = distance[i] + 1;
}

static void check_distances(const struct tn_dyn_graph *graph,
                            const uint32_t *out, uint32_t count)
{
    uint32_t distance[NODES], reached = 0;
    bool seen[NODES] = {false};
    find_distances(graph, distance);
    for (uint32_t i = 0; i < graph->count; i++)
        reached += distance[i] != FAR;
    CHECK_EQ(reached, count);
    for (uint32_t i = 0; i < count; i++) {
        CHECK(!seen[out[i]]);
        seen[out[i]] = true;
        CHECK(i == 0 || distance[out[i - 1]] <= distance[out[i]]);
    }
}

static void random_graph(struct small_graph *g, uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    uint32_t count = 1 + (uint32_t)(*state >> 40) % NODES;
    uint32_t edge_count = 0, most = (uint32_t)(*state >> 50) % 4 + 1;
    for (uint32_t i = 0; i < count; i++) {
        g->starts[i] = edge_count;
        *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
        for (uint64_t k = *state >> 60; k % (most + 1) != 0; k--) {
            *state =
                *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
            g->edges[edge_count++] = (uint32_t)(*state >> 33) % count;
        }
    }
    g->starts[count] = edge_count;
    g->graph = (struct tn_dyn_graph){count, g->starts, g->edges};
}

TEST(random_graphs_are_walked_as_the_definitions_say)
{
    uint64_t state = 1;
    uint32_t large = 0;
    for (int i = 0; i < 20000; i++) {
        struct small_graph g;
        struct tn_arena scratch;
        uint32_t out[NODES], count;
        random_graph(&g, &state);
        struct naive n = {.graph = &g.graph};
        visit_naively(&n, 0);
        tn_arena_init(&scratch, &tn_alloc_libc);
        CHECK(tn_dyn_needed_first(&g.graph, 0, &scratch, out, &count));
        CHECK_EQ(n.count, count);
        CHECK(memcmp(n.out, out, count * sizeof *out) == 0);
        CHECK(tn_dyn_breadth_first(&g.graph, 0, &scratch, out, &count));
        check_distances(&g.graph, out, count);
        tn_arena_clear(&scratch);
        large += count > NODES / 2;
    }
    CHECK(large > 1000);
}

/* --- large, and without memory -------------------------------------------------- */

TEST(a_million_modules_in_a_row_need_no_stack)
{
    enum {
        MANY = 1000000
    };
    struct tn_arena arena;
    tn_arena_init(&arena, &tn_alloc_libc);
    uint32_t *starts = TN_NEW_ARRAY(&arena, uint32_t, MANY + 1);
    uint32_t *edges = TN_NEW_ARRAY(&arena, uint32_t, MANY);
    uint32_t *out = TN_NEW_ARRAY(&arena, uint32_t, MANY);
    uint32_t count;
    CHECK(starts != NULL && edges != NULL && out != NULL);
    for (uint32_t i = 0; i < MANY; i++) {
        starts[i + 1] = i + 1;
        edges[i] = (i + 1) % MANY;
    }
    struct tn_dyn_graph graph = {MANY, starts, edges};
    CHECK(tn_dyn_needed_first(&graph, 0, &arena, out, &count));
    CHECK_EQ(MANY, count);
    CHECK(out[0] == MANY - 1 && out[MANY - 1] == 0);
    CHECK(tn_dyn_breadth_first(&graph, 0, &arena, out, &count));
    CHECK_EQ(MANY, count);
    CHECK(out[0] == 0 && out[MANY - 1] == MANY - 1);
    tn_arena_clear(&arena);
}

TEST(no_memory_for_a_walk_is_said)
{
    /* More than what an arena takes first, so that each array is a request. */
    static uint32_t starts[5001], edges[1], out[5000];
    struct tn_dyn_graph graph = {5000, starts, edges};
    walk_fn *walks[] = {tn_dyn_breadth_first, tn_dyn_needed_first};
    for (size_t i = 0; i < 2; i++) {
        bool ok = false;
        size_t n = 0;
        for (; !ok; n++) {
            struct fault fault = fault_at(n);
            tn_allocator alloc = fault_allocator(&fault);
            struct tn_arena scratch;
            uint32_t count;
            tn_arena_init(&scratch, &alloc);
            ok = walks[i](&graph, 7, &scratch, out, &count);
            CHECK(!ok || (count == 1 && out[0] == 7));
            tn_arena_clear(&scratch);
            CHECK_EQ(0, fault.live);
        }
        CHECK_EQ(i + 2, n);
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
