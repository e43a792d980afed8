#pragma once
// Memory for what lives as long as one exchange: allocation moves a pointer, freeing is one reset.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "proxy/base/text_writer.h"

namespace breakwater {

/// Ends the object and leaves its memory to the arena.
struct DestroyOnly {
    template <class T>
    void operator()(T* object) const {
        object->~T();
    }
};
/// Owns an object whose memory is an arena's. It must end before the arena is reset.
template <class T>
using ArenaPtr = std::unique_ptr<T, DestroyOnly>;

/// One thread. What it hands out is valid until reset() or its end.
class Arena {
public:
    /// Covers a plain request with its two heads; larger ones take further blocks.
    static constexpr std::size_t kFirstBlockBytes = 8 * 1024;
    static constexpr std::size_t kNextBlockBytes = 16 * 1024;

    Arena();
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    ~Arena();

    void* allocate(std::size_t size_bytes, std::size_t alignment) {
        const auto at = (cursor_ + alignment - 1) & ~(alignment - 1);
        if (at + size_bytes > end_) return allocate_slow(size_bytes, alignment);
        cursor_ = at + size_bytes;
        return reinterpret_cast<void*>(at);
    }

    /// A value that needs no destructor.
    template <class T, class... Args>
    T* make(Args&&... args) {
        static_assert(std::is_trivially_destructible_v<T>, "use make_owned()");
        return new (allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
    }
    /// An object that its owner ends, before the arena is reset.
    template <class T, class... Args>
    ArenaPtr<T> make_owned(Args&&... args) {
        return ArenaPtr<T>(new (allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...));
    }
    /// An object that the arena itself ends, last made first, when it is reset.
    template <class T, class... Args>
    T* own(Args&&... args) {
        T* object = new (allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
        owned_ = new (allocate(sizeof(Owned), alignof(Owned)))
            Owned{owned_, object, [](void* dead) { static_cast<T*>(dead)->~T(); }};
        return object;
    }
    template <class T>
    T* array(std::size_t count) {
        static_assert(std::is_trivially_destructible_v<T>);
        return static_cast<T*>(allocate(sizeof(T) * count, alignof(T)));
    }
    std::string_view copy(std::string_view text) {
        char* to = array<char>(text.size());
        if (!text.empty()) std::memcpy(to, text.data(), text.size());
        return {to, text.size()};
    }
    /// A number's digits.
    std::string_view decimal(std::uint64_t number) {
        char* const to = array<char>(TextWriter::kMaxNumberBytes);
        TextWriter out(to);
        out.number(number);
        return {to, static_cast<std::size_t>(out.end() - to)};
    }
    /// The parts one after the other.
    template <class... Parts>
    std::string_view concat(const Parts&... parts) {
        const std::size_t size = (std::string_view(parts).size() + ... + 0);
        char* const to = array<char>(size);
        char* at = to;
        ((at = append(at, parts)), ...);
        return {to, size};
    }

    /// Ends what it owns and forgets everything handed out; keeps the first block.
    void reset();

private:
    struct Owned {
        Owned* before;
        void* object;
        void (*end)(void*);
    };
    static char* append(char* at, std::string_view part) {
        if (!part.empty()) std::memcpy(at, part.data(), part.size());
        return at + part.size();
    }
    void* allocate_slow(std::size_t size_bytes, std::size_t alignment);
    void end_owned();

    std::uintptr_t cursor_;
    std::uintptr_t end_;
    Owned* owned_ = nullptr;
    char* first_;
    std::vector<char*> further_;
};

}  // namespace breakwater
