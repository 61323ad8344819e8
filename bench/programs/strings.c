/* strings.c - splitting text into words and counting them in a hash table:
 * bytes, short loops, string compares. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    TEXT = 1 << 18,
    SLOTS = 1 << 12,
    WORDS = 1500,
    ROUNDS = 30
};

struct slot {
    char word[16];
    uint32_t count;
};

static char text[TEXT];
static struct slot slots[SLOTS];

static void make_text(void)
{
    uint32_t seed = 3;
    char *at = text, *end = text + TEXT - 16;
    while (at < end) {
        uint32_t word = (seed = seed * 1664525 + 1013904223) >> 16;
        word = word % WORDS + 1;
        for (int i = 0; i < 3 + (int)(word & 7); i++)
            *at++ = (char)('a' + (word * (unsigned)(i + 5) >> (i & 3)) % 26);
        *at++ = word & 16 ? ' ' : '\n';
    }
}

static void count(const char *word, size_t size)
{
    uint32_t h = 2166136261;
    for (size_t i = 0; i < size; i++)
        h = (h ^ (uint8_t)word[i]) * 16777619;
    for (;; h++) {
        struct slot *s = &slots[h % SLOTS];
        if (s->count == 0)
            memcpy(s->word, word, size);
        if (strncmp(s->word, word, size) == 0 && s->word[size] == 0) {
            s->count++;
            return;
        }
    }
}

int main(void)
{
    make_text();
    for (int round = 0; round < ROUNDS; round++)
        for (const char *at = text; *at != 0;) {
            size_t size = strcspn(at, " \n");
            count(at, size);
            at += size + (at[size] != 0);
        }
    uint32_t sum = 0;
    for (int i = 0; i < SLOTS; i++)
        sum = sum * 33 + slots[i].count;
    printf("strings %08x\n", sum);
}
