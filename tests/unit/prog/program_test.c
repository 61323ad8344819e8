/* Programs: healing, circles, and no memory at any moment. */
#include <stdio.h>

#include "fault_alloc.h"
#include "prog/program.h"
#include "program_samples.h"
#include "tn_test.h"

#define MODULE(name)                        \
    {                                       \
        sample_##name, sizeof sample_##name \
    }

static char told[4096];

static void tell(void *ctx, const char *kind, const char *text)
{
    size_t used = strlen(told);
    (void)ctx;
    snprintf(told + used, sizeof told - used, "%s: %s\n", kind, text);
}

struct world {
    tn_engine *engine;
    tn_package *package;
    tn_program *program;
};

static tn_status open_world(struct world *w, const tn_allocator *alloc,
                            const tn_bytes *modules, size_t count,
                            const tn_program_config *given)
{
    tn_config engine = TN_CONFIG_INIT;
    tn_program_config config = TN_PROGRAM_CONFIG_INIT;
    tn_text file;
    *w = (struct world){NULL, NULL, NULL};
    told[0] = '\0';
    if (given != NULL)
        config = *given;
    config.report = tell;
    config.store.stack_bytes = 1 << 16;
    engine.allocator = alloc;
    CHECK_EQ(TN_OK, tn_package_write(modules, count, false, &file, NULL, NULL));
    CHECK_EQ(TN_OK,
             tn_package_read(file.at, file.size, NULL, &w->package, NULL));
    tn_text_free(&file);
    tn_status status = tn_engine_new(&engine, &w->engine, NULL);
    if (status == TN_OK)
        status =
            tn_program_new(w->engine, w->package, &config, &w->program, NULL);
    return status;
}

static void close_world(struct world *w)
{
    tn_program_free(w->program);
    tn_package_free(w->package);
    tn_engine_free(w->engine);
}

static tn_status call(const struct world *w, const char *route, int32_t arg,
                      int32_t *out)
{
    tn_val in = {.kind = TN_I32, .of.i32 = arg}, result = {.kind = TN_I32};
    tn_func *func;
    tn_status status = tn_program_func(w->program, route, &func, NULL);
    if (status == TN_OK)
        status = tn_program_call(w->program, route, &in,
                                 tn_func_param_count(func), &result, 1, NULL);
    *out = result.of.i32;
    return status;
}

static const tn_bytes chain[] = {MODULE(chain_a), MODULE(chain_b)};

TEST(modules_call_one_another_in_a_circle)
{
    struct world w;
    int32_t got;
    CHECK_EQ(TN_OK, open_world(&w, NULL, chain, 2, NULL));
    CHECK_EQ(TN_OK, call(&w, "top", 4, &got));
    CHECK_EQ(26, got);
    CHECK_EQ(TN_OK, call(&w, "a:depth", 0, &got));
    CHECK_EQ(1, got);
    close_world(&w);
}

TEST(a_trap_poisons_all_that_it_passes_and_they_are_made_anew)
{
    struct world w;
    int32_t got;
    CHECK_EQ(TN_OK, open_world(&w, NULL, chain, 2, NULL));
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(TN_OK, call(&w, "depth", 0, &got));
        CHECK_EQ(0, got); /* fresh */
        CHECK_EQ(TN_E_TRAP, call(&w, "top", 0, &got));
        CHECK_STR("trap", tn_program_error_kind(w.program));
        CHECK_STR("a:leaf <- b:mid <- a:top", tn_program_trap_chain(w.program));
        CHECK(!tn_program_module_at(w.program, 1).in_service);
        CHECK_STR("unreachable", tn_program_module_at(w.program, 1).cause);
    }
    CHECK_EQ(TN_OK, call(&w, "b_alone", 0, &got));
    CHECK_EQ(TN_E_TRAP, call(&w, "top", 0, &got));
    CHECK_EQ(TN_E_DOWN, call(&w, "depth", 0, &got)); /* three times is enough */
    CHECK_STR("down", tn_program_error_kind(w.program));
    CHECK(strstr(told, "heal: module a is made anew (3 of 3): unreachable"));
    close_world(&w);
}

TEST(the_users_of_a_leaf_survive_its_trap)
{
    static const tn_bytes modules[] = {MODULE(user1), MODULE(user2),
                                       MODULE(leaf)};
    struct world w;
    int32_t got;
    CHECK_EQ(TN_OK, open_world(&w, NULL, modules, 3, NULL));
    CHECK_EQ(TN_E_TRAP, call(&w, "one", 0, &got));
    CHECK_EQ(TN_OK, call(&w, "two", 3, &got));
    CHECK_EQ(2, got);
    CHECK_EQ(TN_OK, call(&w, "one", 2, &got));
    CHECK_EQ(3, got);
    close_world(&w);
}

static const tn_bytes client[] = {MODULE(client), MODULE(svc_upper)};

TEST(bytes_are_copied_there_and_back_and_counted)
{
    struct world w;
    int32_t got;
    CHECK_EQ(TN_OK, open_world(&w, NULL, client, 2, NULL));
    CHECK_EQ(TN_OK, call(&w, "first", 3, &got));
    CHECK_EQ('A', got);
    CHECK_EQ(1, tn_program_route_count(w.program));
    tn_route_stats stats = tn_program_route_at(w.program, 0);
    CHECK_STR("client -> svc:svc", stats.route);
    CHECK_EQ(1, stats.calls);
    CHECK_EQ(3, stats.bytes_in);
    CHECK_EQ(3, stats.bytes_out);
    close_world(&w);
}

TEST(a_convention_broken_towards_the_embedder_is_a_trap)
{
    static const tn_bytes modules[] = {MODULE(svc_range)};
    struct world w;
    tn_text out;
    bool has_value;
    CHECK_EQ(TN_OK, open_world(&w, NULL, modules, 1, NULL));
    CHECK_EQ(TN_E_TRAP,
             tn_program_call_bytes(w.program, "svc", (tn_bytes){"abc", 3}, &out,
                                   &has_value, NULL));
    CHECK_STR("bytes", tn_program_error_kind(w.program));
    CHECK(out.at == NULL && !has_value);
    close_world(&w);
}

TEST(counting_changes_nothing_else)
{
    struct world w;
    int32_t got;
    tn_program_config config = TN_PROGRAM_CONFIG_INIT;
    config.stats = true;
    CHECK_EQ(TN_OK, open_world(&w, NULL, chain, 2, &config));
    CHECK_EQ(TN_OK, call(&w, "top", 4, &got));
    CHECK_EQ(26, got);
    CHECK_EQ(2, tn_program_route_count(w.program));
    CHECK_EQ(1, tn_program_route_at(w.program, 0).calls);
    CHECK_EQ(TN_E_TRAP, call(&w, "top", 0, &got));
    CHECK_STR("a:leaf <- b:mid <- a:top", tn_program_trap_chain(w.program));
    close_world(&w);
}

TEST(a_module_that_fails_to_start_takes_its_users_down)
{
    static const tn_bytes modules[] = {MODULE(bystander), MODULE(init_trap),
                                       MODULE(init_user)};
    struct world w;
    int32_t got;
    CHECK_EQ(TN_OK, open_world(&w, NULL, modules, 3, NULL));
    CHECK(strstr(told, "start: module bad is out of service"));
    CHECK(strstr(told, "link.cause: module user is out of service"));
    CHECK_EQ(TN_OK, call(&w, "fine", 0, &got));
    CHECK_EQ(TN_E_DOWN, call(&w, "use", 0, &got));
    close_world(&w);
    tn_program_config config = TN_PROGRAM_CONFIG_INIT;
    config.strict = true;
    CHECK_EQ(TN_E_DOWN, open_world(&w, NULL, modules, 3, &config));
    close_world(&w);
}

TEST(a_malformed_module_anywhere_ends_it)
{
    static const uint8_t bad[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 99};
    static const tn_bytes modules[] = {MODULE(bystander), {bad, sizeof bad}};
    struct world w;
    CHECK_EQ(TN_E_MALFORMED, open_world(&w, NULL, modules, 2, NULL));
    CHECK(w.program == NULL);
    close_world(&w);
}

/* The whole life of a program, with memory for `n` requests. */
static tn_status live_with(size_t n, const tn_bytes *modules, size_t count,
                           const char *route, int32_t arg)
{
    struct fault fault = fault_at(n);
    tn_allocator alloc = fault_allocator(&fault);
    struct world w;
    int32_t got;
    tn_status status = open_world(&w, &alloc, modules, count, NULL);
    if (status == TN_OK)
        status = call(&w, route, arg, &got);
    if (status == TN_E_TRAP) /* heals, then traps again */
        status = call(&w, route, arg, &got);
    close_world(&w);
    CHECK_EQ(0, fault.live);
    CHECK_EQ(0, fault.wrong_size);
    return status;
}

TEST(without_memory_at_any_moment_nothing_leaks)
{
    size_t n = 0;
    while (live_with(n, client, 2, "first", 3) != TN_OK)
        n++;
    CHECK(n > 20 && n < 2000);
    n = 0;
    while (live_with(n, chain, 2, "top", 4) != TN_OK)
        n++;
}

TEST(without_memory_healing_leaks_nothing)
{
    for (size_t n = 0; n < 200; n++)
        (void)live_with(n, chain, 2, "top", 0);
    CHECK_EQ(TN_E_TRAP, live_with(SIZE_MAX, chain, 2, "top", 0));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
