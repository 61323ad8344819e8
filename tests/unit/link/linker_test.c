#include "link_test.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIB(name, fields)   PIC(name, MEM("20", "04"), fields)
#define MAIN(needs, fields) PIC("main", MEM("20", "04") needs, fields)

/* --- Files -------------------------------------------------------------------------------- */

static char folder[64];

static const char *in_folder(const char *name)
{
    static char path[2][160];
    static int i;
    i = !i;
    (void)snprintf(path[i], sizeof path[i], "%s/%s", folder, name);
    return path[i];
}

static void write_module(struct scene *s, const char *name, const char *text)
{
    give(s, "written", text);
    const struct tn_buf *bytes = &s->modules[s->count - 1].bytes;
    FILE *file = fopen(in_folder(name), "wb");
    CHECK(file != NULL);
    CHECK_EQ(1, fwrite(bytes->at, bytes->size, 1, file));
    CHECK_EQ(0, fclose(file));
    s->modules[s->count - 1].name = "";
}

/* The scene's linker has no files: this one has, and a folder of its own. */
static void begin_files(struct scene *s)
{
    tn_linker_config config = TN_LINKER_CONFIG_INIT;
    (void)snprintf(folder, sizeof folder, "linker-test-%ld", (long)getpid());
    CHECK_EQ(0, mkdir(folder, 0700));
    CHECK_EQ(0, mkdir(in_folder("lib"), 0700));
    CHECK_EQ(0, mkdir(in_folder("own"), 0700));
    const char *const paths[] = {in_folder("lib")};
    begin(s, MAIN("", ""));
    tn_linker_free(s->linker);
    config.paths = paths;
    config.path_count = 1;
    CHECK_EQ(TN_OK, tn_linker_new(s->engine, &config, &s->linker, NULL));
}

static void remove_all(void)
{
    static const char *const names[] = {"main.wasm", "lib/a.so", "lib/link.so",
                                        "own/b.so",  "c.so",     "lib",
                                        "own",       "."};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)remove(in_folder(names[i]));
    (void)rmdir(folder);
}

TEST(files_are_found_in_folders_beside_and_by_origin)
{
    struct scene s;
    begin_files(&s);
    /* RUNTIME_PATH "$ORIGIN/own" */
    write_module(&s, "main.wasm",
                 MAIN("\\02\\10\\03\\04a.so\\04b.so\\04c.so"
                      "\\05\\0d\\01\\0b$ORIGIN/own",
                      ASK("a", "a") ASK("b", "b") ASK("c", "c") CALLS("ra", "a")
                          CALLS("rb", "b") CALLS("rc", "c")));
    write_module(&s, "lib/a.so", LIB("a.so", FUNC("a", "1")));
    write_module(&s, "own/b.so", LIB("b.so", FUNC("b", "2")));
    write_module(&s, "c.so", LIB("c.so", FUNC("c", "3")));
    tn_named_module main = {in_folder("main.wasm"), {NULL, 0}};
    CHECK_EQ(TN_OK, tn_space_new(s.linker, s.store, &main, &s.config, &s.space,
                                 &s.err));
    CHECK_EQ(1, ask(&s, "ra"));
    CHECK_EQ(2, ask(&s, "rb"));
    CHECK_EQ(3, ask(&s, "rc"));
    CHECK_EQ(0, symlink("a.so", in_folder("lib/link.so")));
    CHECK(open_as(&s, "link.so", TN_RTLD_NOW) == dso_named(&s, "a.so"));
    CHECK(open_as(&s, in_folder("lib/link.so"), TN_RTLD_NOW) ==
          dso_named(&s, "a.so"));
    CHECK(open_as(&s, "no.so", TN_RTLD_NOW) == NULL);
    CHECK_EQ(TN_E_NOT_FOUND, s.err.status);
    remove_all();
    end(&s);
}

TEST(a_guest_stays_below_the_folders)
{
    struct scene s;
    static const struct {
        const char *name;
        bool is_found;
    } names[] = {{"a.so", true},         {"./a.so", true},     {"/a.so", true},
                 {"../own/b.so", false}, {"x/../a.so", false}, {"..", false},
                 {"/etc/passwd", false}};
    begin_files(&s);
    write_module(&s, "lib/a.so", LIB("a.so", ""));
    write_module(&s, "own/b.so", LIB("b.so", ""));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct tn_link_lib *lib = NULL;
        struct tn_link_wanted wanted = {tn_str_of(names[i].name), NULL, NULL,
                                        true, true};
        tn_status status = tn_link_find(s.linker, &wanted, &lib, NULL);
        CHECK_EQ(names[i].is_found ? TN_OK : TN_E_NOT_FOUND, status);
    }
    struct tn_link_lib *lib = NULL;
    struct tn_link_wanted zero = {{"a.so\0x", 6}, NULL, NULL, false, false};
    CHECK_EQ(TN_E_NOT_FOUND, tn_link_find(s.linker, &zero, &lib, NULL));
    remove_all();
    end(&s);
}

/* --- Threads -------------------------------------------------------------------------------- */

enum {
    THREADS = 4,
    ROUNDS = 20
};

struct worker {
    pthread_t thread;
    struct scene *scene;
    int sum;
};

/* Half of them bind a.so's calls elsewhere. */
static void *work(void *arg)
{
    struct worker *w = arg;
    struct scene *s = w->scene;
    for (int i = 0; i < ROUNDS; i++) {
        tn_store *store = NULL;
        tn_space *space = NULL;
        tn_dso *dso = NULL;
        tn_symbol symbol = {0};
        uint64_t slot = 0;
        tn_named_module main = {i % 2 == 0 ? "main" : "above", {NULL, 0}};
        tn_space_config config = TN_SPACE_CONFIG_INIT;
        config.stack_bytes = 4096;
        if (tn_store_new(s->engine, NULL, &store, NULL) == TN_OK &&
            tn_space_new(s->linker, store, &main, &config, &space, NULL) ==
                TN_OK &&
            tn_dlopen(space, "p.so", NULL, TN_RTLD_NOW, &dso, NULL) == TN_OK &&
            tn_dlsym(space, dso, "run", &symbol, NULL) == TN_OK &&
            tn_func_call_raw(symbol.func, &slot, NULL) == TN_OK)
            w->sum += (int)slot;
        tn_space_free(space);
        tn_store_free(store);
    }
    return NULL;
}

TEST(one_linker_serves_spaces_of_several_threads)
{
    static struct scene s;
    static struct worker workers[THREADS];
    tn_config config = TN_CONFIG_INIT;
    tn_linker_config linking = TN_LINKER_CONFIG_INIT;
    begin(&s, NULL);
    close_scene(&s);
    give(&s, "main", MAIN(NEED1("a.so"), ""));
    give(&s, "above",
         PIC("above", MEM("20", "04") NEED1("a.so"), FUNC("f", "100")));
    give(&s, "a.so", LIB("a.so", ASK("f", "f") FUNC("f", "1") CALLS("r", "f")));
    give(&s, "p.so", LIB("p.so", ASK("r", "r") CALLS("run", "r")));
    linking.find = find_in_scene;
    linking.ctx = &s;
    linking.no_files = true;
    CHECK_EQ(TN_OK, tn_engine_new(&config, &s.engine, NULL));
    CHECK_EQ(TN_OK, tn_linker_new(s.engine, &linking, &s.linker, NULL));
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.scene = &s};
        CHECK_EQ(0,
                 pthread_create(&workers[i].thread, NULL, work, &workers[i]));
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK_EQ(0, pthread_join(workers[i].thread, NULL));
        CHECK_EQ(ROUNDS / 2 * 101, workers[i].sum);
    }
    end(&s);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
