/* small_lib.cpp - libsmall.so. */
#include "small.hpp"

Part::~Part()
{
    say("~Part %d\n", number);
}
int Part::value() const
{
    return number;
}
Left::~Left()
{
    say("~Left\n");
}
int Left::lefts() const
{
    return left;
}
Right::~Right()
{
    say("~Right\n");
}
int Right::value() const
{
    return 10 * number + right;
}
Both::~Both()
{
    say("~Both\n");
}
int Both::lefts() const
{
    return 100 + left;
}
Failure::~Failure()
{
    say("~Failure %d\n", code);
}

Part *make_part(int kind)
{
    switch (kind) {
    case 0:
        return new Part(0);
    case 1:
        return new Left;
    case 2:
        return new Right;
    default:
        return new Both;
    }
}

int value_of(const Part &part)
{
    return part.value();
}

Open *make_open()
{
    return new Of<short>(7);
}

bool is_of_short(Open *open)
{
    return dynamic_cast<Of<short> *>(open) != nullptr;
}

int *counters(int step)
{
    static int *all[3];
    shared_counter += step;
    counted() += step;
    all[0] = &shared_counter;
    all[1] = &counted();
    all[2] = &Of<short>::made;
    return all[0] == all[1] ? nullptr : reinterpret_cast<int *>(all);
}

void fail(int kind)
{
    Scope scope("fail");
    static Worse *there = new Worse(6);
    switch (kind) {
    case 0:
        throw 42;
    case 1:
        throw Failure(1);
    case 2:
        throw Worse(2);
    case 3:
        throw "text";
    case 4:
        throw static_cast<Failure *>(there);
    case 5:
        throw Of<short>(5);
    default:
        say("no failure\n");
    }
}

int handle(Action action, int argument)
{
    try {
        action(argument);
    } catch (int number) {
        return number;
    } catch (const Worse &worse) {
        return 100 + worse.code;
    } catch (const Failure &failure) {
        return 200 + failure.code;
    } catch (const Open &open) {
        return 300 + open.kind();
    } catch (const char *) {
        return 400;
    } catch (...) {
        return 500;
    }
    return 0;
}

void hand_on(Action action, int argument)
{
    Scope outer("hand_on");
    try {
        Scope inner("inside");
        action(argument);
    } catch (Failure &failure) {
        failure.code += 10;
        throw;
    }
}
