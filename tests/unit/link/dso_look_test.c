/* What plans of spaces tell. */
#include "link/space.h"

#include "fault_alloc.h"
#include "tn_test.h"

/* Position-independent modules in text. MEM_INFO: 32 bytes of 2^4, 2 elements
 * of 2^1. */
#define DYLINK(bytes) "(@custom \"dylink.0\" (before first) \"" bytes "\")"
#define MEM_INFO      "\\01\\04\\20\\04\\02\\01"
#define BASES                                                          \
    "(import \"env\" \"memory\" (memory 1))"                           \
    "(import \"env\" \"__indirect_function_table\" (table 2 funcref))" \
    "(import \"env\" \"__memory_base\" (global $mb i32))"              \
    "(import \"env\" \"__table_base\" (global $tb i32))"

/* NEEDED liba.so, libb.so; hook is weak. */
#define MAIN                                                             \
    DYLINK(MEM_INFO "\\02\\11\\02\\07liba.so\\07libb.so"                 \
                    "\\04\\0b\\01\\03env\\04hook\\11")                   \
    BASES "(import \"env\" \"__stack_pointer\" (global (mut i32)))"      \
          "(import \"env\" \"f\" (func (param i32) (result i32)))"       \
          "(import \"env\" \"g\" (func))"                                \
          "(import \"env\" \"hook\" (func))"                             \
          "(import \"env\" \"lost\" (func (param f64)))"                 \
          "(import \"env\" \"dlclose\" (func (param i32) (result i32)))" \
          "(import \"GOT.mem\" \"x\" (global (mut i32)))"                \
          "(import \"GOT.mem\" \"f\" (global (mut i32)))"                \
          "(import \"GOT.mem\" \"gone\" (global (mut i32)))"             \
          "(import \"GOT.func\" \"f\" (global (mut i32)))"               \
          "(import \"GOT.mem\" \"__heap_base\" (global (mut i32)))"      \
          "(import \"env\" \"t\" (tag (param i32)))"                     \
          "(import \"host\" \"lent\" (func (param i64)))"                \
          "(func (export \"_start\"))"

#define LIBA                                                           \
    DYLINK(MEM_INFO)                                                   \
    BASES "(func (export \"f\") (param i32) (result i32) local.get 0)" \
          "(func (export \"g\") (result i32) i32.const 0)"             \
          "(global (export \"x\") i32 (i32.const 8))"                  \
          "(tag (export \"t\") (param i64))"                           \
          "(func (export \"__wasm_call_ctors\"))"

struct plan {
    tn_engine *engine;
    tn_store *store;
    tn_imports *imports;
    tn_linker *linker;
    tn_space *space;
    tn_text main, liba;
    tn_error err;
};

static tn_status find_liba(void *ctx, const char *name, const char *needed_by,
                           tn_bytes *out, tn_error *err)
{
    const struct plan *plan = ctx;
    (void)needed_by, (void)err;
    if (strcmp(name, "liba.so") != 0)
        return TN_E_NOT_FOUND;
    *out = (tn_bytes){plan->liba.at, plan->liba.size};
    return TN_OK;
}

static tn_status lend(tn_call *call, uint64_t *slots, void *env, tn_error *err)
{
    (void)call, (void)slots, (void)env, (void)err;
    return TN_OK;
}

static tn_text parse(const char *text)
{
    tn_text out = {0};
    tn_error err = {0};
    if (tn_module_parse(text, strlen(text), &out, &err) != TN_OK)
        FAIL("%s", err.text);
    return out;
}

static tn_status make_plan(struct plan *p, const tn_allocator *alloc,
                           bool is_plan, bool is_now)
{
    tn_config config = TN_CONFIG_INIT;
    tn_linker_config linker = TN_LINKER_CONFIG_INIT;
    tn_space_config space = TN_SPACE_CONFIG_INIT;
    config.allocator = alloc;
    linker.find = find_liba;
    linker.ctx = p;
    linker.no_files = true;
    space.plan_only = is_plan;
    space.bind_now = is_now;
    TN_TRY(tn_engine_new(&config, &p->engine, &p->err));
    TN_TRY(tn_store_new(p->engine, NULL, &p->store, &p->err));
    TN_TRY(tn_imports_new(p->store, &p->imports, &p->err));
    TN_TRY(tn_imports_func(p->imports, "host", "lent", "(i32) -> ()", lend,
                           NULL, &p->err));
    TN_TRY(tn_linker_new(p->engine, &linker, &p->linker, &p->err));
    space.imports = p->imports;
    tn_named_module main = {"main.wasm", {p->main.at, p->main.size}};
    return tn_space_new(p->linker, p->store, &main, &space, &p->space, &p->err);
}

static void end_plan(struct plan *p)
{
    tn_space_free(p->space);
    tn_linker_free(p->linker);
    tn_imports_free(p->imports);
    tn_store_free(p->store);
    tn_engine_free(p->engine);
}

static struct plan plan_of(const char *main, bool is_now)
{
    struct plan p = {.main = parse(main), .liba = parse(LIBA)};
    if (make_plan(&p, NULL, true, is_now) != TN_OK)
        FAIL("%s", p.err.text);
    return p;
}

static void drop(struct plan *p)
{
    end_plan(p);
    tn_text_free(&p->main);
    tn_text_free(&p->liba);
}

/* Of main, by the name and module of the import. */
static tn_binding binding(const struct plan *p, const char *module,
                          const char *name)
{
    tn_dso *main = tn_space_main(p->space);
    for (size_t i = 0; i < tn_dso_binding_count(main); i++) {
        tn_binding b = tn_dso_binding(main, i);
        if (tn_str_is((struct tn_str){b.name, b.name_size}, name) &&
            tn_str_is((struct tn_str){b.module, b.module_size}, module))
            return b;
    }
    FAIL("no import %s %s", module, name);
}

TEST(a_library_that_is_not_there_does_not_end_a_plan)
{
    struct plan p = plan_of(MAIN, true);
    const tn_dso *main = tn_space_main(p.space);
    size_t size;
    CHECK_EQ(2, tn_space_dso_count(p.space));
    CHECK_EQ(2, tn_dso_look(main).need_count);
    CHECK(tn_dso_need(main, 0) == tn_space_dso(p.space, 1));
    CHECK(tn_dso_need(main, 1) == NULL);
    const char *name = tn_dso_need_name(main, 1, &size);
    CHECK(size == 7 && memcmp(name, "libb.so", 7) == 0);
    drop(&p);
}

TEST(but_it_ends_a_load)
{
    struct plan p = {.main = parse(MAIN), .liba = parse(LIBA)};
    CHECK_EQ(TN_E_NOT_FOUND, make_plan(&p, NULL, false, false));
    CHECK_STR("libb.so: library not found, needed by main.wasm", p.err.text);
    drop(&p);
}

TEST(objects_have_places_in_a_plan)
{
    struct plan p = plan_of(MAIN, false);
    tn_space_info space = tn_space_look(p.space);
    tn_dso_info main = tn_dso_look(tn_space_dso(p.space, 0));
    tn_dso_info liba = tn_dso_look(tn_space_dso(p.space, 1));
    CHECK_EQ(1024, space.stack_low);
    CHECK_EQ(1024 + (1 << 20), space.stack_high);
    CHECK_EQ(space.stack_high, main.memory_base);
    CHECK_EQ(32, main.memory_bytes);
    CHECK_EQ(16, main.memory_align);
    CHECK_EQ(main.memory_base + 32, liba.memory_base);
    CHECK_EQ(liba.memory_base + 32, space.images_end);
    CHECK_EQ(space.images_end, space.heap_base);
    CHECK_EQ(17 << 16, space.heap_end);
    CHECK_EQ(2, main.table_base);
    CHECK_EQ(2, main.table_align);
    CHECK_EQ(4, liba.table_base);
    CHECK_EQ(6, space.elements_end);
    CHECK(!space.is_64 && main.is_position_independent);
    CHECK_EQ(0, main.tls_bytes);
    CHECK(tn_dso_instance(tn_space_main(p.space)) == NULL);
    drop(&p);
}

TEST(what_is_defined_tells_by_whom)
{
    struct plan p = plan_of(MAIN, true);
    const tn_dso *liba = tn_space_dso(p.space, 1);
    tn_binding f = binding(&p, "env", "f");
    CHECK(f.kind == TN_BINDING_FUNC && f.by == liba && f.is_defined);
    CHECK_STR("(i32) -> i32", f.type);
    CHECK_STR("", f.other_type);
    CHECK(f.fault == TN_FAULT_NONE && !f.is_fatal);
    tn_binding pointer = binding(&p, "GOT.func", "f");
    CHECK(pointer.kind == TN_BINDING_POINTER && pointer.by == liba);
    tn_binding x = binding(&p, "GOT.mem", "x");
    CHECK(x.kind == TN_BINDING_DATA && x.by == liba);
    CHECK_STR("", x.type);
    tn_binding dlclose = binding(&p, "env", "dlclose");
    CHECK(dlclose.is_host && dlclose.is_defined && dlclose.by == NULL);
    tn_binding heap = binding(&p, "GOT.mem", "__heap_base");
    CHECK(heap.kind == TN_BINDING_SPACE && heap.is_defined);
    drop(&p);
}

TEST(weak_ones_that_nobody_defines_are_no_fault)
{
    struct plan p = plan_of(MAIN, true);
    tn_binding hook = binding(&p, "env", "hook");
    CHECK(hook.is_weak && !hook.is_defined);
    CHECK(hook.fault == TN_FAULT_NONE && !hook.is_fatal);
    drop(&p);
}

TEST(functions_are_fatal_when_all_is_bound_now)
{
    for (int is_now = 0; is_now < 2; is_now++) {
        struct plan p = plan_of(MAIN, is_now);
        tn_binding lost = binding(&p, "env", "lost");
        CHECK(!lost.is_defined);
        CHECK_EQ(TN_FAULT_MISSING, lost.fault);
        CHECK_STR("(f64) -> ()", lost.type);
        CHECK_EQ(is_now, lost.is_fatal);
        tn_binding g = binding(&p, "env", "g");
        CHECK_EQ(TN_FAULT_TYPE, g.fault);
        CHECK(g.other == tn_space_dso(p.space, 1) && g.by == NULL);
        CHECK_STR("() -> ()", g.type);
        CHECK_STR("() -> i32", g.other_type);
        CHECK_EQ(is_now, g.is_fatal);
        tn_binding lent = binding(&p, "host", "lent");
        CHECK(lent.fault == TN_FAULT_TYPE && lent.other == NULL);
        CHECK(!lent.is_host && !lent.is_defined);
        CHECK_STR("(i32) -> ()", lent.other_type);
        CHECK_EQ(is_now, lent.is_fatal);
        drop(&p);
    }
}

TEST(data_and_tags_are_always_fatal)
{
    struct plan p = plan_of(MAIN, false);
    tn_binding gone = binding(&p, "GOT.mem", "gone");
    CHECK(gone.fault == TN_FAULT_MISSING && gone.is_fatal);
    tn_binding f = binding(&p, "GOT.mem", "f");
    CHECK(f.fault == TN_FAULT_KIND && f.is_fatal);
    CHECK_EQ(TN_BINDING_DATA, f.kind);
    CHECK_EQ(TN_BINDING_FUNC, f.other_kind);
    CHECK_STR("(i32) -> i32", f.other_type);
    tn_binding t = binding(&p, "env", "t");
    CHECK(t.fault == TN_FAULT_TYPE && t.is_fatal);
    CHECK_STR("(i32) -> ()", t.type);
    CHECK_STR("(i64) -> ()", t.other_type);
    CHECK(!t.is_defined);
    drop(&p);
}

TEST(definitions_are_what_binds_others)
{
    struct plan p = plan_of(MAIN, false);
    tn_dso *liba = tn_space_dso(p.space, 1);
    tn_dso_info info = tn_dso_look(liba);
    size_t functions = 0, tags = 0, data = 0, internal = 0;
    for (size_t i = 0; i < tn_dso_definition_count(liba); i++) {
        tn_definition d;
        if (!tn_dso_definition(liba, i, &d)) {
            internal++;
            continue;
        }
        functions += d.kind == TN_BINDING_FUNC;
        tags += d.kind == TN_BINDING_TAG;
        if (d.kind != TN_BINDING_DATA)
            continue;
        data++;
        CHECK(d.name_size == 1 && d.name[0] == 'x');
        CHECK_EQ(info.memory_base + 8, d.address);
        CHECK_STR("", d.type);
    }
    CHECK_EQ(2, functions);
    CHECK_EQ(1, tags);
    CHECK_EQ(1, data);
    CHECK_EQ(1, internal);
    drop(&p);
}

#define SMALL DYLINK(MEM_INFO "\\02\\09\\01\\07liba.so") BASES

TEST(a_space_that_is_made_has_objects_but_keeps_no_bindings)
{
    struct plan p = {.main = parse(SMALL), .liba = parse(LIBA)};
    CHECK_EQ(TN_OK, make_plan(&p, NULL, false, false));
    tn_dso *main = tn_space_main(p.space);
    CHECK_EQ(0, tn_dso_binding_count(main));
    CHECK(tn_dso_need(main, 0) == tn_space_dso(p.space, 1));
    CHECK(tn_dso_instance(main) != NULL);
    drop(&p);
}

TEST(memory_may_fail_at_each_step_of_a_plan)
{
    tn_text main = parse(MAIN), liba = parse(LIBA);
    bool is_made = false;
    for (size_t n = 0; !is_made; n++) {
        struct fault fault = fault_at(n);
        tn_allocator alloc = fault_allocator(&fault);
        struct plan p = {.main = main, .liba = liba};
        tn_status status = make_plan(&p, &alloc, true, true);
        is_made = status == TN_OK;
        if (!is_made)
            CHECK_EQ(TN_E_NOMEM, status);
        end_plan(&p);
        CHECK_EQ(0, fault.live);
        CHECK_EQ(0, fault.wrong_size);
    }
    tn_text_free(&main);
    tn_text_free(&liba);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
