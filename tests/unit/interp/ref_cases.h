/* ref_cases.h - what every interpreter must do with references: each form of
 * reading and writing objects, tests of types on all paths, and slots that a
 * collection must find, in each mode of the collector. The includer defines
 * TIER, its name. */
#ifndef TN_REF_CASES_H
#define TN_REF_CASES_H

#include "tn_test.h"
#include <tenon.h>

struct ref_world {
    tn_engine *engine;
    tn_store *store;
    tn_imports *imports;
};

static struct ref_world ref_world_new(tn_gc_mode mode)
{
    struct ref_world w = {0};
    tn_config config = TN_CONFIG_INIT;
    config.tier = TIER;
    ONLY_IF(tn_engine_new(&config, &w.engine, NULL) == TN_OK);
    tn_store_config store = TN_STORE_CONFIG_INIT;
    store.gc_mode = mode;
    CHECK_EQ(TN_OK, tn_store_new(w.engine, &store, &w.store, NULL));
    CHECK_EQ(TN_OK, tn_imports_new(w.store, &w.imports, NULL));
    return w;
}

static void ref_world_free(struct ref_world *w)
{
    tn_imports_free(w->imports);
    tn_store_free(w->store);
    tn_engine_free(w->engine);
}

static tn_instance *ref_instance(struct ref_world *w, const char *text,
                                 const char *name)
{
    tn_text bytes = {0};
    tn_error err = {0};
    tn_module *module;
    tn_instance *instance;
    if (tn_wat_parse(text, strlen(text), &bytes, &err) != TN_OK ||
        tn_module_new_copy(w->engine, bytes.at, bytes.size, &module, &err) !=
            TN_OK ||
        tn_instance_new(w->store, module, w->imports, &instance, &err) != TN_OK)
        FAIL("%s: %s (at %.60s)", name, err.text, text + err.offset % 4096);
    CHECK_EQ(TN_OK, tn_imports_instance(w->imports, name, instance, NULL));
    tn_module_free(module);
    tn_text_free(&bytes);
    return instance;
}

static tn_status ref_call(tn_instance *instance, const char *name, uint64_t arg,
                          uint64_t *result)
{
    tn_extern item;
    tn_error err = {0};
    uint64_t slots[8] = {arg};
    CHECK_EQ(TN_OK, tn_instance_export(instance, name, &item, NULL));
    tn_status status = tn_func_call_raw(item.of.func, slots, &err);
    if (status != TN_OK && status != TN_E_TRAP)
        FAIL("%s: %s", name, err.text);
    *result = slots[0];
    return status;
}

static uint64_t ref_result(tn_instance *instance, const char *name,
                           uint64_t arg)
{
    uint64_t result;
    if (ref_call(instance, name, arg, &result) != TN_OK)
        FAIL("%s(%llu) trapped", name, (unsigned long long)arg);
    return result;
}

static tn_trap_kind ref_trap(struct ref_world *w, tn_instance *instance,
                             const char *name, uint64_t arg)
{
    uint64_t result;
    return ref_call(instance, name, arg, &result) == TN_OK
               ? TN_TRAP_NONE
               : tn_store_trap_kind(w->store);
}

/* ------------------------------------------------------ fields, elements */

/* S is the storage type, T the type of its values, G the suffix of get, C a
 * constant of T. Fields around it and elements beside it must stay what they
 * are: `intact` is 0 then. Objects are in slots (locals) and in the accumulator
 * (globals), values also constants. */
static const char storage_module[] =
    "(type $s (struct (field i8) (field $f (mut S)) (field (mut i8))))"
    "(type $a (array (mut S)))"
    "(global $o (mut (ref null $s)) (ref.null $s))"
    "(global $r (mut (ref null $a)) (ref.null $a))"
    "(global $i (mut i32) (i32.const 1))"
    "(global $v (mut T) (T.const 0))"
    "(func (export \"begin\") (param i32)"
    "  (global.set $o (struct.new_default $s))"
    "  (struct.set $s 2 (global.get $o) (i32.const 77))"
    "  (global.set $r (array.new $a (C) (i32.const 3))))"
    "(func (export \"intact\") (param i32) (result i32)"
    "  (i32.or"
    "    (i32.xor (struct.get_u $s 2 (global.get $o)) (i32.const 77))"
    "    (i32.or"
    "      (T.ne (array.get G $a (global.get $r) (i32.const 0)) (C))"
    "      (T.ne (array.get G $a (global.get $r) (i32.const 2)) (C)))))"
    "(func $put_ss (export \"put_ss\") (param T) (local $o (ref null $s))"
    "  (local.set $o (global.get $o)) (drop (global.get $i))"
    "  (struct.set $s $f (local.get $o) (local.get 0)))"
    "(func (export \"put_sa\") (param T) (local $o (ref null $s))"
    "  (local.set $o (global.get $o)) (global.set $v (local.get 0))"
    "  (struct.set $s $f (local.get $o) (global.get $v)))"
    "(func (export \"put_si\") (param T) (local $o (ref null $s))"
    "  (local.set $o (global.get $o)) (drop (global.get $i))"
    "  (struct.set $s $f (local.get $o) (C)))"
    "(func (export \"put_as\") (param T)"
    "  (struct.set $s $f (global.get $o) (local.get 0)))"
    "(func (export \"put_aa\") (param T) (global.set $v (local.get 0))"
    "  (struct.set $s $f (global.get $o) (global.get $v)))"
    "(func (export \"put_ai\") (param T)"
    "  (struct.set $s $f (global.get $o) (C)))"
    "(func (export \"get_s\") (param i32) (result T) (local $o (ref null $s))"
    "  (local.set $o (global.get $o)) (drop (global.get $i))"
    "  (struct.get G $s $f (local.get $o)))"
    "(func (export \"get_a\") (param i32) (result T)"
    "  (struct.get G $s $f (global.get $o)))";

static const char storage_elements[] =
    "(func (export \"set_ss\") (param T) (local $i i32)"
    "  (local.set $i (global.get $i))"
    "  (array.set $a (global.get $r) (local.get $i) (local.get 0)))"
    "(func (export \"set_sa\") (param T) (local $i i32)"
    "  (local.set $i (global.get $i)) (global.set $v (local.get 0))"
    "  (array.set $a (global.get $r) (local.get $i) (global.get $v)))"
    "(func (export \"set_si\") (param T) (local $i i32)"
    "  (local.set $i (global.get $i))"
    "  (array.set $a (global.get $r) (local.get $i) (C)))"
    "(func (export \"set_as\") (param T)"
    "  (array.set $a (global.get $r) (global.get $i) (local.get 0)))"
    "(func (export \"set_aa\") (param T) (global.set $v (local.get 0))"
    "  (array.set $a (global.get $r) (global.get $i) (global.get $v)))"
    "(func (export \"set_ai\") (param T)"
    "  (array.set $a (global.get $r) (global.get $i) (C)))"
    "(func (export \"elem_ss\") (param i32) (result T) (local $i i32)"
    "  (local $r (ref null $a))"
    "  (local.set $r (global.get $r)) (local.set $i (global.get $i))"
    "  (drop (global.get $o))"
    "  (array.get G $a (local.get $r) (local.get $i)))"
    "(func (export \"elem_sa\") (param i32) (result T)"
    "  (array.get G $a (global.get $r) (global.get $i)))"
    "(func (export \"elem_as\") (param i32) (result T) (local $i i32)"
    "  (local.set $i (global.get $i))"
    "  (array.get G $a (global.get $r) (local.get $i)))"
    "(func (export \"at\") (param i32) (result T)"
    "  (array.get G $a (global.get $r) (local.get 0)))"
    "(func (export \"at_set\") (param i32)"
    "  (array.set $a (global.get $r) (local.get 0) (C)))"
    "(func (export \"length\") (param i32) (result i32)"
    "  (array.len (global.get $r)))";

struct storage {
    const char *s, *t, *g, *c; /* what stands for S, T, G, C */
    uint64_t value, read, constant;
};

static const struct storage storages[] = {
    {"i8", "i32", "_s", "i32.const -5", 0x1f3, 0xfffffff3, 0xfffffffb},
    {"i8", "i32", "_u", "i32.const -5", 0x1f3, 0xf3, 0xfb},
    {"i16", "i32", "_s", "i32.const -5", 0x1f003, 0xfffff003, 0xfffffffb},
    {"i16", "i32", "_u", "i32.const -5", 0x1f003, 0xf003, 0xfffb},
    {"i32", "i32", "", "i32.const -5", 0xf0000003, 0xf0000003, 0xfffffffb},
    {"i64", "i64", "", "i64.const -5", UINT64_MAX / 3, UINT64_MAX / 3,
     (uint64_t)-5},
    {"i64", "i64", "", "i64.const 0x7123456789", 7, 7, 0x7123456789},
    {"f32", "f32", "", "f32.const 1.5", 0x40490fdb, 0x40490fdb, 0x3fc00000},
    {"f64", "f64", "", "f64.const -1.5", 0x400921fb54442d18, 0x400921fb54442d18,
     0xbff8000000000000},
};

/* Text with each of `letters` replaced by what stands for it. A space in
 * front of G goes: "get G" becomes "get_s". */
static size_t ref_fill(char *text, const char *from, const char *letters,
                       const char *const *put)
{
    size_t size = 0;
    for (; *from != '\0'; from++) {
        const char *letter = strchr(letters, *from);
        if (*from == ' ' && from[1] == 'G')
            continue;
        if (letter != NULL)
            size +=
                (size_t)snprintf(text + size, 64, "%s", put[letter - letters]);
        else
            text[size++] = *from;
    }
    text[size] = '\0';
    return size;
}

static const char *storage_text(const struct storage *storage)
{
    static char text[16384];
    const char *const put[] = {storage->s, storage->t, storage->c, storage->g};
    size_t size = ref_fill(text, storage_module, "STCG", put);
    (void)ref_fill(text + size, storage_elements, "STCG", put);
    return text;
}

/* A 32-bit value is in the low half of its slot. */
static uint64_t read_by(tn_instance *instance, const char *name,
                        const struct storage *storage)
{
    uint64_t read = ref_result(instance, name, 0);
    return strstr(storage->t, "32") != NULL ? (uint32_t)read : read;
}

static void check_storage(tn_instance *instance, const struct storage *storage)
{
    static const char *const puts_value[] = {"put_ss", "put_sa", "put_as",
                                             "put_aa"};
    static const char *const sets_value[] = {"set_ss", "set_sa", "set_as",
                                             "set_aa"};
    static const char *const elems[] = {"elem_ss", "elem_sa", "elem_as"};
    for (int i = 0; i < 4; i++) {
        (void)ref_result(instance, "begin", 0);
        (void)ref_result(instance, puts_value[i], storage->value);
        CHECK_EQ(storage->read, read_by(instance, "get_s", storage));
        CHECK_EQ(storage->read, read_by(instance, "get_a", storage));
        (void)ref_result(instance, i % 2 ? "put_si" : "put_ai", storage->value);
        CHECK_EQ(storage->constant, read_by(instance, "get_a", storage));
        (void)ref_result(instance, sets_value[i], storage->value);
        for (int k = 0; k < 3; k++)
            CHECK_EQ(storage->read, read_by(instance, elems[k], storage));
        (void)ref_result(instance, i % 2 ? "set_si" : "set_ai", storage->value);
        CHECK_EQ(storage->constant, read_by(instance, elems[i % 3], storage));
    }
    /* Compared with the constant itself, which packed fields have cut. */
    if (strcmp(storage->s, storage->t) == 0)
        CHECK_EQ(0, ref_result(instance, "intact", 0));
    CHECK_EQ(3, ref_result(instance, "length", 0));
}

TEST(every_form_of_an_access_to_an_object_does_the_same)
{
    struct ref_world w = ref_world_new(TN_GC_STRESS);
    for (size_t i = 0; i < sizeof storages / sizeof storages[0]; i++) {
        tn_instance *instance =
            ref_instance(&w, storage_text(&storages[i]), storages[i].s);
        CHECK_EQ(TN_TRAP_NULL_STRUCT, ref_trap(&w, instance, "get_s", 0));
        CHECK_EQ(TN_TRAP_NULL_STRUCT, ref_trap(&w, instance, "put_as", 0));
        CHECK_EQ(TN_TRAP_NULL_ARRAY, ref_trap(&w, instance, "elem_as", 0));
        CHECK_EQ(TN_TRAP_NULL_ARRAY, ref_trap(&w, instance, "set_ss", 0));
        CHECK_EQ(TN_TRAP_NULL_ARRAY, ref_trap(&w, instance, "length", 0));
        check_storage(instance, &storages[i]);
        CHECK_EQ(TN_TRAP_ARRAY_BOUNDS, ref_trap(&w, instance, "at", 3));
        CHECK_EQ(TN_TRAP_ARRAY_BOUNDS, ref_trap(&w, instance, "at_set", 3));
        CHECK_EQ(TN_TRAP_ARRAY_BOUNDS, ref_trap(&w, instance, "at", 1u << 31));
        CHECK_EQ(TN_TRAP_NONE, ref_trap(&w, instance, "at", 2));
    }
    ref_world_free(&w);
}

/* -------------------------------------------------------------- calls */

/* `call` and `tail` call a reference to a function of either instance; each
 * adds its own number, and the caller's number must be its own afterwards. */
static const char call_ref_module[] =
    "(type $t (func (param i32) (result i32)))"
    "(import \"env\" \"other\" (func $other (type $t)))"
    "(global $own (mut i32) (i32.const 0))"
    "(func (export \"number\") (param i32) (global.set $own (local.get 0)))"
    "(func $add (export \"add\") (type $t)"
    "  (i32.add (local.get 0) (global.get $own)))"
    "(func $pick (param i32) (result (ref null $t))"
    "  (if (i32.eqz (local.get 0)) (then (return (ref.func $add))))"
    "  (if (i32.eq (local.get 0) (i32.const 1))"
    "    (then (return (ref.func $other))))"
    "  (ref.null $t))"
    "(elem declare func $add $other)"
    "(func (export \"call\") (type $t)"
    "  (i32.add"
    "    (call_ref $t (i32.const 5) (call $pick (local.get 0)))"
    "    (global.get $own)))"
    "(func $tail (type $t) (local $f (ref null $t))"
    "  (local.set $f (call $pick (local.get 0)))"
    "  (return_call_ref $t (i32.const 5) (local.get $f)))"
    "(func (export \"tail\") (type $t)"
    "  (i32.add (call $tail (local.get 0)) (global.get $own)))"
    "(func (export \"null\") (type $t)"
    "  (block $null (result i32)"
    "    (i32.const 70)"
    "    (br_on_null $null (call $pick (local.get 0)))"
    "    (call_ref $t) (return)))"
    "(func (export \"non_null\") (type $t)"
    "  (block $is (result i32 (ref $t))"
    "    (i32.const 70)"
    "    (br_on_non_null $is (call $pick (local.get 0)))"
    "    (return))"
    "  (call_ref $t))"
    "(func (export \"as\") (type $t)"
    "  (call_ref $t (i32.const 1)"
    "    (ref.as_non_null (call $pick (local.get 0)))))";

static const char call_ref_other[] =
    "(memory (data \"\\64\"))"
    "(func (export \"other\") (param i32) (result i32)"
    "  (i32.add (local.get 0) (i32.load8_u (i32.const 0))))";

TEST(a_function_is_called_by_reference_in_both_instances)
{
    struct ref_world w = ref_world_new(TN_GC_PRECISE);
    (void)ref_instance(&w, call_ref_other, "env");
    tn_instance *a = ref_instance(&w, call_ref_module, "a");
    (void)ref_result(a, "number", 1000);
    CHECK_EQ(2005, ref_result(a, "call", 0));
    CHECK_EQ(1105, ref_result(a, "call", 1));
    CHECK_EQ(2005, ref_result(a, "tail", 0));
    CHECK_EQ(1105, ref_result(a, "tail", 1));
    CHECK_EQ(TN_TRAP_NULL_FUNCTION, ref_trap(&w, a, "call", 2));
    CHECK_EQ(TN_TRAP_NULL_FUNCTION, ref_trap(&w, a, "tail", 2));
    CHECK_EQ(1070, ref_result(a, "null", 0));
    CHECK_EQ(170, ref_result(a, "null", 1));
    CHECK_EQ(70, ref_result(a, "null", 2));
    CHECK_EQ(1070, ref_result(a, "non_null", 0));
    CHECK_EQ(70, ref_result(a, "non_null", 2));
    CHECK_EQ(1001, ref_result(a, "as", 0));
    CHECK_EQ(TN_TRAP_NULL_REFERENCE, ref_trap(&w, a, "as", 2));
    ref_world_free(&w);
}

/* -------------------------------------------------------------- types */

/* `make` gives: 0 null, 1 i31, 2 $base, 3 $sub, 4 $last (final), 5 an
 * array. Each test answers a bit for each of these. */
static const char cast_module[] =
    "(type $base (sub (struct)))"
    "(type $sub (sub $base (struct (field i32))))"
    "(type $last (sub final $sub (struct (field i32) (field i64))))"
    "(type $a (array i8))"
    "(func $make (param i32) (result anyref)"
    "  (block $5 (block $4 (block $3 (block $2 (block $1 (block $0"
    "    (br_table $0 $1 $2 $3 $4 $5 (local.get 0)))"
    "    (return (ref.null any)))"
    "    (return (ref.i31 (i32.const 4))))"
    "    (return (struct.new $base)))"
    "    (return (struct.new_default $sub)))"
    "    (return (struct.new_default $last)))"
    "  (array.new_default $a (i32.const 2)))";

/* Of type T, which is called N: by ref.test, ref.cast, br_on_cast with values
 * to move, and br_on_cast_fail in place; the result of each is the same bit. */
static const char cast_tests[] =
    "(func (export \"test_N\") (param i32) (result i32)"
    "  (ref.test T (call $make (local.get 0))))"
    "(func (export \"cast_N\") (param i32) (result i32)"
    "  (drop (ref.cast T (call $make (local.get 0)))) (i32.const 1))"
    "(func (export \"br_N\") (param i32) (result i32)"
    "  (local $x anyref) (local.set $x (call $make (local.get 0)))"
    "  (block $is (result i32 T)"
    "    (i32.const 9) (i32.const 1) (local.get $x)"
    "    (br_on_cast $is anyref T)"
    "    (drop) (drop) (drop) (return (i32.const 0)))"
    "  (drop))"
    "(func (export \"fail_N\") (param i32) (result i32)"
    "  (drop (block $not (result anyref)"
    "    (br_on_cast_fail $not anyref T (call $make (local.get 0)))"
    "    (drop) (return (i32.const 1))))"
    "  (i32.const 0))";

static const struct {
    const char *name, *type;
    uint32_t is; /* bits, by what $make makes */
} cast_answers[] = {
    {"base", "(ref $base)", 0x1c},
    {"sub", "(ref null $sub)", 0x19},
    {"last", "(ref $last)", 0x10},
    {"last_null", "(ref null $last)", 0x11},
    {"i31", "(ref i31)", 0x02},
    {"eq", "(ref eq)", 0x3e},
    {"struct", "(ref null struct)", 0x1d},
    {"array", "(ref array)", 0x20},
    {"none", "nullref", 0x01},
};

static const char *cast_text(void)
{
    static char text[16384];
    size_t size = (size_t)snprintf(text, sizeof text, "%s", cast_module);
    for (size_t i = 0; i < sizeof cast_answers / sizeof cast_answers[0]; i++) {
        const char *const put[] = {cast_answers[i].name, cast_answers[i].type};
        size += ref_fill(text + size, cast_tests, "NT", put);
    }
    return text;
}

TEST(every_way_to_ask_for_a_type_gives_the_same_answer)
{
    struct ref_world w = ref_world_new(TN_GC_STRESS);
    char name[32];
    tn_instance *instance = ref_instance(&w, cast_text(), "a");
    for (size_t i = 0; i < sizeof cast_answers / sizeof cast_answers[0]; i++) {
        for (uint32_t made = 0; made < 6; made++) {
            uint32_t is = cast_answers[i].is >> made & 1;
            snprintf(name, sizeof name, "test_%s", cast_answers[i].name);
            CHECK_EQ(is, ref_result(instance, name, made));
            snprintf(name, sizeof name, "fail_%s", cast_answers[i].name);
            CHECK_EQ(is, ref_result(instance, name, made));
            snprintf(name, sizeof name, "br_%s", cast_answers[i].name);
            CHECK_EQ(is, ref_result(instance, name, made));
            snprintf(name, sizeof name, "cast_%s", cast_answers[i].name);
            CHECK_EQ(is ? TN_TRAP_NONE : TN_TRAP_CAST,
                     ref_trap(&w, instance, name, made));
        }
    }
    ref_world_free(&w);
}

/* -------------------------------------------------------------- roots */

/* Each function keeps references where a collection could miss them: below
 * the arguments of a call, in a local that one path assigns, under a tail
 * call, in a block's result, beside a table's branches, among the operands of
 * an allocation, in another instance's frame. */
static const char roots_module[] =
    "(type $n (struct (field $l (ref null $n)) (field $r (ref null $n))"
    "                 (field $v i32)))"
    "(type $a (array (mut (ref null $n))))"
    "(import \"env\" \"pass\" (func $pass (param externref)"
    "  (result externref)))"
    "(func $leaf (param i32) (result (ref $n))"
    "  (struct.new $n (ref.null $n) (ref.null $n) (local.get 0)))"
    "(func $tree (param i32) (result (ref null $n))"
    "  (if (result (ref null $n)) (i32.eqz (local.get 0))"
    "    (then (ref.null $n))"
    "    (else (struct.new $n"
    "      (call $tree (i32.sub (local.get 0) (i32.const 1)))"
    "      (call $tree (i32.sub (local.get 0) (i32.const 1)))"
    "      (local.get 0)))))"
    "(func $sum (param (ref null $n)) (result i32)"
    "  (drop (call $leaf (i32.const 1)))"
    "  (if (result i32) (ref.is_null (local.get 0))"
    "    (then (i32.const 0))"
    "    (else (i32.add (struct.get $n $v (local.get 0)) (i32.add"
    "      (call $sum (struct.get $n $l (local.get 0)))"
    "      (call $sum (struct.get $n $r (local.get 0))))))))"
    "(func (export \"trees\") (param i32) (result i32)"
    "  (call $sum (call $tree (local.get 0))))"
    /* A local that only one path assigns, and one after the first call. */
    "(func (export \"paths\") (param i32) (result i32)"
    "  (local $x (ref null $n)) (local $y (ref null $n)) (local $z (ref $n))"
    "  (if (i32.and (local.get 0) (i32.const 1))"
    "    (then (local.set $x (call $leaf (i32.const 10)))))"
    "  (drop (call $leaf (i32.const 1)))"
    "  (local.set $z (call $leaf (i32.const 100)))"
    "  (if (i32.and (local.get 0) (i32.const 2))"
    "    (then (local.set $y (local.get $x))"
    "          (local.set $x (call $leaf (i32.const 1000)))))"
    "  (drop (call $leaf (i32.const 1)))"
    "  (i32.add (struct.get $n $v (local.get $z))"
    "    (i32.add (call $sum (local.get $x)) (call $sum (local.get $y)))))"
    /* The old value of a local waits on the stack while it gets another. */
    "(func (export \"olds\") (param i32) (result i32)"
    "  (local $x (ref null $n)) (local $s i32)"
    "  (local.set $x (call $leaf (i32.const 1)))"
    "  (local.get $x)"
    "  (local.set $x (call $leaf (i32.const 20)))"
    "  (local.get $x)"
    "  (local.set $x (struct.new $n (local.get $x) (ref.null $n)"
    "                             (local.get 0)))"
    "  (local.set $s (call $sum (local.get $x)))"
    "  (call $sum) (local.set $s (i32.add (local.get $s)))"
    "  (call $sum) (i32.add (local.get $s)))"
    /* Results of blocks and of a table's branches. */
    "(func (export \"blocks\") (param i32) (result i32)"
    "  (local $x (ref null $n)) (local.set $x (call $leaf (i32.const 5)))"
    "  (block $b (result (ref null $n) (ref null $n))"
    "    (block $a (result (ref null $n) (ref null $n))"
    "      (call $leaf (i32.const 30)) (drop (call $leaf (i32.const 1)))"
    "      (local.get $x)"
    "      (br_table $a $b $a (local.get 0)))"
    "    (drop) (call $leaf (i32.const 600)))"
    "  (call $sum) (local.set 0)"
    "  (call $sum) (i32.add (local.get 0)))"
    /* A chain of tail calls that hands references down. */
    "(func $down (param $x (ref null $n)) (param $k i32) (param $y (ref $n))"
    "  (result i32)"
    "  (if (i32.eqz (local.get $k))"
    "    (then (return (i32.add (call $sum (local.get $x))"
    "                           (call $sum (local.get $y))))))"
    "  (return_call $down"
    "    (struct.new $n (local.get $x) (ref.null $n) (i32.const 1))"
    "    (i32.sub (local.get $k) (i32.const 1))"
    "    (call $leaf (i32.const 7))))"
    "(func (export \"tails\") (param i32) (result i32)"
    "  (call $down (ref.null $n) (local.get 0) (call $leaf (i32.const 7))))"
    /* Many operands of one allocation; arrays. */
    "(func (export \"arrays\") (param i32) (result i32)"
    "  (local $a (ref null $a)) (local $i i32) (local $s i32)"
    "  (local.set $a (array.new_fixed $a 4"
    "    (call $leaf (i32.const 1)) (call $leaf (i32.const 2))"
    "    (call $tree (i32.const 2)) (call $leaf (local.get 0))))"
    "  (loop $again"
    "    (local.set $s (i32.add (local.get $s)"
    "      (call $sum (array.get $a (local.get $a) (local.get $i)))))"
    "    (array.set $a (local.get $a) (local.get $i)"
    "      (call $leaf (local.get $s)))"
    "    (br_if $again (i32.lt_u"
    "      (local.tee $i (i32.add (local.get $i) (i32.const 1)))"
    "      (i32.const 4))))"
    "  (i32.add (local.get $s)"
    "    (call $sum (array.get $a (local.get $a) (i32.const 3)))))";

/* Chosen, and turned into an externref that waits in another instance. */
static const char roots_module_2[] =
    "(func (export \"garbage\") (drop (call $tree (i32.const 3))))"
    "(func (export \"outside\") (param i32) (result i32)"
    "  (call $sum (ref.cast (ref $n) (any.convert_extern (call $pass"
    "    (extern.convert_any (select (result (ref null $n))"
    "      (call $leaf (i32.const 3)) (call $tree (i32.const 3))"
    "      (local.get 0))))))))"
    "(func (export \"tests\") (param i32) (result i32)"
    "  (block $is (result (ref $n))"
    "    (call $leaf (i32.const 40))"
    "    (br_on_cast $is (ref null $n) (ref $n) (call $tree (local.get 0)))"
    "    (drop))"
    "  (drop (call $leaf (i32.const 1)))"
    "  (call $sum))";

/* Keeps an externref in a local, under a call and a tail call back. */
static const char roots_other[] =
    "(import \"host\" \"garbage\" (func $garbage))"
    "(func $id (param i32 externref) (result externref)"
    "  (call $garbage) (local.get 1))"
    "(func (export \"pass\") (param externref) (result externref)"
    "  (local externref)"
    "  (local.set 1 (local.get 0)) (local.set 0 (ref.null extern))"
    "  (call $garbage)"
    "  (return_call $id (i32.const 1) (local.get 1)))";

static const struct {
    const char *name;
    uint32_t arg, result;
} roots_results[] = {
    {"trees", 5, 57},   {"paths", 0, 100},  {"paths", 1, 110},
    {"paths", 2, 1100}, {"paths", 3, 1110}, {"olds", 300, 341},
    {"blocks", 0, 630}, {"blocks", 1, 35},  {"tails", 50, 57},
    {"arrays", 9, 32},  {"outside", 1, 3},  {"outside", 0, 11},
    {"tests", 0, 40},   {"tests", 2, 4},
};

/* Calls back what makes garbage. */
static tn_status call_garbage(tn_call *call, uint64_t *slots, void *env,
                              tn_error *err)
{
    (void)call, (void)slots, (void)err;
    tn_instance **self = env;
    (void)ref_result(*self, "garbage", 0);
    return TN_OK;
}

static void check_roots(tn_gc_mode mode)
{
    struct ref_world w = ref_world_new(mode);
    tn_instance *self = NULL;
    CHECK_EQ(TN_OK, tn_imports_func(w.imports, "host", "garbage", "() -> ()",
                                    call_garbage, &self, NULL));
    (void)ref_instance(&w, roots_other, "env");
    char text[16384];
    snprintf(text, sizeof text, "%s%s", roots_module, roots_module_2);
    self = ref_instance(&w, text, "self");
    for (size_t i = 0; i < sizeof roots_results / sizeof roots_results[0]; i++)
        CHECK_EQ(roots_results[i].result,
                 ref_result(self, roots_results[i].name, roots_results[i].arg));
    ref_world_free(&w);
}

TEST(a_collection_finds_what_frames_hold)
{
    check_roots(TN_GC_STRESS);
}

TEST(a_collection_that_knows_no_lists_finds_the_same)
{
    check_roots(TN_GC_CONSERVATIVE);
    check_roots(TN_GC_PRECISE);
}

#endif
