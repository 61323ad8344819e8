/* libcrowd0.c - the one that all others lead to. */
int crowd0(int x)
{
    return x;
}
