/* errors.hpp - what is thrown between modules. */
#ifndef ERRORS_HPP
#define ERRORS_HPP

#include <exception>
#include <functional>
#include <stdexcept>
#include <string>

/* librisky.so has its virtual functions. */
struct Problem : std::runtime_error {
    int code;
    Problem(const std::string &text, int number)
        : std::runtime_error(text), code(number)
    {
    }
    ~Problem() override;
    virtual std::string advice() const;
};
struct Deep : virtual Problem {
    using Problem::Problem;
    explicit Deep(int number) : Problem("deep", number)
    {
    }
};
/* Every module has this. */
struct Light : std::logic_error {
    Light() : std::logic_error("light")
    {
    }
};
struct Base1 {
    int one = 1;
};
struct Base2 {
    int two = 2;
};
struct Both : Base1, Base2 {
};

/* Speaks when it is destroyed. */
struct Guard {
    const char *name;
    explicit Guard(const char *text);
    ~Guard();
};

void risk(int kind); /* throws something */
void run_guarded(const std::function<void()> &action);
int try_action(void (*action)(int), int argument); /* which handler took it */
void pass_through(void (*action)(int), int argument); /* catches and rethrows */
int count_down(int depth, void (*action)(int));       /* recursion to and fro */
std::exception_ptr keep(void (*action)(int), int argument);
void stop_at(void (*action)(int)) noexcept;

#endif
