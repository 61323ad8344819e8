/* number.c - digits become bits.
 *
 * A float is, exactly, digits times a power of two or of ten. Both become a
 * 64-bit mantissa whose top bit is set, a binary exponent, and whether
 * anything nonzero was cut off below; one function rounds that, once, to
 * either format. For powers of ten the mantissa is a quotient of two big
 * numbers, taken bit by bit: short literals have short numbers, and no
 * table of powers can be wrong. */
#include "text/number.h"

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

/* digit ('_'? digit)*: how many characters of `s` that takes. */
static size_t run_of_digits(struct tn_str s, unsigned base)
{
    size_t n = 0;
    for (size_t i = 0; i < s.size; i++) {
        if ((unsigned)digit_value(s.at[i]) < base)
            n = i + 1;
        else if (s.at[i] != '_' || n != i || i == 0)
            break;
    }
    return n;
}

static struct tn_str behind(struct tn_str s, size_t n)
{
    return (struct tn_str){s.at + n, s.size - n};
}

/* Takes a sign: true for minus. */
static bool take_minus(struct tn_str *s)
{
    char c = '\0';
    if (s->size > 0)
        c = s->at[0];
    if (c == '+' || c == '-')
        *s = behind(*s, 1);
    return c == '-';
}

static unsigned take_base(struct tn_str *s)
{
    if (!tn_str_starts(*s, "0x"))
        return 10;
    *s = behind(*s, 2);
    return 16;
}

/* ------------------------------------------------------------- integers */

static enum tn_number_outcome whole_number(struct tn_str s, uint64_t *out)
{
    unsigned base = take_base(&s);
    if (s.size == 0 || run_of_digits(s, base) != s.size)
        return TN_NUMBER_SYNTAX;
    uint64_t value = 0;
    for (size_t i = 0; i < s.size; i++) {
        if (s.at[i] == '_')
            continue;
        uint64_t digit = (uint64_t)digit_value(s.at[i]);
        if (value > (UINT64_MAX - digit) / base)
            return TN_NUMBER_RANGE;
        value = value * base + digit;
    }
    *out = value;
    return TN_NUMBER_OK;
}

enum tn_number_outcome tn_number_u(struct tn_str text, unsigned bits,
                                   uint64_t *out)
{
    uint64_t value = 0;
    enum tn_number_outcome outcome = whole_number(text, &value);
    if (outcome != TN_NUMBER_OK)
        return outcome;
    if (value > UINT64_MAX >> (64 - bits))
        return TN_NUMBER_RANGE;
    *out = value;
    return TN_NUMBER_OK;
}

enum tn_number_outcome tn_number_i(struct tn_str text, unsigned bits,
                                   uint64_t *out)
{
    struct tn_str s = text;
    bool is_minus = take_minus(&s);
    if (s.size == text.size)
        return tn_number_u(text, bits, out);
    uint64_t value = 0, half = (uint64_t)1 << (bits - 1);
    enum tn_number_outcome outcome = whole_number(s, &value);
    if (outcome != TN_NUMBER_OK)
        return outcome;
    if (is_minus ? value > half : value >= half)
        return TN_NUMBER_RANGE;
    *out = (is_minus ? 0 - value : value) & UINT64_MAX >> (64 - bits);
    return TN_NUMBER_OK;
}

/* --------------------------------------------------------------- floats */

struct float_shape {
    unsigned fraction_bits;
    int min_exponent, max_exponent; /* of normal numbers, 1.x times 2^e */
};

/* (mantissa + something below it) * 2^exponent; not zero: bit 63 is set. */
struct binary_value {
    uint64_t mantissa;
    int64_t exponent;
    bool is_inexact; /* something below it */
};

static uint64_t infinity_bits(const struct float_shape *f)
{
    uint64_t exponent = (uint64_t)((int64_t)f->max_exponent - f->min_exponent);
    return (exponent + 2) << f->fraction_bits;
}

/* To nearest, ties to even. The biased exponent and the fraction are one
 * number, so that a carry out of the fraction does what it should. */
static enum tn_number_outcome round_to_format(const struct float_shape *f,
                                              struct binary_value v,
                                              uint64_t *out)
{
    int64_t exponent = v.exponent + 63;
    if (exponent > f->max_exponent)
        return TN_NUMBER_RANGE;
    int64_t drop = 63 - (int64_t)f->fraction_bits;
    uint64_t biased = 0;
    if (exponent < f->min_exponent)
        drop += f->min_exponent - exponent;
    else
        biased = (uint64_t)(exponent - f->min_exponent);
    uint64_t kept = 0, half = 1, rest = 0;
    if (drop < 64) {
        kept = v.mantissa >> drop;
        half = (uint64_t)1 << (drop - 1);
        rest = v.mantissa & (half * 2 - 1);
    } else if (drop == 64) {
        half = (uint64_t)1 << 63;
        rest = v.mantissa;
    }
    /* A normal number's leading one makes the biased exponent one higher. */
    uint64_t bits = (biased << f->fraction_bits) + kept;
    if (rest > half || (rest == half && (v.is_inexact || (kept & 1) != 0)))
        bits++;
    if (bits >= infinity_bits(f))
        return TN_NUMBER_RANGE;
    *out = bits;
    return TN_NUMBER_OK;
}

/* The parts of a float literal behind sign and "0x". */
struct literal {
    struct tn_str whole, fraction; /* digits and underscores */
    int64_t exponent;              /* as written, or 0 */
    unsigned base;
};

/* More than any source has digits, so that clamping decides nothing. */
#define EXPONENT_LIMIT ((int64_t)1 << 40)

static bool take_exponent(struct tn_str *s, int64_t *out)
{
    *s = behind(*s, 1);
    bool is_minus = take_minus(s);
    size_t n = run_of_digits(*s, 10);
    int64_t value = 0;
    for (size_t i = 0; i < n; i++)
        if (s->at[i] != '_' && value < EXPONENT_LIMIT)
            value = value * 10 + digit_value(s->at[i]);
    *s = behind(*s, n);
    *out = is_minus ? -value : value;
    return n > 0;
}

static bool split_literal(struct tn_str s, struct literal *out)
{
    unsigned base = take_base(&s);
    size_t n = run_of_digits(s, base);
    *out = (struct literal){{s.at, n}, {s.at, 0}, 0, base};
    if (n == 0)
        return false;
    s = behind(s, n);
    if (s.size > 0 && s.at[0] == '.') {
        s = behind(s, 1);
        out->fraction = (struct tn_str){s.at, run_of_digits(s, base)};
        s = behind(s, out->fraction.size);
    }
    char mark = base == 16 ? 'p' : 'e';
    if (s.size > 0 && (s.at[0] | 0x20) == mark &&
        !take_exponent(&s, &out->exponent))
        return false;
    return s.size == 0;
}

/* False when the value is zero. */
static bool hexadecimal_value(const struct literal *l, struct binary_value *out)
{
    struct binary_value v = {0, l->exponent, false};
    struct tn_str parts[2] = {l->whole, l->fraction};
    for (int part = 0; part < 2; part++) {
        for (size_t i = 0; i < parts[part].size; i++) {
            if (parts[part].at[i] == '_')
                continue;
            uint64_t digit = (uint64_t)digit_value(parts[part].at[i]);
            v.exponent -= part == 0 ? 0 : 4;
            if (v.mantissa >> 60 == 0) {
                v.mantissa = v.mantissa << 4 | digit;
                continue;
            }
            v.is_inexact |= digit != 0;
            v.exponent += 4;
        }
    }
    if (v.mantissa == 0)
        return false;
    for (; v.mantissa >> 63 == 0; v.exponent--)
        v.mantissa <<= 1;
    *out = v;
    return true;
}

/* A double needs no more than 767 significant digits to be told from the
 * middle between two; behind those only "is there more" counts. */
enum {
    KEPT_DIGITS = 800,
    /* 10^1140 and more than KEPT_DIGITS digits: 3788 bits. */
    BIG_WORDS = 120
};

/* A natural number, lowest word first, no zero word on top. */
struct big {
    uint32_t words[BIG_WORDS];
    size_t count;
};

static void big_multiply_add(struct big *b, uint32_t factor, uint32_t more)
{
    uint64_t carry = more;
    for (size_t i = 0; i < b->count; i++) {
        carry += (uint64_t)b->words[i] * factor;
        b->words[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0)
        b->words[b->count++] = (uint32_t)carry;
}

static void big_times_ten_to(struct big *b, int64_t power)
{
    for (; power >= 9; power -= 9)
        big_multiply_add(b, 1000000000, 0);
    for (; power > 0; power--)
        big_multiply_add(b, 10, 0);
}

static int64_t big_bits(const struct big *b)
{
    int64_t bits = 32 * (int64_t)b->count;
    if (b->count > 0)
        bits -= __builtin_clz(b->words[b->count - 1]);
    return bits;
}

static void big_shift_left(struct big *b, int64_t bits)
{
    size_t words = (size_t)bits / 32;
    memmove(b->words + words, b->words, b->count * sizeof b->words[0]);
    memset(b->words, 0, words * sizeof b->words[0]);
    b->count += words;
    big_multiply_add(b, (uint32_t)1 << bits % 32, 0);
}

static bool big_less(const struct big *a, const struct big *b)
{
    if (a->count != b->count)
        return a->count < b->count;
    for (size_t i = a->count; i-- > 0;)
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i];
    return false;
}

/* a -= b, which is not larger. */
static void big_subtract(struct big *a, const struct big *b)
{
    uint64_t borrow = 0;
    for (size_t i = 0; i < a->count; i++) {
        uint64_t other = (i < b->count ? b->words[i] : 0) + borrow;
        borrow = a->words[i] < other;
        a->words[i] = (uint32_t)(a->words[i] - other);
    }
    while (a->count > 0 && a->words[a->count - 1] == 0)
        a->count--;
}

/* The 64 top bits of a / b, and whether there is more. */
static struct binary_value big_quotient(struct big *a, struct big *b)
{
    int64_t shift = big_bits(b) - big_bits(a);
    if (shift > 0)
        big_shift_left(a, shift);
    else
        big_shift_left(b, -shift);
    if (big_less(a, b)) {
        big_multiply_add(a, 2, 0);
        shift++;
    }
    struct binary_value v = {0, -shift - 63, false};
    for (int i = 0; i < 64; i++) {
        v.mantissa <<= 1;
        if (!big_less(a, b)) {
            big_subtract(a, b);
            v.mantissa |= 1;
        }
        big_multiply_add(a, 2, 0);
    }
    v.is_inexact = a->count > 0;
    return v;
}

/* The digits as a number times 10^exponent; what is cut off is remembered as
 * a last digit of 1. */
static int64_t decimal_digits(const struct literal *l, struct big *out,
                              int64_t *digit_count)
{
    struct tn_str parts[2] = {l->whole, l->fraction};
    int64_t exponent = l->exponent, count = 0;
    bool is_cut = false;
    for (int part = 0; part < 2; part++) {
        for (size_t i = 0; i < parts[part].size; i++) {
            if (parts[part].at[i] == '_')
                continue;
            uint32_t digit = (uint32_t)digit_value(parts[part].at[i]);
            exponent -= part;
            if (count >= KEPT_DIGITS) {
                is_cut |= digit != 0;
                exponent++;
                continue;
            }
            big_multiply_add(out, 10, digit);
            count += out->count > 0;
        }
    }
    if (is_cut) {
        big_multiply_add(out, 10, 1);
        exponent--;
        count++;
    }
    *digit_count = count;
    return exponent;
}

/* The value lies between 10^(point - 1) and 10^point. What lies outside of
 * what doubles hold is answered with a power of two that does too. */
static bool decimal_value(const struct literal *l, struct binary_value *out)
{
    struct big a, b = {{1}, 1};
    int64_t digits = 0;
    a.count = 0;
    int64_t exponent = decimal_digits(l, &a, &digits);
    if (digits == 0)
        return false;
    int64_t point = digits + exponent;
    if (point > 310 || point < -330) {
        *out = (struct binary_value){(uint64_t)1 << 63,
                                     point > 0 ? 2000 : -2000, false};
        return true;
    }
    big_times_ten_to(exponent > 0 ? &a : &b,
                     exponent > 0 ? exponent : -exponent);
    *out = big_quotient(&a, &b);
    return true;
}

static enum tn_number_outcome nan_bits(const struct float_shape *f,
                                       struct tn_str s, uint64_t *out)
{
    uint64_t payload = (uint64_t)1 << (f->fraction_bits - 1);
    if (s.size > 0) {
        if (!tn_str_starts(s, ":0x"))
            return TN_NUMBER_SYNTAX;
        enum tn_number_outcome outcome = whole_number(behind(s, 1), &payload);
        if (outcome != TN_NUMBER_OK)
            return outcome;
        if (payload == 0 || payload >> f->fraction_bits != 0)
            return TN_NUMBER_RANGE;
    }
    *out = infinity_bits(f) | payload;
    return TN_NUMBER_OK;
}

static enum tn_number_outcome float_bits(const struct float_shape *f,
                                         struct tn_str s, uint64_t *out)
{
    bool is_minus = take_minus(&s);
    uint64_t bits = 0;
    enum tn_number_outcome outcome = TN_NUMBER_OK;
    struct literal l;
    struct binary_value v;
    if (tn_str_is(s, "inf"))
        bits = infinity_bits(f);
    else if (tn_str_starts(s, "nan"))
        outcome = nan_bits(f, behind(s, 3), &bits);
    else if (!split_literal(s, &l))
        outcome = TN_NUMBER_SYNTAX;
    else if (l.base == 16 ? hexadecimal_value(&l, &v) : decimal_value(&l, &v))
        outcome = round_to_format(f, v, &bits);
    if (outcome != TN_NUMBER_OK)
        return outcome;
    unsigned sign_bit = f->fraction_bits == 52 ? 63 : 31;
    *out = bits | (uint64_t)is_minus << sign_bit;
    return TN_NUMBER_OK;
}

enum tn_number_outcome tn_number_f32(struct tn_str text, uint32_t *bits)
{
    static const struct float_shape f32 = {23, -126, 127};
    uint64_t wide = 0;
    enum tn_number_outcome outcome = float_bits(&f32, text, &wide);
    if (outcome == TN_NUMBER_OK)
        *bits = (uint32_t)wide;
    return outcome;
}

enum tn_number_outcome tn_number_f64(struct tn_str text, uint64_t *bits)
{
    static const struct float_shape f64 = {52, -1022, 1023};
    return float_bits(&f64, text, bits);
}

#undef EXPONENT_LIMIT
