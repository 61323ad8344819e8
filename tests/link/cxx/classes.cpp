/* classes.cpp - virtual functions, virtual bases and casts, over three modules. */
#include "shapes.hpp"

#include <iostream>
#include <memory>
#include <typeinfo>

namespace
{

/* A base of libshapes.so, a virtual base, and a function made here. */
struct Circle : Shape, Coloured {
    double radius;
    explicit Circle(double r) : Named("circle"), radius(r)
    {
    }
    ~Circle() override
    {
        std::cout << "~Circle " << radius << '\n';
    }
    double area() const override
    {
        return 3 * radius * radius;
    }
    void paint(unsigned with) override
    {
        colour = with + 1;
    }
};

struct Listing : Visitor {
    int seen = 0;
    void see(const Named &named) override
    {
        std::cout << ++seen << ". " << kind_of(named) << '\n';
    }
};

void shapes()
{
    std::unique_ptr<Shape> square(make_square(3)), circle(new Circle(2));
    std::cout << "areas " << area_of(*square) << ' ' << area_of(*circle)
              << '\n';
    std::cout << kind_of(*square) << '\n' << kind_of(*circle) << '\n';

    Square *same = dynamic_cast<Square *>(square.get());
    std::cout << "to the whole: " << (same != nullptr && same->side == 3)
              << '\n';
    std::cout << "across: " << (dynamic_cast<Coloured *>(square.get()) == same)
              << '\n';
    std::cout << "to what it is not: "
              << (dynamic_cast<Square *>(circle.get()) == nullptr) << '\n';
    std::cout << "the whole of a base: "
              << (dynamic_cast<void *>(static_cast<Named *>(same)) ==
                  static_cast<void *>(same))
              << '\n';

    Listing listing;
    visit(*square, listing);
    visit(*circle, listing);

    Coloured &painted = dynamic_cast<Coloured &>(*circle);
    apply(painted, &Coloured::paint, 7);
    std::cout << "painted by a pointer to a member: " << painted.colour << '\n';
    try {
        (void)dynamic_cast<Square &>(*circle);
        std::cout << "no bad_cast\n";
    } catch (const std::bad_cast &) {
        std::cout << "bad_cast\n";
    }
}

void plains()
{
    Fancy fancy;
    Box<long long> box;
    Box<char> small;
    std::cout << "made here, called there: " << who_of(Plain()) << who_of(fancy)
              << who_of(box) << who_of(small) << '\n';
    std::cout << "typeid: " << (type_of(fancy) == typeid(Fancy))
              << (&type_of(box) == &typeid(box))
              << (typeid(small) == typeid(box)) << '\n';
    std::cout << typeid(box).name() << ' '
              << (type_of(box).hash_code() == typeid(box).hash_code()) << '\n';
    for (int kind = 0; kind < 4; kind++) {
        std::unique_ptr<Plain> made(make_plain(kind));
        std::cout << "made there: " << made->who() << ' '
                  << (dynamic_cast<Fancy *>(made.get()) != nullptr)
                  << (dynamic_cast<Box<long long> *>(made.get()) != nullptr)
                  << (dynamic_cast<Box<char> *>(made.get()) != nullptr)
                  << (type_of(*made) == typeid(Fancy)) << '\n';
    }
    Plain *none = nullptr;
    try {
        std::cout << typeid(*none).name() << '\n';
    } catch (const std::bad_typeid &) {
        std::cout << "bad_typeid\n";
    }
}

} // namespace

int main()
{
    shapes();
    plains();
}
