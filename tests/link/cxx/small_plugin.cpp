/* small_plugin.cpp - smallplugin.so, which is opened. */
#include "small.hpp"

static Scope global("smallplugin.so's static");

struct Own : Both {
    Own() : Part(5)
    {
    }
    int value() const override
    {
        return 1000;
    }
};

extern "C" Part *plugin_part()
{
    static Scope local("its local static");
    return new Own;
}

extern "C" void plugin_fail(int kind)
{
    if (kind == 9)
        throw Worse(90);
    fail(kind);
}
