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

bool wast_argument(const tn_pattern *p, tn_val *out)
{
    memset(out, 0, sizeof *out);
    if (p->kind != TN_PATTERN_NUMBER) {
        out->kind = kind_of_heap(p->heap);
        if (p->kind == TN_PATTERN_HOST)
            out->of.ref = host_object(p->number);
        return p->kind == TN_PATTERN_NULL || out->of.ref != NULL;
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

static bool simple_fits(const tn_pattern *p, const tn_val *got)
{
    if (p->kind == TN_PATTERN_NUMBER)
        return number_fits(p, got);
    if (got->kind < TN_FUNCREF ||
        (p->heap[0] != 0 && kind_of_heap(p->heap) != got->kind))
        return false;
    if (p->kind == TN_PATTERN_NULL)
        return got->of.ref == NULL;
    if (p->kind == TN_PATTERN_HOST)
        return got->of.ref == host_object(p->number) && got->of.ref != NULL;
    return got->of.ref != NULL;
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
        uintptr_t at = (uintptr_t)value->of.ref;
        uintptr_t first = (uintptr_t)host_object(0);
        if (at == 0)
            put(text, size, " null");
        else if (at - first < HOST_OBJECTS)
            put(text, size, ", host object %u", (unsigned)(at - first));
        return;
    }
    size_t count = bytes_of(value, bytes);
    size_t lane = value->kind != TN_V128 ? count
                  : like->lane_bytes > 0 ? like->lane_bytes
                                         : 4;
    put_lanes(bytes, count / lane, lane, NULL, text, size);
}
