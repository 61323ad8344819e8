/* wast_value.c - the values of scripts as arguments, and against results. */
#include "wast.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum {
    HOST_OBJECTS = 4096
};

/* Host objects are addresses that nobody follows. */
static void *host_object(uint32_t number)
{
    static const char objects[HOST_OBJECTS];
    return (void *)(number < HOST_OBJECTS ? objects + number : NULL);
}

/* ------------------------------------------------------------ as numbers */

/* Lane `i` of `bytes`, which are lowest first as a script's numbers are. */
static uint64_t lane_of(const uint8_t *bytes, size_t lane_bytes, size_t i)
{
    uint64_t bits = 0;
    for (size_t k = lane_bytes; k > 0; k--)
        bits = bits << 8 | bytes[i * lane_bytes + k - 1];
    return bits;
}

/* The bytes of a number, lowest first; how many. */
static size_t bytes_of(const tn_val *value, uint8_t bytes[16])
{
    if (value->kind == TN_V128) {
        memcpy(bytes, value->of.v128, 16);
        return 16;
    }
    uint64_t bits;
    uint32_t low;
    size_t size = value->kind == TN_I32 || value->kind == TN_F32 ? 4 : 8;
    memcpy(&low, &value->of, sizeof low);
    memcpy(&bits, &value->of, sizeof bits);
    if (size == 4)
        bits = low;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(bits >> 8 * i);
    return size;
}

/* ------------------------------------------------------------- arguments */

static tn_valkind kind_of_heap(const char *heap)
{
    static const struct {
        const char *heap;
        tn_valkind kind;
    } kinds[] = {
        {"func", TN_FUNCREF},     {"nofunc", TN_FUNCREF},
        {"extern", TN_EXTERNREF}, {"noextern", TN_EXTERNREF},
        {"exn", TN_EXNREF},       {"noexn", TN_EXNREF},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].heap, heap) == 0)
            return kinds[i].kind;
    return TN_ANYREF;
}

/* An object of the host's as an `any` is made anew for each use, and pinned:
 * the next argument could make the collector take it. */
static bool host_argument(tn_store *store, const tn_pattern *p, tn_val *out)
{
    out->kind = TN_EXTERNREF;
    out->of.ref = host_object(p->number);
    if (out->of.ref == NULL)
        return false;
    return kind_of_heap(p->heap) == TN_EXTERNREF ||
           (tn_any_from_extern(store, *out, out, NULL) == TN_OK &&
            tn_ref_pin(store, *out, NULL) == TN_OK);
}

bool wast_argument(tn_store *store, const tn_pattern *p, tn_val *out)
{
    memset(out, 0, sizeof *out);
    if (p->kind == TN_PATTERN_HOST)
        return host_argument(store, p, out);
    if (p->kind != TN_PATTERN_NUMBER) {
        out->kind = kind_of_heap(p->heap);
        return p->kind == TN_PATTERN_NULL;
    }
    out->kind = p->type;
    uint64_t bits = lane_of(p->bytes, 8, 0);
    uint32_t low = (uint32_t)bits;
    if (p->type == TN_V128)
        memcpy(out->of.v128, p->bytes, sizeof p->bytes);
    else if (p->lane_bytes == 4)
        memcpy(&out->of, &low, sizeof low);
    else
        memcpy(&out->of, &bits, sizeof bits);
    return true;
}

/* --------------------------------------------------------------- results */

/* Canonical: of the fraction only the highest bit is set, any sign.
 * Arithmetic: that bit, whatever the others are. */
static bool is_nan(uint64_t bits, size_t lane_bytes, tn_nan nan)
{
    uint64_t must = lane_bytes == 4 ? 0x7fc00000 : 0x7ff8000000000000;
    uint64_t sign = (uint64_t)1 << (8 * lane_bytes - 1);
    if (nan == TN_NAN_CANONICAL)
        return (bits & ~sign) == must;
    return (bits & must) == must;
}

static bool number_fits(const tn_pattern *p, const tn_val *got)
{
    uint8_t bytes[16];
    if (got->kind != p->type)
        return false;
    size_t size = bytes_of(got, bytes), lane = p->lane_bytes;
    for (size_t i = 0; i < size / lane; i++) {
        tn_nan nan = p->is_float ? (tn_nan)p->nans[i] : TN_NAN_NONE;
        bool fits =
            nan == TN_NAN_NONE
                ? memcmp(bytes + i * lane, p->bytes + i * lane, lane) == 0
                : is_nan(lane_of(bytes, lane, i), lane, nan);
        if (!fits)
            return false;
    }
    return true;
}

/* (ref.HEAP): what it is, not only what its type says. */
static bool is_a(tn_refkind kind, const char *heap)
{
    static const struct {
        const char *heap;
        unsigned kinds; /* a bit for each */
    } heaps[] = {
        {"func", 1u << TN_REF_FUNC},
        {"extern", 1u << TN_REF_EXTERN},
        {"exn", 1u << TN_REF_EXN},
        {"i31", 1u << TN_REF_I31},
        {"struct", 1u << TN_REF_STRUCT},
        {"array", 1u << TN_REF_ARRAY},
        {"eq", 1u << TN_REF_I31 | 1u << TN_REF_STRUCT | 1u << TN_REF_ARRAY},
        {"any", 1u << TN_REF_I31 | 1u << TN_REF_STRUCT | 1u << TN_REF_ARRAY |
                    1u << TN_REF_HOST},
    };
    for (size_t i = 0; i < sizeof heaps / sizeof *heaps; i++)
        if (strcmp(heaps[i].heap, heap) == 0)
            return (heaps[i].kinds >> kind & 1) != 0;
    return false;
}

static bool is_host_object(const tn_val *got, uint32_t number)
{
    tn_val as_extern = *got;
    if (tn_ref_kind(*got) == TN_REF_HOST)
        as_extern = tn_any_to_extern(*got);
    return as_extern.of.ref == host_object(number) && as_extern.of.ref != NULL;
}

static bool simple_fits(const tn_pattern *p, const tn_val *got)
{
    if (p->kind == TN_PATTERN_NUMBER)
        return number_fits(p, got);
    if (got->kind < TN_FUNCREF ||
        (p->heap[0] != 0 && kind_of_heap(p->heap) != got->kind))
        return false;
    if (p->kind == TN_PATTERN_NULL)
        return tn_ref_kind(*got) == TN_REF_NULL;
    if (p->kind == TN_PATTERN_HOST)
        return is_host_object(got, p->number);
    return is_a(tn_ref_kind(*got), p->heap);
}

bool wast_fits(const tn_pattern *p, const tn_val *got)
{
    if (p->kind != TN_PATTERN_EITHER)
        return simple_fits(p, got);
    for (size_t i = 0; i < p->choice_count; i++)
        if (simple_fits(&p->choices[i], got))
            return true;
    return false;
}

/* ------------------------------------------------------------- for people */

static const char *kind_name(tn_valkind kind)
{
    static const char *const names[] = {"i32",       "i64",    "f32",
                                        "f64",       "v128",   "funcref",
                                        "externref", "anyref", "exnref"};
    return (size_t)kind < sizeof names / sizeof *names ? names[kind] : "?";
}

/* Appends, as far as there is room. */
static void put(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void put(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text + used, size - used, format, args);
    va_end(args);
}

/* `nans` may be null. */
static void put_lanes(const uint8_t *bytes, size_t count, size_t lane_bytes,
                      const uint8_t *nans, char *text, size_t size)
{
    for (size_t i = 0; i < count; i++) {
        if (nans != NULL && nans[i] != TN_NAN_NONE)
            put(text, size, " nan:%s",
                nans[i] == TN_NAN_CANONICAL ? "canonical" : "arithmetic");
        else
            put(text, size, " 0x%0*" PRIx64, (int)(2 * lane_bytes),
                lane_of(bytes, lane_bytes, i));
    }
}

static void describe_simple(const tn_pattern *p, char *text, size_t size)
{
    size_t whole = p->type == TN_V128 ? 16 : p->lane_bytes;
    switch (p->kind) {
    case TN_PATTERN_NUMBER:
        put(text, size, "%s", kind_name(p->type));
        put_lanes(p->bytes, whole / p->lane_bytes, p->lane_bytes,
                  p->is_float ? p->nans : NULL, text, size);
        break;
    case TN_PATTERN_NULL:
        put(text, size, "null%s%s", p->heap[0] ? " of " : "", p->heap);
        break;
    case TN_PATTERN_HOST:
        put(text, size, "host object %u as %s", (unsigned)p->number, p->heap);
        break;
    default:
        put(text, size, "any %s", p->heap);
    }
}

void wast_describe(const tn_pattern *p, char *text, size_t size)
{
    text[0] = 0;
    if (p->kind != TN_PATTERN_EITHER) {
        describe_simple(p, text, size);
        return;
    }
    put(text, size, "one of ");
    for (size_t i = 0; i < p->choice_count; i++) {
        put(text, size, i > 0 ? ", " : "");
        describe_simple(&p->choices[i], text, size);
    }
}

void wast_describe_value(const tn_val *value, const tn_pattern *like,
                         char *text, size_t size)
{
    uint8_t bytes[16];
    text[0] = 0;
    if (like->kind == TN_PATTERN_EITHER && like->choice_count > 0)
        like = &like->choices[0];
    put(text, size, "%s", kind_name(value->kind));
    if (value->kind >= TN_FUNCREF) {
        static const char *const kinds[] = {"none",   "null",        "func",
                                            "extern", "i31",         "struct",
                                            "array",  "host object", "exn"};
        tn_refkind kind = tn_ref_kind(*value);
        put(text, size, " (%s)",
            (size_t)kind < sizeof kinds / sizeof *kinds ? kinds[kind] : "?");
        return;
    }
    size_t count = bytes_of(value, bytes);
    size_t lane = value->kind != TN_V128 ? count
                  : like->lane_bytes > 0 ? like->lane_bytes
                                         : 4;
    put_lanes(bytes, count / lane, lane, NULL, text, size);
}
