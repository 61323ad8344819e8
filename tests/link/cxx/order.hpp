/* order.hpp - who says when it begins and when it ends. */
#ifndef ORDER_HPP
#define ORDER_HPP

struct Trace {
    const char *name;
    explicit Trace(const char *text);
    ~Trace();
};
void touch_low();  /* makes a static of liblow.so's */
void touch_high(); /* libhigh.so's, which uses liblow.so's */
int starts();      /* how many traces have begun */

#endif
