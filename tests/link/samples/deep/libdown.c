/* libdown.c - calls the program, which calls it. */
int deeper(int n);

int down(int n)
{
    return n == 0 ? 0 : 1 + deeper(n - 1);
}
