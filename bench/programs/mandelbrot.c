/* mandelbrot.c - single precision: a tight loop with a float condition. */
#include <stdio.h>

enum {
    SIZE = 720,
    LIMIT = 200
};

int main(void)
{
    unsigned long long total = 0;
    for (int row = 0; row < SIZE; row++)
        for (int column = 0; column < SIZE; column++) {
            float cx = (float)column * (3.0f / SIZE) - 2.2f;
            float cy = (float)row * (3.0f / SIZE) - 1.5f;
            float x = 0, y = 0;
            int n = 0;
            while (n < LIMIT && x * x + y * y < 4.0f) {
                float t = x * x - y * y + cx;
                y = 2.0f * x * y + cy;
                x = t;
                n++;
            }
            total += (unsigned)n;
        }
    printf("mandelbrot %llu\n", total);
}
