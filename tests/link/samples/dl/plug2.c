/* plug2.c - has a name that plug1 has too, and must not see plug1. */
#include <stdio.h>

extern int plug_value __attribute__((weak));

int symbol_clash(void)
{
    return 2;
}

int sees_plug1(void)
{
    return &plug_value ? plug_value : -1;
}

int call_clash(void)
{
    return symbol_clash();
}

__attribute__((constructor)) static void plug2_begin(void)
{
    printf("plug2 ctor\n");
}
