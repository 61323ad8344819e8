/* streams.cpp - one std::cout, and streams that cross modules. */
#include "streams.hpp"

#include <iostream>
#include <sstream>

namespace
{

/* A buffer of main's, which libstreams.so writes to and libc++ calls. */
struct Capitals : std::streambuf {
    std::string kept;
    int syncs = 0;
    int_type overflow(int_type c) override
    {
        kept += traits_type::to_char_type(c >= 'a' && c <= 'z' ? c - 32 : c);
        return c;
    }
    int sync() override
    {
        return syncs++, 0;
    }
};

} // namespace

int main()
{
    std::cout << "main begins\n";
    write_all(std::cout);
    std::cout << Point{1, 2} << ' ' << brackets << Point{3, -4} << '\n';

    Capitals capitals;
    std::ostream out(&capitals);
    write_all(out);
    out << Point{5, 6} << std::flush;
    std::cout << capitals.kept << ' ' << capitals.syncs << '\n';

    std::istringstream numbers("1 2 3\n40\n500 six 7\n");
    std::cout << "sum " << sum_of_lines(numbers) << ' ' << numbers.eof()
              << '\n';
    Point point;
    std::istringstream good("( 7 , 8 )"), bad("<7,8>");
    std::cout << "read " << !!(good >> point) << ' ' << point << ' '
              << !!(bad >> point) << '\n';
    bad.clear();
    bad.exceptions(std::ios::failbit);
    bad.seekg(0);
    try {
        bad >> point;
    } catch (const std::ios_base::failure &) {
        std::cout << "the stream throws\n";
    }
    std::cout << table_of(3);
    std::cerr << "to standard error\n";
    std::cout << "read from standard input: " << sum_of_lines(std::cin) << '\n';
}
