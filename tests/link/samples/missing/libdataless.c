/* libdataless.c - data that nobody has: not even lazily. */
extern int missing_data;

int *dataless(void)
{
    return &missing_data;
}
