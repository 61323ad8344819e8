/* libthrows.c - a third one, between the others. */
void throw_defined(int);

void throw_through(int x)
{
    throw_defined(x + 1);
}
