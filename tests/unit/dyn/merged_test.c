#include "dyn/merged.h"

#include "dyn_test.h"
#include "fault_alloc.h"

enum {
    SCOPE = 5,
    NAMES = 40
};

/* 33 * 'b' + 'B' is 33 * 'c' + '!': "bB" and "c!" have one hash. */
static void see_scope(struct seen seen[SCOPE],
                      const struct tn_dyn_image *scope[SCOPE])
{
    static const char *const fields[] = {
        "(func (export \"f\") (export \"bB\") (export \"memory\"))",
        "",
        "(global (export \"f\") i32 (i32.const 8)) (func (export \"c!\"))",
        "(tag (export \"g\")) (func (export \"bB\")) (func (export \"c!\"))",
    };
    struct tn_buf text;
    for (int i = 0; i < 4; i++)
        seen[i] = see(fields[i]);
    tn_buf_init(&text, &tn_alloc_libc);
    for (int i = 0; i < NAMES; i++)
        tn_buf_print(&text, "(func (export \"n%d\"))", i * 2);
    tn_buf_byte(&text, 0);
    seen[4] = see((const char *)text.at);
    tn_buf_clear(&text);
    for (int i = 0; i < SCOPE; i++) {
        CHECK_STR("", seen[i].err.text);
        scope[i] = seen[i].image;
    }
}

static void unsee_scope(struct seen seen[SCOPE])
{
    for (int i = 0; i < SCOPE; i++)
        unsee(&seen[i]);
}

/* Which image has it, and by it what. */
static uint32_t merged_owner(const struct tn_dyn_merged *merged,
                             const struct tn_dyn_image *const *scope,
                             const char *text)
{
    struct tn_str name = tn_str_of(text);
    struct tn_dyn_def one = {0}, other = {0};
    uint32_t hash = tn_dyn_hash(name);
    uint32_t owner = tn_dyn_merged_lookup(merged, name, hash, &one);
    CHECK_EQ(tn_dyn_lookup(scope, SCOPE, name, hash, &other), owner);
    if (owner != TN_NONE) {
        CHECK_EQ(other.kind, one.kind);
        CHECK_EQ(other.index, one.index);
        CHECK_EQ(other.value, one.value);
    }
    return owner;
}

TEST(the_table_of_a_scope_answers_as_its_images_in_turn)
{
    struct seen seen[SCOPE];
    const struct tn_dyn_image *scope[SCOPE];
    see_scope(seen, scope);
    struct tn_dyn_merged *merged =
        tn_dyn_merged_new(scope, SCOPE, &tn_alloc_libc);
    CHECK(merged != NULL);
    CHECK_EQ(0, merged_owner(merged, scope, "f"));
    CHECK_EQ(3, merged_owner(merged, scope, "g"));
    CHECK_EQ(TN_NONE, merged_owner(merged, scope, "h"));
    CHECK_EQ(TN_NONE, merged_owner(merged, scope, "memory"));
    for (int i = 0; i < NAMES * 2; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "n%d", i);
        CHECK_EQ(i % 2 == 0 ? 4 : TN_NONE, merged_owner(merged, scope, name));
    }
    tn_dyn_merged_free(merged);
    unsee_scope(seen);
}

TEST(names_of_one_hash_in_several_images_are_told_apart)
{
    struct seen seen[SCOPE];
    const struct tn_dyn_image *scope[SCOPE];
    see_scope(seen, scope);
    struct tn_dyn_merged *merged =
        tn_dyn_merged_new(scope, SCOPE, &tn_alloc_libc);
    CHECK_EQ(0, merged_owner(merged, scope, "bB"));
    CHECK_EQ(2, merged_owner(merged, scope, "c!"));
    tn_dyn_merged_free(merged);
    unsee_scope(seen);
}

TEST(the_table_of_an_empty_scope_has_nothing)
{
    struct tn_dyn_merged *merged = tn_dyn_merged_new(NULL, 0, &tn_alloc_libc);
    struct tn_str name = tn_str_of("f");
    struct tn_dyn_def def;
    CHECK_EQ(TN_NONE,
             tn_dyn_merged_lookup(merged, name, tn_dyn_hash(name), &def));
    tn_dyn_merged_free(merged);
}

TEST(without_memory_there_is_no_table)
{
    struct fault fault = fault_at(0);
    tn_allocator alloc = fault_allocator(&fault);
    CHECK(tn_dyn_merged_new(NULL, 0, &alloc) == NULL);
    fault = fault_never();
    tn_dyn_merged_free(tn_dyn_merged_new(NULL, 0, &alloc));
    tn_dyn_merged_free(NULL);
    CHECK_EQ(0, fault.live);
    CHECK_EQ(0, fault.wrong_size);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
