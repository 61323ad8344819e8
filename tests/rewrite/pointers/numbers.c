/* numbers.c - arrays, matrices, numbers, labelled. */
#include "labels.h"

F(add2, "ss") int add2(int a, int b)
{
    return a + b;
}

F(average, "dd") double average(double a, double b)
{
    return (a + b) / 2;
}

F(gcd, "ss") unsigned gcd(unsigned a, unsigned b)
{
    while (b != 0) {
        unsigned t = a % b;
        a = b;
        b = t;
    }
    return a;
}

F(power_mod, "sss") uint32_t power_mod(uint32_t a, uint32_t n, uint32_t m)
{
    uint64_t r = 1, x = a;
    for (; n != 0; n >>= 1) {
        if (n & 1)
            r = r * x % m;
        x = x * x % m;
    }
    return (uint32_t)r;
}

F(factorial, "s") uint64_t factorial(uint32_t n)
{
    return n < 2 ? 1 : n * factorial(n - 1);
}

F(fibonacci, "s") uint32_t fibonacci(uint32_t n)
{
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

F(sum, "ps") int sum(const int *at, int n)
{
    int s = 0;
    for (int i = 0; i < n; i++)
        s += at[i];
    return s;
}

F(sum_range, "pp") int sum_range(const int *at, const int *end)
{
    int s = 0;
    while (at != end)
        s += *at++;
    return s;
}

F(sum_down, "ps") int sum_down(const int *at, int n)
{
    int s = 0;
    while (n-- > 0)
        s += at[n];
    return s;
}

F(sum_step, "pss") int sum_step(const int *at, int n, int step)
{
    int s = 0;
    for (int i = 0; i < n; i += step)
        s += at[i];
    return s;
}

F(dot, "pps") double dot(const double *a, const double *b, int n)
{
    double s = 0;
    for (int i = 0; i < n; i++)
        s += a[i] * b[i];
    return s;
}

F(scale, "psd") void scale(float *at, int n, float by)
{
    for (int i = 0; i < n; i++)
        at[i] *= by;
}

F(add_arrays, "ppps")
void add_arrays(int *to, const int *a, const int *b, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = a[i] + b[i];
}

F(multiply, "pppsss")
void multiply(double *c, const double *a, const double *b, int n, int m, int k)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < k; j++) {
            double s = 0;
            for (int x = 0; x < m; x++)
                s += a[i * m + x] * b[x * k + j];
            c[i * k + j] = s;
        }
}

F(transpose, "pps") void transpose(float *to, const float *from, int n)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            to[j * n + i] = from[i * n + j];
}

F(cell, "psss") int cell(const int *at, int width, int x, int y)
{
    return at[y * width + x];
}

F(cell_bytes, "psss") int cell_bytes(const uint8_t *at, int width, int x, int y)
{
    return at[y * width + x];
}

F(cell_rows, "pss") int cell_rows(int (*rows)[16], int x, int y)
{
    return rows[y][x];
}

F(cell_table, "pss") int cell_table(int *const *rows, int x, int y)
{
    return rows[y][x];
}

F(fill_row, "pssss")
void fill_row(uint32_t *pixels, int width, int y, int n, uint32_t color)
{
    uint32_t *row = pixels + y * width;
    for (int i = 0; i < n; i++)
        row[i] = color;
}

F(blend, "pps") void blend(uint8_t *to, const uint8_t *from, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = (uint8_t)((to[i] + from[i]) / 2);
}

F(minimum, "ps") int minimum(const int *at, int n)
{
    int best = at[0];
    for (int i = 1; i < n; i++)
        best = at[i] < best ? at[i] : best;
    return best;
}

F(index_of, "pss") int index_of(const int *at, int n, int value)
{
    for (int i = 0; i < n; i++)
        if (at[i] == value)
            return i;
    return -1;
}

F(search, "pss") int search(const int *at, int n, int value)
{
    int low = 0, high = n;
    while (low < high) {
        int mid = low + (high - low) / 2;
        if (at[mid] < value)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

F(insertion_sort, "ps") void insertion_sort(int *at, int n)
{
    for (int i = 1; i < n; i++) {
        int v = at[i], k = i;
        for (; k > 0 && at[k - 1] > v; k--)
            at[k] = at[k - 1];
        at[k] = v;
    }
}

F(quick_sort, "pss") void quick_sort(int *at, int low, int high)
{
    if (low >= high)
        return;
    int pivot = at[high], k = low;
    for (int i = low; i < high; i++)
        if (at[i] < pivot) {
            int t = at[i];
            at[i] = at[k];
            at[k++] = t;
        }
    at[high] = at[k];
    at[k] = pivot;
    quick_sort(at, low, k - 1);
    quick_sort(at, k + 1, high);
}

F(merge_runs, "pspsp")
void merge_runs(const int *a, int n, const int *b, int m, int *out)
{
    int i = 0, k = 0;
    while (i < n || k < m)
        if (k == m || (i < n && a[i] <= b[k]))
            *out++ = a[i++];
        else
            *out++ = b[k++];
}

F(swap, "pp") void swap(int *a, int *b)
{
    int t = *a;
    *a = *b;
    *b = t;
}

F(divide, "sspp") int divide(int a, int b, int *quotient, int *rest)
{
    if (b == 0)
        return -1;
    *quotient = a / b;
    if (rest != 0)
        *rest = a % b;
    return 0;
}

F(min_max, "pspp") void min_max(const int *at, int n, int *low, int *high)
{
    *low = *high = at[0];
    for (int i = 1; i < n; i++) {
        if (at[i] < *low)
            *low = at[i];
        if (at[i] > *high)
            *high = at[i];
    }
}

F(sieve, "ps") int sieve(uint8_t *marks, int n)
{
    int count = 0;
    for (int i = 2; i < n; i++) {
        if (marks[i])
            continue;
        count++;
        for (int k = 2 * i; k < n; k += i)
            marks[k] = 1;
    }
    return count;
}

F(bit_get, "ps") int bit_get(const uint32_t *bits, unsigned i)
{
    return bits[i / 32] >> i % 32 & 1;
}

F(bit_set, "pss") void bit_set(uint32_t *bits, unsigned i, int value)
{
    if (value)
        bits[i / 32] |= 1u << i % 32;
    else
        bits[i / 32] &= ~(1u << i % 32);
}

F(count_bits, "s") int count_bits(uint32_t v)
{
    int n = 0;
    for (; v != 0; v &= v - 1)
        n++;
    return n;
}

F(round_up, "ss") uint32_t round_up(uint32_t v, uint32_t to)
{
    return (v + to - 1) & ~(to - 1);
}

F(is_power, "s") int is_power(uint32_t v)
{
    return v != 0 && (v & (v - 1)) == 0;
}

F(clamp, "sss") int clamp(int v, int low, int high)
{
    return v < low ? low : v > high ? high : v;
}

F(pack_color, "ssss") uint32_t pack_color(int r, int g, int b, int a)
{
    return (uint32_t)r << 24 | (uint32_t)g << 16 | (uint32_t)b << 8 |
           (uint32_t)a;
}

static int squares[64];
static uint8_t steps[256];

F(square_of, "s") int square_of(int i)
{
    return squares[i & 63];
}

F(set_square, "ss") void set_square(int i, int value)
{
    squares[i & 63] = value;
}

F(step_of, "s") int step_of(uint8_t i)
{
    return steps[i];
}

F(step_far, "ss") int step_far(unsigned i, unsigned k)
{
    return steps[(i + k) & 255];
}

F(add_wide, "ppp")
void add_wide(uint64_t *to, const uint64_t *a, const uint64_t *b)
{
    *to = *a + *b;
}

F(mix64, "ss") uint64_t mix64(uint64_t a, uint64_t b)
{
    return (a ^ b >> 32) * 0x9e3779b97f4a7c15u;
}

F(polynomial, "psd") double polynomial(const double *at, int n, double x)
{
    double v = 0;
    while (n-- > 0)
        v = v * x + at[n];
    return v;
}

F(newton, "d") double newton(double x)
{
    double v = x;
    for (int i = 0; i < 20; i++)
        v = (v + x / v) / 2;
    return v;
}

F(histogram, "psp") void histogram(const uint8_t *at, int n, int *counts)
{
    for (int i = 0; i < n; i++)
        counts[at[i]]++;
}

F(gather, "ppps") void gather(int *to, const int *from, const int *where, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = from[where[i]];
}

F(rotate, "pss") void rotate(int *at, int n, int by)
{
    for (int i = 0; i < by; i++) {
        int first = at[0];
        for (int k = 0; k + 1 < n; k++)
            at[k] = at[k + 1];
        at[n - 1] = first;
    }
}

F(convolve, "ppsps")
void convolve(float *to, const float *from, int n, const float *kernel, int k)
{
    for (int i = 0; i + k <= n; i++) {
        float s = 0;
        for (int j = 0; j < k; j++)
            s += from[i + j] * kernel[j];
        to[i] = s;
    }
}
