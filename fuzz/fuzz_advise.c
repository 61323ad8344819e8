/* fuzz_advise.c - advice about any modules.
 *
 * The input is a module, if it begins as one; else it is the choices for two
 * modules, one of which imports from the other, with sections behind them that
 * claim relocations; or for some small ones that import from each other,
 * rightly or not (merge_text.h). Advice must be had exactly when the modules are valid; what
 * the fast scan counts is counted again with the reader that everybody uses;
 * what the advice says must agree with itself, and with the merger: what is
 * called sound is done. Once more it is all done with memory failing
 * somewhere. */
#include "gen.h"
#include "merge_text.h"
#include "mod/features.h"
#include "mod/instr.h"
#include "rewrite/advise.h"
#include "target.h"

#include "../tests/fault_alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fault(const char *what)
{
    fprintf(stderr, "fuzz_advise: %s\n", what);
    abort();
}

static void expect(bool is_so, const char *what)
{
    if (!is_so)
        fault(what);
}

/* --- The scan, naively ------------------------------------------------------------ */

struct counted {
    uint64_t accesses[64];
    uint32_t grows[64];
};

static void count_in(struct counted *n, const struct tn_instr *in)
{
    enum tn_imm imm = (enum tn_imm)tn_mod_opcodes[in->op].imm;
    uint32_t first = UINT32_MAX, second = UINT32_MAX;
    if (tn_imm_is_memarg(imm))
        first = in->memarg.memory;
    else if (imm == TN_IMM_MEM || imm == TN_IMM_MEM_MEM)
        first = in->a;
    else if (imm == TN_IMM_DATA_MEM)
        first = in->b;
    if (imm == TN_IMM_MEM_MEM && in->b != in->a)
        second = in->b;
    if (first < 64)
        n->accesses[first]++;
    if (second < 64)
        n->accesses[second]++;
    if (in->op == TN_OP_memory_grow && first < 64)
        n->grows[first]++;
}

static void check_counts(const struct tn_mod *mod, const tn_module_facts *facts)
{
    struct counted n = {0};
    for (uint32_t i = 0; i < mod->func_count - mod->func_import_count; i++) {
        struct tn_range code = mod->bodies[i].code;
        const uint8_t *at = mod->bytes + code.offset;
        struct tn_cursor c = {mod->bytes, at, at + code.size, NULL, false};
        struct tn_instr in;
        while (c.at != c.end && tn_instr_read(&c, &in))
            count_in(&n, &in);
    }
    for (uint32_t i = 0; i < facts->memory_count && i < 64; i++) {
        expect(facts->memories[i].access_count == n.accesses[i],
               "accesses are counted otherwise");
        expect(facts->memories[i].grow_count == n.grows[i],
               "grows are counted otherwise");
    }
}

/* --- What must be so -------------------------------------------------------------------- */

static void check_evidence(const tn_evidence *evidence, size_t count,
                           const tn_merge_input *inputs, size_t input_count)
{
    for (size_t i = 0; i < count; i++) {
        expect(evidence[i].text[0] != '\0', "evidence without words");
        if (evidence[i].offset == TN_NO_OFFSET)
            continue;
        expect(evidence[i].module < input_count, "evidence of no input");
        expect(evidence[i].offset < inputs[evidence[i].module].module.size,
               "evidence beyond the module");
    }
}

static void check_facts(const tn_module_facts *m, const tn_merge_input *inputs,
                        size_t count)
{
    uint64_t at = 0;
    check_evidence(m->level_evidence, m->level_evidence_count, inputs, count);
    expect(m->level_evidence_count != 0, "a level without evidence");
    for (size_t i = 0; i < m->region_count; i++) {
        expect(m->regions[i].begin >= at &&
                   m->regions[i].end > m->regions[i].begin,
               "regions overlap");
        at = m->regions[i].end;
    }
    for (uint64_t i = 0; i < m->code_site_count; i++)
        expect(m->sites == NULL || m->sites[i] < m->size, "a site beyond");
    for (size_t i = 0; i < m->func_fact_count; i++)
        for (uint32_t k = 0; k < m->func_facts[i].param_count; k++) {
            bool is_used = m->func_facts[i].uses[k] != TN_PARAM_SCALAR;
            expect(is_used ? m->func_facts[i].use_offsets[k] < m->size
                           : m->func_facts[i].use_offsets[k] == TN_NO_OFFSET,
                   "a use that is nowhere");
        }
}

enum {
    MAX_BINDS = 256
};

/* As the command of the way has it: imports that mean an input without saying
 * its name, or the host under their own. */
static size_t make_binds(const tn_advice *advice, tn_merge_bind *binds)
{
    const tn_edge *edge;
    size_t count = 0;
    for (size_t i = 0; (edge = tn_advice_edge(advice, i)) != NULL; i++) {
        const char *from = tn_advice_module(advice, edge->from)->name;
        bool is_host =
            edge->state == TN_IMPORT_HOST && strcmp(edge->module, from) == 0;
        if (count < MAX_BINDS &&
            (is_host || (edge->is_by_export && edge->state == TN_IMPORT_FOUND)))
            binds[count++] = (tn_merge_bind){
                from, edge->module,
                is_host ? NULL : tn_advice_module(advice, edge->to)->name};
    }
    return count;
}

static bool can_merge(const tn_advice *advice, const tn_merge_input *inputs,
                      size_t count)
{
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    tn_merge_bind binds[MAX_BINDS];
    tn_merged *merged;
    tn_error err = {0};
    options.features = tn_features_all();
    options.thread_count = 1;
    options.binds = binds;
    options.bind_count = make_binds(advice, binds);
    tn_status status = tn_merge(inputs, count, &options, &merged, &err);
    tn_merged_free(merged);
    return status == TN_OK;
}

static void check_verdicts(const tn_advice *advice,
                           const tn_merge_input *inputs, size_t count)
{
    const char *why;
    tn_way way = tn_advice_way(advice, &why);
    expect(why != NULL, "no rule");
    if (way != TN_WAY_COUNT)
        expect(tn_advice_verdict(advice, way)->kind == TN_VERDICT_SOUND,
               "what is advised is not sound");
    for (int i = 0; i < TN_WAY_COUNT; i++) {
        const tn_verdict *v = tn_advice_verdict(advice, (tn_way)i);
        expect(v->reason_count != 0, "a verdict without reason");
        check_evidence(v->reasons, v->reason_count, inputs, count);
        if (v->command != NULL)
            expect(v->in_build && v->kind == TN_VERDICT_SOUND,
                   "a command for what cannot be");
    }
    const tn_edge *edge;
    for (size_t i = 0; (edge = tn_advice_edge(advice, i)) != NULL; i++)
        if (edge->state == TN_IMPORT_MISSING || edge->state == TN_IMPORT_KIND ||
            edge->state == TN_IMPORT_TYPE) {
            expect(!can_merge(advice, inputs, count),
                   "what does not fit was merged");
            return;
        }
    if (tn_advice_verdict(advice, TN_WAY_MERGED_MULTI)->kind ==
        TN_VERDICT_SOUND)
        expect(can_merge(advice, inputs, count),
               "what is sound cannot be merged");
}

static void check_advice(const tn_advice *advice, const tn_merge_input *inputs,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct tn_mod *mod;
        const tn_module_facts *facts = tn_advice_module(advice, i);
        check_facts(facts, inputs, count);
        if (tn_mod_decode(inputs[i].module.at, inputs[i].module.size,
                          tn_features_all(), &tn_alloc_libc, &mod,
                          NULL) != TN_OK)
            fault("what was decoded does not decode");
        check_counts(mod, facts);
        tn_mod_free(mod);
    }
    check_verdicts(advice, inputs, count);
}

static void check_without_memory(const tn_merge_input *inputs, size_t count,
                                 const tn_advise_options *options,
                                 size_t request)
{
    struct fault failing = fault_once(request);
    tn_allocator alloc = fault_allocator(&failing);
    tn_advice *advice;
    tn_error err = {0};
    tn_status status =
        tn_rw_advise(inputs, count, options, &alloc, &advice, &err);
    /* Names are a help, and may be missing then. */
    expect(status == TN_OK || status == TN_E_NOMEM,
           "without memory it fails for another reason");
    tn_advice_free(advice);
    expect(failing.live == 0, "memory was lost");
}

static void check_all(const tn_merge_input *inputs, size_t count,
                      size_t request)
{
    tn_advise_options options = TN_ADVISE_OPTIONS_INIT;
    tn_advice *advice;
    tn_error err = {0};
    bool is_valid = true;
    options.features = tn_features_all();
    options.with_sites = true;
    for (size_t i = 0; i < count; i++)
        is_valid &= tn_validate(inputs[i].module.at, inputs[i].module.size,
                                tn_features_all(), NULL) == TN_OK;
    tn_status status = tn_advise(inputs, count, &options, &advice, &err);
    expect((status == TN_OK) == is_valid, "advice is not for valid modules");
    if (status != TN_OK)
        return;
    check_advice(advice, inputs, count);
    tn_advice_free(advice);
    check_without_memory(inputs, count, &options, request);
}

/* --- Inputs -------------------------------------------------------------------------------- */

static void put_byte(struct gen_bytes *out, uint8_t byte)
{
    if (out->size == out->capacity) {
        out->capacity = 2 * out->capacity + 64;
        out->at = realloc(out->at, out->capacity);
        if (out->at == NULL)
            fault("out of memory");
    }
    out->at[out->size++] = byte;
}

static void put_custom(struct gen_bytes *out, const char *name,
                       const uint8_t *bytes, size_t size)
{
    size_t length = strlen(name);
    if (length + size + 1 > 127)
        size = 126 - length;
    put_byte(out, 0);
    put_byte(out, (uint8_t)(length + size + 1));
    put_byte(out, (uint8_t)length);
    for (size_t i = 0; i < length; i++)
        put_byte(out, (uint8_t)name[i]);
    for (size_t i = 0; i < size; i++)
        put_byte(out, bytes[i]);
}

/* Sections that a linker would write: symbols of each kind, and relocations
 * made of the choices. */
static void put_claims(struct gen_bytes *out, const uint8_t *data, size_t size)
{
    static const uint8_t linking[] = {2, 8,    10, 3, 2,    0x10, 0,
                                      0, 0x10, 1,  1, 0x10, 0,    'd'};
    uint8_t relocs[64] = {0};
    if (size < 4 || (data[0] & 3) != 0)
        return;
    put_custom(out, "linking", linking, sizeof linking);
    relocs[0] = data[1] % 12; /* the section */
    relocs[1] = data[2] % 8;  /* how many */
    for (size_t i = 2; i < sizeof relocs; i++)
        relocs[i] = data[3 + i % (size - 3)] & 127;
    put_custom(out, "reloc.CODE", relocs, sizeof relocs);
}

static void check_texts(const uint8_t *data, size_t size, size_t request)
{
    static struct merge_texts texts;
    tn_merge_input inputs[MERGE_MODULES];
    merge_texts_make(&texts, data, size);
    for (size_t i = 0; i < texts.count; i++)
        inputs[i] = (tn_merge_input){
            texts.modules[i].name,
            {texts.modules[i].binary.at, texts.modules[i].binary.size}};
    check_all(inputs, texts.count, request);
    merge_texts_end(&texts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t request = size > 1 ? data[size - 1] + 256u * data[size / 2] : 0;
    if (size >= 4 && memcmp(data, "\0asm", 4) == 0) {
        tn_merge_input input = {"m", {data, size}};
        check_all(&input, 1, request % 500);
        return 0;
    }
    if (size > 1 && (data[0] & 64) != 0) {
        check_texts(data + 1, size - 1, request % 500);
        return 0;
    }
    struct gen_options options = {0};
    struct gen_bytes modules[2];
    options.with = size != 0 ? data[0] * 3u & 511u : 0;
    gen_pair(data, size, &options, modules);
    put_claims(&modules[1], data, size);
    tn_merge_input inputs[2] = {{"a", {modules[0].at, modules[0].size}},
                                {"b", {modules[1].at, modules[1].size}}};
    check_all(inputs, 2, request % 500);
    free(modules[0].at);
    free(modules[1].at);
    return 0;
}

size_t target_make_input(uint64_t seed, uint8_t **out)
{
    size_t size = 16 + (size_t)(seed % 48);
    uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
    *out = malloc(size);
    if (*out == NULL)
        fault("out of memory");
    for (size_t i = 0; i < size; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (*out)[i] = (uint8_t)(state >> 24);
    }
    return size;
}
