/* advise_json.c - advice for programs. docs/ADVISE.md has the schema. New
 * fields may come; the version grows only when one changes its meaning. */
#include "advice.h"
#include "json_out.h"

static void put_evidence(struct json *json, const char *key,
                         const tn_evidence *evidence, size_t count)
{
    json_open(json, key, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(json, NULL, '{');
        if (evidence[i].module != UINT32_MAX)
            json_number(json, "module", evidence[i].module);
        if (evidence[i].offset != TN_NO_OFFSET)
            json_number(json, "offset", evidence[i].offset);
        json_string(json, "text", evidence[i].text);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_features(struct json *json, const char *key, uint64_t set)
{
    json_open(json, key, '[');
    for (int i = 0; i < TN_FEATURE_COUNT; i++)
        if (set & TN_FEATURE_BIT(i))
            json_string(json, NULL, tn_feature_name((tn_feature)i));
    json_close(json, ']');
}

static void put_sites(struct json *json, const char *key, const uint64_t *sites,
                      uint64_t count)
{
    json_open(json, key, '{');
    json_number(json, "count", count);
    if (sites != NULL) {
        json_open(json, "offsets", '[');
        for (uint64_t i = 0; i < count; i++)
            json_number(json, NULL, sites[i]);
        json_close(json, ']');
    }
    json_close(json, '}');
}

/* --- Ways ------------------------------------------------------------------------- */

static void put_engines(struct json *json, uint64_t needs)
{
    const tn_target *target;
    json_open(json, "engines", '[');
    for (size_t i = 0; (target = tn_target_at(i)) != NULL; i++) {
        bool runs = advise_runs_on(target, needs);
        if (!advise_is_engine(target))
            continue;
        json_open(json, NULL, '{');
        json_string(json, "name", target->name);
        json_string(json, "title", target->title);
        json_bool(json, "runs", runs);
        if (!runs)
            json_string(json, "lacks", advise_lack(target, needs));
        json_bool(json, "tested", target->is_tested);
        json_string(json, "date", target->since);
        json_string(json, "source", target->source);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_verdict(struct json *json, const struct advise *advise,
                        const tn_verdict *verdict)
{
    json_open(json, NULL, '{');
    json_string(json, "way", tn_way_name(verdict->way));
    json_string(json, "title", advise_way_title(verdict->way));
    json_string(json, "verdict", advise_verdict_name(verdict->kind));
    json_bool(json, "inBuild", verdict->in_build);
    json_bool(json, "runsOnTarget", verdict->runs_on_target);
    put_features(json, "needs", verdict->features);
    put_features(json, "features", advise_needs(advise, verdict));
    json_string(json, "standard",
                advise_standard(advise_needs(advise, verdict)));
    put_evidence(json, "reasons", verdict->reasons, verdict->reason_count);
    if (verdict->command != NULL)
        json_string(json, "command", verdict->command);
    if (verdict->remedy != NULL)
        json_string(json, "remedy", verdict->remedy);
    put_engines(json, advise_needs(advise, verdict));
    json_close(json, '}');
}

static void put_trial(struct json *json, const struct trial *trial)
{
    static const char *const ends[] = {"agrees", "differs", "unknown"};
    json_open(json, "trial", '{');
    json_string(json, "way",
                trial->way == TN_WAY_COUNT ? "none" : tn_way_name(trial->way));
    json_string(json, "outcome", ends[trial->end]);
    json_number(json, "seed", trial->seed);
    json_number(json, "calls", trial->call_count);
    json_number(json, "traps", trial->trap_count);
    json_number(json, "notCompared", trial->skip_count);
    json_number(json, "memories", trial->memory_count);
    json_number(json, "memoryBytes", trial->memory_bytes);
    json_number(json, "outputBytes", trial->output_bytes);
    if (trial->text[0] != '\0')
        json_string(json, "text", trial->text);
    json_close(json, '}');
}

/* --- Modules ------------------------------------------------------------------------ */

static void put_memory(struct json *json, const tn_memory_fact *memory)
{
    json_open(json, NULL, '{');
    json_number(json, "min", memory->min);
    if (memory->max != UINT64_MAX)
        json_number(json, "max", memory->max);
    json_number(json, "pageSize", (uint64_t)1 << memory->page_log2);
    json_bool(json, "imported", memory->is_imported);
    json_bool(json, "exported", memory->is_exported);
    json_bool(json, "is64", memory->is_64);
    json_bool(json, "shared", memory->is_shared);
    json_number(json, "accesses", memory->access_count);
    json_number(json, "grows", memory->grow_count);
    json_close(json, '}');
}

static void put_regions(struct json *json, const tn_module_facts *facts)
{
    json_open(json, "regions", '[');
    for (size_t i = 0; i < facts->region_count; i++) {
        json_open(json, NULL, '{');
        json_string(json, "kind", advise_region_name(&facts->regions[i]));
        json_number(json, "begin", facts->regions[i].begin);
        json_number(json, "end", facts->regions[i].end);
        json_string(json, "text", facts->regions[i].text);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_functions(struct json *json, const tn_module_facts *facts)
{
    static const char *const uses[] = {"scalar", "pointer", "function"};
    json_open(json, "functions", '[');
    for (size_t i = 0; i < facts->func_fact_count; i++) {
        const tn_func_fact *func = &facts->func_facts[i];
        json_open(json, NULL, '{');
        json_string(json, "name", func->name);
        json_number(json, "index", func->func);
        json_open(json, "params", '[');
        for (uint32_t k = 0; k < func->param_count; k++) {
            json_open(json, NULL, '{');
            json_string(json, "use", uses[func->uses[k]]);
            if (func->uses[k] != TN_PARAM_SCALAR)
                json_number(json, "offset", func->use_offsets[k]);
            json_close(json, '}');
        }
        json_close(json, ']');
        json_bool(json, "returnsPointer", func->returns_pointer);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_relocation(struct json *json, const tn_module_facts *facts)
{
    char letter[2] = {advise_level_letter(facts->level), '\0'};
    json_open(json, "relocatable", '{');
    json_string(json, "level", letter);
    json_string(json, "title", advise_level_title(facts->level));
    put_evidence(json, "evidence", facts->level_evidence,
                 facts->level_evidence_count);
    put_sites(json, "code", facts->sites, facts->code_site_count);
    put_sites(json, "data", facts->data_sites, facts->data_site_count);
    json_close(json, '}');
}

static void put_stack(struct json *json, const tn_module_facts *facts)
{
    if (facts->stack_pointer == UINT32_MAX)
        return;
    json_open(json, "stack", '{');
    json_number(json, "global", facts->stack_pointer);
    json_number(json, "top", facts->stack_top);
    json_bool(json, "first", facts->is_stack_first);
    json_close(json, '}');
}

static void put_module(struct json *json, const struct advise *advise, size_t i)
{
    const tn_module_facts *facts = tn_advice_module(advise->advice, i);
    json_open(json, NULL, '{');
    json_string(json, "name", facts->name);
    json_string(json, "path", advise->inputs.paths[i]);
    json_number(json, "size", facts->size);
    json_number(json, "codeSize", facts->code_size);
    json_number(json, "dataSize", facts->data_size);
    put_features(json, "features", facts->features);
    json_number(json, "functionCount", facts->func_count);
    json_number(json, "tableCount", facts->table_count);
    json_number(json, "importCount", facts->import_count);
    json_number(json, "exportCount", facts->export_count);
    json_open(json, "memories", '[');
    for (uint32_t k = 0; k < facts->memory_count; k++)
        put_memory(json, &facts->memories[k]);
    json_close(json, ']');
    put_relocation(json, facts);
    put_stack(json, facts);
    put_regions(json, facts);
    json_string(json, "allocator", facts->allocator);
    json_bool(json, "command", facts->is_command);
    json_bool(json, "reactor", facts->is_reactor);
    json_bool(json, "start", facts->has_start);
    json_bool(json, "object", facts->is_object);
    json_bool(json, "wasi", facts->has_wasi);
    json_bool(json, "threads", facts->has_threads);
    put_functions(json, facts);
    json_close(json, '}');
}

/* --- Between them --------------------------------------------------------------------- */

static void put_edge(struct json *json, const tn_edge *edge)
{
    static const char *const kinds[] = {"function", "table", "memory", "global",
                                        "tag"};
    json_open(json, NULL, '{');
    json_number(json, "from", edge->from);
    if (edge->to != UINT32_MAX)
        json_number(json, "to", edge->to);
    json_string(json, "module", edge->module);
    json_string(json, "name", edge->name);
    json_string(json, "kind", kinds[edge->kind]);
    json_string(json, "state", advise_state_name(edge->state));
    json_bool(json, "passesPointer", edge->passes_pointer);
    json_bool(json, "passesFunction", edge->passes_funcref);
    json_bool(json, "byExport", edge->is_by_export);
    if (edge->why[0] != '\0')
        json_string(json, "why", edge->why);
    json_number(json, "offset", edge->offset);
    json_close(json, '}');
}

static void put_edges(struct json *json, const struct advise *advise)
{
    const tn_edge *edge;
    json_open(json, "imports", '[');
    for (size_t i = 0; (edge = tn_advice_edge(advise->advice, i)) != NULL; i++)
        put_edge(json, edge);
    json_close(json, ']');
}

static void put_rings(struct json *json, const struct advise *advise)
{
    size_t count;
    const uint32_t *ring;
    json_open(json, "rings", '[');
    for (size_t i = 0;
         (ring = tn_advice_ring(advise->advice, i, &count)) != NULL; i++) {
        json_open(json, NULL, '[');
        for (size_t k = 0; k < count; k++)
            json_number(json, NULL, ring[k]);
        json_close(json, ']');
    }
    json_close(json, ']');
}

static void put_shared(struct json *json, const struct advise *advise)
{
    const tn_shared_code *shared;
    json_open(json, "duplicated", '[');
    for (size_t i = 0; (shared = tn_advice_shared(advise->advice, i)) != NULL;
         i++) {
        json_open(json, NULL, '{');
        json_number(json, "in", shared->a);
        json_number(json, "of", shared->b);
        json_number(json, "bytes", shared->bytes);
        json_number(json, "permille",
                    (uint64_t)(1000 * shared->fraction + 0.5));
        json_close(json, '}');
    }
    json_close(json, ']');
}

void advise_as_json(const struct advise *advise, FILE *out)
{
    struct json json = {out, 0, false};
    const char *why = "";
    tn_way way = tn_advice_way(advise->advice, &why);
    json_open(&json, NULL, '{');
    json_number(&json, "version", 1);
    json_string(&json, "advice",
                way == TN_WAY_COUNT ? "none" : tn_way_name(way));
    json_string(&json, "why", why == NULL ? "" : why);
    if (advise->target != NULL)
        json_string(&json, "target", advise->target->name);
    if (advise->inputs.extract != NULL)
        json_string(&json, "extract", advise->inputs.extract);
    if (advise->trial != NULL)
        put_trial(&json, advise->trial);
    json_open(&json, "ways", '[');
    for (int i = 0; i < TN_WAY_COUNT; i++)
        put_verdict(&json, advise,
                    tn_advice_verdict(advise->advice, (tn_way)i));
    json_close(&json, ']');
    json_open(&json, "modules", '[');
    for (size_t i = 0; i < advise->inputs.count; i++)
        put_module(&json, advise, i);
    json_close(&json, ']');
    put_edges(&json, advise);
    put_rings(&json, advise);
    put_shared(&json, advise);
    json_close(&json, '}');
}
