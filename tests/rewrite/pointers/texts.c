/* texts.c - functions over text and bytes, labelled: for each parameter,
 * what it is by its meaning in C (labels.h). */
#include "labels.h"

F(str_len, "p") size_t str_len(const char *s)
{
    size_t n = 0;
    while (s[n] != 0)
        n++;
    return n;
}

F(str_copy, "pp") char *str_copy(char *to, const char *from)
{
    char *start = to;
    while ((*to++ = *from++) != 0) {
    }
    return start;
}

F(str_copy_n, "pps") void str_copy_n(char *to, const char *from, size_t n)
{
    size_t i = 0;
    for (; i + 1 < n && from[i] != 0; i++)
        to[i] = from[i];
    to[i] = 0;
}

F(str_cat, "pp") char *str_cat(char *to, const char *from)
{
    str_copy(to + str_len(to), from);
    return to;
}

F(str_compare, "pp") int str_compare(const char *a, const char *b)
{
    while (*a != 0 && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

F(str_chr, "ps") const char *str_chr(const char *s, int c)
{
    for (; *s != 0; s++)
        if (*s == c)
            return s;
    return 0;
}

F(str_rchr, "ps") const char *str_rchr(const char *s, int c)
{
    const char *last = 0;
    do {
        if (*s == c)
            last = s;
    } while (*s++ != 0);
    return last;
}

F(str_find, "pp") const char *str_find(const char *s, const char *part)
{
    for (; *s != 0; s++) {
        size_t i = 0;
        while (part[i] != 0 && s[i] == part[i])
            i++;
        if (part[i] == 0)
            return s;
    }
    return 0;
}

F(str_hash, "p") uint32_t str_hash(const char *s)
{
    uint32_t hash = 2166136261u;
    while (*s != 0)
        hash = (hash ^ (unsigned char)*s++) * 16777619u;
    return hash;
}

F(bytes_hash, "pss")
uint32_t bytes_hash(const void *at, size_t size, uint32_t seed)
{
    const unsigned char *p = at;
    for (size_t i = 0; i < size; i++)
        seed = (seed ^ p[i]) * 16777619u;
    return seed;
}

F(str_upper, "p") void str_upper(char *s)
{
    for (; *s != 0; s++)
        if (*s >= 'a' && *s <= 'z')
            *s -= 32;
}

F(to_upper, "s") int to_upper(int c)
{
    return c >= 'a' && c <= 'z' ? c - 32 : c;
}

static const char digits[] = "0123456789abcdef";

F(digit_of, "s") int digit_of(unsigned value)
{
    return digits[value & 15];
}

F(print_number, "pss")
size_t print_number(char *out, unsigned value, unsigned base)
{
    char text[33];
    size_t n = 0, i = 0;
    do {
        text[n++] = digits[value % base];
        value /= base;
    } while (value != 0);
    while (n > 0)
        out[i++] = text[--n];
    out[i] = 0;
    return i;
}

F(parse_number, "pp") int parse_number(const char *s, int *out)
{
    int value = 0, n = 0;
    while (s[n] >= '0' && s[n] <= '9')
        value = value * 10 + (s[n++] - '0');
    *out = value;
    return n;
}

F(byte_at, "ps") int byte_at(const char *s, size_t i)
{
    return s[i];
}

F(set_byte, "pss") void set_byte(char *s, size_t i, char value)
{
    s[i] = value;
}

F(swap_bytes, "pss") void swap_bytes(char *s, size_t i, size_t k)
{
    char t = s[i];
    s[i] = s[k];
    s[k] = t;
}

F(reverse, "ps") void reverse(char *s, size_t n)
{
    for (size_t i = 0; i < n / 2; i++)
        swap_bytes(s, i, n - 1 - i);
}

F(fill, "pss") void fill(void *at, int byte, size_t n)
{
    __builtin_memset(at, byte, n);
}

F(copy, "pps") void copy(void *to, const void *from, size_t n)
{
    __builtin_memcpy(to, from, n);
}

F(move, "pps") void move(void *to, const void *from, size_t n)
{
    __builtin_memmove(to, from, n);
}

F(compare_bytes, "pps")
int compare_bytes(const void *x, const void *y, size_t n)
{
    const unsigned char *a = x, *b = y;
    for (; n > 0; n--, a++, b++)
        if (*a != *b)
            return *a < *b ? -1 : 1;
    return 0;
}

F(is_space, "s") int is_space(int c)
{
    return c == ' ' || (c >= 9 && c <= 13);
}

F(skip_spaces, "p") const char *skip_spaces(const char *s)
{
    while (is_space(*s))
        s++;
    return s;
}

F(trim, "p") char *trim(char *s)
{
    char *begin = (char *)skip_spaces(s);
    size_t n = str_len(begin);
    while (n > 0 && is_space(begin[n - 1]))
        n--;
    begin[n] = 0;
    return begin;
}

F(count_words, "ps") int count_words(const char *s, size_t n)
{
    int words = 0, inside = 0;
    for (size_t i = 0; i < n; i++) {
        int space = is_space(s[i]);
        words += !space && !inside;
        inside = !space;
    }
    return words;
}

F(split_at, "psp") size_t split_at(char *s, char c, char **rest)
{
    size_t i = 0;
    while (s[i] != 0 && s[i] != c)
        i++;
    *rest = s[i] != 0 ? s + i + 1 : s + i;
    s[i] = 0;
    return i;
}

F(utf8_put, "sp") int utf8_put(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    out[0] = (char)(0xe0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3f));
    out[2] = (char)(0x80 | (c & 0x3f));
    return 3;
}

F(utf8_length, "ps") size_t utf8_length(const unsigned char *s, size_t size)
{
    size_t n = 0;
    for (const unsigned char *end = s + size; s < end; s++)
        n += (*s & 0xc0) != 0x80;
    return n;
}

static const char *const months[] = {"jan", "feb", "mar", "apr"};

F(month_name, "s>p") const char *month_name(int i)
{
    return i >= 0 && i < 4 ? months[i] : "none";
}

F(month_index, "p") int month_index(const char *name)
{
    for (int i = 0; i < 4; i++)
        if (str_compare(months[i], name) == 0)
            return i;
    return -1;
}

static uint32_t crc_table[256];

F(crc_init, "") void crc_init(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int k = 0; k < 8; k++)
            c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
        crc_table[i] = c;
    }
}

F(crc, "sps") uint32_t crc(uint32_t c, const unsigned char *at, size_t n)
{
    c = ~c;
    while (n-- > 0)
        c = crc_table[(c ^ *at++) & 255] ^ c >> 8;
    return ~c;
}

F(crc_byte, "ss") uint32_t crc_byte(uint32_t c, uint32_t byte)
{
    return crc_table[(c ^ byte) & 255] ^ c >> 8;
}

F(read_u32, "p") uint32_t read_u32(const unsigned char *p)
{
    return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

F(write_u32, "ps") void write_u32(unsigned char *p, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(value >> 8 * i);
}

F(read_leb, "pp")
uint32_t read_leb(const unsigned char **at, const unsigned char *end)
{
    uint32_t value = 0;
    for (unsigned shift = 0; *at < end; shift += 7) {
        unsigned char byte = *(*at)++;
        value |= (uint32_t)(byte & 127) << shift;
        if (byte < 128)
            break;
    }
    return value;
}

F(base64, "psp") size_t base64(const unsigned char *in, size_t n, char *out)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t k = 0;
    for (size_t i = 0; i + 2 < n; i += 3) {
        uint32_t v = (uint32_t)in[i] << 16 | in[i + 1] << 8 | in[i + 2];
        for (int s = 18; s >= 0; s -= 6)
            out[k++] = letters[v >> s & 63];
    }
    return k;
}

F(run_length, "psp") size_t run_length(const char *in, size_t n, char *out)
{
    size_t k = 0;
    for (size_t i = 0; i < n;) {
        size_t run = 1;
        while (i + run < n && in[i + run] == in[i] && run < 255)
            run++;
        out[k++] = (char)run;
        out[k++] = in[i];
        i += run;
    }
    return k;
}

F(xor_all, "pss") void xor_all(uint8_t *at, size_t n, uint8_t key)
{
    for (uint8_t *end = at + n; at != end; at++)
        *at ^= key;
}

F(last_byte, "ps") int last_byte(const char *s, size_t n)
{
    return n == 0 ? -1 : s[n - 1];
}

F(equal_ends, "pps") int equal_ends(const char *a, const char *b, size_t n)
{
    return a[0] == b[0] && a[n] == b[n];
}

F(index_first, "sp") int index_first(size_t i, const char *s)
{
    return s[i];
}

F(checksum, "ps") uint16_t checksum(const uint16_t *words, size_t n)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += words[i];
    return (uint16_t) ~(sum + (sum >> 16));
}
