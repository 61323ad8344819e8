/* facts_level.c - how far could the module be moved to other addresses?
 *
 * The levels of docs/ADVISE.md, tried from the best to the worst; each that
 * was not reached leaves its evidence. The worst is what most modules are:
 * finished, where an address is a number like any other. */
#include "dyn/image.h"
#include "mod/names.h"
#include "rewrite/facts_reloc.h"

enum {
    MAX_EVIDENCE = 8
};

struct levels {
    struct tn_rw_facts *facts;
    const struct tn_mod *mod;
    tn_evidence *evidence;
    size_t count;
};

static void add_evidence(struct levels *l, uint64_t offset, const char *text)
{
    if (l->count < MAX_EVIDENCE)
        l->evidence[l->count++] = (tn_evidence){l->facts->index, offset, text};
}

/* What decided stands first; what speaks against better levels, behind it. */
static void decide_level(struct levels *l, tn_reloc_level level,
                         uint64_t offset, const char *text)
{
    if (l->count == MAX_EVIDENCE)
        l->count--;
    memmove(l->evidence + 1, l->evidence, l->count * sizeof *l->evidence);
    l->evidence[0] = (tn_evidence){l->facts->index, offset, text};
    l->count++;
    l->facts->pub.level = level;
}

static bool keep_sites(struct levels *l, const struct tn_rw_sites *sites,
                       const uint64_t **out)
{
    if (!l->facts->with_sites)
        return true;
    uint64_t *kept = TN_NEW_ARRAY(l->facts->arena, uint64_t, sites->count);
    if (kept == NULL)
        return false;
    if (sites->count != 0)
        memcpy(kept, sites->at, sites->count * sizeof *kept);
    *out = kept;
    return true;
}

/* --- A: position independent ----------------------------------------------------- */

static bool has_active_segments(const struct tn_mod *mod)
{
    for (uint32_t i = 0; i < mod->data_count; i++)
        if (mod->datas[i].mode == TN_SEGMENT_ACTIVE)
            return true;
    for (uint32_t i = 0; i < mod->elem_count; i++)
        if (mod->elems[i].mode == TN_SEGMENT_ACTIVE)
            return true;
    return false;
}

static bool imports_base(const struct tn_mod *mod)
{
    return tn_mod_imports(mod, "env", "__memory_base") ||
           tn_mod_imports(mod, "env", "__table_base");
}

static tn_status try_pic(struct levels *l, bool *is_pic, tn_error *err)
{
    struct tn_rw_facts *facts = l->facts;
    struct tn_dyn_image *image;
    tn_error why = {0};
    tn_status status = tn_dyn_image_read(l->mod, facts->alloc, &image, &why);
    if (status == TN_E_NOMEM)
        return tn_no_memory(err);
    facts->has_bases = imports_base(l->mod);
    if (status != TN_OK) {
        add_evidence(l, why.offset, tn_rw_say(&facts->pen, "%s", why.text));
        return TN_OK;
    }
    facts->has_dylink = image->dylink.is_present;
    facts->needed_count = image->dylink.needed_count;
    *is_pic = image->dylink.is_present &&
              (image->is_pic || (!has_active_segments(l->mod) &&
                                 image->dylink.needed_count == 0));
    if (*is_pic)
        decide_level(
            l, TN_RELOC_PIC, TN_NO_OFFSET,
            tn_rw_say(&facts->pen,
                      "dylink.0 asks for %llu bytes and %llu elements, and "
                      "all segments count from imported bases",
                      (unsigned long long)image->dylink.memory_size,
                      (unsigned long long)image->dylink.table_size));
    else if (facts->has_bases)
        add_evidence(l, TN_NO_OFFSET,
                     "it imports bases of a dynamic linker, but has no "
                     "dylink.0");
    tn_dyn_image_free(image);
    return TN_OK;
}

/* --- B: relocations that were recorded -------------------------------------------- */

static tn_status try_recorded(struct levels *l, bool *is_recorded,
                              tn_error *err)
{
    struct tn_rw_facts *facts = l->facts;
    struct tn_rw_relocs relocs = {0};
    *is_recorded = tn_rw_relocs_read(facts, &relocs);
    bool is_kept = true;
    if (*is_recorded) {
        facts->pub.code_site_count = relocs.code_count;
        facts->pub.data_site_count = relocs.data_count;
        is_kept = keep_sites(l, &relocs.code_sites, &facts->pub.sites) &&
                  keep_sites(l, &relocs.data_sites, &facts->pub.data_sites);
        decide_level(l, TN_RELOC_RECORDED, TN_NO_OFFSET,
                     tn_rw_say(&facts->pen,
                               "%llu relocations of code and %llu of data are "
                               "recorded, and each is where it says",
                               (unsigned long long)relocs.code_count,
                               (unsigned long long)relocs.data_count));
    } else if (relocs.why != NULL) {
        add_evidence(l, relocs.why_at, relocs.why);
    }
    TN_VEC_CLEAR(&relocs.code_sites, facts->alloc);
    TN_VEC_CLEAR(&relocs.data_sites, facts->alloc);
    return is_kept ? TN_OK : tn_no_memory(err);
}

/* --- C: nothing of its own ----------------------------------------------------------- */

static tn_status try_code_only(struct levels *l, bool *is_code_only,
                               tn_error *err)
{
    const struct tn_mod *mod = l->mod;
    *is_code_only = false;
    if (has_active_segments(mod))
        return TN_OK;
    if (mod->memory_count == 0) {
        decide_level(l, TN_RELOC_CODE_ONLY, TN_NO_OFFSET,
                     "it has no memory: nothing of it has an address");
        *is_code_only = true;
        return TN_OK;
    }
    if (mod->memory_import_count != mod->memory_count)
        return TN_OK;
    uint64_t at;
    uint32_t func;
    TN_TRY(tn_rw_facts_addresses(l->facts, &func, &at, err));
    *is_code_only = func == TN_NONE;
    if (*is_code_only)
        decide_level(
            l, TN_RELOC_CODE_ONLY, TN_NO_OFFSET,
            "no data of its own, and each address that it uses comes from "
            "outside or from the stack");
    else
        add_evidence(l, at,
                     tn_rw_say(&l->facts->pen,
                               "an address of its own making in %s",
                               tn_rw_func_text(&l->facts->pen, mod, func)));
    return TN_OK;
}

/* --- D: linked from position-independent objects ---------------------------------------- */

/* lld gives an executable that has such objects globals for their bases. */
static tn_status try_code_pic(struct levels *l, bool *is_code_pic,
                              tn_error *err)
{
    struct tn_names names;
    *is_code_pic = false;
    if (!tn_names_read(l->mod, l->facts->arena, &names))
        return tn_no_memory(err);
    const struct tn_str *globals = names.of[TN_NAME_GLOBAL];
    for (uint32_t i = 0;
         globals != NULL && i < names.counts[TN_NAME_GLOBAL] && !*is_code_pic;
         i++)
        *is_code_pic =
            tn_str_is(globals[i], "GOT.data.internal.__memory_base") ||
            tn_str_is(globals[i], "GOT.data.internal.__table_base");
    if (*is_code_pic)
        decide_level(
            l, TN_RELOC_CODE_PIC, TN_NO_OFFSET,
            "linked from position-independent objects: code adds a base to "
            "each address, but pointers in data are not told from numbers");
    else if (l->facts->has_bases) {
        *is_code_pic = true;
        decide_level(
            l, TN_RELOC_CODE_PIC, TN_NO_OFFSET,
            "code counts from imported bases, but where data has pointers "
            "is not told");
    }
    return TN_OK;
}

/* --- E: padded operands -------------------------------------------------------------------- */

static bool was_optimized(const struct tn_mod *mod)
{
    for (uint32_t i = 0; i < mod->custom_count; i++) {
        const struct tn_custom *custom = &mod->customs[i];
        if (!tn_str_is(custom->name, "producers"))
            continue;
        const uint8_t *at = mod->bytes + custom->bytes.offset;
        for (uint32_t k = 0; k + 8 <= custom->bytes.size; k++)
            if (memcmp(at + k, "wasm-opt", 8) == 0 ||
                memcmp(at + k, "binaryen", 8) == 0)
                return true;
    }
    return false;
}

/* Words of data, aligned in memory, that would be addresses of data. */
static bool count_candidates(struct levels *l, uint64_t end)
{
    struct tn_rw_facts *facts = l->facts;
    struct tn_rw_sites found = {0};
    bool is_ok = true;
    for (uint32_t i = 0; i < l->mod->data_count && is_ok; i++) {
        const struct tn_data_def *data = &l->mod->datas[i];
        uint64_t place;
        if (data->mode != TN_SEGMENT_ACTIVE || data->memory_index != 0 ||
            !tn_rw_constant(l->mod, data->offset, &place))
            continue;
        const uint8_t *bytes = l->mod->bytes + data->bytes.offset;
        for (uint64_t k = (4 - place % 4) % 4; k + 4 <= data->bytes.size;
             k += 4) {
            uint32_t word = (uint32_t)bytes[k] | (uint32_t)bytes[k + 1] << 8 |
                            (uint32_t)bytes[k + 2] << 16 |
                            (uint32_t)bytes[k + 3] << 24;
            if (word < facts->data_begin || word >= end)
                continue;
            facts->pub.data_site_count++;
            is_ok = is_ok &&
                    (!facts->with_sites ||
                     TN_VEC_PUSH(&found, facts->alloc, data->bytes.offset + k));
        }
    }
    is_ok = is_ok && keep_sites(l, &found, &facts->pub.data_sites);
    TN_VEC_CLEAR(&found, facts->alloc);
    return is_ok;
}

static tn_status try_padded(struct levels *l, bool *is_padded, tn_error *err)
{
    struct tn_rw_facts *facts = l->facts;
    const struct tn_rw_code *code = &facts->code;
    *is_padded = code->padded_call_count == code->call_count &&
                 code->call_count + code->site_count != 0 &&
                 !was_optimized(l->mod);
    if (!*is_padded)
        return TN_OK;
    if (!count_candidates(l, facts->own_end) ||
        !keep_sites(l, &code->sites, &facts->pub.sites))
        return tn_no_memory(err);
    facts->pub.code_site_count = code->site_count;
    decide_level(
        l, TN_RELOC_PADDED, TN_NO_OFFSET,
        tn_rw_say(&facts->pen,
                  "%llu padded operands are the addresses of code, but %llu "
                  "words of data only may be addresses",
                  (unsigned long long)code->site_count,
                  (unsigned long long)facts->pub.data_site_count));
    return TN_OK;
}

/* --- F: absolute -------------------------------------------------------------------------------- */

static void add_absolute(struct levels *l, bool is_level)
{
    struct tn_rw_facts *facts = l->facts;
    const struct tn_rw_code *code = &facts->code;
    bool is_sure = code->sure_at < code->likely_at;
    const char *text = "no section says which of its numbers are addresses";
    uint64_t at = TN_NO_OFFSET;
    if (code->sure_at != TN_NO_OFFSET || code->likely_at != TN_NO_OFFSET) {
        uint32_t func = is_sure ? code->sure_func : code->likely_func;
        at = is_sure ? code->sure_at : code->likely_at;
        text = tn_rw_say(&facts->pen, "first absolute address in %s",
                         tn_rw_func_text(&facts->pen, l->mod, func));
    }
    if (is_level)
        decide_level(l, TN_RELOC_ABSOLUTE, at, text);
    else
        add_evidence(l, at, text);
}

static tn_status find_level(struct levels *l, tn_error *err)
{
    bool is_found = false;
    TN_TRY(try_pic(l, &is_found, err));
    if (!is_found)
        TN_TRY(try_recorded(l, &is_found, err));
    if (!is_found)
        TN_TRY(try_code_only(l, &is_found, err));
    if (is_found)
        return TN_OK;
    TN_TRY(try_code_pic(l, &is_found, err));
    if (!is_found)
        TN_TRY(try_padded(l, &is_found, err));
    add_absolute(l, !is_found);
    return TN_OK;
}

tn_status tn_rw_facts_level(struct tn_rw_facts *facts, tn_error *err)
{
    struct levels l = {.facts = facts, .mod = facts->mod};
    l.evidence = TN_NEW_ARRAY(facts->arena, tn_evidence, MAX_EVIDENCE);
    if (l.evidence == NULL)
        return tn_no_memory(err);
    TN_TRY(find_level(&l, err));
    facts->pub.level_evidence = l.evidence;
    facts->pub.level_evidence_count = l.count;
    return TN_OK;
}
