/* words.c - a program in C whose library is in Rust. */
#include "os.h"
#include "sample.h"

#include <stdbool.h>

struct words;
struct words *words_new(size_t longer_than);
struct words *words_chosen(bool (*by)(const char *word, size_t size));
size_t words_add(struct words *words, const char *text, size_t size);
void words_report(const struct words *words);
void words_free(struct words *words);
size_t words_live(void);
int (*words_function(void))(int);
bool words_is_own(int (*function)(int));

void speak(const char *text, size_t size);
_Noreturn void give_up(void);
int spoken;

void speak(const char *text, size_t size)
{
    put(text, size);
    put("\n", 1);
    spoken++;
}

void give_up(void)
{
    say("gives up after %d\n", spoken);
    __builtin_trap();
}

static bool begins_low(const char *word, size_t size)
{
    return size > 0 && word[0] <= 'm';
}

static const char text[] =
    "It was the best of times, it was the worst of times, it was the age of "
    "wisdom, it was the age of foolishness, it was the epoch of belief: "
    "\xc3\x89t\xc3\xa9 et HIVER, \xc3\xa9t\xc3\xa9 et hiver.";

int run(void)
{
    struct words *all[] = {words_new(0), words_new(4),
                           words_chosen(begins_low)};
    for (int i = 0; i < 3; i++) {
        say("%d new\n", (int)words_add(all[i], text, sizeof text - 1));
        say("%d new\n", (int)words_add(all[i], "of late", 7));
        words_report(all[i]);
    }
    say("live %d\n", words_live() > 0 && os_live() >= words_live());
    for (int i = 0; i < 3; i++)
        words_free(all[i]);
    say("live %d %d\n", (int)words_live(), (int)os_live());
    int (*function)(int) = words_function();
    say("%d %d, spoken %d\n", function(21), words_is_own(function), spoken);
    return function(2000000000);
}
