/* model.c - random graphs of objects, opened and closed in random order,
 * beside a model of what ELF's linkers do.
 *
 * The model is written for this test, from the rules: it knows no addresses,
 * only who is there, who needs, sees, is bound to and keeps whom, and in which
 * order constructors and destructors run. $TENON_LINK_CASES: how many graphs. */
#include "link_test.h"

enum {
    OBJECTS = 7, /* 0 is main */
    FUNCS = 4,
    NEEDS = 3
};

static const char *const object_names[OBJECTS] = {"main", "l1", "l2", "l3",
                                                  "l4",   "l5", "l6"};

/* --- What a graph is -------------------------------------------------------------- */

struct plan {
    int needs[NEEDS], need_count;
    unsigned defines, imports; /* functions, as bits */
    int opens, flags;          /* what its constructor opens; 0: nothing */
};

static uint64_t dice;

static int throw_dice(int sides)
{
    dice = dice * 6364136223846793005 + 1442695040888963407;
    return (int)(dice >> 33) % sides;
}

static int some_flags(void)
{
    return (throw_dice(2) == 0 ? TN_RTLD_LAZY : TN_RTLD_NOW) |
           (throw_dice(3) == 0 ? TN_RTLD_GLOBAL : 0);
}

static void make_plans(struct plan plans[OBJECTS])
{
    for (int i = 0; i < OBJECTS; i++) {
        struct plan *p = &plans[i];
        *p = (struct plan){.need_count = throw_dice(NEEDS + 1)};
        if (i == 0 && p->need_count == NEEDS)
            p->need_count = 1;
        for (int k = 0; k < p->need_count; k++)
            p->needs[k] = 1 + throw_dice(OBJECTS - 1);
        p->defines = (unsigned)(throw_dice(16) & throw_dice(16));
        p->imports = (unsigned)throw_dice(16);
        if (throw_dice(4) == 0)
            p->opens = 1 + throw_dice(OBJECTS - 1);
        p->flags = some_flags();
    }
}

/* --- The model ----------------------------------------------------------------------- */

enum start {
    START_WAITS,
    START_RUNS,
    START_DONE
};

struct member {
    bool is_there, is_startup, is_global, is_new;
    int opens, guest_opens, started_as;
    enum start start;
    int group[OBJECTS], group_count;
    int binding[FUNCS]; /* an object, or -1 */
    unsigned keeps;     /* whose symbols it uses, as bits */
};

struct model {
    const struct plan *plans;
    struct member members[OBJECTS];
    int loaded[OBJECTS], loaded_count; /* in load order */
    int global[OBJECTS], global_count;
    int starts;
    char said[1024];
};

static void say_in_model(struct model *m, int number)
{
    size_t used = strlen(m->said);
    (void)snprintf(m->said + used, sizeof m->said - used, "%s%d",
                   used != 0 ? " " : "", number);
}

static bool contains(const int *list, int count, int value)
{
    for (int i = 0; i < count; i++)
        if (list[i] == value)
            return true;
    return false;
}

static int breadth_first_of(const struct model *m, int root, int *out)
{
    int count = 0;
    out[count++] = root;
    for (int i = 0; i < count; i++)
        for (int k = 0; k < m->plans[out[i]].need_count; k++)
            if (!contains(out, count, m->plans[out[i]].needs[k]))
                out[count++] = m->plans[out[i]].needs[k];
    return count;
}

static int look_in_model(const struct model *m, int user, int func)
{
    const struct member *u = &m->members[user];
    for (int i = 0; i < m->global_count; i++)
        if ((m->plans[m->global[i]].defines >> func & 1) != 0)
            return m->global[i];
    for (int i = 0; i < u->group_count; i++)
        if (m->members[u->group[i]].is_there &&
            (m->plans[u->group[i]].defines >> func & 1) != 0)
            return u->group[i];
    return -1;
}

static void bind_in_model(struct model *m, int user, int func)
{
    int by = look_in_model(m, user, func);
    m->members[user].binding[func] = by;
    if (by >= 0)
        m->members[user].keeps |= 1u << by;
}

static void promote_in_model(struct model *m, int root)
{
    int list[OBJECTS], count = breadth_first_of(m, root, list);
    for (int i = 0; i < count; i++)
        if (!m->members[list[i]].is_global) {
            m->members[list[i]].is_global = true;
            m->global[m->global_count++] = list[i];
        }
}

/* Breadth first: those that are there already bring nothing new. */
static void collect_in_model(struct model *m, int root)
{
    int first = m->loaded_count;
    m->loaded[m->loaded_count++] = root;
    m->members[root] = (struct member){.is_there = true, .is_new = true};
    for (int i = first; i < m->loaded_count; i++) {
        const struct plan *p = &m->plans[m->loaded[i]];
        for (int k = 0; k < p->need_count; k++) {
            int needed = p->needs[k];
            if (m->members[needed].is_there)
                continue;
            m->members[needed] =
                (struct member){.is_there = true, .is_new = true};
            m->loaded[m->loaded_count++] = needed;
        }
    }
    for (int i = first; i < m->loaded_count; i++) {
        struct member *x = &m->members[m->loaded[i]];
        x->group_count = breadth_first_of(m, root, x->group);
    }
}

/* False if something is undefined that must not be. */
static bool resolve_in_model(struct model *m, bool is_now)
{
    bool is_whole = true;
    for (int i = 0; i < OBJECTS; i++) {
        if (!m->members[i].is_new)
            continue;
        for (int f = 0; f < FUNCS; f++) {
            m->members[i].binding[f] = -1;
            if ((m->plans[i].imports >> f & 1) == 0)
                continue;
            bind_in_model(m, i, f);
            is_whole &= m->members[i].binding[f] >= 0;
        }
    }
    return is_whole || !is_now;
}

static void list_waiting_in_model(const struct model *m, int at, int *out,
                                  int *count, bool *seen)
{
    seen[at] = true;
    for (int k = 0; k < m->plans[at].need_count; k++) {
        int needed = m->plans[at].needs[k];
        if (!seen[needed] && m->members[needed].start == START_WAITS)
            list_waiting_in_model(m, needed, out, count, seen);
    }
    out[(*count)++] = at;
}

static void open_in_model(struct model *m, int root, int flags, bool is_guest);

static void start_in_model(struct model *m, int root)
{
    int list[OBJECTS], count = 0;
    bool seen[OBJECTS] = {false};
    if (m->members[root].start != START_WAITS)
        return;
    list_waiting_in_model(m, root, list, &count, seen);
    for (int i = 0; i < count; i++) {
        struct member *x = &m->members[list[i]];
        if (x->start != START_WAITS)
            continue;
        x->start = START_RUNS;
        x->started_as = ++m->starts;
        say_in_model(m, 100 + list[i]);
        if (m->plans[list[i]].opens != 0)
            open_in_model(m, m->plans[list[i]].opens, m->plans[list[i]].flags,
                          true);
        x->start = START_DONE;
    }
}

static bool is_open_in_model(struct model *m, int root, int flags)
{
    bool is_now = (flags & TN_RTLD_NOW) != 0;
    int before = m->loaded_count;
    if (m->members[root].is_there)
        return true;
    collect_in_model(m, root);
    bool is_whole = resolve_in_model(m, is_now);
    for (int i = before; i < m->loaded_count; i++) {
        m->members[m->loaded[i]].is_new = false;
        m->members[m->loaded[i]].is_there = is_whole;
    }
    if (!is_whole)
        m->loaded_count = before;
    return is_whole;
}

static void open_in_model(struct model *m, int root, int flags, bool is_guest)
{
    if (!is_open_in_model(m, root, flags))
        return;
    if ((flags & TN_RTLD_GLOBAL) != 0)
        promote_in_model(m, root);
    start_in_model(m, root);
    if (is_guest)
        m->members[root].guest_opens++;
    else
        m->members[root].opens++;
}

static void mark_in_model(const struct model *m, int at, bool *kept)
{
    if (kept[at])
        return;
    kept[at] = true;
    for (int k = 0; k < m->plans[at].need_count; k++)
        mark_in_model(m, m->plans[at].needs[k], kept);
    for (int i = 0; i < OBJECTS; i++)
        if ((m->members[at].keeps >> i & 1) != 0)
            mark_in_model(m, i, kept);
}

static int take_out(int *list, int count, int value)
{
    int kept = 0;
    for (int i = 0; i < count; i++)
        if (list[i] != value)
            list[kept++] = list[i];
    return kept;
}

static int latest_unkept(const struct model *m, const bool *kept)
{
    int latest = -1;
    for (int i = 0; i < OBJECTS; i++)
        if (m->members[i].is_there && !kept[i] &&
            (latest < 0 ||
             m->members[i].started_as > m->members[latest].started_as))
            latest = i;
    return latest;
}

static void close_in_model(struct model *m, int root)
{
    bool kept[OBJECTS] = {false};
    m->members[root].opens--;
    for (int i = 0; i < OBJECTS; i++) {
        const struct member *x = &m->members[i];
        if (x->is_there && (x->is_startup || x->opens + x->guest_opens > 0))
            mark_in_model(m, i, kept);
    }
    for (int i; (i = latest_unkept(m, kept)) >= 0;) {
        say_in_model(m, 200 + i);
        m->members[i] = (struct member){.is_there = false};
        m->loaded_count = take_out(m->loaded, m->loaded_count, i);
        m->global_count = take_out(m->global, m->global_count, i);
    }
}

static void load_in_model(struct model *m)
{
    collect_in_model(m, 0);
    for (int i = 0; i < m->loaded_count; i++) {
        m->members[m->loaded[i]].is_startup = true;
        m->members[m->loaded[i]].is_global = true;
        m->members[m->loaded[i]].group_count = 0;
        m->global[m->global_count++] = m->loaded[i];
    }
    (void)resolve_in_model(m, false);
    for (int i = 0; i < m->loaded_count; i++)
        m->members[m->loaded[i]].is_new = false;
}

/* --- The modules ---------------------------------------------------------------------- */

static void put_plan(struct tn_buf *out, int i, const struct plan *p)
{
    tn_buf_print(out,
                 "(module $%s (@custom \"dylink.0\" (before first) "
                 "\"" MEM("20", "04") "\\02\\%02x\\%02x",
                 object_names[i], 1 + 3 * p->need_count, p->need_count);
    for (int k = 0; k < p->need_count; k++)
        tn_buf_print(out, "\\02%s", object_names[p->needs[k]]);
    tn_buf_print(out, "%s",
                 "\") " BASES SAY "(import \"env\" \"dlopen\" (func $dlopen "
                 "(param i32 i32) (result i32)))");
    for (int f = 0; f < FUNCS; f++)
        if ((p->imports >> f & 1) != 0)
            tn_buf_print(out,
                         "(import \"env\" \"f%d\" (func $f%d (result i32)))"
                         "(func (export \"c%d%d\") (result i32) (call $f%d))",
                         f, f, i, f, f);
    for (int f = 0; f < FUNCS; f++)
        if ((p->defines >> f & 1) != 0)
            tn_buf_print(out,
                         "(func (export \"f%d\") (result i32) (i32.const %d))",
                         f, i * 10 + f);
    tn_buf_print(out,
                 "(func (export \"__wasm_call_ctors\") (call $say "
                 "(i32.const %d))",
                 100 + i);
    if (p->opens != 0)
        tn_buf_print(out,
                     "(drop (call $dlopen (global.get $mb) (i32.const %d)))",
                     p->flags);
    tn_buf_print(out,
                 ") (func (export \"__wasm_call_dtors\") (call $say (i32.const "
                 "%d))) (data (global.get $mb) \"%s\\00\"))",
                 200 + i, object_names[p->opens]);
}

static void give_plans(struct scene *s, const struct plan *plans)
{
    for (int i = 0; i < OBJECTS; i++) {
        struct tn_buf text;
        tn_buf_init(&text, &tn_alloc_libc);
        put_plan(&text, i, &plans[i]);
        tn_buf_byte(&text, 0);
        give(s, object_names[i], (const char *)text.at);
        tn_buf_clear(&text);
    }
}

/* --- Beside each other ------------------------------------------------------------------ */

static void compare_names(const struct scene *s, const struct model *m)
{
    char text[256] = "";
    for (int i = 0; i < m->loaded_count; i++) {
        size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s%s",
                       i != 0 ? " " : "", object_names[m->loaded[i]]);
    }
    CHECK_STR(text, names_of(s));
    for (int i = 0; i < m->loaded_count; i++) {
        const struct member *x = &m->members[m->loaded[i]];
        tn_dso_info info = tn_dso_look(tn_space_dso(s->space, (size_t)i));
        CHECK_EQ(x->opens + x->guest_opens, info.open_count);
        CHECK_EQ(x->is_global, info.is_global);
    }
}

/* The call of what nobody defines looks again. */
static void compare_call(struct scene *s, struct model *m, int user, int func)
{
    char name[8];
    uint64_t slot = 0;
    (void)snprintf(name, sizeof name, "c%d%d", user, func);
    tn_symbol symbol = sym(s, dso_named(s, object_names[user]), name);
    CHECK(symbol.func != NULL);
    s->err = (tn_error){0};
    tn_status status = tn_func_call_raw(symbol.func, &slot, &s->err);
    if (m->members[user].binding[func] < 0)
        bind_in_model(m, user, func);
    int by = m->members[user].binding[func];
    CHECK_EQ(by < 0 ? TN_E_TRAP : TN_OK, status);
    if (by >= 0)
        CHECK_EQ(by * 10 + func, slot);
}

static void compare(struct scene *s, struct model *m)
{
    CHECK_STR(m->said, s->said);
    compare_names(s, m);
    for (int i = 0; i < m->loaded_count; i++)
        for (int f = 0; f < FUNCS; f++)
            if ((m->plans[m->loaded[i]].imports >> f & 1) != 0 &&
                throw_dice(4) == 0)
                compare_call(s, m, m->loaded[i], f);
    m->said[0] = s->said[0] = 0;
}

static void take_step(struct scene *s, struct model *m, tn_dso **dsos)
{
    int at = 1 + throw_dice(OBJECTS - 1);
    if (m->members[at].opens > 0 && throw_dice(2) == 0) {
        CHECK_STR("", shut(s, dsos[at]));
        close_in_model(m, at);
        return;
    }
    int flags = some_flags();
    int before = m->members[at].opens;
    tn_dso *dso = open_as(s, object_names[at], flags);
    open_in_model(m, at, flags, false);
    CHECK_EQ(m->members[at].opens > before, dso != NULL);
    if (dso != NULL)
        dsos[at] = dso;
}

static void run_graph(uint64_t seed)
{
    static struct plan plans[OBJECTS];
    static struct model m;
    static struct scene s;
    tn_dso *dsos[OBJECTS] = {NULL};
    dice = seed * 0x9e3779b97f4a7c15 | 1;
    make_plans(plans);
    begin(&s, NULL);
    s.config.trace = NULL;
    give_plans(&s, plans);
    m = (struct model){.plans = plans};
    CHECK_STR("", load(&s));
    load_in_model(&m);
    CHECK_STR("", init(&s));
    start_in_model(&m, 0);
    compare(&s, &m);
    for (int step = 0; step < 12; step++) {
        take_step(&s, &m, dsos);
        compare(&s, &m);
    }
    end(&s);
}

static long graph;

TEST(objects_come_and_go_as_in_the_model)
{
    const char *wanted = getenv("TENON_LINK_CASES");
    long count = wanted != NULL ? atol(wanted) : 1000;
    for (graph = 0; graph < count; graph++)
        run_graph((uint64_t)graph);
}

int main(int argc, char **argv)
{
    int failed = tn_test_main(argc, argv);
    if (failed)
        printf("graph %ld\n", graph);
    return failed;
}
