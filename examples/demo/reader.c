/* reader.c - the demo's main module: reads a Markdown file, has it turned into
 * HTML by one module, its headings stored and queried in a second, the whole
 * compressed in a third, and prints what came of it. Linked natively, the same
 * source prints the same lines. */
#include <stdio.h>
#include <string.h>

#include "bytes.h"

BYTES_ALLOCATOR
BYTES_IMPORT("markdown", "to_html", to_html)
BYTES_IMPORT("db", "exec", db_exec)
BYTES_IMPORT("zip", "pack", zip_pack)
BYTES_IMPORT("zip", "unpack", zip_unpack)

struct bytes {
    uint8_t *at;
    size_t size;
};

/* FNV-1a. */
static uint32_t checksum(struct bytes b)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < b.size; i++)
        hash = (hash ^ b.at[i]) * 16777619u;
    return hash;
}

static struct bytes read_file(const char *path)
{
    struct bytes b = {malloc(1 << 20), 0};
    FILE *file = fopen(path, "rb");
    if (file == NULL || b.at == NULL) {
        perror(path);
        exit(1);
    }
    b.size = fread(b.at, 1, 1 << 20, file);
    fclose(file);
    return b;
}

static void query(const char *sql, size_t size, int is_shown)
{
    struct bytes rows = {0};
    db_exec((const uint8_t *)sql, size, &rows.at, &rows.size);
    int is_error = rows.size >= 6 && memcmp(rows.at, "error:", 6) == 0;
    if (is_shown || is_error)
        fwrite(rows.at, 1, rows.size, stdout);
    free(rows.at);
}

/* insert into h values(LEVEL, 'TEXT'), quotes doubled. */
static void store_heading(char level, const char *text, size_t size)
{
    char *sql = malloc(2 * size + 64);
    if (sql == NULL)
        abort();
    size_t n = (size_t)sprintf(sql, "insert into h values(%c,'", level);
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'')
            sql[n++] = '\'';
        sql[n++] = text[i];
    }
    memcpy(sql + n, "')", 2);
    query(sql, n + 2, 0);
    free(sql);
}

/* Each <hN>...</hN> of the HTML. */
static int store_headings(const char *html, size_t size)
{
    int count = 0;
    for (size_t i = 0; i + 9 < size; i++) {
        const char *p = html + i;
        if (p[0] != '<' || p[1] != 'h' || p[2] < '1' || p[2] > '6' ||
            p[3] != '>')
            continue;
        size_t end = i + 4;
        while (end + 5 <= size && memcmp(html + end, "</h", 3) != 0)
            end++;
        store_heading(p[2], p + 4, end - i - 4);
        count++;
    }
    return count;
}

int main(int argc, char **argv)
{
    static const char create[] = "create table h(level int, text)";
    static const char levels[] =
        "select 'level '||level, count(*), max(length(text)) from h "
        "group by level order by level";
    static const char longest[] = "select 'longest', text from h "
                                  "order by length(text) desc, text limit 3";
    if (argc != 2) {
        fprintf(stderr, "usage: main FILE.md\n");
        return 2;
    }
    struct bytes doc = read_file(argv[1]), html = {0}, packed = {0}, back = {0};
    printf("markdown %zu bytes, checksum %08x\n", doc.size, checksum(doc));
    to_html(doc.at, doc.size, &html.at, &html.size);
    printf("html     %zu bytes, checksum %08x\n", html.size, checksum(html));
    query(create, sizeof create - 1, 0);
    printf("headings %d\n", store_headings((const char *)html.at, html.size));
    query(levels, sizeof levels - 1, 1);
    query(longest, sizeof longest - 1, 1);
    zip_pack(html.at, html.size, &packed.at, &packed.size);
    printf("packed   %zu bytes, checksum %08x\n", packed.size,
           checksum(packed));
    zip_unpack(packed.at, packed.size, &back.at, &back.size);
    int is_equal = back.at != NULL && back.size == html.size &&
                   memcmp(back.at, html.at, html.size) == 0;
    printf("unpacked %s\n", is_equal ? "equal" : "DIFFERENT");
    free(doc.at), free(html.at), free(packed.at), free(back.at);
    return is_equal ? 0 : 1;
}
