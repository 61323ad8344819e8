/* bad.c - calls what nobody has. */
int missing_function(int);

int bad_run(void)
{
    return missing_function(1);
}
