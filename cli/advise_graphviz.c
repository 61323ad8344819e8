/* advise_graphviz.c - has Graphviz draw a graph, if it is there.
 *
 * The program dot is run without a shell and without our environment, from file
 * to file, with a limit of time and of size. What it reads is ours but for labels, which are escaped;
 * what it writes is SVG in which it escaped them again. */
#include "advice.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    LONGEST_DRAWING = 10,       /* seconds */
    LARGEST_DRAWING = 32 << 20, /* bytes */
    STEP_MILLISECONDS = 5
};

static bool start_dot(FILE *in, FILE *out, pid_t *process)
{
    char name[] = "dot", format[] = "-Tsvg";
    char *argv[] = {name, format, NULL};
    char *environment[] = {NULL};
    posix_spawn_file_actions_t files;
    if (posix_spawn_file_actions_init(&files) != 0)
        return false;
    bool is_started =
        posix_spawn_file_actions_adddup2(&files, fileno(in), STDIN_FILENO) ==
            0 &&
        posix_spawn_file_actions_adddup2(&files, fileno(out), STDOUT_FILENO) ==
            0 &&
        posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null",
                                         O_WRONLY, 0) == 0 &&
        posix_spawnp(process, name, &files, NULL, argv, environment) == 0;
    posix_spawn_file_actions_destroy(&files);
    return is_started;
}

/* True when it ended by itself, in time, with success. */
static bool wait_for(pid_t process)
{
    const struct timespec step = {0, STEP_MILLISECONDS * 1000000L};
    int status = 0;
    for (int left = LONGEST_DRAWING * 1000; left > 0;
         left -= STEP_MILLISECONDS) {
        pid_t ended = waitpid(process, &status, WNOHANG);
        if (ended == process)
            return WIFEXITED(status) && WEXITSTATUS(status) == 0;
        if (ended < 0 && errno != EINTR)
            return false;
        nanosleep(&step, NULL);
    }
    kill(process, SIGKILL);
    waitpid(process, &status, 0);
    return false;
}

/* The element <svg>, without what stands before it in a file of its own. */
static char *read_element(FILE *file)
{
    if (fseek(file, 0, SEEK_END) != 0)
        return NULL;
    long size = ftell(file);
    if (size <= 0 || size > LARGEST_DRAWING || fseek(file, 0, SEEK_SET) != 0)
        return NULL;
    char *text = malloc((size_t)size + 1);
    if (text == NULL)
        return NULL;
    size_t got = fread(text, 1, (size_t)size, file);
    text[got] = '\0';
    char *element = strstr(text, "<svg");
    if (element != NULL && got == (size_t)size) {
        memmove(text, element, strlen(element) + 1);
        return text;
    }
    free(text);
    return NULL;
}

char *advise_draw_graph(const char *dot, size_t size)
{
    char *drawn = NULL;
    pid_t process;
    FILE *in = tmpfile();
    FILE *out = tmpfile();
    if (in != NULL && out != NULL && fwrite(dot, 1, size, in) == size &&
        fflush(in) == 0 && fseek(in, 0, SEEK_SET) == 0 &&
        start_dot(in, out, &process) && wait_for(process))
        drawn = read_element(out);
    if (in != NULL)
        fclose(in);
    if (out != NULL)
        fclose(out);
    return drawn;
}
