/* crowd.c - one of many libraries: NUMBER is its own, and NEXT that of the one
 * that it needs. */
#define JOIN(name, number) name##number
#define NAME(name, number) JOIN(name, number)

int NAME(crowd, NEXT)(int);

int NAME(data, NUMBER) = NUMBER;
int (*NAME(pointer, NUMBER))(int) = NAME(crowd, NEXT);

int NAME(crowd, NUMBER)(int x)
{
    return NAME(pointer, NUMBER)(x) + NAME(data, NUMBER);
}
