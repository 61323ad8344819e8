/* libsmall.c - fits. */
char small[1000] = {9};
