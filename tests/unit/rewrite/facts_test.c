#include "build_module.h"
#include "by_advice.h"

#define MEMORY "(memory 1)"
#define F      "(func (export \"f\") "

/* --- parameters ---------------------------------------------------------------- */

TEST(what_is_loaded_from_is_a_pointer)
{
    CHECK_STR("p", uses_of(MEMORY F "(param i32) (result i32)"
                                    "(i32.load (local.get 0)))"));
    CHECK_STR("p s", uses_of(MEMORY F "(param i32 i32)"
                                      "(i32.store (local.get 0)"
                                      "(local.get 1)))"));
    CHECK_STR("s s", uses_of(MEMORY F "(param i32 i32) (result i32)"
                                      "(i32.add (local.get 0)"
                                      "(local.get 1)))"));
    CHECK_STR("p", uses_of("(memory i64 1)" F "(param i64) (result i32)"
                           "(i32.load8_u (local.get 0)))"));
}

TEST(what_is_called_is_a_function)
{
    CHECK_STR(
        "f s",
        uses_of("(type $t (func (param i32))) (table 1 funcref)" F
                "(param i32 i32)"
                "(call_indirect (type $t) (local.get 1) (local.get 0)))"));
}

TEST(an_index_that_is_scaled_is_no_pointer)
{
    CHECK_STR("p s",
              uses_of(MEMORY F "(param i32 i32) (result i32)"
                               "(i32.load (i32.add (local.get 0)"
                               "(i32.shl (local.get 1) (i32.const 2)))))"));
    CHECK_STR("s p",
              uses_of(MEMORY F "(param i32 i32) (result i32)"
                               "(i32.load (i32.add (i32.mul (local.get 0)"
                               "(i32.const 12)) (local.get 1))))"));
}

TEST(of_two_that_are_added_the_first_is_the_pointer)
{
    CHECK_STR("p s", uses_of(MEMORY F "(param i32 i32) (result i32)"
                                      "(i32.load8_u (i32.add (local.get 0)"
                                      "(local.get 1))))"));
}

TEST(of_two_that_are_added_the_one_known_to_be_a_pointer_is_it)
{
    CHECK_STR("s p", uses_of(MEMORY F "(param i32 i32) (result i32)"
                                      "(i32.store8 (local.get 1) (i32.const 0))"
                                      "(i32.load8_u (i32.add (local.get 0)"
                                      "(local.get 1))))"));
}

TEST(an_index_of_a_table_of_its_own_is_no_pointer)
{
    CHECK_STR("s", uses_of(MEMORY "(data (i32.const 1024) \"abcd\")" F
                                  "(param i32) (result i32)"
                                  "(i32.load8_u offset=1024 (local.get 0)))"));
    CHECK_STR("s", uses_of(MEMORY "(data (i32.const 1024) \"abcd\")" F
                                  "(param i32) (result i32)"
                                  "(i32.load8_u (i32.add (local.get 0)"
                                  "(i32.const 1024))))"));
}

TEST(a_parameter_that_is_overwritten_is_followed_no_more)
{
    CHECK_STR("s p", uses_of(MEMORY F "(param i32 i32) (result i32)"
                                      "(local.set 0 (local.get 1))"
                                      "(i32.load (local.get 0)))"));
}

TEST(either_arm_may_be_the_one)
{
    CHECK_STR("p p s", uses_of(MEMORY F "(param i32 i32 i32) (result i32)"
                                        "(local i32)"
                                        "(if (local.get 2)"
                                        "(then (local.set 3 (local.get 0)))"
                                        "(else (local.set 3 (local.get 1))))"
                                        "(i32.load (local.get 3)))"));
    CHECK_STR("p p s",
              uses_of(MEMORY F "(param i32 i32 i32) (result i32)"
                               "(i32.load (select (local.get 0) (local.get 1)"
                               "(local.get 2))))"));
    CHECK_STR("p p s", uses_of(MEMORY F "(param i32 i32 i32) (result i32)"
                                        "(block $b (br_if $b (local.get 2))"
                                        "(local.set 0 (local.get 1)))"
                                        "(i32.load (local.get 0)))"));
    CHECK_STR("p s s",
              uses_of(MEMORY F "(param i32 i32 i32) (result i32)"
                               "(block $b (br_if $b (local.get 2))"
                               "(local.set 0 (local.get 1)) (return"
                               "(i32.const 1))) (i32.load (local.get 0)))"));
}

TEST(what_comes_round_a_loop_counts)
{
    CHECK_STR("p s p",
              uses_of(MEMORY F "(param i32 i32 i32)"
                               "(loop $l"
                               "(i32.store8 (local.get 0) (i32.const 1))"
                               "(local.set 0 (local.get 2))"
                               "(br_if $l (local.get 1))))"));
}

TEST(variables_of_a_frame_are_followed)
{
    CHECK_STR("p s",
              uses_of(MEMORY
                      "(global $sp (mut i32) (i32.const 65536))" F
                      "(param i32 i32) (result i32) (local i32)"
                      "(local.set 2 (i32.sub (global.get $sp) (i32.const 16)))"
                      "(i32.store offset=12 (local.get 2) (local.get 0))"
                      "(i32.store offset=8 (local.get 2) (local.get 1))"
                      "(i32.load (i32.load offset=12 (local.get 2))))"));
}

TEST(calls_are_followed)
{
    CHECK_STR("s p", uses_of(MEMORY "(func $g (param i32) (result i32)"
                                    "(i32.load (local.get 0)))" F
                                    "(param i32 i32) (result i32)"
                                    "(call $g (local.get 1)))"));
    CHECK_STR("p s",
              uses_of(MEMORY "(func $id (param i32) (result i32)"
                             "(local.get 0))" F "(param i32 i32) (result i32)"
                             "(i32.load (call $id (local.get 0))))"));
}

TEST(functions_that_call_each_other_are_followed)
{
    CHECK_STR("s p",
              uses_of(MEMORY "(func $g (param i32 i32) (result i32)"
                             "(if (result i32) (local.get 0)"
                             "(then (call $f (local.get 0) (local.get 1)))"
                             "(else (i32.load (local.get 1)))))"
                             "(func $f (export \"f\") (param i32 i32)"
                             "(result i32)"
                             "(call $g (i32.sub (local.get 0) (i32.const 1))"
                             "(local.get 1)))"));
}

TEST(what_wasi_takes_as_a_pointer_is_one)
{
    CHECK_STR("s p s",
              uses_of("(import \"wasi_snapshot_preview1\" \"fd_write\""
                      "(func $w (param i32 i32 i32 i32) (result i32)))"
                      "(memory 1)" F "(param i32 i32 i32) (result i32)"
                      "(call $w (local.get 0) (local.get 1) (local.get 2)"
                      "(i32.const 64)))"));
}

TEST(an_address_of_its_own_that_is_returned_is_seen)
{
    CHECK_STR(" -> p", uses_of(MEMORY "(data (i32.const 1024) \"abcd\")" F
                                      "(result i32) (i32.const 1024))"));
    CHECK_STR("", uses_of(MEMORY "(data (i32.const 1024) \"abcd\")" F
                                 "(result i32) (i32.const 5000))"));
}

TEST(all_kinds_of_instructions_are_walked)
{
    CHECK_STR("p s",
              uses_of("(memory 1) (table $t 1 funcref) (tag $e (param i32))"
                      "(type $s (struct (field (mut i32))))"
                      "(type $a (array (mut i32)))"
                      "(func $f (export \"f\") (param i32 i32)"
                      "(local (ref null $s) (ref null $a) i64)"
                      "(local.set 2 (struct.new $s (local.get 1)))"
                      "(struct.set $s 0 (local.get 2) (i32.const 1))"
                      "(local.set 3 (array.new_fixed $a 2 (i32.const 1)"
                      "(i32.const 2)))"
                      "(drop (array.get $a (local.get 3) (i32.const 0)))"
                      "(drop (br_on_null 0 (local.get 2)))"
                      "(block $h (result i32)"
                      "(try_table (catch $e $h) (throw $e (local.get 1)))"
                      "(unreachable)) (drop)"
                      "(drop (table.grow $t (ref.func $f) (i32.const 1)))"
                      "(block $x (block $y (br_table $x $y (local.get 1))))"
                      "(memory.fill (local.get 0) (i32.const 0)"
                      "(local.get 1))) (elem declare func $f)"));
}

/* --- levels ------------------------------------------------------------------------ */

TEST(a_module_without_memory_has_no_address)
{
    CHECK_EQ('C', level_of("(func (export \"f\") (param i32))"));
}

TEST(code_that_takes_its_addresses_from_outside_can_be_moved)
{
#define IMPORTED "(import \"env\" \"memory\" (memory 1))"
    CHECK_EQ('C', level_of(IMPORTED "(func (param i32)"
                                    "(i32.store (local.get 0)"
                                    "(i32.const 1)))"));
    CHECK_EQ('F', level_of(IMPORTED "(func (i32.store (i32.const 64)"
                                    "(i32.const 1)))"));
    CHECK_EQ('F', level_of(MEMORY "(func (param i32)"
                                  "(i32.store (local.get 0)"
                                  "(i32.const 1)))"));
}

TEST(a_finished_module_names_its_first_address)
{
    struct advised s = {0};
    advised_add(&s, "m",
                MEMORY "(data (i32.const 1024) \"abcd\")"
                       "(func $none) (func $foo (call $none)"
                       "(drop (i32.load (i32.const 1024))))");
    advised_end(&s, NULL);
    const tn_module_facts *m = facts_at(&s, 0);
    CHECK_EQ(TN_RELOC_ABSOLUTE, m->level);
    CHECK_STR("first absolute address in function 1 `foo`",
              m->level_evidence[0].text);
    CHECK_EQ(0x41, s.bytes[0].at[m->level_evidence[0].offset - 1]);
    advised_clear(&s);
}

/* Two functions, of which the second calls the first; the operand is at 7 of
 * the code section. `linking` has one symbol, a function. */
#define WITH_RELOC(reloc)                                               \
    "1:01 60 00 00;3:02 00 00;10:02 (00 0b) (00 10 80 80 80 80 00 0b);" \
    "0:07 6c 69 6e 6b 69 6e 67 02 08 06 01 00 00 00 01 66;"             \
    "0:0a 72 65 6c 6f 63 2e 43 4f 44 45 " reloc

static void check_reloc(const char *module, tn_reloc_level level,
                        const char *words)
{
    struct built_module m = build_module(module);
    struct advised s = {.count = 1, .options = TN_ADVISE_OPTIONS_INIT};
    s.options.with_sites = true;
    s.inputs[0] = (tn_merge_input){"m", {m.bytes, m.size}};
    advised_end(&s, NULL);
    const tn_module_facts *facts = facts_at(&s, 0);
    bool is_said = false;
    for (size_t i = 0; i < facts->level_evidence_count; i++)
        is_said |= strcmp(facts->level_evidence[i].text, words) == 0;
    if (facts->level != level || !is_said)
        printf("%s\n", facts->level_evidence[0].text);
    CHECK_EQ(level, facts->level);
    CHECK(is_said);
    if (level == TN_RELOC_RECORDED)
        CHECK_EQ(0x10, m.bytes[facts->sites[0] - 1]);
    tn_advice_free(s.advice);
}

TEST(relocations_that_match_are_believed)
{
    check_reloc(WITH_RELOC("02 01 00 07 00"), TN_RELOC_RECORDED,
                "1 relocations of code and 0 of data are recorded, and each is "
                "where it says");
}

TEST(relocations_that_do_not_match_are_not_believed)
{
#define NOT_B TN_RELOC_CODE_ONLY
    check_reloc(WITH_RELOC("02 01 00 06 00"), NOT_B,
                "a relocation FUNCTION_INDEX_LEB names no such operand");
    check_reloc(WITH_RELOC("02 01 07 07 00"), NOT_B,
                "a relocation GLOBAL_INDEX_LEB names no such operand");
    check_reloc(WITH_RELOC("02 01 00 07 01"), NOT_B,
                "a relocation names no such symbol");
    check_reloc(WITH_RELOC("02 01 63 07 00"), NOT_B,
                "a relocation of a type that is not known");
    check_reloc(WITH_RELOC("02 02 00 07 00 00 05 00"), NOT_B,
                "relocations do not rise in their offsets");
    check_reloc(WITH_RELOC("02 01 00 7f 00"), NOT_B,
                "a section of relocations is malformed");
    check_reloc("1:01 60 00 00;3:02 00 00;10:02 (00 0b) (00 10 00 0b);"
                "0:07 6c 69 6e 6b 69 6e 67 02",
                NOT_B, "`linking` is there, but no relocations of code");
    check_reloc("0:07 6c 69 6e 6b 69 6e 67 01", NOT_B,
                "`linking` is not of version 2");
}

/* --- the memory ----------------------------------------------------------------------- */

TEST(accesses_are_counted_for_each_memory)
{
    struct advised s = {0};
    advised_add(&s, "m",
                "(memory $a 1) (memory $b 2 3)"
                "(func (param i32) (drop (i32.load $a (local.get 0)))"
                "(drop (i32.load $b (local.get 0)))"
                "(i32.store $b (local.get 0) (i32.const 1))"
                "(drop (memory.grow $b (i32.const 1)))"
                "(memory.copy $a $b (i32.const 0) (i32.const 0)"
                "(i32.const 1)))");
    advised_end(&s, NULL);
    const tn_module_facts *m = facts_at(&s, 0);
    CHECK_EQ(2, m->memory_count);
    CHECK_EQ(2, m->memories[0].access_count);
    CHECK_EQ(4, m->memories[1].access_count);
    CHECK_EQ(0, m->memories[0].grow_count);
    CHECK_EQ(1, m->memories[1].grow_count);
    CHECK_EQ(3, m->memories[1].max);
    advised_clear(&s);
}

#define FRAME \
    "(func (global.set $sp (i32.sub (global.get $sp) (i32.const 16))))"

static void check_regions(const char *text, const char *want)
{
    struct advised s = {0};
    char got[300];
    size_t n = 0;
    advised_add(&s, "m", text);
    advised_end(&s, NULL);
    const tn_module_facts *m = facts_at(&s, 0);
    for (size_t i = 0; i < m->region_count; i++)
        n += (size_t)snprintf(got + n, sizeof got - n, "%s%llx %c",
                              i == 0 ? "" : " ",
                              (unsigned long long)m->regions[i].begin,
                              "usdhf"[m->regions[i].kind]);
    CHECK_STR(want, got);
    advised_clear(&s);
}

TEST(data_may_be_below_the_stack_or_above)
{
    check_regions("(memory 2 4) (global $sp (mut i32) (i32.const 67072))"
                  "(data (i32.const 1024) \"abcd\")" FRAME,
                  "0 u 400 d 404 s 10600 h 20000 f");
    check_regions(
        "(memory 2) (global $sp (mut i32) (i32.const 65536))"
        "(data (i32.const 65536) \"abcd\")"
        "(global (export \"__heap_base\") i32 (i32.const 65792))" FRAME,
        "0 s 10000 d 10100 h 20000 f");
    check_regions("(memory 1 1) (data (i32.const 16) \"abcd\")",
                  "0 u 10 d 14 h");
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
