/* values.c - reading and printing typed values. */
#include "values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *value_kind_name(tn_valkind kind)
{
    static const char *const names[] = {"i32",       "i64",    "f32",
                                        "f64",       "v128",   "funcref",
                                        "externref", "anyref", "exnref"};
    return (size_t)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "?";
}

/* Digits of base 10 or (after 0x) 16, all of them, no sign. Returns why not,
 * or null. */
static const char *parse_digits(const char *text, uint64_t *out)
{
    uint64_t value = 0, base = 10;
    bool is_too_large = false;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text += 2;
    }
    if (text[0] == '\0')
        return "not an integer";
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        uint64_t digit = c >= '0' && c <= '9'   ? c - (uint64_t)'0'
                         : c >= 'a' && c <= 'f' ? c - (uint64_t)'a' + 10
                         : c >= 'A' && c <= 'F' ? c - (uint64_t)'A' + 10
                                                : 16;
        if (digit >= base)
            return "not an integer";
        is_too_large |= value > (UINT64_MAX - digit) / base;
        value = value * base + digit;
    }
    *out = value;
    return is_too_large ? "out of range" : NULL;
}

static const char *parse_integer(const char *text, unsigned bits, uint64_t *out)
{
    bool is_negative = text[0] == '-';
    uint64_t value, most = bits == 64 ? UINT64_MAX : UINT32_MAX;
    if (is_negative || text[0] == '+')
        text++;
    const char *why = parse_digits(text, &value);
    if (why != NULL)
        return why;
    if (is_negative ? value > most / 2 + 1 : value > most)
        return "out of range";
    *out = is_negative ? 0 - value : value;
    return NULL;
}

/* nan, nan:canonical, nan:0x..: the bits of a float with `mantissa` bits of
 * fraction under `exponent` bits, all set. */
static const char *parse_nan(const char *text, unsigned mantissa,
                             unsigned exponent, uint64_t *out)
{
    uint64_t payload = (uint64_t)1 << (mantissa - 1);
    if (strncmp(text, ":0x", 3) == 0) {
        if (parse_digits(text + 1, &payload) != NULL || payload == 0 ||
            payload >> mantissa)
            return "out of range";
    } else if (text[0] != '\0' && strcmp(text, ":canonical") != 0) {
        return "not a number";
    }
    *out = ((((uint64_t)1 << exponent) - 1) << mantissa) | payload;
    return NULL;
}

/* Bits of an f32 or f64. */
static const char *parse_float(const char *text, bool is_f64, uint64_t *out)
{
    bool is_negative = text[0] == '-';
    uint64_t sign = is_negative ? (uint64_t)1 << (is_f64 ? 63 : 31) : 0;
    const char *why = NULL;
    if (is_negative || text[0] == '+')
        text++;
    if (strncmp(text, "nan", 3) == 0) {
        why = parse_nan(text + 3, is_f64 ? 52 : 23, is_f64 ? 11 : 8, out);
        *out |= sign;
        return why;
    }
    bool is_infinite = strcmp(text, "inf") == 0;
    if (!is_infinite && (text[strspn(text, "0123456789abcdefABCDEFxXpP.+-")] ||
                         !strchr("0123456789.", text[0]) || !*text))
        return "not a number";
    char *end;
    double wide = strtod(text, &end);
    float narrow = strtof(text, &end);
    if (*end != '\0' || end == text)
        return "not a number";
    if (!is_infinite && (is_f64 ? isinf(wide) : isinf(narrow)))
        return "out of range";
    if (is_f64) {
        memcpy(out, &wide, sizeof(wide));
    } else {
        uint32_t bits;
        memcpy(&bits, &narrow, sizeof(bits));
        *out = bits;
    }
    *out |= sign;
    return NULL;
}

const char *value_parse(tn_valkind kind, const char *text, tn_val *out)
{
    uint64_t bits = 0;
    const char *why = NULL;
    memset(out, 0, sizeof(*out));
    out->kind = kind;
    switch (kind) {
    case TN_I32:
    case TN_I64:
        why = parse_integer(text, kind == TN_I32 ? 32 : 64, &bits);
        break;
    case TN_F32:
    case TN_F64:
        why = parse_float(text, kind == TN_F64, &bits);
        break;
    case TN_V128:
        return "no way to write a v128 here";
    default:
        return strcmp(text, "null") == 0 ? NULL : "only null can be given";
    }
    if (kind == TN_I32 || kind == TN_F32) {
        uint32_t low = (uint32_t)bits;
        memcpy(&out->of, &low, sizeof(low));
    } else {
        memcpy(&out->of, &bits, sizeof(bits));
    }
    return why;
}

/* Writes digits d.ddd with exponent `power` as 123.4, 0.0012 or 1.5e+30. */
static void put_decimal(FILE *out, const char *digits, int count, int power)
{
    if (power < -7 || power >= 21) {
        fprintf(out, "%c%s%.*se%+d", digits[0], count > 1 ? "." : "", count - 1,
                digits + 1, power);
        return;
    }
    if (power < 0)
        fprintf(out, "0.%.*s", -power - 1, "000000");
    for (int i = 0; i < count || i <= power; i++) {
        if (power >= 0 && i == power + 1)
            putc('.', out);
        putc(i < count ? digits[i] : '0', out);
    }
}

/* Tries one digit more until the text reads back as the same number. */
static void print_finite(FILE *out, double value, bool is_f64)
{
    char text[40], digits[24] = {0};
    int last = is_f64 ? 16 : 8, count = 0;
    for (int more = 0; more <= last; more++) {
        snprintf(text, sizeof(text), "%.*e", more, fabs(value));
        if (is_f64 ? strtod(text, NULL) == fabs(value)
                   : strtof(text, NULL) == (float)fabs(value))
            break;
    }
    char *exponent = strchr(text, 'e');
    for (const char *at = text; at < exponent; at++)
        if (*at != '.')
            digits[count++] = *at;
    if (signbit(value))
        putc('-', out);
    put_decimal(out, digits, count, (int)strtol(exponent + 1, NULL, 10));
}

static void print_float(FILE *out, double value, uint64_t payload, bool is_f64)
{
    const char *sign = signbit(value) ? "-" : "";
    uint64_t canonical = (uint64_t)1 << (is_f64 ? 51 : 22);
    if (isnan(value) && payload == canonical)
        fprintf(out, "%snan", sign);
    else if (isnan(value))
        fprintf(out, "%snan:0x%llx", sign, (unsigned long long)payload);
    else if (isinf(value))
        fprintf(out, "%sinf", sign);
    else
        print_finite(out, value, is_f64);
}

/* Bits are read in place: handed over as a float, a NaN may change. */
static void print_f32(FILE *out, const tn_val *of)
{
    const float value = of->of.f32;
    uint32_t bits;
    memcpy(&bits, &of->of.f32, sizeof(bits));
    /* The double of a NaN would be another NaN: only its sign is kept. */
    double wide = isnan(value) ? copysign((double)NAN, signbit(value) ? -1 : 1)
                               : (double)value;
    print_float(out, wide, bits & 0x7fffff, false);
}

static void print_f64(FILE *out, const tn_val *of)
{
    uint64_t bits;
    memcpy(&bits, &of->of.f64, sizeof(bits));
    print_float(out, of->of.f64, bits & 0xfffffffffffff, true);
}

void value_print(FILE *out, const tn_val *value)
{
    switch (value->kind) {
    case TN_I32:
        fprintf(out, "%ld", (long)value->of.i32);
        break;
    case TN_I64:
        fprintf(out, "%lld", (long long)value->of.i64);
        break;
    case TN_F32:
        print_f32(out, value);
        break;
    case TN_F64:
        print_f64(out, value);
        break;
    case TN_V128:
        fputs("0x", out);
        for (int i = 15; i >= 0; i--)
            fprintf(out, "%02x", value->of.v128[i]);
        break;
    default:
        fputs(value->of.ref == NULL ? "null" : value_kind_name(value->kind),
              out);
    }
}

bool parse_size(const char *text, uint64_t *out)
{
    static const char units[] = "kmg";
    char digits[24];
    size_t size = strlen(text);
    const char *unit = size ? strchr(units, text[size - 1] | 0x20) : NULL;
    unsigned shift = unit == NULL ? 0 : 10 * (unsigned)(unit - units + 1);
    size -= unit != NULL;
    if (size == 0 || size >= sizeof(digits))
        return false;
    memcpy(digits, text, size);
    digits[size] = '\0';
    if (parse_digits(digits, out) != NULL || *out > UINT64_MAX >> shift)
        return false;
    *out <<= shift;
    return true;
}

bool parse_duration(const char *text, uint64_t *out)
{
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return false;
    double value = strtod(text, &end);
    double unit = strcmp(end, "") == 0 || strcmp(end, "s") == 0 ? 1e9
                  : strcmp(end, "ms") == 0                      ? 1e6
                  : strcmp(end, "us") == 0                      ? 1e3
                  : strcmp(end, "m") == 0                       ? 60e9
                                                                : 0;
    if (unit == 0 || value * unit > 1e18)
        return false;
    *out = (uint64_t)(value * unit);
    return true;
}

static int hex4(const char *at)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef";
        const char *digit =
            at[i] ? strchr(digits,
                           at[i] >= 'A' && at[i] <= 'F' ? at[i] | 0x20 : at[i])
                  : NULL;
        if (digit == NULL)
            return -1;
        value = value * 16 + (int)(digit - digits);
    }
    return value;
}

static char *put_utf8(char *to, uint32_t c)
{
    if (c < 0x80) {
        *to++ = (char)c;
        return to;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
    *to++ = (char)(lead[more] | (c >> (6 * more)));
    while (more-- > 0)
        *to++ = (char)(0x80 | ((c >> (6 * more)) & 0x3f));
    return to;
}

/* What follows a backslash at `*at`, past which it moves; null when wrong. */
static char *put_escape(char *to, const char **at)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    char c = *(*at)++;
    if (c != 'u') {
        const char *name = c ? strchr(names, c) : NULL;
        if (name != NULL)
            *to++ = values[name - names];
        return name != NULL ? to : NULL;
    }
    int unit = hex4(*at);
    *at += 4;
    if (unit >= 0xd800 && unit < 0xdc00 && (*at)[0] == '\\' &&
        (*at)[1] == 'u') {
        int low = hex4(*at + 2);
        if (low < 0xdc00 || low > 0xdfff)
            return NULL;
        *at += 6;
        unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
    if (unit < 0 || (unit >= 0xd800 && unit < 0xe000))
        return NULL;
    return put_utf8(to, (uint32_t)unit);
}

bool parse_json_string(char *text, size_t *size)
{
    const char *at = text + 1;
    char *to = text;
    if (text[0] != '"')
        return false;
    while (*at != '"') {
        if ((unsigned char)*at < 0x20)
            return false;
        if (*at != '\\') {
            *to++ = *at++;
            continue;
        }
        at++;
        to = put_escape(to, &at);
        if (to == NULL)
            return false;
    }
    *size = (size_t)(to - text);
    return at[1] == '\0';
}
