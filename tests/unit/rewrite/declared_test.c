#include <stdlib.h>

#include "fault_alloc.h"
#include "mod/features.h"
#include "rewrite/rewrite.h"
#include "tn_test.h"

/* A module with memory 0, exported as "memory", and behind that sections
 * `tenon.memories`. */
struct declaring {
    uint8_t bytes[4096];
    size_t size, section; /* where the contents of the open section begin */
    struct tn_rw rw;
    struct tn_rw_input inputs[2], *input;
    tn_merge_options options;
    tn_allocator alloc;
    tn_error err;
};

static const uint8_t with_memory[] = {
    0,  'a', 's', 'm', 1,   0,   0,   0,   5,   3, 1, 0, 1, /* export */ 7,
    10, 1,   6,   'm', 'e', 'm', 'o', 'r', 'y', 2, 0};

static void begin_section(struct declaring *d)
{
    d->bytes[d->size++] = 0;
    d->size += 2; /* its size, put in at the end */
    d->section = d->size;
    d->bytes[d->size++] = 14;
    memcpy(&d->bytes[d->size], "tenon.memories", 14);
    d->size += 14;
}

static void end_section(struct declaring *d)
{
    size_t size = d->size - d->section;
    d->bytes[d->section - 2] = (uint8_t)((size & 127) | 128);
    d->bytes[d->section - 1] = (uint8_t)(size >> 7);
}

static struct declaring *declaring(void)
{
    static struct declaring d;
    d = (struct declaring){.options = TN_MERGE_OPTIONS_INIT};
    memcpy(d.bytes, with_memory, sizeof with_memory);
    d.size = sizeof with_memory;
    begin_section(&d);
    return &d;
}

static void put(struct declaring *d, uint64_t word, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        d->bytes[d->size++] = (uint8_t)(word >> 8 * i);
}

static void record(struct declaring *d, unsigned flags, unsigned index,
                   uint64_t min, uint64_t max, const char *name)
{
    put(d, 1, 1);
    put(d, flags, 1);
    put(d, index, 2);
    put(d, min, 8);
    put(d, max, 8);
    memcpy(&d->bytes[d->size], name, strlen(name) + 1);
    d->size += strlen(name) + 1;
}

static tn_status declare_as(struct declaring *d, uint32_t input)
{
    d->rw = (struct tn_rw){.alloc = &d->alloc,
                           .options = &d->options,
                           .err = &d->err,
                           .inputs = d->inputs,
                           .input_count = input + 1};
    d->input = &d->inputs[input];
    *d->input = (struct tn_rw_input){.name = tn_str_of("prog")};
    TN_TRY(tn_mod_decode(d->bytes, d->size,
                         tn_mod_features_chosen(d->options.features), &d->alloc,
                         &d->input->mod, &d->err));
    return tn_rw_declare_memories(&d->rw, input);
}

static tn_status declare(struct declaring *d)
{
    end_section(d);
    d->alloc = tn_alloc_libc;
    return declare_as(d, 0);
}

static void refused(struct declaring *d, tn_status status, const char *text)
{
    CHECK_EQ(status, declare(d));
    CHECK_STR(text, d->err.text);
    CHECK_EQ(1, d->input->mod->memory_count);
    tn_mod_free(d->input->mod);
}

TEST(declared_memories_are_there_as_if_they_were_defined)
{
    struct declaring *d = declaring();
    record(d, 0, 1, 16, 256, "scratch");
    record(d, 1, 2, 0, UINT64_MAX, "seen");
    CHECK_EQ(TN_OK, declare(d));
    const struct tn_mod *mod = d->input->mod;
    CHECK_EQ(3, mod->memory_count);
    CHECK_EQ(1, mod->memories[0].limits.min);
    CHECK_EQ(16, mod->memories[1].limits.min);
    CHECK_EQ(256, mod->memories[1].limits.max);
    CHECK(mod->memories[1].limits.has_max);
    CHECK_EQ(16, mod->memories[1].limits.page_log2);
    CHECK(!mod->memories[2].limits.has_max);
    CHECK_EQ(1, d->input->more_export_count);
    CHECK(tn_str_is(d->input->more_exports[0].name, "seen"));
    CHECK_EQ(2, d->input->more_exports[0].index);
    CHECK_EQ(TN_EXTERN_MEMORY, d->input->more_exports[0].kind);
    CHECK(mod->features_used & TN_FEATURE_BIT(TN_FEATURE_MULTI_MEMORY));
    tn_mod_free(d->input->mod);
}

TEST(a_module_without_the_section_stays_as_it_was)
{
    struct declaring *d = declaring();
    d->size = sizeof with_memory;
    d->alloc = tn_alloc_libc;
    CHECK_EQ(TN_OK, declare_as(d, 0));
    CHECK_EQ(1, d->input->mod->memory_count);
    CHECK_EQ(0, d->input->more_export_count);
    tn_mod_free(d->input->mod);
}

TEST(equal_records_of_several_files_are_one_and_their_order_does_not_matter)
{
    struct declaring *d = declaring();
    record(d, 0, 2, 1, 2, "b");
    record(d, 0, 1, 1, 4, "a");
    end_section(d);
    begin_section(d); /* a second section counts too */
    record(d, 0, 1, 1, 4, "a");
    record(d, 0, 2, 1, 2, "b");
    CHECK_EQ(TN_OK, declare(d));
    CHECK_EQ(3, d->input->mod->memory_count);
    CHECK_EQ(4, d->input->mod->memories[1].limits.max);
    CHECK_EQ(2, d->input->mod->memories[2].limits.max);
    tn_mod_free(d->input->mod);
}

TEST(flags_say_shared_and_64_bits)
{
    struct declaring *d = declaring();
    record(d, 6, 1, 1, (uint64_t)1 << 48, "wide");
    CHECK_EQ(TN_OK, declare(d));
    CHECK(d->input->mod->memories[1].limits.is_64);
    CHECK(d->input->mod->memories[1].limits.is_shared);
    uint64_t both = TN_FEATURE_BIT(TN_FEATURE_MEMORY64) |
                    TN_FEATURE_BIT(TN_FEATURE_THREADS);
    CHECK_EQ(both, d->input->mod->features_used & both);
    tn_mod_free(d->input->mod);
}

TEST(memories_of_the_options_come_behind_the_declared_ones)
{
    static const tn_merge_memory chosen[] = {{"scratch", 2, 3},
                                             {NULL, 4, UINT64_MAX}};
    struct declaring *d = declaring();
    record(d, 0, 1, 1, 1, "a");
    d->options.memories = chosen;
    d->options.memory_count = 2;
    CHECK_EQ(TN_OK, declare(d));
    CHECK_EQ(4, d->input->mod->memory_count);
    CHECK_EQ(2, d->input->mod->memories[2].limits.min);
    CHECK(!d->input->mod->memories[3].limits.has_max);
    CHECK_EQ(1, d->input->more_export_count);
    CHECK(tn_str_is(d->input->more_exports[0].name, "scratch"));
    tn_mod_free(d->input->mod);

    /* They are for the first input alone. */
    d->err = (tn_error){0};
    CHECK_EQ(TN_OK, declare_as(d, 1));
    CHECK_EQ(2, d->input->mod->memory_count);
    tn_mod_free(d->input->mod);
}

TEST(what_does_not_agree_is_refused)
{
    struct declaring *d = declaring();
    record(d, 0, 1, 1, 4, "a");
    record(d, 0, 1, 1, 5, "b");
    refused(d, TN_E_AMBIGUOUS,
            "prog: memory 1 \"b\", which its section tenon.memories declares: "
            "at 0x2b it is another, \"a\"");
    CHECK_EQ(0x2b + 22, d->err.offset);

    d = declaring();
    record(d, 0, 1, 1, 4, "a");
    record(d, 1, 1, 1, 4, "a");
    refused(d, TN_E_AMBIGUOUS,
            "prog: memory 1 \"a\", which its section tenon.memories declares: "
            "at 0x2b it is another, \"a\"");

    d = declaring();
    record(d, 1, 1, 1, 4, "a");
    record(d, 1, 2, 1, 4, "a");
    refused(d, TN_E_AMBIGUOUS,
            "prog: memory 2 \"a\", which its section tenon.memories declares: "
            "the module exports something else so");

    d = declaring();
    record(d, 1, 1, 1, 4, "memory");
    refused(d, TN_E_AMBIGUOUS,
            "prog: memory 1 \"memory\", which its section tenon.memories "
            "declares: the module exports something else so");
}

TEST(wrong_indices_are_refused)
{
    struct declaring *d = declaring();
    record(d, 0, 0, 1, 4, "a");
    refused(d, TN_E_AMBIGUOUS,
            "prog: memory 0 \"a\", which its section tenon.memories declares: "
            "the module has a memory of this index already");

    d = declaring();
    record(d, 0, 1000, 1, 4, "a");
    refused(d, TN_E_LIMIT,
            "prog: memory 1000 \"a\", which its section tenon.memories "
            "declares: at most 1000 memories are allowed");

    d = declaring();
    record(d, 0, 1, 1, 4, "a");
    record(d, 0, 3, 1, 4, "c");
    refused(d, TN_E_MISSING,
            "prog: its section tenon.memories declares memory 3, but none of "
            "index 2");
}

TEST(impossible_limits_are_refused)
{
    static const tn_merge_memory chosen[] = {{"x", 2, 1}};
    struct declaring *d = declaring();
    record(d, 0, 1, 5, 4, "a");
    refused(d, TN_E_INVALID,
            "prog: memory 1 \"a\", which its section tenon.memories declares: "
            "its minimum 5 is above its maximum 4");

    d = declaring();
    record(d, 0, 1, 0, 65537, "a");
    refused(d, TN_E_INVALID,
            "prog: memory 1 \"a\", which its section tenon.memories declares: "
            "65537 pages, but at most 65536 can be addressed");

    d = declaring();
    record(d, 4, 1, ((uint64_t)1 << 48) + 1, UINT64_MAX, "a");
    refused(d, TN_E_INVALID,
            "prog: memory 1 \"a\", which its section tenon.memories declares: "
            "281474976710657 pages, but at most 281474976710656 can be "
            "addressed");

    d = declaring();
    record(d, 2, 1, 1, UINT64_MAX, "a");
    refused(d, TN_E_INVALID,
            "prog: memory 1 \"a\", which its section tenon.memories declares: "
            "it is shared, so it must have a maximum");

    d = declaring();
    d->options.memories = chosen;
    d->options.memory_count = 1;
    refused(d, TN_E_INVALID,
            "prog: memory 1 \"x\", which is to be added: its minimum 2 is "
            "above its maximum 1");
    CHECK_EQ(TN_NO_OFFSET, d->err.offset);
}

TEST(proposals_that_are_not_enabled_are_refused)
{
    struct declaring *d = declaring();
    record(d, 0, 1, 1, 1, "a");
    d->options.features &= ~TN_FEATURE_BIT(TN_FEATURE_MULTI_MEMORY);
    refused(d, TN_E_FEATURE,
            "prog: memory 1 \"a\", which its section tenon.memories declares: "
            "multi-memory is not enabled");

    d = declaring();
    record(d, 4, 1, 1, 1, "a");
    d->options.features &= ~TN_FEATURE_BIT(TN_FEATURE_MEMORY64);
    refused(d, TN_E_FEATURE,
            "prog: memory 1 \"a\", which its section tenon.memories declares: "
            "memory64 is not enabled");

    d = declaring();
    record(d, 2, 1, 1, 1, "a");
    d->options.features &= ~TN_FEATURE_BIT(TN_FEATURE_THREADS);
    refused(d, TN_E_FEATURE,
            "prog: memory 1 \"a\", which its section tenon.memories declares: "
            "threads is not enabled");
}

TEST(malformed_sections_are_refused_where_they_are_wrong)
{
    struct declaring *d = declaring();
    record(d, 0, 1, 1, 1, "a");
    put(d, 2, 1);
    refused(d, TN_E_MALFORMED,
            "prog: tenon.memories: a version that is not known");
    CHECK_EQ(d->size - 1, d->err.offset);

    d = declaring();
    record(d, 8, 1, 1, 1, "a");
    refused(d, TN_E_MALFORMED, "prog: tenon.memories: unknown flags");

    d = declaring();
    record(d, 0, 1, 1, 1, "");
    refused(d, TN_E_MALFORMED, "prog: tenon.memories: a memory without a name");

    d = declaring();
    record(d, 0, 1, 1, 1, "\xff");
    refused(d, TN_E_MALFORMED,
            "prog: tenon.memories: a name that is not UTF-8");

    d = declaring();
    record(d, 0, 1, 1, 1, "abc");
    d->size--;
    refused(d, TN_E_MALFORMED, "prog: tenon.memories: a name without an end");

    for (size_t left = 1; left < 20; left++) {
        d = declaring();
        record(d, 0, 1, 1, 1, "a");
        d->size -= 2 + left;
        refused(d, TN_E_MALFORMED,
                "prog: tenon.memories: unexpected end of section or function");
    }
}

TEST(as_many_memories_as_are_allowed_can_be_added)
{
    static tn_merge_memory chosen[1000];
    struct declaring *d = declaring();
    for (size_t i = 0; i < 1000; i++)
        chosen[i] = (tn_merge_memory){NULL, 0, 0};
    d->options.memories = chosen;
    d->options.memory_count = 999;
    CHECK_EQ(TN_OK, declare(d));
    CHECK_EQ(1000, d->input->mod->memory_count);
    tn_mod_free(d->input->mod);

    d = declaring();
    d->options.memories = chosen;
    d->options.memory_count = 1000;
    refused(d, TN_E_LIMIT,
            "prog: memory 1000 \"\", which is to be added: at most 1000 "
            "memories are allowed");
}

TEST(without_memory_nothing_is_half_declared)
{
    for (size_t n = 0;; n++) {
        struct declaring *d = declaring();
        record(d, 1, 1, 1, 1, "a");
        end_section(d);
        struct fault fault = fault_at(n);
        d->alloc = fault_allocator(&fault);
        tn_status status = declare_as(d, 0);
        if (status != TN_OK)
            CHECK_EQ(TN_E_NOMEM, status);
        if (d->input->mod != NULL)
            CHECK_EQ(status == TN_OK ? 2 : 1, d->input->mod->memory_count);
        tn_mod_free(d->input->mod);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
        if (status == TN_OK)
            return;
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
