/* order.cpp - what a module needs begins before it, and all ends in the
 * reverse of the order in which it began, over all modules. */
#include "order.hpp"

#include <cstdio>
#include <cstdlib>

static Trace trace("main's first");
static Trace late("main's second");

int main()
{
    std::puts("main");
    std::atexit([] { std::puts("at exit, registered in main"); });
    static Trace local("main's local");
    touch_high();
    touch_high();
    std::atexit([] { std::puts("at exit, registered last"); });
    std::puts("main returns");
    return 5;
}
