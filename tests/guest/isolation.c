/* isolation.c - a program that tries to reach one arena through another. The
 * claims are in isolation.txt; functions take and give 32 bits, whatever is as
 * wide as an address here. */
#include "isolation.h"

/* What lies in memory 0, where nothing may change either. */
static volatile unsigned char canary[65536];
static unsigned char buffer[4096];

/* ------------------------------------------------------------- bytes */

EXPORT(peek1) int peek1(int at)
{
    return one_memory_load_u8(address(at));
}
EXPORT(peek2) int peek2(int at)
{
    return two_memory_load_u8(address(at));
}
EXPORT(poke1) void poke1(int at, int value)
{
    one_memory_store_u8(address(at), (uint8_t)value);
}
EXPORT(poke2) void poke2(int at, int value)
{
    two_memory_store_u8(address(at), (uint8_t)value);
}

/* A number that changes with any byte. */
#define SUM(load, bytes)                        \
    uint32_t sum = 1;                           \
    for (uint32_t i = 0; i < (bytes); i++)      \
        sum = sum * 16777619u ^ (uint32_t)load; \
    return (int)sum;
EXPORT(sum1)
int sum1(void){
    SUM(one_memory_load_u8(i), (uint32_t)one_memory_size()
                                   << 16)} EXPORT(sum2) int sum2(void){
    SUM(two_memory_load_u8(i), (uint32_t)two_memory_size()
                                   << 16)} EXPORT(sum0) int sum0(void){
    SUM(canary[i], sizeof canary)}

/* Every byte of memory 2, in three ways. */
EXPORT(flood2) int flood2(int value)
{
    uint32_t bytes = (uint32_t)two_memory_size() << 16;
    for (uint32_t at = 0; at < bytes; at++)
        two_memory_store_u8(at, (uint8_t)value);
    return (int)bytes;
}
EXPORT(flood2_by_fill) void flood2_by_fill(int value)
{
    two_memory_fill(0, (uint8_t)value, two_memory_size() << 16);
}
EXPORT(flood2_by_copy) void flood2_by_copy(int value)
{
    uint32_t bytes = (uint32_t)two_memory_size() << 16;
    for (uint32_t i = 0; i < sizeof buffer; i++)
        buffer[i] = (unsigned char)(i * 7 + (uint32_t)value);
    for (uint32_t at = 0; at < bytes; at += sizeof buffer)
        two_memory_write(at, buffer, sizeof buffer);
}

/* -------------------------------------------------- each width, by number */

EXPORT(load2) int load2(int kind, int at)
{
    switch (kind) {
    case 0:
        return two_memory_load_i8(address(at));
    case 1:
        return two_memory_load_u8(address(at));
    case 2:
        return two_memory_load_i16(address(at));
    case 3:
        return two_memory_load_u16(address(at));
    case 4:
        return two_memory_load_i32(address(at));
    case 5:
        return (int)two_memory_load_u32(address(at));
    case 6:
        return (int)(two_memory_load_i64(address(at)) >> 32);
    case 7:
        return (int)(two_memory_load_u64(address(at)) >> 32);
    case 8:
        return (int)two_memory_load_f32(address(at));
    default:
        return (int)two_memory_load_f64(address(at));
    }
}

EXPORT(store2) void store2(int kind, int at, int value)
{
    switch (kind) {
    case 0:
        two_memory_store_i8(address(at), (int8_t)value);
        return;
    case 1:
        two_memory_store_u8(address(at), (uint8_t)value);
        return;
    case 2:
        two_memory_store_i16(address(at), (int16_t)value);
        return;
    case 3:
        two_memory_store_u16(address(at), (uint16_t)value);
        return;
    case 4:
        two_memory_store_i32(address(at), value);
        return;
    case 5:
        two_memory_store_u32(address(at), (uint32_t)value);
        return;
    case 6:
        two_memory_store_i64(address(at), (int64_t)value * 4294967296);
        return;
    case 7:
        two_memory_store_u64(address(at), (uint64_t)value << 32);
        return;
    case 8:
        two_memory_store_f32(address(at), (float)value);
        return;
    default:
        two_memory_store_f64(address(at), (double)value);
        return;
    }
}

/* ------------------------------------------------------- whole memories */

EXPORT(size1) int size1(void)
{
    return (int)one_memory_size();
}
EXPORT(size2) int size2(void)
{
    return (int)two_memory_size();
}
EXPORT(size3) int size3(void)
{
    return (int)third_size();
}
EXPORT(grow2) int grow2(int pages)
{
    return (int)two_memory_grow(address(pages));
}
EXPORT(grow3) int grow3(int pages)
{
    return (int)third_grow(address(pages));
}
EXPORT(peek3) int peek3(int at)
{
    return third_load_u8(address(at));
}
EXPORT(poke3) void poke3(int at, int value)
{
    third_store_u8(address(at), (uint8_t)value);
}
EXPORT(fill2) void fill2(int at, int value, int size)
{
    two_memory_fill(address(at), (uint8_t)value, address(size));
}
EXPORT(copy21) void copy21(int to, int from, int size)
{
    tn_memory_copy(two_memory, address(to), one_memory, address(from),
                   address(size));
}
EXPORT(copy12) void copy12(int to, int from, int size)
{
    tn_memory_copy(one_memory, address(to), two_memory, address(from),
                   address(size));
}
EXPORT(copy22) void copy22(int to, int from, int size)
{
    tn_memory_copy(two_memory, address(to), two_memory, address(from),
                   address(size));
}

/* In and out of memory 0: `buffer`, whose byte i is i * 3. */
EXPORT(in2) void in2(int at, int size)
{
    for (uint32_t i = 0; i < sizeof buffer; i++)
        buffer[i] = (unsigned char)(i * 3);
    two_memory_write(address(at), buffer, address(size));
}
EXPORT(out2) int out2(int at, int size)
{
    for (uint32_t i = 0; i < sizeof buffer; i++)
        buffer[i] = 0xee;
    two_memory_read(buffer, address(at), address(size));
    SUM(buffer[i], sizeof buffer)
}
EXPORT(buffer_at) int buffer_at(int i)
{
    return buffer[i];
}

/* ---------------------------------------------------------------- arenas */

EXPORT(alloc1) int alloc1(int size)
{
    return (int)one_alloc(address(size)).at;
}
EXPORT(alloc2) int alloc2(int size)
{
    return (int)two_alloc(address(size)).at;
}
EXPORT(used1) int used1(void)
{
    return (int)one_used();
}
EXPORT(used2) int used2(void)
{
    return (int)two_used();
}
EXPORT(reset1) void reset1(void)
{
    one_reset();
}
EXPORT(reset2) void reset2(void)
{
    two_reset();
}
EXPORT(destroy2) void destroy2(void)
{
    two_destroy();
}

/* Is what is given out a null ref, or does all of it lie in memory 2? */
EXPORT(alloc2_is_inside) int alloc2_is_inside(int size)
{
    two_ref ref = two_alloc(address(size));
    if (two_is_null(ref))
        return 1;
    two_fill(ref, 0x77, address(size));
    return 1;
}

/* 0, 3, 6 ... in a list, added up. */
EXPORT(list2) int list2(int count)
{
    two_ref list = two_alloc((size_t)count * 4);
    for (int i = 0; i < count; i++)
        two_store_i32(list, (size_t)i * 4, i * 3);
    return (int)list.at;
}
EXPORT(total2) int total2(int at, int count)
{
    two_ref list = {address(at)};
    int total = 0;
    for (int i = 0; i < count; i++)
        total += two_load_i32(two_add(list, (size_t)i * 4), 0);
    return total;
}

/* The alphabet, over and over, from arena 1 to arena 2. */
EXPORT(text1) int text1(int size)
{
    one_ref text = one_alloc((size_t)size);
    for (int i = 0; i < size; i++)
        one_store_u8(text, (size_t)i, (uint8_t)('a' + i % 26));
    return (int)text.at;
}
EXPORT(move12) int move12(int at, int size)
{
    one_ref from = {address(at)};
    two_ref to = two_alloc(address(size));
    tn_arena_copy(two, to, one, from, address(size));
    return (int)to.at;
}
EXPORT(move21) int move21(int at, int size)
{
    two_ref from = {address(at)};
    one_ref to = one_alloc(address(size));
    tn_arena_copy(one, to, two, from, address(size));
    return (int)to.at;
}
EXPORT(read2) int read2(int at, int i)
{
    two_ref ref = {address(at)};
    two_read(buffer, ref, 1000);
    return buffer[i];
}
EXPORT(write2) int write2(int value)
{
    two_ref ref = two_alloc(16);
    two_write(ref, &value, sizeof value);
    return two_load_i32(ref, 0);
}
