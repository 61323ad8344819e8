/* plugin.hpp - what a plugin of the program `plugins` gives, and what it gets. */
#ifndef PLUGIN_HPP
#define PLUGIN_HPP

#include <stdexcept>
#include <string>

/* In the program: reports go to its output. */
struct Host {
    virtual ~Host() = default;
    virtual void report(const std::string &text) = 0;
};
extern Host *host;

struct Plugin {
    virtual ~Plugin() = default;
    virtual std::string run(int argument) = 0;
};
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/* Every plugin has a function of this type and the name `make_plugin`. */
using Maker = Plugin *();

/* Unique only where it is visible to all. */
inline int loads = 0;

#endif
