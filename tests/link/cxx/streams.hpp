/* streams.hpp - the streams of the standard library, over three modules. */
#ifndef STREAMS_HPP
#define STREAMS_HPP

#include <iosfwd>
#include <istream>
#include <ostream>
#include <string>

struct Point {
    int x = 0, y = 0;
};
std::ostream &operator<<(std::ostream &out, const Point &point);
std::istream &operator>>(std::istream &in, Point &point);

std::ostream &
brackets(std::ostream &out); /* a manipulator with its own state */
void write_all(std::ostream &out);
int sum_of_lines(std::istream &in);
std::string table_of(int rows);

#endif
