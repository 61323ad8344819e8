/* libwideone.c - needs libfirststep and libsecondstep. */
int depth(void);

int wide_depth(void)
{
    return depth();
}
