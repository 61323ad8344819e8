/* unique.hpp - what the language promises to be one, though every module has it. */
#ifndef UNIQUE_HPP
#define UNIQUE_HPP

#include <typeinfo>

inline int counter = 10;

template <typename T> struct Registry {
    static int made;
    static inline T last{};
    T value;
    explicit Registry(T v) : value(v)
    {
        made++;
        last = v;
    }
};
template <typename T> int Registry<T>::made;

template <typename T> T zero = T();

inline int &next_number()
{
    static int number = counter * 10;
    return number;
}

struct Once {
    static int alive;
    Once()
    {
        alive++;
    }
    static Once &instance()
    {
        static Once one;
        return one;
    }
};
inline int Once::alive = 0;

inline int twice(int n)
{
    return 2 * n;
}
template <typename T> T thrice(T n)
{
    return 3 * n;
}

using Unary = int (*)(int);

/* What each library says of itself; a is liba.so, b is libb.so. */
struct View {
    int *counter, *made, *last, *number, *zero;
    Once *once;
    Unary twice, thrice;
    const std::type_info *type;
    const char *text;
    int (*own)(); /* of each library its own */
};
View view_of_a(int step);
View view_of_b(int step);

#endif
