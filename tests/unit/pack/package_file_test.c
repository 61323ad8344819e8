/* Packages in files: the name says how, a side file says what to expect. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "codecs.h"
#include "pack/package.h"
#include "tn_test.h"

static const uint8_t module[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
static const tn_bytes modules[] = {{module, sizeof module}};

static void write_file(const char *name, const void *bytes, size_t size)
{
    FILE *f = fopen(name, "wb");
    CHECK(f != NULL);
    CHECK_EQ(size, fwrite(bytes, 1, size, f));
    fclose(f);
}

static void enter_folder(void)
{
    static char folder[] = "/tmp/tenon-pack-XXXXXX";
    static bool is_there;
    if (!is_there)
        CHECK(mkdtemp(folder) != NULL && chdir(folder) == 0);
    is_there = true;
}

static tn_status read_name(const char *name, bool *verified)
{
    tn_package *package;
    tn_status status = tn_package_read_file(name, NULL, &package, NULL);
    if (status != TN_OK)
        return status;
    *verified = tn_package_is_verified(package);
    tn_package_free(package);
    return status;
}

TEST(a_file_is_verified_by_its_side_file)
{
    enter_folder();
    bool verified = true;
    write_file("a.wasm", module, sizeof module);
    CHECK_EQ(TN_OK, read_name("a.wasm", &verified));
    CHECK(!verified);
    ONLY_IF(has_codecs());
    char line[100], hash[TN_SHA256_HEX];
    CHECK_EQ(TN_OK, tn_sha256(module, sizeof module, hash, NULL));
    snprintf(line, sizeof line, "%s  a.wasm\n", hash);
    write_file("a.wasm.sha256", line, strlen(line));
    CHECK_EQ(TN_OK, read_name("a.wasm", &verified));
    CHECK(verified);
    line[5] = line[5] == '0' ? '1' : '0';
    write_file("a.wasm.sha256", line, strlen(line));
    CHECK_EQ(TN_E_HASH, read_name("a.wasm", &verified));
}

TEST(a_side_file_without_a_hash_does_not_pass_for_none)
{
    enter_folder();
    bool verified;
    write_file("b.wasm", module, sizeof module);
    write_file("b.wasm.sha256", "", 0);
    CHECK_EQ(TN_E_HASH, read_name("b.wasm", &verified));
    write_file("b.wasm.sha256", "93a4", 4);
    CHECK_EQ(TN_E_HASH, read_name("b.wasm", &verified));
}

TEST(a_side_file_of_the_raw_package_is_also_that_of_its_br)
{
    ONLY_IF(has_codecs());
    enter_folder();
    bool verified;
    tn_text file;
    char line[100], hash[TN_SHA256_HEX];
    CHECK_EQ(TN_OK, tn_package_write(modules, 1, true, &file, hash, NULL));
    write_file("side.pmod.br", file.at, file.size);
    tn_text_free(&file);
    snprintf(line, sizeof line, "%s  side.pmod\n", hash);
    write_file("side.pmod.sha256", line, strlen(line));
    CHECK_EQ(TN_OK, read_name("side.pmod.br", &verified));
    CHECK(verified);
    line[5] = line[5] == '0' ? '1' : '0';
    write_file("side.pmod.sha256", line, strlen(line));
    CHECK_EQ(TN_E_HASH, read_name("side.pmod.br", &verified));
}

TEST(a_name_in_br_is_decompressed)
{
    ONLY_IF(has_codecs());
    enter_folder();
    tn_text file;
    char hash[TN_SHA256_HEX];
    bool verified = false;
    CHECK_EQ(TN_OK, tn_package_write(modules, 1, true, &file, hash, NULL));
    write_file("c.pmod.br", file.at, file.size);
    write_file("c.pmod.br.sha256", hash, 64);
    CHECK_EQ(TN_OK, read_name("c.pmod.br", &verified));
    CHECK(verified);
    write_file("c.pmod", file.at, file.size); /* still compressed */
    CHECK_EQ(TN_E_FORMAT, read_name("c.pmod", &verified));
    free(file.at);
}

TEST(what_cannot_be_read_is_an_error_of_input)
{
    enter_folder();
    tn_package *package;
    tn_error err = {0};
    CHECK_EQ(TN_E_IO, tn_package_read_file("none.pmod", NULL, &package, &err));
    CHECK_STR("none.pmod: No such file or directory", err.text);
    CHECK(package == NULL);
    CHECK_EQ(TN_E_IO, tn_package_read_file("/tmp", NULL, &package, NULL));
}

TEST(a_file_over_the_limit_is_refused)
{
    enter_folder();
    tn_package *package;
    tn_package_config config = TN_PACKAGE_CONFIG_INIT;
    config.max_raw_bytes = sizeof module - 1;
    write_file("d.wasm", module, sizeof module);
    CHECK_EQ(TN_E_LIMIT,
             tn_package_read_file("d.wasm", &config, &package, NULL));
    config.max_raw_bytes = sizeof module;
    CHECK_EQ(TN_OK, tn_package_read_file("d.wasm", &config, &package, NULL));
    tn_package_free(package);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
