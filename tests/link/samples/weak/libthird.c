/* libthird.c - comes later, with what was absent. */
int absent_data = 3;

int absent_function(int x)
{
    return x + 3;
}
