/* lane.h - a float in a vector register, without touching the other lanes.
 *
 * TN_LANE(v, x) sets lane 0 of the 16-byte vector `v`; what the others hold
 * is not defined. Written as an initializer, compilers clear the register
 * first; written through a union, they go through memory. */
#ifndef TN_BASE_LANE_H
#define TN_BASE_LANE_H

#if defined(__clang__)
#define TN_LANE(v, x)                                                    \
    _Pragma("clang diagnostic push")                                     \
        _Pragma("clang diagnostic ignored \"-Wuninitialized\"") _Pragma( \
            "clang diagnostic ignored \"-Wconditional-uninitialized\"")( \
            v)[0] = (x);                                                 \
    _Pragma("clang diagnostic pop")
#elif defined(__x86_64__) || defined(__SSE2__)
#define TN_LANE(v, x) __asm__("" : "=x"(v) : "0"(x))
#elif defined(__aarch64__)
#define TN_LANE(v, x) __asm__("" : "=w"(v) : "0"(x))
#else
#define TN_LANE(v, x) ((v) = (__typeof__(v)){(x)})
#endif

#endif
