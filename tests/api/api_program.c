/* Packages and programs, as an embedder meets them. */
#include "program_samples.h"
#include "tn_test.h"

#include <tenon.h>

static tn_engine *engine;
static tn_package *package;
static tn_program *program;

static tn_status open_two(const void *a, size_t a_size, const void *b,
                          size_t b_size)
{
    const tn_bytes modules[] = {{a, a_size}, {b, b_size}};
    tn_text file;
    CHECK_EQ(TN_OK, tn_engine_new(NULL, &engine, NULL));
    CHECK_EQ(TN_OK, tn_package_write(modules, 2, false, &file, NULL, NULL));
    CHECK_EQ(TN_OK, tn_package_read(file.at, file.size, NULL, &package, NULL));
    tn_text_free(&file);
    CHECK_EQ(2, tn_package_module_count(package));
    tn_status status = tn_program_new(engine, package, NULL, &program, NULL);
    tn_package_free(package); /* the program has what it needs */
    return status;
}

static void close_two(void)
{
    tn_program_free(program);
    tn_engine_free(engine);
}

TEST(a_program_is_made_called_and_asked)
{
    CHECK_EQ(TN_OK, open_two(sample_chain_a, sizeof sample_chain_a,
                             sample_chain_b, sizeof sample_chain_b));
    CHECK_STR("b", tn_program_module_at(program, 1).name);
    CHECK_EQ(sizeof sample_chain_b, tn_program_module_at(program, 1).bytes);
    CHECK(tn_program_module_at(program, 1).in_service);
    CHECK_EQ(TN_OK, tn_program_run(program, NULL)); /* reactors: nothing */
    tn_func *top;
    CHECK_EQ(TN_OK, tn_program_func(program, "a:top", &top, NULL));
    CHECK(tn_func_is(top, "(i32) -> i32"));
    tn_val four = {.kind = TN_I32, .of.i32 = 4}, got;
    CHECK_EQ(TN_OK, tn_program_call(program, "top", &four, 1, &got, 1, NULL));
    CHECK_EQ(26, got.of.i32);
    close_two();
}

TEST(each_failure_has_its_kind)
{
    tn_error err = {0};
    tn_val zero = {.kind = TN_I32}, got;
    CHECK_EQ(TN_OK, open_two(sample_chain_a, sizeof sample_chain_a,
                             sample_chain_b, sizeof sample_chain_b));
    CHECK_EQ(TN_E_NOT_FOUND,
             tn_program_call(program, "nope", NULL, 0, NULL, 0, &err));
    CHECK_STR("route", tn_program_error_kind(program));
    CHECK_STR("no module exports a function nope", err.text);
    CHECK_EQ(TN_E_TYPE,
             tn_program_call(program, "top", NULL, 0, &got, 1, NULL));
    CHECK_STR("usage", tn_program_error_kind(program));
    CHECK_EQ(TN_E_TRAP,
             tn_program_call(program, "top", &zero, 1, &got, 1, NULL));
    CHECK_STR("trap", tn_program_error_kind(program));
    CHECK_STR("a:leaf <- b:mid <- a:top", tn_program_trap_chain(program));
    CHECK_EQ(TN_TRAP_UNREACHABLE,
             tn_store_trap_kind(tn_program_store(program)));
    CHECK_EQ(TN_OK, tn_program_call(program, "depth", NULL, 0, &got, 1, NULL));
    CHECK_STR("", tn_program_trap_chain(program));
    close_two();
}

TEST(bytes_go_in_and_come_out)
{
    tn_text out;
    bool has_value;
    CHECK_EQ(TN_OK, open_two(sample_client, sizeof sample_client,
                             sample_svc_upper, sizeof sample_svc_upper));
    CHECK_EQ(TN_OK,
             tn_program_call_bytes(program, "svc:svc", (tn_bytes){"abc", 3},
                                   &out, &has_value, NULL));
    CHECK(has_value);
    CHECK_EQ(3, out.size);
    CHECK_EQ('A', out.at[0]);
    tn_text_free(&out);
    CHECK_EQ(TN_E_TYPE,
             tn_program_call_bytes(program, "svc_counts", (tn_bytes){NULL, 0},
                                   &out, &has_value, NULL));
    close_two();
}

TEST(an_exit_in_any_module_ends_the_run)
{
    tn_wasi_config wasi = TN_WASI_CONFIG_INIT;
    tn_program_config config = TN_PROGRAM_CONFIG_INIT;
    const tn_bytes modules[] = {{sample_exit_main, sizeof sample_exit_main},
                                {sample_exiter, sizeof sample_exiter}};
    tn_text file;
    config.wasi = &wasi;
    CHECK_EQ(TN_OK, tn_engine_new(NULL, &engine, NULL));
    CHECK_EQ(TN_OK, tn_package_write(modules, 2, false, &file, NULL, NULL));
    CHECK_EQ(TN_OK, tn_package_read(file.at, file.size, NULL, &package, NULL));
    tn_text_free(&file);
    CHECK_EQ(TN_OK, tn_program_new(engine, package, &config, &program, NULL));
    tn_package_free(package);
    CHECK_EQ(TN_E_EXIT, tn_program_run(program, NULL));
    CHECK_EQ(5, tn_store_exit_code(tn_program_store(program)));
    CHECK(tn_program_module_at(program, 0).in_service);
    close_two();
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
