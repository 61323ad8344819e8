/* spec_value.c - values of scripts. Numbers are the unsigned decimal of their
 * bits; references are "null" or a number that stands for a host object. */
#include "spec.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bits of a float type. */
struct float_form {
    uint64_t sign, exponent, quiet; /* quiet: the top bit of the fraction */
};

static const struct float_form f32_form = {1u << 31, 0x7f800000, 0x00400000};
static const struct float_form f64_form = {
    (uint64_t)1 << 63, 0x7ff0000000000000, 0x0008000000000000};

static bool kind_of(const char *type, tn_valkind *out)
{
    static const struct {
        const char *type;
        tn_valkind kind;
    } kinds[] = {{"i32", TN_I32},         {"i64", TN_I64},
                 {"f32", TN_F32},         {"f64", TN_F64},
                 {"funcref", TN_FUNCREF}, {"externref", TN_EXTERNREF}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].type, type) == 0) {
            *out = kinds[i].kind;
            return true;
        }
    return false;
}

/* Host objects are addresses that nobody follows; 0 must not be null. */
static void *host_object(const char *number)
{
    static char objects[256];
    return objects + strtoul(number, NULL, 10) % sizeof objects;
}

bool spec_value_read(const struct json *json, tn_val *out)
{
    const char *text = json_str(json, "value");
    uint64_t bits = strtoull(text, NULL, 10);
    uint32_t low = (uint32_t)bits;
    memset(out, 0, sizeof *out);
    if (!kind_of(json_str(json, "type"), &out->kind))
        return false;
    switch (out->kind) {
    case TN_I32:
        memcpy(&out->of.i32, &low, sizeof low);
        return true;
    case TN_F32:
        memcpy(&out->of.f32, &low, sizeof low);
        return true;
    case TN_I64:
        memcpy(&out->of.i64, &bits, sizeof bits);
        return true;
    case TN_F64:
        memcpy(&out->of.f64, &bits, sizeof bits);
        return true;
    case TN_EXTERNREF:
        out->of.ref = strcmp(text, "null") == 0 ? NULL : host_object(text);
        return true;
    default:
        return strcmp(text, "null") == 0;
    }
}

static uint64_t bits_of(const tn_val *value)
{
    uint64_t bits = 0;
    bool is_short = value->kind == TN_I32 || value->kind == TN_F32;
    uint32_t low;
    memcpy(&low, &value->of, sizeof low);
    memcpy(&bits, &value->of, sizeof bits);
    return is_short ? low : bits;
}

/* "nan:canonical": only the quiet bit is set in the fraction, any sign;
 * "nan:arithmetic": the quiet bit at least. */
static bool nan_fits(const char *pattern, uint64_t bits,
                     const struct float_form *form)
{
    uint64_t must = form->exponent | form->quiet;
    if (strcmp(pattern, "nan:canonical") == 0)
        return (bits & ~form->sign) == must;
    return (bits & must) == must;
}

bool spec_value_fits(const struct json *expected, const tn_val *got)
{
    const char *text = json_str(expected, "value");
    tn_val want;
    if (!kind_of(json_str(expected, "type"), &want.kind) ||
        want.kind != got->kind)
        return false;
    if (strncmp(text, "nan:", 4) == 0)
        return nan_fits(text, bits_of(got),
                        want.kind == TN_F32 ? &f32_form : &f64_form);
    if (want.kind == TN_FUNCREF) /* which function, scripts cannot say */
        return (got->of.func == NULL) == (strcmp(text, "null") == 0);
    return spec_value_read(expected, &want) && bits_of(&want) == bits_of(got);
}

void spec_value_print(const tn_val *value, char *text, size_t size)
{
    static const char *const names[] = {"i32",       "i64",    "f32",
                                        "f64",       "v128",   "funcref",
                                        "externref", "anyref", "exnref"};
    if ((size_t)value->kind >= sizeof names / sizeof *names)
        snprintf(text, size, "a value of no kind (%d)", (int)value->kind);
    else
        snprintf(text, size, "%s 0x%" PRIx64, names[value->kind],
                 bits_of(value));
}
