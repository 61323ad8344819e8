/* xml_out.c - names and texts of strangers as SVG and HTML may hold them. */
#include "xml_out.h"

#include "json_out.h"

void xml_text(FILE *out, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        size_t size = utf8_size(at);
        if (*at == '&' || *at == '<' || *at == '>' || *at == '"')
            fprintf(out, "&#%d;", *at);
        else if (*at < 0x20 || *at == 0x7f)
            fprintf(out, "\\%02x", *at);
        else if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0)
            fprintf(out, "\\%02x", at[1]); /* control characters too */
        else if (size == 0 || (at[0] == 0xef && at[1] == 0xbf && at[2] >= 0xbe))
            fputs("\xef\xbf\xbd", out); /* nor are U+FFFE and U+FFFF of XML */
        else
            fwrite(at, 1, size, out);
        at += size ? size : 1;
    }
}

/* 1234567 as 1,234,567. */
static void describe_number(uint64_t number, char out[32])
{
    char digits[24];
    int size =
        snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
    int at = 0;
    for (int i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

void describe_bytes(uint64_t bytes, char *out, size_t room)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB"};
    size_t unit = 0;
    char number[32];
    while (unit < 3 && bytes >= 1024 && bytes % 1024 == 0) {
        bytes /= 1024;
        unit++;
    }
    describe_number(bytes, number);
    snprintf(out, room, "%s %s", number,
             unit == 0 && bytes == 1 ? "byte" : units[unit]);
}
