/* libnear.c - lies in lib/, and knows of a library in lib/deep/. */
int deep(void);

int near(void)
{
    return 10 * deep();
}
