/* producers.c - which languages and tools made the inputs, and this.
 *
 *   producers ::= vec(field:name vec(value:name version:name))
 *
 * A field names each value once; of two versions the first counts, as with
 * other linkers. Tenon is the last that processed, and says so if any input
 * says who made it. Specification: the tool conventions' ProducersSection. */
#include "base/map.h"
#include "rewrite/customs.h"

#define PRODUCERS "producers"

struct producer {
    struct tn_str value, version;
};

struct producer_field {
    struct tn_str name;
    struct tn_map places; /* of values */
    struct tn_vec(struct producer) producers;
};

struct producers_join {
    const tn_allocator *alloc;
    struct tn_map places; /* of fields, by name */
    struct tn_vec(struct producer_field) fields;
    bool failed; /* no memory */
};

static struct producer_field *find_field(struct producers_join *j,
                                         struct tn_str name)
{
    uint32_t place = tn_map_get(&j->places, name);
    if (place != TN_MAP_NONE)
        return &j->fields.at[place];
    struct producer_field field = {.name = name};
    place = (uint32_t)j->fields.count;
    if (!TN_VEC_PUSH(&j->fields, j->alloc, field) ||
        tn_map_put(&j->places, j->alloc, name, place) == TN_MAP_NO_MEMORY) {
        j->failed = true;
        return NULL;
    }
    return &j->fields.at[place];
}

static void add_producer(struct producers_join *j, struct producer_field *field,
                         struct producer producer)
{
    uint32_t place = (uint32_t)field->producers.count;
    enum tn_map_put put =
        tn_map_put(&field->places, j->alloc, producer.value, place);
    if (put == TN_MAP_PRESENT)
        return;
    if (put == TN_MAP_NO_MEMORY ||
        !TN_VEC_PUSH(&field->producers, j->alloc, producer))
        j->failed = true;
}

/* Reads one field; with `j` null, only to see whether it can be read. */
static void read_field(struct producers_join *j, struct tn_cursor *c)
{
    struct producer_field *field = NULL;
    struct tn_str name = tn_cursor_name(c);
    if (j != NULL)
        field = find_field(j, name);
    for (uint32_t left = tn_cursor_u32(c); left > 0 && !c->failed; left--) {
        struct tn_str value = tn_cursor_name(c);
        struct tn_str version = tn_cursor_name(c);
        if (field != NULL)
            add_producer(j, field, (struct producer){value, version});
    }
}

static bool read_fields(struct producers_join *j, struct tn_cursor c)
{
    for (uint32_t left = tn_cursor_u32(&c); left > 0 && !c.failed; left--)
        read_field(j, &c);
    return !c.failed && c.at == c.end;
}

/* True if the input has any. */
static bool add_producers_of(struct producers_join *j, struct tn_rw *rw,
                             uint32_t input)
{
    const struct tn_mod *mod = rw->inputs[input].mod;
    const struct tn_custom *custom = tn_rw_find_custom(mod, PRODUCERS);
    if (custom == NULL)
        return false;
    struct tn_cursor c = tn_rw_cursor(mod, custom->bytes);
    if (!read_fields(NULL, c)) {
        tn_rw_note_malformed(rw, input, PRODUCERS);
        return false;
    }
    (void)read_fields(j, c);
    return true;
}

/* Whoever merged before us did so with another version: this one is last. */
static void add_tenon(struct producers_join *j)
{
    struct producer tenon = {tn_str_of("tenon"), tn_str_of(tn_version())};
    struct producer_field *field = find_field(j, tn_str_of("processed-by"));
    if (field == NULL)
        return;
    uint32_t place = tn_map_get(&field->places, tenon.value);
    if (place != TN_MAP_NONE)
        field->producers.at[place] = tenon;
    else
        add_producer(j, field, tenon);
}

static void put_producers(const struct producers_join *j, struct tn_buf *out)
{
    size_t begin = tn_rw_open_custom(out, tn_str_of(PRODUCERS));
    tn_buf_uleb(out, j->fields.count);
    for (size_t i = 0; i < j->fields.count; i++) {
        const struct producer_field *field = &j->fields.at[i];
        tn_rw_put_name(out, field->name);
        tn_buf_uleb(out, field->producers.count);
        for (size_t k = 0; k < field->producers.count; k++) {
            tn_rw_put_name(out, field->producers.at[k].value);
            tn_rw_put_name(out, field->producers.at[k].version);
        }
    }
    tn_rw_close(out, begin);
}

static void free_producers(struct producers_join *j)
{
    for (size_t i = 0; i < j->fields.count; i++) {
        tn_map_clear(&j->fields.at[i].places, j->alloc);
        TN_VEC_CLEAR(&j->fields.at[i].producers, j->alloc);
    }
    TN_VEC_CLEAR(&j->fields, j->alloc);
    tn_map_clear(&j->places, j->alloc);
}

void tn_rw_join_producers(struct tn_rw *rw)
{
    struct producers_join j = {.alloc = rw->alloc};
    bool has_any = false;
    for (uint32_t i = 0; i < rw->input_count; i++)
        has_any |= add_producers_of(&j, rw, i);
    if (has_any) {
        add_tenon(&j);
        put_producers(&j, &rw->out);
    }
    rw->out.failed |= j.failed;
    free_producers(&j);
}
