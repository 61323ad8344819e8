/* trial_memory.c - what a side's memories hold, as sums of their words.
 *
 * A program gives nobody its memories. So for each exported one a module is
 * added to it that imports the memory and sums it there, as is done here for
 * those that can be reached: FNV-1a, eight bytes at a time. */
#include "trial.h"

#include <stdlib.h>
#include <string.h>

#define SUM_FIRST UINT64_C(0xcbf29ce484222325)
#define SUM_PRIME UINT64_C(0x100000001b3)

static const char peek_text[] =
    ") (func (export \"size\") (result i64)"
    " (i64.mul (i64.extend_i32_u (memory.size)) (i64.const 65536)))"
    " (func (export \"sum\") (param $at i32) (param $size i32) (result i64)"
    " (local $sum i64)"
    " (local.set $sum (i64.const 0xcbf29ce484222325))"
    " (block $end (loop $next"
    " (br_if $end (i32.eqz (local.get $size)))"
    " (local.set $sum (i64.mul (i64.const 0x100000001b3)"
    " (i64.xor (local.get $sum) (i64.load (local.get $at)))))"
    " (local.set $at (i32.add (local.get $at) (i32.const 8)))"
    " (local.set $size (i32.sub (local.get $size) (i32.const 8)))"
    " (br $next))) (local.get $sum)))";

/* --- Modules that look ------------------------------------------------------------- */

static void put_name(FILE *out, const char *name)
{
    fputs(" \"", out);
    for (; *name != '\0'; name++)
        fprintf(out, "\\%02x", (unsigned char)*name);
    putc('"', out);
}

static bool parse_peek(const char *module, const char *memory, tn_text *out)
{
    char *text = NULL;
    size_t size = 0;
    tn_error err;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL)
        return false;
    fputs("(module (import", stream);
    put_name(stream, module);
    put_name(stream, memory);
    fputs(" (memory 0)", stream);
    fputs(peek_text, stream);
    bool is_parsed =
        fclose(stream) == 0 && tn_wat_parse(text, size, out, &err) == TN_OK;
    free(text);
    return is_parsed;
}

/* What the input is called in the program: the primary has the name that it has
 * of itself. Null if another one is called so, too. Free it. */
static char *called(const struct side *side, size_t input, const tn_info *info)
{
    const char *own = tn_info_name(info);
    size_t size = strlen(own);
    if (input != side->primary)
        return strdup(side->advise->inputs.at[input].name);
    if (size >= 5 && strcmp(own + size - 5, ".wasm") == 0)
        size -= 5;
    char *name = size > 0 ? strndup(own, size) : strdup("m0");
    for (size_t i = 0; i < side->advise->inputs.count && name != NULL; i++)
        if (i != input && strcmp(side->advise->inputs.at[i].name, name) == 0) {
            free(name);
            return NULL;
        }
    return name;
}

static bool add_peek(struct side *side, size_t input, const char *module,
                     const tn_item_info *item)
{
    struct peek *peeks =
        realloc(side->peeks, (side->peek_count + 1) * sizeof(peeks[0]));
    if (peeks == NULL)
        return false;
    side->peeks = peeks;
    struct peek *peek = &peeks[side->peek_count];
    *peek = (struct peek){.input = input, .memory = strdup(item->name)};
    snprintf(peek->name, sizeof(peek->name), "tenon.peek%zu", side->peek_count);
    side->peek_count++;
    return peek->memory != NULL &&
           parse_peek(module, item->name, &peek->module);
}

/* Memories of 64 bits, shared ones and those of other pages are not seen. */
static bool add_peeks(struct side *side, size_t input)
{
    tn_bytes bytes = side->advise->inputs.at[input].module;
    tn_info *info;
    tn_error err;
    bool is_added = true;
    if (tn_info_read(bytes.at, bytes.size, &info, &err) != TN_OK)
        return false;
    char *module = called(side, input, info);
    for (size_t i = 0; i < tn_info_export_count(info) && is_added; i++) {
        tn_item_info item = tn_info_export(info, i);
        if (module != NULL && item.kind == TN_EXTERN_MEMORY &&
            !item.limits.is_64 && !item.limits.is_shared &&
            item.limits.page_size_log2 == 16)
            is_added = add_peek(side, input, module, &item);
    }
    free(module);
    tn_info_free(info);
    return is_added;
}

bool side_make_peeks(struct side *side)
{
    for (size_t i = 0; i < side->advise->inputs.count; i++)
        if (!add_peeks(side, i))
            return false;
    return true;
}

void side_drop_peeks(struct side *side)
{
    for (size_t i = 0; i < side->peek_count; i++) {
        free(side->peeks[i].memory);
        tn_text_free(&side->peeks[i].module);
    }
    free(side->peeks);
}

/* Calls "size" or "sum" of the module that looks into this memory. */
static bool ask_peek(struct side *side, size_t input, const char *name,
                     const char *func_name, uint64_t slots[2])
{
    char route[96];
    tn_func *func;
    tn_error err;
    for (size_t i = 0; i < side->peek_count; i++) {
        const struct peek *peek = &side->peeks[i];
        if (peek->input != input || strcmp(peek->memory, name) != 0)
            continue;
        snprintf(route, sizeof(route), "#%zu:%s",
                 side->advise->inputs.count + i, func_name);
        return tn_program_func(side->program, route, &func, &err) == TN_OK &&
               tn_func_call_raw(func, slots, &err) == TN_OK;
    }
    return false;
}

/* --- What is there ------------------------------------------------------------------ */

bool side_memory_size(struct side *side, size_t input, const char *name,
                      uint64_t *out)
{
    uint64_t slots[2] = {0, 0};
    if (side->kind == SIDE_PROGRAM) {
        bool is_seen = ask_peek(side, input, name, "size", slots);
        *out = slots[0];
        return is_seen;
    }
    const tn_memory *memory = side_memory(side, input, name);
    if (memory != NULL)
        *out = tn_memory_size(memory);
    return memory != NULL && *out % 8 == 0;
}

uint64_t side_memory_sum(struct side *side, size_t input, const char *name,
                         struct span span)
{
    uint64_t slots[2] = {span.at, span.size}, sum = SUM_FIRST;
    if (side->kind == SIDE_PROGRAM)
        return ask_peek(side, input, name, "sum", slots) ? slots[0] : 0;
    const unsigned char *at =
        tn_memory_span(side_memory(side, input, name), span.at, span.size);
    for (uint64_t i = 0; i < span.size; i += 8) {
        uint64_t word = 0;
        for (unsigned k = 0; k < 8; k++)
            word |= (uint64_t)at[i + k] << (8 * k);
        sum = (sum ^ word) * SUM_PRIME;
    }
    return sum;
}
