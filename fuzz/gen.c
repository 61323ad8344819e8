/* gen.c - a random module: first a plan of what it has, then its sections. */
#include "gen_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ bytes */

void gen_raw(struct gen_bytes *bytes, const void *at, size_t size)
{
    if (size > bytes->capacity - bytes->size) {
        bytes->capacity = 2 * bytes->capacity + size;
        bytes->at = realloc(bytes->at, bytes->capacity);
        if (bytes->at == NULL)
            abort();
    }
    if (size > 0)
        memcpy(bytes->at + bytes->size, at, size);
    bytes->size += size;
}

void gen_u8(struct gen_bytes *bytes, unsigned value)
{
    uint8_t byte = (uint8_t)value;
    gen_raw(bytes, &byte, 1);
}

void gen_leb(struct gen_bytes *bytes, uint64_t value)
{
    while (value >= 0x80) {
        gen_u8(bytes, (unsigned)(value & 0x7f) | 0x80);
        value >>= 7;
    }
    gen_u8(bytes, (unsigned)value);
}

void gen_sleb(struct gen_bytes *bytes, int64_t value)
{
    while (value < -64 || value > 63) {
        gen_u8(bytes, (unsigned)(value & 0x7f) | 0x80);
        value >>= 7;
    }
    gen_u8(bytes, (unsigned)(value & 0x7f));
}

static void put_text(struct gen_bytes *bytes, const char *text)
{
    gen_leb(bytes, strlen(text));
    gen_raw(bytes, text, strlen(text));
}

/* Appends `part` behind its size, and empties it. */
static void put_sized(struct gen_bytes *bytes, struct gen_bytes *part)
{
    gen_leb(bytes, part->size);
    gen_raw(bytes, part->at, part->size);
    part->size = 0;
}

/* ---------------------------------------------------------------- choices */

static uint8_t next_byte(struct gen_source *source)
{
    if (source->at < source->end)
        return *source->at++;
    source->state ^= source->state << 13;
    source->state ^= source->state >> 7;
    source->state ^= source->state << 17;
    return (uint8_t)(source->state >> 32);
}

uint32_t gen_choose(struct gen_source *source, uint32_t count)
{
    uint32_t value = next_byte(source);
    for (uint32_t reach = 256; reach < count; reach <<= 8)
        value = value << 8 | next_byte(source);
    return value % count;
}

bool gen_once_in(struct gen_source *source, uint32_t times)
{
    return gen_choose(source, times) == 0;
}

uint64_t gen_bits(struct gen_source *source)
{
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++)
        bits = bits << 8 | next_byte(source);
    return bits;
}

static struct gen_source source_of(const uint8_t *choices, size_t size)
{
    struct gen_source source = {choices, choices + size, 0x9e3779b97f4a7c15};
    for (size_t i = 0; i < size; i++)
        source.state = (source.state ^ choices[i]) * 0x100000001b3;
    source.state |= 1;
    return source;
}

/* ------------------------------------------------------------------- plan */

static void plan_list(struct gen_source *source, uint32_t max, char *out)
{
    static const char types[] = "iiiiIIIffFFFrx";
    uint32_t count = gen_choose(source, max + 1);
    for (uint32_t i = 0; i < count; i++)
        out[i] = types[gen_choose(source, sizeof types - 1)];
    out[count] = 0;
}

static void plan_types(struct gen_plan *plan)
{
    plan->types[0] = (struct gen_type){"iI", "I"};
    plan->type_count = 4 + gen_choose(&plan->source, GEN_MAX_TYPES - 4);
    for (uint32_t i = 1; i < plan->type_count; i++) {
        plan_list(&plan->source, 4, plan->types[i].params);
        plan_list(&plan->source, gen_once_in(&plan->source, 3) ? 4 : 1,
                  plan->types[i].results);
    }
}

static void plan_functions(struct gen_plan *plan, uint32_t count)
{
    plan->func_count =
        1 + (count > 0 ? count : 2 + gen_choose(&plan->source, 8));
    plan->func_types = calloc(plan->func_count, sizeof *plan->func_types);
    if (plan->func_types == NULL)
        abort();
    for (uint32_t i = 1; i < plan->func_count; i++)
        plan->func_types[i] = gen_choose(&plan->source, plan->type_count);
    for (uint32_t i = 0; i < GEN_SLOTS; i++)
        plan->slots[i] = gen_choose(&plan->source, plan->func_count);
}

static void plan_state(struct gen_plan *plan)
{
    struct gen_source *source = &plan->source;
    plan->memory_count = 1 + gen_choose(source, GEN_MAX_MEMORIES);
    for (uint32_t i = 0; i < plan->memory_count; i++) {
        uint32_t min = gen_once_in(source, 6) ? 0 : 1 + gen_choose(source, 2);
        plan->memories[i] =
            (struct gen_memory){!plan->is_plain && gen_once_in(source, 3), min,
                                min + gen_choose(source, 3)};
    }
    plan->table_count = 1 + gen_choose(source, GEN_MAX_TABLES);
    for (uint32_t i = 0; i < plan->table_count; i++) {
        uint32_t min = GEN_SLOTS + gen_choose(source, 8);
        char type = i > 0 && gen_once_in(source, 2) ? 'x' : 'r';
        plan->tables[i] =
            (struct gen_table){!plan->is_plain && gen_once_in(source, 4), type,
                               min, min + gen_choose(source, 8)};
    }
    plan_list(source, GEN_MAX_GLOBALS - 1, plan->globals + 1);
    plan->globals[0] = 'i';
}

/* --------------------------------------------------------------- sections */

unsigned gen_type_code(char type)
{
    switch (type) {
    case 'i':
        return 0x7f;
    case 'I':
        return 0x7e;
    case 'f':
        return 0x7d;
    case 'F':
        return 0x7c;
    case 'r':
        return 0x70;
    default:
        return 0x6f;
    }
}

static void put_list(struct gen_bytes *out, const char *types)
{
    gen_leb(out, strlen(types));
    for (; *types != 0; types++)
        gen_u8(out, gen_type_code(*types));
}

static void put_types(struct gen_plan *plan, struct gen_bytes *out)
{
    gen_leb(out, plan->type_count);
    for (uint32_t i = 0; i < plan->type_count; i++) {
        gen_u8(out, 0x60);
        put_list(out, plan->types[i].params);
        put_list(out, plan->types[i].results);
    }
}

static void put_imports(struct gen_plan *plan, struct gen_bytes *out)
{
    (void)plan;
    gen_leb(out, 1);
    put_text(out, "env");
    put_text(out, "mix");
    gen_u8(out, 0);
    gen_leb(out, 0);
}

static void put_functions(struct gen_plan *plan, struct gen_bytes *out)
{
    gen_leb(out, plan->func_count - 1);
    for (uint32_t i = 1; i < plan->func_count; i++)
        gen_leb(out, plan->func_types[i]);
}

static void put_limits(struct gen_bytes *out, bool is_64, uint32_t min,
                       uint32_t max)
{
    gen_u8(out, is_64 ? 5 : 1);
    gen_leb(out, min);
    gen_leb(out, max);
}

static void put_tables(struct gen_plan *plan, struct gen_bytes *out)
{
    gen_leb(out, plan->table_count);
    for (uint32_t i = 0; i < plan->table_count; i++) {
        const struct gen_table *t = &plan->tables[i];
        gen_u8(out, gen_type_code(t->type));
        put_limits(out, t->is_64, t->min, t->max);
    }
}

static void put_memories(struct gen_plan *plan, struct gen_bytes *out)
{
    gen_leb(out, plan->memory_count);
    for (uint32_t i = 0; i < plan->memory_count; i++) {
        const struct gen_memory *m = &plan->memories[i];
        put_limits(out, m->is_64, m->min, m->max);
    }
}

static void put_constant(struct gen_plan *plan, char type,
                         struct gen_bytes *out)
{
    uint64_t bits = gen_bits(&plan->source);
    switch (type) {
    case 'i':
        gen_u8(out, 0x41), gen_sleb(out, (int32_t)bits);
        break;
    case 'I':
        gen_u8(out, 0x42), gen_sleb(out, (int64_t)bits);
        break;
    case 'f':
        gen_u8(out, 0x43), gen_raw(out, &bits, 4);
        break;
    case 'F':
        gen_u8(out, 0x44), gen_raw(out, &bits, 8);
        break;
    default:
        gen_u8(out, 0xd0), gen_u8(out, gen_type_code(type));
        break;
    }
    gen_u8(out, 0x0b);
}

static void put_globals(struct gen_plan *plan, struct gen_bytes *out)
{
    static const uint8_t fuel[] = {0x7f, 1, 0x41, GEN_FUEL, 0x0b};
    gen_leb(out, strlen(plan->globals));
    gen_raw(out, fuel, sizeof fuel);
    for (const char *g = plan->globals + 1; *g != 0; g++) {
        gen_u8(out, gen_type_code(*g));
        gen_u8(out, 1);
        put_constant(plan, *g, out);
    }
}

static void put_export(struct gen_bytes *out, const char *prefix,
                       uint32_t number, unsigned kind)
{
    char name[32];
    snprintf(name, sizeof name, "%s%u", prefix, number);
    put_text(out, kind == 3 && number == 0 ? "fuel" : name);
    gen_u8(out, kind);
    gen_leb(out, number);
}

static void put_exports(struct gen_plan *plan, struct gen_bytes *out)
{
    uint32_t global_count = (uint32_t)strlen(plan->globals);
    gen_leb(out, plan->func_count - 1 + plan->table_count + plan->memory_count +
                     global_count);
    for (uint32_t i = 1; i < plan->func_count; i++)
        put_export(out, "f", i, 0);
    for (uint32_t i = 0; i < plan->table_count; i++)
        put_export(out, "t", i, 1);
    for (uint32_t i = 0; i < plan->memory_count; i++)
        put_export(out, "m", i, 2);
    for (uint32_t i = 0; i < global_count; i++)
        put_export(out, "g", i, 3);
}

/* Segment 0 fills table 0, 1 is passive, 2 declares all functions. */
static void put_elements(struct gen_plan *plan, struct gen_bytes *out)
{
    gen_leb(out, GEN_SEGMENTS);
    gen_u8(out, 0);
    gen_u8(out, plan->tables[0].is_64 ? 0x42 : 0x41);
    gen_u8(out, 0);
    gen_u8(out, 0x0b);
    gen_leb(out, GEN_SLOTS);
    for (uint32_t i = 0; i < GEN_SLOTS; i++)
        gen_leb(out, plan->slots[i]);
    gen_u8(out, 1), gen_u8(out, 0);
    gen_leb(out, GEN_SEGMENT_SIZE);
    for (uint32_t i = 0; i < GEN_SEGMENT_SIZE; i++)
        gen_leb(out, gen_choose(&plan->source, plan->func_count));
    gen_u8(out, 3), gen_u8(out, 0);
    gen_leb(out, plan->func_count);
    for (uint32_t i = 0; i < plan->func_count; i++)
        gen_leb(out, i);
}

/* Segment 0 is active if memory 0 has room, the others are passive. */
static void put_data(struct gen_plan *plan, struct gen_bytes *out)
{
    gen_leb(out, GEN_SEGMENTS);
    for (uint32_t i = 0; i < GEN_SEGMENTS; i++) {
        bool is_active = i == 0 && plan->memories[0].min > 0;
        gen_u8(out, is_active ? 0 : 1);
        if (is_active) {
            gen_u8(out, plan->memories[0].is_64 ? 0x42 : 0x41);
            gen_sleb(out, gen_choose(&plan->source, 4096));
            gen_u8(out, 0x0b);
        }
        gen_leb(out, GEN_SEGMENT_SIZE);
        for (uint32_t k = 0; k < GEN_SEGMENT_SIZE; k++)
            gen_u8(out, gen_choose(&plan->source, 256));
    }
}

static void put_data_count(struct gen_plan *plan, struct gen_bytes *out)
{
    (void)plan;
    gen_leb(out, GEN_SEGMENTS);
}

static void put_code(struct gen_plan *plan, struct gen_bytes *out)
{
    struct gen_bytes body = {0};
    gen_leb(out, plan->func_count - 1);
    for (uint32_t i = 1; i < plan->func_count; i++) {
        gen_body(plan, i, &body);
        put_sized(out, &body);
    }
    free(body.at);
}

struct gen_bytes gen_module(const uint8_t *choices, size_t size,
                            const struct gen_options *options)
{
    static const struct {
        unsigned id;
        void (*put)(struct gen_plan *, struct gen_bytes *);
    } sections[] = {
        {1, put_types},   {2, put_imports},  {3, put_functions},
        {4, put_tables},  {5, put_memories}, {6, put_globals},
        {7, put_exports}, {9, put_elements}, {12, put_data_count},
        {10, put_code},   {11, put_data},
    };
    struct gen_plan plan = {.source = source_of(choices, size)};
    struct gen_bytes out = {0}, section = {0};
    plan.is_plain = options->is_plain;
    plan_types(&plan);
    plan_functions(&plan, options->function_count);
    plan_state(&plan);
    plan.body_size = options->body_size;
    gen_raw(&out, "\0asm\1\0\0\0", 8);
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        sections[i].put(&plan, &section);
        gen_u8(&out, sections[i].id);
        put_sized(&out, &section);
    }
    free(section.at);
    free(plan.func_types);
    return out;
}
