/* tree.h - a small tree of files to attack:
 *
 *   <base>/                     inode noted as outside
 *     secret                    what nobody may reach
 *     other/loot
 *     root/                     what is given to the guest
 *       file  a/b/c  a/deep  empty/
 *       links: see tree_links
 */
#ifndef TN_TEST_TREE_H
#define TN_TEST_TREE_H

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tree {
    char base[64];
    int base_fd, root_fd;
};

static const struct tree_link {
    const char *name, *target;
} tree_links[] = {
    {"root/to_file", "file"},
    {"root/to_a", "a"},
    {"root/to_c", "a/b/c"},
    {"root/dangling", "nothing"},
    {"root/loop1", "loop2"},
    {"root/loop2", "loop1"},
    {"root/self", "self"},
    {"root/up", ".."},
    {"root/up_secret", "../secret"},
    {"root/absolute", "/etc/passwd"},
    {"root/a/up2_secret", "../../secret"},
    {"root/a/back", "../file"},
    {"root/a/b/up", ".."},
    {"root/a/b/top", "../.."},
    {"root/a/b/out", "../../.."},
    {"root/round", "a/../../root/file"},
    {"root/slashed", "a/"},
    {"root/new_up", "../made"},
    {"root/new_in", "a/made"},
};

static inline void tree_file(const struct tree *tree, const char *name,
                             const char *text)
{
    int fd = openat(tree->base_fd, name, O_CREAT | O_WRONLY | O_TRUNC, 0666);
    if (write(fd, text, strlen(text)) < 0)
        abort();
    close(fd);
}

static inline struct tree tree_new(void)
{
    struct tree tree;
    strcpy(tree.base, "/tmp/tenon-tree-XXXXXX");
    if (mkdtemp(tree.base) == NULL)
        abort();
    tree.base_fd = open(tree.base, O_RDONLY | O_DIRECTORY);
    static const char *const dirs[] = {"other", "root", "root/a", "root/a/b",
                                       "root/empty"};
    for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
        if (mkdirat(tree.base_fd, dirs[i], 0777) != 0)
            abort();
    tree_file(&tree, "secret", "secret");
    tree_file(&tree, "other/loot", "loot");
    tree_file(&tree, "root/file", "file");
    tree_file(&tree, "root/a/b/c", "c");
    tree_file(&tree, "root/a/deep", "deep");
    for (size_t i = 0; i < sizeof tree_links / sizeof *tree_links; i++)
        if (symlinkat(tree_links[i].target, tree.base_fd, tree_links[i].name) !=
            0)
            abort();
    tree.root_fd = openat(tree.base_fd, "root", O_RDONLY | O_DIRECTORY);
    return tree;
}

static inline void tree_free(struct tree *tree)
{
    char command[128];
    close(tree->base_fd);
    close(tree->root_fd);
    snprintf(command, sizeof command, "rm -rf '%s'", tree->base);
    if (system(command) != 0)
        abort();
}

/* The first byte of what `fd` holds, and closes it; 0 for a directory. */
static inline int tree_taste(int fd)
{
    char byte = 0;
    ssize_t n = read(fd, &byte, 1);
    close(fd);
    return n == 1 ? byte : 0;
}

#endif
