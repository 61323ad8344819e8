/* libhere.c - lies beside the program, and once more above it. */
int here = 1;
