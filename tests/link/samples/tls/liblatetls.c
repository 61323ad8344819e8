/* liblatetls.c - has thread-local data, and comes when the thread runs. */
extern _Thread_local int tls_shared;
static _Thread_local int late_private = 30;

int late_bump(void)
{
    return ++late_private + tls_shared;
}
