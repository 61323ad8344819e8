/* shapes.cpp - libshapes.so: the classes' own functions. */
#include "shapes.hpp"

#include <iostream>
#include <typeinfo>

Named::~Named()
{
    std::cout << "~Named " << name << '\n';
}
std::string Named::describe() const
{
    return "named " + name;
}

Shape::~Shape()
{
    std::cout << "~Shape " << edges << '\n';
}
Coloured::~Coloured()
{
    std::cout << "~Coloured " << colour << '\n';
}
void Coloured::paint(unsigned with)
{
    colour = with;
}

Square::~Square()
{
    std::cout << "~Square " << side << '\n';
}
double Square::area() const
{
    return side * side;
}
std::string Square::describe() const
{
    return "square of " + std::to_string(int(side));
}

Shape *make_square(double side)
{
    return new Square(side);
}

namespace
{
struct Hidden : Fancy {
    int who() const override
    {
        return 77;
    }
};
} // namespace

Plain *make_plain(int kind)
{
    switch (kind) {
    case 0:
        return new Plain;
    case 1:
        return new Fancy;
    case 2:
        return new Box<long long>;
    default:
        return new Hidden;
    }
}

int who_of(const Plain &plain)
{
    return plain.who();
}
const std::type_info &type_of(const Plain &plain)
{
    return typeid(plain);
}
