/* throws.cpp - exceptions from module to module and back. */
#include "errors.hpp"

#include <cstdlib>
#include <iostream>
#include <new>
#include <typeinfo>

namespace
{

struct Mine : Problem {
    Mine() : Problem("mine", 9)
    {
    }
    std::string advice() const override
    {
        return "ask main";
    }
};

/* What librisky.so knows nothing of. */
struct Unknown {
};

void throw_here(int kind)
{
    switch (kind) {
    case 0:
        throw 7;
    case 1:
        throw Mine();
    case 2:
        throw Light();
    case 3:
        throw Both();
    case 4:
        throw Unknown();
    case 5:
        throw std::string("main's");
    default:
        risk(1);
    }
}

const char *caught_here(int kind)
{
    try {
        risk(kind);
    } catch (int number) {
        return number == 42 ? "int" : "another int";
    } catch (const Deep &deep) {
        return deep.code == 2 ? "Deep" : "another Deep";
    } catch (const Problem &problem) {
        return problem.advice() == "none" ? "Problem" : "another Problem";
    } catch (const Base2 &base) {
        return base.two == 2 ? "Base2" : "another Base2";
    } catch (const char *text) {
        return text;
    } catch (const Base2 *base) {
        return base->two == 2 ? "Base2 *" : "another Base2 *";
    } catch (const std::string &) {
        return "string";
    } catch (const std::out_of_range &) {
        return "out_of_range";
    } catch (const std::invalid_argument &) {
        return "invalid_argument";
    } catch (const std::bad_function_call &) {
        return "bad_function_call";
    } catch (const std::bad_alloc &) {
        return "bad_alloc";
    } catch (const std::logic_error &) {
        return "logic_error";
    }
    return "nothing";
}

void there_and_back(int depth)
{
    Guard guard("there and back");
    count_down(depth - 1, there_and_back);
}

/* An exception while another unwinds, which must not get out. */
struct Nested {
    ~Nested()
    {
        std::cout << "in a destructor, " << caught_here(0) << '\n';
    }
};

struct Half {
    Guard first{"first member"};
    int second;
    explicit Half(int kind)
    try : second((risk(kind), 2)) {
    } catch (const Problem &) {
        std::cout << "in the constructor's handler\n";
    }
};

void from_library()
{
    for (int kind = 0; kind <= 12; kind++)
        std::cout << kind << ": " << caught_here(kind) << '\n';
}

void from_main()
{
    for (int kind = 0; kind <= 6; kind++)
        std::cout << kind << ": handler " << try_action(throw_here, kind)
                  << '\n';
    run_guarded([] { throw Light(); });
    try {
        run_guarded([] {
            Nested nested;
            throw Unknown();
        });
    } catch (Unknown) {
        std::cout << "Unknown came through librisky\n";
    }
}

void rethrown()
{
    try {
        pass_through(throw_here, 1);
    } catch (const Problem &problem) {
        std::cout << problem.what() << ' ' << problem.code << ' '
                  << problem.advice() << ' '
                  << (typeid(problem) == typeid(Mine)) << '\n';
    }
    try {
        pass_through(risk, 7);
    } catch (const std::runtime_error &error) {
        std::cout << error.what() << '\n';
    }
    try {
        there_and_back(5);
    } catch (const Problem &problem) {
        std::cout << "handlers on the way: " << problem.code << '\n';
    }
    try {
        throw_here(1);
    } catch (...) {
        std::cout << "in main " << try_action([](int) { throw; }, 0) << '\n';
    }
}

void kept()
{
    std::exception_ptr first = keep(risk, 1), second = first;
    for (int i = 0; i < 2; i++) {
        try {
            std::rethrow_exception(i == 0 ? first : second);
        } catch (Problem &problem) {
            std::cout << "kept " << ++problem.code << '\n';
        }
    }
    first = nullptr;
    std::cout << "one reference left\n";
    second = nullptr;
    std::cout << "none: " << (keep(risk, 12) == nullptr) << '\n';
    try {
        try {
            risk(3);
        } catch (...) {
            std::throw_with_nested(Problem("around", 3));
        }
    } catch (const Problem &problem) {
        try {
            std::rethrow_if_nested(problem);
        } catch (const Light &light) {
            std::cout << problem.what() << ' ' << light.what() << '\n';
        }
    }
}

void constructors()
{
    try {
        Half half(1);
    } catch (const Problem &problem) {
        std::cout << "no object, " << problem.what() << '\n';
    }
    Half whole(12);
    std::cout << "whole " << whole.second << '\n';
}

} // namespace

int main()
{
    from_library();
    from_main();
    rethrown();
    kept();
    constructors();
    std::cout << "uncaught " << std::uncaught_exceptions() << std::endl;
    std::set_terminate([] {
        std::cout << "terminated" << std::endl;
        std::_Exit(3);
    });
    stop_at(throw_here);
}
