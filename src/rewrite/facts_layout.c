/* facts_layout.c - what lies where in memory 0, by what linkers leave behind.
 *
 *   0        unused      what null points to, if nothing lies there
 *            stack       grows down from the first value of its pointer
 *            data        of the segments; what is zero at first follows it
 *            heap        from __heap_base, or from behind all of the above
 *            free        beyond the first size, up to the most
 *
 * wasm-ld puts data below the stack, or the stack first (--stack-first); only
 * then does an overflow leave the memory, and trap. */
#include "mod/names.h"
#include "rewrite/facts.h"

static bool is_mutable_address(const struct tn_mod *mod, uint32_t global)
{
    const struct tn_global_def *g = &mod->globals[global];
    return g->is_mutable && (g->type == TN_VT_I32 || g->type == TN_VT_I64);
}

static uint32_t imported_stack_pointer(const struct tn_mod *mod)
{
    for (uint32_t i = 0; i < mod->import_count; i++) {
        const struct tn_import *import = &mod->imports[i];
        if (import->kind == TN_EXTERN_GLOBAL &&
            tn_str_is(import->module, "env") &&
            tn_str_is(import->name, "__stack_pointer") &&
            is_mutable_address(mod, import->index))
            return import->index;
    }
    return TN_NONE;
}

/* The one that most frames begin with: a single one may be chance. */
static uint32_t find_stack_pointer(const struct tn_rw_facts *facts)
{
    const struct tn_mod *mod = facts->mod;
    uint32_t best = imported_stack_pointer(mod);
    for (uint32_t i = 0; i < mod->global_count && best == TN_NONE; i++)
        if (is_mutable_address(mod, i) && facts->prologues[i] != 0)
            best = i;
    for (uint32_t i = 0; best != TN_NONE && i < mod->global_count; i++)
        if (is_mutable_address(mod, i) &&
            facts->prologues[i] > facts->prologues[best] &&
            imported_stack_pointer(mod) == TN_NONE)
            best = i;
    return best;
}

/* --- Regions ------------------------------------------------------------------ */

struct layout {
    struct tn_rw_facts *facts;
    tn_region *regions;
    size_t count;
    uint64_t at; /* the end of the last */
};

static void add_region(struct layout *l, unsigned kind, uint64_t begin,
                       uint64_t end, const char *text)
{
    begin = begin < l->at ? l->at : begin;
    if (begin >= end)
        return;
    tn_region *r = &l->regions[l->count++];
    *r = (tn_region){kind, begin, end, text};
    l->at = end;
}

static uint64_t bytes_of(uint64_t pages, uint8_t page_log2)
{
    return pages > UINT64_MAX >> page_log2 ? UINT64_MAX : pages << page_log2;
}

/* As far as it may ever grow. */
static uint64_t most_bytes(const tn_memory_fact *memory)
{
    if (memory->max != UINT64_MAX)
        return bytes_of(memory->max, memory->page_log2);
    return memory->is_64 ? UINT64_MAX : (uint64_t)1 << 32;
}

static void add_stack(struct layout *l)
{
    struct tn_rw_facts *facts = l->facts;
    const tn_module_facts *pub = &facts->pub;
    if (pub->stack_pointer == TN_NONE || pub->stack_top == 0)
        return;
    bool is_first = pub->is_stack_first;
    uint64_t begin = is_first ? 0 : facts->data_end;
    add_region(l, TN_REGION_STACK, begin, pub->stack_top,
               tn_rw_say(&facts->pen, "stack, grows down from 0x%llx%s",
                         (unsigned long long)pub->stack_top,
                         is_first ? ": an overflow traps"
                                  : " towards data: an overflow spoils it"));
}

static void add_data(struct layout *l, uint64_t heap)
{
    struct tn_rw_facts *facts = l->facts;
    uint64_t end = facts->data_end;
    /* Behind the stack, nothing but zeroed data lies before the heap. */
    if (facts->pub.is_stack_first && heap > end)
        end = heap;
    if (facts->data_end == facts->data_begin)
        return;
    add_region(
        l, TN_REGION_DATA, facts->data_begin, end,
        tn_rw_say(&facts->pen, "data, of which segments fill 0x%llx bytes",
                  (unsigned long long)(facts->data_end - facts->data_begin)));
}

static void add_unused(struct layout *l, uint64_t end)
{
    add_region(l, TN_REGION_UNUSED, 0, end, "unused: what null points to");
}

static uint64_t heap_begin(const struct tn_rw_facts *facts)
{
    uint64_t at;
    if (tn_rw_exported_constant(facts->mod, "__heap_base", &at))
        return at;
    uint64_t top =
        facts->pub.stack_pointer != TN_NONE ? facts->pub.stack_top : 0;
    return top > facts->data_end ? top : facts->data_end;
}

/* Of a memory that is the module's own, or that it fills alone. */
static void add_regions(struct layout *l)
{
    struct tn_rw_facts *facts = l->facts;
    const tn_memory_fact *memory = &facts->memories[0];
    uint64_t size = bytes_of(memory->min, memory->page_log2);
    uint64_t heap = heap_begin(facts);
    bool has_stack = facts->pub.stack_pointer != TN_NONE;
    bool is_first = has_stack && facts->pub.is_stack_first;
    if (!is_first && facts->data_end > facts->data_begin)
        add_unused(l, facts->data_begin);
    if (is_first)
        add_stack(l);
    add_data(l, heap);
    if (!is_first)
        add_stack(l);
    add_region(
        l, TN_REGION_HEAP, heap, size,
        tn_rw_say(&facts->pen, "heap, from 0x%llx", (unsigned long long)heap));
    add_region(l, TN_REGION_FREE, size, most_bytes(memory),
               memory->grow_count != 0 ? "free: there when the memory grows"
                                       : "free: the module never asks for it");
}

/* Linkers put the stack first only when they are told to. Then it begins with
 * the memory, and its size is its top. */
static bool is_stack_first(const struct tn_rw_facts *facts)
{
    const tn_module_facts *pub = &facts->pub;
    if (pub->stack_pointer == TN_NONE || pub->stack_top == 0)
        return false;
    if (facts->data_begin == facts->data_end)
        return pub->stack_top % 65536 == 0;
    return pub->stack_top <= facts->data_begin;
}

/* Numbers in here are taken for addresses of the module's own, so a struct's
 * offset must not be in it: nothing below 1024, where linkers begin. */
static void find_own_range(struct tn_rw_facts *facts)
{
    const tn_module_facts *pub = &facts->pub;
    if (pub->is_object || facts->has_unknown_data)
        return;
    facts->own_end = heap_begin(facts);
    facts->own_begin = facts->data_begin < facts->data_end ? facts->data_begin
                       : pub->is_stack_first               ? pub->stack_top
                                                           : 0;
    if (facts->own_begin < 1024)
        facts->own_begin = 1024;
    if (facts->own_end < facts->own_begin)
        facts->own_end = facts->own_begin;
}

void tn_rw_facts_layout(struct tn_rw_facts *facts)
{
    const struct tn_mod *mod = facts->mod;
    tn_module_facts *pub = &facts->pub;
    struct layout l = {.facts = facts};
    pub->stack_pointer = find_stack_pointer(facts);
    if (pub->stack_pointer != TN_NONE)
        (void)tn_rw_constant(mod, mod->globals[pub->stack_pointer].init,
                             &pub->stack_top);
    pub->is_stack_first = is_stack_first(facts);
    if (mod->memory_count == 0)
        return;
    find_own_range(facts);
    if (facts->has_unknown_data || mod->memories[0].limits.page_log2 > 16)
        return;
    l.regions = TN_NEW_ARRAY(facts->arena, tn_region, 5);
    if (l.regions == NULL) {
        facts->pen.failed = true;
        return;
    }
    add_regions(&l);
    pub->regions = l.regions;
    pub->region_count = l.count;
}
