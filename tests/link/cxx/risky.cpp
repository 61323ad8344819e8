/* risky.cpp - librisky.so: throws, catches, and lets pass. */
#include "errors.hpp"

#include <iostream>
#include <vector>

Problem::~Problem()
{
    std::cout << "~Problem " << code << '\n';
}
std::string Problem::advice() const
{
    return "none";
}

Guard::Guard(const char *text) : name(text)
{
    std::cout << "enter " << name << '\n';
}
Guard::~Guard()
{
    std::cout << "leave " << name << ' ' << std::uncaught_exceptions() << '\n';
}

void risk(int kind)
{
    Guard guard("risk");
    switch (kind) {
    case 0:
        throw 42;
    case 1:
        throw Problem("problem", 1);
    case 2:
        throw Deep(2);
    case 3:
        throw Light();
    case 4:
        throw Both();
    case 5:
        throw static_cast<const char *>("text");
    case 6: {
        static Both both;
        throw &both;
    }
    case 7:
        throw std::string("a string");
    case 8:
        (void)std::vector<int>(3).at(5);
        break;
    case 9:
        (void)std::stoi("no number");
        break;
    case 10:
        throw std::bad_alloc();
    case 11:
        std::function<void()>()();
        break;
    default:
        break;
    }
    std::cout << "nothing thrown\n";
}

void run_guarded(const std::function<void()> &action)
{
    Guard outer("outer");
    try {
        Guard inner("inner");
        action();
    } catch (const Light &) {
        std::cout << "librisky takes a Light\n";
    }
}

int try_action(void (*action)(int), int argument)
{
    try {
        action(argument);
    } catch (int) {
        return 1;
    } catch (const Deep &) {
        return 2;
    } catch (const Problem &) {
        return 3;
    } catch (Base2 &base) {
        return base.two == 2 ? 4 : -4;
    } catch (Base2 *base) {
        return base->two == 2 ? 5 : -5;
    } catch (const std::exception &) {
        return 6;
    } catch (...) {
        return 7;
    }
    return 0;
}

void pass_through(void (*action)(int), int argument)
{
    Guard guard("pass");
    try {
        action(argument);
    } catch (Problem &problem) {
        problem.code += 100;
        throw;
    } catch (const std::string &text) {
        throw std::runtime_error("instead of " + text);
    }
}

int count_down(int depth, void (*action)(int))
{
    try {
        if (depth == 0)
            throw Problem("bottom", 0);
        action(depth);
    } catch (Problem &problem) {
        problem.code++;
        throw;
    }
    return depth;
}

std::exception_ptr keep(void (*action)(int), int argument)
{
    try {
        action(argument);
    } catch (...) {
        return std::current_exception();
    }
    return nullptr;
}

void stop_at(void (*action)(int)) noexcept
{
    Guard guard("noexcept");
    action(1);
}
