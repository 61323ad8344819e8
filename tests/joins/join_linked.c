/* Linked: modules that share one memory, one table and one stack pointer, as
 * position-independent code does; functions go from one to the other through
 * the table. The dynamic linker will lay them out; here it is done by hand. */
#include "joins.h"

/* Each module's data and functions go where the embedder says. */
#define SHARED                                      \
    "(import \"env\" \"memory\" (memory 1))"        \
    "(import \"env\" \"__indirect_function_table\"" \
    "  (table $t 8 funcref))"                       \
    "(import \"env\" \"__stack_pointer\""           \
    "  (global $sp (mut i32)))"

/* Sorts out of its own data, with a comparison that others give. */
static const char library[] =
    "(module $library" SHARED
    "  (type $compare (func (param i32 i32) (result i32)))"
    "  (data (i32.const 1024) \"\\05\\00\\00\\00\\09\\00\\00\\00\")"
    /* The larger of the two words at 1024 by the function of slot 0. */
    "  (func (export \"best\") (param $slot i32) (result i32)"
    "    (global.set $sp (i32.sub (global.get $sp) (i32.const 16)))"
    "    (i32.store (global.get $sp) (i32.load (i32.const 1024)))"
    "    (i32.store offset=4 (global.get $sp) (i32.load (i32.const 1028)))"
    "    (if (call_indirect $t (type $compare)"
    "          (i32.load (global.get $sp)) (i32.load offset=4 (global.get $sp))"
    "          (local.get $slot))"
    "      (then (i32.store (global.get $sp)"
    "        (i32.load offset=4 (global.get $sp)))))"
    "    (i32.load (global.get $sp))"
    "    (global.set $sp (i32.add (global.get $sp) (i32.const 16))))"
    "  (func (export \"first\") (param i32) (result i32)"
    "    (i32.load (i32.const 1024))))";

static const char program[] =
    "(module $program" SHARED
    "  (import \"library\" \"best\" (func $best (param i32) (result i32)))"
    "  (func $less (param i32 i32) (result i32)"
    "    (i32.lt_s (local.get 0) (local.get 1)))"
    "  (func $greater (param i32 i32) (result i32)"
    "    (i32.gt_s (local.get 0) (local.get 1)))"
    "  (elem (i32.const 2) $less $greater)"
    "  (func (export \"largest\") (param i32) (result i32)"
    "    (call $best (i32.const 2)))"
    "  (func (export \"smallest\") (param i32) (result i32)"
    "    (call $best (i32.const 3)))"
    "  (func (export \"put\") (param i32) (result i32)"
    "    (i32.store (i32.const 1024) (local.get 0)) (local.get 0))"
    "  (func (export \"sp\") (param i32) (result i32) (global.get $sp)))";

struct linked {
    struct joint joint;
    tn_memory *memory;
    tn_instance *library, *program;
};

static void define(struct joint *j, const char *name, tn_extern item)
{
    CHECK_EQ(TN_OK, tn_imports_define(j->imports, "env", name, item, NULL));
}

static void link_both(struct linked *l)
{
    struct joint *j = &l->joint;
    tn_limits_info pages = {.min = 1, .max = 4, .page_size_log2 = 16};
    tn_limits_info elements = {.min = 8, .max = UINT64_MAX};
    tn_val top = {.kind = TN_I32, .of.i32 = 65536};
    tn_extern memory = {.kind = TN_EXTERN_MEMORY};
    tn_extern table = {.kind = TN_EXTERN_TABLE};
    tn_extern global = {.kind = TN_EXTERN_GLOBAL};
    joint_begin(j);
    CHECK_EQ(TN_OK, tn_memory_new(j->store, pages, &memory.of.memory, NULL));
    CHECK_EQ(TN_OK, tn_table_new(j->store, TN_FUNCREF, elements,
                                 &table.of.table, NULL));
    CHECK_EQ(TN_OK,
             tn_global_new(j->store, top, true, &global.of.global, NULL));
    define(j, "memory", memory);
    define(j, "__indirect_function_table", table);
    define(j, "__stack_pointer", global);
    l->memory = memory.of.memory;
    l->library = join(j, "library", library);
    l->program = join(j, "program", program);
}

TEST(functions_go_through_the_table_and_data_through_the_memory)
{
    struct linked l;
    link_both(&l);
    CHECK_EQ(9, ask(l.program, "largest", 0));
    CHECK_EQ(5, ask(l.program, "smallest", 0));
    CHECK_EQ(30, ask(l.program, "put", 30));
    CHECK_EQ(30, ask(l.program, "largest", 0));
    CHECK_EQ(30, ask(l.library, "first", 0));
    CHECK_EQ(65536, ask(l.program, "sp", 0)); /* both gave back their stack */
    joint_end(&l.joint);
}

TEST(memory_outlives_the_instance_that_filled_it)
{
    struct linked l;
    link_both(&l);
    CHECK_EQ(30, ask(l.program, "put", 30));
    tn_instance_free(l.library);
    CHECK_EQ(TN_TRAP_UNLOADED, trap_of(l.program, "largest", 0));
    uint8_t *word = tn_memory_span(l.memory, 1024, 4);
    CHECK(word != NULL);
    CHECK_EQ(30, word[0]);
    /* The same place can be taken by another. */
    l.library = join(&l.joint, "library", library);
    CHECK_EQ(5, ask(l.library, "first", 0));
    joint_end(&l.joint);
}

/* The function pointer is still in the table, its owner is gone. */
TEST(a_function_pointer_of_a_closed_instance_says_so)
{
    struct linked l;
    link_both(&l);
    tn_instance_free(l.program);
    CHECK_EQ(TN_TRAP_UNLOADED, trap_of(l.library, "best", 2));
    CHECK_EQ(5, ask(l.library, "first", 0));
    joint_end(&l.joint);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
