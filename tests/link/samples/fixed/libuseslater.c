/* libuseslater.c - comes later. */
extern int fixed_value;
static int product;

int uses_later(int x)
{
    product = x * fixed_value;
    return product;
}
