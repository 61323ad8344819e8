/* mem_imports_test.c - functions of `tenon.mem` become instructions, seen in the
 * text of what a merge makes. */
#include "rewrite/steps.h"

#include "fault_alloc.h"
#include "tn_test.h"

struct mem_try {
    tn_text binaries[2], text;
    tn_merge_input inputs[2];
    size_t count;
    tn_merged *merged;
    tn_status status;
    tn_error err;
};

static void add_text(struct mem_try *t, const char *name, const char *text)
{
    tn_text *binary = &t->binaries[t->count];
    if (tn_module_parse(text, strlen(text), binary, &t->err) != TN_OK)
        FAIL("%s", t->err.text);
    t->inputs[t->count++] = (tn_merge_input){name, {binary->at, binary->size}};
}

static void merge_texts(struct mem_try *t, const tn_allocator *alloc)
{
    tn_merge_options options = TN_MERGE_OPTIONS_INIT;
    options.thread_count = 1;
    t->status =
        tn_rw_merge(t->inputs, t->count, &options, alloc, &t->merged, &t->err);
    if (t->status != TN_OK)
        return;
    tn_bytes module = tn_merged_module(t->merged);
    if (tn_module_print(module.at, module.size, &t->text, &t->err) != TN_OK)
        FAIL("%s", t->err.text);
}

static struct mem_try merged(const char *a, const char *b)
{
    struct mem_try t = {0};
    add_text(&t, "a", a);
    if (b != NULL)
        add_text(&t, "b", b);
    merge_texts(&t, &tn_alloc_libc);
    CHECK_STR("", t.err.text);
    return t;
}

static void end_mem_try(struct mem_try *t)
{
    tn_merged_free(t->merged);
    tn_text_free(&t->text);
    for (size_t i = 0; i < t->count; i++)
        tn_text_free(&t->binaries[i]);
}

#define HAS(t, part)   CHECK(strstr((t).text.at, part) != NULL)
#define LACKS(t, part) CHECK(strstr((t).text.at, part) == NULL)

#define LOAD_1                           \
    "(import \"tenon.mem\" \"load32.1\"" \
    " (func $load (param i32) (result i32)))"
#define COPY_1_0                         \
    "(import \"tenon.mem\" \"copy.1.0\"" \
    " (func $copy (param i32 i32 i32)))"
#define TWO "(memory 1) (memory 1)"

TEST(a_call_becomes_the_instruction)
{
    struct mem_try t = merged("(module " LOAD_1 COPY_1_0 TWO
                              "(func (export \"f\") (result i32)"
                              " (call $copy (i32.const 1) (i32.const 2)"
                              "  (i32.const 3))"
                              " (call $load (i32.const 8))))",
                              NULL);
    HAS(t, "i32.const 3\n    memory.copy 1 0\n");
    HAS(t, "i32.const 8\n    i32.load 1)");
    LACKS(t, "import");
    LACKS(t, "call");
    CHECK_EQ(1, tn_merged_note_count(t.merged));
    CHECK_STR("2 of its imports are instructions (\"tenon.mem\")",
              tn_merged_note(t.merged, 0)->text);
    CHECK(!tn_merged_note(t.merged, 0)->is_difference);
    end_mem_try(&t);
}

TEST(each_instruction_has_its_name)
{
    static const struct {
        const char *name, *type, *args, *instruction;
    } all[] = {
        {"load8_s.1", "(param i32) (result i32)", "0", "i32.load8_s 1"},
        {"load8_u.1", "(param i32) (result i32)", "0", "i32.load8_u 1"},
        {"load16_s.1", "(param i32) (result i32)", "0", "i32.load16_s 1"},
        {"load16_u.1", "(param i32) (result i32)", "0", "i32.load16_u 1"},
        {"load32.1", "(param i32) (result i32)", "0", "i32.load 1"},
        {"load64.1", "(param i32) (result i64)", "0", "i64.load 1"},
        {"load_f32.1", "(param i32) (result f32)", "0", "f32.load 1"},
        {"load_f64.1", "(param i32) (result f64)", "0", "f64.load 1"},
        {"store8.1", "(param i32 i32)", "01", "i32.store8 1"},
        {"store16.1", "(param i32 i32)", "01", "i32.store16 1"},
        {"store32.1", "(param i32 i32)", "01", "i32.store 1"},
        {"store64.1", "(param i32 i64)", "01", "i64.store 1"},
        {"store_f32.1", "(param i32 f32)", "01", "f32.store 1"},
        {"store_f64.1", "(param i32 f64)", "01", "f64.store 1"},
        {"size.1", "(result i32)", "", "memory.size 1"},
        {"grow.1", "(param i32) (result i32)", "0", "memory.grow 1"},
        {"fill.1", "(param i32 i32 i32)", "012", "memory.fill 1"},
        {"copy.0.1", "(param i32 i32 i32)", "012", "memory.copy 0 1"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char text[400], args[100] = "";
        for (const char *a = all[i].args; *a != '\0'; a++)
            (void)snprintf(args + strlen(args), sizeof args - strlen(args),
                           " local.get %c", *a);
        (void)snprintf(text, sizeof text,
                       "(module (import \"tenon.mem\" \"%s\" (func $f %s)) " TWO
                       " (func (export \"f\") %s %s call $f))",
                       all[i].name, all[i].type, all[i].type, args);
        struct mem_try t = merged(text, NULL);
        HAS(t, all[i].instruction);
        LACKS(t, "call");
        end_mem_try(&t);
    }
}

TEST(indices_are_those_of_the_result)
{
    struct mem_try t =
        merged("(module " TWO ")",
               "(module " LOAD_1 TWO "(func (export \"f\") (result i32)"
               " (call $load (i32.const 8))))");
    HAS(t, "i32.load 3)");
    end_mem_try(&t);
}

TEST(a_tail_call_is_one_of_a_function)
{
    struct mem_try t =
        merged("(module " LOAD_1 TWO "(func (export \"f\") (result i32)"
               " i32.const 8 return_call $load))",
               NULL);
    HAS(t, "return_call $a.load32.1)");
    HAS(t, "local.get 0\n    i32.load 1)");
    end_mem_try(&t);
}

TEST(a_function_that_is_meant_itself_is_one)
{
    struct mem_try t = merged(
        "(module " LOAD_1 COPY_1_0 TWO " (export \"out\" (func $load))"
        " (table funcref (elem $copy))"
        " (func (export \"f\") (result i32) (call $load (i32.const 8))))",
        NULL);
    LACKS(t, "import");
    LACKS(t, "call");
    HAS(t, "(func $a.load32.1 (;1;)");
    HAS(t, "local.get 0\n    i32.load 1)");
    HAS(t, "(func $a.copy.1.0 (;2;)");
    HAS(t,
        "local.get 0\n    local.get 1\n    local.get 2\n    memory.copy 1 0)");
    HAS(t, "(export \"out\" (func $a.load32.1))");
    end_mem_try(&t);

    /* Another input may import it. */
    t = merged(
        "(module " LOAD_1 TWO " (export \"out\" (func $load)))",
        "(module (import \"a\" \"out\""
        " (func $load (param i32) (result i32)))"
        "(func (export \"f\") (result i32) (call $load (i32.const 8))))");
    HAS(t, "call $a.load32.1)");
    end_mem_try(&t);
}

TEST(bodies_that_name_different_ones_are_not_equal)
{
    struct mem_try t = merged(
        "(module " LOAD_1 "(import \"tenon.mem\" \"load32.0\""
        " (func $load0 (param i32) (result i32)))" TWO
        " (elem declare func $load $load0)"
        " (func $f (result funcref) ref.func $load)"
        " (func $g (result funcref) ref.func $load0)"
        " (func (export \"h\") (result funcref funcref) call $f call $g))",
        NULL);
    HAS(t, "ref.func $a.load32.1)");
    HAS(t, "ref.func $a.load32.0)");
    end_mem_try(&t);
}

TEST(memories_of_64_bits_have_other_types)
{
    struct mem_try t =
        merged("(module (import \"tenon.mem\" \"copy.0.1\""
               " (func $copy (param i64 i32 i32)))"
               " (import \"tenon.mem\" \"size.0\" (func $size (result i64)))"
               " (memory i64 1) (memory 1)"
               " (func (export \"f\") (result i64)"
               "  (call $copy (i64.const 1) (i32.const 2) (i32.const 3))"
               "  (call $size)))",
               NULL);
    HAS(t, "memory.copy 0 1\n    memory.size)");
    end_mem_try(&t);
}

TEST(indices_of_two_bytes_fit)
{
    static char text[8000];
    strcpy(text, "(module (import \"tenon.mem\" \"copy.200.201\""
                 " (func $copy (param i32 i32 i32)))"
                 "(import \"tenon.mem\" \"load32.200\""
                 " (func $load (param i32) (result i32)))");
    for (int i = 0; i < 202; i++)
        strcat(text, "(memory 1)");
    strcat(text, "(func (export \"f\") (param i32 i32 i32) (result i32)"
                 " local.get 0 local.get 1 local.get 2 call $copy"
                 " local.get 0 call $load)"
                 "(func (export \"g\") (param i32 i32 i32)"
                 " local.get 0 local.get 1 local.get 2 return_call $copy))");
    struct mem_try t = merged(text, NULL);
    HAS(t, "call $a.copy.200.201\n    local.get 0\n    i32.load 200)");
    HAS(t, "return_call $a.copy.200.201");
    HAS(t, "memory.copy 200 201)");
    end_mem_try(&t);
}

/* "x.tenon.memories" written by hand: memory 1 is called `heap`. */
#define HEAP                                                           \
    "(@custom \"tenon.memories\" \"\\01\\00\\01\\00"                   \
    "\\01\\00\\00\\00\\00\\00\\00\\00\\02\\00\\00\\00\\00\\00\\00\\00" \
    "heap\\00\")"

TEST(a_memory_may_be_called_as_it_was_declared)
{
    struct mem_try t =
        merged("(module (import \"tenon.mem\" \"load32.heap\""
               " (func $load (param i32) (result i32))) (memory 1)"
               " (func (export \"f\") (result i32)"
               "  (call $load (i32.const 8)))" HEAP ")",
               NULL);
    HAS(t, "i32.load 1)");
    HAS(t, "(memory (;1;) 1 2)");
    LACKS(t, "tenon.memories");
    end_mem_try(&t);
}

static void refused_mem(const char *name, const char *type, tn_status status,
                        const char *why)
{
    char text[400];
    struct mem_try t = {0};
    (void)snprintf(text, sizeof text,
                   "(module (import \"tenon.mem\" \"%s\" (func %s)) " TWO ")",
                   name, type);
    add_text(&t, "a", text);
    merge_texts(&t, &tn_alloc_libc);
    (void)snprintf(text, sizeof text,
                   "a imports function \"tenon.mem\" \"%s\", %s", name, why);
    CHECK_STR(text, t.err.text);
    CHECK_EQ(status, t.status);
    end_mem_try(&t);
}

TEST(what_is_no_instruction_is_refused)
{
    static const char load[] = "(param i32) (result i32)";
    refused_mem("load31.1", load, TN_E_MISSING,
                "which is none of its instructions");
    refused_mem("", load, TN_E_MISSING, "which is none of its instructions");
    refused_mem("load32", load, TN_E_MISSING, "but has no such memory");
    refused_mem("load32.", load, TN_E_MISSING, "but has no such memory");
    refused_mem("load32.2", load, TN_E_MISSING, "but has no such memory");
    refused_mem("load32.10000", load, TN_E_MISSING, "but has no such memory");
    refused_mem("load32.heap", load, TN_E_MISSING, "but has no such memory");
    refused_mem("load32.1.1", load, TN_E_MISSING,
                "which names too many memories");
    refused_mem("copy.1", "(param i32 i32 i32)", TN_E_MISSING,
                "but has no such memory");
    refused_mem("load32.1", "(param i64) (result i32)", TN_E_TYPE,
                "but not as the type that the instruction has");
    refused_mem("load32.1", "(param i32) (result i64)", TN_E_TYPE,
                "but not as the type that the instruction has");
    refused_mem("load32.1", "(param i32)", TN_E_TYPE,
                "but not as the type that the instruction has");
    refused_mem("store32.1", "(param i32)", TN_E_TYPE,
                "but not as the type that the instruction has");
}

TEST(an_input_of_that_name_is_asked_instead)
{
    struct mem_try t = {0};
    add_text(&t, "a",
             "(module " LOAD_1 TWO "(func (export \"f\") (result i32)"
             " (call $load (i32.const 8))))");
    add_text(&t, "tenon.mem",
             "(module (func $mine (export \"load32.1\") (param i32)"
             " (result i32) i32.const 7))");
    merge_texts(&t, &tn_alloc_libc);
    CHECK_STR("", t.err.text);
    HAS(t, "call $load)");
    HAS(t, "i32.const 7)");
    end_mem_try(&t);
}

TEST(without_memory_there_is_no_result)
{
    for (size_t n = 0;; n++) {
        struct mem_try t = {0};
        struct fault fault = fault_once(n);
        tn_allocator alloc = fault_allocator(&fault);
        add_text(&t, "a",
                 "(module " LOAD_1 TWO " (export \"out\" (func $load))"
                 "(func (export \"f\") (result i32)"
                 " (call $load (i32.const 8))))");
        merge_texts(&t, &alloc);
        tn_status status = t.status;
        if (status != TN_OK)
            CHECK_EQ(TN_E_NOMEM, status);
        end_mem_try(&t);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
        if (status == TN_OK && fault.requests <= n)
            return;
    }
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
