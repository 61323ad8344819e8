/* The first of three modules: it calls the others. */
struct point {
    int x, y;
    const char *name;
};
__attribute__((import_module("lib"), import_name("add"))) int add(int, int);
__attribute__((import_module("more"), import_name("find"))) int
find(const int *, int, int);

static struct point points[3] = {{1, 2, "one"}, {3, 4, "two"}, {5, 6, "three"}};

static inline int length_of(const struct point *p)
{
    int dx = p->x * p->x;
    int dy = p->y * p->y;
    return add(dx, dy);
}

__attribute__((noinline)) static int sum_of(int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        int length = length_of(&points[i % 3]);
        if (length % 2 == 0)
            continue;
        sum += length;
    }
    return sum;
}

__attribute__((export_name("run"))) int run(int count)
{
    int numbers[4] = {count, 2, 3, sum_of(count)};
    return find(numbers, 4, 3);
}
