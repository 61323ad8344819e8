/* order_low.cpp - liblow.so: needed by libhigh.so and by the program. */
#include "order.hpp"

#include <cstdio>

static int begun;

Trace::Trace(const char *text) : name(text)
{
    std::printf("begin %s, %d\n", name, ++begun);
}
Trace::~Trace()
{
    std::printf("end %s\n", name);
}

int starts()
{
    return begun;
}

static Trace first("low's first"), second("low's second");

void touch_low()
{
    static Trace local("low's local");
}
