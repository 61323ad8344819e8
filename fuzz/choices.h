/* choices.h - decisions read out of an input, a byte each; the first of them
 * when there is nothing left. */
#ifndef TN_FUZZ_CHOICES_H
#define TN_FUZZ_CHOICES_H

#include <stddef.h>
#include <stdint.h>

struct choices {
    const uint8_t *at;
    size_t left;
};

static inline unsigned choose(struct choices *c, unsigned count)
{
    if (c->left == 0)
        return 0;
    c->left--;
    return *c->at++ % count;
}

#endif
