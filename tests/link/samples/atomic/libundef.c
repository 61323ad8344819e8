/* libundef.c - needs libgood, and what a library has that nobody names. */
extern int good_value;
int provided(void);
int provided_too(void);

int undef_value = 9;

int undef(void)
{
    return provided() + provided_too() + good_value;
}
