/* small.hpp - what the modules of `small` know of each other. */
#ifndef SMALL_HPP
#define SMALL_HPP

extern "C" {
#include "sample.h"
}

/* libsmall.so has the virtual tables of these. */
struct Part {
    int number;
    explicit Part(int n) : number(n)
    {
    }
    virtual ~Part();
    virtual int value() const;
};
struct Left : virtual Part {
    int left = 1;
    Left() : Part(1)
    {
    }
    ~Left() override;
    virtual int lefts() const;
};
struct Right : virtual Part {
    int right = 2;
    Right() : Part(2)
    {
    }
    ~Right() override;
    int value() const override;
};
struct Both : Left, Right {
    Both() : Part(3)
    {
    }
    ~Both() override;
    int lefts() const override;
};

/* And these are every module's. */
struct Open {
    virtual ~Open() = default;
    virtual int kind() const
    {
        return 1;
    }
};
template <typename T> struct Of : Open {
    static inline int made = 0;
    T value;
    explicit Of(T v) : value(v)
    {
        made++;
    }
    int kind() const override
    {
        return 10 + static_cast<int>(sizeof(T));
    }
};
inline int shared_counter = 5;
inline int &counted()
{
    static int count = shared_counter * 2;
    return count;
}

struct Failure {
    int code;
    explicit Failure(int c) : code(c)
    {
    }
    virtual ~Failure();
};
struct Worse : Failure, Open {
    using Failure::Failure;
};

struct Scope {
    const char *name;
    explicit Scope(const char *text) : name(text)
    {
    }
    ~Scope()
    {
        say("leave %s\n", name);
    }
};

using Action = void (*)(int);

Part *make_part(int kind); /* 0 Part, 1 Left, 2 Right, 3 Both */
int value_of(const Part &part);
Open *make_open();
bool is_of_short(Open *open);
int *counters(int step); /* after a step: those of libsmall.so */
void fail(int kind);
int handle(Action action, int argument);
void hand_on(Action action, int argument);

#endif
