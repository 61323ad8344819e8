/* libmissing.c - two names that nobody has, and one that is data. */
int missing_one(void);
int missing_two(void);

int missing_calls(int which)
{
    return which == 1 ? missing_one() : which == 2 ? missing_two() : 42;
}
