/* The third: it reads what it is given the address of. */
static int scale(int value, int by)
{
    return value > by ? value / by : value * by;
}

__attribute__((export_name("find"))) int find(const int *at, int count,
                                              int wanted)
{
    int low = 0, high = count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (scale(at[middle], 3) < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
