/* streams_lib.cpp - libstreams.so: reads and writes what streams it is given. */
#include "streams.hpp"

#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>

static const int bracket_slot = std::ios_base::xalloc();

std::ostream &brackets(std::ostream &out)
{
    out.iword(bracket_slot) = 1;
    return out;
}

std::ostream &operator<<(std::ostream &out, const Point &point)
{
    bool asked = out.iword(bracket_slot) == 1;
    return out << (asked ? "[" : "(") << point.x << ',' << point.y
               << (asked ? "]" : ")");
}

std::istream &operator>>(std::istream &in, Point &point)
{
    char open, comma, close;
    if (in >> open >> point.x >> comma >> point.y >> close &&
        (open != '(' || close != ')'))
        in.setstate(std::ios::failbit);
    return in;
}

void write_all(std::ostream &out)
{
    out << 1 << ' ' << -2L << ' ' << 3.25 << ' ' << 'c' << ' ' << "text" << ' '
        << std::boolalpha << true << std::noboolalpha << ' ' << std::hex
        << std::showbase << 255 << std::dec << std::noshowbase << ' '
        << std::setw(6) << std::setfill('*') << 42 << std::setfill(' ') << ' '
        << std::scientific << std::setprecision(3) << 12345.678 << ' '
        << std::fixed << 2.5 << std::defaultfloat << '\n';
}

int sum_of_lines(std::istream &in)
{
    std::string line;
    int sum = 0;
    while (std::getline(in, line)) {
        std::istringstream words(line);
        int number;
        while (words >> number)
            sum += number;
    }
    return sum;
}

std::string table_of(int rows)
{
    std::map<std::string, int> squares;
    for (int i = 1; i <= rows; i++)
        squares["row " + std::to_string(i)] = i * i;
    std::ostringstream out;
    for (const auto &[name, square] : squares)
        out << std::left << std::setw(8) << name << std::right << std::setw(5)
            << square << '\n';
    return out.str();
}

namespace
{
/* Before main, and after it, the standard streams are there. */
struct Speaker {
    Speaker()
    {
        std::cout << "libstreams begins\n";
    }
    ~Speaker()
    {
        std::cout << "libstreams ends\n";
    }
} speaker;
} // namespace
