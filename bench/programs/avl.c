/* avl.c - a balanced tree that grows and is searched: pointers, misses. */
#include <stdint.h>
#include <stdio.h>

enum {
    COUNT = 60000
};

struct node {
    struct node *child[2];
    uint32_t key;
    int height;
};

static struct node pool[COUNT];
static unsigned used;

static int height(const struct node *n)
{
    return n != NULL ? n->height : 0;
}

static void update(struct node *n)
{
    int l = height(n->child[0]), r = height(n->child[1]);
    n->height = (l > r ? l : r) + 1;
}

static struct node *rotate(struct node *n, int side)
{
    struct node *up = n->child[!side];
    n->child[!side] = up->child[side];
    up->child[side] = n;
    update(n);
    update(up);
    return up;
}

static struct node *balance(struct node *n)
{
    update(n);
    int lean = height(n->child[1]) - height(n->child[0]);
    if (lean > -2 && lean < 2)
        return n;
    int heavy = lean > 0;
    struct node *c = n->child[heavy];
    if (height(c->child[!heavy]) > height(c->child[heavy]))
        n->child[heavy] = rotate(c, heavy);
    return rotate(n, !heavy);
}

static struct node *insert(struct node *n, uint32_t key)
{
    if (n == NULL) {
        n = &pool[used++];
        n->key = key;
        n->height = 1;
        return n;
    }
    if (key == n->key)
        return n;
    int side = key > n->key;
    n->child[side] = insert(n->child[side], key);
    return balance(n);
}

int main(void)
{
    struct node *root = NULL;
    uint32_t seed = 7, found = 0;
    for (int i = 0; i < COUNT; i++)
        root = insert(root, (seed = seed * 1664525 + 1013904223) >> 8);
    for (int i = 0; i < 20 * COUNT; i++) {
        uint32_t key = (seed = seed * 1664525 + 1013904223) >> 8;
        const struct node *n = root;
        while (n != NULL && n->key != key)
            n = n->child[key > n->key];
        found += n != NULL;
    }
    printf("avl %u %d %u\n", used, height(root), found);
}
