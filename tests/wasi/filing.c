/* filing.c - what a program does to files, by the C library of either world.
 * Its argument is an empty directory. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static char root[256];

static const char *in(const char *name)
{
    static char paths[4][512];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", root, name);
    return path;
}

/* Errors by the letters of a few names: numbers differ between worlds. */
static const char *said(int result)
{
    if (result >= 0)
        return "ok";
    switch (errno) {
    case ENOENT:
        return "ENOENT";
    case EEXIST:
        return "EEXIST";
    case ENOTDIR:
        return "ENOTDIR";
    case EISDIR:
        return "EISDIR";
    case ENOTEMPTY:
        return "ENOTEMPTY";
    case EINVAL:
        return "EINVAL";
    case ELOOP:
        return "ELOOP";
    case EBADF:
        return "EBADF";
    case EBUSY:
        return "EBUSY";
    case EXDEV:
        return "EXDEV";
    default:
        return "another error";
    }
}

#define SAY(call) printf("%s: %s\n", #call, said(call))

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list(const char *name)
{
    char *names[2000];
    int count = 0;
    DIR *dir = opendir(in(name));
    printf("in %s:", name);
    for (struct dirent *e; dir != NULL && (e = readdir(dir)) != NULL;)
        names[count++] = strdup(e->d_name);
    closedir(dir);
    qsort(names, (size_t)count, sizeof *names, by_name);
    for (int i = 0; i < count && i < 12; i++)
        printf(" %s", names[i]);
    printf(" (%d)\n", count);
}

static void show(const char *name)
{
    char line[256];
    FILE *file = fopen(in(name), "r");
    printf("%s:", name);
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        printf(" <%.*s>", (int)strcspn(line, "\n"), line);
    printf(file == NULL ? " none\n" : "\n");
    if (file != NULL)
        fclose(file);
}

static void put(const char *name, const char *mode, const char *text)
{
    FILE *file = fopen(in(name), mode);
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        printf("put %s: %s\n", name, said(-1));
}

static void contents(void)
{
    put("a", "w", "one\ntwo\n");
    put("a", "a", "three\n");
    show("a");
    put("a", "r+", "ONE");
    show("a");
    FILE *file = fopen(in("a"), "r+");
    fseek(file, -6, SEEK_END);
    printf("at %ld\n", ftell(file));
    fputs("THREE", file);
    rewind(file);
    printf("first %c\n", fgetc(file));
    fclose(file);
    show("a");
    SAY(truncate(in("a"), 5));
    show("a");
    int fd = open(in("a"), O_RDWR | O_APPEND);
    SAY((int)write(fd, "+", 1));
    char bytes[8] = {0};
    SAY((int)pread(fd, bytes, 3, 1));
    printf("%s\n", bytes);
    struct iovec parts[2] = {{bytes, 2}, {bytes + 4, 3}};
    SAY((int)lseek(fd, 0, SEEK_SET));
    printf("%d\n", (int)readv(fd, parts, 2));
    SAY(posix_fallocate(fd, 0, 100));
    struct stat stat;
    SAY(fstat(fd, &stat));
    printf("size %lld, regular %d\n", (long long)stat.st_size,
           S_ISREG(stat.st_mode));
    close(fd);
    SAY((int)read(fd, bytes, 1));
}

static void names(void)
{
    SAY(mkdir(in("d"), 0777));
    SAY(mkdir(in("d"), 0777));
    SAY(mkdir(in("d/e"), 0777));
    SAY(rmdir(in("d")));
    SAY(rename(in("a"), in("d/b")));
    SAY(rename(in("a"), in("d/b")));
    SAY(rename(in("d"), in("d/e/f")));
    list("d");
    SAY(link(in("d/b"), in("hard")));
    SAY(symlink("d/b", in("soft")));
    SAY(symlink("soft", in("softer")));
    SAY(symlink("loop", in("loop")));
    SAY(symlink("nowhere", in("dangling")));
    show("softer");
    show("loop");
    char text[64] = {0};
    printf("%d %s\n", (int)readlink(in("softer"), text, sizeof text), text);
    SAY((int)readlink(in("hard"), text, sizeof text));
    struct stat stat1, stat2;
    SAY(lstat(in("soft"), &stat1));
    printf("link %d\n", S_ISLNK(stat1.st_mode));
    SAY(stat(in("soft"), &stat1));
    SAY(stat(in("hard"), &stat2));
    printf("same %d, %d links\n", stat1.st_ino == stat2.st_ino,
           (int)stat1.st_nlink);
    SAY(open(in("loop"), O_RDONLY));
    SAY(open(in("dangling"), O_RDONLY));
    SAY(open(in("soft"), O_RDONLY | O_NOFOLLOW));
    SAY(open(in("hard"), O_RDONLY | O_DIRECTORY));
    SAY(open(in("hard"), O_RDWR | O_CREAT | O_EXCL, 0666));
    SAY(open(in("d"), O_RDWR));
    SAY(open(in("hard/x"), O_RDONLY));
    SAY(unlink(in("hard")));
    SAY(unlink(in("hard")));
    list(".");
}

static void times(void)
{
    struct timespec when[2] = {{1000, 5}, {2000, 7}};
    struct stat stat1;
    SAY(utimensat(AT_FDCWD, in("d/b"), when, 0));
    SAY(stat(in("d/b"), &stat1));
    printf("%lld.%ld %lld.%ld\n", (long long)stat1.st_atim.tv_sec,
           (long)stat1.st_atim.tv_nsec, (long long)stat1.st_mtim.tv_sec,
           (long)stat1.st_mtim.tv_nsec);
}

/* More than one portion of names, removed while they are read. */
static void many(void)
{
    char name[64];
    mkdir(in("many"), 0777);
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "many/file-with-a-longer-name-%04d", i);
        put(name, "w", "x");
    }
    list("many");
    int removed = 0;
    DIR *dir = opendir(in("many"));
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        snprintf(name, sizeof name, "many/%s", e->d_name);
        removed += e->d_name[0] == 'f' && unlink(in(name)) == 0;
    }
    closedir(dir);
    printf("removed %d\n", removed);
    SAY(rmdir(in("many")));
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    snprintf(root, sizeof root, "%s", argv[1]);
    contents();
    names();
    times();
    many();
    return 7;
}
