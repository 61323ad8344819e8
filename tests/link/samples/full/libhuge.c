/* libhuge.c - 32 MiB of nothing. */
char huge[32 << 20];
