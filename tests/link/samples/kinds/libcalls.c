/* libcalls.c - calls what is data elsewhere. */
int thing(void);

int calls_thing(void)
{
    return thing();
}
