/* word_count.c - an allocator in segments: what lives equally long lives together.
 *
 * Counts the words of each paragraph. Their letters are in one memory, what is
 * known of them in another; at the end of a paragraph both are empty again,
 * whatever was in them, and nothing was freed one by one. A word that is read
 * wrongly can spoil other letters, but no count and no list. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <tenon/guest/memory.h>

TN_ARENA(letters, 1, 1, 64)
TN_ARENA(entry, 2, 1, 64)

/* An entry, field by field: refs are stored as what they are, offsets. */
enum {
    ENTRY_NEXT = 0,
    ENTRY_LETTERS = 4,
    ENTRY_SIZE = 8,
    ENTRY_COUNT = 12,
    ENTRY_BYTES = 16
};

static entry_ref next_of(entry_ref e)
{
    return (entry_ref){entry_load_u32(e, ENTRY_NEXT)};
}

static letters_ref letters_of(entry_ref e)
{
    return (letters_ref){entry_load_u32(e, ENTRY_LETTERS)};
}

static int is_word(entry_ref e, const char *word, size_t size)
{
    char known[64];
    if (entry_load_u32(e, ENTRY_SIZE) != size)
        return 0;
    letters_read(known, letters_of(e), size);
    return memcmp(known, word, size) == 0;
}

static entry_ref new_entry(entry_ref last, const char *word, size_t size)
{
    letters_ref text = letters_alloc(size);
    entry_ref e = entry_alloc(ENTRY_BYTES); /* all of it is zero */
    letters_write(text, word, size);
    entry_store_u32(e, ENTRY_LETTERS, text.at);
    entry_store_u32(e, ENTRY_SIZE, size);
    if (!entry_is_null(last))
        entry_store_u32(last, ENTRY_NEXT, e.at);
    return e;
}

static void count(entry_ref *first, const char *word, size_t size)
{
    entry_ref e = *first, last = {0};
    for (; !entry_is_null(e) && !is_word(e, word, size); e = next_of(e))
        last = e;
    if (entry_is_null(e))
        e = new_entry(last, word, size);
    if (entry_is_null(*first))
        *first = e;
    entry_store_u32(e, ENTRY_COUNT, entry_load_u32(e, ENTRY_COUNT) + 1);
}

/* The words that came more than once; then both memories are as new. */
static void end_paragraph(entry_ref *first)
{
    char word[64];
    for (entry_ref e = *first; !entry_is_null(e); e = next_of(e)) {
        size_t size = entry_load_u32(e, ENTRY_SIZE);
        letters_read(word, letters_of(e), size);
        if (entry_load_u32(e, ENTRY_COUNT) > 1)
            printf("%.*s %u\n", (int)size, word,
                   (unsigned)entry_load_u32(e, ENTRY_COUNT));
    }
    printf("-- letters %zu bytes, entries %zu\n", letters_used(), entry_used());
    letters_reset();
    entry_reset();
    *first = (entry_ref){0};
}

int main(void)
{
    entry_ref first = {0};
    char line[1024];
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (line[0] == '\n')
            end_paragraph(&first);
        for (char *at = line; *at != '\0';) {
            size_t size = 0;
            while (isalpha((unsigned char)at[size]) && size < 63)
                size++;
            if (size > 0)
                count(&first, at, size);
            at += size > 0 ? size : 1;
        }
    }
    end_paragraph(&first);
    return 0;
}
