/* shapes.hpp - classes of libshapes.so, known to every module of the sample.
 *
 * Where a class has no function outside its body, every module that uses it
 * makes its virtual table and its type information, and all must agree on one
 * of them. The others are libshapes.so's alone. */
#ifndef SHAPES_HPP
#define SHAPES_HPP

#include <string>
#include <typeinfo>

struct Named {
    std::string name;
    explicit Named(std::string text) : name(std::move(text))
    {
    }
    virtual ~Named();
    virtual std::string describe() const;
};

struct Shape : virtual Named {
    int edges = 0;
    Shape() : Named("shape")
    {
    }
    ~Shape() override;
    virtual double area() const = 0;
};

struct Coloured : virtual Named {
    unsigned colour = 0;
    Coloured() : Named("coloured")
    {
    }
    ~Coloured() override;
    virtual void paint(unsigned with);
};

/* A diamond: one Named in it. */
struct Square : Shape, Coloured {
    double side;
    explicit Square(double length) : Named("square"), side(length)
    {
        edges = 4;
    }
    ~Square() override;
    double area() const override;
    std::string describe() const override;
};

/* Every module makes these for itself. */
struct Plain {
    virtual ~Plain() = default;
    virtual int who() const
    {
        return 1;
    }
};
struct Fancy : Plain {
    int who() const override
    {
        return 2;
    }
};
template <typename T> struct Box : Plain {
    T value{};
    int who() const override
    {
        return static_cast<int>(sizeof value);
    }
};

Shape *make_square(double side);
Plain *make_plain(int kind); /* 0 Plain, 1 Fancy, 2 Box<long long>, 3 hidden */
double area_of(const Shape &shape);
int who_of(const Plain &plain);
const std::type_info &type_of(const Plain &plain);
std::string kind_of(const Named &named);

/* A module of its own keeps these. */
struct Visitor {
    virtual ~Visitor() = default;
    virtual void see(const Named &named) = 0;
};
void visit(Named &named, Visitor &visitor);
using Action = void (Coloured::*)(unsigned);
void apply(Coloured &coloured, Action action, unsigned with);

#endif
