/* sort.c - quicksort with insertion below 16, then a sieve: loads, stores,
 * compares, unpredictable branches. */
#include <stdint.h>
#include <stdio.h>

enum {
    COUNT = 400000,
    SIEVE = 2000000,
    ROUNDS = 4
};

static uint32_t values[COUNT];
static uint8_t composite[SIEVE];

static void insertion(uint32_t *a, int n)
{
    for (int i = 1; i < n; i++) {
        uint32_t v = a[i];
        int j = i;
        for (; j > 0 && a[j - 1] > v; j--)
            a[j] = a[j - 1];
        a[j] = v;
    }
}

static void quick(uint32_t *a, int n)
{
    while (n > 16) {
        uint32_t pivot = a[n / 2];
        int i = 0, j = n - 1;
        while (i <= j) {
            while (a[i] < pivot)
                i++;
            while (a[j] > pivot)
                j--;
            if (i <= j) {
                uint32_t t = a[i];
                a[i++] = a[j];
                a[j--] = t;
            }
        }
        quick(a, j + 1);
        a += i;
        n -= i;
    }
    insertion(a, n);
}

static unsigned sieve(void)
{
    unsigned primes = 0;
    for (unsigned i = 2; i < SIEVE; i++) {
        if (composite[i])
            continue;
        primes++;
        for (unsigned j = 2 * i; j < SIEVE; j += i)
            composite[j] = 1;
    }
    return primes;
}

int main(void)
{
    uint32_t seed = 1, sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < COUNT; i++)
            values[i] = seed = seed * 1664525 + 1013904223;
        quick(values, COUNT);
        for (int i = 0; i < COUNT; i++)
            sum = sum * 31 + values[i];
    }
    printf("sort %08x sieve %u\n", sum, sieve());
}
