/* api_exception.c - exceptions: across instances and host functions, tags by
 * identity, and what is left when nobody catches. */
#include "api.h"

#include <time.h>

static tn_extern export_of(struct world *w, tn_instance *instance,
                           const char *name)
{
    tn_extern item;
    if (tn_instance_export(instance, name, &item, &w->err) != TN_OK)
        FAIL("no export %s", name);
    return item;
}

/* ------------------------------------------------------------ instances */

static const char thrower[] =
    "(module $thrower (tag $e (export \"e\") (param i32 i64 f64 externref))"
    "  (tag $other (export \"other\") (param i32 i64 f64 externref))"
    "  (func (export \"throw\") (param i32)"
    "    (throw $e (local.get 0) (i64.const -5) (f64.const 0.5)"
    "      (ref.null extern)))"
    "  (func (export \"throw_other\") (param i32)"
    "    (throw $other (local.get 0) (i64.const 0) (f64.const 0)"
    "      (ref.null extern))))";

/* Final: its tag, then any; legacy likewise. 1 and 2 tell which. */
static const char catcher[] =
    "(module $catcher"
    "  (type $v (func (result i32 i64 f64 externref)))"
    "  (import \"t\" \"e\" (tag $e (param i32 i64 f64 externref)))"
    "  (import \"t\" \"throw\" (func $throw (param i32)))"
    "  (import \"t\" \"throw_other\" (func $other (param i32)))"
    "  (table funcref (elem $throw $other))"
    "  (type $f (func (param i32)))"
    "  (func (export \"final\") (param i32 i32) (result i32 i32)"
    "    (local $mine i32)"
    "    (local.set $mine (i32.const 30))"
    "    (block $any"
    "      (block $e (result i32 i64 f64 externref)"
    "        (try_table (catch $e $e) (catch_all $any)"
    "          (call_indirect (type $f) (local.get 0) (local.get 1)))"
    "        (return (i32.const 0) (i32.const 0)))"
    "      (drop) (drop) (drop)"
    "      (return (i32.add (local.get $mine)) (i32.const 1)))"
    "    (local.get $mine) (i32.const 2))"
    "  (func (export \"legacy\") (param i32 i32) (result i32 i32)"
    "    try (result i32 i32)"
    "      (call_indirect (type $f) (local.get 0) (local.get 1))"
    "      i32.const 0 i32.const 0"
    "    catch $e drop drop drop i32.const 1"
    "    catch_all i32.const -1 i32.const 2 end))";

static void check_pair(struct world *w, tn_instance *instance, const char *name,
                       int32_t argument, int32_t which, int32_t first,
                       int32_t second)
{
    tn_val args[] = {{.kind = TN_I32, .of.i32 = argument},
                     {.kind = TN_I32, .of.i32 = which}};
    tn_val results[2];
    tn_func *func = export_of(w, instance, name).of.func;
    CHECK_EQ(TN_OK, tn_func_call(func, args, 2, results, 2, &w->err));
    CHECK_EQ(first, results[0].of.i32);
    CHECK_EQ(second, results[1].of.i32);
}

TEST(another_instance_catches_by_the_tag_not_by_its_type)
{
    struct world w;
    world_begin(&w, NULL);
    tn_instance *from = world_instance(&w, thrower);
    CHECK_EQ(TN_OK, tn_imports_instance(w.imports, "t", from, &w.err));
    tn_instance *to = world_instance(&w, catcher);
    check_pair(&w, to, "final", 7, 0, 37, 1);
    check_pair(&w, to, "final", 7, 1, 30, 2);
    check_pair(&w, to, "legacy", 7, 0, 7, 1);
    check_pair(&w, to, "legacy", 7, 1, -1, 2);
    world_end(&w);
}

TEST(what_nobody_catches_has_its_tag_its_values_and_its_frames)
{
    struct world w;
    tn_store_config config = TN_STORE_CONFIG_INIT;
    config.trap_policy = TN_TRAP_POISONS;
    world_begin(&w, &config);
    tn_instance *from = world_instance(&w, thrower);
    int32_t argument = 3;
    CHECK(tn_store_exception_tag(w.store) == NULL);
    CHECK_EQ(0, tn_store_exception_count(w.store));
    CHECK_EQ(TN_E_EXCEPTION, call_i32(&w, from, "throw", &argument, 1, NULL));
    CHECK_STR("uncaught exception (i32, i64, f64, externref)", w.err.text);
    tn_tag *tag = export_of(&w, from, "e").of.tag;
    CHECK(tn_store_exception_tag(w.store) == tag);
    CHECK_EQ(4, tn_tag_param_count(tag));
    CHECK_EQ(TN_F64, tn_tag_param(tag, 2));
    CHECK_EQ(4, tn_store_exception_count(w.store));
    CHECK_EQ(3, tn_store_exception_value(w.store, 0).of.i32);
    CHECK_EQ(-5, tn_store_exception_value(w.store, 1).of.i64);
    CHECK(tn_store_exception_value(w.store, 2).of.f64 == 0.5);
    CHECK_EQ(TN_EXTERNREF, tn_store_exception_value(w.store, 3).kind);
    CHECK_EQ(TN_EXNREF, tn_store_exception_ref(w.store).kind);
    CHECK_EQ(TN_TRAP_UNCAUGHT_EXCEPTION, tn_store_trap_kind(w.store));
    CHECK_EQ(1, tn_store_trap_frame_count(w.store));
    CHECK_STR("thrower", tn_store_trap_frame(w.store, 0).module);
    /* No trap: nobody is poisoned. */
    CHECK_EQ(TN_E_EXCEPTION,
             call_i32(&w, from, "throw_other", &argument, 1, NULL));
    world_end(&w);
}

TEST(an_exception_in_a_start_function_is_told)
{
    struct world w;
    tn_instance *instance;
    world_begin(&w, NULL);
    CHECK_EQ(TN_E_EXCEPTION,
             world_try(&w, "(module (tag $e) (func $f throw $e) (start $f))",
                       &instance));
    CHECK_STR("uncaught exception ()", w.err.text);
    world_end(&w);
}

/* $tail is called as within its instance, and leaves it by a tail call: the
 * frame between holds the context that the handler needs. */
static const char trampoline[] =
    "(module (import \"t\" \"throw\" (func $throw (param i32)))"
    "  (import \"t\" \"e\" (tag $e (param i32 i64 f64 externref)))"
    "  (memory 1) (data (i32.const 8) \"*\")"
    "  (func $tail (param i32) (return_call $throw (local.get 0)))"
    "  (func $more (param i32) (return_call $tail (local.get 0)))"
    "  (func (export \"go\") (result i32)"
    "    (block $h (try_table (catch_all $h) (call $more (i32.const 1))))"
    "    (i32.load8_u (i32.const 8))))";

TEST(a_handler_has_its_instance_back_behind_tail_calls)
{
    struct world w;
    world_begin(&w, NULL);
    tn_instance *from = world_instance(&w, thrower);
    CHECK_EQ(TN_OK, tn_imports_instance(w.imports, "t", from, &w.err));
    tn_instance *to = world_instance(&w, trampoline);
    CHECK_EQ('*', get_i32(&w, to, "go"));
    world_end(&w);
}

/* --------------------------------------------------------- host functions */

enum answer {
    PASS_ON,
    SWALLOW,
    THROW_ANEW,
    THROW_FIRST,
    MAKE_TRAP
};

struct host {
    enum answer answer;
    tn_func *inner;
    tn_tag *tag;
    tn_status seen;
    tn_val first;  /* exception */
    int32_t value; /* of the exception that came, if it has one */
};

static tn_status between(tn_call *call, uint64_t *slots, void *env,
                         tn_error *err)
{
    struct host *host = env;
    tn_store *store = tn_call_store(call);
    tn_val value = {.kind = TN_I32, .of.i32 = 1000};
    uint64_t none[4] = {0};
    (void)slots;
    host->seen =
        host->inner == NULL ? TN_OK : tn_func_call_raw(host->inner, none, err);
    if (tn_store_exception_count(store) > 0)
        host->value = tn_store_exception_value(store, 0).of.i32;
    switch (host->answer) {
    case SWALLOW:
        return TN_OK;
    case THROW_ANEW:
        return tn_call_throw(call, host->tag, &value, 1, err);
    case THROW_FIRST:
        if (host->first.of.ref == NULL)
            host->first = tn_store_exception_ref(store);
        (void)tn_ref_pin(store, host->first, NULL);
        return tn_call_throw_ref(call, host->first, err);
    case MAKE_TRAP:
        return TN_E_TRAP;
    case PASS_ON:
        break;
    }
    return host->seen;
}

/* Calls the host function, which may call `inner`, and catches what comes. */
static const char around_host[] =
    "(module $around (import \"h\" \"f\" (func $f))"
    "  (import \"h\" \"e\" (tag $e (param i32)))"
    "  (func (export \"inner\") (throw $e (i32.const 11)))"
    "  (func $calls (call $f))"
    "  (func (export \"go\") (result i32)"
    "    (block $e (result i32)"
    "      (try_table (catch $e $e) (call $calls))"
    "      (i32.const -1)))"
    "  (func (export \"tail\") (result i32)"
    "    (block $e (result i32)"
    "      (try_table (catch $e $e) (call $tail))"
    "      (i32.const -1)))"
    "  (func $tail (try_table (catch_all 0) (return_call $f)))"
    "  (func (export \"bare\") (call $calls)))";

static tn_instance *around(struct world *w, struct host *host)
{
    world_begin(w, NULL);
    CHECK_EQ(TN_OK, tn_tag_new(w->store, "(i32) -> ()", &host->tag, &w->err));
    CHECK_EQ(TN_OK, tn_imports_func(w->imports, "h", "f", "() -> ()", between,
                                    host, &w->err));
    tn_extern item = {.kind = TN_EXTERN_TAG, .of.tag = host->tag};
    CHECK_EQ(TN_OK, tn_imports_define(w->imports, "h", "e", item, &w->err));
    tn_instance *instance = world_instance(w, around_host);
    host->inner = export_of(w, instance, "inner").of.func;
    return instance;
}

TEST(a_host_function_passes_an_exception_on)
{
    struct world w;
    struct host host = {.answer = PASS_ON};
    tn_instance *instance = around(&w, &host);
    CHECK_EQ(11, get_i32(&w, instance, "go"));
    CHECK_EQ(TN_E_EXCEPTION, host.seen);
    CHECK_EQ(11, host.value);
    /* The handlers of who called it by a tail call are gone. */
    CHECK_EQ(11, get_i32(&w, instance, "tail"));
    CHECK_EQ(TN_E_EXCEPTION, call_i32(&w, instance, "bare", NULL, 0, NULL));
    CHECK_EQ(3, tn_store_trap_depth(w.store)); /* inner; $calls, bare */
    world_end(&w);
}

TEST(a_host_function_ends_an_exception)
{
    struct world w;
    struct host host = {.answer = SWALLOW};
    tn_instance *instance = around(&w, &host);
    CHECK_EQ(-1, get_i32(&w, instance, "go"));
    CHECK_EQ(TN_OK, call_i32(&w, instance, "bare", NULL, 0, NULL));
    CHECK_EQ(TN_E_EXCEPTION, host.seen);
    world_end(&w);
}

TEST(a_host_function_throws_its_own)
{
    struct world w;
    struct host host = {.answer = THROW_ANEW};
    tn_instance *instance = around(&w, &host);
    CHECK_EQ(1000, get_i32(&w, instance, "go"));
    host.inner = NULL;
    CHECK_EQ(1000, get_i32(&w, instance, "go"));
    CHECK_EQ(TN_E_EXCEPTION, call_i32(&w, instance, "bare", NULL, 0, NULL));
    CHECK_EQ(1000, tn_store_exception_value(w.store, 0).of.i32);
    CHECK_EQ(2, tn_store_trap_depth(w.store)); /* $calls, bare */
    world_end(&w);
}

TEST(a_host_function_throws_an_old_exception)
{
    struct world w;
    struct host host = {.answer = THROW_FIRST, .first = {.kind = TN_EXNREF}};
    tn_instance *instance = around(&w, &host);
    CHECK_EQ(11, get_i32(&w, instance, "go"));
    host.inner = NULL;
    CHECK_EQ(11, get_i32(&w, instance, "go"));
    host.first = (tn_val){.kind = TN_EXNREF}; /* there is none any more */
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "bare", NULL, 0, NULL));
    CHECK_EQ(TN_TRAP_HOST, tn_store_trap_kind(w.store));
    world_end(&w);
}

TEST(a_host_function_makes_a_trap_of_an_exception)
{
    struct world w;
    int32_t result;
    struct host host = {.answer = MAKE_TRAP};
    tn_instance *instance = around(&w, &host);
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "go", NULL, 0, &result));
    CHECK_EQ(TN_TRAP_UNCAUGHT_EXCEPTION, tn_store_trap_kind(w.store));
    world_end(&w);
}

static tn_status throw_badly(tn_call *call, uint64_t *slots, void *env,
                             tn_error *err)
{
    tn_val value = {.kind = TN_I64, .of.i64 = 1};
    (void)slots;
    return tn_call_throw(call, env, &value, 1, err);
}

TEST(an_exception_has_the_values_of_its_tag)
{
    struct world w;
    tn_tag *tag;
    world_begin(&w, NULL);
    CHECK_EQ(TN_E_TYPE, tn_tag_new(w.store, "() -> i32", &tag, &w.err));
    CHECK_EQ(TN_OK, tn_tag_new(w.store, "(i32) -> ()", &tag, &w.err));
    CHECK_EQ(TN_OK, tn_imports_func(w.imports, "h", "f", "() -> ()",
                                    throw_badly, tag, &w.err));
    tn_instance *instance = world_instance(
        &w, "(module (import \"h\" \"f\" (func $f))"
            "  (func (export \"go\") (try_table (catch_all 0) (call $f))))");
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "go", NULL, 0, NULL));
    CHECK_EQ(TN_TRAP_HOST, tn_store_trap_kind(w.store));
    world_end(&w);
}

static tn_status close_and_throw(tn_call *call, uint64_t *slots, void *env,
                                 tn_error *err)
{
    (void)slots;
    tn_instance_close(tn_call_instance(call));
    return tn_call_throw(call, env, NULL, 0, err);
}

TEST(an_instance_that_was_closed_meanwhile_catches_nothing)
{
    struct world w;
    tn_tag *tag;
    world_begin(&w, NULL);
    CHECK_EQ(TN_OK, tn_tag_new(w.store, "() -> ()", &tag, &w.err));
    CHECK_EQ(TN_OK, tn_imports_func(w.imports, "h", "f", "() -> ()",
                                    close_and_throw, tag, &w.err));
    tn_instance *instance = world_instance(
        &w, "(module (import \"h\" \"f\" (func $f))"
            "  (func (export \"go\") (try_table (catch_all 0) (call $f))))");
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "go", NULL, 0, NULL));
    CHECK_EQ(TN_TRAP_UNLOADED, tn_store_trap_kind(w.store));
    world_end(&w);
}

/* ---------------------------------------------------------------- traps */

TEST(traps_are_not_caught)
{
    struct world w;
    world_begin(&w, NULL);
    tn_instance *instance = world_instance(
        &w, "(module"
            "  (func (export \"final\") (try_table (catch_all 0) unreachable))"
            "  (func (export \"legacy\") try unreachable catch_all end)"
            "  (func (export \"null\") (try_table (catch_all 0)"
            "    (throw_ref (ref.null exn))))"
            "  (func $deep (export \"deep\") (try_table (catch_all 0)"
            "    (call $deep))))");
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "final", NULL, 0, NULL));
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "legacy", NULL, 0, NULL));
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "null", NULL, 0, NULL));
    CHECK_EQ(TN_TRAP_NULL_EXCEPTION, tn_store_trap_kind(w.store));
    CHECK_EQ(TN_E_TRAP, call_i32(&w, instance, "deep", NULL, 0, NULL));
    CHECK_EQ(TN_TRAP_STACK, tn_store_trap_kind(w.store));
    world_end(&w);
}

/* ------------------------------------------------- rethrow and delegate */

static const char legacy[] =
    "(module (tag $a (param i32)) (tag $b (param i32))"
    "  (func $throw_a (param i32) (throw $a (local.get 0)))"
    /* An inner handler throws the outer's exception again. */
    "  (func (export \"rethrow_outer\") (result i32)"
    "    try (result i32)"
    "      try (result i32) (call $throw_a (i32.const 1)) i32.const 0"
    "      catch $a drop"
    "        try (result i32) (throw $b (i32.const 2))"
    "        catch $b drop rethrow 1 end"
    "      end"
    "    catch $b i32.const 100 i32.add"
    "    catch $a i32.const 200 i32.add end)"
    /* Past the handler around it, to the outermost one. */
    "  (func (export \"delegate_past\") (result i32)"
    "    try $out (result i32)"
    "      try (result i32)"
    "        try (result i32) (call $throw_a (i32.const 3)) i32.const 0"
    "        delegate $out"
    "      catch_all i32.const -1 end"
    "    catch $a end)"
    /* From a handler, out of the function. */
    "  (func $out"
    "    try"
    "      try (call $throw_a (i32.const 4)) delegate 1"
    "    catch_all end)"
    "  (func (export \"delegate_out\") (result i32)"
    "    try (result i32) (call $out) i32.const 0 catch $a end)"
    /* A block that is no try: those around it. */
    "  (func (export \"delegate_block\") (result i32)"
    "    try (result i32)"
    "      block $b (result i32)"
    "        try (result i32)"
    "          try (result i32) (call $throw_a (i32.const 5)) i32.const 0"
    "          delegate $b"
    "        catch_all i32.const -1 end"
    "      end"
    "    catch $a end))";

TEST(rethrow_and_delegate_choose_the_handler)
{
    struct world w;
    world_begin(&w, NULL);
    tn_instance *instance = world_instance(&w, legacy);
    CHECK_EQ(201, get_i32(&w, instance, "rethrow_outer"));
    CHECK_EQ(3, get_i32(&w, instance, "delegate_past"));
    CHECK_EQ(4, get_i32(&w, instance, "delegate_out"));
    CHECK_EQ(5, get_i32(&w, instance, "delegate_block"));
    world_end(&w);
}

/* ----------------------------------------------------------------- depth */

static const char deep[] =
    "(module (tag $e (param i32))"
    "  (func $down (param i32)"
    "    (if (i32.eqz (local.get 0)) (then (throw $e (i32.const 1))))"
    "    (call $down (i32.sub (local.get 0) (i32.const 1))) (nop))"
    "  (func (export \"go\") (param i32 i32) (result i32) (local $sum i32)"
    "    (loop $again"
    "      (block $e (result i32)"
    "        (try_table (catch $e $e) (call $down (local.get 0)))"
    "        (i32.const 0))"
    "      (local.set $sum (i32.add (local.get $sum)))"
    "      (br_if $again (local.tee 1"
    "        (i32.sub (local.get 1) (i32.const 1)))))"
    "    (local.get $sum)))";

TEST(ten_thousand_frames_are_left_in_a_moment)
{
    struct world w;
    int32_t args[] = {10000, 100}, sum = 0;
    world_begin(&w, NULL);
    tn_instance *instance = world_instance(&w, deep);
    clock_t begin = clock();
    CHECK_EQ(TN_OK, call_i32(&w, instance, "go", args, 2, &sum));
    CHECK_EQ(100, sum);
    /* A million frames: tens of milliseconds, but for checking builds. */
    CHECK((double)(clock() - begin) / CLOCKS_PER_SEC < 10);
    world_end(&w);
}

TEST(exceptions_are_collected)
{
    struct world w;
    int32_t args[] = {0, 1000000}, sum = 0;
    world_begin(&w, NULL);
    tn_instance *instance = world_instance(&w, deep);
    CHECK_EQ(TN_OK, call_i32(&w, instance, "go", args, 2, &sum));
    CHECK_EQ(1000000, sum);
    CHECK(w.heap.live < 16 << 20);
    world_end(&w);
}

static const char with_references[] =
    "(module"
    "  (type $s (struct (field i32) (field (ref null $s))))"
    "  (tag $e (param (ref $s) i32 anyref))"
    "  (func $new (param i32) (result (ref $s))"
    "    (struct.new $s (local.get 0) (ref.null $s)))"
    "  (func $throw (param i32)"
    "    (throw $e (call $new (local.get 0)) (local.get 0)"
    "      (struct.new $s (i32.const 9) (call $new (local.get 0)))))"
    "  (func (export \"final\") (result i32)"
    "    (local $kept (ref null $s)) (local $x exnref) (local $sum i32)"
    "    (local.set $kept (call $new (i32.const 100)))"
    "    (call $new (i32.const 1000))"
    "    (block $h (result (ref $s) i32 anyref exnref)"
    "      (try_table (catch_ref $e $h) (call $throw (i32.const 3)))"
    "      unreachable)"
    "    (local.set $x) (drop) (drop)"
    "    (drop (call $new (i32.const 5)))"
    "    (i32.add (struct.get $s 0) (struct.get $s 0 (local.get $kept)))"
    "    (local.set $sum)"
    "    (struct.get $s 0) (local.set $sum (i32.add (local.get $sum)))"
    "    (block $again (result (ref $s) i32 anyref)"
    "      (try_table (catch $e $again)"
    "        (drop (call $new (i32.const 7))) (throw_ref (local.get $x)))"
    "      unreachable)"
    "    (struct.get $s 0 (struct.get $s 1 (ref.cast (ref $s))))"
    "    (local.set $sum (i32.add (local.get $sum))) (drop)"
    "    (i32.add (struct.get $s 0) (local.get $sum)))"
    "  (func (export \"legacy\") (result i32) (local $sum i32)"
    "    (call $new (i32.const 1000))"
    "    try (result i32)"
    "      try (result i32) (call $throw (i32.const 3)) i32.const 0"
    "      catch $e"
    "        drop drop drop (drop (call $new (i32.const 2))) rethrow 0"
    "      end"
    "    catch $e"
    "      (drop (call $new (i32.const 3))) drop drop struct.get $s 0"
    "    end"
    "    (local.set $sum)"
    "    (struct.get $s 0) (i32.add (local.get $sum))))";

TEST(what_exceptions_refer_to_is_not_collected)
{
    struct world w;
    tn_store_config config = TN_STORE_CONFIG_INIT;
    config.gc_mode = TN_GC_STRESS;
    world_begin(&w, &config);
    tn_instance *instance = world_instance(&w, with_references);
    CHECK_EQ(1109, get_i32(&w, instance, "final"));
    CHECK_EQ(1003, get_i32(&w, instance, "legacy"));
    world_end(&w);
}

/* ---------------------------------------------------------------- memory */

/* Request `n` fails, and `count` in all: a trap, after which all goes well.
 * How many requests there were. */
static size_t throw_short(size_t n, size_t count)
{
    struct world w;
    struct host host = {.answer = PASS_ON};
    tn_instance *instance = around(&w, &host);
    int32_t result = 0;
    w.heap.requests = 0;
    w.heap.fail_from = n;
    w.heap.fail_count = count;
    tn_status status = call_i32(&w, instance, "go", NULL, 0, &result);
    size_t reached = w.heap.requests;
    if (status == TN_OK) { /* what failed was not needed, or tried again */
        CHECK_EQ(11, result);
    } else {
        CHECK_EQ(TN_E_TRAP, status);
        CHECK_EQ(TN_TRAP_NO_MEMORY, tn_store_trap_kind(w.store));
    }
    w.heap.fail_from = SIZE_MAX;
    CHECK_EQ(11, get_i32(&w, instance, "go"));
    world_end(&w);
    return reached;
}

TEST(an_exception_that_has_no_memory_is_a_trap)
{
    size_t n = 0, reached;
    do {
        reached = throw_short(n, SIZE_MAX);
        throw_short(n, 1);
    } while (reached > n++);
    CHECK(n > 10);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
