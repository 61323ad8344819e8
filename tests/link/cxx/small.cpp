/* small.cpp - C++ over four modules, with no library but the language's: a
 * program, libsmall.so, a plugin, and that library. */
#include "small.hpp"

extern "C" {
#include <dlfcn.h>
}

struct Mine : Both {
    int own = 8;
    Mine() : Part(4)
    {
    }
    ~Mine() override
    {
        say("~Mine\n");
    }
    int value() const override
    {
        return own;
    }
};
struct Unknown {
};

static void raise_here(int kind)
{
    Scope scope("raise_here");
    switch (kind) {
    case 0:
        throw 7;
    case 1:
        throw Worse(1);
    case 2:
        throw Unknown();
    case 3:
        throw Of<char>('c');
    default:
        fail(kind - 4);
    }
}

static int caught(Action action, int kind)
{
    try {
        action(kind);
    } catch (const Open &open) {
        return 10 + open.kind();
    } catch (const Failure &failure) {
        return failure.code;
    } catch (Failure *failure) {
        return 20 + failure->code;
    } catch (int number) {
        return number;
    } catch (const char *text) {
        return text[0];
    }
    return 0;
}

static void parts()
{
    for (int kind = 0; kind < 4; kind++) {
        Part *part = make_part(kind);
        Left *left = dynamic_cast<Left *>(part);
        say("part %d: %d, left %d, right %d, both %d\n", kind, value_of(*part),
            left != nullptr ? left->lefts() : 0,
            dynamic_cast<Right *>(left != nullptr ? static_cast<Part *>(left)
                                                  : part) != nullptr,
            dynamic_cast<Both *>(part) != nullptr);
        delete part;
    }
    Mine mine;
    say("mine %d %d %d\n", value_of(mine), static_cast<Left &>(mine).lefts(),
        dynamic_cast<Mine *>(static_cast<Part *>(&mine)) == &mine);
}

static void templates()
{
    Open *open = make_open();
    Of<short> here(1);
    Of<char> other('o');
    say("of short %d %d %d, kind %d\n",
        dynamic_cast<Of<short> *>(open) != nullptr, is_of_short(&here),
        is_of_short(&other), open->kind());
    delete open;
    int **all = reinterpret_cast<int **>(counters(3));
    say("one: %d %d %d; %d %d %d\n", all[0] == &shared_counter,
        all[1] == &counted(), all[2] == &Of<short>::made, shared_counter,
        counted(), Of<short>::made);
}

static void exceptions()
{
    for (int kind = 0; kind < 7; kind++)
        say("from libsmall.so %d: %d\n", kind, caught(fail, kind));
    for (int kind = 0; kind < 11; kind++)
        say("handled there %d: %d\n", kind, handle(raise_here, kind));
    try {
        hand_on(raise_here, 1);
    } catch (const Failure &failure) {
        say("handed on: %d\n", failure.code);
    }
    try {
        hand_on(raise_here, 2);
    } catch (Unknown) {
        say("nobody there knew it\n");
    }
}

static void plugins()
{
    for (int i = 0; i < 2; i++) {
        void *plugin = dlopen("smallplugin.so", RTLD_NOW);
        if (plugin == nullptr) {
            say("%s\n", dlerror());
            return;
        }
        auto make = reinterpret_cast<Part *(*)()>(dlsym(plugin, "plugin_part"));
        auto fail_there =
            reinterpret_cast<Action>(dlsym(plugin, "plugin_fail"));
        Part *part = make();
        say("plugin's %d, both %d\n", value_of(*part),
            dynamic_cast<Both *>(part) != nullptr);
        delete part;
        int first = caught(fail_there, 9), second = handle(fail_there, 9);
        say("plugin's failures %d %d %d\n", first, second,
            caught(fail_there, 0));
        say("close %d\n", dlclose(plugin));
    }
}

extern "C" int run()
{
    parts();
    templates();
    exceptions();
    plugins();
    return 0;
}
