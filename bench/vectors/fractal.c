/* fractal.c - the Mandelbrot set, four points at a time. */
#include "vectors.h"

enum {
    WIDTH = 400,
    HEIGHT = 400,
    LIMIT = 1000
};

#ifdef VECTORS
static uint32_t row(float y)
{
    u32x4 total = {0};
    const f32x4 ci = {y, y, y, y};
    for (int x = 0; x < WIDTH; x += 4) {
        f32x4 cr = {(float)x, (float)x + 1, (float)x + 2, (float)x + 3};
        cr = cr * (3.0f / WIDTH) - 2.0f;
        f32x4 zr = {0}, zi = {0};
        for (int i = 0; i < LIMIT; i++) {
            f32x4 rr = zr * zr, ii = zi * zi;
            i32x4 inside = rr + ii <= 4.0f;
            if ((inside[0] | inside[1] | inside[2] | inside[3]) == 0)
                break;
            total -= (u32x4)inside;
            zi = zr * zi;
            zi = zi + zi + ci;
            zr = rr - ii + cr;
        }
    }
    return total[0] + total[1] + total[2] + total[3];
}
#else
static uint32_t row(float y)
{
    uint32_t total = 0;
    for (int x = 0; x < WIDTH; x++) {
        float cr = (float)x * (3.0f / WIDTH) - 2.0f, zr = 0, zi = 0;
        for (int i = 0; i < LIMIT; i++) {
            float rr = zr * zr, ii = zi * zi;
            if (!(rr + ii <= 4.0f))
                break;
            total++;
            zi = zr * zi;
            zi = zi + zi + y;
            zr = rr - ii + cr;
        }
    }
    return total;
}
#endif

int main(void)
{
    uint32_t sum = 0;
    for (int y = 0; y < HEIGHT; y++)
        sum = sum * 31 + row((float)y * (2.0f / HEIGHT) - 1.0f);
    printf("%u\n", (unsigned)sum);
    return 0;
}
