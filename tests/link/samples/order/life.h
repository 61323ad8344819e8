/* life.h - a library that says when it begins and ends. */
#ifndef LIFE_H
#define LIFE_H

#include "sample.h"

extern char __dso_handle __attribute__((visibility("hidden")));
int __cxa_atexit(void (*function)(void *), void *argument, void *owner);

static void say_last(void *name)
{
    say("%s: what it left to do\n", (const char *)name);
}

#define LIFE(name)                                       \
    __attribute__((constructor)) static void begin(void) \
    {                                                    \
        say(name " begins\n");                           \
        __cxa_atexit(say_last, name, &__dso_handle);     \
    }                                                    \
    __attribute__((destructor)) static void end(void)    \
    {                                                    \
        say(name " ends\n");                             \
    }

#endif
