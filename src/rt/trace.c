/* trace.c - walking the frames of a call.
 *
 * A frame's header says where it returns to. What stands there says how the
 * context changes: behind calls through a tn_func there is `xrest`, whose
 * operand names the caller's slot that holds its context; everything else
 * returns inside one instance. See context.h for the frame. */
#include "rt/store.h"

static int32_t word_at(const uint8_t *pc)
{
    int32_t word;
    memcpy(&word, pc, sizeof word);
    return word;
}

bool tn_rt_walk_out(struct tn_walk *w, const uint64_t *header)
{
    const tn_engine *engine = w->store->engine;
    const uint8_t *ret = tn_slot_pointer(header[0]);
    uint64_t *frame = tn_slot_pointer(header[1]);
    if (word_at(ret) == engine->stubs.xtail) {
        const uint64_t *saved = frame;
        ret = tn_slot_pointer(saved[0]);
        frame = tn_slot_pointer(saved[1]);
        w->context = tn_slot_pointer(saved[2]);
    }
    if (word_at(ret) == engine->stubs.exit)
        return false;
    if (word_at(ret) == engine->xrest) {
        uint16_t slot;
        memcpy(&slot, ret + sizeof(int32_t), sizeof slot);
        w->context = tn_slot_pointer(frame[slot]);
    }
    w->frame = frame;
    w->pc = ret - 1;
    return true;
}

const uint64_t *tn_rt_header_of(const struct tn_walk *w, uint32_t index)
{
    const struct tn_mod *mod = w->context->instance->module->mod;
    const struct tn_type *type = mod->types[mod->funcs[index]];
    return w->frame + (type->param_slots > type->result_slots
                           ? type->param_slots
                           : type->result_slots);
}

const uint64_t *tn_rt_walk_header(const struct tn_walk *w, uint32_t *index)
{
    *index = tn_code_function_at(w->context->instance->module->code, w->pc);
    return *index == TN_NONE ? NULL : tn_rt_header_of(w, *index);
}

static void note_frame(struct tn_store *store, struct tn_instance *instance,
                       uint32_t index, const uint8_t *pc)
{
    struct tn_trap *trap = &store->trap;
    if (trap->frame_count < TN_TRAP_FRAMES)
        trap->frames[trap->frame_count++] =
            (struct tn_trap_frame){instance, index, pc};
    trap->depth++;
    /* An exception left in order: every frame had its handlers. */
    if (store->config.trap_policy == TN_TRAP_POISONS &&
        trap->kind != TN_TRAP_UNCAUGHT_EXCEPTION &&
        instance->state == TN_INSTANCE_LIVE)
        tn_rt_instance_set_state(instance, TN_INSTANCE_POISONED,
                                 tn_trap_text(trap->kind));
}

static void note_walk(struct tn_walk *w)
{
    uint32_t index;
    const uint64_t *header;
    while ((header = tn_rt_walk_header(w, &index)) != NULL) {
        note_frame(w->store, w->context->instance, index, w->pc);
        if (!tn_rt_walk_out(w, header))
            return;
    }
}

void tn_rt_trap_frames(struct tn_context *context, uint64_t *frame,
                       const uint8_t *pc)
{
    struct tn_walk w = {context->store, context, frame, pc};
    note_walk(&w);
}

void tn_rt_trap_callers(struct tn_store *store, const uint64_t *header,
                        struct tn_context *context)
{
    struct tn_walk w = {store, context, NULL, NULL};
    if (context != NULL && tn_rt_walk_out(&w, header))
        note_walk(&w);
}

static bool is_stub(const tn_engine *engine, const uint8_t *pc)
{
    const uint8_t *stubs = (const uint8_t *)&engine->stubs;
    return pc >= stubs && pc < stubs + sizeof engine->stubs;
}

void tn_rt_trap(struct tn_context *context, uint64_t *frame, const uint8_t *pc,
                tn_trap_kind kind)
{
    struct tn_store *store = context->store;
    tn_rt_trap_begin(store, kind);
    store->activation->status = TN_E_TRAP;
    struct tn_walk w = {store, context, frame, pc};
    if (!is_stub(store->engine, pc)) {
        note_walk(&w);
        return;
    }
    /* A function that could not even begin. Its frame is there. */
    const struct tn_func *func = store->stub_func;
    const uint64_t *header = frame + func->header_slot;
    note_frame(store, func->instance, func->index, NULL);
    w.context = tn_slot_pointer(header[2]);
    if (tn_rt_walk_out(&w, header))
        note_walk(&w);
}

/* --- Public ------------------------------------------------------------------ */

size_t tn_store_trap_frame_count(const tn_store *store)
{
    return store->trap.frame_count;
}

size_t tn_store_trap_depth(const tn_store *store)
{
    return (size_t)store->trap.depth;
}

static const char *keep_name(tn_store *store, struct tn_str name)
{
    char *text = tn_arena_take(&store->names, name.size + 1, 1);
    if (text == NULL || name.size == 0)
        return "";
    memcpy(text, name.at, name.size);
    return text;
}

tn_frame tn_store_trap_frame(tn_store *store, size_t i)
{
    tn_frame out = {"", "", 0, TN_NO_OFFSET};
    if (i >= store->trap.frame_count)
        return out;
    const struct tn_trap_frame *frame = &store->trap.frames[i];
    const tn_module *module = frame->instance->module;
    out.function_index = frame->index;
    out.module = keep_name(store, module->mod->name);
    out.function =
        keep_name(store, tn_mod_func_name(module->mod, frame->index));
    if (frame->pc != NULL)
        out.offset = tn_code_offset_at(module->code, frame->index, frame->pc);
    return out;
}
