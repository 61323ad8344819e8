/* Composed: between two instances stands an adapter, a module that sees the
 * memories of both and moves strings from one into the other, as component
 * adapters do. */
#include "joins.h"

/* Calls what the adapter puts into its table, since it is made before. */
static const char sender[] =
    "(module $sender"
    "  (memory (export \"memory\") 1)"
    "  (table (export \"out\") 1 funcref)"
    "  (data (i32.const 512) \"a message\")"
    "  (type $send (func (param i32 i32) (result i32)))"
    "  (func (export \"send\") (param $n i32) (result i32)"
    "    (call_indirect (type $send)"
    "      (i32.const 512) (local.get $n) (i32.const 0)))"
    "  (func (export \"byte\") (param i32) (result i32)"
    "    (i32.load8_u (local.get 0))))";

static const char receiver[] =
    "(module $receiver"
    "  (memory (export \"memory\") 1)"
    "  (global $top (mut i32) (i32.const 64))"
    "  (func (export \"alloc\") (param $n i32) (result i32)"
    "    (global.get $top)"
    "    (global.set $top (i32.add (global.get $top) (local.get $n))))"
    /* The sum of the bytes. */
    "  (func (export \"take\") (param $at i32) (param $n i32) (result i32)"
    "    (local $sum i32)"
    "    (block $done (loop $next"
    "      (br_if $done (i32.eqz (local.get $n)))"
    "      (local.set $n (i32.sub (local.get $n) (i32.const 1)))"
    "      (local.set $sum (i32.add (local.get $sum)"
    "        (i32.load8_u (i32.add (local.get $at) (local.get $n)))))"
    "      (br $next)))"
    "    (local.get $sum))"
    "  (func (export \"byte\") (param i32) (result i32)"
    "    (i32.load8_u (local.get 0))))";

static const char adapter[] =
    "(module $adapter"
    "  (import \"sender\" \"memory\" (memory $from 1))"
    "  (import \"receiver\" \"memory\" (memory $to 1))"
    "  (import \"receiver\" \"alloc\" (func $alloc (param i32) (result i32)))"
    "  (import \"receiver\" \"take\""
    "    (func $take (param i32 i32) (result i32)))"
    "  (import \"sender\" \"out\" (table $out 1 funcref))"
    "  (func $send (param $at i32) (param $n i32) (result i32)"
    "    (local $room i32)"
    "    (local.set $room (call $alloc (local.get $n)))"
    "    (memory.copy $to $from"
    "      (local.get $room) (local.get $at) (local.get $n))"
    "    (call $take (local.get $room) (local.get $n)))"
    "  (elem (table $out) (i32.const 0) func $send)"
    "  (func (export \"ready\") (param i32) (result i32) (i32.const 1)))";

struct composed {
    struct joint joint;
    tn_instance *sender, *receiver, *adapter;
};

static void compose(struct composed *c)
{
    joint_begin(&c->joint);
    c->sender = join(&c->joint, "sender", sender);
    c->receiver = join(&c->joint, "receiver", receiver);
    c->adapter = join(&c->joint, "adapter", adapter);
}

TEST(a_message_arrives_in_the_other_memory)
{
    struct composed c;
    compose(&c);
    CHECK_EQ('a' + ' ' + 'm', ask(c.sender, "send", 3));
    CHECK_EQ('m', ask(c.receiver, "byte", 66));
    CHECK_EQ(0, ask(c.sender, "byte", 66));
    CHECK_EQ(1, ask(c.adapter, "ready", 0));
    joint_end(&c.joint);
}

TEST(a_message_that_leaves_its_memory_traps_in_the_adapter)
{
    struct composed c;
    compose(&c);
    CHECK_EQ(TN_TRAP_MEMORY_BOUNDS, trap_of(c.sender, "send", 65536));
    CHECK_STR("adapter", tn_store_trap_frame(c.joint.store, 0).module);
    CHECK_EQ('a', ask(c.sender, "byte", 512));
    CHECK_EQ(0, ask(c.receiver, "byte", 64)); /* nothing was copied */
    joint_end(&c.joint);
}

TEST(closing_the_receiver_leaves_the_sender_alive)
{
    struct composed c;
    compose(&c);
    CHECK_EQ('a', ask(c.sender, "send", 1));
    tn_instance_free(c.receiver);
    CHECK_EQ(TN_TRAP_UNLOADED, trap_of(c.sender, "send", 1));
    CHECK_EQ('a', ask(c.sender, "byte", 512));
    joint_end(&c.joint);
}

TEST(closing_the_adapter_leaves_both_alive)
{
    struct composed c;
    compose(&c);
    tn_instance_free(c.adapter);
    CHECK_EQ(TN_TRAP_UNLOADED, trap_of(c.sender, "send", 1));
    CHECK_EQ('a', ask(c.sender, "byte", 512));
    CHECK_EQ(64, ask(c.receiver, "alloc", 8));
    joint_end(&c.joint);
}

int main(int argc, char **argv)
{
    return tn_test_main(argc, argv);
}
