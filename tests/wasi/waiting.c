/* waiting.c - clocks, sleep and poll. Its input is a pipe that has "abc". */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(void)
{
    double start = now();
    struct timespec nap = {0, 30000000};
    printf("slept %d\n", nanosleep(&nap, NULL));
    printf("long enough %d\n", now() - start >= 0.03);
    printf("not too long %d\n", now() - start < 5);
    printf("after 2020 %d\n", time(NULL) > 1577836800);
    printf("yield %d\n", sched_yield());

    struct pollfd fds[2] = {{0, POLLIN, 0}, {77, POLLIN, 0}};
    printf("poll %d:", poll(fds, 1, 5000));
    printf(" in %d\n", (fds[0].revents & POLLIN) != 0);
    char bytes[8] = {0};
    printf("read %d", (int)read(0, bytes, sizeof bytes));
    printf(" %s\n", bytes);
    printf("end %d\n", (int)read(0, bytes, sizeof bytes));

    printf("isatty %d %d\n", isatty(0), isatty(1));
    printf("env %s\n", getenv("HELLO"));
    return 0;
}
