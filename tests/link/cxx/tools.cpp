/* tools.cpp - libtools.so: uses the classes without making any. */
#include "shapes.hpp"

double area_of(const Shape &shape)
{
    return shape.area();
}

std::string kind_of(const Named &named)
{
    std::string kind;
    if (dynamic_cast<const Shape *>(&named))
        kind += "shape ";
    if (dynamic_cast<const Coloured *>(&named))
        kind += "coloured ";
    if (dynamic_cast<const Square *>(&named))
        kind += "square ";
    return kind + named.describe();
}

void visit(Named &named, Visitor &visitor)
{
    visitor.see(named);
}
void apply(Coloured &coloured, Action action, unsigned with)
{
    (coloured.*action)(with);
}
