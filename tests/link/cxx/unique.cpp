/* unique.cpp - inline and template statics, addresses of inline functions, and
 * type information are one in all modules; what is static is each module's. */
#include "unique.hpp"

#include <cstring>
#include <iostream>

static int ask(Unary function, int number)
{
    return function(number);
}

int main()
{
    View a = view_of_a(1), b = view_of_b(2);
    counter++;
    Registry<int> here(5);
    std::cout << "counter " << counter << ' ' << (a.counter == &counter)
              << (b.counter == &counter) << '\n';
    std::cout << "made " << Registry<int>::made << ' '
              << (a.made == &Registry<int>::made) << (b.made == a.made) << '\n';
    std::cout << "last " << Registry<int>::last << ' '
              << (a.last == &Registry<int>::last) << (b.last == a.last) << '\n';
    std::cout << "number " << next_number() << ' '
              << (a.number == &next_number()) << (b.number == a.number) << '\n';
    std::cout << "variable template " << zero<int> << ' '
              << (a.zero == &zero<int>) << (b.zero == a.zero) << '\n';
    std::cout << "instances " << Once::alive << ' '
              << (a.once == &Once::instance()) << (b.once == a.once) << '\n';
    std::cout << "functions " << (a.twice == b.twice) << (a.twice == twice)
              << ask(a.twice, 21) << ' ' << (a.thrice == b.thrice)
              << (a.thrice == thrice<int>) << ask(b.thrice, 14) << '\n';
    std::cout << "types " << (*a.type == *b.type)
              << (*a.type == typeid(Registry<int>)) << (a.type == b.type) << ' '
              << (std::strcmp(a.text, b.text) == 0)
              << (typeid(Registry<char>) == *a.type) << '\n';
    std::cout << "own " << a.own() << a.own() << b.own() << ' '
              << (a.own == b.own) << '\n';
}
