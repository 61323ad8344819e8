/* libpointer.c - keeps pointers to two functions that nobody has. */
void never_comes(void);
void nor_does_this(void);

void (*pointer_never)(void) = never_comes;

void (*pointer_nor(void))(void)
{
    return nor_does_this;
}
