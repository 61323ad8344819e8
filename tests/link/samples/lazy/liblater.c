/* liblater.c - has one of them. */
int comes_later(int x)
{
    return x + 1;
}
