/* libneedy.c - needs libgood and, after it, libgone. */
extern int good_value;
int gone(void);

int needy_value = 8;

int needy(void)
{
    return gone() + good_value;
}
