/* order_high.cpp - libhigh.so: its statics need those of liblow.so. */
#include "order.hpp"

#include <cstdio>

static int seen = starts();
static Trace high("high");

void touch_high()
{
    static Trace local("high's local");
    std::printf("high saw %d\n", seen);
    touch_low();
}
