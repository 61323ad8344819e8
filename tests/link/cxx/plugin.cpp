/* plugin.cpp - the plugins one.so and two.so, by -DNAME. */
#include "plugin.hpp"

namespace
{

struct Static {
    std::string name;
    explicit Static(const char *what) : name(std::string(NAME) + what)
    {
        host->report(name + " begins");
    }
    ~Static()
    {
        host->report(name + " ends");
    }
};
Static global(" global");

struct Worker : Plugin {
    int calls = 0;
    std::string run(int argument) override
    {
        static Static local(" local");
        if (argument < 0)
            throw Refused(std::string(NAME) + " refuses");
        if (argument == 99)
            throw argument;
        calls++;
        return std::string(NAME) + " ran " + std::to_string(calls * argument);
    }
    ~Worker() override
    {
        host->report(std::string(NAME) + " worker deleted");
    }
};

} // namespace

extern "C" Plugin *make_plugin()
{
    loads++;
    return new Worker;
}
extern "C" int *count_of_loads()
{
    return &loads;
}
