/* unwind.cpp - C++ exceptions for WebAssembly: what Debian's libc++abi, which is
 * built without them, leaves out.
 *
 * A throw is the instruction `throw` with the tag __cpp_exception and the
 * address of a header; the object follows the header. The engine unwinds to the
 * next `catch`, in which the compiler stores which landing pad it is and where
 * its function's table lies, and calls _Unwind_CallPersonality: that looks up
 * which clause takes the exception and answers with the clause's number, 0 when
 * there are cleanups only. What no clause takes is thrown on by the landing pad.
 *
 * One thread: nothing here is locked. */
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <typeinfo>

#if __clang_major__ >= 20 /* which leaves the tag to the library, as this is */
__asm__(".tagtype __cpp_exception i32\n"
        ".globl __cpp_exception\n"
        "__cpp_exception:\n");
#endif

namespace __cxxabiv1
{

/* As libc++abi has it: only the place of can_catch among the virtual functions
 * matters. It says whether a handler of this type takes an exception of type
 * `thrown`, and moves `object` to the base that the handler names. */
class __shim_type_info : public std::type_info
{
  public:
    virtual void noop1() const;
    virtual void noop2() const;
    virtual bool can_catch(const __shim_type_info *thrown,
                           void *&object) const = 0;
};

} // namespace __cxxabiv1

namespace
{

using Type = __cxxabiv1::__shim_type_info;
/* In WebAssembly a destructor gives its object back, and calls are checked. */
using Destructor = void *(*)(void *);

struct alignas(16) Header {
    Header
        *primary; /* whose object is thrown: this, or by a std::exception_ptr */
    const Type *type;
    Destructor destructor;
    Header *next;    /* in the list of those being handled */
    void *caught_at; /* the object as its handler sees it */
    int references; /* by all handlers one, by others and std::exception_ptr each */
    int handlers; /* entered and not left; negative after `throw;` */
};

struct LandingPad {
    std::uintptr_t index;      /* set by the landing pad */
    const std::uint8_t *table; /* and this */
    std::uintptr_t clause;     /* the answer */
};

Header *caught; /* the innermost first */
unsigned int uncaught_count;

void *object_of(Header *header)
{
    return header->primary + 1;
}

Header *header_of(void *object)
{
    return static_cast<Header *>(object) - 1;
}

void drop(Header *header)
{
    if (--header->references != 0)
        return;
    if (header->primary != header)
        drop(header->primary);
    else if (header->destructor != nullptr)
        header->destructor(object_of(header));
    std::free(header);
}

Header *new_header(std::size_t object_size)
{
    Header *header =
        static_cast<Header *>(std::calloc(1, sizeof(Header) + object_size));
    if (header == nullptr)
        std::terminate();
    header->primary = header;
    header->references = 1;
    return header;
}

[[noreturn]] void raise(Header *header)
{
    uncaught_count++;
    __builtin_wasm_throw(0, header);
    __builtin_unreachable();
}

/* ----------------------------------------- the table of a function's clauses
 *
 *   table  ::= 0xff (no base)  encoding:u8  to_types:uleb
 *              encoding:u8  size:uleb  {action:..}  {record}  {type:u32}
 *   site   ::= landing_pad:uleb  action:uleb        one for each landing pad
 *   record ::= clause:sleb  to_next:sleb            0 ends the chain
 *
 * An action is 0 for a cleanup, or one more than the offset of its record. The
 * types are counted backwards from their end; a null one takes everything. */

std::uint64_t read_uleb(const std::uint8_t *&at)
{
    std::uint64_t value = 0;
    unsigned shift = 0;
    for (;;) {
        std::uint8_t byte = *at++;
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        shift += 7;
        if ((byte & 0x80) == 0)
            return value;
    }
}

std::int64_t read_sleb(const std::uint8_t *&at)
{
    std::int64_t value = 0;
    unsigned shift = 0;
    for (;;) {
        std::uint8_t byte = *at++;
        value |= static_cast<std::int64_t>(byte & 0x7f) << shift;
        shift += 7;
        if ((byte & 0x80) != 0)
            continue;
        return (byte & 0x40) != 0 ? value - (std::int64_t{1} << shift) : value;
    }
}

enum : std::uint8_t {
    ABSOLUTE_POINTER = 0x00,
    ULEB = 0x01,
    OMITTED = 0xff
};

void require(bool holds)
{
    if (!holds)
        std::abort();
}

struct Table {
    const std::uint8_t *sites, *records;
    const Type *const *types_end;
};

Table read_table(const std::uint8_t *at)
{
    Table table = {};
    require(*at++ == OMITTED);
    std::uint8_t encoding = *at++;
    if (encoding != OMITTED) {
        require(encoding == ABSOLUTE_POINTER);
        std::uint64_t distance = read_uleb(at);
        table.types_end = reinterpret_cast<const Type *const *>(at + distance);
    }
    require(*at++ == ULEB);
    std::uint64_t size = read_uleb(at);
    table.sites = at;
    table.records = at + size;
    return table;
}

bool takes(const Type *handler, const Header *header, void *&object)
{
    return handler == nullptr || handler->can_catch(header->type, object);
}

std::uintptr_t clause_for(const LandingPad &pad, Header *header)
{
    Table table = read_table(pad.table);
    const std::uint8_t *site = table.sites;
    for (std::uintptr_t i = 0; i < pad.index; i++) {
        read_uleb(site);
        read_uleb(site);
    }
    read_uleb(site);
    std::uint64_t action = read_uleb(site);
    if (action == 0)
        return 0;
    for (const std::uint8_t *record = table.records + action - 1;;) {
        std::int64_t clause = read_sleb(record);
        require(clause >= 0); /* below it: `throw()`, which C++17 has no more */
        header->caught_at = object_of(header);
        if (clause > 0 &&
            takes(table.types_end[-clause], header, header->caught_at))
            return static_cast<std::uintptr_t>(clause);
        const std::uint8_t *here = record;
        std::int64_t to_next = read_sleb(record);
        if (to_next == 0)
            return 0;
        record = here + to_next;
    }
}

} // namespace

extern "C" {

LandingPad __wasm_lpad_context;

int _Unwind_CallPersonality(void *exception)
{
    __wasm_lpad_context.clause =
        clause_for(__wasm_lpad_context, static_cast<Header *>(exception));
    return 0;
}

/* Named by the compiler, called by none: see above. */
int __gxx_wasm_personality_v0(int)
{
    std::abort();
}

void *__cxa_allocate_exception(std::size_t size)
{
    return object_of(new_header(size));
}

void __cxa_free_exception(void *object)
{
    std::free(header_of(object));
}

[[noreturn]] void __cxa_throw(void *object, std::type_info *type,
                              Destructor destructor)
{
    Header *header = header_of(object);
    header->type = static_cast<const Type *>(type);
    header->destructor = destructor;
    raise(header);
}

void *__cxa_get_exception_ptr(void *exception)
{
    return static_cast<Header *>(exception)->caught_at;
}

void *__cxa_begin_catch(void *exception)
{
    Header *header = static_cast<Header *>(exception);
    header->handlers = std::abs(header->handlers) + 1;
    if (header != caught) {
        header->next = caught;
        caught = header;
    }
    uncaught_count--;
    return header->caught_at;
}

void __cxa_end_catch()
{
    Header *header = caught;
    if (header == nullptr)
        return;
    if (header->handlers < 0) { /* thrown on: its next handler ends it */
        if (++header->handlers == 0)
            caught = header->next;
        return;
    }
    if (--header->handlers == 0) {
        caught = header->next;
        drop(header);
    }
}

[[noreturn]] void __cxa_rethrow()
{
    if (caught == nullptr)
        std::terminate();
    caught->handlers = -caught->handlers;
    raise(caught);
}

unsigned int __cxa_uncaught_exceptions()
{
    return uncaught_count;
}

bool __cxa_uncaught_exception()
{
    return uncaught_count != 0;
}

/* What std::exception_ptr is made of: it holds the object. */

void __cxa_increment_exception_refcount(void *object)
{
    if (object != nullptr)
        header_of(object)->references++;
}

void __cxa_decrement_exception_refcount(void *object)
{
    if (object != nullptr)
        drop(header_of(object));
}

void *__cxa_current_primary_exception()
{
    if (caught == nullptr)
        return nullptr;
    caught->primary->references++;
    return object_of(caught);
}

/* The object may be in another's hands, who may be throwing it too: what is
 * thrown here is a header of its own. */
void __cxa_rethrow_primary_exception(void *object)
{
    if (object == nullptr)
        return;
    Header *primary = header_of(object);
    Header *header = new_header(0);
    header->primary = primary;
    header->type = primary->type;
    primary->references++;
    raise(header);
}

} // extern "C"
