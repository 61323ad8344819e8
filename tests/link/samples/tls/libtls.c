/* libtls.c - thread-local data: of others too, private, and with an address
 * in its initial value. */
_Thread_local int tls_shared = 7;
static _Thread_local int tls_private = 100;
static _Thread_local int tls_zeroed[8];
static int tls_word = 5;
_Thread_local int *tls_pointer = &tls_word;

int *tls_address(void)
{
    return &tls_shared;
}

int tls_bump(void)
{
    return ++tls_shared + ++tls_private + *tls_pointer + tls_zeroed[7];
}
