/* tn_engine.c - what needs several parts at once: the engine with its tier,
 * and register code as text. */
#include "api/parts.h"
#include "mod/features.h"
#include "rt/engine.h"

tn_status tn_engine_new(const tn_config *config, tn_engine **out, tn_error *err)
{
    tn_config whole = TN_CONFIG_INIT;
    *out = NULL;
    if (config != NULL)
        memcpy(&whole, config,
               config->size < sizeof whole ? config->size : sizeof whole);
    const struct tn_tier *tier = tn_parts_tier(whole.tier);
    if (tier == NULL)
        return tn_fail(err, TN_E_UNSUPPORTED, TN_NO_OFFSET,
                       "no tier \"%s\" in this build", whole.tier);
    whole.features = tn_mod_features_chosen(whole.features);
    return tn_rt_engine_new(&whole, tier, tn_mod_features_run(), out, err);
}

static tn_status show_functions(const tn_module *module, uint32_t function,
                                struct tn_buf *buf, tn_error *err)
{
    const struct tn_mod *mod = module->mod;
    uint32_t first = mod->func_import_count, end = mod->func_count;
    if (function != UINT32_MAX) {
        if (function < first || function >= end)
            return tn_fail(err, TN_E_NOT_FOUND, TN_NO_OFFSET,
                           "no function %u with a body", (unsigned)function);
        first = function;
        end = function + 1;
    }
    for (uint32_t i = first; i < end; i++)
        TN_TRY(tn_code_show(module->code, i, buf, err));
    return TN_OK;
}

tn_status tn_module_show_ir(tn_module *module, uint32_t function, tn_text *out,
                            tn_error *err)
{
    struct tn_buf buf;
    *out = (tn_text){NULL, 0};
    tn_buf_init(&buf, &tn_alloc_libc);
    tn_status status = show_functions(module, function, &buf, err);
    if (status == TN_OK)
        return tn_buf_to_text(&buf, out, err);
    tn_buf_clear(&buf);
    return status;
}
