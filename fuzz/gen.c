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

void gen_padded_leb(struct gen_bytes *bytes, uint32_t value)
{
    for (int i = 0; i < 4; i++, value >>= 7)
        gen_u8(bytes, (value & 0x7f) | 0x80);
    gen_u8(bytes, value);
}

void gen_sleb(struct gen_bytes *bytes, int64_t value)
{
    while (value < -64 || value > 63) {
        gen_u8(bytes, (unsigned)(value & 0x7f) | 0x80);
        value >>= 7;
    }
    gen_u8(bytes, (unsigned)(value & 0x7f));
}

/* Of export names, by kind. */
static const char *const kind_letters[] = {"f", "t", "m", "g", "e"};

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

struct gen_source gen_source_of(const uint8_t *choices, size_t size)
{
    struct gen_source source = {choices, choices + size, 0x9e3779b97f4a7c15};
    for (size_t i = 0; i < size; i++)
        source.state = (source.state ^ choices[i]) * 0x100000001b3;
    source.state |= 1;
    return source;
}

/* ------------------------------------------------------------------- plan */

static char plan_type(struct gen_plan *plan)
{
    static const char types[] = "iiiiIIIffFFFrx";
    struct gen_source *source = &plan->source;
    if ((plan->with & GEN_SIMD) != 0 && gen_once_in(source, 8))
        return 'v';
    if ((plan->with & GEN_GC) != 0 && gen_once_in(source, 4))
        return "aaqjSTABCD"[gen_choose(source, 9)];
    if ((plan->with & GEN_EXCEPTIONS) != 0 && gen_once_in(source, 30))
        return 'e';
    return types[gen_choose(source, sizeof types - 1)];
}

static void plan_list(struct gen_plan *plan, uint32_t max, char *out)
{
    uint32_t count = gen_choose(&plan->source, max + 1);
    for (uint32_t i = 0; i < count; i++)
        out[i] = plan_type(plan);
    out[count] = 0;
}

/* What the module uses of what it may: each with a chance of a half. Mixed,
 * since small seeds are zero but for their first bytes. */
unsigned gen_some_of(struct gen_source *source, unsigned with)
{
    uint64_t bits = gen_bits(source) * 0x9e3779b97f4a7c15;
    with &= (unsigned)(bits >> 44);
    if ((with & GEN_LEGACY) != 0)
        with &= ~(unsigned)GEN_EXCEPTIONS;
    if ((with & GEN_SIMD) == 0)
        with &= ~(unsigned)GEN_RELAXED;
    if ((with & GEN_GC) != 0)
        with |= GEN_REFS;
    return with;
}

static void plan_proposals(struct gen_plan *plan, unsigned with)
{
    plan->with = with;
    plan->gc_types = (plan->with & GEN_GC) != 0 ? GEN_GC_TYPES : 0;
    plan->element = "iIfFx"[gen_choose(&plan->source, 5)];
}

bool gen_has_tags(const struct gen_plan *plan)
{
    return (plan->with & (GEN_EXCEPTIONS | GEN_LEGACY)) != 0;
}

static void plan_tags(struct gen_plan *plan)
{
    if (!gen_has_tags(plan))
        return;
    for (uint32_t k = 0; k < GEN_TAGS; k++) {
        struct gen_type *type = &plan->types[plan->type_count];
        plan->tag_types[k] = plan->type_count;
        plan->type_count += 3;
        plan_list(plan, 3, type[0].params);
        memcpy(type[1].results, type[0].params, sizeof type[0].params);
        memcpy(type[2].results, type[0].params, sizeof type[0].params);
        if ((plan->with & GEN_EXCEPTIONS) != 0)
            strcat(type[2].results, "e");
    }
}

static void plan_types(struct gen_plan *plan)
{
    plan->types[0] = (struct gen_type){"iI", "I"};
    plan->type_count = 4 + gen_choose(&plan->source, 20);
    for (uint32_t i = 1; i < plan->type_count; i++) {
        plan_list(plan, 4, plan->types[i].params);
        plan_list(plan, gen_once_in(&plan->source, 3) ? 4 : 1,
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
    bool has_64 = (plan->with & GEN_64) != 0;
    plan->memory_count =
        1 + (has_64 ? gen_choose(source, GEN_MAX_MEMORIES) : 0);
    for (uint32_t i = 0; i < plan->memory_count; i++) {
        uint32_t min = gen_once_in(source, 6) ? 0 : 1 + gen_choose(source, 2);
        plan->memories[i] = (struct gen_memory){
            has_64 && gen_once_in(source, 3), min, min + gen_choose(source, 3)};
    }
    plan->table_count = 1 + gen_choose(source, GEN_MAX_TABLES);
    for (uint32_t i = 0; i < plan->table_count; i++) {
        uint32_t min = GEN_SLOTS + gen_choose(source, 8);
        char type = i > 0 && gen_once_in(source, 2) ? 'x' : 'r';
        if (type == 'x' && (plan->with & GEN_GC) != 0 && gen_once_in(source, 2))
            type = 'a';
        plan->tables[i] =
            (struct gen_table){has_64 && gen_once_in(source, 4), type, min,
                               min + gen_choose(source, 8)};
    }
    plan_list(plan, GEN_OWN_GLOBALS - 1, plan->globals + 1);
    plan->globals[0] = 'i';
}

/* --------------------------------------------------------------- sections */

bool gen_is_any(char type)
{
    return strchr("aqjSTABCD", type) != NULL;
}

bool gen_is_ref(char type)
{
    return strchr("rxe", type) != NULL || gen_is_any(type);
}

void gen_put_heap_type(struct gen_bytes *out, char type)
{
    static const char letters[] = "rxeaqjSTABCD";
    static const uint8_t codes[] = {0x70, 0x6f, 0x69, 0x6e, 0x6d, 0x6c,
                                    0,    1,    2,    3,    4,    5};
    gen_u8(out, codes[strchr(letters, type) - letters]);
}

void gen_put_type(struct gen_bytes *out, char type)
{
    static const char numbers[] = "iIfFv";
    const char *number = strchr(numbers, type);
    if (number != NULL) {
        gen_u8(out, 0x7f - (unsigned)(number - numbers));
        return;
    }
    if (strchr("STABCD", type) != NULL)
        gen_u8(out, 0x63);
    gen_put_heap_type(out, type);
}

static void put_list(struct gen_bytes *out, const char *types)
{
    gen_leb(out, strlen(types));
    for (; *types != 0; types++)
        gen_put_type(out, *types);
}

static void put_types(struct gen_plan *plan, struct gen_bytes *out)
{
    gen_leb(out, plan->type_count + (plan->gc_types > 0));
    if (plan->gc_types > 0)
        gen_gc_put_types(plan, out);
    for (uint32_t i = 0; i < plan->type_count; i++) {
        gen_u8(out, 0x60);
        put_list(out, plan->types[i].params);
        put_list(out, plan->types[i].results);
    }
}

static void put_name(struct gen_bytes *out, const char *prefix,
                     const char *letter, uint32_t number)
{
    char name[32];
    bool is_fuel = *letter == 'g' && number == 0;
    snprintf(name, sizeof name, is_fuel ? "%sfuel" : "%s%s%u", prefix,
             is_fuel ? "" : letter, number);
    put_text(out, name);
}

static void put_limits(struct gen_bytes *out, bool is_64, uint32_t min,
                       uint32_t max)
{
    gen_u8(out, is_64 ? 5 : 1);
    gen_leb(out, min);
    gen_leb(out, max);
}

/* What an import or a section says of an item, by its index. */
static void put_function(const struct gen_plan *plan, uint32_t i,
                         struct gen_bytes *out)
{
    gen_leb(out, gen_type_index(plan, plan->func_types[i]));
}

static void put_table(const struct gen_plan *plan, uint32_t i,
                      struct gen_bytes *out)
{
    const struct gen_table *t = &plan->tables[i];
    gen_put_type(out, t->type);
    put_limits(out, t->is_64, t->min, t->max);
}

static void put_memory(const struct gen_plan *plan, uint32_t i,
                       struct gen_bytes *out)
{
    const struct gen_memory *m = &plan->memories[i];
    put_limits(out, m->is_64, m->min, m->max);
}

static void put_global(const struct gen_plan *plan, uint32_t i,
                       struct gen_bytes *out)
{
    bool is_constant = plan->globals[i] == 'k';
    gen_put_type(out, is_constant ? 'i' : plan->globals[i]);
    gen_u8(out, !is_constant);
}

static void put_tag(const struct gen_plan *plan, uint32_t i,
                    struct gen_bytes *out)
{
    gen_u8(out, 0);
    gen_leb(out, gen_type_index(plan, plan->tag_types[i]));
}

typedef void put_item_fn(const struct gen_plan *plan, uint32_t i,
                         struct gen_bytes *out);

static void put_borrowed(const struct gen_plan *plan, struct gen_bytes *out,
                         unsigned kind, put_item_fn *put)
{
    const struct gen_borrowed *lists[] = {&plan->funcs_in, &plan->tables_in,
                                          &plan->memories_in, &plan->globals_in,
                                          &plan->tags_in};
    for (uint32_t i = 0; i < lists[kind]->count; i++) {
        put_text(out, "a");
        put_name(out, "a", kind_letters[kind], lists[kind]->of[i]);
        gen_u8(out, kind);
        put(plan, i + (kind == 0), out);
    }
}

static void put_imports(struct gen_plan *plan, struct gen_bytes *out)
{
    static put_item_fn *const puts[] = {put_function, put_table, put_memory,
                                        put_global, put_tag};
    gen_leb(out, 1 + plan->funcs_in.count + plan->tables_in.count +
                     plan->memories_in.count + plan->globals_in.count +
                     plan->tags_in.count);
    put_text(out, "env");
    put_text(out, "mix");
    gen_u8(out, 0);
    gen_leb(out, gen_type_index(plan, 0));
    for (unsigned kind = 0; kind < 5; kind++)
        put_borrowed(plan, out, kind, puts[kind]);
}

/* The first function of the module's own. */
static uint32_t own_function(const struct gen_plan *plan)
{
    return 1 + plan->funcs_in.count;
}

static void put_functions(struct gen_plan *plan, struct gen_bytes *out)
{
    gen_leb(out, plan->func_count - own_function(plan));
    for (uint32_t i = own_function(plan); i < plan->func_count; i++)
        put_function(plan, i, out);
}

static void put_tables(struct gen_plan *plan, struct gen_bytes *out)
{
    gen_leb(out, plan->table_count - plan->tables_in.count);
    for (uint32_t i = plan->tables_in.count; i < plan->table_count; i++)
        put_table(plan, i, out);
}

static void put_memories(struct gen_plan *plan, struct gen_bytes *out)
{
    gen_leb(out, plan->memory_count - plan->memories_in.count);
    for (uint32_t i = plan->memories_in.count; i < plan->memory_count; i++)
        put_memory(plan, i, out);
}

void gen_put_constant(struct gen_plan *plan, char type, struct gen_bytes *out)
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
    case 'v':
        gen_put_v128(&plan->source, out);
        break;
    case 'a':
    case 'q':
        gen_put_constant(plan, "jSTABCD"[bits % 7], out);
        break;
    case 'j':
        gen_u8(out, 0x41), gen_sleb(out, (int32_t)bits);
        gen_raw(out, "\xfb\x1c", 2);
        break;
    case 'S':
    case 'T':
        gen_raw(out, "\xfb\x01", 2), gen_put_heap_type(out, type);
        break;
    case 'A':
    case 'B':
    case 'C':
    case 'D':
        gen_u8(out, 0x41), gen_sleb(out, (int64_t)(bits % 20));
        gen_raw(out, "\xfb\x07", 2), gen_put_heap_type(out, type);
        break;
    default:
        gen_u8(out, 0xd0), gen_put_heap_type(out, type);
        break;
    }
}

/* An i32 or i64 that is mostly `value`; in a module that borrows a constant,
 * sometimes that one, or the sum. Without its end. */
static void put_offset(struct gen_plan *plan, bool is_64, uint32_t value,
                       struct gen_bytes *out)
{
    bool is_borrowed =
        plan->constant > 0 && !is_64 && gen_once_in(&plan->source, 2);
    bool is_sum = is_borrowed && gen_once_in(&plan->source, 2);
    if (is_borrowed)
        gen_u8(out, 0x23), gen_leb(out, plan->constant);
    if (!is_borrowed || is_sum)
        gen_u8(out, is_64 ? 0x42 : 0x41), gen_sleb(out, value);
    if (is_sum)
        gen_u8(out, 0x6a);
}

static void put_globals(struct gen_plan *plan, struct gen_bytes *out)
{
    uint32_t count = (uint32_t)strlen(plan->globals);
    gen_leb(out, count - plan->globals_in.count);
    for (uint32_t i = plan->globals_in.count; i < count; i++) {
        put_global(plan, i, out);
        if (i == 0)
            gen_u8(out, 0x41), gen_sleb(out, GEN_FUEL);
        else if (plan->globals[i] == 'k')
            put_offset(plan, false, gen_choose(&plan->source, 4), out);
        else
            gen_put_constant(plan, plan->globals[i], out);
        gen_u8(out, 0x0b);
    }
}

/* Can the embedder be given such a value, whoever it is? */
static bool is_visible(const char *types)
{
    return strpbrk(types, "ve") == NULL;
}

/* Is this one to be exported? In a pair, all are. */
static bool is_exported(const struct gen_plan *plan, unsigned kind, uint32_t i)
{
    if (*plan->prefix != 0)
        return true;
    if (kind == 3)
        return is_visible((char[]){plan->globals[i], 0});
    const struct gen_type *type = &plan->types[plan->func_types[i]];
    return kind != 0 || (is_visible(type->params) && is_visible(type->results));
}

static void put_exports(struct gen_plan *plan, struct gen_bytes *out)
{
    struct gen_bytes list = {0};
    uint32_t counts[] = {plan->func_count, plan->table_count,
                         plan->memory_count, (uint32_t)strlen(plan->globals),
                         *plan->prefix != 0 && gen_has_tags(plan) ? GEN_TAGS
                                                                  : 0};
    uint32_t count = 0;
    for (unsigned kind = 0; kind < 5; kind++)
        for (uint32_t i = kind == 0; i < counts[kind]; i++) {
            if (!is_exported(plan, kind, i))
                continue;
            put_name(&list, plan->prefix, kind_letters[kind], i);
            gen_u8(&list, kind);
            gen_leb(&list, i);
            count++;
        }
    gen_leb(out, count);
    gen_raw(out, list.at, list.size);
    free(list.at);
}

static void put_tags(struct gen_plan *plan, struct gen_bytes *out)
{
    gen_leb(out, GEN_TAGS - plan->tags_in.count);
    for (uint32_t k = plan->tags_in.count; k < GEN_TAGS; k++)
        put_tag(plan, k, out);
}

static void put_start(struct gen_plan *plan, struct gen_bytes *out)
{
    gen_leb(out, plan->start);
}

/* Segment 0 fills table 0, 1 is passive, 2 declares all functions. */
static void put_elements(struct gen_plan *plan, struct gen_bytes *out)
{
    gen_leb(out, GEN_SEGMENTS);
    gen_u8(out, 0);
    put_offset(plan, plan->tables[0].is_64, 0, out);
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
            put_offset(plan, plan->memories[0].is_64,
                       gen_choose(&plan->source, 4096), out);
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
    gen_leb(out, plan->func_count - own_function(plan));
    for (uint32_t i = own_function(plan); i < plan->func_count; i++) {
        gen_body(plan, i, &body);
        put_sized(out, &body);
    }
    free(body.at);
}

void gen_plan_module(struct gen_plan *plan, const struct gen_options *options,
                     unsigned with)
{
    plan_proposals(plan, with);
    plan_types(plan);
    plan_tags(plan);
    plan_functions(plan, options->function_count);
    plan_state(plan);
    plan->body_size = options->body_size;
}

struct gen_bytes gen_write_module(struct gen_plan *plan)
{
    static const struct {
        unsigned id;
        void (*put)(struct gen_plan *, struct gen_bytes *);
    } sections[] = {
        {1, put_types},    {2, put_imports},     {3, put_functions},
        {4, put_tables},   {5, put_memories},    {13, put_tags},
        {6, put_globals},  {7, put_exports},     {8, put_start},
        {9, put_elements}, {12, put_data_count}, {10, put_code},
        {11, put_data},
    };
    struct gen_bytes out = {0}, section = {0};
    gen_raw(&out, "\0asm\1\0\0\0", 8);
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        if ((sections[i].put == put_tags && !gen_has_tags(plan)) ||
            (sections[i].put == put_start && plan->start == 0))
            continue;
        sections[i].put(plan, &section);
        gen_u8(&out, sections[i].id);
        put_sized(&out, &section);
    }
    free(section.at);
    return out;
}

struct gen_bytes gen_module(const uint8_t *choices, size_t size,
                            const struct gen_options *options)
{
    struct gen_plan plan = {.source = gen_source_of(choices, size),
                            .prefix = ""};
    gen_plan_module(&plan, options, gen_some_of(&plan.source, options->with));
    struct gen_bytes out = gen_write_module(&plan);
    free(plan.func_types);
    return out;
}
