/* rtti.cpp - what the C++ language asks of its library besides exceptions, for
 * programs that have no other: memory, type information, casts. With unwind.cpp
 * of the real programs it is libcxxrt.so.
 *
 * The compiler writes objects of the classes here, whose layout the Itanium C++
 * ABI fixes (2.9.4); their virtual tables are found by name, in this module. */
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <new>
#include <typeinfo>

/* ------------------------------------------------------------------ memory */

namespace
{

struct Free {
    Free *next;
};
alignas(16) char arena[1 << 16];
std::size_t arena_used;
Free *freed[16]; /* by the power of two that their size is */

} // namespace

extern "C" {

void abort()
{
    __builtin_trap();
}

void *calloc(std::size_t count, std::size_t size)
{
    unsigned power = 4;
    while ((std::size_t{1} << power) < count * size + 16)
        power++;
    char *block;
    if (freed[power] != nullptr) {
        block = reinterpret_cast<char *>(freed[power]);
        freed[power] = freed[power]->next;
    } else {
        block = arena + arena_used;
        arena_used += std::size_t{1} << power;
        if (arena_used > sizeof arena)
            abort();
    }
    std::memset(block, 0, std::size_t{1} << power);
    *reinterpret_cast<unsigned *>(block) = power;
    return block + 16;
}

void free(void *at)
{
    if (at == nullptr)
        return;
    char *block = static_cast<char *>(at) - 16;
    unsigned power = *reinterpret_cast<unsigned *>(block);
    Free *free_block = reinterpret_cast<Free *>(block);
    free_block->next = freed[power];
    freed[power] = free_block;
}

void *memset(void *to, int byte, std::size_t size)
{
    for (std::size_t i = 0; i < size; i++)
        static_cast<volatile char *>(to)[i] = static_cast<char>(byte);
    return to;
}

int strcmp(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b)
        a++, b++;
    return static_cast<unsigned char>(*a) - static_cast<unsigned char>(*b);
}

void __cxa_pure_virtual()
{
    abort();
}

/* A guard's first byte is 1 when its variable is made. */
int __cxa_guard_acquire(std::uint32_t *guard)
{
    return (*guard & 1) == 0;
}
void __cxa_guard_release(std::uint32_t *guard)
{
    *guard = 1;
}
void __cxa_guard_abort(std::uint32_t *)
{
}

} // extern "C"

void *operator new(std::size_t size)
{
    return calloc(1, size);
}
void operator delete(void *at) noexcept
{
    free(at);
}
void operator delete(void *at, std::size_t) noexcept
{
    free(at);
}

void std::terminate() noexcept
{
    abort();
}

/* ------------------------------------------------------------------- types */

std::type_info::~type_info()
{
}

namespace __cxxabiv1
{

/* As unwind.cpp knows it. */
class __shim_type_info : public std::type_info
{
  public:
    ~__shim_type_info() override;
    virtual void noop1() const;
    virtual void noop2() const;
    virtual bool can_catch(const __shim_type_info *thrown,
                           void *&object) const = 0;
};
__shim_type_info::~__shim_type_info()
{
}
void __shim_type_info::noop1() const
{
}
void __shim_type_info::noop2() const
{
}

static bool same(const std::type_info *a, const std::type_info *b)
{
    return a == b || strcmp(a->name(), b->name()) == 0;
}

class __class_type_info : public __shim_type_info
{
  public:
    ~__class_type_info() override;
    bool can_catch(const __shim_type_info *thrown,
                   void *&object) const override;
    /* Calls `found` for each subobject of type `wanted` in that at `at`. */
    virtual void search(const std::type_info *wanted, char *at,
                        struct Found &found) const;
};

struct Found {
    void *at = nullptr; /* the only one */
    bool is_ambiguous = false;
    void add(void *another)
    {
        is_ambiguous = is_ambiguous || (at != nullptr && at != another);
        at = another;
    }
    void *only() const
    {
        return is_ambiguous ? nullptr : at;
    }
};

__class_type_info::~__class_type_info()
{
}
void __class_type_info::search(const std::type_info *wanted, char *at,
                               Found &found) const
{
    if (same(this, wanted))
        found.add(at);
}

class __si_class_type_info : public __class_type_info
{
  public:
    const __class_type_info *base;
    ~__si_class_type_info() override;
    void search(const std::type_info *wanted, char *at,
                Found &found) const override;
};
__si_class_type_info::~__si_class_type_info()
{
}
void __si_class_type_info::search(const std::type_info *wanted, char *at,
                                  Found &found) const
{
    if (same(this, wanted))
        found.add(at);
    else
        base->search(wanted, at, found);
}

class __vmi_class_type_info : public __class_type_info
{
  public:
    unsigned flags, base_count;
    struct {
        const __class_type_info *type;
        long offset_flags; /* 1: virtual, 2: public, 8 bits on: the offset */
    } bases[1];
    ~__vmi_class_type_info() override;
    void search(const std::type_info *wanted, char *at,
                Found &found) const override;
};
__vmi_class_type_info::~__vmi_class_type_info()
{
}
void __vmi_class_type_info::search(const std::type_info *wanted, char *at,
                                   Found &found) const
{
    if (same(this, wanted)) {
        found.add(at);
        return;
    }
    for (unsigned i = 0; i < base_count; i++) {
        long offset = bases[i].offset_flags >> 8;
        if ((bases[i].offset_flags & 2) == 0)
            continue;
        if ((bases[i].offset_flags & 1) != 0) /* it lies in the table */
            offset = *reinterpret_cast<long *>(*reinterpret_cast<char **>(at) +
                                               offset);
        bases[i].type->search(wanted, at + offset, found);
    }
}

bool __class_type_info::can_catch(const __shim_type_info *thrown,
                                  void *&object) const
{
    auto type = dynamic_cast<const __class_type_info *>(thrown);
    Found found;
    if (type != nullptr)
        type->search(this, static_cast<char *>(object), found);
    if (found.only() == nullptr)
        return false;
    object = found.only();
    return true;
}

class __fundamental_type_info : public __shim_type_info
{
  public:
    ~__fundamental_type_info() override;
    bool can_catch(const __shim_type_info *thrown, void *&) const override;
};
/* Where this is, the compiler writes the types int, char and so on. */
__fundamental_type_info::~__fundamental_type_info()
{
}
bool __fundamental_type_info::can_catch(const __shim_type_info *thrown,
                                        void *&) const
{
    return same(this, thrown);
}

class __pointer_type_info : public __shim_type_info
{
  public:
    unsigned flags;
    const __shim_type_info *to;
    ~__pointer_type_info() override;
    bool can_catch(const __shim_type_info *thrown,
                   void *&object) const override;
};
__pointer_type_info::~__pointer_type_info()
{
}
bool __pointer_type_info::can_catch(const __shim_type_info *thrown,
                                    void *&object) const
{
    auto pointer = dynamic_cast<const __pointer_type_info *>(thrown);
    if (pointer == nullptr)
        return false;
    void *pointee = *static_cast<void **>(object);
    if (!to->can_catch(pointer->to, pointee))
        return false;
    object = pointee;
    return true;
}

/* The whole of an object is where its table says; the type wanted is looked
 * for in all of it, which finds what lies above, below and beside. */
extern "C" void *__dynamic_cast(const void *object, const __class_type_info *,
                                const __class_type_info *wanted, std::ptrdiff_t)
{
    const std::ptrdiff_t *table =
        *static_cast<const std::ptrdiff_t *const *>(object);
    char *whole =
        const_cast<char *>(static_cast<const char *>(object)) + table[-2];
    auto type = reinterpret_cast<const __class_type_info *>(table[-1]);
    Found found;
    type->search(wanted, whole, found);
    return found.only();
}

} // namespace __cxxabiv1
