/* unique_lib.cpp - liba.so and libb.so, by -DVIEW. */
#include "unique.hpp"

static int own_number = 1;
static int own()
{
    return own_number++;
}

View VIEW(int step)
{
    counter += step;
    next_number() += step;
    Registry<int> made(step);
    return {&counter,
            &Registry<int>::made,
            &Registry<int>::last,
            &next_number(),
            &zero<int>,
            &Once::instance(),
            twice,
            thrice<int>,
            &typeid(Registry<int>),
            typeid(Registry<int>).name(),
            own};
}
