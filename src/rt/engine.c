/* engine.c - the engine: what every store of it asks for. */
#include "rt/engine.h"

#include <stdarg.h>
#include <stdio.h>

static void set_words(tn_engine *engine)
{
    const struct tn_ir_target *target = engine->tier->target();
    engine->target = target;
    engine->stubs = (struct tn_stubs){
        .lazy = tn_ir_word(target, TN_FORM_stub_lazy),
        .host = tn_ir_word(target, TN_FORM_stub_host),
        .gate = tn_ir_word(target, TN_FORM_stub_gate),
        .exit = tn_ir_word(target, TN_FORM_stub_exit),
        .xtail = tn_ir_word(target, TN_FORM_stub_xtail),
    };
    engine->xrest = tn_ir_word(target, TN_FORM_xrest);
}

tn_status tn_rt_engine_new(const tn_config *config, const struct tn_tier *tier,
                           uint64_t executable, tn_engine **out, tn_error *err)
{
    tn_allocator alloc =
        config->allocator != NULL ? *config->allocator : tn_alloc_libc;
    *out = NULL;
    tn_engine *engine = TN_ALLOC(&alloc, tn_engine);
    if (engine == NULL)
        return tn_no_memory(err);
    engine->alloc = alloc;
    engine->features = config->features & executable;
    engine->log = config->log;
    engine->log_ctx = config->log_ctx;
    engine->placement = config->placement;
    engine->trace_calls = config->trace_calls;
    engine->deterministic = config->deterministic;
    engine->tier = tier;
    engine->types = tn_types_new(&engine->alloc);
    if (engine->types == NULL) {
        tn_alloc_free(&alloc, engine, sizeof *engine);
        return tn_no_memory(err);
    }
    tn_mutex_init(&engine->lock);
    tn_rt_parking_init(&engine->parking);
    set_words(engine);
    *out = engine;
    return TN_OK;
}

void tn_engine_free(tn_engine *engine)
{
    if (engine == NULL)
        return;
    tn_allocator alloc = engine->alloc;
    tn_types_free(engine->types);
    tn_rt_parking_clear(&engine->parking);
    tn_mutex_clear(&engine->lock);
    tn_alloc_free(&alloc, engine, sizeof *engine);
}

void tn_rt_log(const tn_engine *engine, tn_log_level level, const char *part,
               const char *format, ...)
{
    if (engine->log == NULL)
        return;
    char line[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    engine->log(engine->log_ctx, level, part, line);
}
