/* libpoints.c - points to what is code elsewhere, as to data. */
extern int other;

int *points_to = &other;
