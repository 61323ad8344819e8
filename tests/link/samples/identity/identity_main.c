/* identity_main.c - a pointer is the same, whoever asks for it. */
#include "identity.h"
#include "sample.h"

#include <dlfcn.h>

int program_function(int x)
{
    return x * 2;
}

static void check_start(void)
{
    unary f = shared_function;
    CLAIM(f(1) == 6);
    CLAIM(f == id_function());
    CLAIM(f == id_hidden_function());
    CLAIM(f == other_function());
    CLAIM(f == other_table[0]);
    CLAIM(f == (unary)dlsym(RTLD_DEFAULT, "shared_function"));

    unary own = program_function;
    CLAIM(own == id_program_function());
    CLAIM(own == other_table[1]);
    CLAIM(own == (unary)dlsym(RTLD_DEFAULT, "program_function"));

    CLAIM(&shared_data == id_data());
    CLAIM(&shared_data == other_data());
    CLAIM(&shared_data == dlsym(RTLD_DEFAULT, "shared_data"));
}

static void check_late(void *h)
{
    unary *table = dlsym(h, "late_table");
    CLAIM(table[0] == shared_function);
    CLAIM(table[1] == program_function);
    CLAIM(*(int **)dlsym(h, "late_data") == &shared_data);

    /* Nobody has taken this one's address before: it gets one, once. */
    unary quiet = (unary)dlsym(h, "late_quiet");
    size_t slots = table_slots();
    CLAIM(quiet(3) == -3);
    CLAIM(quiet == (unary)dlsym(h, "late_quiet"));
    CLAIM(slots == table_slots());
}

int run(void)
{
    check_start();
    void *h = dlopen("liblate.so", RTLD_NOW);
    CLAIM(h != NULL);
    if (h != NULL)
        check_late(h);
    return broken_claims();
}
