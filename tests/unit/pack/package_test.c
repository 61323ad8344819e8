/* Packages: what the reader accepts, and everything that it refuses. */
#include "pack/package.h"

#include <stdlib.h>

#include "codecs.h"
#include "pack/codec.h"
#include "tn_test.h"

static const uint8_t one_bytes[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
static const uint8_t two_bytes[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 0, 2, 1, 'x'};
static const tn_bytes pair[] = {{one_bytes, sizeof one_bytes},
                                {two_bytes, sizeof two_bytes}};

/* An allocator that counts what is out, and fails from call `fail_at` on. */
static struct counting {
    size_t out_bytes, calls, fail_at;
} heap;

static void *counting_realloc(void *ctx, void *block, size_t old_bytes,
                              size_t new_bytes)
{
    struct counting *h = ctx;
    if (new_bytes != 0 && ++h->calls > h->fail_at)
        return NULL;
    h->out_bytes += new_bytes - old_bytes;
    if (new_bytes != 0)
        return realloc(block, new_bytes);
    free(block);
    return NULL;
}

static const tn_allocator counting = {counting_realloc, &heap};

static tn_status parse(const void *bytes, size_t size, tn_error *err)
{
    static struct tn_pack_layout layout;
    *err = (tn_error){0};
    return tn_pack_parse(bytes, size, &layout, err);
}

static void write_pair(struct tn_buf *out)
{
    tn_buf_init(out, &tn_alloc_libc);
    CHECK_EQ(TN_OK, tn_pack_write(pair, 2, false, out, NULL, NULL));
}

TEST(what_is_written_is_read_back)
{
    tn_text file;
    char digits[TN_SHA256_HEX] = "", *hash = has_codecs() ? digits : NULL;
    tn_package *package;
    CHECK_EQ(TN_OK, tn_package_write(pair, 2, false, &file, hash, NULL));
    CHECK_EQ(8 + 4 + 8 + 4 + 12, file.size);
    tn_package_config config = TN_PACKAGE_CONFIG_INIT;
    config.sha256 = hash;
    CHECK_EQ(TN_OK,
             tn_package_read(file.at, file.size, &config, &package, NULL));
    CHECK_EQ(2, tn_package_module_count(package));
    size_t size;
    const void *at = tn_package_module(package, 1, &size);
    CHECK_EQ(sizeof two_bytes, size);
    CHECK(memcmp(at, two_bytes, size) == 0);
    CHECK_EQ(has_codecs(), tn_package_is_verified(package));
    char again[TN_SHA256_HEX];
    CHECK_EQ(has_codecs() ? TN_OK : TN_E_UNSUPPORTED,
             tn_package_sha256(package, again, NULL));
    CHECK_STR(digits, again);
    tn_package_free(package);
    free(file.at);
}

TEST(no_prefix_is_a_package)
{
    struct tn_buf file;
    tn_error err;
    write_pair(&file);
    CHECK_EQ(TN_OK, parse(file.at, file.size, &err));
    for (size_t n = 0; n < file.size; n++) {
        uint8_t *copy = malloc(n ? n : 1); /* so that ASan sees the end */
        memcpy(copy, file.at, n);
        CHECK_EQ(TN_E_FORMAT, parse(copy, n, &err));
        CHECK(err.offset <= n);
        free(copy);
    }
    tn_buf_byte(&file, 0);
    CHECK_EQ(TN_E_FORMAT, parse(file.at, file.size, &err));
    CHECK_EQ(file.size - 1, err.offset);
    tn_buf_clear(&file);
}

TEST(every_bit_of_header_and_sizes_is_checked)
{
    struct tn_buf file;
    tn_error err;
    write_pair(&file);
    for (size_t bit = 0; bit < (8 + 4 + 8 + 4 + 8) * 8; bit++) {
        file.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK_EQ(TN_E_FORMAT, parse(file.at, file.size, &err));
        file.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    tn_buf_clear(&file);
}

TEST(every_flipped_bit_is_refused_by_the_hash)
{
    ONLY_IF(has_codecs());
    struct tn_buf file;
    char hash[TN_SHA256_HEX];
    write_pair(&file);
    CHECK_EQ(TN_OK, tn_sha256(file.at, file.size, hash, NULL));
    tn_package_config config = TN_PACKAGE_CONFIG_INIT;
    config.sha256 = hash;
    for (size_t bit = 0; bit < file.size * 8; bit++) {
        tn_package *package;
        file.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK_EQ(TN_E_HASH,
                 tn_package_read(file.at, file.size, &config, &package, NULL));
        CHECK(package == NULL);
        file.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    tn_buf_clear(&file);
}

TEST(a_hash_counts_in_either_case_and_only_whole)
{
    ONLY_IF(has_codecs());
    char hash[TN_SHA256_HEX];
    tn_package *package;
    CHECK_EQ(TN_OK, tn_sha256(one_bytes, sizeof one_bytes, hash, NULL));
    CHECK_STR(
        "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476",
        hash);
    tn_package_config config = TN_PACKAGE_CONFIG_INIT;
    config.sha256 = hash;
    for (size_t i = 0; hash[i] != '\0'; i++)
        if (hash[i] >= 'a')
            hash[i] = (char)(hash[i] - 0x20);
    CHECK_EQ(TN_OK, tn_package_read(one_bytes, sizeof one_bytes, &config,
                                    &package, NULL));
    tn_package_free(package);
    hash[63] = '\0';
    CHECK_EQ(TN_E_HASH, tn_package_read(one_bytes, sizeof one_bytes, &config,
                                        &package, NULL));
    config.sha256 = "";
    CHECK_EQ(TN_E_HASH, tn_package_read(one_bytes, sizeof one_bytes, &config,
                                        &package, NULL));
}

TEST(lying_sizes_are_refused_where_they_stand)
{
    struct tn_buf file;
    tn_error err;
    write_pair(&file);
    static const uint32_t lies[] = {0,  7,          9,          12,
                                    13, 0x7fffffff, 0xfffffff8, 0xffffffff};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        for (int b = 0; b < 4; b++)
            file.at[8 + b] = (uint8_t)(lies[i] >> 8 * b);
        CHECK_EQ(TN_E_FORMAT, parse(file.at, file.size, &err));
        CHECK(err.offset >= 8 && err.offset <= file.size);
    }
    tn_buf_clear(&file);
}

TEST(there_are_255_modules_at_most)
{
    static tn_bytes many[256];
    static struct tn_pack_layout layout;
    for (size_t i = 0; i < 256; i++)
        many[i] = pair[i & 1];
    struct tn_buf file;
    tn_buf_init(&file, &tn_alloc_libc);
    CHECK_EQ(TN_E_LIMIT, tn_pack_write(many, 256, false, &file, NULL, NULL));
    CHECK_EQ(TN_E_LIMIT, tn_pack_write(many, 0, false, &file, NULL, NULL));
    CHECK_EQ(0, file.size);
    CHECK_EQ(TN_OK, tn_pack_write(many, 255, false, &file, NULL, NULL));
    CHECK_EQ(TN_OK, tn_pack_parse(file.at, file.size, &layout, NULL));
    CHECK_EQ(255, layout.count);
    CHECK_EQ(sizeof one_bytes, layout.modules[254].size);
    tn_buf_clear(&file);
}

TEST(only_core_modules_are_packed)
{
    static const uint8_t component[] = {0, 'a', 's', 'm', 13, 0, 1, 0};
    tn_bytes bad[] = {{component, sizeof component}, {one_bytes, 7}};
    tn_text file;
    for (size_t i = 0; i < 2; i++) {
        CHECK_EQ(TN_E_FORMAT,
                 tn_package_write(&bad[i], 1, false, &file, NULL, NULL));
        CHECK(file.at == NULL);
    }
}

TEST(a_single_module_is_a_package_of_one)
{
    tn_package *package;
    size_t size;
    CHECK_EQ(TN_OK, tn_package_read(one_bytes, sizeof one_bytes, NULL, &package,
                                    NULL));
    CHECK_EQ(1, tn_package_module_count(package));
    tn_package_module(package, 0, &size);
    CHECK_EQ(sizeof one_bytes, size);
    CHECK(!tn_package_is_verified(package));
    tn_package_free(package);
}

static void put_overlay(struct tn_buf *out, uint32_t overlay, uint32_t inner)
{
    tn_buf_init(out, &tn_alloc_libc);
    tn_buf_put(out, "POVR\1\0\0\0", 8);
    tn_buf_u32(out, overlay);
    tn_buf_put(out, "xyz", 3);
    tn_buf_u32(out, inner);
    tn_buf_put(out, one_bytes, sizeof one_bytes);
}

TEST(an_overlay_is_skipped_and_must_fit_exactly)
{
    struct tn_buf file;
    tn_error err;
    put_overlay(&file, 3, 8);
    CHECK_EQ(TN_OK, parse(file.at, file.size, &err));
    for (size_t n = 0; n < file.size; n++)
        CHECK_EQ(TN_E_FORMAT, parse(file.at, n, &err));
    for (size_t bit = 0; bit < 12 * 8; bit++) {
        file.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK_EQ(TN_E_FORMAT, parse(file.at, file.size, &err));
        file.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    tn_buf_byte(&file, 0);
    CHECK_EQ(TN_E_FORMAT, parse(file.at, file.size, &err));
    CHECK_EQ(15, err.offset);
    tn_buf_clear(&file);
    put_overlay(&file, UINT32_MAX, 8);
    CHECK_EQ(TN_E_FORMAT, parse(file.at, file.size, &err));
    tn_buf_clear(&file);
}

TEST(an_overlay_in_an_overlay_is_refused)
{
    struct tn_buf file;
    tn_error err;
    put_overlay(&file, 3, 8);
    memcpy(file.at + 19, "POVR\1\0\0\0", 8);
    CHECK_EQ(TN_E_FORMAT, parse(file.at, file.size, &err));
    CHECK_EQ(19, err.offset);
    tn_buf_clear(&file);
}

static tn_status read_br(const void *bytes, size_t size, uint64_t max,
                         tn_package **out)
{
    tn_package_config config = TN_PACKAGE_CONFIG_INIT;
    config.is_brotli = true;
    config.max_raw_bytes = max;
    return tn_package_read(bytes, size, &config, out, NULL);
}

TEST(brotli_goes_around_and_ends_with_the_file)
{
    ONLY_IF(has_codecs());
    tn_text file;
    tn_package *package;
    char hash[TN_SHA256_HEX];
    CHECK_EQ(TN_OK, tn_package_write(pair, 2, true, &file, hash, NULL));
    CHECK_EQ(TN_OK, read_br(file.at, file.size, 36, &package));
    CHECK_EQ(36, tn_package_raw_size(package));
    char again[TN_SHA256_HEX];
    CHECK_EQ(TN_OK, tn_package_sha256(package, again, NULL));
    CHECK_STR(hash, again); /* of the raw bytes */
    tn_package_free(package);
    CHECK_EQ(TN_E_LIMIT, read_br(file.at, file.size, 35, &package));
    for (size_t n = 0; n < file.size; n++)
        CHECK_EQ(TN_E_FORMAT, read_br(file.at, n, 36, &package));
    CHECK_EQ(TN_E_FORMAT, /* the zero behind a text */
             read_br(file.at, file.size + 1, 36, &package));
    free(file.at);
}

TEST(a_bomb_is_stopped_at_the_limit)
{
    ONLY_IF(has_codecs());
    struct tn_buf zeros, bomb;
    tn_package *package;
    tn_buf_init(&zeros, &tn_alloc_libc);
    tn_buf_init(&bomb, &tn_alloc_libc);
    memset(tn_buf_room(&zeros, 4 << 20), 0, 4 << 20);
    CHECK_EQ(TN_OK, tn_pack_brotli_encode(zeros.at, 4 << 20, &bomb, NULL));
    CHECK(bomb.size < 100);
    heap = (struct counting){.fail_at = SIZE_MAX};
    tn_package_config config = TN_PACKAGE_CONFIG_INIT;
    config.is_brotli = true;
    config.max_raw_bytes = 1000;
    CHECK_EQ(TN_E_LIMIT, tn_pack_read(&counting, (tn_bytes){bomb.at, bomb.size},
                                      &config, &package, NULL));
    CHECK_EQ(0, heap.out_bytes);
    tn_buf_clear(&zeros);
    tn_buf_clear(&bomb);
}

/* Reads with memory for `n` requests only. */
static tn_status read_with(size_t n, tn_bytes file, bool is_brotli)
{
    tn_package_config config = TN_PACKAGE_CONFIG_INIT;
    tn_package *package;
    config.is_brotli = is_brotli;
    heap = (struct counting){.fail_at = n};
    tn_status status = tn_pack_read(&counting, file, &config, &package, NULL);
    if (status == TN_OK)
        tn_package_free(package);
    else
        CHECK(package == NULL);
    CHECK_EQ(0, heap.out_bytes);
    return status;
}

TEST(without_memory_nothing_is_kept)
{
    for (int brotli = 0; brotli <= has_codecs(); brotli++) {
        tn_text file;
        CHECK_EQ(TN_OK, tn_package_write(pair, 2, brotli, &file, NULL, NULL));
        tn_bytes bytes = {file.at, file.size};
        size_t n = 0;
        while (read_with(n, bytes, brotli) == TN_E_NOMEM)
            n++;
        CHECK(n >= 2);
        CHECK_EQ(TN_OK, read_with(n, bytes, brotli));
        free(file.at);
    }
}

TEST(writing_without_memory_leaves_nothing)
{
    for (int brotli = 0; brotli <= has_codecs(); brotli++) {
        tn_status status = TN_E_NOMEM;
        for (size_t n = 0; status == TN_E_NOMEM; n++) {
            struct tn_buf out;
            heap = (struct counting){.fail_at = n};
            tn_buf_init(&out, &counting);
            status = tn_pack_write(pair, 2, brotli, &out, NULL, NULL);
            tn_buf_clear(&out);
            CHECK_EQ(0, heap.out_bytes);
        }
        CHECK_EQ(TN_OK, status);
    }
}

TEST(without_libraries_a_hash_cannot_be_promised)
{
    ONLY_IF(!has_codecs());
    tn_package *package;
    tn_package_config config = TN_PACKAGE_CONFIG_INIT;
    config.sha256 = "00";
    CHECK_EQ(TN_E_UNSUPPORTED, tn_package_read(one_bytes, sizeof one_bytes,
                                               &config, &package, NULL));
    CHECK_EQ(TN_E_UNSUPPORTED,
             read_br(one_bytes, sizeof one_bytes, 36, &package));
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
