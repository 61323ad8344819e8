/* structs.c - lists, trees, tables, callbacks, arenas, handles, labelled. */
#include "labels.h"

struct node {
    struct node *next;
    int value;
};

F(list_length, "p") int list_length(const struct node *n)
{
    int count = 0;
    for (; n != 0; n = n->next)
        count++;
    return count;
}

F(list_sum, "p") int list_sum(const struct node *n)
{
    return n == 0 ? 0 : n->value + list_sum(n->next);
}

F(list_push, "pp") void list_push(struct node **head, struct node *n)
{
    n->next = *head;
    *head = n;
}

F(list_find, "ps") struct node *list_find(struct node *n, int value)
{
    while (n != 0 && n->value != value)
        n = n->next;
    return n;
}

F(list_remove, "ps") int list_remove(struct node **at, int value)
{
    for (; *at != 0; at = &(*at)->next)
        if ((*at)->value == value) {
            *at = (*at)->next;
            return 1;
        }
    return 0;
}

F(list_reverse, "p") struct node *list_reverse(struct node *n)
{
    struct node *done = 0;
    while (n != 0) {
        struct node *next = n->next;
        n->next = done;
        done = n;
        n = next;
    }
    return done;
}

F(list_append, "pp") struct node *list_append(struct node *a, struct node *b)
{
    if (a == 0)
        return b;
    struct node *last = a;
    while (last->next != 0)
        last = last->next;
    last->next = b;
    return a;
}

struct tree {
    struct tree *left, *right;
    int key;
};

F(tree_find, "ps") struct tree *tree_find(struct tree *t, int key)
{
    while (t != 0 && t->key != key)
        t = key < t->key ? t->left : t->right;
    return t;
}

F(tree_insert, "pp") struct tree *tree_insert(struct tree *t, struct tree *n)
{
    if (t == 0)
        return n;
    if (n->key < t->key)
        t->left = tree_insert(t->left, n);
    else
        t->right = tree_insert(t->right, n);
    return t;
}

F(tree_depth, "p") int tree_depth(const struct tree *t)
{
    if (t == 0)
        return 0;
    int a = tree_depth(t->left), b = tree_depth(t->right);
    return 1 + (a > b ? a : b);
}

F(tree_walk, "pfp")
void tree_walk(const struct tree *t, void (*visit)(void *ctx, int key),
               void *ctx)
{
    if (t == 0)
        return;
    tree_walk(t->left, visit, ctx);
    visit(ctx, t->key);
    tree_walk(t->right, visit, ctx);
}

F(apply, "fs") int apply(int (*f)(int), int x)
{
    return f(x);
}

F(apply_twice, "fs") int apply_twice(int (*f)(int), int x)
{
    return f(f(x));
}

F(compose, "ffs") int compose(int (*f)(int), int (*g)(int), int x)
{
    return f(g(x));
}

F(map, "psf") void map(int *at, int n, int (*f)(int))
{
    for (int i = 0; i < n; i++)
        at[i] = f(at[i]);
}

F(fold, "pssf") int fold(const int *at, int n, int v, int (*f)(int, int))
{
    for (int i = 0; i < n; i++)
        v = f(v, at[i]);
    return v;
}

F(sort_with, "psf") void sort_with(int *at, int n, int (*compare)(int, int))
{
    for (int i = 1; i < n; i++)
        for (int k = i; k > 0 && compare(at[k - 1], at[k]) > 0; k--) {
            int t = at[k];
            at[k] = at[k - 1];
            at[k - 1] = t;
        }
}

F(sort_any, "pssf")
void sort_any(void *at, size_t n, size_t size,
              int (*compare)(const void *, const void *))
{
    char *p = at;
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0; k--) {
            char *a = p + (k - 1) * size, *b = p + k * size;
            if (compare(a, b) <= 0)
                break;
            for (size_t m = 0; m < size; m++) {
                char t = a[m];
                a[m] = b[m];
                b[m] = t;
            }
        }
}

static int twice(int x)
{
    return 2 * x;
}

static int negate(int x)
{
    return -x;
}

static int (*const operations[])(int) = {twice, negate, twice, negate};

F(call_by_number, "ss") int call_by_number(int i, int x)
{
    return operations[i & 3](x);
}

static int (*handler)(int);

F(set_handler, "f") void set_handler(int (*f)(int))
{
    handler = f;
}

F(call_handler, "s") int call_handler(int x)
{
    return handler != 0 ? handler(x) : 0;
}

struct point {
    int x, y;
};

F(point_length, "p") int point_length(const struct point *p)
{
    return p->x * p->x + p->y * p->y;
}

F(point_add, "ppp")
void point_add(struct point *to, const struct point *a, const struct point *b)
{
    to->x = a->x + b->x;
    to->y = a->y + b->y;
}

F(point_make, "pss") void point_make(struct point *p, int x, int y)
{
    *p = (struct point){x, y};
}

F(points_move, "psss") void points_move(struct point *p, int n, int dx, int dy)
{
    for (int i = 0; i < n; i++) {
        p[i].x += dx;
        p[i].y += dy;
    }
}

F(point_copy, "pp") void point_copy(struct point *to, const struct point *from)
{
    *to = *from;
}

F(point_at, "ps") int point_at(const struct point *p, unsigned i)
{
    return p[i].y;
}

struct big {
    char name[2048];
    int value;
};

F(big_value, "p") int big_value(const struct big *b)
{
    return b->value;
}

F(big_set, "ps") void big_set(struct big *b, int value)
{
    b->value = value;
}

struct arena {
    char *at, *end;
};

F(arena_take, "ps") void *arena_take(struct arena *a, size_t n)
{
    n = (n + 7) & ~(size_t)7;
    if ((size_t)(a->end - a->at) < n)
        return 0;
    void *p = a->at;
    a->at += n;
    return p;
}

F(arena_init, "pps") void arena_init(struct arena *a, char *at, size_t n)
{
    a->at = at;
    a->end = at + n;
}

static char pool[4096];
static size_t pool_used;

F(pool_take, "s>p") void *pool_take(size_t n)
{
    if (n > sizeof pool - pool_used)
        return 0;
    void *p = pool + pool_used;
    pool_used += n;
    return p;
}

F(pool_reset, "") void pool_reset(void)
{
    pool_used = 0;
}

F(pool_buffer, ">p") char *pool_buffer(void)
{
    return pool;
}

static struct node nodes[64];
static int node_count;

F(node_new, "s") int node_new(int value)
{
    nodes[node_count & 63].value = value;
    return node_count++ & 63;
}

F(node_value, "s") int node_value(int handle)
{
    return nodes[handle & 63].value;
}

F(node_link, "ss") void node_link(int from, int to)
{
    nodes[from & 63].next = &nodes[to & 63];
}

static struct node *current;

F(set_current, "p") void set_current(struct node *n)
{
    current = n;
}

F(current_value, "") int current_value(void)
{
    return current != 0 ? current->value : 0;
}

F(is_same, "nn") int is_same(const void *a, const void *b)
{
    return a == b;
}

F(distance, "nn") int distance(const int *a, const int *b)
{
    return (int)(b - a);
}

F(choose, "spp") int choose(int which, const int *a, const int *b)
{
    return *(which ? a : b);
}

F(or_default, "p") int or_default(const int *p)
{
    static const int zero = 0;
    return *(p != 0 ? p : &zero);
}

struct stack {
    int *at;
    int count, cap;
};

F(stack_push, "ps") int stack_push(struct stack *s, int v)
{
    if (s->count == s->cap)
        return 0;
    s->at[s->count++] = v;
    return 1;
}

F(stack_pop, "p") int stack_pop(struct stack *s)
{
    return s->count > 0 ? s->at[--s->count] : 0;
}

F(stack_init, "pps") void stack_init(struct stack *s, int *at, int cap)
{
    s->at = at;
    s->count = 0;
    s->cap = cap;
}

struct entry {
    const char *key;
    int value;
};

struct table {
    struct entry *entries;
    unsigned mask;
};

static unsigned hash_of(const char *s)
{
    unsigned h = 5381;
    while (*s != 0)
        h = h * 33 + (unsigned char)*s++;
    return h;
}

static int same(const char *a, const char *b)
{
    while (*a != 0 && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

F(table_find, "pp") struct entry *table_find(struct table *t, const char *key)
{
    for (unsigned i = hash_of(key);; i++) {
        struct entry *e = &t->entries[i & t->mask];
        if (e->key == 0 || same(e->key, key))
            return e;
    }
}

F(table_put, "pps") void table_put(struct table *t, const char *key, int value)
{
    struct entry *e = table_find(t, key);
    e->key = key;
    e->value = value;
}

F(table_count, "p") int table_count(const struct table *t)
{
    int n = 0;
    for (unsigned i = 0; i <= t->mask; i++)
        n += t->entries[i].key != 0;
    return n;
}

struct shape {
    int (*area)(const struct shape *);
    int w, h;
};

F(area, "p") int area(const struct shape *s)
{
    return s->area(s);
}

F(areas, "ps") int areas(const struct shape *const *all, int n)
{
    int s = 0;
    for (int i = 0; i < n; i++)
        s += area(all[i]);
    return s;
}

F(parse, "psfp")
int parse(const char *s, size_t n, int (*emit)(void *, int), void *ctx)
{
    int count = 0;
    for (size_t i = 0; i < n; i++)
        if (s[i] >= '0' && s[i] <= '9' && emit(ctx, s[i] - '0'))
            count++;
    return count;
}

F(lexer_next, "pp") int lexer_next(const char **at, int *value)
{
    const char *s = *at;
    while (*s == ' ')
        s++;
    int kind = *s == 0 ? 0 : *s >= '0' && *s <= '9' ? 1 : 2;
    *value = 0;
    if (kind == 1)
        while (*s >= '0' && *s <= '9')
            *value = *value * 10 + *s++ - '0';
    else if (kind == 2)
        *value = *s++;
    *at = s;
    return kind;
}

struct vm {
    int stack[16];
    int top;
};

F(vm_run, "pps") int vm_run(struct vm *vm, const uint8_t *code, size_t n)
{
    for (size_t pc = 0; pc < n; pc++)
        switch (code[pc]) {
        case 0:
            return vm->stack[vm->top & 15];
        case 1:
            vm->stack[++vm->top & 15] = code[++pc];
            break;
        case 2:
            vm->stack[(vm->top - 1) & 15] += vm->stack[vm->top & 15];
            vm->top--;
            break;
        case 3:
            vm->stack[(vm->top - 1) & 15] *= vm->stack[vm->top & 15];
            vm->top--;
            break;
        default:
            return -1;
        }
    return 0;
}

F(switch_scalar, "ss") int switch_scalar(int op, int x)
{
    switch (op) {
    case 0:
        return x + 1;
    case 1:
        return x * 3;
    case 2:
        return x ^ 7;
    case 3:
        return x - 9;
    default:
        return 0;
    }
}

F(tag_pointer, "p") int tag_pointer(uintptr_t tagged)
{
    return *(const int *)(tagged & ~(uintptr_t)3) + (int)(tagged & 3);
}

F(many, "pspsps")
int many(const int *a, int i, const int *b, int j, int *c, int k)
{
    return c[k] = a[i] + b[j];
}

F(out_or_null, "sp") int out_or_null(int v, int *out)
{
    if (out)
        *out = v + 1;
    return v;
}

F(nested, "p") int nested(int ***p)
{
    return ***p;
}

F(volatile_flag, "ps") void volatile_flag(volatile int *flag, int v)
{
    *flag = v;
}

F(matrix_of, "ps") int matrix_of(const int m[4][4], int i)
{
    return m[i][i];
}

F(loop_pointer, "ppp") void loop_pointer(const int *a, const int *end, int *out)
{
    for (; a < end; a += 2)
        *out++ = a[0] + a[1];
}

F(with_buffer, "s") int with_buffer(int n)
{
    char buffer[64];
    for (int i = 0; i < 64; i++)
        buffer[i] = (char)(i * n);
    return buffer[n & 63];
}

F(with_variable, "s") int with_variable(int n)
{
    int quotient = n;
    int *p = &quotient;
    *p += 3;
    return quotient;
}

F(offset_of, "ps") const void *offset_of(const void *base, size_t offset)
{
    return *(const void *const *)((const char *)base + offset);
}
