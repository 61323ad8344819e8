/* plugins.cpp - C++ libraries that come and go: their statics end when they are
 * closed, function-local ones too; what stays open ends with the program. */
#include "plugin.hpp"

#include <cstdio>
#include <memory>
extern "C" { /* the samples' own one is for C only */
#include <dlfcn.h>
}

namespace
{

struct Printer : Host {
    void report(const std::string &text) override
    {
        std::printf("  %s\n", text.c_str());
    }
} printer;

struct Last {
    ~Last()
    {
        std::puts("main's static ends");
    }
} last;

void *open_plugin(const char *name, int flags)
{
    std::printf("open %s\n", name);
    void *handle = dlopen(name, flags);
    if (handle == nullptr)
        std::printf("dlopen: %s\n", dlerror());
    return handle;
}

std::unique_ptr<Plugin> make(void *handle)
{
    Maker *maker = reinterpret_cast<Maker *>(dlsym(handle, "make_plugin"));
    return std::unique_ptr<Plugin>(maker());
}

void use(void *handle)
{
    std::unique_ptr<Plugin> plugin = make(handle);
    std::puts(plugin->run(3).c_str());
    try {
        (void)plugin->run(-1);
    } catch (const Refused &refused) {
        std::puts(refused.what());
    }
    try {
        (void)plugin->run(99);
    } catch (int number) {
        std::printf("an int, %d\n", number);
    }
    std::puts(plugin->run(4).c_str());
}

int *loads_of(void *handle)
{
    return reinterpret_cast<int *(*)()>(dlsym(handle, "count_of_loads"))();
}

} // namespace

Host *host = &printer;

int main()
{
    for (int i = 0; i < 2; i++) {
        void *one = open_plugin("one.so", RTLD_NOW);
        use(one);
        std::printf("close %d\n", dlclose(one));
    }
    void *one = open_plugin("one.so", RTLD_NOW | RTLD_GLOBAL);
    void *again = open_plugin("one.so", RTLD_NOW);
    void *two = open_plugin("two.so", RTLD_LAZY);
    std::printf("the same %d\n", one == again);
    use(two);
    use(one);
    /* loads is inline: one of main's and all that see it. */
    std::printf("loads %d %d %d\n", loads, loads_of(one) == &loads,
                loads_of(two) == &loads);
    std::printf("close %d\n", dlclose(again));
    use(one);
    std::printf("close %d\n", dlclose(two));
    std::puts("main returns");
}
