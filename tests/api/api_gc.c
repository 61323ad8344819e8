/* api_gc.c - references and objects across the border: what they are, how long
 * they live, and what the collector keeps. */
#include "api.h"

static const tn_gc_mode all_modes[] = {TN_GC_PRECISE, TN_GC_CONSERVATIVE,
                                       TN_GC_STRESS};

static void begin_mode(struct world *w, tn_gc_mode mode)
{
    tn_store_config config = TN_STORE_CONFIG_INIT;
    config.gc_mode = mode;
    world_begin(w, &config);
}

/* The module stays with the caller. */
static tn_module *own_module(struct world *w, const char *text)
{
    tn_text bytes;
    tn_module *module;
    if (tn_wat_parse(text, strlen(text), &bytes, &w->err) != TN_OK ||
        tn_module_new_copy(w->engine, bytes.at, bytes.size, &module, &w->err) !=
            TN_OK)
        FAIL("module: %s", w->err.text);
    tn_text_free(&bytes);
    return module;
}

static tn_instance *own_instance(struct world *w, const char *text)
{
    tn_instance *instance;
    tn_module *module = own_module(w, text);
    if (tn_instance_new(w->store, module, w->imports, &instance, &w->err) !=
        TN_OK)
        FAIL("instance: %s", w->err.text);
    tn_module_free(module);
    return instance;
}

static tn_status call_in(struct world *w, tn_instance *in, const char *name,
                         const tn_val *args, size_t count, tn_val *out)
{
    tn_func *func;
    w->err = (tn_error){0};
    if (tn_instance_func(in, name, &func, &w->err) != TN_OK)
        FAIL("no function %s", name);
    return tn_func_call(func, args, count, out, out != NULL, &w->err);
}

static tn_val ask(struct world *w, tn_instance *in, const char *name,
                  const tn_val *args, size_t count)
{
    tn_val out;
    if (call_in(w, in, name, args, count, &out) != TN_OK)
        FAIL("%s: %s", name, w->err.text);
    return out;
}

static void tell(struct world *w, tn_instance *in, const char *name,
                 const tn_val *args, size_t count)
{
    if (call_in(w, in, name, args, count, NULL) != TN_OK)
        FAIL("%s: %s", name, w->err.text);
}

static tn_val i32_val(int32_t value)
{
    return (tn_val){.kind = TN_I32, .of.i32 = value};
}

static void collect(struct world *w)
{
    CHECK_EQ(TN_OK, tn_store_collect(w->store, &w->err));
}

static uint64_t live_bytes(struct world *w)
{
    collect(w);
    return tn_store_gc_info(w->store).live_bytes;
}

/* --- Lists ------------------------------------------------------------------------- */

static const char list_wat[] =
    "(module (type $l (struct (field $v i32) (field $n (ref null $l))))"
    "  (global $g (export \"g\") (mut (ref null $l)) (ref.null $l))"
    "  (func $make (export \"make\") (param $k i32) (result (ref null $l))"
    "    (local $l (ref null $l))"
    "    (loop $more"
    "      (local.set $l (struct.new $l (local.get $k) (local.get $l)))"
    "      (br_if $more (local.tee $k"
    "        (i32.sub (local.get $k) (i32.const 1)))))"
    "    (local.get $l))"
    "  (func $sum (export \"sum\") (param $l (ref null $l)) (result i32)"
    "    (local $s i32)"
    "    (block $end (loop $more"
    "      (br_if $end (ref.is_null (local.get $l)))"
    "      (local.set $s (i32.add (local.get $s)"
    "        (struct.get $l $v (local.get $l))))"
    "      (local.set $l (struct.get $l $n (local.get $l)))"
    "      (br $more)))"
    "    (local.get $s))"
    "  (func (export \"keep\") (param i32)"
    "    (global.set $g (call $make (local.get 0))))"
    "  (func (export \"kept\") (result i32) (call $sum (global.get $g)))"
    "  (func (export \"drop\") (global.set $g (ref.null $l)))"
    "  (func (export \"waste\") (param $k i32)"
    "    (loop $more"
    "      (drop (call $make (i32.const 50)))"
    "      (br_if $more (local.tee $k"
    "        (i32.sub (local.get $k) (i32.const 1))))))"
    "  (func $nest (export \"nest\") (param $k i32) (result i32)"
    "    (local $l (ref null $l))"
    "    (local.set $l (call $make (i32.const 3)))"
    "    (if (result i32) (local.get $k)"
    "      (then (i32.add (call $nest (i32.sub (local.get $k) (i32.const 1)))"
    "                     (call $sum (local.get $l))))"
    "      (else (i32.const 0)))))";

TEST(what_a_global_names_is_kept_and_no_more)
{
    for (size_t i = 0; i < sizeof all_modes / sizeof *all_modes; i++) {
        struct world w;
        tn_val n = i32_val(100);
        begin_mode(&w, all_modes[i]);
        tn_instance *in = own_instance(&w, list_wat);
        tell(&w, in, "keep", &n, 1);
        tell(&w, in, "waste", &n, 1);
        CHECK_EQ(100 * 24, live_bytes(&w));
        CHECK_EQ(5050, ask(&w, in, "kept", NULL, 0).of.i32);
        tell(&w, in, "drop", NULL, 0);
        CHECK_EQ(0, live_bytes(&w));
        world_end(&w);
    }
}

TEST(what_locals_of_waiting_frames_name_is_kept)
{
    for (size_t i = 0; i < sizeof all_modes / sizeof *all_modes; i++) {
        struct world w;
        tn_val depth = i32_val(40);
        begin_mode(&w, all_modes[i]);
        tn_instance *in = own_instance(&w, list_wat);
        CHECK_EQ(40 * 6, ask(&w, in, "nest", &depth, 1).of.i32);
        world_end(&w);
    }
}

TEST(a_heap_does_not_grow_for_what_is_dropped)
{
    struct world w;
    tn_val n = i32_val(20000); /* a million objects */
    begin_mode(&w, TN_GC_PRECISE);
    tn_instance *in = own_instance(&w, list_wat);
    tell(&w, in, "waste", &n, 1);
    CHECK(tn_store_gc_info(w.store).collections > 2);
    CHECK(tn_store_gc_info(w.store).heap_bytes < 8 << 20);
    world_end(&w);
}

/* A chain, so that the mark stack stays short; see gc_test.c for a bush. */
TEST(a_list_of_a_million_is_marked_without_recursion)
{
    struct world w;
    tn_val n = i32_val(1000000);
    begin_mode(&w, TN_GC_PRECISE);
    tn_instance *in = own_instance(&w, list_wat);
    tell(&w, in, "keep", &n, 1);
    CHECK_EQ(24000000, live_bytes(&w));
    CHECK_EQ((int32_t)500000500000, ask(&w, in, "kept", NULL, 0).of.i32);
    world_end(&w);
}

/* --- Pins ---------------------------------------------------------------------------- */

TEST(a_pin_keeps_an_object_as_often_as_it_was_set)
{
    struct world w;
    tn_val n = i32_val(10);
    begin_mode(&w, TN_GC_PRECISE);
    tn_instance *in = own_instance(&w, list_wat);
    tn_val list = ask(&w, in, "make", &n, 1);
    CHECK_EQ(TN_ANYREF, list.kind);
    CHECK_EQ(TN_OK, tn_ref_pin(w.store, list, NULL));
    CHECK_EQ(TN_OK, tn_ref_pin(w.store, list, NULL));
    CHECK_EQ(240, live_bytes(&w));
    tn_ref_unpin(w.store, list);
    CHECK_EQ(240, live_bytes(&w));
    CHECK_EQ(55, ask(&w, in, "sum", &list, 1).of.i32);
    tn_ref_unpin(w.store, list);
    CHECK_EQ(0, live_bytes(&w));
    world_end(&w);
}

TEST(many_pins_are_found_again)
{
    enum {
        PINS = 1000
    };
    static tn_val pins[PINS];
    struct world w;
    tn_val one = i32_val(1);
    begin_mode(&w, TN_GC_PRECISE);
    tn_instance *in = own_instance(&w, list_wat);
    for (int i = 0; i < PINS; i++) {
        pins[i] = ask(&w, in, "make", &one, 1);
        CHECK_EQ(TN_OK, tn_ref_pin(w.store, pins[i], NULL));
    }
    for (int i = 0; i < PINS; i += 3)
        tn_ref_unpin(w.store, pins[i]);
    CHECK_EQ((PINS - (PINS + 2) / 3) * 24, live_bytes(&w));
    for (int i = 0; i < PINS; i++)
        if (i % 3 != 0)
            tn_ref_unpin(w.store, pins[i]);
    CHECK_EQ(0, live_bytes(&w));
    world_end(&w);
}

static const char fn_wat[] =
    "(module (type $b (struct (field $f funcref)))"
    "  (func $own (result i32) (i32.const 7))"
    "  (elem declare func $own)"
    "  (func (export \"own\") (result funcref) (ref.func $own))"
    "  (func (export \"box\") (result (ref $b))"
    "    (struct.new $b (ref.func $own)))"
    "  (func (export \"unbox\") (param anyref) (result funcref)"
    "    (struct.get $b $f (ref.cast (ref $b) (local.get 0)))))";

TEST(a_pinned_function_keeps_its_closed_instance)
{
    struct world w;
    begin_mode(&w, TN_GC_PRECISE);
    tn_instance *in = own_instance(&w, fn_wat);
    tn_val own = ask(&w, in, "own", NULL, 0);
    CHECK_EQ(TN_REF_FUNC, tn_ref_kind(own));
    CHECK_EQ(TN_OK, tn_ref_pin(w.store, own, NULL));
    size_t before = w.heap.live;
    tn_instance_free(in);
    collect(&w);
    CHECK_EQ(0, tn_func_param_count(own.of.func));
    size_t kept = w.heap.live;
    tn_ref_unpin(w.store, own);
    collect(&w);
    CHECK(w.heap.live < kept);
    CHECK(kept <= before);
    world_end(&w);
}

/* The instance is reachable only by way of an object. */
TEST(a_function_in_an_object_keeps_its_closed_instance)
{
    struct world w;
    begin_mode(&w, TN_GC_PRECISE);
    tn_instance *in = own_instance(&w, fn_wat);
    tn_instance *other = own_instance(&w, fn_wat);
    tn_val box = ask(&w, in, "box", NULL, 0), func, result;
    CHECK_EQ(TN_OK, tn_ref_pin(w.store, box, NULL));
    tn_instance_free(in);
    collect(&w);
    func = ask(&w, other, "unbox", &box, 1);
    CHECK_EQ(TN_E_TRAP, tn_func_call(func.of.func, NULL, 0, &result, 1, NULL));
    CHECK_EQ(TN_TRAP_UNLOADED, tn_store_trap_kind(w.store));
    size_t kept = w.heap.live;
    tn_ref_unpin(w.store, box);
    collect(&w);
    CHECK(w.heap.live < kept);
    world_end(&w);
}

/* A ring: the instance's global, an object, a function of the instance. */
TEST(a_closed_instance_that_only_its_own_objects_name_goes)
{
    struct world w;
    begin_mode(&w, TN_GC_PRECISE);
    size_t before = w.heap.live;
    tn_instance *in = own_instance(
        &w, "(module (type $b (struct (field $f funcref)))"
            "  (func $own)"
            "  (global (mut anyref) (struct.new $b (ref.func $own))))");
    CHECK_EQ(16, live_bytes(&w));
    tn_instance_free(in);
    CHECK_EQ(0, live_bytes(&w));
    /* All but the heap's own memory has come back. */
    uint64_t heap = tn_store_gc_info(w.store).heap_bytes;
    CHECK(w.heap.live - before < heap + 4096);
    world_end(&w);
}

/* --- Types ------------------------------------------------------------------------------ */

TEST(an_object_outlives_the_module_that_made_it)
{
    struct world w;
    tn_val n = i32_val(3), value;
    begin_mode(&w, TN_GC_PRECISE);
    tn_instance *in = own_instance(&w, list_wat);
    tn_val list = ask(&w, in, "make", &n, 1);
    CHECK_EQ(TN_OK, tn_ref_pin(w.store, list, NULL));
    tn_instance_free(in);
    collect(&w);
    /* Others take the ids of types that are gone. */
    own_instance(&w, "(module (type (struct (field i64)))"
                     "  (type (array i8)) (type (func (param f64))))");
    in = own_instance(&w, list_wat);
    CHECK_EQ(6, ask(&w, in, "sum", &list, 1).of.i32);
    CHECK_EQ(TN_OK, tn_object_get(w.store, list, 0, &value, NULL));
    CHECK_EQ(1, value.of.i32);
    world_end(&w);
}

TEST(a_supertype_lives_as_long_as_an_object_below_it)
{
    struct world w;
    begin_mode(&w, TN_GC_PRECISE);
    static const char text[] =
        "(module (type $a (sub (struct (field i32))))"
        "  (type $b (sub $a (struct (field i32) (field i64))))"
        "  (func (export \"new\") (result anyref)"
        "    (struct.new $b (i32.const 5) (i64.const 6)))"
        "  (func (export \"is\") (param anyref) (result i32)"
        "    (ref.test (ref $a) (local.get 0))))";
    tn_instance *in = own_instance(&w, text);
    tn_val object = ask(&w, in, "new", NULL, 0);
    CHECK_EQ(TN_OK, tn_ref_pin(w.store, object, NULL));
    tn_instance_free(in);
    collect(&w);
    tn_instance *other =
        own_instance(&w, "(module (type $x (sub (struct (field f32))))"
                         "  (func (export \"is\") (param anyref) (result i32)"
                         "    (ref.test (ref $x) (local.get 0))))");
    CHECK_EQ(0, ask(&w, other, "is", &object, 1).of.i32);
    in = own_instance(&w, text);
    CHECK_EQ(1, ask(&w, in, "is", &object, 1).of.i32);
    world_end(&w);
}

/* --- The embedder's side ------------------------------------------------------------------ */

static const char kinds_wat[] =
    "(module (type $s (struct (field (mut i32)) (field i8) (field i64)"
    "                         (field (mut anyref)) (field (ref null func))))"
    "  (type $a (array (mut i16))) (type $r (array (mut eqref)))"
    "  (func (export \"s\") (result structref) (struct.new $s (i32.const 1)"
    "    (i32.const 255) (i64.const -3) (ref.i31 (i32.const -5))"
    "    (ref.null func)))"
    "  (func (export \"a\") (result arrayref)"
    "    (array.new $a (i32.const -1) (i32.const 6)))"
    "  (func (export \"r\") (result eqref)"
    "    (array.new_default $r (i32.const 3)))"
    "  (func (export \"i\") (result i31ref) (ref.i31 (i32.const -3)))"
    "  (func (export \"n\") (result anyref) (ref.null none))"
    "  (func (export \"id\") (param anyref) (result anyref) (local.get 0))"
    "  (func (export \"out\") (param anyref) (result externref)"
    "    (extern.convert_any (local.get 0)))"
    "  (func (export \"in\") (param externref) (result anyref)"
    "    (any.convert_extern (local.get 0))))";

TEST(the_embedder_learns_what_a_reference_is)
{
    struct world w;
    begin_mode(&w, TN_GC_PRECISE);
    tn_instance *in = own_instance(&w, kinds_wat);
    CHECK_EQ(TN_REF_STRUCT, tn_ref_kind(ask(&w, in, "s", NULL, 0)));
    CHECK_EQ(TN_REF_ARRAY, tn_ref_kind(ask(&w, in, "a", NULL, 0)));
    CHECK_EQ(TN_REF_ARRAY, tn_ref_kind(ask(&w, in, "r", NULL, 0)));
    CHECK_EQ(TN_REF_I31, tn_ref_kind(ask(&w, in, "i", NULL, 0)));
    CHECK_EQ(TN_REF_NULL, tn_ref_kind(ask(&w, in, "n", NULL, 0)));
    CHECK_EQ(TN_REF_NONE, tn_ref_kind(i32_val(1)));
    tn_val host = {.kind = TN_EXTERNREF, .of.ref = &w};
    CHECK_EQ(TN_REF_EXTERN, tn_ref_kind(host));
    CHECK_EQ(TN_REF_HOST, tn_ref_kind(ask(&w, in, "in", &host, 1)));
    CHECK_EQ(-3, tn_i31_get(ask(&w, in, "i", NULL, 0)));
    CHECK_EQ(-1, tn_i31_get(tn_i31_new(INT32_MAX)));
    CHECK_EQ(0x3fffffff, tn_i31_get(tn_i31_new(0x3fffffff)));
    world_end(&w);
}

TEST(fields_are_read_and_written)
{
    struct world w;
    tn_val v;
    begin_mode(&w, TN_GC_STRESS);
    tn_instance *in = own_instance(&w, kinds_wat);
    tn_val s = ask(&w, in, "s", NULL, 0);
    CHECK_EQ(5, tn_object_count(s));
    CHECK_EQ(TN_OK, tn_object_get(w.store, s, 1, &v, NULL));
    CHECK_EQ(TN_I32, v.kind);
    CHECK_EQ(255, v.of.i32);
    CHECK_EQ(TN_OK, tn_object_get(w.store, s, 2, &v, NULL));
    CHECK_EQ(TN_I64, v.kind);
    CHECK_EQ(-3, v.of.i64);
    CHECK_EQ(TN_OK, tn_object_get(w.store, s, 3, &v, NULL));
    CHECK_EQ(-5, tn_i31_get(v));
    CHECK_EQ(TN_OK, tn_object_get(w.store, s, 4, &v, NULL));
    CHECK_EQ(TN_FUNCREF, v.kind);
    CHECK_EQ(TN_OK, tn_object_set(w.store, s, 0, i32_val(77), NULL));
    CHECK_EQ(TN_OK, tn_object_get(w.store, s, 0, &v, NULL));
    CHECK_EQ(77, v.of.i32);
    CHECK_EQ(TN_OK, tn_object_set(w.store, s, 3, s, NULL));
    CHECK_EQ(TN_OK, tn_object_get(w.store, s, 3, &v, NULL));
    CHECK(tn_ref_equals(v, s));
    CHECK_EQ(TN_E_MISUSE, tn_object_set(w.store, s, 1, i32_val(1), NULL));
    CHECK_EQ(TN_E_TYPE, tn_object_set(w.store, s, 0, s, NULL));
    CHECK_EQ(TN_E_NOT_FOUND, tn_object_get(w.store, s, 5, &v, NULL));
    world_end(&w);
}

TEST(elements_are_read_and_written)
{
    struct world w;
    tn_val v;
    uint64_t size;
    begin_mode(&w, TN_GC_PRECISE);
    tn_instance *in = own_instance(&w, kinds_wat);
    tn_val a = ask(&w, in, "a", NULL, 0);
    CHECK_EQ(6, tn_object_count(a));
    CHECK_EQ(TN_OK, tn_object_set(w.store, a, 5, i32_val(0x12345), NULL));
    CHECK_EQ(TN_OK, tn_object_get(w.store, a, 5, &v, NULL));
    CHECK_EQ(0x2345, v.of.i32);
    const uint8_t *bytes = tn_array_bytes(a, &size);
    CHECK_EQ(12, size);
    CHECK_EQ(0xff, bytes[0]);
    CHECK_EQ(0x45, bytes[10]);
    CHECK_EQ(TN_E_NOT_FOUND, tn_object_set(w.store, a, 6, i32_val(0), NULL));
    tn_val r = ask(&w, in, "r", NULL, 0);
    CHECK(tn_array_bytes(r, &size) == NULL);
    CHECK_EQ(0, size);
    tn_val host = {.kind = TN_EXTERNREF, .of.ref = &w};
    CHECK_EQ(TN_OK, tn_any_from_extern(w.store, host, &v, NULL));
    CHECK_EQ(TN_E_TYPE, tn_object_set(w.store, r, 0, v, NULL));
    CHECK_EQ(TN_OK, tn_object_set(w.store, r, 0, tn_i31_new(9), NULL));
    CHECK_EQ(TN_OK, tn_object_get(w.store, r, 0, &v, NULL));
    CHECK_EQ(9, tn_i31_get(v));
    world_end(&w);
}

TEST(vectors_take_sixteen_bytes_of_an_object)
{
    struct world w;
    tn_val v;
    ONLY_IF((tn_features_default() & TN_FEATURE_BIT(TN_FEATURE_SIMD)) != 0);
    begin_mode(&w, TN_GC_STRESS);
    tn_instance *in = own_instance(
        &w, "(module (type $s (struct (field i8 v128 anyref)))"
            "  (type $a (array (mut v128)))"
            "  (func (export \"s\") (result anyref) (struct.new $s"
            "    (i32.const 1) (v128.const i64x2 3 4) (ref.i31 (i32.const 2))))"
            "  (func (export \"a\") (result anyref)"
            "    (array.new $a (v128.const i64x2 5 6) (i32.const 9))))");
    tn_val s = ask(&w, in, "s", NULL, 0);
    CHECK_EQ(TN_OK, tn_object_get(w.store, s, 1, &v, NULL));
    CHECK_EQ(TN_V128, v.kind);
    CHECK_EQ(3, v.of.v128[0]);
    CHECK_EQ(4, v.of.v128[8]);
    CHECK_EQ(TN_OK, tn_object_get(w.store, s, 2, &v, NULL));
    CHECK_EQ(2, tn_i31_get(v));
    tn_val a = ask(&w, in, "a", NULL, 0);
    CHECK_EQ(TN_E_TYPE, tn_object_set(w.store, a, 7, v, NULL));
    CHECK_EQ(TN_OK, tn_object_get(w.store, a, 8, &v, NULL));
    CHECK_EQ(6, v.of.v128[8]);
    world_end(&w);
}

TEST(the_embedder_makes_objects_of_a_modules_types)
{
    for (size_t i = 0; i < sizeof all_modes / sizeof *all_modes; i++) {
        struct world w;
        tn_val list = {.kind = TN_ANYREF}, array, value;
        uint64_t size;
        begin_mode(&w, all_modes[i]);
        tn_module *module = own_module(
            &w, "(module (type $l (struct (field i32) (field (ref null $l))))"
                "  (type (array i8)) (type (struct (field (ref eq)))))");
        for (int32_t k = 1; k <= 5; k++) {
            tn_val fields[2] = {i32_val(k), list};
            CHECK_EQ(TN_OK, tn_struct_new(w.store, module, 0, fields, 2, &list,
                                          &w.err));
        }
        CHECK_EQ(TN_OK, tn_ref_pin(w.store, list, NULL));
        CHECK_EQ(TN_E_NOT_FOUND,
                 tn_struct_new(w.store, module, 1, NULL, 0, &value, NULL));
        CHECK_EQ(TN_E_TYPE,
                 tn_struct_new(w.store, module, 2, NULL, 0, &value, NULL));
        value = i32_val('x');
        CHECK_EQ(TN_OK, tn_array_new(w.store, module, 1, 1000, &value, &array,
                                     &w.err));
        const char *bytes = tn_array_bytes(array, &size);
        CHECK_EQ(1000, size);
        CHECK_EQ('x', bytes[999]);
        tn_module_free(module);
        tn_instance *in = own_instance(&w, list_wat);
        CHECK_EQ(15, ask(&w, in, "sum", &list, 1).of.i32);
        world_end(&w);
    }
}

TEST(an_extern_comes_back_as_it_went)
{
    struct world w;
    begin_mode(&w, TN_GC_STRESS);
    tn_instance *in = own_instance(&w, kinds_wat);
    tn_val host = {.kind = TN_EXTERNREF, .of.ref = &w};
    tn_val any = ask(&w, in, "in", &host, 1);
    tn_val back = ask(&w, in, "out", &any, 1);
    CHECK(back.of.ref == &w);
    tn_val s = ask(&w, in, "s", NULL, 0);
    tn_val ext = ask(&w, in, "out", &s, 1);
    CHECK_EQ(TN_EXTERNREF, ext.kind);
    CHECK(tn_ref_equals(s, ask(&w, in, "in", &ext, 1)));
    CHECK(tn_ref_equals(tn_any_to_extern(s), ext));
    world_end(&w);
}

TEST(what_the_store_did_not_give_is_refused)
{
    struct world w, other;
    tn_val n = i32_val(2), out;
    begin_mode(&w, TN_GC_PRECISE);
    begin_mode(&other, TN_GC_PRECISE);
    tn_instance *in = own_instance(&w, list_wat);
    tn_instance *in_other = own_instance(&other, list_wat);
    tn_val foreign = ask(&other, in_other, "make", &n, 1);
    CHECK_EQ(TN_E_MISUSE, call_in(&w, in, "sum", &foreign, 1, &out));
    CHECK_EQ(TN_E_MISUSE, tn_ref_pin(w.store, foreign, NULL));
    tn_val pointer = {.kind = TN_ANYREF, .of.ref = &w};
    CHECK_EQ(TN_E_MISUSE, call_in(&w, in, "sum", &pointer, 1, &out));
    tn_val number = tn_i31_new(4);
    CHECK_EQ(TN_E_TYPE, call_in(&w, in, "sum", &number, 1, &out));
    CHECK_EQ(TN_E_TYPE, tn_ref_pin(w.store, n, NULL));
    if (sizeof(void *) > 4) {
        tn_val shaped = {.kind = TN_EXTERNREF,
                         .of.ref = (void *)(uintptr_t)0xfff8000000001230};
        CHECK_EQ(TN_E_MISUSE, tn_ref_pin(w.store, shaped, NULL));
    }
    world_end(&other);
    world_end(&w);
}

TEST(tables_and_globals_of_the_embedder_hold_objects)
{
    struct world w;
    tn_val n = i32_val(4), null = {.kind = TN_ANYREF}, out;
    tn_limits_info limits = {.min = 2, .max = 10};
    tn_table *table;
    tn_global *global;
    begin_mode(&w, TN_GC_PRECISE);
    CHECK_EQ(TN_OK, tn_table_new(w.store, TN_ANYREF, limits, &table, NULL));
    CHECK_EQ(TN_OK, tn_global_new(w.store, null, true, &global, NULL));
    tn_extern item = {.kind = TN_EXTERN_TABLE, .of.table = table};
    CHECK_EQ(TN_OK, tn_imports_define(w.imports, "h", "t", item, NULL));
    item = (tn_extern){.kind = TN_EXTERN_GLOBAL, .of.global = global};
    CHECK_EQ(TN_OK, tn_imports_define(w.imports, "h", "g", item, NULL));
    own_instance(&w, "(module (import \"h\" \"t\" (table 2 anyref))"
                     "  (import \"h\" \"g\" (global (mut anyref))))");
    tn_instance *in = own_instance(&w, list_wat);
    out = ask(&w, in, "make", &n, 1);
    CHECK_EQ(TN_OK, tn_table_set(table, 1, out, NULL));
    out = ask(&w, in, "make", &n, 1);
    CHECK_EQ(TN_OK, tn_global_set(global, out, NULL));
    CHECK_EQ(2, tn_table_grow(table, 3, out));
    CHECK_EQ(8 * 24, live_bytes(&w));
    CHECK_EQ(TN_OK, tn_table_get(table, 1, &out, NULL));
    CHECK_EQ(10, ask(&w, in, "sum", &out, 1).of.i32);
    CHECK_EQ(TN_OK, tn_table_set(table, 1, null, NULL));
    CHECK_EQ(4 * 24, live_bytes(&w));
    CHECK_EQ(TN_OK, tn_global_set(global, null, NULL));
    CHECK_EQ(4 * 24, live_bytes(&w));
    for (uint64_t i = 2; i < 5; i++)
        CHECK_EQ(TN_OK, tn_table_set(table, i, tn_i31_new(1), NULL));
    CHECK_EQ(0, live_bytes(&w));
    world_end(&w);
}

/* --- Host functions ------------------------------------------------------------------------- */

static tn_status collect_here(tn_call *call, uint64_t *slots, void *env,
                              tn_error *err)
{
    (void)slots, (void)env;
    return tn_store_collect(tn_call_store(call), err);
}

/* The list is only an argument here, and a local of the caller's caller. */
TEST(what_a_host_function_was_given_lives_until_it_returns)
{
    for (size_t i = 0; i < sizeof all_modes / sizeof *all_modes; i++) {
        struct world w;
        begin_mode(&w, all_modes[i]);
        CHECK_EQ(TN_OK, tn_imports_func(w.imports, "h", "f",
                                        "(i32, eqref, anyref) -> anyref",
                                        collect_here, NULL, &w.err));
        tn_instance *in = own_instance(
            &w, "(module (type $b (struct (field i32)))"
                "  (import \"h\" \"f\" (func $f"
                "    (param i32 eqref anyref) (result anyref)))"
                "  (func $g (param eqref) (result i32)"
                "    (drop (call $f (i32.const 1) (local.get 0)"
                "      (struct.new $b (i32.const 9))))"
                "    (i32.const 0))"
                "  (func (export \"go\") (result i32)"
                "    (local $x (ref null $b))"
                "    (local.set $x (struct.new $b (i32.const 42)))"
                "    (drop (call $g (struct.new $b (i32.const 8))))"
                "    (struct.get $b 0 (local.get $x))))");
        CHECK_EQ(42, ask(&w, in, "go", NULL, 0).of.i32);
        collect(&w);
        CHECK_EQ(0, live_bytes(&w));
        world_end(&w);
    }
}

static tn_status give_back_third(tn_call *call, uint64_t *slots, void *env,
                                 tn_error *err)
{
    slots[0] = slots[2];
    return collect_here(call, slots, env, err);
}

TEST(results_of_a_host_function_live_too)
{
    struct world w;
    begin_mode(&w, TN_GC_STRESS);
    CHECK_EQ(TN_OK, tn_imports_func(w.imports, "h", "f",
                                    "(i32, i32, (ref any)) -> (ref any)",
                                    give_back_third, NULL, &w.err));
    tn_instance *in =
        own_instance(&w, "(module (type $b (struct (field i32)))"
                         "  (import \"h\" \"f\" (func $f"
                         "    (param i32 i32 (ref any)) (result (ref any))))"
                         "  (func (export \"go\") (result i32)"
                         "    (struct.get $b 0 (ref.cast (ref $b)"
                         "      (call $f (i32.const 1) (i32.const 2)"
                         "        (struct.new $b (i32.const 31)))))))");
    CHECK_EQ(31, ask(&w, in, "go", NULL, 0).of.i32);
    world_end(&w);
}

/* --- Limits ----------------------------------------------------------------------------------- */

TEST(a_store_has_no_more_objects_than_its_limit)
{
    struct world w;
    tn_store_config config = TN_STORE_CONFIG_INIT;
    tn_val n = i32_val(100000);
    config.max_gc_bytes = 1 << 20;
    world_begin(&w, &config);
    tn_instance *in = own_instance(&w, list_wat);
    CHECK_EQ(TN_E_TRAP, call_in(&w, in, "keep", &n, 1, NULL));
    CHECK_EQ(TN_TRAP_NO_MEMORY, tn_store_trap_kind(w.store));
    CHECK(tn_store_gc_info(w.store).heap_bytes <= 1 << 20);
    n = i32_val(1000);
    tell(&w, in, "keep", &n, 1);
    tell(&w, in, "waste", &n, 1);
    world_end(&w);
}

struct grant {
    uint64_t limit, asked;
};

static bool grant_up_to(void *ctx, uint64_t now, uint64_t wanted)
{
    struct grant *grant = ctx;
    grant->asked++;
    return now + wanted <= grant->limit;
}

TEST(the_embedder_is_asked_before_the_heap_grows)
{
    struct world w;
    struct grant grant = {.limit = 512 << 10};
    tn_store_config config = TN_STORE_CONFIG_INIT;
    tn_val n = i32_val(100000);
    config.gc_grow = grant_up_to;
    config.gc_ctx = &grant;
    world_begin(&w, &config);
    tn_instance *in = own_instance(&w, list_wat);
    CHECK_EQ(TN_E_TRAP, call_in(&w, in, "keep", &n, 1, NULL));
    CHECK(grant.asked >= 2);
    CHECK(tn_store_gc_info(w.store).heap_bytes <= grant.limit);
    grant.limit = UINT64_MAX;
    tell(&w, in, "keep", &n, 1);
    world_end(&w);
}

TEST(an_array_too_large_for_memory_is_a_trap)
{
    struct world w;
    tn_store_config config = TN_STORE_CONFIG_INIT;
    config.max_gc_bytes = 64 << 20;
    world_begin(&w, &config);
    tn_instance *in = own_instance(
        &w, "(module (type $a (array i64))"
            "  (func (export \"go\") (param i32) (result i32)"
            "    (array.len (array.new_default $a (local.get 0)))))");
    tn_val n = i32_val(-1), out;
    CHECK_EQ(TN_E_TRAP, call_in(&w, in, "go", &n, 1, &out));
    CHECK_EQ(TN_TRAP_NO_MEMORY, tn_store_trap_kind(w.store));
    n = i32_val(1000000);
    for (int i = 0; i < 50; i++) /* each of 8 MB */
        CHECK_EQ(1000000, ask(&w, in, "go", &n, 1).of.i32);
    world_end(&w);
}

/* --- Memory fails at each step -------------------------------------------------------------------- */

/* What it did, or how it failed; leaves nothing behind. */
static tn_status run_all(struct fault *fault)
{
    tn_allocator allocator = fault_allocator(fault);
    tn_config config = TN_CONFIG_INIT;
    tn_error err = {0};
    tn_engine *engine = NULL;
    tn_store *store = NULL;
    tn_module *module = NULL;
    tn_instance *in = NULL;
    tn_imports *imports = NULL;
    tn_func *func;
    tn_text bytes;
    tn_val n = i32_val(3000), list, made;
    static const char text[] =
        "(module (type $l (struct (field $v i32) (field $n (ref null $l))))"
        "  (type $a (array (mut anyref)))"
        "  (type $big (array i64))"
        "  (global anyref (array.new_fixed $a 2 (ref.i31 (i32.const 1))"
        "    (struct.new_default $l)))"
        "  (table 3 anyref (struct.new_default $l))"
        "  (elem $e anyref (item (struct.new_default $l))"
        "    (item (ref.i31 (i32.const 4))))"
        "  (func (export \"go\") (param $k i32) (result anyref)"
        "    (local $l (ref null $l))"
        "    (loop $more"
        "      (local.set $l (struct.new $l (local.get $k) (local.get $l)))"
        "      (br_if $more (local.tee $k"
        "        (i32.sub (local.get $k) (i32.const 1)))))"
        "    (drop (array.new_default $big (i32.const 10000)))"
        "    (array.new_elem $a $e (i32.const 0) (i32.const 2))))";
    config.allocator = &allocator;
    tn_status status = tn_wat_parse(text, strlen(text), &bytes, &err);
    if (status != TN_OK)
        FAIL("%s", err.text);
    status = tn_engine_new(&config, &engine, &err);
    if (status == TN_OK)
        status = tn_store_new(engine, NULL, &store, &err);
    if (status == TN_OK)
        status =
            tn_module_new_copy(engine, bytes.at, bytes.size, &module, &err);
    if (status == TN_OK)
        status = tn_imports_new(store, &imports, &err);
    if (status == TN_OK)
        status = tn_instance_new(store, module, imports, &in, &err);
    if (status == TN_OK)
        status = tn_instance_func(in, "go", &func, &err);
    if (status == TN_OK)
        status = tn_func_call(func, &n, 1, &list, 1, &err);
    if (status == TN_OK)
        status = tn_ref_pin(store, list, &err);
    if (status == TN_OK)
        status = tn_store_collect(store, &err);
    if (status == TN_OK)
        status = tn_array_new(store, module, 1, 10, &list, &made, &err);
    tn_imports_free(imports);
    tn_store_free(store);
    tn_module_free(module);
    tn_engine_free(engine);
    tn_text_free(&bytes);
    return status;
}

TEST(memory_may_fail_at_each_step)
{
    size_t n = 0, reached;
    do {
        struct fault fault = fault_at(n), alone = fault_once(n);
        tn_status status = run_all(&fault);
        reached = fault.requests;
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
        CHECK(reached > n || status == TN_OK);
        (void)run_all(&alone);
        CHECK_EQ(0, alone.live);
        CHECK_EQ(0, alone.wrong_size);
    } while (reached > n++);
    CHECK(n > 40);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
