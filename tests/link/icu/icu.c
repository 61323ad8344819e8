/* icu.c - works with the ICU of an npm package, which was made for the libraries
 * of Emscripten, and finds those of WASI here.
 *
 * Reads lines `WHAT LOCALE TEXT` and says what ICU makes of each text:
 *
 *     upper   in upper case
 *     nfd     its UTF-16 units, decomposed; the locale says nothing
 *     words   cut into words
 *     sort    its words, which are parted by spaces, in the locale's order
 *     number  in the locale's digits and signs
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Of ICU 72 ------------------------------------------------------------ */

typedef uint16_t unit; /* UChar */

void udata_setCommonData_72(const void *data, int *error);
unit *u_strFromUTF8_72(unit *to, int cap, int *size, const char *from,
                       int from_size, int *error);
char *u_strToUTF8_72(char *to, int cap, int *size, const unit *from,
                     int from_size, int *error);
int u_strToUpper_72(unit *to, int cap, const unit *from, int size,
                    const char *locale, int *error);
const void *unorm2_getNFDInstance_72(int *error);
int unorm2_normalize_72(const void *form, const unit *from, int size, unit *to,
                        int cap, int *error);
void *ucol_open_72(const char *locale, int *error);
int ucol_strcoll_72(const void *order, const unit *a, int a_size, const unit *b,
                    int b_size);
void ucol_close_72(void *order);
void *ubrk_open_72(int kind, const char *locale, const unit *text, int size,
                   int *error);
int ubrk_next_72(void *breaks);
int ubrk_getRuleStatus_72(void *breaks);
void ubrk_close_72(void *breaks);
void *unum_open_72(int style, const unit *pattern, int size, const char *locale,
                   void *parse_error, int *error);
int unum_formatDouble_72(const void *format, double number, unit *to, int cap,
                         void *position, int *error);
void unum_close_72(void *format);
const char *u_errorName_72(int error);

/* --- What ICU finds with Emscripten, and not with WASI -------------------- */

long timezone;
char *tzname[2] = {"UTC", "UTC"};

/* Of a 64-bit result the upper half. */
static int upper_half;
void setTempRet0(int half);
int getTempRet0(void);
void setTempRet0(int half)
{
    upper_half = half;
}
int getTempRet0(void)
{
    return upper_half;
}

/* std::mutex and the like: there is one thread. */
void mutex_lock(void *mutex) __asm__("_ZNSt3__25mutex4lockEv");
void mutex_unlock(void *mutex) __asm__("_ZNSt3__25mutex6unlockEv");
void notify_all(void *condition) __asm__(
    "_ZNSt3__218condition_variable10notify_allEv");
void call_once(
    volatile unsigned long *flag, void *argument,
    void (*function)(void *)) __asm__("_ZNSt3__211__call_onceERVmPvPFvS2_E");

void mutex_lock(void *mutex)
{
    (void)mutex;
}
void mutex_unlock(void *mutex)
{
    (void)mutex;
}
void notify_all(void *condition)
{
    (void)condition;
}
void call_once(volatile unsigned long *flag, void *argument,
               void (*function)(void *))
{
    if (*flag != 0)
        return;
    *flag = 1;
    function(argument);
    *flag = ~0ul;
}

/* --- The program ---------------------------------------------------------- */

enum {
    CAP = 4096,
    WORDS = 256
};

static int error;
static unit text[CAP], result[CAP];
static int text_size;

static void check(const char *what)
{
    if (error > 0) {
        printf("%s: %s\n", what, u_errorName_72(error));
        exit(1);
    }
    error = 0; /* below it are warnings */
}

/* ICU's data is one file, used where it lies. */
static void load_data(const char *path)
{
    FILE *file = fopen(path, "rb");
    long size = -1;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    void *data =
        size < 0 ? NULL : aligned_alloc(16, ((size_t)size + 15) / 16 * 16);
    if (data == NULL || fseek(file, 0, SEEK_SET) != 0 ||
        fread(data, 1, (size_t)size, file) != (size_t)size) {
        perror(path);
        exit(1);
    }
    fclose(file);
    udata_setCommonData_72(data, &error);
    check(path);
}

static void show(const unit *units, int size)
{
    static char utf8[3 * CAP];
    int length;
    u_strToUTF8_72(utf8, sizeof utf8, &length, units, size, &error);
    check("to UTF-8");
    printf("%.*s", length, utf8);
}

static void upper(const char *locale)
{
    int size = u_strToUpper_72(result, CAP, text, text_size, locale, &error);
    check("upper");
    show(result, size);
}

static void nfd(const char *locale)
{
    (void)locale;
    const void *form = unorm2_getNFDInstance_72(&error);
    int size = unorm2_normalize_72(form, text, text_size, result, CAP, &error);
    check("nfd");
    for (int i = 0; i < size; i++)
        printf("%s%04x", i > 0 ? " " : "", result[i]);
}

static void words(const char *locale)
{
    void *breaks = ubrk_open_72(1, locale, text, text_size, &error);
    check("words");
    int start = 0, end, count = 0;
    while ((end = ubrk_next_72(breaks)) != -1) {
        if (ubrk_getRuleStatus_72(breaks) >= 100) { /* not signs and spaces */
            printf("%s", count++ > 0 ? "|" : "");
            show(text + start, end - start);
        }
        start = end;
    }
    ubrk_close_72(breaks);
}

static void *order;
struct word {
    const unit *at;
    int size;
};

static int compare(const void *a, const void *b)
{
    const struct word *x = a, *y = b;
    return ucol_strcoll_72(order, x->at, x->size, y->at, y->size);
}

static void sort(const char *locale)
{
    static struct word all[WORDS];
    size_t count = 0;
    order = ucol_open_72(locale, &error);
    check("sort");
    for (int i = 0; i < text_size && count < WORDS; i++) {
        int start = i;
        while (i < text_size && text[i] != ' ')
            i++;
        all[count++] = (struct word){text + start, i - start};
    }
    qsort(all, count, sizeof all[0], compare);
    for (size_t i = 0; i < count; i++) {
        printf("%s", i > 0 ? " " : "");
        show(all[i].at, all[i].size);
    }
    ucol_close_72(order);
}

static double number_asked;

static void number(const char *locale)
{
    void *format = unum_open_72(1, NULL, 0, locale, NULL, &error);
    check("number");
    int size =
        unum_formatDouble_72(format, number_asked, result, CAP, NULL, &error);
    check("number");
    show(result, size);
    unum_close_72(format);
}

static const struct {
    const char *name;
    void (*answer)(const char *locale);
} questions[] = {
    {"upper", upper}, {"nfd", nfd},       {"words", words},
    {"sort", sort},   {"number", number},
};

static void answer(char *line)
{
    char *locale = strchr(line, ' '), *asked = strchr(locale + 1, ' ');
    *locale++ = '\0';
    *asked++ = '\0';
    u_strFromUTF8_72(text, CAP, &text_size, asked, -1, &error);
    check("from UTF-8");
    number_asked = atof(asked);
    printf("%s %s: ", line, locale);
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        if (strcmp(line, questions[i].name) == 0)
            questions[i].answer(locale);
    }
    putchar('\n');
}

int main(void)
{
    static char line[CAP];
    load_data("icudt72l.dat");
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        answer(line);
    }
    return 0;
}
