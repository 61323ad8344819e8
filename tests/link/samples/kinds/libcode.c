/* libcode.c - here `other` is code, and takes an int. */
int other(int x)
{
    return x;
}
